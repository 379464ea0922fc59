/* hold: see hold.h. A value that is held keeps being compared with the last one that was taken, so that it cannot creep in. */
#include "library/source/hold.h"

#include <string.h>

enum { MOST_HELD = 1000 };

/* Known free and known not to be free are as far apart as any two prices. */
static bool is_far(double before, double after) {
  if (before <= 0 || after <= 0) return (before > 0) != (after > 0);
  return after > before * 2 || after < before / 2;
}

static bool moves(const json_t *before, const json_t *after) {
  if (json_is_number(before) && json_is_number(after)) return is_far(json_number_value(before), json_number_value(after));
  for (void *at = json_object_iter((json_t *)before); at; at = json_object_iter_next((json_t *)before, at))
    if (moves(json_object_iter_value(at), json_object_get(after, json_object_iter_key(at)))) return true;
  return false;
}

static bool shrinks(const json_t *before, const json_t *after) {
  return json_is_number(before) && json_is_number(after) && json_number_value(after) < json_number_value(before);
}

typedef struct place {
  held *into;
  const char *provider, *name;
  bool hold;
} place;

static void keep(const place *p, json_t *row, const json_t *before, const char *field) {
  json_t *was = json_object_get(before, field);
  if (json_array_size(p->into->list) < MOST_HELD)
    json_array_append_new(p->into->list, json_pack("{s:s, s:s, s:s, s:O, s:O}", "provider", p->provider, "name", p->name, "field", field,
                                                   "from", was, "to", json_object_get(row, field)));
  json_object_set(row, field, was);
}

static void compare_row(const place *p, json_t *row, const json_t *before) {
  if (p->hold && shrinks(json_object_get(before, "context_window"), json_object_get(row, "context_window")))
    keep(p, row, before, "context_window");
  if (p->hold && moves(json_object_get(before, "price"), json_object_get(row, "price"))) keep(p, row, before, "price");
  if (!json_equal((json_t *)before, row)) p->into->changed++;
}

static void compare_models(place *p, json_t *models, const json_t *before) {
  for (void *at = json_object_iter((json_t *)before); at; at = json_object_iter_next((json_t *)before, at)) {
    json_t *row = json_object_get(models, json_object_iter_key(at));
    p->name = json_object_iter_key(at);
    p->into->before++;
    if (row)
      compare_row(p, row, json_object_iter_value(at));
    else
      p->into->removed++;
  }
}

static size_t count_rows(const json_t *rows) {
  size_t count = 0;
  for (void *at = json_object_iter((json_t *)rows); at; at = json_object_iter_next((json_t *)rows, at))
    count += json_object_size(json_object_iter_value(at));
  return count;
}

held hold_back(json_t *rows, const json_t *before, bool hold) {
  held h = { .list = json_array() };
  for (void *at = json_object_iter((json_t *)before); at; at = json_object_iter_next((json_t *)before, at)) {
    place p = { &h, json_object_iter_key(at), NULL, hold };
    compare_models(&p, json_object_get(rows, json_object_iter_key(at)), json_object_iter_value(at));
  }
  h.added = count_rows(rows) - (h.before - h.removed);
  return h;
}

bool held_is_shrunk(const held *h) { return h->removed * 10 > h->before; }

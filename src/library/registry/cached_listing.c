/* cached_listing: see cached_listing.h. */
#include "library/registry/cached_listing.h"

#include "library/validate/discovery.h"
#include "library/validate/exchange.h"

/* ---- writing ---- */

#define WRITE_COUNT(name)                                                                                                                  \
  if (one.name) write_integer(w, #name, one.name);
#define WRITE_TRI(name)                                                                                                                    \
  if (one.name != ROSTER_UNKNOWN) write_flag(w, #name, one.name == ROSTER_YES);
#define WRITE_FLAG(name) WRITE_TRI(name)
#define WRITE_CHOICE(name)                                                                                                                 \
  if (one.name) write_text(w, #name, one.name);

#define WRITE(use, type, name, listed, ...) ONLY_LISTED_##listed(WRITE_##type(name))

void cached_listing_write(writer *w, const model *m) {
  const remote_model one = discovery_facts(m);
  write_open(w, "listed", '{');
  write_text(w, "provider", m->of->head.id);
  write_text(w, "name", one.name);
  write_text_or_null(w, "display_name", one.display_name);
  write_text_or_null(w, "family", one.family);
  write_text_or_null(w, "protocol", one.protocol);
  MODEL_FIELDS(WRITE)
  write_open(w, "price", '[');
  for (unsigned i = 0; i < REMOTE_PRICES; i++) write_number_or_null(w, NULL, one.priced & 1u << i, one.price[i]);
  write_close(w, ']');
  write_open(w, "input_modalities", '[');
  for (size_t i = 0; i < one.input_modalities.count; i++) write_text(w, NULL, one.input_modalities.at[i]);
  write_close(w, ']');
  write_close(w, '}');
}

/* ---- reading ---- */

static const char *text_of(arena *a, const json_t *from, const char *name) {
  const char *text = json_string_value(json_object_get(from, name));
  return text && *text ? arena_text(a, text) : NULL;
}

static int64_t count_of(const json_t *from, const char *name) {
  int64_t count = json_integer_value(json_object_get(from, name));
  return count > 0 ? count : 0;
}

static roster_tri tri_of(const json_t *from, const char *name) {
  const json_t *value = json_object_get(from, name);
  return json_is_boolean(value) ? (json_is_true(value) ? ROSTER_YES : ROSTER_NO) : ROSTER_UNKNOWN;
}

static const char *choice_of(const json_t *from, const char *name, const char *const *choices) {
  const char *text = json_string_value(json_object_get(from, name));
  for (; text && choices && *choices; choices++)
    if (text_is(*choices, text)) return *choices;
  return NULL;
}

static void read_lists(arena *a, const json_t *from, remote_model *one) {
  const json_t *prices = json_object_get(from, "price"), *modalities = json_object_get(from, "input_modalities");
  for (unsigned i = 0; i < REMOTE_PRICES; i++) {
    const json_t *dollars = json_array_get(prices, i);
    if (!json_is_number(dollars) || !(json_number_value(dollars) >= 0)) continue;
    one->price[i] = json_number_value(dollars);
    one->priced |= 1u << i;
  }
  for (size_t i = 0; i < json_array_size(modalities); i++) {
    const char *text = json_string_value(json_array_get(modalities, i));
    if (text) LIST_PUSH(a, one->input_modalities.at, one->input_modalities.count, one->input_modalities.room, arena_text(a, text));
  }
}

#define READ_COUNT(name, choices)  one.name = count_of(from, #name);
#define READ_TRI(name, choices)    one.name = tri_of(from, #name);
#define READ_FLAG(name, choices)   READ_TRI(name, choices)
#define READ_CHOICE(name, choices) one.name = choice_of(from, #name, choices);

#define READ(use, type, name, listed, fact, upstream, unit, words, choices, ...) ONLY_LISTED_##listed(READ_##type(name, choices))

static remote_model read_facts(arena *a, const json_t *from) {
  remote_model one = REMOTE_MODEL_INIT;
  one.name = text_of(a, from, "name");
  one.display_name = text_of(a, from, "display_name");
  one.family = text_of(a, from, "family");
  one.protocol = text_of(a, from, "protocol");
  MODEL_FIELDS(READ)
  read_lists(a, from, &one);
  return one;
}

/* ---- back into the catalog ---- */

/* The result decides the same once more, for all models. */
static bool is_still_proved(const cache *c, const char *id, const factory *f, const keyring *ring, const service *s) {
  cached was;
  bool same = cache_find(c, id, &was) && was.identity == cache_fold(service_identity(ring, s));
  int64_t age = same ? wall_ms() - was.checked_ms : -1;
  return age >= 0 && age <= f->catalog->policy.keep_stale;
}

void cached_listing_restore(const cache *c, factory *f, const keyring *ring, bool all) {
  size_t count = 0;
  service **found = arena_array(f->arena, json_object_size(c->models), sizeof *found);
  for (void *at = json_object_iter(c->models); at; at = json_object_iter_next(c->models, at)) {
    const json_t *listed = json_object_get(json_object_iter_value(at), "listed");
    const char *id = json_object_iter_key(at), *whose = json_string_value(json_object_get(listed, "provider"));
    const remote_model one = read_facts(f->arena, listed);
    service *s = whose && one.name ? discovery_restore(f, whose, id, &one, all) : NULL;
    if (s && is_still_proved(c, id, f, ring, s)) found[count++] = s;
  }
  discovery_append(f, found, count);
  mistakes_report(&f->mistakes, f->catalog->findings, ROSTER_WARNING);
}

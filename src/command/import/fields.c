/* fields: see fields.h. */
#include "command/import/fields.h"

#include <roster.h>

#include <math.h>
#include <string.h>

static bool has_text(const json_t *list, const char *wanted) {
  for (size_t i = 0; i < json_array_size(list); i++) {
    const char *text = json_string_value(json_array_get(list, i));
    if (text && strcmp(text, wanted) == 0) return true;
  }
  return false;
}

bool fields_chats(const json_t *model) { return has_text(json_object_get(json_object_get(model, "modalities"), "output"), "text"); }

/* ---- one value each; what is refused is named ---- */

typedef struct taker {
  json_t *block;
  const char *wrong;
} taker;

static void put(taker *t, const char *name, json_t *value) { json_object_set_new(t->block, name, value); }

static void refuse(taker *t, const char *name) {
  if (!t->wrong) t->wrong = name;
}

static void take_text(taker *t, const char *name, const json_t *value) {
  const char *text = json_string_value(value);
  bool fits = text && *text && strlen(text) <= 400;
  for (const char *c = text; fits && *c; c++) fits = (unsigned char)*c >= 0x20 && *c != 0x7f;
  if (fits)
    put(t, name, json_string(text));
  else if (value && !json_is_null(value))
    refuse(t, name);
}

/* What is not among them is what we have no word for. */
static void take_choice(taker *t, const roster_field *f, const json_t *value) {
  const char *text = json_string_value(value);
  for (const char *const *c = f->choices; text && *c; c++)
    if (strcmp(*c, text) == 0) put(t, f->name, json_string(text));
}

/* "2026-09-24" or "2026-06". */
static void take_date(taker *t, const char *name, const json_t *value) {
  static const char pattern[] = "dddd-dd-dd";
  const char *text = json_string_value(value);
  size_t length = text ? strlen(text) : 0;
  bool fits = length == 7 || length == 10;
  for (size_t i = 0; fits && i < length; i++) fits = pattern[i] == 'd' ? text[i] >= '0' && text[i] <= '9' : text[i] == pattern[i];
  if (fits)
    put(t, name, json_string(text));
  else if (length)
    refuse(t, name);
}

/* Zero is how the file says that it does not know. */
static void take_count(taker *t, const char *name, const json_t *value) {
  json_int_t count = json_integer_value(value);
  if (count > 0 && count <= 1000 * 1000 * 1000)
    put(t, name, json_integer(count));
  else if (count)
    refuse(t, name);
}

static void take_price(taker *t, const char *name, const json_t *cost) {
  static const char *const names[] = { "input", "output", "cache_read", "cache_write" };
  json_t *price = json_object();
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const json_t *value = json_object_get(cost, names[i]);
    double dollars = json_number_value(value);
    if (!json_is_number(value)) continue;
    if (isfinite(dollars) && dollars >= 0 && dollars <= 1e6)
      json_object_set_new(price, names[i], json_real(dollars));
    else
      refuse(t, name);
  }
  if (json_object_size(price))
    put(t, name, price);
  else
    json_decref(price);
}

static void take_list(taker *t, const roster_field *f, const json_t *list) {
  json_t *taken = json_array();
  for (const char *const *c = f->choices; *c; c++)
    if (has_text(list, *c)) json_array_append_new(taken, json_string(*c));
  if (json_array_size(taken))
    put(t, f->name, taken);
  else
    json_decref(taken);
}

static void take_flag(taker *t, const char *name, const json_t *value) {
  if (json_is_boolean(value)) put(t, name, json_boolean(json_is_true(value)));
}

static void take_field(taker *t, const roster_field *f, const json_t *value) {
  switch (f->type) {
  case ROSTER_FIELD_TEXT: take_text(t, f->name, value); break;
  case ROSTER_FIELD_CHOICE: take_choice(t, f, value); break;
  case ROSTER_FIELD_DATE: take_date(t, f->name, value); break;
  case ROSTER_FIELD_COUNT: take_count(t, f->name, value); break;
  case ROSTER_FIELD_PRICE: take_price(t, f->name, value); break;
  case ROSTER_FIELD_LIST: take_list(t, f, value); break;
  default: take_flag(t, f->name, value); break;
  }
}

/* "limit.context" in the model. */
static const json_t *upstream_value(const json_t *model, const char *path) {
  const char *dot = strchr(path, '.');
  if (!dot) return json_object_get(model, path);
  return json_object_get(json_object_getn(model, path, (size_t)(dot - path)), dot + 1);
}

/* Kind by kind, so that the texts that people look for are at the beginning of a block. */
json_t *fields_take(const json_t *model, const char **wrong) {
  taker t = { json_object(), NULL };
  const roster_field *f;
  for (int type = ROSTER_FIELD_TEXT; type <= ROSTER_FIELD_TRI; type++)
    for (size_t i = 0; (f = roster_field_at(i)); i++)
      if ((int)f->type == type && f->upstream) take_field(&t, f, upstream_value(model, f->upstream));
  *wrong = t.wrong;
  return t.block;
}

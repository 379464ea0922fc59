/* fields: see fields.h. */
#include "command/import/fields.h"

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

static void take_price(taker *t, const json_t *cost) {
  static const char *const names[] = { "input", "output", "cache_read", "cache_write" };
  json_t *price = json_object();
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const json_t *value = json_object_get(cost, names[i]);
    double dollars = json_number_value(value);
    if (!json_is_number(value)) continue;
    if (isfinite(dollars) && dollars >= 0 && dollars <= 1e6)
      json_object_set_new(price, names[i], json_real(dollars));
    else
      refuse(t, "price");
  }
  if (json_object_size(price))
    put(t, "price", price);
  else
    json_decref(price);
}

static void take_modalities(taker *t, const json_t *list) {
  static const char *const known[] = { "text", "image", "pdf", "audio", "video" };
  json_t *taken = json_array();
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (has_text(list, known[i])) json_array_append_new(taken, json_string(known[i]));
  if (json_array_size(taken))
    put(t, "input_modalities", taken);
  else
    json_decref(taken);
}

static void take_flag(taker *t, const char *name, const json_t *value) {
  if (json_is_boolean(value)) put(t, name, json_boolean(json_is_true(value)));
}

json_t *fields_take(const json_t *model, const char **wrong) {
  taker t = { json_object(), NULL };
  const json_t *limit = json_object_get(model, "limit"), *status = json_object_get(model, "status");
  take_text(&t, "description", json_object_get(model, "name"));
  take_text(&t, "family", json_object_get(model, "family"));
  if (status && strcmp(json_string_value(status) ? json_string_value(status) : "", "deprecated") == 0)
    put(&t, "status", json_string("deprecated"));
  take_date(&t, "release_date", json_object_get(model, "release_date"));
  take_date(&t, "knowledge_cutoff", json_object_get(model, "knowledge"));
  take_count(&t, "context_window", json_object_get(limit, "context"));
  take_count(&t, "max_input_tokens", json_object_get(limit, "input"));
  take_count(&t, "max_output_tokens", json_object_get(limit, "output"));
  take_price(&t, json_object_get(model, "cost"));
  take_modalities(&t, json_object_get(json_object_get(model, "modalities"), "input"));
  take_flag(&t, "reasoning", json_object_get(model, "reasoning"));
  take_flag(&t, "tool_call", json_object_get(model, "tool_call"));
  *wrong = t.wrong;
  return t.block;
}

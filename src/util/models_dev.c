/* models_dev: see models_dev.h. Each value that is taken leaves a copy of the row, so that what remains at the end is what has no field. */
#include "util/models_dev.h"

#include "util/strbuf.h"
#include "util/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct taker {
  json_t *block, *rest;
  models_dev_refusal *on_refused;
  models_dev_fields *field_at;
  void *payload;
} taker;

static void put(taker *t, const char *name, json_t *value) { json_object_set_new(t->block, name, value); }

static void refuse(taker *t, const char *member) {
  if (t->on_refused) t->on_refused(t->payload, member);
}

/* The value at "limit.context", which leaves the rest. The caller releases it; NULL for none. */
static json_t *claim(json_t *rest, const char *path) {
  const char *dot = strchr(path, '.');
  if (!dot) {
    json_t *value = json_incref(json_object_get(rest, path));
    json_object_del(rest, path);
    return value;
  }
  const size_t length = (size_t)(dot - path);
  json_t *inner = json_object_getn(rest, path, length), *value = json_is_object(inner) ? claim(inner, dot + 1) : NULL;
  if (json_is_object(inner) && !json_object_size(inner)) json_object_deln(rest, path, length);
  return value;
}

static bool is_listed(const json_t *list, const char *wanted) {
  for (size_t i = 0; i < json_array_size(list); i++)
    if (text_is(json_string_value(json_array_get(list, i)), wanted)) return true;
  return false;
}

/* ---- one value ---- */

static void take_text(taker *t, const char *name, const json_t *value, const char *path) {
  const char *text = json_string_value(value);
  size_t length = text ? strlen(text) : 0;
  if (text) length = text_trim(&text, length);
  bool fits = length > 0 && length <= 400;
  for (size_t i = 0; fits && i < length; i++) fits = (unsigned char)text[i] >= 0x20 && text[i] != 0x7f;
  if (fits)
    put(t, name, json_stringn(text, length));
  else if (!json_is_null(value))
    refuse(t, path);
}

/* A word that is not a choice here stays in the rest. */
static void take_choice(taker *t, const roster_field *f, const json_t *value) {
  const char *text = json_string_value(value);
  for (const char *const *c = f->choices; text && *c; c++)
    if (strcmp(*c, text) == 0) {
      put(t, f->name, json_string(text));
      return;
    }
  json_object_set(t->rest, f->upstream, (json_t *)value);
}

/* "2026-09-24" or "2026-06". */
static void take_date(taker *t, const char *name, const json_t *value, const char *path) {
  static const char pattern[] = "dddd-dd-dd";
  const char *text = json_string_value(value);
  size_t length = text ? strlen(text) : 0;
  bool fits = length == 7 || length == 10;
  for (size_t i = 0; fits && i < length; i++) fits = pattern[i] == 'd' ? text[i] >= '0' && text[i] <= '9' : text[i] == pattern[i];
  if (fits)
    put(t, name, json_string(text));
  else if (length || !(json_is_string(value) || json_is_null(value)))
    refuse(t, path);
}

/* In a catalogue, zero is unknown. */
static void take_count(taker *t, const char *name, const json_t *value, const char *path) {
  json_int_t count = json_integer_value(value);
  if (count > 0 && count <= 1000 * 1000 * 1000)
    put(t, name, json_integer(count));
  else if (count || !(json_is_integer(value) || json_is_null(value)))
    refuse(t, path);
}

static void take_list(taker *t, const roster_field *f, const json_t *list) {
  json_t *taken = json_array();
  for (const char *const *c = f->choices; c && *c; c++)
    if (is_listed(list, *c)) json_array_append_new(taken, json_string(*c));
  if (json_array_size(taken) < json_array_size(list)) refuse(t, f->upstream);
  if (json_array_size(taken))
    put(t, f->name, taken);
  else
    json_decref(taken);
}

static void take_flag(taker *t, const char *name, const json_t *value, const char *path) {
  if (json_is_boolean(value))
    put(t, name, json_boolean(json_is_true(value)));
  else if (!json_is_null(value))
    refuse(t, path);
}

/* ---- prices ---- */

/* What `cost` has under the names that roster has too. */
static json_t *take_amounts(taker *t, json_t *cost) {
  static const char *const names[] = { "input", "output", "cache_read", "cache_write", "reasoning", "input_audio", "output_audio" };
  json_t *price = json_object();
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    json_t *value = claim(cost, names[i]);
    double dollars = json_number_value(value);
    if (json_is_number(value) && isfinite(dollars) && dollars >= 0 && dollars <= 1e6)
      json_object_set_new(price, names[i], json_real(dollars));
    else if (value && !json_is_null(value))
      refuse(t, "cost");
    json_decref(value);
  }
  return price;
}

static void add_tier(taker *t, json_t *above, json_int_t size, json_t *tier) {
  strbuf key = { 0 };
  json_t *amounts = take_amounts(t, tier);
  strbuf_format(&key, "%" JSON_INTEGER_FORMAT, size);
  if (size > 0 && json_object_size(amounts)) json_object_set(above, strbuf_text(&key), amounts);
  if (size <= 0 || json_object_size(tier)) refuse(t, "cost.tiers");
  json_decref(amounts);
  strbuf_free(&key);
}

/* { "input": 4, "output": 18, "tier": { "type": "context", "size": 200000 } } */
static json_t *take_tiers(taker *t, json_t *cost) {
  json_t *above = json_object(), *list = claim(cost, "tiers"), *older = claim(cost, "context_over_200k"), *tier;
  size_t i;
  json_array_foreach(list, i, tier) {
    json_t *of = claim(tier, "tier");
    bool by_context = text_is(json_string_value(json_object_get(of, "type")), "context");
    add_tier(t, above, by_context ? json_integer_value(json_object_get(of, "size")) : 0, tier);
    json_decref(of);
  }
  if (!list && older) add_tier(t, above, 200000, older); /* else it says again what the last tier says */
  json_decref(list);
  json_decref(older);
  return above;
}

static void take_price(taker *t, const char *name, json_t *cost) {
  json_t *price = take_amounts(t, cost), *above = take_tiers(t, cost);
  if (json_object_size(above)) json_object_set(price, "above", above);
  if (json_object_size(price)) json_object_set(t->block, name, price);
  if (json_object_size(cost)) json_object_set(t->rest, "cost", cost);
  json_decref(above);
  json_decref(price);
}

/* ---- how it is told to think ---- */

static bool take_levels(taker *t, const json_t *values) {
  json_t *levels = json_array();
  for (size_t i = 0; i < json_array_size(values); i++)
    if (json_is_string(json_array_get(values, i))) json_array_append(levels, json_array_get(values, i));
  bool whole = json_array_size(levels) && json_array_size(levels) == json_array_size(values);
  if (json_array_size(levels)) json_object_set(t->block, "reasoning_levels", levels);
  json_decref(levels);
  return whole;
}

static bool take_budget(taker *t, json_t *option) {
  json_t *range = json_object();
  for (const char *const *name = (const char *const[]){ "min", "max", NULL }; *name; name++) {
    json_int_t tokens = json_integer_value(json_object_get(option, *name));
    if (tokens > 0) json_object_set_new(range, *name, json_integer(tokens));
  }
  bool whole = json_object_size(range) > 0 && json_object_size(range) + 1 == json_object_size(option);
  if (json_object_size(range)) json_object_set(t->block, "reasoning_budget", range);
  json_decref(range);
  return whole;
}

/* False: it says more than the fields can. */
static bool take_option(taker *t, json_t *option) {
  const char *type = json_string_value(json_object_get(option, "type"));
  if (text_is(type, "effort")) return take_levels(t, json_object_get(option, "values"));
  if (text_is(type, "budget_tokens")) return take_budget(t, option);
  if (text_is(type, "toggle")) put(t, "reasoning_toggle", json_true());
  return text_is(type, "toggle");
}

static void take_reasoning(taker *t) {
  json_t *options = claim(t->rest, "reasoning_options");
  if (json_is_object(json_object_get(t->rest, "interleaved"))) put(t, "interleaved", json_true()); /* its member has a field of its own */
  for (size_t i = json_array_size(options); i > 0; i--)
    if (take_option(t, json_array_get(options, i - 1))) json_array_remove(options, i - 1);
  if (json_array_size(options)) json_object_set(t->rest, "reasoning_options", options);
  json_decref(options);
}

/* ---- all of them ---- */

static void take_field(taker *t, const roster_field *f, json_t *value) {
  switch (f->type) {
  case ROSTER_FIELD_TEXT: take_text(t, f->name, value, f->upstream); break;
  case ROSTER_FIELD_CHOICE: take_choice(t, f, value); break;
  case ROSTER_FIELD_DATE: take_date(t, f->name, value, f->upstream); break;
  case ROSTER_FIELD_COUNT: take_count(t, f->name, value, f->upstream); break;
  case ROSTER_FIELD_PRICE: take_price(t, f->name, value); break;
  case ROSTER_FIELD_LIST: take_list(t, f, value); break;
  default: take_flag(t, f->name, value, f->upstream); break;
  }
}

/* Kind by kind, so that the strings that people look for are at the beginning of a block. */
static void take_fields(taker *t) {
  const roster_field *f;
  for (int type = ROSTER_FIELD_TEXT; type <= ROSTER_FIELD_TRI; type++)
    for (size_t i = 0; (f = t->field_at(i)); i++) {
      json_t *value = (int)f->type == type && f->upstream ? claim(t->rest, f->upstream) : NULL;
      if (value) take_field(t, f, value);
      json_decref(value);
    }
}

/* Definitions take no null in a list or an object of a deployer's own. */
static void drop_nulls(json_t *value) {
  const char *name;
  json_t *item;
  void *next;
  json_object_foreach_safe(value, next, name, item) {
    if (json_is_null(item))
      json_object_del(value, name);
    else
      drop_nulls(item);
  }
  for (size_t i = json_array_size(value); i > 0; i--) {
    if (json_is_null(json_array_get(value, i - 1)))
      json_array_remove(value, i - 1);
    else
      drop_nulls(json_array_get(value, i - 1));
  }
}

json_t *models_dev_block(const json_t *row, models_dev_fields *field_at, models_dev_refusal *on_refused, void *payload) {
  taker t = { json_object(), json_deep_copy(row), on_refused, field_at, payload };
  take_reasoning(&t);
  take_fields(&t);
  json_decref(claim(t.rest, "id"));
  json_decref(claim(t.rest, "provider.npm")); /* these two decide where a request goes: see catalogue.c */
  json_decref(claim(t.rest, "provider.api"));
  drop_nulls(t.rest);
  if (json_object_size(t.rest)) json_object_set(t.block, "extra", t.rest);
  json_decref(t.rest);
  return t.block;
}

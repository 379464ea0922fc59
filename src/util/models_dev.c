/* models_dev: see models_dev.h. Each value that is taken leaves a copy of the row, so that what remains at the end is what has no field. */
#include "util/models_dev.h"

#include "util/clock.h"
#include "util/strbuf.h"
#include "util/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_TOKENS = 1000 * 1000 * 1000, MOST_BYTES = 4000, DEEPEST = 16 };
static const double LEAST_DOLLARS = 0.0005; /* less looks like dollars per token, which definitions refuse */

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

static bool is_zero(double n) { return n >= 0 && n <= 0; }

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

static void take_date(taker *t, const char *name, const json_t *value, const char *path) {
  const char *text = json_string_value(value);
  if (text && date_is_valid(text))
    put(t, name, json_string(text));
  else if (!json_is_null(value) && !(text && !*text))
    refuse(t, path);
}

/* In a catalogue, zero is unknown. */
static void take_count(taker *t, const char *name, const json_t *value, const char *path) {
  const double count = json_number_value(value);
  if (count >= 1 && count <= MOST_TOKENS && (double)(json_int_t)count >= count)
    put(t, name, json_integer((json_int_t)count));
  else if (!json_is_null(value) && !(json_is_number(value) && is_zero(count)))
    refuse(t, path);
}

static void take_list(taker *t, const roster_field *f, const json_t *list) {
  json_t *taken = json_array();
  for (const char *const *c = f->choices; c && *c; c++)
    if (is_listed(list, *c)) json_array_append_new(taken, json_string(*c));
  if (json_array_size(taken) < json_array_size(list) || !(json_is_array(list) || json_is_null(list))) refuse(t, f->upstream);
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
    if (json_is_number(value) && isfinite(dollars) && dollars <= 1e6 && (dollars >= LEAST_DOLLARS || is_zero(dollars)))
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
  bool fits = size > 0 && size <= MOST_TOKENS && json_object_size(amounts) && !json_object_get(above, strbuf_text(&key));
  if (fits) json_object_set(above, strbuf_text(&key), amounts);
  if (!fits || json_object_size(tier)) refuse(t, "cost.tiers");
  json_decref(amounts);
  strbuf_free(&key);
}

/* The tokens of { "type": "context", "size": 200000 }, and nothing else; 0: it is no such thing. */
static json_int_t take_size(json_t *tier) {
  json_t *of = claim(tier, "tier");
  bool by_context = text_is(json_string_value(json_object_get(of, "type")), "context") && json_object_size(of) == 2;
  json_int_t size = by_context ? json_integer_value(json_object_get(of, "size")) : 0;
  json_decref(of);
  return size;
}

/* Whether a tier says the same; `tier` is what it has more. */
static bool is_said_again(const json_t *older, const json_t *list) {
  bool again = false;
  for (size_t i = 0; !again && i < json_array_size(list); i++) {
    json_t *amounts = json_copy(json_array_get(list, i));
    json_object_del(amounts, "tier");
    again = json_equal(amounts, older);
    json_decref(amounts);
  }
  return again;
}

/* { "input": 4, "output": 18, "tier": { "type": "context", "size": 200000 } } */
static json_t *take_tiers(taker *t, json_t *cost) {
  json_t *above = json_object(), *list = claim(cost, "tiers"), *older = claim(cost, "context_over_200k"), *tier;
  bool again = is_said_again(older, list);
  size_t i;
  json_array_foreach(list, i, tier) {
    json_int_t size = take_size(tier);
    add_tier(t, above, size, tier);
  }
  if (list && !json_is_array(list) && !json_is_null(list)) refuse(t, "cost.tiers");
  if (older && !again && json_array_size(list)) json_object_set(cost, "context_over_200k", older);
  if (older && !again && !json_array_size(list) && !json_is_null(older)) add_tier(t, above, 200000, older);
  json_decref(list);
  json_decref(older);
  return above;
}

static void take_price(taker *t, const char *name, json_t *cost) {
  if (!json_is_object(cost)) {
    if (!json_is_null(cost)) refuse(t, "cost");
    return;
  }
  json_t *price = take_amounts(t, cost), *above = take_tiers(t, cost);
  if (json_object_size(above)) json_object_set(price, "above", above);
  if (json_object_size(price)) json_object_set(t->block, name, price);
  if (json_object_size(cost)) json_object_set(t->rest, "cost", cost);
  json_decref(above);
  json_decref(price);
}

/* ---- how it is told to think ---- */

static bool is_word(const json_t *value) {
  size_t length = json_string_length(value);
  return length > 0 && length <= 60 && !text_has_control(json_string_value(value), length);
}

static bool take_levels(taker *t, const json_t *values) {
  json_t *levels = json_array();
  for (size_t i = 0; i < json_array_size(values); i++)
    if (is_word(json_array_get(values, i))) json_array_append(levels, json_array_get(values, i));
  bool whole = json_array_size(levels) && json_array_size(levels) == json_array_size(values);
  if (json_array_size(levels)) json_object_set(t->block, "reasoning_levels", levels);
  json_decref(levels);
  return whole;
}

static bool take_budget(taker *t, json_t *option) {
  json_t *range = json_object();
  for (const char *const *name = (const char *const[]){ "min", "max", NULL }; *name; name++) {
    json_int_t tokens = json_integer_value(json_object_get(option, *name));
    if (tokens > 0 && tokens <= MOST_TOKENS) json_object_set_new(range, *name, json_integer(tokens));
  }
  const json_t *most = json_object_get(range, "max");
  if (most && json_integer_value(json_object_get(range, "min")) > json_integer_value(most)) json_object_clear(range); /* of no use */
  bool whole = json_object_size(range) > 0 && json_object_size(range) + 1 == json_object_size(option);
  if (json_object_size(range)) json_object_set(t->block, "reasoning_budget", range);
  json_decref(range);
  return whole;
}

/* False: it says more than the fields can. */
static bool take_option(taker *t, json_t *option) {
  const char *type = json_string_value(json_object_get(option, "type"));
  if (text_is(type, "effort")) return take_levels(t, json_object_get(option, "values")) && json_object_size(option) == 2;
  if (text_is(type, "budget_tokens")) return take_budget(t, option);
  if (text_is(type, "toggle")) put(t, "reasoning_toggle", json_true());
  return text_is(type, "toggle") && json_object_size(option) == 1;
}

static void take_reasoning(taker *t) {
  json_t *options = claim(t->rest, "reasoning_options");
  if (json_is_object(json_object_get(t->rest, "interleaved"))) put(t, "interleaved", json_true()); /* its member has a field of its own */
  for (size_t i = json_array_size(options); i > 0; i--)
    if (take_option(t, json_array_get(options, i - 1))) json_array_remove(options, i - 1);
  if (json_array_size(options) || (options && !json_is_array(options))) json_object_set(t->rest, "reasoning_options", options);
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

/* ---- what is kept besides ---- */

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

static int depth_of(const json_t *value) {
  int deepest = 0, below;
  for (void *at = json_object_iter((json_t *)value); at; at = json_object_iter_next((json_t *)value, at))
    if ((below = depth_of(json_object_iter_value(at))) > deepest) deepest = below;
  for (size_t i = 0; i < json_array_size(value); i++)
    if ((below = depth_of(json_array_get(value, i))) > deepest) deepest = below;
  return deepest + (json_is_object(value) || json_is_array(value));
}

static size_t bytes_of(const json_t *value) { return json_dumpb(value, NULL, 0, JSON_COMPACT | JSON_ENCODE_ANY); }

/* The member that has to go first: one that is too deep, else the largest. */
static const char *worst_of(json_t *members) {
  const char *name, *worst = NULL;
  json_t *value;
  size_t most = 0;
  json_object_foreach(members, name, value) {
    size_t bytes = depth_of(value) > DEEPEST ? SIZE_MAX : bytes_of(value);
    if (bytes > most) most = bytes, worst = name;
  }
  return worst;
}

void models_dev_keep(json_t *block, json_t *rest, models_dev_refusal *on_refused, void *payload) {
  drop_nulls(rest);
  while (depth_of(rest) > DEEPEST + 1 || bytes_of(rest) > MOST_BYTES) {
    json_t *name = json_string(worst_of(rest));
    json_object_del(rest, json_string_value(name));
    on_refused(payload, json_string_value(name));
    json_decref(name);
  }
  if (json_object_size(rest)) json_object_set(block, "extra", rest);
}

json_t *models_dev_block(const json_t *row, models_dev_fields *field_at, models_dev_refusal *on_refused, void *payload) {
  taker t = { json_object(), json_deep_copy(row), on_refused, field_at, payload };
  take_reasoning(&t);
  take_fields(&t);
  json_decref(claim(t.rest, "provider.npm")); /* these two decide where a request goes: see catalogue.c */
  json_decref(claim(t.rest, "provider.api"));
  if (on_refused) models_dev_keep(t.block, t.rest, on_refused, payload);
  json_decref(t.rest);
  return t.block;
}

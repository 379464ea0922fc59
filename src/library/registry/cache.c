/* cache: see cache.h. */
#include "library/registry/cache.h"

#include "library/validate/discovery.h"
#include "library/validate/exchange.h"
#include "library/validate/heard.h"
#include "util/clock.h"
#include "util/private_file.h"
#include "util/writer.h"

#include <errno.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VERSION = 1 };

uint32_t cache_identity(const roster_model *m) { return ledger_fold(m->identity); }

/* ---- reading ---- */

/* Takes over the arena. */
static cache *parse(arena *a, const char *text, size_t length, char *words, size_t room, const char **why) {
  int line = 0;
  const char *wrong = NULL;
  cache *c = arena_alloc(a, sizeof *c);
  json_t *whole = json_read(a, text, length, &wrong, &line);
  json_t *models = json_object_get(whole, "models"), *salt = json_object_get(whole, "salt");
  if (!wrong &&
      (json_integer_value(json_object_get(whole, "roster_cache")) != VERSION || !json_is_integer(salt) || !json_is_object(models)))
    wrong = "it was not written by this version";
  if (!wrong) *c = (cache){ a, (uint64_t)json_integer_value(salt), json_incref(models), json_incref(json_object_get(whole, "billed")) };
  json_decref(whole);
  if (!wrong) return c;
  snprintf(words, room, "%s", wrong);
  *why = words;
  arena_free(a);
  return NULL;
}

static cache *parse_safely(const char *text, size_t length, char *words, size_t room, const char **why) {
  jmp_buf escape;
  arena *a = arena_new();
  if (!a || setjmp(escape)) {
    arena_free(a);
    errno = ENOMEM;
    return NULL;
  }
  arena_jump(a, &escape);
  errno = 0;
  return parse(a, text, length, words, room, why);
}

cache *cache_read(const char *file, char *words, size_t room, const char **why) {
  size_t length = 0;
  char *volatile text = private_file_read(file, JSON_MAX_BYTES, &length, why);
  int failed = text || !*why ? 0 : errno;
  cache *c = text ? parse_safely(text, length, words, room, why) : NULL;
  if (text && !c && !*why) failed = ENOMEM;
  free(text);
  errno = failed;
  return c;
}

void cache_free(cache *c) {
  if (!c) return;
  json_decref(c->models);
  json_decref(c->billed);
  arena_free(c->arena);
}

bool cache_find(const cache *c, const char *id, cached *out) {
  const json_t *m = json_object_get(c->models, id);
  if (!json_is_object(m)) return false;
  const char *text = json_string_value(json_object_get(m, "stage"));
  *out = (cached){ .identity = (uint32_t)json_integer_value(json_object_get(m, "identity")),
                   .checked_ms = json_integer_value(json_object_get(m, "checked_ms")),
                   .stage = stage_from_name(text),
                   .http_status = (int)json_integer_value(json_object_get(m, "http_status")),
                   .latency_ms = (long)json_integer_value(json_object_get(m, "latency_ms")) };
  return true;
}

/* ---- reading what a listing said of a model ---- */

static const char *member_text(arena *a, const json_t *from, const char *name) {
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

static const char *day_of(arena *a, const json_t *from, const char *name) {
  const char *text = member_text(a, from, name);
  return text && date_is_valid(text) ? text : NULL;
}

static texts list_of(arena *a, const json_t *from, const char *name) {
  const json_t *all = json_object_get(from, name);
  texts list = { 0 };
  for (size_t i = 0; i < json_array_size(all); i++) {
    const char *text = json_string_value(json_array_get(all, i));
    if (text) LIST_PUSH(a, list.at, list.count, list.room, arena_text(a, text));
  }
  return list;
}

/* Which are known. */
static unsigned read_amounts(const json_t *list, double *amounts) {
  unsigned known = 0;
  for (unsigned i = 0; i < PRICE_KINDS; i++) {
    const json_t *dollars = json_array_get(list, i);
    if (!json_is_number(dollars) || !(json_number_value(dollars) >= 0)) continue;
    amounts[i] = json_number_value(dollars);
    known |= 1u << i;
  }
  return known;
}

static void read_price(arena *a, const json_t *from, remote_model *one) {
  const json_t *tiers = json_object_get(from, "price_tiers");
  one->priced = read_amounts(json_object_get(from, "price"), one->price);
  for (void *at = json_object_iter((json_t *)tiers); at; at = json_object_iter_next((json_t *)tiers, at)) {
    const long long above = strtoll(json_object_iter_key(at), NULL, 10);
    price *tier = arena_alloc(a, sizeof *tier);
    tier->head.given = read_amounts(json_object_iter_value(at), tier->amounts);
    if (above > 0 && tier->head.given) one->above = price_tier_add(a, one->above, above, tier);
  }
}

#define READ_COUNT(name, choices)      one.name = count_of(from, #name);
#define READ_TRI(name, choices)        one.name = tri_of(from, #name);
#define READ_FLAG(name, choices)       READ_TRI(name, choices)
#define READ_CHOICE(name, choices)     one.name = choice_of(from, #name, choices);
#define READ_DATE(name, choices)       one.name = day_of(a, from, #name);
#define READ_LIST(name, choices)       one.name = list_of(a, from, #name);
#define READ_MODALITIES(name, choices) READ_LIST(name, choices)

#define READ(use, type, name, listed, fact, upstream, unit, words, choices, ...) ONLY_LISTED_##listed(READ_##type(name, choices))

static remote_model read_facts(arena *a, const json_t *from) {
  remote_model one = REMOTE_MODEL_INIT;
  one.name = member_text(a, from, "name");
  one.display_name = member_text(a, from, "display_name");
  one.family = member_text(a, from, "family");
  one.protocol = member_text(a, from, "protocol");
  one.snapshot_of = member_text(a, from, "snapshot_of");
  MODEL_FIELDS(READ)
  read_price(a, from, &one);
  return one;
}

remote_model cache_heard(const cache *c, arena *a, const char *id) {
  return read_facts(a, json_object_get(json_object_get(c->models, id), "heard"));
}

/* ---- models that only a listing has go back into the catalog ---- */

/* The result decides the same once more, for all models. */
static bool is_still_proved(const cache *c, const char *id, const factory *f, const keyring *ring, const service *s) {
  cached was;
  bool same = cache_find(c, id, &was) && was.identity == ledger_fold(service_identity(ring, s));
  int64_t age = same ? wall_ms() - was.checked_ms : -1;
  return age >= 0 && (age <= keep_for_ms(&f->catalog->policy, was.stage) || service_waits_for_person(s));
}

void cache_restore(const cache *c, factory *f, const keyring *ring, bool all) {
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

/* ---- writing ---- */

#define WRITE_COUNT(name)                                                                                                                  \
  if (one.name) write_integer(w, #name, one.name);
#define WRITE_TRI(name)                                                                                                                    \
  if (one.name != ROSTER_UNKNOWN) write_flag(w, #name, one.name == ROSTER_YES);
#define WRITE_FLAG(name) WRITE_TRI(name)
#define WRITE_CHOICE(name)                                                                                                                 \
  if (one.name) write_text(w, #name, one.name);
#define WRITE_DATE(name) WRITE_CHOICE(name)
#define WRITE_LIST(name) write_list(w, #name, &one.name);

#define WRITE_MODALITIES(name) write_list(w, #name, &one.name);

#define WRITE(use, type, name, listed, ...) ONLY_LISTED_##listed(WRITE_##type(name))

static void write_list(writer *w, const char *name, const texts *list) {
  if (!list->count) return;
  write_open(w, name, '[');
  for (size_t i = 0; i < list->count; i++) write_text(w, NULL, list->at[i]);
  write_close(w, ']');
}

static void write_amounts(writer *w, const char *name, uint64_t known, const double *amounts) {
  write_open(w, name, '[');
  for (unsigned i = 0; i < PRICE_KINDS; i++) write_number_or_null(w, NULL, known >> i & 1, amounts[i]);
  write_close(w, ']');
}

static void write_facts(writer *w, const remote_model *said) {
  const remote_model one = *said;
  MODEL_FIELDS(WRITE)
  if (one.priced) write_amounts(w, "price", one.priced, one.price);
  if (!one.above) return;
  write_open(w, "price_tiers", '{');
  for (size_t i = 0; i < one.above->count; i++) {
    char above[24];
    snprintf(above, sizeof above, "%lld", (long long)one.above->at[i].start);
    if (one.above->at[i].change) write_amounts(w, above, one.above->at[i].change->head.given, one.above->at[i].change->amounts);
  }
  write_close(w, '}');
}

/* The member "listed" of the entry of a discovered model. */
static void write_listed(writer *w, const model *m) {
  const remote_model one = discovery_facts(m);
  write_open(w, "listed", '{');
  write_text(w, "provider", m->of->head.id);
  write_text(w, "name", one.name);
  write_text_or_null(w, "display_name", one.display_name);
  write_text_or_null(w, "family", one.family);
  write_text_or_null(w, "protocol", one.protocol);
  write_text_or_null(w, "snapshot_of", one.snapshot_of);
  write_facts(w, &one);
  write_close(w, '}');
}

/* The member "heard" of the entry of a block's model of which its provider says what the block does not. */
static void write_heard(writer *w, const model *m) {
  const remote_model one = heard_facts(m);
  write_open(w, "heard", '{');
  write_facts(w, &one);
  write_close(w, '}');
}

static void write_model(writer *w, const roster_model *m) {
  write_open(w, m->defined->head.id, '{');
  write_integer(w, "identity", cache_identity(m));
  write_integer(w, "checked_ms", m->outcome.checked_ms);
  write_text(w, "stage", stage_name(m->outcome.stage));
  write_integer(w, "http_status", m->outcome.http_status);
  write_integer(w, "latency_ms", m->outcome.latency_ms);
  if (m->defined->discovered)
    write_listed(w, m->heard);
  else if (m->heard != m->defined)
    write_heard(w, m->heard);
  write_close(w, '}');
}

static char *text_of(uint64_t salt, const result *d, ledger *l, size_t *bytes) {
  writer w = { 0 };
  write_open(&w, NULL, '{');
  write_integer(&w, "roster_cache", VERSION);
  write_integer(&w, "salt", (int64_t)salt);
  write_open(&w, "models", '{');
  for (size_t i = 0; d && i < d->count; i++)
    if (!d->models[i].again && d->models[i].usable && d->models[i].outcome.state == ROSTER_READY && d->models[i].outcome.checked_ms)
      write_model(&w, &d->models[i]);
  write_close(&w, '}');
  ledger_write(l, &w, "billed", wall_ms());
  write_close(&w, '}');
  return write_end(&w, bytes);
}

bool cache_write(const char *file, uint64_t salt, const result *d, ledger *l) {
  size_t bytes = 0;
  char *text = text_of(salt, d, l, &bytes);
  bool good = text && private_file_replace(file, text, bytes);
  int why = errno;
  free(text);
  errno = why;
  return good;
}

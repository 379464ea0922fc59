/* literal_keys: keys that are written into the definitions, where they are shown, logged and committed. A string is taken for one by how it
 * begins; by the name of the header or parameter that carries it and by being as long and as mixed as keys are, so "Bearer implicit" is
 * none; and, where it is linted, anywhere in a deployer's blocks by looking random: a long run of capitals, small letters and digits in
 * turn. So neither a UUID, a hash in hexadecimal nor the name of a model is one. Each is a warning that says how to write it; nothing
 * repeats it. */
#include "library/definitions/literal_keys.h"

#include "library/definitions/plausibility.h"
#include "library/definitions/schema.h"
#include "util/key_shape.h"

#include <string.h>

enum { LONGEST_PREFIX = 63 };

static finding_place place(const char *verb, const void *of, const char *name) { return schema_place(schema_of(verb), of, name); }

/* ---- what looks like a key ---- */

/* Prefixes are compared up to here. */
static size_t cut(const char *prefix) { return strnlen(prefix, LONGEST_PREFIX); }

void literal_keys_count(catalog *c, const provider *p, int by) {
  for (size_t i = 0; i < p->key_prefixes.count; i++) {
    const size_t length = cut(p->key_prefixes.at[i]);
    const char *prefix = arena_bytes(c->arena, p->key_prefixes.at[i], length);
    size_t *users = lookup_get(&c->key_prefixes.users, prefix);
    if (!users) lookup_add(&c->key_prefixes.users, c->arena, prefix, users = arena_alloc(c->arena, sizeof *users));
    *users += (size_t)by;
    c->key_prefixes.lengths |= (uint64_t)1 << length;
  }
}

/* As a provider states it; by a look-up for each length, since providers may be many, and so may words. */
static bool begins_as_stated(const catalog *c, const char *word, size_t length) {
  char start[LONGEST_PREFIX + 1];
  if (!key_has_run(word, length)) return false;
  for (size_t n = 0, most = cut(word); n <= most; n++) {
    if (!(c->key_prefixes.lengths >> n & 1)) continue;
    memcpy(start, word, n);
    start[n] = 0;
    const size_t *users = lookup_get(&c->key_prefixes.users, start);
    if (users && *users) return true;
  }
  return false;
}

static bool is_key(const catalog *c, const char *word, size_t length) { return key_is(word, length) || begins_as_stated(c, word, length); }

/* Of the words of a header, or the value of a parameter. */
static bool has_key(const catalog *c, const char *name, size_t name_length, const char *value, size_t length) {
  const bool may = key_is_name(c->arena, name, name_length);
  for (const char *word = value, *end = value + length; word < end;) {
    size_t n = strcspn(word, " \t;,");
    if (n > (size_t)(end - word)) n = (size_t)(end - word);
    if (is_key(c, word, n) || (n >= KEY_SHORTEST && (key_begins(word) || (may && key_is_mixed(word, n))))) return true;
    word += n + 1;
  }
  return false;
}

bool literal_keys_in(const catalog *c, const char *text) {
  for (const char *word = text; text && *word;) {
    const size_t n = strspn(word, KEY_BYTES);
    if (is_key(c, word, n)) return true;
    word += n;
    word += strcspn(word, KEY_BYTES);
  }
  return false;
}

/* ---- headers and parameters ---- */

static finding_place header_place(catalog *c, const char *verb, const entity *e, const char *name) {
  finding_place header = place(verb, e, "headers");
  header.path = arena_printf(c->arena, "headers.%s", name);
  return header;
}

static const char *secret_for(arena *a, const origin at, const char *value) {
  const size_t n = strcspn(value, " ");
  const bool json = is_json_origin(at), scheme = value[n] != 0;
  if (!scheme) return json ? "{ \"secret\": \"NAME\" }" : "secret \"NAME\"";
  return arena_printf(
      a, json ? "{ \"secret\": { \"env\": \"NAME\", \"prefix\": \"%.*s \" } }" : "secret { env = \"NAME\", prefix = \"%.*s \" }",
      n > 12 ? 6 : (int)n, n > 12 ? "Bearer" : value);
}

static void check_headers(catalog *c, const char *verb, const entity *e, const pairs *list) {
  for (size_t i = 0; i < list->count; i++) {
    const pair *one = &list->at[i];
    if (!one->value || !has_key(c, one->name, strlen(one->name), one->value, strlen(one->value))) continue;
    const finding_place at = header_place(c, verb, e, one->name);
    const char *fix = fix_line(c->arena, at.at, at.path, secret_for(c->arena, at.at, one->value), NULL);
    finding_at(c->findings, ROSTER_WARNING, at, fix, "%s '%s': 'headers.%s' contains what looks like a key: set a variable and write %s",
               verb, e->id, one->name, fix);
  }
}

/* Whether it is reported. */
static bool check_query(catalog *c, const char *verb, const entity *e, const char *member, const char *address) {
  const char *query = address ? strchr(address, '?') : NULL;
  for (const char *at = query; at && *at; at += strcspn(at, "&")) {
    at++; /* past '?' or '&' */
    size_t length = strcspn(at, "&"), name = strcspn(at, "=&");
    const bool named = name + 1 < length && key_is_parameter(c->arena, at, name);
    if (name >= length || (!named && !has_key(c, at, name, at + name + 1, length - name - 1))) continue;
    finding_place where = place(verb, e, member);
    const bool json = is_json_origin(where.at);
    const char *without = arena_bytes(c->arena, address, (size_t)(query - address));
    const char *fix = json ? "\"headers\": { \"x-key\": { \"secret\": \"NAME\" } }" : "headers = { [\"x-key\"] = secret \"NAME\" }";
    const char *base = fix_line(c->arena, where.at, member, arena_printf(c->arena, "\"%s\"", without), NULL);
    finding_at(c->findings, ROSTER_WARNING, where, arena_printf(c->arena, "%s, %s", base, fix),
               "%s '%s': '%s' contains what looks like a key (%.*s=...), and addresses are shown: send it in a header, as in %s", verb,
               e->id, member, (int)name, at, fix);
    return true;
  }
  return false;
}

/* ---- anywhere in a deployer's block ---- */

static void report_string(catalog *c, const char *verb, const entity *e, const char *name, const char *path) {
  finding_place at = place(verb, e, name);
  at.path = path;
  finding_at(c->findings, ROSTER_WARNING, at, NULL,
             "%s%s%s%s: '%s' contains what looks like a key: keys are not written into definitions; set a variable and name it in %s", verb,
             e->id ? " '" : "", e->id ? e->id : "", e->id ? "'" : "", path,
             is_json_origin(at.at) ? "\"credential\": { \"secret\": \"NAME\" }" : "credential = secret \"NAME\"");
}

static void search_texts(catalog *c, const char *verb, const entity *e, const char *name, const texts *list) {
  for (size_t i = 0; i < list->count; i++)
    if (literal_keys_in(c, list->at[i])) report_string(c, verb, e, name, arena_printf(c->arena, "%s[%zu]", name, i + 1));
}

static void search_pairs(catalog *c, const char *verb, const entity *e, const char *name, const pairs *list) {
  for (size_t i = 0; i < list->count; i++) {
    const pair *one = &list->at[i];
    const bool told = text_is(name, "headers") && one->value && has_key(c, one->name, strlen(one->name), one->value, strlen(one->value));
    if (one->value && !told && literal_keys_in(c, one->value))
      report_string(c, verb, e, name, arena_printf(c->arena, "%s.%s", name, one->name));
  }
}

static void search_credential(catalog *c, const char *verb, const entity *e, const credential *one) {
  for (; one; one = one->next) {
    bool found = literal_keys_in(c, one->env) || literal_keys_in(c, one->file) || literal_keys_in(c, one->prefix);
    for (size_t i = 0; i < one->helper.count; i++) found = found || literal_keys_in(c, one->helper.at[i]);
    if (found) report_string(c, verb, e, "credential", "credential");
  }
}

static void search_block(catalog *c, const char *verb, const entity *e, const char *told) {
  const schema *s = schema_of(verb);
  if (e->directory == SHIPPED_DIRECTORY) return;
  for (size_t i = 0; i < s->count; i++) {
    const field *f = &s->fields[i];
    const void *at = (const char *)e + f->offset;
    if (!(e->given & (uint64_t)1 << i) || text_is(f->name, told) || text_is(f->name, "key_prefixes")) continue;
    switch (f->kind) {
    case KIND_TEXT:
    case KIND_URL:
      if (literal_keys_in(c, *(const char *const *)at)) report_string(c, verb, e, f->name, f->name);
      break;
    case KIND_TEXTS: search_texts(c, verb, e, f->name, at); break;
    case KIND_PAIRS: search_pairs(c, verb, e, f->name, at); break;
    case KIND_EXTRA:
      if (literal_keys_in(c, ((const json_members *)at)->json)) report_string(c, verb, e, f->name, f->name);
      break;
    case KIND_CREDENTIAL: search_credential(c, verb, e, *(credential *const *)at); break;
    default: break;
    }
  }
}

/* ---- all of it ---- */

static void check_provider(catalog *c, const provider *p) {
  check_headers(c, "provider", &p->head, &p->headers);
  const bool base = check_query(c, "provider", &p->head, "base_url", p->base_url);
  const bool over = check_query(c, "provider", &p->head, "override", p->override);
  if (c->thorough) search_block(c, "provider", &p->head, base ? "base_url" : over ? "override" : NULL);
}

static void check_gateway(catalog *c, const gateway *g) {
  check_headers(c, "gateway", &g->head, &g->headers);
  const bool base = check_query(c, "gateway", &g->head, "base_url", g->base_url);
  if (c->thorough) search_block(c, "gateway", &g->head, base ? "base_url" : NULL);
}

void literal_keys_check(catalog *c) {
  for (size_t i = 0; i < c->providers.count; i++)
    if (!c->providers.at[i]->base) check_provider(c, c->providers.at[i]);
  for (size_t i = 0; i < c->gateways.count; i++) check_gateway(c, c->gateways.at[i]);
  for (size_t i = 0; i < c->models.count; i++) {
    const model *m = c->models.at[i];
    if (m->headers.count) check_headers(c, "model", &m->head, &m->headers);
    if (c->thorough) search_block(c, "model", &m->head, NULL);
  }
  for (size_t i = 0; c->thorough && i < c->protocols.count; i++) search_block(c, "protocol", &c->protocols.at[i]->head, NULL);
  for (size_t i = 0; c->thorough && i < c->sources.count; i++) search_block(c, "source", &c->sources.at[i]->head, "key");
}

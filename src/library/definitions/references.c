/* references: names that lead somewhere, but not where anybody can mean: a table of a gateway about a provider that is not there, a default
 * that is switched off, models that replace each other. What leads nowhere at all is found by catalog_check.c. */
#include "library/definitions/foreign_keys.h"
#include "library/definitions/references.h"

#include "library/definitions/plausibility.h"
#include "library/definitions/schema.h"
#include "library/definitions/setting.h"
#include "util/clock.h"
#include "util/suggest.h"
#include "util/url.h"

#include <string.h>

static origin where(const char *verb, const void *of, const char *name) { return schema_origin(schema_of(verb), of, name); }

#define AT(verb, e, name, path_, word_)                                                                                                    \
  (finding_place) { .at = where((verb), (e), (name)), .path = (path_), .id = ((const entity *)(e))->id, .word = (word_) }

/* "line 3" of the same file, or "models.lua:3". */
static const char *line_of(catalog *c, origin at, origin from) {
  return text_is(at.file, from.file) ? arena_printf(c->arena, "line %d", at.line) : arena_printf(c->arena, "%s:%d", at.file, at.line);
}

/* ---- a gateway's tables by provider ---- */

static void check_provider_name(catalog *c, const gateway *g, const char *table, const char *id) {
  const char *path = arena_printf(c->arena, "%s.%s", table, id);
  finding_place at = AT("gateway", g, table, path, NULL);
  at.part = PART_KEY;
  if (!lookup_get(&c->providers.ids, id)) {
    const char *nearest = provider_meant(c, id);
    finding_at(c->findings, ROSTER_WARNING, at, nearest, "gateway '%s': '%s' is about unknown provider '%s'%s%s%s", g->head.id, table, id,
               SUGGESTION(nearest));
  } else if (g->providers.count && !texts_have(&g->providers, id)) {
    finding_at(c->findings, ROSTER_WARNING, at, NULL,
               "gateway '%s': '%s' is about provider '%s', which is not in 'providers': it has no effect", g->head.id, table, id);
  }
}

static void check_tables(catalog *c, const gateway *g) {
  const struct {
    const char *name;
    const pairs *list;
  } tables[] = { { "segments", &g->segments }, { "prefixes", &g->prefixes }, { "base_paths", &g->base_paths } };
  for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
    for (size_t k = 0; k < tables[i].list->count; k++)
      if (tables[i].list->at[k].value) check_provider_name(c, g, tables[i].name, tables[i].list->at[k].name);
}

static void check_gateway(catalog *c, const gateway *g) {
  check_tables(c, g);
  if (g->api_names && !strstr(g->api_names, "{api_name}"))
    finding_at(c->findings, ROSTER_ERROR, AT("gateway", g, "api_names", "api_names", NULL),
               fix_line(c->arena, where("gateway", g, "api_names"), "api_names", "\"{provider}/{api_name}\"", NULL),
               "gateway '%s': 'api_names' has no {api_name}: all models would have one name", g->head.id);
}

/* ---- what a role and the default choose from ---- */

static bool has_retired(const char *day) {
  char today[11];
  day_write(wall_ms(), today);
  return day && strncmp(day, today, strlen(day)) <= 0;
}

/* Why the model of a list is never chosen; NULL where it may be. */
static const char *never_chosen(catalog *c, const model *m, origin from) {
  const origin at = where("model", m, "enabled");
  if (m->head.refused || !m->of || m->of->head.refused) return NULL;
  if (!m->enabled) return arena_printf(c->arena, "is disabled (%s)", line_of(c, at, from));
  if (m->of->ended) return arena_printf(c->arena, "is gone: its provider '%s' has ended", m->of->head.id);
  if (has_retired(m->retires)) return arena_printf(c->arena, "retired on %s", m->retires);
  return NULL;
}

static void check_choice(catalog *c, const char *verb, const entity *of, const char *id) {
  const model *m = catalog_model(c, id);
  const char *why = m ? never_chosen(c, m, of->at) : NULL;
  const char *block = of->id ? arena_printf(c->arena, "%s '%s'", verb, of->id) : verb;
  if (why)
    finding_at(c->findings, ROSTER_WARNING, (finding_place){ .at = of->at, .id = of->id, .word = id }, m->replacement,
               "%s: model '%s' %s%s%s%s", block, id, why, m->replacement ? " (its replacement is '" : "",
               m->replacement ? m->replacement : "", m->replacement ? "')" : "");
}

static void check_list(catalog *c, const char *verb, const entity *of, const texts *ids) {
  const char *block = of->id ? arena_printf(c->arena, "%s '%s'", verb, of->id) : verb;
  for (size_t i = 0; i < ids->count; i++) {
    bool twice = false;
    for (size_t k = 0; k < i && i < 100 && !twice; k++) twice = text_is(ids->at[k], ids->at[i]);
    if (twice)
      finding_at(c->findings, ROSTER_WARNING, (finding_place){ .at = of->at, .id = of->id, .word = ids->at[i] }, NULL,
                 "%s: model '%s' is listed twice", block, ids->at[i]);
    else
      check_choice(c, verb, of, ids->at[i]);
  }
}

/* An author's own: a variable's may name a model that is not there. */
static void check_wanted(catalog *c) {
  const char *wanted = c->fallback.wanted;
  if (!wanted || !*wanted || catalog_model(c, wanted) || c->may_discover || settings_source(c, wanted) || settings_marked(c, wanted))
    return;
  const finding_place at = AT("default", &c->fallback, "wanted", "wanted", NULL);
  if (lookup_get(&c->providers.ids, wanted)) {
    const char *way = fix_line(c->arena, at.at, "provider", arena_printf(c->arena, "\"%s\"", wanted), NULL);
    finding_at(c->findings, ROSTER_WARNING, at, way,
               "default: 'wanted' is the provider '%s', and not a model: for the best of its models write %s", wanted, way);
    return;
  }
  const char *nearest = model_meant(c, wanted);
  finding_at(c->findings, ROSTER_WARNING, at, nearest, "default: 'wanted' is unknown model '%s'%s%s%s", wanted, SUGGESTION(nearest));
}

/* Families are what models say, so the nearest is looked for among those. */
static void check_family(catalog *c, const char *verb, const entity *of, const char *family) {
  if (!family || c->may_discover) return;
  texts known = { 0 };
  for (size_t i = 0; i < c->models.count; i++) {
    const char *one = c->models.at[i]->family;
    if (text_is(one, family)) return;
    if (one && !texts_have(&known, one)) LIST_PUSH(c->arena, known.at, known.count, known.room, one);
  }
  const char *nearest = suggest(family, known.at, known.count), *block = of->id ? arena_printf(c->arena, "%s '%s'", verb, of->id) : verb;
  finding_at(c->findings, ROSTER_WARNING, AT(verb, of, "family", "family", NULL), nearest, "%s: no model is of the family '%s'%s%s%s",
             block, family, SUGGESTION(nearest));
}

/* ---- replacements that lead in a circle ---- */

static void check_circle(catalog *c, const model *m) {
  const model *next = m->replacement ? catalog_model(c, m->replacement) : NULL;
  finding_place at = AT("model", m, "replacement", "replacement", NULL);
  if (!next || at.at.line == 0) return;
  if (next == m)
    finding_at(c->findings, ROSTER_WARNING, at, NULL, "model '%s': 'replacement' is its own id: leave it out", m->head.id);
  else if (next->replacement && catalog_model(c, next->replacement) == m && m->position > next->position)
    finding_at(c->findings, ROSTER_WARNING, at, NULL, "model '%s': is replaced by '%s', which it replaces (%s)", m->head.id, next->head.id,
               line_of(c, next->head.at, at.at));
}

/* ---- keys that are sent bare ---- */

/* Where the word "Bearer" before the key is expected by all that take the header. */
static void check_auth(catalog *c, const provider *p) {
  const auth *own = p->auth;
  bool bare = own && own->kind == AUTH_HEADER && text_same(own->header, "authorization") && p->credential;
  for (const credential *one = p->credential; one; one = one->next) bare = bare && !one->prefix && !one->auth;
  if (!bare || (p->speaks && p->speaks->auth && p->speaks->auth->kind == AUTH_HEADER)) return;
  const origin at = where("provider", p, "auth");
  finding_at(c->findings, ROSTER_WARNING, AT("provider", p, "auth", "auth", NULL), fix_line(c->arena, at, "auth", "bearer", "\"bearer\""),
             "provider '%s': 'auth' sends the key alone in the header Authorization, without the word Bearer: write %s", p->head.id,
             fix_line(c->arena, at, "auth", "bearer", "\"bearer\""));
}

/* The same where the key is a header of its own. */
static void check_headers(catalog *c, const provider *p) {
  const auth *wanted = p->auth ? p->auth : p->speaks ? p->speaks->auth : NULL;
  for (size_t i = 0; (!wanted || wanted->kind == AUTH_BEARER) && i < p->headers.count; i++) {
    const pair *one = &p->headers.at[i];
    const credential *from = one->from_secret;
    if (!from || from->prefix || !from->env || !text_same(one->name, "authorization")) continue;
    const char *path = arena_printf(c->arena, "headers.%s", one->name);
    const finding_place at = AT("provider", p, "headers", path, NULL);
    const char *way = arena_printf(c->arena,
                                   is_json_origin(at.at) ? "{ \"secret\": { \"env\": \"%s\", \"prefix\": \"Bearer \" } }"
                                                         : "secret { env = \"%s\", prefix = \"Bearer \" }",
                                   from->env);
    finding_at(c->findings, ROSTER_WARNING, at, from->file || from->helper.count ? NULL : way,
               "provider '%s': '%s' sends the key alone, without the word Bearer: write %s", p->head.id, path, way);
  }
}

/* ---- addresses with more than their base: it is taken off when requests are made ---- */

static const char *without(arena *a, const char *address, const char *ending) {
  const size_t n = strlen(address), k = strlen(ending);
  return k && n > k && text_ends(address, ending) ? arena_bytes(a, address, n - k) : address;
}

static const char *without_slashes(arena *a, const char *address) {
  size_t n = strlen(address);
  while (n && address[n - 1] == '/') n--;
  return address[n] ? arena_bytes(a, address, n) : address;
}

static void check_base(catalog *c, const provider *p) {
  url u;
  const char *written = p->base_url, *path = p->speaks && p->speaks->chat_path ? p->speaks->chat_path : "";
  if (!written || p->base || !p->speaks || strchr(written, '?') || settings_source(c, written) || url_parse(c->arena, written, &u)) return;
  const char *prefix = p->prefix ? p->prefix : p->speaks->prefix ? p->speaks->prefix : "";
  const char *base = without_slashes(c->arena, written), *shorter = strchr(path, '{') ? base : without(c->arena, base, path);
  base = without(c->arena, shorter, without_slashes(c->arena, prefix));
  if (text_is(base, written)) return;
  const origin at = where("provider", p, "base_url");
  const char *fix = fix_line(c->arena, at, "base_url", arena_printf(c->arena, "\"%s\"", base), NULL);
  finding_at(c->findings, ROSTER_WARNING, AT("provider", p, "base_url", "base_url", written + strlen(base)), fix,
             "provider '%s': 'base_url' ends in \"%s\", which is not part of it and is left out: write %s", p->head.id,
             written + strlen(base), fix);
}

/* ---- blocks that amend nothing ---- */

static bool same_digits(const char *a, const char *b) {
  static const char digits[] = "0123456789";
  for (;;) {
    a += strcspn(a, digits);
    b += strcspn(b, digits);
    if (!*a || !*b || *a != *b) return *a == *b;
    a++;
    b++;
  }
}

/* Which of these a block was meant to amend whose id nobody defines: another number is another model, and no slip. NULL: none is near. */
static const char *meant_by(const entity *e, const char *nearest) {
  return nearest && !text_is(nearest, e->id) && same_digits(nearest, e->id) ? nearest : NULL;
}

static const char *nearest_provider(const catalog *c, const entity *e) {
  texts ids = { 0 };
  for (size_t i = 0; i < c->providers.count; i++)
    if (c->providers.at[i]->protocol) LIST_PUSH(c->arena, ids.at, ids.count, ids.room, c->providers.at[i]->head.id);
  return meant_by(e, suggest(e->id, ids.at, ids.count));
}

static const char *nearest_model(const catalog *c, const entity *e) {
  texts ids = { 0 };
  for (size_t i = 0; i < c->models.count; i++)
    if (c->models.at[i]->provider) LIST_PUSH(c->arena, ids.at, ids.count, ids.room, c->models.at[i]->head.id);
  return meant_by(e, suggest(e->id, ids.at, ids.count));
}

static const char *nearest_source(const catalog *c, const entity *e) {
  texts ids = { 0 };
  for (size_t i = 0; i < c->sources.count; i++)
    if (c->sources.at[i]->url) LIST_PUSH(c->arena, ids.at, ids.count, ids.room, c->sources.at[i]->head.id);
  return meant_by(e, suggest(e->id, ids.at, ids.count));
}

/* A gateway may have an address only where its variables are set, and a protocol may wait for a provider: both are mistakes where another
 * name is near, which was meant. */
static void check_meant(catalog *c, const char *verb, const entity *e, const char *nearest, const char *why) {
  if (nearest)
    finding_at(c->findings, ROSTER_WARNING, (finding_place){ .at = e->at, .id = e->id, .word = e->id }, nearest,
               "%s '%s': there is no such %s to amend (did you mean '%s'?), and %s", verb, e->id, verb, nearest, why);
}

static void check_amended_gateway(catalog *c, const gateway *g) {
  texts ids = { 0 };
  if (g->head.directory == SHIPPED_DIRECTORY || g->base_url) return;
  for (size_t i = 0; i < c->gateways.count; i++)
    if (c->gateways.at[i]->base_url || c->gateways.at[i]->head.directory < g->head.directory)
      LIST_PUSH(c->arena, ids.at, ids.count, ids.room, c->gateways.at[i]->head.id);
  check_meant(c, "gateway", &g->head, meant_by(&g->head, suggest(g->head.id, ids.at, ids.count)), "a new one needs 'base_url'");
}

static void check_amended_protocol(catalog *c, const protocol *p) {
  texts ids = { 0 };
  if (p->head.directory == SHIPPED_DIRECTORY) return;
  for (size_t i = 0; i < c->providers.count; i++)
    if (c->providers.at[i]->protocol && text_is(c->providers.at[i]->protocol, p->head.id)) return;
  for (size_t i = 0; i < c->models.count; i++)
    if (c->models.at[i]->protocol && text_is(c->models.at[i]->protocol, p->head.id)) return;
  for (size_t i = 0; i < c->protocols.count; i++)
    if (c->protocols.at[i]->inherit && text_is(c->protocols.at[i]->inherit, p->head.id)) return;
  for (size_t i = 0; i < c->protocols.count; i++)
    if (c->protocols.at[i]->head.directory < p->head.directory)
      LIST_PUSH(c->arena, ids.at, ids.count, ids.room, c->protocols.at[i]->head.id);
  check_meant(c, "protocol", &p->head, meant_by(&p->head, suggest(p->head.id, ids.at, ids.count)), "no provider has this one");
}

void references_missing(catalog *c, const char *verb, const entity *e, const char *name) {
  const origin at = where(verb, e, name);
  const bool full = findings_full(c->findings, NULL);
  const char *nearest = full                      ? NULL
                        : text_is(verb, "model")  ? nearest_model(c, e)
                        : text_is(verb, "source") ? nearest_source(c, e)
                                                  : nearest_provider(c, e);
  if (nearest)
    finding_at(c->findings, ROSTER_ERROR, (finding_place){ .at = at, .id = e->id, .word = e->id }, nearest,
               "%s '%s': there is no such %s to amend (did you mean '%s'?), and a new one needs '%s'", verb, e->id, verb, nearest, name);
  else
    finding_error(c->findings, place_named(at, e->id), "%s '%s': '%s' is missing", verb, e->id, name);
}

/* ---- blocks that are there already ---- */

void references_twice(catalog *c, const char *verb, const entity *known, const entity *block) {
  const bool renamed = text_is(verb, "provider") || text_is(verb, "gateway") || text_is(verb, "source") || text_is(verb, "role");
  const char *id = block->id ? arena_printf(c->arena, " '%s'", block->id) : "";
  finding_at(c->findings, ROSTER_ERROR, place_named(block->at, block->id ? block->id : verb),
             renamed ? arena_printf(c->arena, "%s-2", block->id) : NULL,
             "%s%s is defined twice in one directory (first at %s:%d): write its lines into that block%s", verb, id, known->at.file,
             known->at.line, renamed ? ", or give this one another name" : "");
}

/* ---- all of it ---- */

void references_check(catalog *c) {
  for (size_t i = 0; i < c->gateways.count; i++) check_gateway(c, c->gateways.at[i]);
  for (size_t i = 0; c->thorough && i < c->gateways.count; i++) check_amended_gateway(c, c->gateways.at[i]);
  for (size_t i = 0; c->thorough && i < c->protocols.count; i++) check_amended_protocol(c, c->protocols.at[i]);
  for (size_t i = 0; i < c->models.count; i++)
    if (c->models.at[i]->replacement) check_circle(c, c->models.at[i]);
  for (size_t i = 0; i < c->providers.count; i++) check_auth(c, c->providers.at[i]);
  for (size_t i = 0; c->thorough && i < c->providers.count; i++)
    if (!c->providers.at[i]->base) check_headers(c, c->providers.at[i]);
  for (size_t i = 0; c->thorough && i < c->providers.count; i++) check_base(c, c->providers.at[i]);
  check_list(c, "default", &c->fallback.head, &c->fallback.models);
  check_wanted(c);
  check_family(c, "default", &c->fallback.head, c->fallback.needs.family);
  for (size_t i = 0; i < c->roles.count; i++) {
    const role *r = c->roles.at[i];
    check_list(c, "role", &r->head, &r->models);
    check_family(c, "role", &r->head, r->needs.family);
  }
}

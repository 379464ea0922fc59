/* catalog_check: what only the whole catalog shows to be wrong: names that lead to no model or provider, addresses that variables hold. */
#include "library/definitions/foreign_keys.h"
#include "library/definitions/needs.h"
#include "library/definitions/family.h"
#include "library/definitions/literal_keys.h"
#include "library/definitions/plausibility.h"
#include "library/definitions/references.h"
#include "library/definitions/setting.h"
#include "util/flaw.h"
#include "util/suggest.h"
#include "util/url.h"

#include <string.h>

static finding_place place(const char *verb, const void *of, const char *name) { return schema_place(schema_of(verb), of, name); }

/* Of the last block that says something of it. */
static finding_place head_of(const char *verb, const entity *r) {
  return place_named(r->latest.file ? r->latest : r->at, r->id ? r->id : verb);
}

static void check_replacement(catalog *c, const entity *r, const char *verb, const char *replacement) {
  if (!replacement || catalog_model(c, replacement)) return;
  if (place(verb, r, "replacement").at.line == 0) return; /* a source's: it may name what is not offered here */
  const setting *from = settings_source(c, replacement);
  if (from) {
    finding_warning(c->findings, place(verb, r, "replacement"), "%s '%s': %s is not the id of a model", verb, r->id, from->name);
    return;
  }
  const char *nearest = model_meant(c, replacement);
  finding_at(c->findings, ROSTER_ERROR, place(verb, r, "replacement"), nearest, "%s '%s': unknown replacement '%s'%s%s%s", verb, r->id,
             replacement, SUGGESTION(nearest));
}

/* What is asked for under its name would be another model than the one that is shown. */
static void check_answerer(catalog *c, const model *m) {
  const model *by = m->answered_by ? catalog_model(c, m->answered_by) : NULL;
  if (!m->answered_by || (by && by != m)) return;
  const char *nearest = by ? NULL : model_meant(c, m->answered_by);
  finding_at(c->findings, ROSTER_ERROR, place("model", m, "answered_by"), nearest,
             by ? "model '%s': answered_by names itself" : "model '%s': answered_by names unknown model '%s'%s%s%s", m->head.id,
             m->answered_by, SUGGESTION(nearest));
}

static void check_shadows(catalog *c, const model *m) {
  for (size_t i = 0; i < m->shadows.count; i++) {
    const char *id = m->shadows.at[i];
    if (catalog_model(c, id) == m)
      finding_error(c->findings, place_word(place("model", m, "shadows"), id), "model '%s': shadows itself", m->head.id);
    if (catalog_model(c, id) || c->may_discover) continue;
    const char *nearest = model_meant(c, id);
    finding_at(c->findings, ROSTER_WARNING, place_word(place("model", m, "shadows"), id), nearest,
               "model '%s': shadows unknown model '%s'%s%s%s", m->head.id, id, SUGGESTION(nearest));
  }
}

static void check_budget(catalog *c, const model *m) {
  const token_range *r = m->reasoning_budget;
  if (r && r->head.given == 3 && r->min > r->max)
    finding_error(c->findings, place("model", m, "reasoning_budget"),
                  "model '%s': 'reasoning_budget' has a min of %lld above its max of %lld", m->head.id, (long long)r->min,
                  (long long)r->max);
}

static void check_retired(catalog *c, const retired *r) {
  const model *owner = catalog_model(c, r->head.id);
  if (owner && owner->head.directory <= r->head.directory) /* a deployer's later model may bring an id back */
    finding_error(c->findings, head_of("retired", &r->head), "retired '%s': still leads to model '%s' (%s:%d)", r->head.id, owner->head.id,
                  owner->head.at.file, owner->head.at.line);
  if (!owner && lookup_get(&c->providers.ids, r->head.id))
    finding_error(c->findings, head_of("retired", &r->head), "retired '%s': that is a provider: write provider \"%s\" { retired = true }",
                  r->head.id, r->head.id);
  else
    check_replacement(c, &r->head, "retired", r->replacement);
}

static void check_gateway(catalog *c, const gateway *g) {
  url u;
  const char *wrong = g->base_url && g->enabled ? url_parse(c->arena, g->base_url, &u) : NULL;
  if (wrong)
    finding_warning(c->findings, place("gateway", g, "base_url"), "gateway '%s': base_url '%s' %s: its models will be disabled", g->head.id,
                    url_show(c->arena, g->base_url), wrong);
  for (size_t i = 0; i < g->providers.count; i++) {
    if (lookup_get(&c->providers.ids, g->providers.at[i])) continue;
    const char *nearest = provider_meant(c, g->providers.at[i]);
    finding_at(c->findings, ROSTER_ERROR, place_word(place("gateway", g, "providers"), g->providers.at[i]), nearest,
               "gateway '%s': unknown provider '%s'%s%s%s", g->head.id, g->providers.at[i], SUGGESTION(nearest));
  }
}

/* default { "anthropic" }: the best of a provider is chosen by its key. */
static bool check_provider_choice(catalog *c, finding_place at, const char *what, const char *id) {
  const bool json = is_json_origin(at.at);
  if (!lookup_get(&c->providers.ids, id)) return false;
  const char *way = arena_printf(c->arena, json ? "\"provider\": \"%s\"" : "provider = \"%s\"", id);
  at.apart = json; /* beside the list that it is in */
  finding_at(c->findings, ROSTER_WARNING, at, way, "%s: '%s' is a provider, and not a model: for the best of its models write %s", what, id,
             way);
  return true;
}

static void check_choice(catalog *c, finding_place at, const char *what, const texts *ids) {
  for (size_t i = 0; i < ids->count; i++) {
    if (catalog_model(c, ids->at[i]) || c->may_discover) continue;
    at.path = arena_printf(c->arena, "[%zu]", i + 1);
    if (check_provider_choice(c, at, what, ids->at[i])) continue;
    const char *nearest = model_meant(c, ids->at[i]);
    finding_at(c->findings, ROSTER_WARNING, at, nearest, "%s: unknown model '%s'%s%s%s", what, ids->at[i], SUGGESTION(nearest));
  }
}

/* It may name a model that is not there, and holds what its variable holds. */
static void check_wanted(catalog *c) {
  const char *wanted = c->fallback.wanted, *flaw = wanted ? flaw_in_setting(c->arena, wanted) : NULL;
  const setting *from = flaw ? settings_source(c, wanted) : NULL;
  if (flaw)
    finding_warning(c->findings, place("default", &c->fallback, "wanted"), "default: %s (%s) %s: no model is called so",
                    from ? from->name : "'wanted'", flaw_show(c->arena, wanted), flaw);
}

/* What an author wrote is an error when it is read; what a variable holds only costs its provider. */
static void check_address(catalog *c, const provider *p, const char *member, const char *address) {
  const setting *from = p->enabled && address ? settings_source(c, address) : NULL;
  url u;
  const char *wrong = from ? url_parse(c->arena, address, &u) : NULL;
  if (from && !wrong && !u.https && !url_is_private(&u) && !p->plain_http) wrong = "would send the key unencrypted";
  if (wrong)
    finding_warning(c->findings, place("provider", p, member), "provider '%s': %s \"%s\" (from %s) %s: its models are disabled", p->head.id,
                    member, url_show(c->arena, address), from->name, wrong);
}

/* What replaces a provider is a provider too. One that is not there is no error: a file may be read without the others. */
static void check_successor(catalog *c, const provider *p) {
  const finding_place at = place("provider", p, "replacement");
  if (!p->replacement || settings_source(c, p->replacement)) return;
  const provider *next = lookup_get(&c->providers.ids, p->replacement);
  if (next == p)
    finding_error(c->findings, at, "provider '%s': it cannot replace itself", p->head.id);
  else if (!next)
    finding_warning(c->findings, at, "provider '%s': unknown replacement '%s'%s%s%s", p->head.id, p->replacement,
                    SUGGESTION(provider_meant(c, p->replacement)));
}

static void check_provider(catalog *c, const provider *p) {
  if (p->base) return;
  check_successor(c, p);
  check_address(c, p, "override", p->override);
  if (!p->override) check_address(c, p, "base_url", p->base_url);
}

/* ---- sources ---- */

/* The text of a minisign public key: 42 bytes in base64, of which the first two are "Ed". */
static bool is_public_key(const char *key) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  return strlen(key) == 56 && text_starts(key, "RW") && strspn(key, digits) == 56;
}

static void check_source_address(catalog *c, const fact_source *s) {
  url u;
  const char *wrong = url_parse(c->arena, s->url, &u);
  if (!wrong && (u.https || s->key || s->plain_http || url_is_near(&u))) return;
  if (wrong)
    finding_warning(c->findings, place("source", s, "url"), "source '%s': url \"%s\" %s: it is not asked", s->head.id,
                    url_show(c->arena, s->url), wrong);
  else
    finding_error(
        c->findings, place("source", s, "url"),
        "source '%s': what comes in the clear may be anybody's: use https://, sign it and write its key, or say plain_http = true",
        s->head.id);
}

static void check_source(catalog *c, const fact_source *s) {
  const uint64_t url_bit = (uint64_t)1 << (schema_field(schema_of("source"), "url") - schema_of("source")->fields);
  if (!s->url && !(s->head.wrong & url_bit)) references_missing(c, "source", &s->head, "url");
  if (s->url && !s->head.refused) check_source_address(c, s);
  if (s->key && !s->head.refused && !is_public_key(s->key))
    finding_error(c->findings, place("source", s, "key"), "source '%s': 'key' must be a minisign public key, \"RW\" and 54 more characters",
                  s->head.id);
  if (text_is(s->may, "models") && !text_is(s->format, "roster"))
    finding_error(c->findings, place("source", s, "may"),
                  "source '%s': 'may' must be \"facts\": of what the format %s has, models cannot be made", s->head.id, s->format);
}

/* ---- all of it ---- */

void catalog_check(catalog *c) {
  for (size_t i = 0; i < c->providers.count; i++) check_provider(c, c->providers.at[i]);
  for (size_t i = 0; i < c->models.count; i++) check_replacement(c, &c->models.at[i]->head, "model", c->models.at[i]->replacement);
  for (size_t i = 0; i < c->models.count; i++) check_answerer(c, c->models.at[i]);
  for (size_t i = 0; i < c->models.count; i++) check_shadows(c, c->models.at[i]);
  for (size_t i = 0; i < c->models.count; i++) check_budget(c, c->models.at[i]);
  for (size_t i = 0; i < c->retired.count; i++) check_retired(c, c->retired.at[i]);
  for (size_t i = 0; i < c->families.count; i++) family_check(c, c->families.at[i]);
  for (size_t i = 0; i < c->gateways.count; i++) check_gateway(c, c->gateways.at[i]);
  for (size_t i = 0; i < c->sources.count; i++) check_source(c, c->sources.at[i]);
  plausibility_check(c);
  if (c->thorough) provider_doubts_check(c);
  references_check(c);
  literal_keys_check(c);
  check_wanted(c);
  check_choice(c, head_of("default", &c->fallback.head), "default", &c->fallback.models);
  needs_check(c, "default", &c->fallback.head, &c->fallback.needs);
  for (size_t i = 0; i < c->roles.count; i++) {
    const role *r = c->roles.at[i];
    check_choice(c, head_of("role", &r->head), arena_printf(c->arena, "role '%s'", r->head.id), &r->models);
    needs_check(c, "role", &r->head, &r->needs);
  }
}

/* catalog_check: see catalog_check.h. */
#include "library/definitions/catalog_check.h"

#include "util/flaw.h"
#include "util/suggest.h"
#include "util/url.h"
#include "library/definitions/literal_secret.h"
#include "library/definitions/setting.h"

#include <string.h>

static origin where(const char *verb, const void *of, const char *name) { return schema_origin(schema_of(verb), of, name); }

static void check_replacement(catalog *c, const entity *r, const char *verb, const char *replacement) {
  if (!replacement || catalog_model(c, replacement)) return;
  const setting *from = settings_source(c, replacement);
  if (from) {
    finding_warning(c->findings, where(verb, r, "replacement"), "%s '%s': %s is not the id of a model", verb, r->id, from->name);
    return;
  }
  const char *nearest = NEAREST(c, models, replacement);
  finding_error(c->findings, where(verb, r, "replacement"), "%s '%s': unknown replacement '%s'%s%s%s", verb, r->id, replacement,
                SUGGESTION(nearest));
}

static void check_shadows(catalog *c, const model *m) {
  for (size_t i = 0; i < m->shadows.count; i++) {
    const char *id = m->shadows.at[i];
    if (catalog_model(c, id) == m) finding_error(c->findings, where("model", m, "shadows"), "model '%s': shadows itself", m->head.id);
    if (catalog_model(c, id) || c->may_discover) continue;
    const char *nearest = NEAREST(c, models, id);
    finding_warning(c->findings, where("model", m, "shadows"), "model '%s': shadows unknown model '%s'%s%s%s", m->head.id, id,
                    SUGGESTION(nearest));
  }
}

static void check_retired(catalog *c, const retired *r) {
  const model *owner = catalog_model(c, r->head.id);
  if (owner && owner->head.directory <= r->head.directory) /* a deployer's later model may bring an id back */
    finding_error(c->findings, r->head.at, "retired '%s': still leads to model '%s' (%s:%d)", r->head.id, owner->head.id,
                  owner->head.at.file, owner->head.at.line);
  check_replacement(c, &r->head, "retired", r->replacement);
}

static void check_gateway(catalog *c, const gateway *g) {
  url u;
  const char *wrong = g->base_url && g->enabled ? url_parse(c->arena, g->base_url, &u) : NULL;
  if (wrong)
    finding_warning(c->findings, where("gateway", g, "base_url"), "gateway '%s': base_url '%s' %s: its models will be disabled", g->head.id,
                    url_show(c->arena, g->base_url), wrong);
  for (size_t i = 0; i < g->providers.count; i++) {
    if (lookup_get(&c->providers.ids, g->providers.at[i])) continue;
    const char *nearest = NEAREST(c, providers, g->providers.at[i]);
    finding_error(c->findings, where("gateway", g, "providers"), "gateway '%s': unknown provider '%s'%s%s%s", g->head.id,
                  g->providers.at[i], SUGGESTION(nearest));
  }
}

static void check_choice(catalog *c, origin at, const char *what, const texts *ids) {
  for (size_t i = 0; i < ids->count; i++) {
    if (catalog_model(c, ids->at[i]) || c->may_discover) continue;
    const char *nearest = NEAREST(c, models, ids->at[i]);
    finding_warning(c->findings, at, "%s: unknown model '%s'%s%s%s", what, ids->at[i], SUGGESTION(nearest));
  }
}

/* It may name a model that is not there, and holds what its variable holds. */
static void check_wanted(catalog *c) {
  const char *wanted = c->fallback.wanted, *flaw = wanted ? flaw_in_setting(c->arena, wanted) : NULL;
  const setting *from = flaw ? settings_source(c, wanted) : NULL;
  if (flaw)
    finding_warning(c->findings, where("default", &c->fallback, "wanted"), "default: %s (%s) %s: no model is called so",
                    from ? from->name : "'wanted'", flaw_show(c->arena, wanted), flaw);
}

/* What an author wrote is an error when it is read; what a variable holds only costs its provider. */
static void check_address(catalog *c, const provider *p, const char *member, const char *address) {
  const setting *from = p->enabled && address ? settings_source(c, address) : NULL;
  url u;
  const char *wrong = from ? url_parse(c->arena, address, &u) : NULL;
  if (from && !wrong && !u.https && !url_is_private(&u) && !p->plain_http) wrong = "would send the key in the clear";
  if (wrong)
    finding_warning(c->findings, where("provider", p, member), "provider '%s': %s \"%s\" (from %s) %s: its models are disabled", p->head.id,
                    member, url_show(c->arena, address), from->name, wrong);
}

static void check_provider(catalog *c, const provider *p) {
  if (p->base) return;
  check_address(c, p, "override", p->override);
  if (!p->override) check_address(c, p, "base_url", p->base_url);
}

void catalog_check(catalog *c) {
  for (size_t i = 0; i < c->providers.count; i++) check_provider(c, c->providers.at[i]);
  for (size_t i = 0; i < c->models.count; i++) check_replacement(c, &c->models.at[i]->head, "model", c->models.at[i]->replacement);
  for (size_t i = 0; i < c->models.count; i++) check_shadows(c, c->models.at[i]);
  for (size_t i = 0; i < c->retired.count; i++) check_retired(c, c->retired.at[i]);
  for (size_t i = 0; i < c->gateways.count; i++) check_gateway(c, c->gateways.at[i]);
  literal_secrets_warn(c);
  check_wanted(c);
  check_choice(c, c->fallback.head.at, "default", &c->fallback.models);
  for (size_t i = 0; i < c->roles.count; i++)
    check_choice(c, c->roles.at[i]->at, arena_printf(c->arena, "role '%s'", c->roles.at[i]->name), &c->roles.at[i]->models);
}

/* catalog: takes blocks in one by one, then settles what needs all of them: first inheritance, then a provider and its models for each
 * further credential, then references, then the names that lead to models. */
#include "library/definitions/foreign_keys.h"
#include "library/definitions/literal_keys.h"
#include "library/definitions/plausibility.h"
#include "library/definitions/references.h"
#include "library/definitions/setting.h"
#include "util/clock.h"
#include "util/suggest.h"
#include "util/url.h"

#include <string.h>

enum { MOST_COMPARED = 10 * 1000 * 1000 };

static uint64_t field_bit(const schema *s, const char *name) { return (uint64_t)1 << (schema_field(s, name) - s->fields); }

/* Adds or amends one entity in a list of the catalog, and returns: false after a finding. */
#define TAKE(c, list, schema_, block)                                                                                                      \
  do {                                                                                                                                     \
    entity *known_ = lookup_get(&(c)->list.ids, (block)->head.id);                                                                         \
    entity *taken_ = take_entity((c), (schema_), known_, &(block)->head);                                                                  \
    if (taken_ && !known_) {                                                                                                               \
      lookup_add_kept(&(c)->list.ids, (c)->arena, taken_->id, taken_);                                                                     \
      LIST_PUSH((c)->arena, (c)->list.at, (c)->list.count, (c)->list.room, (void *)taken_);                                                \
    }                                                                                                                                      \
    return taken_ != NULL;                                                                                                                 \
  } while (0)

bool catalog_is_twice(catalog *c, const char *verb, const entity *known, const entity *block) {
  const bool twice = known && known->at.file && known->directory == block->directory;
  if (twice) references_twice(c, verb, known, block);
  return twice;
}

static entity *take_entity(catalog *c, const schema *s, entity *known, entity *block) {
  if (catalog_is_twice(c, s->verb, known, block)) return NULL;
  entity *r = known ? known : block;
  if (known && !known->origins) known->origins = arena_array(c->arena, s->count, sizeof *known->origins);
  if (known) schema_amend(s, c->arena, known, block);
  r->directory = block->directory;
  r->latest = block->at;
  return r;
}

static bool add_provider_block(catalog *c, const schema *s, provider *b) { TAKE(c, providers, s, b); }

/* `loopback` implies `enabled`, unless the same block sets that too. */
static bool take_provider(catalog *c, const schema *s, provider *b) {
  if (b->loopback && !(b->head.given & field_bit(s, "enabled"))) {
    b->enabled = true;
    b->head.given |= field_bit(s, "enabled");
  }
  const provider *known = lookup_get(&c->providers.ids, b->head.id);
  if (b->unless_defined && known) return !catalog_is_twice(c, s->verb, &known->head, &b->head);
  if (b->head.directory == SHIPPED_DIRECTORY && !(b->head.given & field_bit(s, "common_helper")))
    b->common_helper = false; /* one key must not go to forty hosts */
  if (known) literal_keys_count(c, known, -1);
  const bool taken = add_provider_block(c, s, b);
  literal_keys_count(c, known ? known : b, taken || known ? 1 : 0);
  return taken;
}

/* A reader of listings that comes without one of models gives models itself, whatever reader an earlier block has. A reader of models finds
 * names where it looks for them, not where an earlier one did. */
static bool take_protocol(catalog *c, const schema *s, protocol *b) {
  protocol *known = lookup_get(&c->protocols.ids, b->head.id);
  if (b->read_list) (known ? known : b)->plain_list = !b->read_model;
  if (b->read_model) b->head.given |= field_bit(s, "named_by");
  TAKE(c, protocols, s, b);
}

static bool take_default(catalog *c, const fallback *b) {
  if (catalog_is_twice(c, "default", &c->fallback.head, &b->head)) return false;
  c->fallback = *b;
  return true;
}

static bool take_validate(catalog *c, const schema *s, const policy *b) {
  if (catalog_is_twice(c, "validate", &c->policy.head, &b->head)) return false;
  if (!c->policy.head.at.file) s->defaults(&c->policy);
  schema_amend(s, c->arena, &c->policy, b);
  c->policy.head.at = b->head.at;
  c->policy.head.directory = b->head.directory;
  return true;
}

static const char *tier_of_role(const char *id) {
  static const char *const tiers[][2] = { { "cheap", "fast" }, { "mid", "balanced" }, { "flagship", "flagship" } };
  for (size_t i = 0; i < sizeof tiers / sizeof *tiers; i++)
    if (text_is(tiers[i][0], id)) return tiers[i][1];
  return NULL;
}

static bool take_role(catalog *c, const schema *s, const role *b) {
  role *known = lookup_get(&c->roles.ids, b->head.id);
  if (catalog_is_twice(c, "role", known ? &known->head : NULL, &b->head)) return false;
  role *r = known ? known : arena_alloc(c->arena, sizeof *r);
  *r = *b;
  if (!(b->head.removed & field_bit(s, "tier")) && !b->needs.tier) r->needs.tier = tier_of_role(b->head.id);
  if (known) return true;
  lookup_add(&c->roles.ids, c->arena, r->head.id, r);
  LIST_PUSH(c->arena, c->roles.at, c->roles.count, c->roles.room, r);
  return true;
}

bool catalog_take(catalog *c, const char *verb, void *block) {
  const schema *s = schema_of(verb);
  if (text_is(verb, "provider")) return take_provider(c, s, block);
  if (text_is(verb, "model")) TAKE(c, models, s, (model *)block);
  if (text_is(verb, "gateway")) TAKE(c, gateways, s, (gateway *)block);
  if (text_is(verb, "protocol")) return take_protocol(c, s, block);
  if (text_is(verb, "retired")) TAKE(c, retired, s, (retired *)block);
  if (text_is(verb, "family")) TAKE(c, families, s, (model_family *)block);
  if (text_is(verb, "source")) TAKE(c, sources, s, (fact_source *)block);
  if (text_is(verb, "default")) return take_default(c, block);
  if (text_is(verb, "validate")) return take_validate(c, s, block);
  if (text_is(verb, "ids")) return catalog_take_ids(c, block);
  return take_role(c, s, block);
}

void catalog_expect_models(catalog *c, size_t count) {
  const size_t all = c->models.count + count;
  lookup_reserve(&c->models.ids, c->arena, all);
  if (all <= c->models.room) return;
  c->models.at = arena_grow(c->arena, c->models.at, c->models.count * sizeof *c->models.at, all * sizeof *c->models.at);
  c->models.room = all;
}

void catalog_take_function(catalog *c, const char *verb, rule r) {
  rules *list = text_is(verb, "rule") ? &c->rules : &c->documents;
  size_t *latest = lookup_get(&list->latest, r.name);
  rule *known = latest ? &list->at[*latest] : NULL;
  if (known && known->directory == r.directory)
    finding_error(c->findings, place_named(r.at, r.name), "%s '%s' is defined twice in one directory (first at %s:%d)", verb, r.name,
                  known->at.file, known->at.line);
  if (known)
    known->name = ""; /* replaced */
  else
    lookup_add(&list->latest, c->arena, r.name, latest = arena_alloc(c->arena, sizeof *latest));
  *latest = list->count;
  LIST_PUSH(c->arena, list->at, list->count, list->room, r);
}

const rule *catalog_document(const catalog *c, const char *name) {
  const size_t *latest = lookup_get(&c->documents.latest, name);
  return latest ? &c->documents.at[*latest] : NULL;
}

model *catalog_model(const catalog *c, const char *id) { return lookup_get(&c->names, id); }

const char *provider_name(const provider *p) { return p->base ? p->base->head.id : p->head.id; }

/* ---- finishing ---- */

/* Each word is compared with all names, so that many unknown words among many names would take the square: then later ones go without. */
const char *catalog_nearest(catalog *c, void *const *at, size_t count, const char *word) {
  if (findings_full(c->findings, NULL) || c->compared > MOST_COMPARED) return NULL;
  c->compared += count;
  suggestion s = suggest_begin(word);
  for (size_t i = 0; i < count; i++) suggest_offer(&s, ((const entity *)at[i])->id);
  return s.best;
}

static finding_place place(const char *verb, const void *of, const char *name) { return schema_place(schema_of(verb), of, name); }

/* Rules of later directories come first; within one, they keep the order of the files. Directories are few. */
static void order_rules(catalog *c) {
  const rules all = c->rules;
  int last = 0;
  for (size_t i = 0; i < all.count; i++) last = all.at[i].directory > last ? all.at[i].directory : last;
  c->rules.at = arena_array(c->arena, all.count, sizeof *all.at);
  c->rules.count = 0;
  for (int directory = last; directory >= 0; directory--)
    for (size_t i = 0; i < all.count; i++)
      if (*all.at[i].name && all.at[i].directory == directory) c->rules.at[c->rules.count++] = all.at[i];
}

/* Whether the field is absent because its value was refused, which is reported already. */
static bool was_wrong(const char *verb, const entity *r, const char *name) { return r->wrong & field_bit(schema_of(verb), name); }

/* ---- `credential_use = "each"`: each credential after the first becomes a provider with models, named by its label: "acme@work",
 * "acme-large@work". Models have inherited by then, and nothing is resolved yet. ---- */

static bool labels_differ(const credential *first) {
  for (const credential *a = first; a; a = a->next) {
    if (!a->label) return false;
    for (const credential *b = a->next; b; b = b->next)
      if (b->label && text_is(a->label, b->label)) return false;
  }
  return true;
}

static credential *alone(catalog *c, const credential *from) {
  credential *one = arena_alloc(c->arena, sizeof *one);
  *one = *from;
  one->next = NULL;
  return one;
}

static void add_provider(catalog *c, provider *base, const credential *with) {
  provider *p = arena_alloc(c->arena, sizeof *p);
  *p = *base;
  p->base = base;
  p->head.id = arena_printf(c->arena, "%s@%s", base->head.id, with->label);
  p->title = arena_printf(c->arena, "%s (%s)", base->title ? base->title : base->head.id, with->label);
  p->credential = alone(c, with);
  if (lookup_add(&c->providers.ids, c->arena, p->head.id, p)) return; /* a block has that id, and takes precedence */
  LIST_PUSH(c->arena, c->providers.at, c->providers.count, c->providers.room, p);
}

static void add_model(catalog *c, const model *of, const char *label) {
  model *m = arena_alloc(c->arena, sizeof *m);
  *m = *of;
  m->head.id = arena_printf(c->arena, "%s@%s", of->head.id, label);
  m->provider = arena_printf(c->arena, "%s@%s", of->provider, label);
  m->description = arena_printf(c->arena, "%s (%s)", of->description ? of->description : of->head.id, label);
  m->aliases = m->formerly = m->shadows = (texts){ 0 };
  m->former_windows = m->variants = (windows){ 0 };
  m->recommended = false;
  if (lookup_add(&c->models.ids, c->arena, m->head.id, m)) return;
  LIST_PUSH(c->arena, c->models.at, c->models.count, c->models.room, m);
}

typedef struct owned_models {
  const model **at;
  size_t count, room;
} owned_models;

/* The models of each provider that has any, by its id, in their order. */
static lookup models_by_provider(const catalog *c) {
  lookup all = { 0 };
  for (size_t i = 0; i < c->models.count; i++) {
    const model *m = c->models.at[i];
    owned_models *o = m->provider ? lookup_get(&all, m->provider) : NULL;
    if (!m->provider) continue;
    if (!o) lookup_add(&all, c->arena, m->provider, o = arena_alloc(c->arena, sizeof *o));
    LIST_PUSH(c->arena, o->at, o->count, o->room, m);
  }
  return all;
}

static void expand_provider(catalog *c, provider *p, const owned_models *own) {
  const credential *first = p->credential;
  if (!labels_differ(first)) {
    finding_error(c->findings, place("provider", p, "credential_use"),
                  "provider '%s': credential_use = \"each\" tells credentials apart by label: give each its own label", p->head.id);
    return;
  }
  for (const credential *other = first->next; other; other = other->next) {
    add_provider(c, p, other);
    for (size_t i = 0; own && i < own->count; i++) add_model(c, own->at[i], other->label);
  }
  p->credential = alone(c, first);
}

static void expand_credentials(catalog *c) {
  lookup own = { 0 };
  const size_t providers = c->providers.count;
  for (size_t i = 0; i < providers; i++) {
    provider *p = c->providers.at[i];
    if (p->credential_use != CREDENTIAL_USE_EACH || !p->credential || !p->credential->next) continue;
    if (!own.count) own = models_by_provider(c);
    expand_provider(c, p, lookup_get(&own, p->head.id));
  }
}

/* ---- references ---- */

/* A provider whose protocol is refused asks nothing; it still needs one. */
static void resolve_refused(catalog *c, provider *p) {
  p->speaks = p->protocol ? lookup_get(&c->protocols.ids, p->protocol) : NULL;
  if (!p->speaks && c->protocols.count) p->speaks = c->protocols.at[0];
}

/* An address from a variable costs what uses it, not the load; a provider without models would not show what is wrong. */
static void check_address(catalog *c, const provider *p, const char *name, const char *address) {
  url u;
  const setting *from = p->enabled ? settings_source(c, address) : NULL;
  const char *wrong = from ? url_parse(c->arena, address, &u) : NULL;
  if (wrong)
    finding_warning(c->findings, place("provider", p, name), "provider '%s': %s \"%s\" (from %s) %s: its models are disabled", p->head.id,
                    name, url_show(c->arena, address), from->name, wrong);
}

static void resolve_provider(catalog *c, provider *p) {
  const char *id = p->head.id;
  p->own_proofs = p->head.given & field_bit(schema_of("provider"), "prove");
  if (!p->title) p->title = id;
  if (p->head.refused) {
    resolve_refused(c, p);
    return;
  }
  if (!p->protocol) {
    if (!was_wrong("provider", &p->head, "protocol")) references_missing(c, "provider", &p->head, "protocol");
    return;
  }
  p->speaks = lookup_get(&c->protocols.ids, p->protocol);
  if (!p->speaks) {
    const char *nearest = protocol_meant(c, p->protocol);
    finding_at(c->findings, ROSTER_ERROR, place("provider", p, "protocol"), nearest, "provider '%s': unknown protocol '%s'%s%s%s", id,
               p->protocol, SUGGESTION(nearest));
  }
  check_address(c, p, "override", p->override);
  if (!p->override) check_address(c, p, "base_url", p->base_url);
  provider_address_check(c, p);
}

script_ref model_generate(const model *m) { return m->of->generate ? m->of->generate : m->speaks->generate; }

static void resolve_protocol(catalog *c, model *m) {
  m->speaks = m->protocol ? lookup_get(&c->protocols.ids, m->protocol) : m->of ? m->of->speaks : NULL;
  if (!m->protocol || m->speaks) return;
  const char *nearest = protocol_meant(c, m->protocol);
  finding_at(c->findings, ROSTER_ERROR, place("model", m, "protocol"), nearest, "model '%s': unknown protocol '%s'%s%s%s", m->head.id,
             m->protocol, SUGGESTION(nearest));
}

static void resolve_model(catalog *c, model *m) {
  if (!m->description) m->description = m->head.id;
  if (!m->provider) {
    if (!was_wrong("model", &m->head, "provider") && !was_wrong("model", &m->head, "inherit"))
      references_missing(c, "model", &m->head, "provider");
    return;
  }
  m->of = lookup_get(&c->providers.ids, m->provider);
  if (!m->of) {
    const char *nearest = provider_meant(c, m->provider);
    finding_at(c->findings, ROSTER_ERROR, place("model", m, "provider"), nearest, "model '%s': unknown provider '%s'%s%s%s", m->head.id,
               m->provider, SUGGESTION(nearest));
  }
  resolve_protocol(c, m);
}

/* Each name leads to one model, or a stored id would be ambiguous. */
static void claim(catalog *c, model *m, const char *list, const char *what, const char *name) {
  model *owner = lookup_add(&c->names, c->arena, name, m);
  if (!owner) return;
  const finding_place at = place_word(place("model", m, list), name);
  if (owner != m)
    finding_error(c->findings, at, "model '%s': %s '%s' already leads to model '%s' (%s:%d)", m->head.id, what, name, owner->head.id,
                  owner->head.at.file, owner->head.at.line);
  else if (text_is(name, m->head.id))
    finding_at(c->findings, ROSTER_WARNING, at, NULL, "model '%s': %s '%s' is its own id: leave it out", m->head.id, what, name);
  else
    finding_warning(c->findings, at, "model '%s': %s '%s' is listed twice", m->head.id, what, name);
}

static void claim_names(catalog *c) {
  const size_t count = c->models.count;
  size_t names = count;
  for (size_t i = 0; i < count; i++) {
    const model *m = c->models.at[i];
    names += m->aliases.count + m->formerly.count + m->variants.count;
  }
  lookup_reserve(&c->names, c->arena, names);
  for (size_t i = 0; i < count; i++) lookup_add(&c->names, c->arena, c->models.at[i]->head.id, c->models.at[i]);
  for (size_t i = 0; i < count; i++)
    for (size_t k = 0; k < c->models.at[i]->variants.count; k++)
      if (c->models.at[i]->variants.at[k].tokens) claim(c, c->models.at[i], "variants", "variant", c->models.at[i]->variants.at[k].id);
  for (size_t i = 0; i < count; i++)
    for (size_t k = 0; k < c->models.at[i]->aliases.count; k++)
      claim(c, c->models.at[i], "aliases", "alias", c->models.at[i]->aliases.at[k]);
  for (size_t i = 0; i < count; i++)
    for (size_t k = 0; k < c->models.at[i]->formerly.count; k++)
      claim(c, c->models.at[i], "formerly", "former id", c->models.at[i]->formerly.at[k]);
}

/* A listing may have an id that no block has, so it is not known yet whether the id exists. */
static bool any_discovers(const catalog *c) {
  for (size_t i = 0; i < c->providers.count; i++)
    if (c->providers.at[i]->enabled && c->providers.at[i]->discover) return true;
  return false;
}

/* What has ended is off, whatever else its blocks say. A month counts as its first day. */
static void settle_end(provider *p) {
  char today[11];
  day_write(wall_ms(), today);
  p->ended = p->retired && strncmp(p->retired, today, strlen(p->retired)) <= 0;
  p->enabled = p->enabled && !p->ended;
}

/* A gateway for all providers does not reach a server on this machine, and a signature is only valid for the provider's own address. */
static bool goes_direct(const provider *p) { return p->loopback || (p->auth && p->auth->kind == AUTH_AWS_SIGV4); }

/* The first gateway that serves it, whether that names the provider or is for all. */
static void choose_gateways(catalog *c) {
  lookup named = { 0 };
  gateway **for_all = NULL;
  for (size_t i = 0; i < c->gateways.count; i++) {
    gateway **one = &c->gateways.at[i], *g = *one;
    if (!g->enabled || (!g->base_url && !g->head.refused)) continue;
    if (!g->providers.count && !for_all) for_all = one;
    for (size_t k = 0; k < g->providers.count; k++) lookup_add(&named, c->arena, g->providers.at[k], one);
  }
  for (size_t i = 0; i < c->providers.count; i++) {
    provider *p = c->providers.at[i];
    gateway **one = lookup_get(&named, provider_name(p)), **other = goes_direct(p) ? NULL : for_all;
    if (other && (!one || other < one)) one = other;
    p->gateway = one && !p->direct ? *one : NULL;
  }
}

void catalog_finish(catalog *c, const char *ids) {
  if (!c->policy.head.at.file) schema_of("validate")->defaults(&c->policy);
  order_rules(c);
  catalog_inherit(c);
  for (size_t i = 0; i < c->providers.count; i++) settle_end(c->providers.at[i]);
  expand_credentials(c);
  settings_settle(c);
  catalog_share_helpers(c);
  for (size_t i = 0; i < c->providers.count; i++) {
    c->providers.at[i]->position = i;
    if (c->providers.at[i]->base)
      c->providers.at[i]->speaks = c->providers.at[i]->base->speaks;
    else
      resolve_provider(c, c->providers.at[i]);
  }
  for (size_t i = 0; i < c->models.count; i++) {
    c->models.at[i]->position = i;
    resolve_model(c, c->models.at[i]);
  }
  claim_names(c);
  c->may_discover = any_discovers(c);
  catalog_spell(c, ids);
  choose_gateways(c);
  catalog_check(c);
}

/* discovery: see discovery.h. */
#include "library/validate/discovery.h"

#include "library/definitions/facts.h"
#include "library/definitions/family.h"
#include "library/definitions/schema.h"
#include "library/validate/dated.h"
#include "library/validate/heard.h"

#include <string.h>

enum { LONGEST_NAME = 150 };

/* ---- which names are wanted ---- */

static bool matches(const texts *globs, const char *name) {
  for (size_t i = 0; i < globs->count; i++)
    if (text_glob(name, globs->at[i])) return true;
  return false;
}

/* Whether the provider's patterns let it through and it can be an id. */
static bool is_wanted(const provider *p, const char *name) {
  size_t length = strlen(name);
  if (!length || length > LONGEST_NAME || text_has_control(name, length)) return false;
  if (p->discover_allow.count && !matches(&p->discover_allow, name)) return false;
  return !matches(&p->discover_deny, name);
}

/* ---- the entity ---- */

static void mark_given_by(model *m, const char *name, const char *by) {
  const schema *s = schema_of("model");
  size_t at = (size_t)(schema_field(s, name) - s->fields);
  m->head.given |= (uint64_t)1 << at;
  if (m->head.local) m->head.local |= (uint64_t)1 << at;
  m->head.origins[at] = (origin){ by, 0 };
}

/* Notes that the listing gave this field. */
static void mark_given(model *m, const char *name) { mark_given_by(m, name, HEARD); }

void discovery_give_kind(const model *of, const char *kind, const char *by) {
  model *m = (model *)of; /* made here, or a gateway's copy of one */
  if (!m->discovered || m->kind) return;
  m->kind = kind;
  mark_given_by(m, "kind", by);
}

static model *blank(arena *a, provider *p, const char *name) {
  const schema *s = schema_of("model");
  model *m = arena_alloc(a, sizeof *m);
  s->defaults(m);
  m->head.id = arena_printf(a, "%s/%s", p->head.id, name);
  m->head.at = (origin){ arena_printf(a, "the listing of %s", p->head.id), 0 };
  m->head.origins = arena_array(a, s->count, sizeof *m->head.origins);
  m->provider = p->head.id;
  m->api_name = arena_text(a, name);
  m->description = m->api_name;
  m->of = p;
  m->speaks = p->speaks;
  m->discovered = true;
  return m;
}

static void take_protocol(model *m, protocol *speaks) {
  if (speaks == m->speaks) return;
  m->speaks = speaks;
  m->protocol = speaks->head.id;
  mark_given(m, "protocol");
}

/* The one that the listing prefers, else its provider's if that serves the model, else the first that does; NULL: its provider's. */
static const char *chosen_protocol(const model *m, const remote_model *one) {
  if (one->protocol || !one->protocols.count || (one->kind && !text_is(one->kind, "chat"))) return one->protocol;
  return texts_have(&one->protocols, m->speaks->head.id) ? NULL : one->protocols.at[0];
}

/* With a qualified id, "groq/llama". NULL when its protocol is unknown. */
static model *make_model(const factory *f, provider *p, const remote_model *one) {
  arena *a = f->arena;
  const catalog *c = f->catalog;
  model *m = blank(a, p, one->name);
  const char *wanted = chosen_protocol(m, one);
  protocol *speaks = wanted ? lookup_get(&c->protocols.ids, wanted) : m->speaks;
  if (!speaks) return NULL;
  mark_given(m, "api_name");
  take_protocol(m, speaks);
  if (one->display_name)
    m->description = gate_text(f->sources->ring, a, one->display_name, strlen(one->display_name), 200), mark_given(m, "description");
  if (one->family) m->family = gate_text(f->sources->ring, a, one->family, strlen(one->family), 100), mark_given(m, "family");
  heard_fill(a, m, one);
  m->snapshot_of = one->snapshot_of ? arena_text(a, one->snapshot_of) : dated_base(a, m->api_name);
  return m;
}

/* What a source of facts gave is no word of the listing's. */
static bool is_listed(const model *m, const char *name) {
  const schema *s = schema_of("model");
  return !m->head.local || m->head.local >> (schema_field(s, name) - s->fields) & 1;
}

#define RECALL_COUNT(name)      one.name = before->name;
#define RECALL_FLAG(name)       one.name = before->name ? ROSTER_YES : ROSTER_UNKNOWN;
#define RECALL_TRI(name)        one.name = (roster_tri)before->name;
#define RECALL_CHOICE(name)     one.name = before->name;
#define RECALL_DATE(name)       one.name = before->name;
#define RECALL_LIST(name)       one.name = before->name;
#define RECALL_MODALITIES(name) RECALL_LIST(name)

#define RECALL_LISTED(type, name)                                                                                                          \
  if (is_listed(before, #name)) {                                                                                                          \
    RECALL_##type(name)                                                                                                                    \
  }
#define RECALL(use, type, name, listed, ...) ONLY_LISTED_##listed(RECALL_LISTED(type, name))

remote_model discovery_facts(const model *before) {
  remote_model one = REMOTE_MODEL_INIT;
  one.name = before->api_name;
  if (is_listed(before, "description")) one.display_name = before->description;
  if (is_listed(before, "family")) one.family = before->family;
  one.protocol = before->protocol;
  one.snapshot_of = before->snapshot_of;
  MODEL_FIELDS(RECALL)
  for (int i = 0; before->price && is_listed(before, "price") && i < PRICE_KINDS; i++) {
    if (before->head.local && !(before->price->head.local >> i & 1)) continue;
    one.price[i] = before->price->amounts[i];
    one.priced |= price_part(before->price, (roster_price)i) >= 0 ? 1u << i : 0;
  }
  if (before->price && !before->head.local && is_listed(before, "price")) one.above = before->price->above;
  return one;
}

/* A model of an earlier listing, for the catalog of this run. */
static model *recall_model(const factory *f, provider *p, const model *before) {
  const remote_model one = discovery_facts(before);
  return make_model(f, p, &one);
}

model *discovery_again(const factory *f, provider *p, const model *before) {
  model *m = recall_model(f, p, before);
  if (m) m->head.id = arena_text(f->arena, before->head.id);
  return m;
}

model *discovery_placeholder(arena *a, provider *p) { return blank(a, p, "*"); }

void discovery_remember(earlier_listing *into, arena *a, const model *m) {
  LIST_PUSH(a, into->at, into->count, into->room, m);
  lookup_add(&into->names, a, m->api_name, (void *)m);
}

/* What its listing leaves open: from the sources of facts first, then from its family. */
static void learn_elsewhere(factory *f, model *m) {
  script_fill_found(f->script, m);
  family_fill(f->arena, f->catalog, m);
}

static provider *provider_of(const prober *p, const provider_endpoint *e) {
  return p->factory->catalog->providers.at[e->service->provider->position];
}

/* ---- ids ---- */

/* The same model in an earlier listing; NULL for none. */
static const model *earlier_of(const prober *p, const model *m) {
  return p->earlier ? lookup_get(&p->earlier[m->of->position].names, m->api_name) : NULL;
}

static const char *qualified_id(arena *a, const model *m) { return arena_printf(a, "%s/%s", m->of->head.id, m->api_name); }

static void note_offered(prober *p, const model *m) {
  const void *of = lookup_add(&p->offered_names, p->arena, m->api_name, m->of);
  if (of && of != m->of) ((lookup_slot *)lookup_find(&p->offered_names, m->api_name))->value = &p->offered_names;
}

/* The id that it had before, else its bare name if nobody else lists it, as far as is known by now, else the qualified id. NULL where all
 * of them are taken. What the rules do to it does not matter: they see the id that comes of this. */
static const char *choose_id(const prober *p, const model *m) {
  const catalog *c = p->factory->catalog;
  const model *before = earlier_of(p, m);
  const void *lists_it = lookup_get(&p->offered_names, m->api_name);
  if (before && !catalog_model(c, before->head.id)) return arena_text(p->factory->arena, before->head.id);
  if ((!lists_it || lists_it == m->of) && !catalog_model(c, m->api_name)) return m->api_name;
  const char *qualified = qualified_id(p->factory->arena, m);
  return catalog_model(c, qualified) ? NULL : qualified;
}

/* ---- probes of models that were found ---- */

/* Asks the rules about it under this id. False where they refuse it or send it to another address. */
static bool passes_rules(prober *p, model *m, const char *id, const service *at, service **out) {
  m->head.id = id;
  service *s = *out = factory_make(p->factory, m, false);
  return !s->outcome.decided && s->provider == at->provider && text_is(s->base, at->base);
}

/* The names that the blocks of a provider define, ready or not: collected for all providers at once. */
static const lookup *names_in_blocks(prober *p, const provider *of) {
  const catalog *c = p->factory->catalog;
  if (p->block_names) return &p->block_names[of->position];
  p->block_names = arena_array(p->arena, c->providers.count, sizeof *p->block_names);
  for (size_t i = 0; i < c->models.count; i++) {
    const model *m = c->models.at[i];
    lookup_add(&p->block_names[m->of->position], p->arena, m->api_name, p);
    for (size_t k = 0; k < m->aliases.count; k++) lookup_add(&p->block_names[m->of->position], p->arena, m->aliases.at[k], p);
  }
  return &p->block_names[of->position];
}

/* Whether the name that it is a snapshot of is known. */
static bool is_snapshot(prober *p, const provider_endpoint *e, const model *m) {
  const char *of = m->snapshot_of, *moving = of ? arena_printf(p->arena, "%s-latest", of) : NULL;
  const lookup *in_blocks = names_in_blocks(p, e->service->provider);
  if (!of) return false;
  return lookup_get(&e->listed, of) || lookup_get(in_blocks, of) || lookup_get(&e->listed, moving) || lookup_get(in_blocks, moving);
}

/* Its id is only certain when all listings are here, so either of the two that it may get is enough to ask about it. */
static void add_probe(prober *p, provider_endpoint *e, model *m) {
  const char *qualified = m->head.id, *likely = choose_id(p, m);
  service *s;
  note_offered(p, m);
  bool passes = passes_rules(p, m, likely ? likely : qualified, e->service, &s);
  bool again = !passes && likely && !text_is(likely, qualified) && s->outcome.code != ROSTER_REASON_SCRIPT_FAILED;
  if (!passes && !(again && passes_rules(p, m, qualified, e->service, &s))) return;
  probe *t = arena_alloc(p->arena, sizeof *t);
  *t = (probe){ .service = s, .snapshot = is_snapshot(p, e, m) };
  endpoint_add(e, p->arena, t);
  LIST_PUSH(p->arena, p->found, p->found_count, p->found_room, t);
}

/* Names that need no new model: blocks define them, or the endpoint has a probe already. */
typedef struct taken_names {
  const lookup *in_blocks;
  lookup probed;
} taken_names;

static taken_names note_taken(prober *p, const provider_endpoint *e) {
  taken_names taken = { .in_blocks = names_in_blocks(p, e->service->provider) };
  for (size_t i = 0; i < e->probe_count; i++) lookup_add(&taken.probed, p->arena, e->probes[i]->service->model->api_name, p);
  return taken;
}

/* True for a name that is not taken yet; it is now. */
static bool is_new(prober *p, taken_names *taken, const char *name) {
  return !lookup_get(taken->in_blocks, name) && !lookup_add(&taken->probed, p->arena, name, p);
}

bool discovery_may_take(void *payload, const char *name) {
  const finder *f = payload;
  const provider *of = f->endpoint->service->provider;
  const lookup *known = &f->endpoint->candidates;
  if (lookup_get(known, name)) return true;
  if (!is_wanted(of, name) || lookup_get(names_in_blocks(f->prober, of), name)) return false;
  return of->discover > 0 || known->count < MOST_DISCOVERED; /* its function may refuse any number of them */
}

void discovery_note_candidate(void *payload, const char *name) {
  const finder *f = payload;
  if (discovery_may_take(payload, name)) lookup_add(&f->endpoint->candidates, f->prober->arena, name, f->endpoint);
}

static bool is_chosen(prober *p, const provider *of, remote_model *one) {
  bool take = is_wanted(of, one->name);
  if (!take || of->discover <= 0) return take;
  const char *wrong = script_discover(p->script, of->discover, one, &take);
  const culprit asked = { "discover", "provider", &of->head, of->discover };
  const char *first = wrong ? arena_printf(p->arena, "model '%s'", one->name) : NULL;
  if (wrong) factory_note_mistake(p->factory, &asked, wrong, &(mistake){ .first = first, .place = SIZE_MAX, .models = 1 });
  return take && !wrong;
}

void discovery_take(prober *p, provider_endpoint *e) {
  provider *of = provider_of(p, e);
  size_t count = 0;
  if (!prober_discovers(p, of)) return;
  taken_names taken = note_taken(p, e);
  for (size_t i = 0; i < e->entry_count && count < MOST_DISCOVERED; i++) {
    if (!is_new(p, &taken, e->entries[i]->name) || !is_chosen(p, of, e->entries[i])) continue;
    model *m = make_model(p->factory, of, e->entries[i]);
    if (m) learn_elsewhere(p->factory, m);
    if (m)
      add_probe(p, e, m);
    else
      finding_warning(p->factory->catalog->findings, schema_place(schema_of("provider"), of, "discover"),
                      "provider '%s': discover: '%s' is left out: it speaks '%s', which is not a protocol here: write a model block for it",
                      of->head.id, e->entries[i]->name, e->entries[i]->protocol ? e->entries[i]->protocol : e->entries[i]->protocols.at[0]);
    count++;
  }
  if (count == MOST_DISCOVERED)
    finding_warning(p->factory->catalog->findings,
                    schema_place(schema_of("provider"), of, of->discover_allow.count ? "discover_allow" : "discover"),
                    "provider '%s': only the first %d models are discovered: narrow discover_allow", of->head.id, MOST_DISCOVERED);
}

void discovery_recall(prober *p, provider_endpoint *e) {
  provider *of = provider_of(p, e);
  if (!prober_discovers(p, of) || !p->earlier || e->recalled) return;
  e->recalled = true;
  taken_names taken = note_taken(p, e);
  const earlier_listing *earlier = &p->earlier[of->position];
  for (size_t i = 0; i < earlier->count; i++) {
    const model *before = earlier->at[i];
    if (!is_wanted(of, before->api_name) || !is_new(p, &taken, before->api_name)) continue;
    model *m = recall_model(p->factory, of, before);
    if (m) learn_elsewhere(p->factory, m);
    if (m) add_probe(p, e, m);
  }
}

/* Under the id that it had. */
static void recall_unasked(prober *p, provider *of, const model *before) {
  factory *f = p->factory;
  if (!is_wanted(of, before->api_name) || lookup_get(names_in_blocks(p, of), before->api_name)) return;
  model *m = discovery_again(f, of, before);
  service *s = m ? factory_make(f, m, false) : NULL;
  if (!s || !s->outcome.decided) return;
  probe *t = arena_alloc(p->arena, sizeof *t);
  *t = (probe){ .service = s };
  note_offered(p, m);
  LIST_PUSH(p->arena, p->found, p->found_count, p->found_room, t);
}

void discovery_recall_unasked(prober *p) {
  catalog *c = p->factory->catalog;
  for (size_t i = 0; p->earlier && i < c->providers.count; i++) {
    provider *of = c->providers.at[i];
    const earlier_listing *earlier = &p->earlier[i];
    const key *k = &p->factory->keys[i];
    bool silent = of->enabled && of->speaks && prober_discovers(p, of) && (k->state == KEY_PENDING || (k->from_helper && !k->value));
    for (size_t n = 0; silent && n < earlier->count; n++) recall_unasked(p, of, earlier->at[n]);
  }
}

enum { FEW = 2 }; /* a single model that is gone is an everyday thing */

bool discovery_lacks_everything(const prober *p, const provider_endpoint *e) {
  size_t known = 0;
  for (size_t i = 0; i < e->probe_count && e->listed.count; i++) {
    bool ready = p->was_ready && p->was_ready(p->payload, e->probes[i]->service);
    if (ready && probe_is_listed(e->probes[i])) return false;
    known += ready;
  }
  const earlier_listing *earlier = p->earlier ? &p->earlier[e->service->provider->position] : NULL;
  for (size_t i = 0; earlier && i < earlier->count; i++, known++)
    if (lookup_get(&e->listed, earlier->at[i]->api_name)) return false;
  return !e->listed.count || known >= FEW;
}

/* ---- into the catalog ---- */

static bool is_adopted(const prober *p, const probe *t) {
  const outcome *o = &t->service->outcome;
  if (o->usable || o->code == ROSTER_REASON_KIND_UNKNOWN) return true;
  bool renewable = t->service->key->from_helper && (o->state == ROSTER_BAD_CREDENTIAL || o->code == ROSTER_REASON_HELPER_FAILED);
  if (p->discover_all && o->state == ROSTER_UNPROVEN) return true; /* a comparison with the listings leaves none out */
  return (state_is_inconclusive(o->state) || o->unheard || renewable) && earlier_of(p, t->service->model);
}

static service *append(factory *f, const service *s, const char *id) {
  catalog *c = f->catalog;
  model *m = arena_alloc(f->arena, sizeof *m);
  *m = *s->model;
  m->head.id = id;
  m->position = c->models.count;
  service *there = &f->services[m->position];
  *there = *s;
  there->model = m;
  LIST_PUSH(c->arena, c->models.at, c->models.count, c->models.room, m);
  lookup_add(&c->names, c->arena, id, m);
  lookup_add(&c->names, c->arena, qualified_id(f->arena, m), m);
  catalog_spell_found(c, m);
  return there;
}

static void make_room(factory *f, size_t more) {
  service *services = arena_array(f->arena, f->catalog->models.count + more, sizeof *services);
  memcpy(services, f->services, f->catalog->models.count * sizeof *services);
  f->services = services;
}

static void adopt(prober *p, const probe *t) {
  model *m = arena_alloc(p->factory->arena, sizeof *m);
  *m = *t->service->model;
  const char *asked = m->head.id, *id = choose_id(p, m);
  service *again;
  if (!id || (!text_is(id, asked) && !passes_rules(p, m, id, t->service, &again))) return;
  service *there = append(p->factory, t->service, id);
  p->probes[there->model->position] = *t;
}

void discovery_adopt(prober *p) {
  catalog *c = p->factory->catalog;
  if (!p->found_count) return;
  make_room(p->factory, p->found_count);
  probe *probes = arena_array(p->arena, c->models.count + p->found_count, sizeof *probes);
  memcpy(probes, p->probes, c->models.count * sizeof *probes);
  p->probes = probes;
  for (size_t i = 0; i < p->found_count; i++)
    if (is_adopted(p, p->found[i])) adopt(p, p->found[i]);
}

/* ---- of an earlier process ---- */

static bool is_in_blocks(const catalog *c, const provider *of, const char *name) {
  for (size_t i = 0; i < c->models.count; i++)
    if (c->models.at[i]->of == of && (text_is(c->models.at[i]->api_name, name) || texts_have(&c->models.at[i]->aliases, name))) return true;
  return false;
}

service *discovery_restore(factory *f, const char *whose, const char *id, const remote_model *one, bool all) {
  catalog *c = f->catalog;
  provider *of = lookup_get(&c->providers.ids, whose);
  bool wanted = of && of->enabled && of->speaks && (of->discover || all) && is_wanted(of, one->name);
  if (!wanted || catalog_model(c, id) || is_in_blocks(c, of, one->name)) return NULL;
  if (trace_in_name(f->sources->ring, one->name)) return NULL;
  model *m = make_model(f, of, one);
  if (!m) return NULL;
  learn_elsewhere(f, m);
  m->head.id = arena_text(f->arena, id);
  service *s = factory_make(f, m, false);
  return s->outcome.decided && s->outcome.state != ROSTER_PENDING ? NULL : s;
}

void discovery_append(factory *f, service *const *all, size_t count) {
  if (!count) return;
  make_room(f, count);
  for (size_t i = 0; i < count; i++) append(f, all[i], all[i]->model->head.id);
}

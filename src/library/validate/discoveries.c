/* discoveries: see discoveries.h. */
#include "library/validate/discoveries.h"

#include "library/validate/discover.h"

#include <string.h>

static provider *provider_of(const plan *p, const endpoint *e) { return p->factory->catalog->providers.at[e->service->provider->position]; }

/* ---- onto the plan ---- */

/* Where the rules lead it elsewhere, or do not want it, it is none of ours. */
static void enlist(plan *p, endpoint *e, model *m) {
  service *s = factory_make(p->factory, m);
  if (s->outcome.decided || s->provider != e->service->provider || !text_is(s->base, e->service->base)) return;
  target *t = arena_alloc(p->arena, sizeof *t);
  *t = (target){ .service = s, .endpoint = e, .near = "" };
  LIST_PUSH(p->arena, e->targets, e->target_count, e->target_room, t);
  LIST_PUSH(p->arena, p->found, p->found_count, p->found_room, t);
}

/* The names that blocks of this provider have, ready or not, and those that were taken already. */
static void note_known(plan *p, const endpoint *e, lookup *known) {
  catalog *c = p->factory->catalog;
  for (size_t i = 0; i < c->models.count; i++)
    if (c->models.at[i]->of == e->service->provider) lookup_add(known, p->arena, c->models.at[i]->api_name, c);
  for (size_t i = 0; i < e->target_count; i++) lookup_add(known, p->arena, e->targets[i]->service->model->api_name, p);
}

static bool is_chosen(plan *p, const provider *whom, listed *one) {
  bool take = discover_wants(whom, one->name);
  if (!take || whom->discover <= 0) return take;
  const char *wrong = script_shape_listed(p->script, whom->discover, one, &take);
  if (wrong) finding_warning(p->factory->catalog->findings, whom->head.at, "provider '%s': discover: %s", whom->head.id, wrong);
  return take && !wrong;
}

void discoveries_take(plan *p, endpoint *e) {
  provider *whom = provider_of(p, e);
  lookup known = { 0 };
  size_t taken = 0;
  if (!plan_discovers(p, whom)) return;
  note_known(p, e, &known);
  for (size_t i = 0; i < e->entry_count && taken < MOST_DISCOVERED; i++) {
    if (lookup_add(&known, p->arena, e->entries[i]->name, e) || !is_chosen(p, whom, e->entries[i])) continue;
    model *m = discover_model(p->factory->arena, p->factory->catalog, whom, e->entries[i]);
    if (m)
      enlist(p, e, m);
    else
      finding_warning(p->factory->catalog->findings, whom->head.at,
                      "provider '%s': discover: '%s' is left out: it speaks '%s', which is no protocol here: write a block for that one",
                      whom->head.id, e->entries[i]->name, e->entries[i]->protocol);
    taken++;
  }
  if (taken == MOST_DISCOVERED)
    finding_warning(p->factory->catalog->findings, whom->head.at,
                    "provider '%s': no more than %d models are discovered: narrow discover_allow", whom->head.id, MOST_DISCOVERED);
}

void discoveries_recall(plan *p, endpoint *e) {
  provider *whom = provider_of(p, e);
  if (!plan_discovers(p, whom) || !p->recalled || e->recalled) return;
  e->recalled = true;
  lookup known = { 0 };
  note_known(p, e, &known);
  const model *before;
  for (size_t i = 0; (before = p->recalled(p->payload, whom, i)); i++)
    if (discover_wants(whom, before->api_name) && !lookup_add(&known, p->arena, before->api_name, e)) {
      model *m = discover_again(p->factory->arena, p->factory->catalog, whom, before);
      if (m) enlist(p, e, m);
    }
}

/* ---- into the catalog ---- */

static const model *earlier(const plan *p, const model *m) {
  const model *before = NULL;
  for (size_t i = 0; p->recalled && (before = p->recalled(p->payload, m->of, i)); i++)
    if (text_is(before->api_name, m->api_name)) break;
  return before;
}

static bool is_adopted(const plan *p, const target *t) {
  const outcome *o = &t->service->outcome;
  return o->usable || (state_is_inconclusive(o->state) && earlier(p, t->service->model));
}

/* The name alone where it can mean nothing else; an id that it had is kept. NULL where every spelling is taken. */
static const char *choose_id(const plan *p, const target *t, const lookup *names) {
  const catalog *c = p->factory->catalog;
  const model *m = t->service->model, *before = earlier(p, m);
  bool alone = lookup_get(names, m->api_name) == (void *)t;
  if (before && !catalog_model(c, before->head.id)) return arena_text(p->factory->arena, before->head.id);
  if (alone && !catalog_model(c, m->api_name)) return m->api_name;
  return catalog_model(c, m->head.id) ? NULL : m->head.id;
}

static void settle_names(plan *p, lookup *names) {
  for (size_t i = 0; i < p->found_count; i++) {
    const char *name = p->found[i]->service->model->api_name;
    lookup_slot *slot;
    if (!lookup_add(names, p->arena, name, p->found[i])) continue;
    slot = (lookup_slot *)lookup_find(names, name);
    slot->value = names; /* several have it */
  }
}

static void adopt(plan *p, const target *t, const lookup *names) {
  catalog *c = p->factory->catalog;
  const char *id = choose_id(p, t, names);
  if (!id) return;
  model *m = arena_alloc(p->factory->arena, sizeof *m);
  *m = *t->service->model;
  const char *qualified = m->head.id;
  m->head.id = id;
  m->position = c->models.count;
  p->factory->services[m->position] = *t->service;
  p->factory->services[m->position].model = m;
  p->targets[m->position] = *t;
  LIST_PUSH(c->arena, c->models.at, c->models.count, c->models.room, m);
  lookup_add(&c->names, c->arena, id, m);
  lookup_add(&c->names, c->arena, qualified, m);
}

void discoveries_adopt(plan *p) {
  catalog *c = p->factory->catalog;
  lookup names = { 0 };
  if (!p->found_count) return;
  settle_names(p, &names);
  service *services = arena_array(p->factory->arena, c->models.count + p->found_count, sizeof *services);
  target *targets = arena_array(p->arena, c->models.count + p->found_count, sizeof *targets);
  memcpy(services, p->factory->services, c->models.count * sizeof *services);
  memcpy(targets, p->targets, c->models.count * sizeof *targets);
  p->factory->services = services;
  p->targets = targets;
  for (size_t i = 0; i < p->found_count; i++)
    if (is_adopted(p, p->found[i])) adopt(p, p->found[i], &names);
}

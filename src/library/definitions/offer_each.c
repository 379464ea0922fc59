/* offer_each: see offer_each.h. */
#include "library/definitions/offer_each.h"

#include "library/definitions/schema.h"

#include <string.h>

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
  if (lookup_add(&c->providers.ids, c->arena, p->head.id, p)) return; /* a block has that id: it wins */
  LIST_PUSH(c->arena, c->providers.at, c->providers.count, c->providers.room, p);
}

static void add_model(catalog *c, const model *of, const char *label) {
  model *m = arena_alloc(c->arena, sizeof *m);
  *m = *of;
  m->head.id = arena_printf(c->arena, "%s@%s", of->head.id, label);
  m->provider = arena_printf(c->arena, "%s@%s", of->provider, label);
  m->description = arena_printf(c->arena, "%s (%s)", of->description ? of->description : of->head.id, label);
  m->aliases = m->formerly = m->shadows = (texts){ 0 };
  m->former_windows = (windows){ 0 };
  m->recommended = false;
  if (lookup_add(&c->models.ids, c->arena, m->head.id, m)) return;
  LIST_PUSH(c->arena, c->models.at, c->models.count, c->models.room, m);
}

static void multiply(catalog *c, provider *p, size_t models) {
  const credential *first = p->credential;
  if (!labels_differ(first)) {
    finding_error(c->findings, schema_origin(schema_of("provider"), p, "credential_use"),
                  "provider '%s': credential_use = \"each\" tells the credentials by their labels: give each a label of its own",
                  p->head.id);
    return;
  }
  for (const credential *other = first->next; other; other = other->next) {
    add_provider(c, p, other);
    for (size_t i = 0; i < models; i++)
      if (c->models.at[i]->provider && text_is(c->models.at[i]->provider, p->head.id)) add_model(c, c->models.at[i], other->label);
  }
  p->credential = alone(c, first);
}

void offer_each(catalog *c) {
  size_t providers = c->providers.count, models = c->models.count;
  for (size_t i = 0; i < providers; i++) {
    provider *p = c->providers.at[i];
    if (p->credential_use == CREDENTIAL_USE_EACH && p->credential && p->credential->next) multiply(c, p, models);
  }
}

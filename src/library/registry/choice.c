/* choice: the models that hosts get without naming one: the default, and those of roles. A list of the definitions comes first; where none
 * of it is usable, the best model of a tier, never simply the first one: the order of a picker begins with the dearest. The best is a
 * recommended one, then one that is not outdated, then the newer one where both have a date, then the first in order. */
#include "library/registry/snapshot.h"

#include <string.h>

static bool is_of(const roster_model *m, const char *provider_id) {
  return !provider_id || text_is(m->service->provider->head.id, provider_id);
}

/* 0 for current, and where nobody said. */
static int age(const model *m) { return text_is(m->status, "deprecated") ? 2 : text_is(m->status, "legacy"); }

/* That in the order of models `a` comes before `b`. */
static bool is_better(const model *b, const model *a) {
  if (a->recommended != b->recommended) return b->recommended;
  if (age(a) != age(b)) return age(b) < age(a);
  return a->release_date && b->release_date && strcmp(b->release_date, a->release_date) > 0;
}

/* `provider_id` NULL: of any provider. */
static const roster_model *best_of_tier(const result *d, const char *tier, const char *provider_id) {
  const roster_model *best = NULL;
  for (size_t i = 0; i < d->usable_count; i++) {
    const roster_model *m = d->usable[i];
    if (m->mock || m->shadowed_by || !text_is(m->model->tier, tier) || !is_of(m, provider_id)) continue;
    if (!best || is_better(m->model, best->model)) best = m;
  }
  return best;
}

/* ---- roles ---- */

static const roster_model *of_role(const roster_snapshot *s, const char *name, const char *provider_id) {
  const role *r = s && name ? lookup_get(&s->data->catalog->roles.ids, name) : NULL;
  for (size_t i = 0; r && i < r->models.count; i++) {
    const roster_model *m = roster_find(s, r->models.at[i]);
    if (m && is_of(m, provider_id)) return m;
  }
  return r && r->tier ? best_of_tier(s->data, r->tier, provider_id) : NULL;
}

const roster_model *roster_role(const roster_snapshot *s, const char *name) { return of_role(s, name, NULL); }

const roster_model *roster_role_beside(const roster_snapshot *s, const char *name, const roster_model *neighbour) {
  return neighbour ? of_role(s, name, neighbour->service->provider->head.id) : NULL;
}

/* ---- the default ---- */

static const roster_model *first_listed(const result *d, const texts *ids) {
  for (size_t i = 0; i < ids->count; i++) {
    const roster_model *m = result_find(d, ids->at[i]);
    if (m && m->offered) return m;
  }
  return NULL;
}

/* A mock model is never the default while a real one is usable. */
static const roster_model *first_in_order(const result *d) {
  for (size_t i = 0; i < d->usable_count; i++)
    if (!d->usable[i]->mock) return d->usable[i];
  return d->usable_count ? d->usable[0] : NULL;
}

/* The order decides at once where the definitions list nothing, for then nothing else was meant. */
static const roster_model *first_unlisted(const result *d, bool listed) {
  const roster_model *m = listed ? best_of_tier(d, "balanced", NULL) : NULL;
  if (listed && !m) m = best_of_tier(d, "fast", NULL);
  return m ? m : first_in_order(d);
}

void choose_default(result *d) {
  const fallback *wishes = &d->catalog->fallback;
  const roster_model *wanted = wishes->wanted ? result_find(d, wishes->wanted) : NULL, *listed = first_listed(d, &wishes->models);
  const roster_model *other = first_unlisted(d, wishes->models.count);
  const bool had = wanted && wanted->offered;
  d->default_wanted = wishes->wanted && !had ? wishes->wanted : "";
  if (wanted && !had && text_is(wishes->wanted, wanted->defined->head.id)) d->default_wanted = wanted->model->head.id;
  if (had)
    d->default_model = wanted;
  else if (listed && (!listed->mock || (other && other->mock)))
    d->default_model = listed;
  else
    d->default_model = other;
}

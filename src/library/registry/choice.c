/* choice: the models that hosts get without naming one: the default, and those of roles. A list of the definitions comes first; where none
 * of it is usable, the best model that meets the needs of the block (pick.c). A default gives up its tier before its other needs, since a
 * model that nobody defined has none. One that has run dry is the best of a tier, never simply the first one: the order of a picker begins
 * with the dearest. */
#include "library/registry/snapshot.h"

#include "library/definitions/needs.h"
#include "util/suggest.h"

#include <stdio.h>
#include <string.h>

static bool is_of(const roster_model *m, const char *provider_id) {
  return !provider_id || text_is(m->service->provider->head.id, provider_id);
}

/* Without its variable a block has lost a need, and would choose what was not meant. */
static const roster_model *by_needs(const result *d, const entity *of, const need_set *n, const char *provider_id) {
  return needs_given(n) && !of->refused ? best_by_needs(d, n, provider_id) : NULL;
}

/* ---- roles ---- */

static const roster_model *of_role(const roster_snapshot *s, const char *name, const char *provider_id) {
  const role *r = s && name ? lookup_get(&s->data->catalog->roles.ids, name) : NULL;
  for (size_t i = 0; r && i < r->models.count; i++) {
    const roster_model *m = roster_find(s, r->models.at[i]);
    if (m && is_of(m, provider_id)) return m;
  }
  return r ? by_needs(s->data, &r->head, &r->needs, provider_id) : NULL;
}

const roster_model *roster_role(const roster_snapshot *s, const char *name) { return of_role(s, name, NULL); }

const roster_model *roster_role_beside(const roster_snapshot *s, const char *name, const roster_model *neighbour) {
  return neighbour ? of_role(s, name, neighbour->service->provider->head.id) : NULL;
}

size_t roster_role_count(const roster_snapshot *s) { return s ? s->data->catalog->roles.count : 0; }

const char *roster_role_at(const roster_snapshot *s, size_t index) {
  return index < roster_role_count(s) ? s->data->catalog->roles.at[index]->head.id : NULL;
}

/* ---- why a role has no model ---- */

static void add(char *text, size_t room, const char *part) {
  const size_t length = strlen(text);
  snprintf(text + length, room - length, "%s", part);
}

/* "'a' is no_credential, 'b' is not defined": what keeps each model of the list from being it. Returns the first that is defined. */
static const roster_model *explain_list(const result *d, const role *r, char *text, size_t room) {
  const roster_model *first = NULL;
  for (size_t i = 0; i < r->models.count; i++) {
    const roster_model *m = result_find(d, r->models.at[i]);
    if (!first) first = m;
    add(text, room, i ? ", '" : ": '");
    add(text, room, r->models.at[i]);
    add(text, room, m ? "' is " : "' is not defined");
    if (m) add(text, room, roster_state_name(m->outcome.state));
  }
  return first;
}

static void explain_needs(const result *d, const role *r, char *text, size_t room) {
  char part[128] = "no model is usable";
  if (!needs_given(&r->needs)) return;
  if (d->usable_count == 1) snprintf(part, sizeof part, "the only usable model does not meet its needs");
  if (d->usable_count > 1) snprintf(part, sizeof part, "none of the %zu usable models meets its needs", d->usable_count);
  add(text, room, r->models.count ? ", and " : ": ");
  add(text, room, r->head.refused ? "a setting in its needs cannot be used" : part);
}

static roster_status fail_role(const result *d, const role *r, roster_error *err) {
  char why[sizeof err->message / 2] = "";
  if (!err) return ROSTER_ENONE;
  const roster_model *first = explain_list(d, r, why, sizeof why);
  explain_needs(d, r, why, sizeof why);
  const char *hint = d->usable_count ? "change the block of this role" : d->empty_hint;
  if (first && *first->outcome.hint) hint = first->outcome.hint;
  return fail(err, ROSTER_ENONE, hint, "no model has the role '%s'%s", r->head.id, why);
}

roster_status roster_require_role(const roster_model **out, const roster_snapshot *s, const char *name, roster_error *err) {
  if (out) *out = NULL;
  if (!out || !s || !name) return fail(err, ROSTER_EINVALID, NULL, "roster_require_role: out, a snapshot and a role are needed");
  const catalog *c = s->data->catalog;
  const role *r = lookup_get(&c->roles.ids, name);
  suggestion near = suggest_begin(name);
  for (size_t i = 0; !r && i < c->roles.count; i++) suggest_offer(&near, c->roles.at[i]->head.id);
  if (!r) {
    fail(err, ROSTER_EUNKNOWN, "give the id of a role of the definitions", "no role has the id '%.100s'%s%s%s", name,
         SUGGESTION(near.best));
    if (err && near.best) snprintf(err->candidates[err->candidate_count++], sizeof err->candidates[0], "%s", near.best);
    return ROSTER_EUNKNOWN;
  }
  *out = roster_role(s, name);
  return *out ? ROSTER_OK : fail_role(s->data, r, err);
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

static const roster_model *best_of_tier(const result *d, const char *tier) {
  return best_by_needs(d, &(need_set){ .max_price = -1, .max_output_price = -1, .tier = tier }, NULL);
}

/* The best that meets the needs; where none of its tier does, one of the next tier or of none; at last also what nobody said is met. */
static const roster_model *best_for_default(const result *d, const fallback *wishes) {
  static const char *const tiers[] = { "balanced", "fast", NULL };
  enum { COUNT = sizeof tiers / sizeof *tiers };
  need_set n = wishes->needs;
  const roster_model *m = by_needs(d, &wishes->head, &n, NULL);
  for (size_t i = 0; !m && wishes->needs.tier && i < 2 * COUNT; i++) {
    n.tier = tiers[i % COUNT];
    n.maybe = n.maybe || i >= COUNT;
    m = by_needs(d, &wishes->head, &n, NULL);
  }
  return m;
}

/* The order decides at once where the definitions say nothing, for then nothing else was meant. */
static const roster_model *first_unlisted(const result *d, bool wished) {
  const roster_model *m = wished ? best_of_tier(d, "balanced") : NULL;
  if (wished && !m) m = best_of_tier(d, "fast");
  return m ? m : first_in_order(d);
}

void choose_default(result *d) {
  const fallback *wishes = &d->catalog->fallback;
  const roster_model *wanted = wishes->wanted ? result_find(d, wishes->wanted) : NULL, *listed = first_listed(d, &wishes->models);
  const bool needs = wishes->head.at.file && needs_given(&wishes->needs);
  const roster_model *other = needs ? best_for_default(d, wishes) : NULL;
  if (!other) other = first_unlisted(d, needs || wishes->models.count);
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

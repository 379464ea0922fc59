/* retirements: which models go away, when, and whether somebody uses them: the default, a role, a list of either, or a host that said so.
 * Collected when a result is made; what is long gone and serves nobody is left out. */
#include "library/registry/snapshot.h"

#include "library/validate/ledger.h"
#include "util/clock.h"

#include <stdlib.h>
#include <string.h>

enum { DAY_MS = 24 * 60 * 60 * 1000 };

/* ---- who uses it ---- */

static bool is_named(const result *d, const texts *ids, const model *m) {
  for (size_t i = 0; i < ids->count; i++)
    if (catalog_model(d->catalog, ids->at[i]) == m) return true;
  return false;
}

static bool is(const roster_model *chosen, const model *m) { return chosen && chosen->defined == m; }

/* A model that a list names needs an edit before its day, whether it is chosen today or not. */
static texts users_of(const result *d, const texts *in_use, const model *m) {
  const catalog *c = d->catalog;
  const roster_snapshot now = { .data = (result *)d };
  texts list = { 0 };
  bool by_default = is(d->default_model, m) || is_named(d, &c->fallback.models, m);
  by_default = by_default || (c->fallback.wanted && catalog_model(c, c->fallback.wanted) == m);
  if (by_default) LIST_PUSH(d->arena, list.at, list.count, list.room, "default");
  for (size_t i = 0; i < c->roles.count; i++) {
    const role *r = c->roles.at[i];
    if (!is(roster_role(&now, r->head.id), m) && !is_named(d, &r->models, m)) continue;
    LIST_PUSH(d->arena, list.at, list.count, list.room, arena_printf(d->arena, "role %s", r->head.id));
  }
  if (is_named(d, in_use, m)) LIST_PUSH(d->arena, list.at, list.count, list.room, "in use");
  return list;
}

static texts ids_in_use(const result *d, ledger *l) {
  texts list = { 0 };
  const char *id;
  for (size_t i = 0; l && (id = ledger_used_at(l, d->arena, i, wall_ms())); i++)
    if (*id) LIST_PUSH(d->arena, list.at, list.count, list.room, id);
  return list;
}

/* ---- all of them ---- */

static int by_day(const void *one, const void *other) {
  const roster_retirement *a = one, *b = other;
  if (a->days != b->days) return (a->days > b->days) - (a->days < b->days);
  return (a->model > b->model) - (a->model < b->model);
}

/* Its own, or that on which its provider ends. */
static const char *day_of(const model *m) { return m->retires ? m->retires : m->of->retired && *m->of->retired ? m->of->retired : ""; }

static const char *replacement_of(const model *m) { return m->replacement ? m->replacement : m->answered_by ? m->answered_by : ""; }

void collect_retirements(result *d, ledger *l) {
  const texts in_use = ids_in_use(d, l);
  const int64_t today = day_ms(d->day);
  size_t room = 0;
  for (size_t i = 0; i < d->count; i++) {
    const roster_model *m = &d->models[i];
    const int64_t day = day_ms(day_of(m->model));
    if (day < 0) continue;
    const texts users = users_of(d, &in_use, m->defined);
    if (day < today && !m->usable && !users.count) continue;
    const roster_retirement one = { .model = m,
                                    .day = day_of(m->model),
                                    .replacement = replacement_of(m->model),
                                    .days = (day - today) / DAY_MS,
                                    .used_by = users.at,
                                    .used_count = users.count };
    LIST_PUSH(d->arena, d->retirements, d->retirement_count, room, one);
  }
  if (d->retirement_count) qsort(d->retirements, d->retirement_count, sizeof *d->retirements, by_day);
}

/* ---- for hosts ---- */

size_t roster_retirement_count(const roster_snapshot *s) { return s ? s->data->retirement_count : 0; }

const roster_retirement *roster_retirement_at(const roster_snapshot *s, size_t i) {
  return s && i < s->data->retirement_count ? &s->data->retirements[i] : NULL;
}

static void write_one(writer *w, const roster_retirement *r) {
  write_open(w, NULL, '{');
  write_text(w, "id", r->model->model->head.id);
  write_text(w, "provider", r->model->service->provider->title);
  write_text(w, "provider_id", r->model->service->provider->head.id);
  write_text(w, "retires", r->day);
  write_integer(w, "days", r->days);
  write_text_or_null(w, "replacement", r->replacement);
  write_text(w, "state", roster_state_name(r->model->outcome.state));
  write_open(w, "used_by", '[');
  for (size_t i = 0; i < r->used_count; i++) write_text(w, NULL, r->used_by[i]);
  write_close(w, ']');
  write_close(w, '}');
}

size_t roster_write_retirements_json(const roster_snapshot *s, int64_t within_days, char *out, size_t size) {
  const roster_retirement *r;
  writer w = { 0 };
  write_open(&w, NULL, '{');
  write_text(&w, "day", s ? s->data->day : "");
  write_open(&w, "retirements", '[');
  for (size_t i = 0; (r = roster_retirement_at(s, i)) && (within_days < 0 || r->days <= within_days); i++) write_one(&w, r);
  write_close(&w, ']');
  write_close(&w, '}');
  return document_deliver(&w, out, size);
}

/* remarks: what a model's entry reports in addition to its verdict: that it retires soon, what its provider says of it
 * and where that differs from its block, which better model is usable too, and that it is a snapshot of another one. */
#include "library/registry/cache.h"
#include "library/validate/heard.h"

#include <math.h>

/* ---- that it retires ---- */

enum { DAY_MS = 24 * 60 * 60 * 1000 };

static const char *count_days(arena *a, int64_t left_ms) {
  int64_t days = (left_ms + DAY_MS - 1) / DAY_MS;
  return arena_printf(a, "in %lld day%s", (long long)days, days == 1 ? "" : "s");
}

/* Of a provider whose day is still ahead. */
static const char *provider_warning(arena *a, const provider *p, int64_t wall_ms, int64_t ahead_ms) {
  int64_t day = p->retired && !p->ended ? day_ms(p->retired) : -1;
  if (day < 0 || day - wall_ms > ahead_ms) return NULL;
  const char *then = p->replacement ? arena_printf(a, "; its replacement is provider '%s'", p->replacement) : "";
  return arena_printf(a, "%s ends on %s, %s%s", p->title, p->retired, count_days(a, day - wall_ms), then);
}

const char *retirement_warning(arena *a, const model *m, int64_t wall_ms, int64_t ahead_ms) {
  int64_t day = m->retires ? day_ms(m->retires) : -1;
  const char *of_provider = provider_warning(a, m->of, wall_ms, ahead_ms);
  if (of_provider) return of_provider;
  const char *then = m->replacement ? arena_printf(a, "; its replacement is %s", m->replacement) : "";
  int64_t deprecated = m->deprecated ? day_ms(m->deprecated) : INT64_MAX;
  bool on_its_way = (m->status && text_is(m->status, "deprecated")) || deprecated <= wall_ms;
  if (day < 0) return on_its_way ? arena_printf(a, "it is deprecated%s", then) : NULL;
  if (day - wall_ms > ahead_ms) return NULL;
  if (m->answered_by && day > wall_ms)
    return arena_printf(a, "from %s on, %s, its name is answered by %s", m->retires, count_days(a, day - wall_ms), m->answered_by);
  if (day <= wall_ms) return arena_printf(a, "it was due to retire on %s%s", m->retires, then);
  return arena_printf(a, "it retires on %s, %s%s", m->retires, count_days(a, day - wall_ms), then);
}

/* ---- where its block and the listing differ ---- */

static void add_sentence(arena *a, texts *list, const char *sentence) { LIST_PUSH(a, list->at, list->count, list->room, sentence); }

static void compare_count(arena *a, texts *list, const char *name, int64_t here, int64_t there) {
  if (!here || !there || here == there) return;
  add_sentence(a, list, arena_printf(a, "%s is %lld here and %lld in the listing", name, (long long)here, (long long)there));
}

static void compare_text(arena *a, texts *list, const char *name, const char *here, const char *there) {
  if (here && there && !text_is(here, there))
    add_sentence(a, list, arena_printf(a, "%s is %s here and %s in the listing", name, here, there));
}

static const char *yes_or_no(roster_tri is) { return is == ROSTER_YES ? "true" : "false"; }

/* Where a block says nothing, that a model is to go is a difference all the same. */
static void compare_day(arena *a, texts *list, const char *name, const char *here, const char *there) {
  bool ends = text_is(name, "retires");
  if (there && !here && ends) add_sentence(a, list, arena_printf(a, "%s is not known here, and %s in the listing", name, there));
  compare_text(a, list, name, here, there);
}

static void compare_tri(arena *a, texts *list, const char *name, roster_tri here, roster_tri there) {
  if (here == ROSTER_UNKNOWN || there == ROSTER_UNKNOWN) return;
  compare_text(a, list, name, yes_or_no(here), yes_or_no(there));
}

static const char *joined(arena *a, const texts *list) {
  const char *all = list->count ? list->at[0] : NULL;
  for (size_t i = 1; i < list->count; i++) all = arena_printf(a, "%s, %s", all, list->at[i]);
  return all;
}

static void compare_price(arena *a, texts *list, const price *here, const remote_model *there) {
  for (int i = 0; i < PRICE_KINDS; i++) {
    bool both = price_part(here, (roster_price)i) >= 0 && (there->priced & 1u << i);
    if (both && fabs(here->amounts[i] - there->price[i]) > 1e-9)
      add_sentence(a, list,
                   arena_printf(a, "price.%s is %.10g here and %.10g in the listing", price_name((roster_price)i), here->amounts[i],
                                there->price[i]));
  }
}

#define COMPARE_COUNT(name)      compare_count(a, &list, #name, m->name, there->name);
#define COMPARE_FLAG(name)       compare_tri(a, &list, #name, m->name ? ROSTER_YES : ROSTER_UNKNOWN, there->name);
#define COMPARE_TRI(name)        compare_tri(a, &list, #name, (roster_tri)m->name, there->name);
#define COMPARE_MODALITIES(name) COMPARE_LIST(name)
#define COMPARE_CHOICE(name)     compare_text(a, &list, #name, m->name, there->name);
#define COMPARE_DATE(name)       compare_day(a, &list, #name, m->name, there->name);
#define COMPARE_LIST(name)       compare_text(a, &list, #name, joined(a, &m->name), joined(a, &there->name));

#define COMPARE(use, type, name, listed, ...)                                                                                              \
  if (BEATS_##listed) COMPARE_##type(name)
#define COMPARE_ALL(use, type, name, listed, ...) ONLY_LISTED_##listed(COMPARE(use, type, name, listed, ))

static texts disagreements(arena *a, const model *m, const remote_model *there) {
  texts list = { 0 };
  MODEL_FIELDS(COMPARE_ALL)
  if (m->price) compare_price(a, &list, m->price, there);
  return list;
}

/* ---- what its provider says of it ---- */

/* Whether the cache has it as the same thing. */
static bool is_cached(const cache *c, const roster_model *m) {
  cached was;
  return cache_find(c, m->defined->head.id, &was) && was.identity == cache_identity(m);
}

/* Of this refresh; else of the one before or, until the first, of an earlier process: what was heard stays until something else is. */
static bool find_heard(const result_parts *parts, const roster_model *m, size_t i, const roster_model *before, remote_model *out) {
  if (parts->prober && probe_heard(&parts->prober->probes[i], out)) return true;
  if (!before && !(parts->cache && is_cached(parts->cache, m))) return false;
  *out = before ? heard_facts(before->heard) : cache_heard(parts->cache, parts->arena, m->defined->head.id);
  if (!m->defined->discovered) return true;
  const remote_model newer = heard_facts(m->defined); /* it was made of this listing */
  heard_merge(out, &newer);
  return true;
}

void hear(const result_parts *parts, const result *d, roster_model *m, size_t i, const roster_model *before) {
  arena *a = parts->arena;
  remote_model said;
  const bool alone = !parts->prober || !parts->prober->probes[i].shares_name;
  const bool any = find_heard(parts, m, i, before, &said);
  m->heard = any ? heard_model(a, m->defined, &said, alone) : m->defined;
  if (any && (said.reads || said.reads_not)) said.input_modalities = m->heard->input_modalities;
  if (any && !m->defined->discovered) m->disagreements = disagreements(a, priced_model(a, m->defined, d->day), &said);
}

/* ---- that a better one is usable ---- */

/* A model keeps the first better one in the picker's order. */
static void mark_line(roster_model *worse, const roster_model *better) {
  bool each_other = better->shadowed_by && text_is(better->shadowed_by, worse->model->head.id); /* the first of the two stays */
  if (worse->usable && !worse->shadowed_by && !each_other) worse->shadowed_by = better->model->head.id;
}

static void mark_worse(result *d, const roster_model *better) {
  for (size_t i = 0; i < better->model->shadows.count; i++) {
    const model *m = catalog_model(d->catalog, better->model->shadows.at[i]);
    if (!m || m == better->defined) continue;
    roster_model *worse = &d->models[line_named(d, m, model_given_id(m)) - d->models];
    for (size_t k = 0; k < lines_of(m); k++) mark_line(&worse[k], better);
  }
}

/* The variants of a model, for whom no host asked. */
static void mark_variants(result *d, const roster_model *m) {
  for (size_t k = 1; k < lines_of(m->defined) && text_is(m->model->head.id, m->defined->head.id); k++)
    if (is_variant(m->defined, m[k].model->head.id)) d->models[m - d->models + (ptrdiff_t)k].shadowed_by = m->model->head.id;
}

void mark_shadowed(result *d) {
  for (size_t i = 0; i < d->count; i++)
    if (d->models[i].usable && !d->models[i].again) {
      mark_worse(d, &d->models[i]);
      mark_variants(d, &d->models[i]);
    }
}

/* ---- that it is a snapshot of another ---- */

static const char *wire_key(arena *a, const roster_model *m, const char *name) {
  return arena_printf(a, "%s/%s", m->service->provider->head.id, name);
}

/* All models by their names on the wire, and those of blocks by their aliases too. */
static lookup wire_names(const result *d, arena *a) {
  lookup names = { 0 };
  for (size_t i = 0; i < d->count; i++)
    if (!d->models[i].again) lookup_add(&names, a, wire_key(a, &d->models[i], d->models[i].defined->api_name), &d->models[i]);
  for (size_t i = 0; i < d->count; i++) {
    const texts *aliases = &d->models[i].defined->aliases;
    for (size_t k = 0; !d->models[i].again && k < aliases->count; k++)
      lookup_add(&names, a, wire_key(a, &d->models[i], aliases->at[k]), &d->models[i]);
  }
  return names;
}

static roster_model *model_called(const lookup *names, arena *a, const roster_model *beside, const char *name) {
  return lookup_get(names, wire_key(a, beside, name));
}

/* "mistral-large-2411" is a snapshot of "mistral-large-latest" where nothing has the name without either. */
static const roster_model *origin_of_snapshot(const lookup *names, arena *a, const roster_model *m) {
  const char *name = m->defined->snapshot_of;
  const roster_model *of = model_called(names, a, m, name);
  if (!of) of = model_called(names, a, m, arena_printf(a, "%s-latest", name));
  while (of && of->snapshot_of) of = of->snapshot_of;
  return of == m ? NULL : of;
}

static void advise_snapshot(arena *a, roster_model *of, const roster_model *snapshot) {
  outcome *o = &of->outcome;
  if (snapshot->usable && (o->code == ROSTER_REASON_NOT_LISTED || o->code == ROSTER_REASON_MODEL_UNKNOWN))
    o->hint = arena_printf(a, "its snapshot %s is listed: use that, or check api_name", snapshot->model->head.id);
}

void link_snapshots(result *d) {
  bool any = false;
  arena *a = d->arena;
  for (size_t i = 0; i < d->count; i++) any = any || d->models[i].defined->snapshot_of;
  if (!any) return;
  const lookup names = wire_names(d, a);
  for (size_t i = 0; i < d->count; i++)
    if (d->models[i].defined->snapshot_of) d->models[i].snapshot_of = origin_of_snapshot(&names, a, &d->models[i]);
  for (size_t i = 0; i < d->count; i++) {
    roster_model *of = (roster_model *)d->models[i].snapshot_of; /* ours: this result is being built */
    while (of && of->snapshot_of) of = (roster_model *)of->snapshot_of;
    if (!of) continue;
    d->models[i].snapshot_of = of;
    LIST_PUSH(a, of->snapshots.at, of->snapshots.count, of->snapshots.room, d->models[i].model->head.id);
    advise_snapshot(a, of, &d->models[i]);
  }
}

/* ---- what providers state of the account ---- */

static void show_limits(arena *a, roster_provider *p) {
  const limits *l = &p->heard;
  p->limits = (roster_limits){ .requests = l->requests.left,
                               .requests_limit = l->requests.most,
                               .tokens = l->tokens.left,
                               .tokens_limit = l->tokens.most,
                               .credit = l->credit.left,
                               .credit_limit = l->credit.most,
                               .currency = arena_text(a, l->credit.currency),
                               .reset = l->reset_ms ? time_text(a, l->reset_ms) : "",
                               .at = time_text(a, l->at_ms) };
}

/* Only US dollars are compared. */
static void warn_of_credit(arena *a, roster_provider *p, double least) {
  const api_credit *c = &p->heard.credit;
  if (!text_is(c->currency, "USD") || !(c->left < least)) return;
  p->warning =
      arena_printf(a, "%s states %.2f USD of credit left, less than validate { warn_credit = %.12g }: top it up, or lower that limit",
                   p->provider->title, c->left, least);
}

void tell_limits(const result_parts *parts, result *d) {
  for (size_t i = 0; i < parts->prober->endpoints.count; i++) {
    const provider_endpoint *e = parts->prober->endpoints.at[i];
    limits_merge(&d->providers[e->service->provider->position].heard, &e->limits);
  }
  for (size_t i = 0; i < d->provider_count; i++) {
    roster_provider *p = &d->providers[i];
    if (p->heard.at_ms) show_limits(parts->arena, p);
    warn_of_credit(parts->arena, p, d->catalog->policy.warn_credit);
  }
}

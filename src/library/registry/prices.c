/* prices: what the models of a snapshot cost, on its day and for so many tokens. */
#include "library/registry/snapshot.h"

const model *priced_model(arena *a, const model *m, const char *day) {
  const price *holds = price_settle(a, m->price, day);
  if (holds == m->price) return m;
  model *out = arena_alloc(a, sizeof *out);
  *out = *m;
  out->price = (price *)holds;
  return out;
}

const char *roster_price_name(roster_price which) { return price_name(which); }

/* ---- a handle on what holds together is the price itself ---- */

static const price *behind(const roster_prices *p) { return (const price *)(const void *)p; }
static const roster_prices *handle(const price *p) { return (const roster_prices *)(const void *)p; }

const roster_prices *roster_model_prices(const roster_model *m) { return m ? handle(m->model->price) : NULL; }
double roster_prices_get(const roster_prices *p, roster_price which) { return price_part(behind(p), which); }
double roster_model_price(const roster_model *m, roster_price which) { return m ? price_part(m->model->price, which) : -1; }

static const price_step *step_at(const price_steps *list, size_t i) { return list && i < list->count ? &list->at[i] : NULL; }

const roster_prices *roster_prices_tier_at(const roster_prices *p, size_t i, int64_t *above) {
  const price_step *one = p ? step_at(behind(p)->above, i) : NULL;
  if (above) *above = one ? one->start : 0;
  return one ? handle(one->change) : NULL;
}

const roster_prices *roster_prices_change_at(const roster_prices *p, size_t i, const char **from) {
  const price_step *one = p ? step_at(behind(p)->from, i) : NULL;
  if (from) *from = one ? one->day : NULL;
  return one ? handle(one->change) : NULL;
}

/* prices: what the models of a snapshot cost, on its day and for so many tokens. */
#include "library/registry/snapshot.h"

#include "util/clock.h"

#include <setjmp.h>
#include <string.h>

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

/* ---- what a request costs ---- */

static double dollars(const price *p, roster_price which, int64_t tokens) {
  if (tokens == 0) return 0;
  return price_part(p, which) < 0 ? -1 : (double)tokens * price_part(p, which) / 1e6;
}

static void add_up(const price *holds, const roster_usage *u, roster_cost *out) {
  const price *p = price_for(holds, u->input_tokens, &out->tier);
  const int64_t plain = u->input_tokens - u->cache_read_tokens - u->cache_write_tokens;
  out->input_usd = dollars(p, ROSTER_PRICE_INPUT, plain);
  out->output_usd = dollars(p, ROSTER_PRICE_OUTPUT, u->output_tokens);
  out->cache_read_usd = dollars(p, ROSTER_PRICE_CACHE_READ, u->cache_read_tokens);
  out->cache_write_usd = dollars(p, ROSTER_PRICE_CACHE_WRITE, u->cache_write_tokens);
  const double parts[] = { out->input_usd, out->output_usd, out->cache_read_usd, out->cache_write_usd };
  out->usd = p || u->input_tokens + u->output_tokens ? 0 : -1;
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) out->usd = out->usd < 0 || parts[i] < 0 ? -1 : out->usd + parts[i];
}

/* A snapshot keeps what holds on its day and later; for another day the definition is settled anew. */
static bool cost_on(const roster_model *m, const roster_usage *u, roster_cost *out) {
  jmp_buf escape;
  if (!m->defined->price || !m->defined->price->from) {
    add_up(m->model->price, u, out);
    return true;
  }
  arena *a = arena_new();
  if (!a) return false;
  if (setjmp(escape)) {
    arena_free(a);
    return false;
  }
  arena_jump(a, &escape);
  add_up(price_settle(a, m->defined->price, out->on), u, out);
  arena_free(a);
  return true;
}

/* NULL: nothing. */
static const char *usage_problem(const roster_usage *u) {
  if (u->input_tokens < 0 || u->cache_read_tokens < 0 || u->cache_write_tokens < 0 || u->output_tokens < 0)
    return "a number of tokens is negative";
  return u->cache_read_tokens > u->input_tokens || u->cache_write_tokens > u->input_tokens - u->cache_read_tokens
             ? "more tokens are cached than the prompt has"
             : NULL;
}

static bool take_day(const char *day, char on[11]) {
  if (!day) day_write(wall_ms(), on);
  if (!day) return true;
  if (strlen(day) != 10 || day_ms(day) < 0) return false;
  day_write(day_ms(day), on);
  return strcmp(on, day) == 0;
}

roster_status roster_model_cost(roster_cost *out, const roster_model *m, const roster_usage *usage, const char *day, roster_error *err) {
  roster_usage u = ROSTER_USAGE_INIT;
  roster_cost cost = ROSTER_COST_INIT;
  if (err) *err = (roster_error){ .status = ROSTER_OK };
  if (!out || !m || !usage) return fail(err, ROSTER_EINVALID, NULL, "roster_model_cost: a model, its usage and out are needed");
  if (out->size < sizeof out->size || usage->size < sizeof usage->size)
    return fail(err, ROSTER_EINVALID, "begin with ROSTER_COST_INIT and ROSTER_USAGE_INIT", "roster_model_cost: the size of %s is not set",
                out->size < sizeof out->size ? "out" : "the usage");
  memcpy(&u, usage, usage->size < sizeof u ? usage->size : sizeof u);
  if (usage_problem(&u))
    return fail(err, ROSTER_EINVALID, "add the cached tokens to the input where the provider counts them separately, as Anthropic does",
                "%s", usage_problem(&u));
  if (!take_day(day, cost.on)) return fail(err, ROSTER_EINVALID, "write it like 2026-12-01", "'%.20s' is not a day", day);
  if (!cost_on(m, &u, &cost)) return fail(err, ROSTER_ENOMEM, NULL, "not enough memory");
  const size_t size = out->size;
  memcpy(out, &cost, size < sizeof cost ? size : sizeof cost);
  out->size = size;
  return ROSTER_OK;
}

/* pick: roster_pick against an oracle: 10,000 random catalogues with random needs, each judged a second time by code that knows the rules
 * only from roster.h and goes through plain records by brute force. The catalogues are made as structs, since loading so many would take a
 * minute; that definitions lead to such structs is what spec/pick_spec.lua tries.
 *
 * Links with: build/obj/library/[!r]*[a-z]/?*.o build/obj/library/rec*[a-z]/?*.o
 * Links with: build/obj/library/registry/[!t]*.o build/obj/library/registry/transport_static.o build/obj/util.a
 */
#include "library/registry/snapshot.h"

#include "check.h"

#include <math.h>

enum { CATALOGUES = 10000, MOST = 24, PROVIDERS = 3, FAMILIES = 4 };

/* ---- random numbers, the same in each run ---- */

static uint64_t seed = 20261128;

static unsigned below(unsigned limit) {
  seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
  return (unsigned)((seed >> 33) % limit);
}

static bool one_in(unsigned limit) { return below(limit) == 0; }
static int any_tri(void) { return (int)below(3) - 1; }

/* ---- what the oracle knows: -1 and "" for what nobody said ---- */

typedef struct record {
  int tools, reasoning, schema;
  const char *sees; /* "", "text", "text image", "image" */
  long context, output;
  double input_price, output_price;
  int provider, family; /* family -1: unknown */
  const char *date, *status;
  bool recommended, usable, chats, mock, behind, tried, has_key;
} record;

static const char *const IDS[] = { "acme", "birch", "cedar" };
static const char *const FAMILY[] = { "alder", "beech", "cherry", "elm" };

static record any_record(void) {
  static const char *const dates[] = { "", "", "2025", "2025-08", "2025-08-07", "2026-01-31", "2026-11-28" };
  static const char *const stati[] = { "", "current", "legacy", "deprecated" };
  static const char *const eyes[] = { "", "text", "text image", "image" };
  static const double prices[] = { -1, 0, 0.1, 1, 2.5, 10 };
  static const long tokens[] = { 0, 4096, 128000, 200000, 1000000 };
  record r = { .tools = any_tri() };
  r.reasoning = any_tri();
  r.schema = any_tri();
  r.sees = eyes[below(4)];
  r.context = tokens[below(5)];
  r.output = tokens[below(5)];
  r.input_price = prices[below(6)];
  r.output_price = prices[below(6)];
  r.provider = (int)below(PROVIDERS);
  r.family = (int)below(FAMILIES + 1) - 1;
  r.date = dates[below(7)];
  r.status = stati[one_in(2) ? 0 : below(4)];
  r.recommended = one_in(3);
  r.usable = !one_in(4);
  r.chats = !one_in(8);
  r.mock = one_in(16);
  r.behind = one_in(10);
  r.tried = r.usable && one_in(3);
  r.has_key = !r.mock && !one_in(3);
  return r;
}

/* ---- the oracle ---- */

typedef struct wish {
  roster_needs needs;
  bool chat, other; /* of `proved` */
} wish;

static bool fails_tri(int said, bool wanted, bool maybe) { return wanted && said != 1 && !(said == -1 && maybe); }

static bool fails_least(long known, int64_t least, bool maybe) { return least > 0 && known < least && !(known == 0 && maybe); }

static bool fails_most(double known, double most, bool maybe) {
  if (most < 0) return false;
  return known < 0 ? !maybe : known > most;
}

/* The name of the first need that fails; NULL for none. */
static const char *first_failure(const record *r, const wish *w) {
  const roster_needs *n = &w->needs;
  const bool blind = n->vision && !strstr(r->sees, "image");
  if (fails_tri(r->tools, n->tools, n->maybe)) return "tools";
  if (blind && !(n->maybe && !*r->sees)) return "vision";
  if (fails_tri(r->reasoning, n->reasoning, n->maybe)) return "reasoning";
  if (fails_tri(r->schema, n->json_schema, n->maybe)) return "json_schema";
  if (fails_least(r->context, n->context_tokens, n->maybe)) return "context";
  if (fails_least(r->output, n->max_output_tokens, n->maybe)) return "max_output";
  if (fails_most(r->input_price, n->max_price, n->maybe)) return "max_price";
  if (fails_most(r->output_price, n->max_output_price, n->maybe)) return "max_output_price";
  if (n->provider_id && strcmp(n->provider_id, IDS[r->provider]) != 0) return "provider";
  if (n->family && r->family < 0 && !n->maybe) return "family";
  if (n->family && r->family >= 0 && strcmp(n->family, FAMILY[r->family]) != 0) return "family";
  if (!n->maybe && ((w->chat && !r->tried) || w->other)) return "proved";
  return NULL;
}

static bool competes(const record *all, size_t count, const record *r, const wish *w) {
  bool any_key = false;
  for (size_t i = 0; i < count; i++) any_key = any_key || (all[i].chats && (all[i].has_key || all[i].usable));
  if (!w->needs.unasked) return r->usable && r->chats;
  return r->chats && (any_key ? r->has_key || r->usable : true);
}

static int staleness(const record *r) { return !strcmp(r->status, "deprecated") ? 2 : !strcmp(r->status, "legacy") ? 1 : 0; }
static double or_dear(double price) { return price < 0 ? INFINITY : price; }

/* Whether `a` has to come before `b`, which stands later in the catalogue. */
static bool precedes(const record *a, const record *b) {
  if (a->mock != b->mock) return b->mock;
  if (a->behind != b->behind) return b->behind;
  if (a->recommended != b->recommended) return a->recommended;
  if (staleness(a) != staleness(b)) return staleness(a) < staleness(b);
  if (strcmp(a->date, b->date) != 0) return strcmp(a->date, b->date) > 0;
  if (or_dear(a->input_price) < or_dear(b->input_price) || or_dear(a->input_price) > or_dear(b->input_price))
    return or_dear(a->input_price) < or_dear(b->input_price);
  return or_dear(a->output_price) <= or_dear(b->output_price);
}

typedef struct verdict {
  size_t order[MOST], count, candidates, fell_out[16];
} verdict;

static int number_of(const char *need) {
  int i = 0;
  while (strcmp(roster_need_name((roster_need)i), need) != 0) i++;
  return i;
}

/* How many that meet all come before it is its place. */
static verdict judge(const record *all, size_t count, const wish *w) {
  verdict v = { .count = 0 };
  bool in[MOST] = { false };
  for (size_t i = 0; i < count; i++) {
    const char *failure = first_failure(&all[i], w);
    if (!competes(all, count, &all[i], w)) continue;
    v.candidates++;
    in[i] = !failure;
    v.count += in[i];
    if (failure) v.fell_out[number_of(failure)]++;
  }
  for (size_t i = 0; i < count; i++) {
    size_t place = 0;
    for (size_t k = 0; k < count; k++)
      if (in[i] && in[k] && k != i) place += k < i ? precedes(&all[k], &all[i]) : !precedes(&all[i], &all[k]);
    if (in[i]) v.order[place] = i;
  }
  return v;
}

/* ---- the same catalogue for the library ---- */

static price *price_of(arena *a, const record *r) {
  price *p = arena_alloc(a, sizeof *p);
  p->amounts[ROSTER_PRICE_INPUT] = r->input_price;
  p->amounts[ROSTER_PRICE_OUTPUT] = r->output_price;
  p->head.given = (r->input_price >= 0 ? 1u << ROSTER_PRICE_INPUT : 0) | (r->output_price >= 0 ? 1u << ROSTER_PRICE_OUTPUT : 0);
  return p;
}

static void fill_model(arena *a, model *m, const record *r, provider *of) {
  static const char *texts_[] = { "text", "image" };
  *m = (model){ .of = of, .context_window = r->context, .max_output_tokens = r->output, .recommended = r->recommended, .enabled = true };
  m->tool_call = (small_tri)r->tools;
  m->reasoning = (small_tri)r->reasoning;
  m->structured_output = (small_tri)r->schema;
  m->input_modalities.at = strncmp(r->sees, "text", 4) == 0 ? texts_ : texts_ + 1;
  m->input_modalities.count = !*r->sees ? 0 : strcmp(r->sees, "text image") == 0 ? 2 : 1;
  m->price = price_of(a, r);
  m->family = r->family < 0 ? NULL : FAMILY[r->family];
  m->release_date = *r->date ? r->date : NULL;
  m->status = *r->status ? r->status : NULL;
  m->kind = r->chats ? NULL : "embedding";
}

static roster_snapshot build(arena *a, result *d, const record *all, size_t count) {
  provider *providers = arena_array(a, PROVIDERS, sizeof *providers);
  for (int i = 0; i < PROVIDERS; i++) providers[i].head.id = IDS[i];
  static const catalog nothing_defined; /* the oracle asks for no provider that has no model */
  *d = (result){ .arena = a, .models = arena_array(a, count, sizeof *d->models), .count = count, .empty_hint = "set a key" };
  d->catalog = &nothing_defined;
  for (size_t i = 0; i < count; i++) {
    model *m = arena_alloc(a, sizeof *m);
    fill_model(a, m, &all[i], &providers[all[i].provider]);
    d->models[i] = (roster_model){ .model = m, .usable = all[i].usable, .offered = all[i].usable && all[i].chats, .mock = all[i].mock };
    d->models[i].configured = all[i].has_key;
    d->models[i].shadowed_by = all[i].behind ? "another" : NULL;
    d->models[i].outcome.state = all[i].usable ? ROSTER_READY : ROSTER_UNPROVEN;
    d->models[i].outcome.stage = all[i].tried ? STAGE_GENERATE : STAGE_LIST;
  }
  rank_models(d);
  return (roster_snapshot){ .data = d };
}

static wish any_wish(void) {
  static const char *const chat[] = { "chat" }, *const tools[] = { "tools" }, *const both[] = { "chat", "vision" };
  static const int64_t tokens[] = { 1, 4096, 128000, 128001, 1000000 };
  static const double prices[] = { 0, 0.1, 1, 5 };
  wish w = { .needs = ROSTER_NEEDS_INIT };
  roster_needs *n = &w.needs;
  n->tools = one_in(3);
  n->vision = one_in(4);
  n->reasoning = one_in(5);
  n->json_schema = one_in(6);
  if (one_in(3)) n->context_tokens = tokens[below(5)];
  if (one_in(4)) n->max_output_tokens = tokens[below(5)];
  if (one_in(3)) n->max_price = prices[below(4)];
  if (one_in(5)) n->max_output_price = prices[below(4)];
  if (one_in(4)) n->provider_id = IDS[below(PROVIDERS)];
  if (one_in(5)) n->family = FAMILY[below(FAMILIES)];
  if (one_in(8)) n->proved = chat, n->proved_count = 1, w.chat = true;
  if (one_in(24)) n->proved = tools, n->proved_count = 1, w.chat = false, w.other = true;
  if (one_in(24)) n->proved = both, n->proved_count = 2, w.chat = w.other = true;
  n->maybe = one_in(3);
  n->unasked = one_in(6);
  return w;
}

/* ---- the comparison ---- */

typedef struct tally {
  size_t picks, ranks, counts, sums, nothing, something;
} tally;

static bool same_order(const verdict *v, const result *d, const roster_model *const *found, size_t room) {
  for (size_t i = 0; i < room; i++)
    if (found[i] != (i < v->count ? &d->models[v->order[i]] : NULL)) return false;
  return true;
}

static void compare(tally *t, const record *all, size_t count, const wish *w) {
  arena *a = arena_new();
  result d;
  const roster_snapshot s = build(a, &d, all, count);
  const verdict v = judge(all, count, w);
  const roster_model *best = NULL, *found[MOST];
  roster_pick_counts c = { .size = sizeof c };
  roster_error err;
  roster_status status = roster_pick(&best, 1, &c, &s, &w->needs, &err);
  t->picks += status == (v.count ? ROSTER_OK : ROSTER_ENONE) && same_order(&v, &d, &best, 1);
  t->counts += c.candidates == v.candidates && c.count == v.count && memcmp(c.fell_out, v.fell_out, sizeof v.fell_out) == 0;
  size_t sum = c.count;
  for (size_t i = 0; i < 16; i++) sum += c.fell_out[i];
  t->sums += sum == c.candidates;
  const size_t room = 1 + below(MOST);
  status = roster_pick(found, room, NULL, &s, &w->needs, NULL);
  t->ranks += status == (v.count ? ROSTER_OK : ROSTER_ENONE) && same_order(&v, &d, found, room);
  t->nothing += v.count == 0 && v.candidates > 0;
  t->something += v.count > 1;
  arena_free(a);
}

static void oracle_agrees(void) {
  tally t = { 0 };
  for (int i = 0; i < CATALOGUES; i++) {
    record all[MOST];
    const size_t count = below(MOST + 1);
    for (size_t k = 0; k < count; k++) all[k] = any_record();
    const wish w = any_wish();
    compare(&t, all, count, &w);
  }
  check(t.picks == CATALOGUES, "the best model of 10,000 random catalogues is the one that an oracle picks by brute force");
  check(t.ranks == CATALOGUES, "the ranking of all that meet the needs is the oracle's, in an array of any size, and NULL fills the rest");
  check(t.counts == CATALOGUES, "as many models fall out at each need as the oracle counts");
  check(t.sums == CATALOGUES, "those that fall out and those that are left make the candidates, each counted once");
  check(t.nothing > 500 && t.something > 500, "the random needs leave nothing over in many catalogues, and a choice in many");
}

/* ---- what the caller does wrong ---- */

static void mistakes_are_told(void) {
  arena *a = arena_new();
  result d;
  record one = any_record();
  const roster_snapshot s = build(a, &d, &one, 1);
  const char *const odd[] = { "tols" };
  roster_error err;
  roster_needs n = ROSTER_NEEDS_INIT;
  check(roster_pick(NULL, 0, NULL, NULL, NULL, &err) == ROSTER_EINVALID, "without a snapshot nothing is picked");
  check(roster_pick(NULL, 1, NULL, &s, NULL, &err) == ROSTER_EINVALID, "an array that is NULL has no room");
  n.context_tokens = -1;
  check(roster_pick(NULL, 0, NULL, &s, &n, &err) == ROSTER_EINVALID, "a negative number of tokens is refused");
  n = (roster_needs)ROSTER_NEEDS_INIT;
  n.proved = odd, n.proved_count = 1;
  check(roster_pick(NULL, 0, NULL, &s, &n, &err) == ROSTER_EINVALID && strstr(err.message, "did you mean 'tools'?"),
        "a word that is no capability is refused, with the one that was probably meant");
  n.size = 0;
  check(roster_pick(NULL, 0, NULL, &s, &n, &err) == ROSTER_EINVALID, "needs without a size are refused");
  check(roster_need_name(ROSTER_NEED_PROVED) && !roster_need_name((roster_need)(ROSTER_NEED_PROVED + 1)),
        "past the last need there is no name");
  arena_free(a);
}

int main(void) {
  oracle_agrees();
  mistakes_are_told();
  return check_close();
}

/* price: what a model costs for long prompts and from a day on. A block states what a tier or a day changes; what either leaves out stays
 * as it is below the tier, and before the day. So a price is settled for one day before it is read: the days that have come amend it one
 * after the other, and then each tier, and each day to come, is given all the parts that hold with it. */
#include "library/definitions/state.h"

#include "library/definitions/plausibility.h"
#include "util/clock.h"

#include <stdlib.h>
#include <string.h>

enum { PARTS = (1u << PRICE_KINDS) - 1, TIERS = 1u << PRICE_KINDS, MOST_TOKENS = 1000000000 };

/* ---- from the table of a script ---- */

static bool is_digits(const char *s) { return *s && strlen(s) <= 10 && strspn(s, "0123456789") == strlen(s); }

/* The tokens of a tier; 0 after a finding. JSON has no keys but texts. */
static int64_t take_tokens(context *p, const field *f, int key) {
  lua_State *L = p->lua;
  arena *a = script_of(L)->arena;
  const bool text = lua_type(L, key) == LUA_TSTRING;
  if (text ? !is_digits(lua_tostring(L, key)) : lua_type(L, key) != LUA_TNUMBER) {
    report_tokens(p, f, key);
    return 0;
  }
  const lua_Integer tokens = text ? strtoll(lua_tostring(L, key), NULL, 10) : lua_tointeger(L, key); /* 0 for a fraction */
  if (tokens >= 1 && tokens <= MOST_TOKENS) return tokens;
  const char *written = text ? lua_tostring(L, key) : arena_printf(a, "%.14g", (double)lua_tonumber(L, key));
  WRONG_VALUE(
      p, arena_printf(a, "%s[%s]", f->name, written), NULL,
      "'%s' has a tier above %s tokens: a tier is for prompts of more tokens than a whole number between 1 and %d; what short prompts "
      "cost is written beside '%s'",
      path_to(p, f->name), written, MOST_TOKENS, f->name);
  return 0;
}

/* The beginning of a day; -1 after a finding. */
static int64_t take_day(context *p, const field *f, int key) {
  char again[11];
  const char *day = lua_type(p->lua, key) == LUA_TSTRING ? lua_tostring(p->lua, key) : "";
  const int64_t start = strlen(day) == 10 ? day_ms(day) : -1;
  if (start >= 0) day_write(start, again);
  if (start >= 0 && text_is(day, again)) return start;
  report_day(p, f, key);
  return -1;
}

static bool is_twice(context *p, const field *f, const price_steps *list, const char *name, int64_t start) {
  for (size_t i = 0; i < list->count; i++)
    if (list->at[i].start == start) {
      WRONG_KEY(p, arena_printf(script_of(p->lua)->arena, "%s[%s]", f->name, name), NULL, "'%s' has '%s' twice", path_to(p, f->name), name);
      return true;
    }
  return false;
}

static void take_step(context *p, const field *f, price_steps *list) { /* key and value on top */
  lua_State *L = p->lua;
  arena *a = script_of(L)->arena;
  const int value = lua_gettop(L);
  const bool days = f->kind == KIND_CHANGES;
  price_step one = { .start = days ? take_day(p, f, value - 1) : take_tokens(p, f, value - 1) };
  if (one.start < (days ? 0 : 1)) return;
  one.day = days ? keep_text(L, value - 1) : NULL;
  const char *name = days ? one.day : arena_printf(a, "%lld", (long long)one.start);
  if (is_twice(p, f, list, name, one.start)) return;
  field item = { .name = arena_printf(a, "%s[%s]", f->name, name), .kind = KIND_BLOCK };
  if (!is_value(L, value, NONE_VALUE)) {
    if (lua_type(L, value) != LUA_TTABLE) {
      mismatch(p, &item, value);
      return;
    }
    context below = *p;
    below.outer = p;
    below.name = item.name;
    one.change = arena_alloc(a, sizeof *one.change);
    take_fields(&below, f->schema, value, &one.change->head);
  }
  LIST_PUSH(a, list->at, list->count, list->room, one);
}

static int by_start(const void *a, const void *b) {
  const int64_t one = ((const price_step *)a)->start, other = ((const price_step *)b)->start;
  return one < other ? -1 : one > other;
}

bool take_steps(context *p, const field *f, int at, void *into) {
  lua_State *L = p->lua;
  if (!is_table(L, at)) return mismatch(p, f, at);
  if (report_flat_steps(p, f, at)) return false;
  price_steps *list = arena_alloc(script_of(L)->arena, sizeof *list);
  size_t count = 0;
  for (lua_pushnil(L); next_pair(L, at); lua_pop(L, 1))
    if (has_room(p, f, count++)) take_step(p, f, list);
  if (list->count) qsort(list->at, list->count, sizeof *list->at, by_start);
  *(price_steps **)into = list;
  return true;
}

bool price_is_misplaced(context *p, const schema *s, const char *key) {
  const bool tier = text_is(s->verb, "price_tier"), above = text_is(key, "above"), from = text_is(key, "from");
  const char *why = tier && above  ? "a tier cannot contain tiers: write each next to the others"
                    : tier && from ? "a tier has no days: write the day in the price, and the tier in what holds from then on, as in "
                                     "from = { [\"2026-12-01\"] = { above = { ... } } }"
                    : from && text_is(s->verb, "price_change") ? "a day cannot contain days: write each next to the others"
                                                               : NULL;
  if (why) WRONG_KEY(p, key, NULL, "'%s': %s", path_to(p, key), why);
  return why;
}

bool price_is_per_token(context *p, const field *f, double value) {
  if (value <= 0 || value >= f->per_token) return false;
  const char *dollars = arena_printf(script_of(p->lua)->arena, "%.10g", value * 1e6);
  WRONG_VALUE(p, f->name, fix_line(script_of(p->lua)->arena, p->where, f->name, dollars, dollars),
              "'%s' is %.10g, which looks like dollars per token: prices are in dollars per million tokens, so write %.10g",
              path_to(p, f->name), value, value * 1e6);
  return true;
}

/* ---- one block amends another ---- */

static const price_step *find_step(const price_steps *list, int64_t start) {
  for (size_t i = 0; list && i < list->count; i++)
    if (list->at[i].start == start) return &list->at[i];
  return NULL;
}

static price *copy_price(arena *a, const price *p) {
  price *copy = arena_alloc(a, sizeof *copy);
  return memcpy(copy, p, sizeof *copy);
}

static price *amended(arena *a, const schema *s, const price *base, const price *over) {
  price *both = copy_price(a, base);
  schema_amend(s, a, both, over);
  return both;
}

price_steps *price_tier_add(arena *a, price_steps *list, int64_t above, price *change) {
  const price_step one = { .start = above, .change = change };
  if (!list) list = arena_alloc(a, sizeof *list);
  if (find_step(list, above)) return list;
  LIST_PUSH(a, list->at, list->count, list->room, one);
  qsort(list->at, list->count, sizeof *list->at, by_start);
  return list;
}

price_steps *price_tiers_copy(arena *a, const price_steps *list) {
  price_steps *copy = NULL;
  for (size_t i = 0; list && i < list->count; i++)
    if (list->at[i].change) copy = price_tier_add(a, copy, list->at[i].start, copy_price(a, list->at[i].change));
  return copy;
}

/* Step by step, and part by part within one. */
void price_steps_amend(const schema *s, arena *a, price_steps **base, const price_steps *over) {
  price_steps *merged = arena_alloc(a, sizeof *merged);
  for (size_t i = 0; *base && i < (*base)->count; i++)
    if (!find_step(over, (*base)->at[i].start)) LIST_PUSH(a, merged->at, merged->count, merged->room, (*base)->at[i]);
  for (size_t i = 0; i < over->count; i++) {
    price_step one = over->at[i];
    const price_step *was = find_step(*base, one.start);
    if (was && was->change && one.change) one.change = amended(a, s, was->change, one.change);
    LIST_PUSH(a, merged->at, merged->count, merged->room, one);
  }
  if (merged->count) qsort(merged->at, merged->count, sizeof *merged->at, by_start);
  *base = merged;
}

/* The parts that `over` gives another amount, or removes. */
static uint64_t replaced(const price *base, const price *over) {
  uint64_t parts = over->head.removed & PARTS;
  for (int i = 0; i < PRICE_KINDS; i++) {
    const uint64_t bit = (uint64_t)1 << i;
    const bool same = (base->head.given & bit) && !(base->amounts[i] < over->amounts[i]) && !(base->amounts[i] > over->amounts[i]);
    if ((over->head.given & bit) && !same) parts |= bit;
  }
  return parts;
}

/* The same of a tier: all that a block removes. */
static uint64_t replaced_in_tier(const price_steps *above, const price_steps *over, int64_t start) {
  static const price nothing = { 0 };
  const price_step *was = find_step(above, start), *is = find_step(over, start);
  if (!is || !is->change) return is ? PARTS : 0;
  return replaced(was && was->change ? was->change : &nothing, is->change);
}

static uint64_t replaces_tiers(const price *base, const price *over) {
  uint64_t parts = over->head.removed & TIERS;
  for (size_t i = 0; over->above && i < over->above->count; i++)
    if (replaced_in_tier(base->above, over->above, over->above->at[i].start)) parts = TIERS;
  return parts;
}

static void forget(price *change, uint64_t parts) {
  change->head.given &= ~parts;
  change->head.removed &= ~parts;
}

static bool is_empty(const price *change) { return !change->head.given && !change->head.removed; }

/* What a day changes in tiers, without the parts that `over` replaces. */
static price_steps *other_tiers(arena *a, const price_steps *day, const price *base, const price *over) {
  price_steps *kept = arena_alloc(a, sizeof *kept);
  for (size_t i = 0; i < day->count; i++) {
    price_step one = day->at[i];
    const uint64_t named = replaced_in_tier(base->above, over->above, one.start);
    if (named && one.change) forget(one.change = copy_price(a, one.change), named);
    if (!named || (one.change && !is_empty(one.change))) LIST_PUSH(a, kept->at, kept->count, kept->room, one);
  }
  return kept;
}

/* What a day that has no tiers takes away: those of before, but none that `over` replaces. */
static price_steps *without_tiers(arena *a, size_t day, const price *base, const price *over) {
  price_steps *gone = arena_alloc(a, sizeof *gone);
  for (size_t i = 0; i <= day; i++) {
    const price *before = i < day ? base->from->at[i].change : base;
    for (size_t k = 0; before && before->above && k < before->above->count; k++)
      if (!replaced_in_tier(base->above, over->above, before->above->at[k].start))
        price_tier_add(a, gone, before->above->at[k].start, NULL);
  }
  return gone;
}

static price *other_parts(arena *a, size_t day, const price *base, const price *over, uint64_t named) {
  price *change = copy_price(a, base->from->at[day].change);
  const bool none = change->head.removed & TIERS, some = change->head.given & TIERS;
  forget(change, named);
  if (!(named & TIERS)) return change;
  change->above = over->head.removed & TIERS ? NULL
                  : some                     ? other_tiers(a, change->above, base, over)
                  : none                     ? without_tiers(a, day, base, over)
                                             : NULL;
  if (change->above && change->above->count) change->head.given |= TIERS;
  return change;
}

/* A part that a block replaces, of a tier too, is not changed again by the days of the blocks before it: they tell when the price changes
 * that is replaced. One that says the same again, as a catalogue does, replaces nothing. */
void price_overrule(arena *a, price *base, const price *over) {
  const uint64_t named = base->from ? replaced(base, over) | replaces_tiers(base, over) : 0;
  if (!named) return;
  price_steps *kept = arena_alloc(a, sizeof *kept);
  for (size_t i = 0; i < base->from->count; i++) {
    price_step one = base->from->at[i];
    if (one.change) one.change = other_parts(a, i, base, over, named);
    if (!one.change || !is_empty(one.change)) LIST_PUSH(a, kept->at, kept->count, kept->room, one);
  }
  base->from = kept;
}

/* ---- what holds ---- */

/* The tiers with all their parts, without those that were removed. */
static void settle_tiers(arena *a, price *p) {
  const schema *tier = price_step_schema(KIND_TIERS);
  const price_steps *from = p->above;
  price below = *p;
  if (!from) return;
  below.above = below.from = NULL;
  p->above = arena_alloc(a, sizeof *p->above);
  for (size_t i = 0; i < from->count; i++) {
    price_step one = from->at[i];
    if (!one.change) continue;
    one.change = amended(a, tier, &below, one.change);
    below = *one.change;
    LIST_PUSH(a, p->above->at, p->above->count, p->above->room, one);
  }
}

const price *price_settle(arena *a, const price *p, const char *day) {
  if (!p || (!p->above && !p->from)) return p;
  const schema *dated = price_step_schema(KIND_CHANGES);
  const price_steps *changes = p->from;
  price *now = copy_price(a, p), *then = now;
  size_t i = 0;
  now->from = NULL;
  for (; changes && i < changes->count && strcmp(changes->at[i].day, day) <= 0; i++)
    if (changes->at[i].change) schema_amend(dated, a, now, changes->at[i].change);
  price_steps *later = arena_alloc(a, sizeof *later);
  for (then = copy_price(a, now); changes && i < changes->count; i++) {
    if (!changes->at[i].change) continue;
    then = amended(a, dated, then, changes->at[i].change);
    price_step one = changes->at[i];
    one.change = copy_price(a, then);
    settle_tiers(a, one.change);
    LIST_PUSH(a, later->at, later->count, later->room, one);
  }
  settle_tiers(a, now);
  now->from = later;
  return now;
}

const price *price_for(const price *p, int64_t tokens, int64_t *above) {
  const price_step *found = NULL;
  for (size_t i = 0; p && p->above && i < p->above->count && p->above->at[i].start < tokens; i++) found = &p->above->at[i];
  *above = found ? found->start : 0;
  return found ? found->change : p;
}

const char *price_name(roster_price which) {
  return (unsigned)which < PRICE_KINDS ? price_step_schema(KIND_TIERS)->fields[which].name : "";
}

double price_part(const price *p, roster_price which) {
  const bool given = p && (unsigned)which < PRICE_KINDS && (p->head.given & (uint64_t)1 << which);
  return given ? p->amounts[which] : -1;
}

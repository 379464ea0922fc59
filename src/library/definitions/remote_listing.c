/* remote_listing: the models in a provider's listing, as the protocol's read_list returns them, and as the provider's `discover` function
 * may accept, refuse or amend them. */
#include "library/definitions/state.h"

#include "util/clock.h"
#include "util/utf8.h"

#include <math.h>
#include <string.h>

static const char *text_of(lua_State *L, const char *name, const char *before) {
  lua_getfield(L, -1, name);
  size_t length = 0;
  const char *text = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &length) : NULL;
  if (text && *text && !text_has_control(text, length)) before = arena_bytes(script_of(L)->arena, text, length);
  lua_pop(L, 1);
  return before;
}

/* Of a text that is shown. */
static const char *shown_of(lua_State *L, const char *name, const char *before) {
  const char *text = text_of(L, name, before);
  script *s = script_of(L);
  return text && text != before && s->ring ? keyring_redact(s->ring, s->arena, text) : text;
}

enum { MOST_TEXTS = 50, MOST_TOKENS = 100 * 1000 * 1000 }; /* no model has more; a server that means "any" may say so */

static int64_t count_of(lua_State *L, const char *name, int64_t before) {
  lua_getfield(L, -1, name);
  int whole = 0;
  lua_Integer count = lua_tointegerx(L, -1, &whole);
  lua_pop(L, 1);
  return whole && count > 0 && count <= MOST_TOKENS ? (int64_t)count : before;
}

static roster_tri flag_of(lua_State *L, const char *name, roster_tri before) {
  lua_getfield(L, -1, name);
  roster_tri flag = lua_isboolean(L, -1) ? (lua_toboolean(L, -1) ? ROSTER_YES : ROSTER_NO) : before;
  lua_pop(L, 1);
  return flag;
}

/* The same string of the table, so that it outlives the script; what is not in the table is not known. */
static const char *choice_of(lua_State *L, const char *name, const char *const *choices, const char *before) {
  lua_getfield(L, -1, name);
  const char *given = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : NULL;
  for (const char *const *c = choices; given && *c; c++)
    if (text_is(*c, given)) before = *c;
  lua_pop(L, 1);
  return before;
}

/* Of the table on top; which are known. */
static unsigned take_amounts(lua_State *L, double *amounts) {
  unsigned known = 0;
  for (int i = 0; lua_istable(L, -1) && i < PRICE_KINDS; i++) {
    lua_getfield(L, -1, price_name((roster_price)i));
    int number = 0;
    double dollars = lua_tonumberx(L, -1, &number);
    if (number && isfinite(dollars) && dollars >= 0 && dollars <= 1e6) amounts[i] = dollars, known |= 1u << i;
    lua_pop(L, 1);
  }
  return known;
}

enum { MOST_TIERS = 16 };

/* Its number of tokens and its parts on top. */
static void take_tier(lua_State *L, remote_model *one) {
  const lua_Integer tokens = lua_type(L, -2) == LUA_TNUMBER ? lua_tointeger(L, -2) : 0;
  price tier = { 0 };
  tier.head.given = take_amounts(L, tier.amounts);
  if (tokens < 1 || tokens > 1000000000 || !tier.head.given || (one->above && one->above->count == MOST_TIERS)) return;
  arena *a = script_of(L)->arena;
  one->above = price_tier_add(a, one->above, tokens, memcpy(arena_alloc(a, sizeof tier), &tier, sizeof tier));
}

/* Of the price on top. */
static void take_tiers(lua_State *L, remote_model *one) {
  lua_getfield(L, -1, "above");
  if (lua_istable(L, -1)) one->above = NULL; /* all that is said of them now */
  if (lua_istable(L, -1))
    for (lua_pushnil(L); next_pair(L, -2); lua_pop(L, 1)) take_tier(L, one);
  lua_pop(L, 1);
}

static void take_price(lua_State *L, remote_model *one) {
  lua_getfield(L, -1, "price");
  one->priced |= take_amounts(L, one->price);
  if (lua_istable(L, -1)) take_tiers(L, one);
  lua_pop(L, 1);
}

/* One of the texts of the list on top; NULL for what is none, or steers a terminal. */
static const char *item_of(lua_State *L, lua_Integer at) {
  size_t length = 0;
  push_item(L, -1, at);
  const char *text = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &length) : "";
  const char *kept = *text && !text_has_control(text, length) ? arena_bytes(script_of(L)->arena, text, length) : NULL;
  lua_pop(L, 1);
  return kept;
}

static texts texts_on_top(lua_State *L) {
  texts list = { 0 };
  for (lua_Integer i = 1; lua_istable(L, -1) && i <= (lua_Integer)lua_rawlen(L, -1) && list.count < MOST_TEXTS; i++) {
    const char *text = item_of(L, i);
    if (text && !texts_have(&list, text)) LIST_PUSH(script_of(L)->arena, list.at, list.count, list.room, text);
  }
  return list;
}

/* In the order of the choices, where only those are known. */
static texts list_of(lua_State *L, const char *name, const char *const *choices, texts before) {
  texts chosen = { 0 };
  lua_getfield(L, -1, name);
  const texts said = texts_on_top(L);
  lua_pop(L, 1);
  for (; choices && *choices; choices++)
    if (texts_have(&said, *choices)) LIST_PUSH(script_of(L)->arena, chosen.at, chosen.count, chosen.room, *choices);
  if (!choices) chosen = said;
  return chosen.count ? chosen : before;
}

/* { image = true, video = false }, of those that say it of some. */
static void take_reads(lua_State *L, remote_model *one) {
  lua_getfield(L, -1, "reads");
  for (unsigned i = 0; lua_istable(L, -1) && MODEL_MODALITIES[i]; i++) {
    const roster_tri is = flag_of(L, MODEL_MODALITIES[i], ROSTER_UNKNOWN);
    if (is == ROSTER_YES) one->reads |= 1u << i;
    if (is == ROSTER_NO) one->reads_not |= 1u << i;
  }
  lua_pop(L, 1);
}

/* ---- days: as text, alone or before a time; or as the seconds or milliseconds since 1970. What lies far away is no day, but a zero or an
 * endlessness of the server ---- */

static const char *plausible(lua_State *L, const char *day) {
  return date_is_valid(day) && strcmp(day, "2000") >= 0 && strcmp(day, "2100") < 0 ? arena_text(script_of(L)->arena, day) : NULL;
}

static const char *day_of_text(lua_State *L, const char *text) {
  char day[sizeof "2026-11-30"];
  size_t length = strcspn(text, "Tt ");
  if (length >= sizeof day) return NULL;
  memcpy(day, text, length);
  day[length] = 0;
  return plausible(L, day);
}

static const char *day_of_number(lua_State *L, double moment) {
  char day[sizeof "2026-11-30"] = "";
  if (moment >= 1e8 && moment < 1e14) day_write((int64_t)(moment < 1e11 ? moment * 1000 : moment), day);
  return plausible(L, day);
}

static const char *day_of(lua_State *L, const char *name, const char *before) {
  lua_getfield(L, -1, name);
  int number = 0;
  double moment = lua_type(L, -1) == LUA_TNUMBER ? lua_tonumberx(L, -1, &number) : 0;
  const char *text = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : NULL;
  const char *day = number ? day_of_number(L, moment) : text ? day_of_text(L, text) : NULL;
  lua_pop(L, 1);
  return day ? day : before;
}

#define TAKE_COUNT(name, choices)      one->name = count_of(L, #name, one->name);
#define TAKE_FLAG(name, choices)       one->name = flag_of(L, #name, one->name);
#define TAKE_TRI(name, choices)        TAKE_FLAG(name, choices)
#define TAKE_CHOICE(name, choices)     one->name = choice_of(L, #name, choices, one->name);
#define TAKE_DATE(name, choices)       one->name = day_of(L, #name, one->name);
#define TAKE_LIST(name, choices)       one->name = list_of(L, #name, choices, one->name);
#define TAKE_MODALITIES(name, choices) TAKE_LIST(name, choices)

#define TAKE(use, type, name, listed, fact, upstream, unit, words, choices, ...) ONLY_LISTED_##listed(TAKE_##type(name, choices))

/* Limits that contradict each other: nobody knows which of them is wrong. */
static void drop_contradictions(remote_model *one) {
  const int64_t most = one->context_window;
  if (most && (one->max_output_tokens > most || one->max_input_tokens > most))
    one->context_window = one->max_input_tokens = one->max_output_tokens = 0;
  if (one->retires && one->deprecated && strcmp(one->retires, one->deprecated) < 0) one->retires = one->deprecated = NULL;
}

/* From the table on top; what it does not have stays as it is. */
static void take_facts(lua_State *L, remote_model *one) {
  one->display_name = shown_of(L, "display_name", one->display_name);
  one->family = shown_of(L, "family", one->family);
  one->protocol = text_of(L, "protocol", one->protocol);
  MODEL_FIELDS(TAKE)
  one->named_kind = choice_of(L, "named", MODEL_KINDS, one->named_kind);
  one->snapshot_of = shown_of(L, "snapshot_of", one->snapshot_of);
  one->verdict = text_of(L, "verdict", one->verdict);
  one->why = shown_of(L, "why", one->why);
  one->look_up = flag_of(L, "look_up", one->look_up ? ROSTER_YES : ROSTER_NO) == ROSTER_YES;
  one->ends = flag_of(L, "ends", one->ends ? ROSTER_YES : ROSTER_NO) == ROSTER_YES;
  one->protocols = list_of(L, "protocols", NULL, one->protocols);
  one->trained_window = count_of(L, "trained_window", one->trained_window);
  take_reads(L, one);
  take_price(L, one);
  drop_contradictions(one);
}

static bool wants(const interest *w, const char *name) {
  return !w->defined || lookup_get(w->defined, name) || (w->wants && w->wants(w->payload, name));
}

/* What read_list gets as its third argument. A script may keep it for longer than what it asks is there. */
static int is_wanted(lua_State *L) {
  const interest *w = script_of(L)->interest;
  if (!w) return luaL_error(L, "what is wanted is known only while a listing or a look-up is read");
  lua_pushboolean(L, lua_type(L, 1) == LUA_TSTRING && wants(w, lua_tostring(L, 1)));
  return 1;
}

void push_wanted(lua_State *L, const interest *w) {
  script_of(L)->interest = w;
  lua_pushcfunction(L, is_wanted);
}

/* Replaces the item on top by what read_model makes of it. [-1, +1] `wanted`: where that function is. */
static void call_reader(lua_State *L, script_ref reader, int wanted) {
  push_ref(L, reader);
  lua_insert(L, -2);
  lua_pushvalue(L, wanted);
  lua_call(L, 2, 1);
  if (!lua_istable(L, -1) && lua_toboolean(L, -1)) luaL_error(L, "read_model gives { name = ... } or nil, not %s", luaL_typename(L, -1));
}

/* The name of the table on top; NULL for none. */
static const char *name_on_top(lua_State *L) {
  lua_getfield(L, -1, "name");
  const char *name = lua_type(L, -1) == LUA_TSTRING ? arena_text(script_of(L)->arena, lua_tostring(L, -1)) : NULL;
  lua_pop(L, 1);
  return name;
}

/* Whether a name may come in: not one that holds a trace of a secret, whole or cut out already, or characters that nobody sees. What a
 * block is called is known already. */
static bool is_name(lua_State *L, const char *name, const interest *w, remote_listing *out) {
  script *s = script_of(L);
  if (w->defined && lookup_get(w->defined, name)) return true;
  const bool traced = strstr(name, "[redacted]") || (s->ring && trace_in_name(s->ring, name));
  const bool unseen = !traced && utf8_hides(name);
  out->with_trace = out->with_trace || traced;
  if (unseen && !out->unseen) out->unseen = utf8_spell(s->arena, name);
  return !traced && !unseen;
}

static void take_entry(lua_State *L, const char *name, const interest *w, remote_listing *out) {
  remote_model one = REMOTE_MODEL_INIT;
  one.name = name;
  if (!wants(w, name)) {
    LIST_PUSH(script_of(L)->arena, out->names.at, out->names.count, out->names.room, name);
    return;
  }
  take_facts(L, &one);
  LIST_PUSH(script_of(L)->arena, out->at, out->count, out->room, one);
  if (w->taken) w->taken(w->payload, name);
}

/* Of an item that nobody wants more of than its name, which is found without a script. */
static bool take_unwanted(lua_State *L, int parts, lua_Integer i, const protocol *p, const interest *w, remote_listing *out) {
  const char *name = list_item_name(L, parts, i, &p->named_by);
  if (!name || wants(w, name)) return false;
  if (is_name(L, name, w, out)) take_entry(L, name, w, out);
  return true;
}

void take_remote_listing(lua_State *L, int at, const protocol *p, const interest *w, remote_listing *out) {
  push_wanted(L, w);
  const script_ref reader = p->plain_list ? 0 : p->read_model; /* 0: they are models already */
  const int wanted = lua_gettop(L), parts = list_begin(L, at);
  for (lua_Integer i = 1; i <= (lua_Integer)list_count_of(L, at, parts); i++) {
    budget_allow_item(L);
    if (reader && take_unwanted(L, parts, i, p, w, out)) continue;
    push_list_item(L, at, parts, i);
    if (reader) call_reader(L, reader, wanted);
    if (!reader && !lua_istable(L, -1))
      luaL_error(L, "read_list gives a list of { name = ... }, but item %d is %s", (int)i, luaL_typename(L, -1));
    const char *name = lua_istable(L, -1) ? name_on_top(L) : NULL;
    if (!reader && !name) luaL_error(L, "read_list gives a list of { name = ... }, but item %d has no name", (int)i);
    if (name && is_name(L, name, w, out)) take_entry(L, name, w, out);
    lua_pop(L, 1);
  }
  lua_pop(L, 3);
}

bool take_remote_model(lua_State *L, script_ref reader, remote_model *out) {
  const interest all = { .defined = NULL };
  push_wanted(L, &all);
  lua_insert(L, -2);
  call_reader(L, reader, lua_gettop(L) - 1);
  script_of(L)->interest = NULL;
  lua_remove(L, -2);
  if (!lua_istable(L, -1)) return false;
  out->name = name_on_top(L);
  take_facts(L, out);
  return true;
}

/* ---- a provider's `discover` ---- */

typedef struct discover_call {
  script_ref by;
  remote_model *one;
  bool take;
} discover_call;

static void set_text(lua_State *L, const char *name, const char *text) {
  if (!text) return;
  lua_pushstring(L, text);
  lua_setfield(L, -2, name);
}

static void set_count(lua_State *L, const char *name, int64_t count) {
  if (!count) return;
  lua_pushinteger(L, count);
  lua_setfield(L, -2, name);
}

static void set_answer(lua_State *L, const char *name, roster_tri answer) {
  if (answer == ROSTER_UNKNOWN) return;
  lua_pushboolean(L, answer == ROSTER_YES);
  lua_setfield(L, -2, name);
}

static void set_texts(lua_State *L, const char *name, const texts *list) {
  if (!list->count) return;
  lua_newtable(L);
  for (size_t i = 0; i < list->count; i++) {
    lua_pushstring(L, list->at[i]);
    set_item(L, -2, (lua_Integer)i + 1);
  }
  lua_setfield(L, -2, name);
}

static void push_amounts(lua_State *L, uint64_t known, const double *amounts) {
  lua_newtable(L);
  for (int i = 0; i < PRICE_KINDS; i++) {
    if (!(known >> i & 1)) continue;
    lua_pushnumber(L, amounts[i]);
    lua_setfield(L, -2, price_name((roster_price)i));
  }
}

static void set_price(lua_State *L, const remote_model *one) {
  if (!one->priced) return;
  push_amounts(L, one->priced, one->price);
  lua_newtable(L);
  for (size_t i = 0; one->above && i < one->above->count; i++) {
    push_amounts(L, one->above->at[i].change->head.given, one->above->at[i].change->amounts);
    set_item(L, -2, one->above->at[i].start);
  }
  lua_setfield(L, -2, "above");
  lua_setfield(L, -2, "price");
}

#define SET_COUNT(name)      set_count(L, #name, one->name);
#define SET_FLAG(name)       set_answer(L, #name, one->name);
#define SET_TRI(name)        SET_FLAG(name)
#define SET_CHOICE(name)     set_text(L, #name, one->name);
#define SET_DATE(name)       SET_CHOICE(name)
#define SET_LIST(name)       set_texts(L, #name, &one->name);
#define SET_MODALITIES(name) SET_LIST(name)

#define SET(use, type, name, listed, ...) ONLY_LISTED_##listed(SET_##type(name))

/* What the listing says, under the names that a function may give back; nil for the rest. */
static void push_remote_model(lua_State *L, const remote_model *one) {
  lua_newtable(L);
  set_text(L, "name", one->name);
  set_text(L, "display_name", one->display_name);
  set_text(L, "family", one->family);
  MODEL_FIELDS(SET)
  set_price(L, one);
}

static int discover_one(lua_State *L) {
  discover_call *call = lua_touserdata(L, 1);
  push_ref(L, call->by);
  push_remote_model(L, call->one);
  lua_call(L, 1, 1);
  call->take = lua_toboolean(L, -1);
  if (lua_istable(L, -1))
    take_facts(L, call->one);
  else if (!lua_isboolean(L, -1) && !lua_isnil(L, -1))
    return luaL_error(L, "discover answers true, false or a table of fields, not %s", luaL_typename(L, -1));
  return 0;
}

const char *script_discover(script *s, script_ref by, remote_model *one, bool *take) {
  discover_call call = { by, one, false };
  const char *wrong = script_call(s, by, discover_one, &call);
  *take = call.take;
  return wrong;
}

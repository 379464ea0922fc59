/* selection: the methods of a snapshot that choose among its models: by need, and by the day on which they retire. */
#include "bindings/lua/module.h"

#include <string.h>

enum { MOST_PROVED = 16 };

/* What a table of needs says. The words of `proved` are borrowed from it. */
typedef struct wish {
  roster_needs needs;
  const char *proved[MOST_PROVED];
  bool all;
} wish;

/* ---- the table of needs: each reader finds its value on top of the stack ---- */

typedef enum need_type { NEED_FLAG, NEED_COUNT, NEED_AMOUNT, NEED_TEXT, NEED_LIST } need_type;

static const struct {
  const char *name;
  need_type type;
  size_t offset;
} WORDS[] = {
  { "tools", NEED_FLAG, offsetof(wish, needs.tools) },
  { "vision", NEED_FLAG, offsetof(wish, needs.vision) },
  { "reasoning", NEED_FLAG, offsetof(wish, needs.reasoning) },
  { "json_schema", NEED_FLAG, offsetof(wish, needs.json_schema) },
  { "context", NEED_COUNT, offsetof(wish, needs.context_tokens) },
  { "max_output", NEED_COUNT, offsetof(wish, needs.max_output_tokens) },
  { "max_price", NEED_AMOUNT, offsetof(wish, needs.max_price) },
  { "max_output_price", NEED_AMOUNT, offsetof(wish, needs.max_output_price) },
  { "provider", NEED_TEXT, offsetof(wish, needs.provider_id) },
  { "family", NEED_TEXT, offsetof(wish, needs.family) },
  { "proved", NEED_LIST, 0 },
  { "maybe", NEED_FLAG, offsetof(wish, needs.maybe) },
  { "unasked", NEED_FLAG, offsetof(wish, needs.unasked) },
  { "all", NEED_FLAG, offsetof(wish, all) },
};

enum { WORD_COUNT = sizeof WORDS / sizeof *WORDS };

static void wrong_type(lua_State *L, const char *name, const char *wanted) {
  luaL_error(L, "needs: '%s' must be %s; here is a %s", name, wanted, luaL_typename(L, -1));
}

/* The library reads up to a NUL byte, and would find a shorter word than is there. */
static const char *text_here(lua_State *L, const char *name, const char *wanted) {
  size_t length = 0;
  const char *text = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &length) : NULL;
  if (!text) wrong_type(L, name, wanted);
  if (text && strlen(text) != length) luaL_error(L, "needs: '%s' contains a NUL byte", name);
  return text;
}

static void read_proved(lua_State *L, const char *name, wish *w) {
  if (!lua_istable(L, -1)) wrong_type(L, name, "a list of strings");
  w->needs.proved = w->proved;
  w->needs.proved_count = (size_t)lua_rawlen(L, -1);
  if (w->needs.proved_count > MOST_PROVED) luaL_error(L, "needs: '%s' has more than %d words", name, MOST_PROVED);
  for (size_t i = 0; i < w->needs.proved_count; i++) {
    lua_rawgeti(L, -1, (lua_Integer)i + 1);
    w->proved[i] = text_here(L, name, "a list of strings");
    lua_pop(L, 1);
  }
}

static void read_word(lua_State *L, int i, wish *w) {
  void *into = (char *)w + WORDS[i].offset;
  const char *name = WORDS[i].name;
  int whole = 0;
  switch (WORDS[i].type) {
  case NEED_FLAG:
    if (!lua_isboolean(L, -1)) wrong_type(L, name, "true or false");
    *(bool *)into = lua_toboolean(L, -1);
    break;
  case NEED_COUNT:
    *(int64_t *)into = lua_type(L, -1) == LUA_TNUMBER ? lua_tointegerx(L, -1, &whole) : 0;
    if (!whole) wrong_type(L, name, "a whole number of tokens");
    break;
  case NEED_AMOUNT:
    if (lua_type(L, -1) != LUA_TNUMBER) wrong_type(L, name, "a number of dollars");
    *(double *)into = lua_tonumber(L, -1);
    break;
  case NEED_TEXT: *(const char **)into = text_here(L, name, "a string"); break;
  default: read_proved(L, name, w); break;
  }
}

static void read_wish(lua_State *L, int at, wish *w) {
  *w = (wish){ .needs = ROSTER_NEEDS_INIT };
  if (lua_isnoneornil(L, at)) return;
  luaL_checktype(L, at, LUA_TTABLE);
  for (lua_pushnil(L); lua_next(L, at); lua_pop(L, 1)) {
    int i = 0;
    const char *name = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "";
    while (i < WORD_COUNT && strcmp(WORDS[i].name, name) != 0) i++;
    if (i == WORD_COUNT) luaL_error(L, "needs: unknown key '%s'%s", name, push_suggestion(L, name, WORDS, WORD_COUNT, sizeof *WORDS));
    read_word(L, i, w);
  }
}

/* ---- picking ---- */

static void push_counts(lua_State *L, const roster_pick_counts *c) {
  lua_createtable(L, 0, 3);
  lua_pushinteger(L, (lua_Integer)c->candidates); /* 0 is a count here, not an absence */
  lua_setfield(L, -2, "candidates");
  lua_pushinteger(L, (lua_Integer)c->count);
  lua_setfield(L, -2, "count");
  lua_newtable(L);
  for (int i = 0; roster_need_name((roster_need)i); i++) set_count(L, roster_need_name((roster_need)i), (int64_t)c->fell_out[i]);
  lua_setfield(L, -2, "fell_out");
}

static void push_ranked(lua_State *L, const roster_snapshot *s, const wish *w, size_t count) {
  const roster_model **list = lua_newuserdatauv(L, (count + 1) * sizeof *list, 0);
  roster_pick(list, count, NULL, s, &w->needs, NULL);
  lua_createtable(L, (int)count, 0);
  for (size_t i = 0; i < count; i++) {
    push_model(L, list[i], 1);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
}

/* The best model and the counts; nil, the error and the counts where none meets them. With all = true a list, which may be empty. */
int snapshot_pick(lua_State *L) {
  const roster_snapshot *s = check_snapshot(L, 1);
  const roster_model *best = NULL;
  roster_pick_counts counts = { .size = sizeof counts };
  roster_error err;
  wish w;
  lua_settop(L, 2);
  read_wish(L, 2, &w);
  const roster_status status = roster_pick(&best, 1, &counts, s, &w.needs, &err);
  const bool failed = status != ROSTER_OK && !(status == ROSTER_ENONE && w.all);
  if (failed)
    push_failure(L, &err);
  else if (w.all)
    push_ranked(L, s, &w, counts.count);
  else
    push_model(L, best, 1);
  push_counts(L, &counts);
  return failed ? 3 : 2;
}

/* ---- retirements ---- */

/* A list of { model, day, days, replacement, used_by }. */
int snapshot_retirements(lua_State *L) {
  const roster_snapshot *s = check_snapshot(L, 1);
  const roster_retirement *r;
  lua_settop(L, 1);
  lua_createtable(L, (int)roster_retirement_count(s), 0);
  for (size_t i = 0; (r = roster_retirement_at(s, i)); i++) {
    lua_createtable(L, 0, 5);
    push_model(L, r->model, 1);
    lua_setfield(L, -2, "model");
    set_text(L, "day", r->day);
    lua_pushinteger(L, (lua_Integer)r->days);
    lua_setfield(L, -2, "days");
    set_text(L, "replacement", r->replacement);
    lua_createtable(L, (int)r->used_count, 0);
    for (size_t k = 0; k < r->used_count; k++) {
      lua_pushstring(L, r->used_by[k]);
      lua_rawseti(L, -2, (lua_Integer)k + 1);
    }
    lua_setfield(L, -2, "used_by");
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  return 1;
}

/* ---- roles ---- */

int snapshot_require_role(lua_State *L) {
  const roster_model *m = NULL;
  roster_error err;
  if (roster_require_role(&m, check_snapshot(L, 1), check_text(L, 2), &err) != ROSTER_OK) return push_failure(L, &err);
  push_model(L, m, 1);
  return 1;
}

/* A list of { id, model }, or { id, problem } where a role has none. */
int snapshot_roles(lua_State *L) {
  const roster_snapshot *s = check_snapshot(L, 1);
  lua_createtable(L, (int)roster_role_count(s), 0);
  for (size_t i = 0; i < roster_role_count(s); i++) {
    const roster_model *m = NULL;
    roster_error err;
    const char *problem = roster_require_role(&m, s, roster_role_at(s, i), &err) == ROSTER_OK ? NULL : err.message;
    lua_createtable(L, 0, 2);
    set_text(L, "id", roster_role_at(s, i));
    set_text(L, "problem", problem);
    push_model(L, m, 1);
    lua_setfield(L, -2, "model");
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  return 1;
}

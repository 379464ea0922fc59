/* options: see options.h. */
#include "lua/options.h"

#include <string.h>

static const char *text_option(lua_State *L, const char *name) {
  if (lua_type(L, -1) != LUA_TSTRING) luaL_error(L, "options: '%s' must be a text, not a %s", name, luaL_typename(L, -1));
  return lua_tostring(L, -1);
}

static long seconds_option(lua_State *L, const char *name) {
  if (lua_type(L, -1) != LUA_TNUMBER || lua_tonumber(L, -1) < 0 || lua_tonumber(L, -1) > 86400)
    luaL_error(L, "options: '%s' must be seconds, 0 to 86400", name);
  return (long)(lua_tonumber(L, -1) * 1000 + 0.5);
}

static bool flag_option(lua_State *L, const char *name) {
  if (!lua_isboolean(L, -1)) luaL_error(L, "options: '%s' must be true or false", name);
  return lua_toboolean(L, -1);
}

/* How many entries the table on top has, all texts by name. */
static size_t count_texts(lua_State *L, const char *name) {
  size_t count = 0;
  if (!lua_istable(L, -1)) luaL_error(L, "options: '%s' must be a table", name);
  for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1), count++)
    if (lua_type(L, -2) != LUA_TSTRING || lua_type(L, -1) != LUA_TSTRING) luaL_error(L, "options: '%s' holds texts by name", name);
  return count;
}

/* Names and values alike, so that one function fills both kinds of list. */
typedef struct named_text {
  const char *name, *text;
} named_text;

_Static_assert(sizeof(named_text) == sizeof(roster_definition) && sizeof(named_text) == sizeof(roster_variable), "lists of pairs of texts");

/* The array stays on the stack in place of nothing: the values that it borrows are held by the options table. */
static void *named_texts(lua_State *L, const char *name, size_t *count) {
  *count = count_texts(L, name);
  int table = lua_gettop(L);
  named_text *list = lua_newuserdatauv(L, (*count + 1) * sizeof *list, 0);
  size_t n = 0;
  for (lua_pushnil(L); lua_next(L, table); lua_pop(L, 1)) {
    size_t at = n++;
    named_text one = { lua_tostring(L, -2), lua_tostring(L, -1) };
    while (at > 0 && strcmp(list[at - 1].name, one.name) > 0) {
      list[at] = list[at - 1];
      at--;
    }
    list[at] = one;
  }
  return list;
}

static const char *const *text_list(lua_State *L, const char *name, size_t *count) {
  if (!lua_istable(L, -1)) luaL_error(L, "options: '%s' must be a list of texts", name);
  int table = lua_gettop(L);
  *count = (size_t)lua_rawlen(L, table);
  const char **list = lua_newuserdatauv(L, (*count + 1) * sizeof *list, 0);
  for (size_t i = 0; i < *count; i++) {
    if (lua_rawgeti(L, table, (lua_Integer)i + 1) != LUA_TSTRING) luaL_error(L, "options: '%s' must be a list of texts", name);
    list[i] = lua_tostring(L, -1);
    lua_pop(L, 1);
  }
  return list;
}

static roster_level level_option(lua_State *L, const char *name) {
  static const char *const levels[] = { "credential", "list", "prove", "generate" };
  const char *said = text_option(L, name);
  for (int i = 0; i < 4; i++)
    if (strcmp(levels[i], said) == 0) return (roster_level)(ROSTER_LEVEL_CREDENTIAL + i);
  luaL_error(L, "options: '%s' must be credential, list, prove or generate, not %s", name, said);
  return ROSTER_LEVEL_DEFAULT;
}

/* The value is on top; what it leaves above is kept. */
static void read_option(lua_State *L, const char *name, roster_options *out) {
  if (strcmp(name, "config") == 0)
    out->config = text_option(L, name);
  else if (strcmp(name, "builtin") == 0)
    out->no_builtin = !flag_option(L, name);
  else if (strcmp(name, "mock") == 0)
    out->enable_mock = flag_option(L, name);
  else if (strcmp(name, "definitions") == 0)
    out->definitions = named_texts(L, name, &out->definition_count);
  else if (strcmp(name, "environment") == 0)
    out->environment = named_texts(L, name, &out->environment_count);
  else if (strcmp(name, "protocols") == 0)
    out->host_protocols = text_list(L, name, &out->host_protocol_count);
  else if (strcmp(name, "level") == 0)
    out->level = level_option(L, name);
  else if (strcmp(name, "timeout") == 0)
    out->timeout_ms = seconds_option(L, name);
  else if (strcmp(name, "deadline") == 0)
    out->deadline_ms = seconds_option(L, name);
  else
    luaL_error(L, "options: unknown key '%s'", name);
}

void options_read(lua_State *L, int at, roster_options *out) {
  static const char *const names[] = { "config",    "builtin", "mock",    "definitions", "environment",
                                       "protocols", "level",   "timeout", "deadline" };
  *out = (roster_options)ROSTER_OPTIONS_INIT;
  if (lua_isnoneornil(L, at)) return;
  luaL_checktype(L, at, LUA_TTABLE);
  for (lua_pushnil(L); lua_next(L, at); lua_pop(L, 1)) {
    bool known = false;
    const char *key = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "?";
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) known = known || strcmp(names[i], key) == 0;
    if (!known) luaL_error(L, "options: unknown key '%s'", key);
  }
  luaL_checkstack(L, 24, "options");
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (lua_getfield(L, at, names[i]) != LUA_TNIL) read_option(L, names[i], out);
}

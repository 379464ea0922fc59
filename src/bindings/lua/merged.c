/* merged: roster.merged_definitions. */
#include "bindings/lua/module.h"

#include <string.h>

enum { MOST_IDS = 100 };

static bool flag_of(lua_State *L, const char *name) {
  const int type = lua_getfield(L, 2, name);
  const bool flag = lua_toboolean(L, -1);
  if (type != LUA_TNIL && type != LUA_TBOOLEAN)
    luaL_error(L, "choice: '%s' must be true or false; here is a %s", name, luaL_typename(L, -1));
  lua_pop(L, 1);
  return flag;
}

static size_t width_of(lua_State *L) {
  lua_getfield(L, 2, "width");
  const lua_Integer width = lua_isnil(L, -1) ? 0 : lua_isinteger(L, -1) ? lua_tointeger(L, -1) : -1;
  if (width < 0) luaL_error(L, "choice: 'width' must be a number of columns");
  lua_pop(L, 1);
  return (size_t)width;
}

/* The strings stay in the table, at the top of the stack. [-0, +1] */
static size_t push_ids(lua_State *L, const char **ids) {
  if (lua_getfield(L, 2, "ids") == LUA_TNIL) return 0;
  if (!lua_istable(L, -1)) luaL_error(L, "choice: 'ids' must be a list of strings; here is a %s", luaL_typename(L, -1));
  const size_t count = (size_t)lua_rawlen(L, -1);
  if (count > MOST_IDS) luaL_error(L, "choice: 'ids' has more than %d strings", MOST_IDS);
  for (size_t i = 0; i < count; i++) {
    lua_rawgeti(L, -1, (lua_Integer)i + 1);
    if (lua_type(L, -1) != LUA_TSTRING) luaL_error(L, "choice: 'ids' must be a list of strings; it contains a %s", luaL_typename(L, -1));
    ids[i] = lua_tostring(L, -1);
    lua_pop(L, 1);
  }
  return count;
}

static void check_names(lua_State *L) {
  static const struct { const char *name; } known[] = { { "ids" }, { "changed" }, { "json" }, { "width" } };
  for (lua_pushnil(L); lua_next(L, 2); lua_pop(L, 1)) {
    const char *name = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "";
    size_t i = 0;
    while (i < sizeof known / sizeof *known && strcmp(known[i].name, name) != 0) i++;
    if (i == sizeof known / sizeof *known)
      luaL_error(L, "choice: unknown key '%s'%s", name, push_suggestion(L, name, known, i, sizeof *known));
  }
}

/* roster.merged_definitions(options, choice): the text; or nil and the error. */
int module_merged_definitions(lua_State *L) {
  roster_options o;
  roster_error err;
  roster_merged_choice choice = ROSTER_MERGED_CHOICE_INIT;
  const char *ids[MOST_IDS];
  lua_settop(L, 2);
  if (lua_isnil(L, 2)) {
    lua_newtable(L);
    lua_replace(L, 2);
  }
  luaL_checktype(L, 2, LUA_TTABLE);
  check_names(L);
  choice.changed = flag_of(L, "changed");
  choice.json = flag_of(L, "json");
  choice.width = width_of(L);
  reports_new(L, 1);
  held_string *held = push_string_holder(L);
  choice.id_count = push_ids(L, ids);
  choice.ids = ids;
  options_read(L, 1, &o);
  reports_listen(L, 3, false, &o);
  roster_status status = roster_merged_definitions(&held->text, &o, &choice, &err);
  reports_hand_over(L, 3);
  return status == ROSTER_OK ? push_held(L, held) : push_failure(L, &err);
}

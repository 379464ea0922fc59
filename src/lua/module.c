/* module: require "roster". */
#include "lua/module.h"

static void set_text(lua_State *L, const char *name, const char *text) {
  if (!*text) return;
  lua_pushstring(L, text);
  lua_setfield(L, -2, name);
}

int push_failure(lua_State *L, const roster_error *err) {
  lua_pushnil(L);
  lua_newtable(L);
  set_text(L, "code", roster_status_name(err->status));
  set_text(L, "message", err->message);
  set_text(L, "hint", err->hint);
  set_text(L, "file", err->file);
  lua_pushinteger(L, err->line);
  lua_setfield(L, -2, "line");
  lua_pushinteger(L, err->count);
  lua_setfield(L, -2, "count");
  lua_createtable(L, err->candidate_count, 0);
  for (int i = 0; i < err->candidate_count; i++) {
    lua_pushstring(L, err->candidates[i]);
    lua_rawseti(L, -2, i + 1);
  }
  lua_setfield(L, -2, "candidates");
  return 2;
}

void register_type(lua_State *L, const char *type, const luaL_Reg *methods, const luaL_Reg *events) {
  luaL_newmetatable(L, type);
  luaL_setfuncs(L, events, 0);
  if (methods) {
    lua_newtable(L);
    luaL_setfuncs(L, methods, 0);
    lua_setfield(L, -2, "__index");
  }
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_pop(L, 1);
}

static const luaL_Reg functions[] = {
  { "open", registry_open },
  { "lint", registry_lint },
  { NULL, NULL },
};

ROSTER_API int luaopen_roster(lua_State *L);

int luaopen_roster(lua_State *L) {
  registry_register(L);
  snapshot_register(L);
  model_register(L);
  luaL_newlib(L, functions);
  lua_pushstring(L, roster_version());
  lua_setfield(L, -2, "version");
  return 1;
}

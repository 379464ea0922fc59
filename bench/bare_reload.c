/* bare_reload: see bare_reload.h. It must never use roster. */
#include "bare_reload.h"

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

#include <stdio.h>
#include <stdlib.h>

static const char verbs[] = "kept = {}\n"
                            "local function keeps(verb)\n"
                            "  kept[verb] = {}\n"
                            "  return function(id) return function(block) kept[verb][id] = block end end\n"
                            "end\n"
                            "provider, model = keeps 'provider', keeps 'model'\n"
                            "function validate(block) kept.validate = block end\n"
                            "function secret(name) return name end\n"
                            "K, M = 1000, 1000000\n";

static void check(lua_State *L, int status) {
  if (status == LUA_OK) return;
  fprintf(stderr, "bench: %s\n", lua_tostring(L, -1));
  exit(1);
}

static size_t count_models(lua_State *L) {
  size_t models = 0;
  lua_getglobal(L, "kept");
  lua_getfield(L, -1, "model");
  for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) models++;
  return models;
}

size_t bare_reload(const char *const *files, size_t count) {
  lua_State *L = luaL_newstate();
  if (!L) abort();
  luaL_openlibs(L);
  check(L, luaL_dostring(L, verbs));
  for (size_t i = 0; i < count; i++) check(L, luaL_dofile(L, files[i]));
  size_t models = count_models(L);
  lua_close(L);
  return models;
}

/* documents: the JSON of a snapshot, as the library writes it, and its own document as a table. */
#include "bindings/lua/module.h"

#include <stdio.h>
#include <string.h>

/* [-0, +1, m] that of the snapshot, or one that is written now. */
static void push_all(lua_State *L, const roster_snapshot *s) {
  size_t bytes;
  const char *json = roster_snapshot_json(s, &bytes);
  if (json) {
    lua_pushlstring(L, json, bytes);
    return;
  }
  luaL_Buffer b;
  bytes = roster_write_models_json(s, NULL, NULL, 0);
  roster_write_models_json(s, NULL, luaL_buffinitsize(L, &b, bytes + 1), bytes + 1);
  luaL_pushresultsize(&b, bytes);
}

int snapshot_json(lua_State *L) {
  push_all(L, check_snapshot(L, 1));
  return 1;
}

/* ---- the document as a table, read by lua-cjson ---- */

/* lua-cjson 2.1.0 makes every number a float: what is integral becomes an integer again, in the table on top and all tables inside. */
static void restore_integers(lua_State *L) {
  luaL_checkstack(L, 4, "the document is nested too deeply");
  for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
    lua_Integer whole;
    if (lua_istable(L, -1)) restore_integers(L);
    if (lua_type(L, -1) != LUA_TNUMBER || lua_isinteger(L, -1) || !lua_numbertointeger(lua_tonumber(L, -1), &whole)) continue;
    if ((lua_Number)whole != lua_tonumber(L, -1)) continue;
    lua_pushvalue(L, -2);
    lua_pushinteger(L, whole);
    lua_rawset(L, -5);
  }
}

/* [-0, +1, e] a private instance, so that neither the host's settings count nor are they changed. */
static int new_cjson(lua_State *L) {
  lua_getglobal(L, "require");
  lua_pushliteral(L, "cjson");
  lua_call(L, 1, 1);
  lua_getfield(L, -1, "new");
  lua_call(L, 0, 1);
  return 1;
}

/* The message of `require` lists every place where it looked: its first words are enough. */
static int push_cjson_missing(lua_State *L) {
  const char *why = lua_tostring(L, -1);
  roster_error err = { .status = ROSTER_ESYSTEM };
  if (!why) why = "require gave no reason";
  snprintf(err.message, sizeof err.message, "snapshot:document() needs the Lua module cjson, which cannot be loaded: %.*s",
           (int)strcspn(why, "\n:"), why);
  snprintf(err.hint, sizeof err.hint,
           "install lua-cjson for Lua 5.4 (apt-get install lua-cjson, or luarocks install lua-cjson), or read "
           "snapshot:json() with another library");
  return push_failure(L, &err);
}

int snapshot_document(lua_State *L) {
  const roster_snapshot *s = check_snapshot(L, 1);
  lua_settop(L, 1);
  lua_pushcfunction(L, new_cjson);
  if (lua_pcall(L, 0, 1, 0) != LUA_OK) return push_cjson_missing(L);
  lua_getfield(L, -1, "decode");
  push_all(L, s);
  lua_call(L, 1, 1);
  restore_integers(L);
  return 1;
}

typedef size_t id_writer(const roster_snapshot *s, const char *id, char *out, size_t size);

static int push_written(lua_State *L, id_writer *print, const char *id) {
  const roster_snapshot *s = check_snapshot(L, 1);
  size_t bytes = print(s, id, NULL, 0);
  char *text = lua_newuserdatauv(L, bytes + 1, 0);
  print(s, id, text, bytes + 1);
  lua_pushlstring(L, text, bytes);
  return 1;
}

static int push_document(lua_State *L, id_writer *print) {
  check_snapshot(L, 1);
  return push_written(L, print, check_text(L, 2));
}

static size_t write_providers(const roster_snapshot *s, const char *id, char *out, size_t size) {
  (void)id;
  return roster_write_providers_json(s, out, size);
}

int snapshot_explain(lua_State *L) { return push_document(L, roster_write_explain_json); }
int snapshot_request_json(lua_State *L) { return push_document(L, roster_write_request_json); }

/* What differs since an earlier snapshot, which may be nil. */
int snapshot_changes(lua_State *L) {
  const roster_snapshot *after = check_snapshot(L, 1), *before = lua_isnoneornil(L, 2) ? NULL : check_snapshot(L, 2);
  size_t bytes = roster_write_changes_json(before, after, NULL, 0);
  char *text = lua_newuserdatauv(L, bytes + 1, 0);
  roster_write_changes_json(before, after, text, bytes + 1);
  lua_pushlstring(L, text, bytes);
  return 1;
}

int snapshot_model_json(lua_State *L) { return push_document(L, roster_write_model_json); }
int snapshot_resolve_json(lua_State *L) { return push_document(L, roster_write_resolve_json); }
int snapshot_providers_json(lua_State *L) { return push_written(L, write_providers, NULL); }

/* Of those within so many days; without a number of all. */
int snapshot_retirements_json(lua_State *L) {
  const roster_snapshot *s = check_snapshot(L, 1);
  const lua_Integer days = lua_isnoneornil(L, 2) ? -1 : check_integer(L, 2);
  size_t bytes = roster_write_retirements_json(s, days, NULL, 0);
  char *text = lua_newuserdatauv(L, bytes + 1, 0);
  roster_write_retirements_json(s, days, text, bytes + 1);
  lua_pushlstring(L, text, bytes);
  return 1;
}

/* ---- for editors ---- */

static int push_text_of(lua_State *L, size_t (*print)(char *out, size_t size)) {
  const size_t bytes = print(NULL, 0);
  char *text = lua_newuserdatauv(L, bytes + 1, 0);
  print(text, bytes + 1);
  lua_pushlstring(L, text, bytes);
  return 1;
}

int module_meta(lua_State *L) { return push_text_of(L, roster_write_meta); }
int module_json_schema(lua_State *L) { return push_text_of(L, roster_write_json_schema); }

/* module: require "roster", and how strings and errors cross into Lua. */
#include "bindings/lua/module.h"

#include "util/suggest.h"

#include <string.h>

#define ERROR_TYPE "roster.error"

/* ---- values ---- */

const char *check_text(lua_State *L, int at) {
  size_t bytes;
  luaL_checktype(L, at, LUA_TSTRING); /* a number would become one */
  const char *text = lua_tolstring(L, at, &bytes);
  luaL_argcheck(L, strlen(text) == bytes, at, "a string without NUL bytes expected");
  return text;
}

lua_Number check_number(lua_State *L, int at) {
  luaL_checktype(L, at, LUA_TNUMBER);
  return lua_tonumber(L, at);
}

lua_Integer check_integer(lua_State *L, int at) {
  luaL_checktype(L, at, LUA_TNUMBER); /* a string of digits would become one */
  return luaL_checkinteger(L, at);
}

void push_text(lua_State *L, const char *text) {
  if (text && *text)
    lua_pushstring(L, text);
  else
    lua_pushnil(L);
}

void push_count(lua_State *L, int64_t count) {
  if (count > 0)
    lua_pushinteger(L, count);
  else
    lua_pushnil(L);
}

void set_text(lua_State *L, const char *name, const char *text) {
  push_text(L, text);
  lua_setfield(L, -2, name);
}

void set_count(lua_State *L, const char *name, int64_t count) {
  push_count(L, count);
  lua_setfield(L, -2, name);
}

void set_number(lua_State *L, const char *name, size_t number) {
  lua_pushinteger(L, (lua_Integer)number);
  lua_setfield(L, -2, name);
}

void set_flag(lua_State *L, const char *name, bool flag) {
  lua_pushboolean(L, flag);
  lua_setfield(L, -2, name);
}

void set_exit_code(lua_State *L, int code) {
  if (code < 0) return;
  lua_pushinteger(L, code);
  lua_setfield(L, -2, "exit_code");
}

/* suggest takes plain words: they are gathered in a value that Lua frees, whatever is raised. */
const char *push_suggestion(lua_State *L, const char *wrong, const void *words, size_t count, size_t stride) {
  const char **list = lua_newuserdatauv(L, (count + 1) * sizeof *list, 0);
  for (size_t i = 0; i < count; i++) list[i] = *(const char *const *)(const void *)((const char *)words + i * stride);
  const char *near = suggest(wrong, list, count);
  lua_pop(L, 1);
  return near ? lua_pushfstring(L, " (did you mean '%s'?)", near) : lua_pushliteral(L, "");
}

/* ---- errors ---- */

int push_failure(lua_State *L, const roster_error *err) {
  lua_pushnil(L);
  lua_createtable(L, 0, 7);
  set_text(L, "code", roster_status_name(err->status));
  set_text(L, "message", err->message);
  set_text(L, "hint", err->hint);
  set_text(L, "file", err->file);
  set_count(L, "line", err->line);
  set_count(L, "count", err->count);
  lua_createtable(L, err->candidate_count, 0);
  for (int i = 0; i < err->candidate_count; i++) {
    lua_pushstring(L, err->candidates[i]);
    lua_rawseti(L, -2, i + 1);
  }
  lua_setfield(L, -2, "candidates");
  luaL_setmetatable(L, ERROR_TYPE);
  return 2;
}

/* Adds a member of the error to the message, where there is one: `form` has one %s. */
static void add_member(lua_State *L, luaL_Buffer *text, const char *name, const char *form) {
  lua_getfield(L, 1, name);
  const char *value = lua_tostring(L, -1);
  if (!value) {
    lua_pop(L, 1);
    return;
  }
  lua_pushfstring(L, form, value);
  lua_remove(L, -2);
  luaL_addvalue(text);
}

/* "models.lua:3: what is wrong (what to do)", so that assert(roster.open()) reads well. */
static int error_tostring(lua_State *L) {
  luaL_Buffer text;
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_buffinit(L, &text);
  add_member(L, &text, "file", "%s:");
  add_member(L, &text, "line", "%s:");
  if (luaL_bufflen(&text) > 0) luaL_addchar(&text, ' ');
  add_member(L, &text, "message", "%s");
  add_member(L, &text, "hint", " (%s)");
  luaL_pushresult(&text);
  return 1;
}

static const luaL_Reg error_events[] = {
  { "__tostring", error_tostring },
  { NULL, NULL },
};

/* ---- the module ---- */

void register_type(lua_State *L, const char *type, const luaL_Reg *methods, const luaL_Reg *events) {
  luaL_newmetatable(L, type);
  luaL_setfuncs(L, events, 0);
  if (methods) {
    lua_newtable(L);
    luaL_setfuncs(L, methods, 0);
    lua_setfield(L, -2, "__index");
  }
  set_flag(L, "__metatable", false); /* scripts see no metatable, so none can change or borrow its functions */
  lua_pop(L, 1);
}

static const luaL_Reg functions[] = {
  { "open", registry_open },
  { "lint", registry_lint },
  { "merged_definitions", module_merged_definitions },
  { "meta", module_meta },
  { "json_schema", module_json_schema },
  { NULL, NULL },
};

ROSTER_API int luaopen_roster(lua_State *L);

int luaopen_roster(lua_State *L) {
  luaL_checkversion(L);
  register_type(L, ERROR_TYPE, NULL, error_events);
  registry_register(L);
  reports_register(L);
  snapshot_register(L);
  model_register(L);
  luaL_newlib(L, functions);
  set_text(L, "version", roster_version());
  return 1;
}

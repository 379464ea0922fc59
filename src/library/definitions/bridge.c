/* bridge: JSON values to Lua tables and back, and requests as scripts describe them. */
#include "library/definitions/state.h"

#include "util/url.h"

#include <stdlib.h>
#include <string.h>

/* A null member is absent, a null item is false: a Lua list cannot hold nil. */
void push_json(lua_State *L, const json_t *value) {
  luaL_checkstack(L, 8, "JSON is nested too deep");
  if (json_is_object(value)) {
    lua_createtable(L, 0, (int)json_object_size(value));
    for (void *at = json_object_iter((json_t *)value); at; at = json_object_iter_next((json_t *)value, at)) {
      push_json(L, json_object_iter_value(at));
      lua_setfield(L, -2, json_object_iter_key(at));
    }
  } else if (json_is_array(value)) {
    lua_createtable(L, (int)json_array_size(value), 0);
    for (size_t i = 0; i < json_array_size(value); i++) {
      const json_t *item = json_array_get(value, i);
      if (json_is_null(item))
        lua_pushboolean(L, 0);
      else
        push_json(L, item);
      lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
  } else if (json_is_string(value)) {
    lua_pushlstring(L, json_string_value(value), json_string_length(value));
  } else if (json_is_integer(value)) {
    lua_pushinteger(L, json_integer_value(value));
  } else if (json_is_real(value)) {
    lua_pushnumber(L, json_real_value(value));
  } else if (json_is_boolean(value)) {
    lua_pushboolean(L, json_is_true(value));
  } else {
    lua_pushnil(L);
  }
}

static json_t *take_array(lua_State *L, int at, int depth) {
  json_t *array = json_array();
  lua_Integer count = (lua_Integer)lua_rawlen(L, at);
  for (lua_Integer i = 1; i <= count; i++) {
    lua_rawgeti(L, at, i);
    json_t *item = take_json(L, lua_gettop(L), depth + 1);
    lua_pop(L, 1);
    if (!item || json_array_append_new(array, item)) {
      json_decref(array);
      return NULL;
    }
  }
  return array;
}

static json_t *take_object(lua_State *L, int at, int depth) {
  json_t *object = json_object();
  for (lua_pushnil(L); lua_next(L, at); lua_pop(L, 1)) {
    json_t *value = lua_type(L, -2) == LUA_TSTRING ? take_json(L, lua_gettop(L), depth + 1) : NULL;
    if (value && json_object_set_new(object, lua_tostring(L, -2), value) == 0) continue;
    lua_pop(L, 2);
    json_decref(object);
    return NULL;
  }
  return object;
}

/* NULL for what JSON cannot hold; raises nothing while a value is half made, so nothing leaks. */
json_t *take_json(lua_State *L, int at, int depth) {
  if (depth > 32 || !lua_checkstack(L, 8)) return NULL;
  switch (lua_type(L, at)) {
  case LUA_TTABLE: return lua_rawlen(L, at) > 0 ? take_array(L, at, depth) : take_object(L, at, depth);
  case LUA_TSTRING: {
    size_t length;
    const char *s = lua_tolstring(L, at, &length);
    return json_stringn(s, length);
  }
  case LUA_TBOOLEAN: return json_boolean(lua_toboolean(L, at));
  case LUA_TNUMBER: return lua_isinteger(L, at) ? json_integer(lua_tointeger(L, at)) : json_real(lua_tonumber(L, at));
  default: return NULL;
  }
}

bool is_value(lua_State *L, int at, const char *kind) {
  if (lua_type(L, at) == LUA_TSTRING || !lua_getmetatable(L, at)) return false; /* texts share one, and are no value of ours */
  luaL_getmetatable(L, kind);
  bool same = lua_rawequal(L, -1, -2);
  lua_pop(L, 2);
  return same;
}

static int by_text(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

/* Queries go out in one order whatever order the table has, so that an address is always the same text. */
static const char *take_query(lua_State *L, int at) {
  arena *a = script_of(L)->arena;
  texts parts = { 0 };
  for (lua_pushnil(L); lua_next(L, at); lua_pop(L, 1)) {
    if (lua_type(L, -2) != LUA_TSTRING || !(lua_isstring(L, -1) || lua_isboolean(L, -1)))
      luaL_error(L, "a query holds texts and numbers by name");
    const char *value = luaL_tolstring(L, -1, NULL);
    const char *part = arena_printf(a, "%s=%s", url_query_encode(a, lua_tostring(L, -3)), url_query_encode(a, value));
    lua_pop(L, 1);
    LIST_PUSH(a, parts.at, parts.count, parts.room, part);
  }
  if (parts.count) qsort(parts.at, parts.count, sizeof *parts.at, by_text);
  const char *query = "";
  for (size_t i = 0; i < parts.count; i++) query = url_join_query(a, query, parts.at[i]);
  return query;
}

static const char *take_body(lua_State *L, int at) {
  script *s = script_of(L);
  json_t *body = take_json(L, at, 0);
  if (!body) luaL_error(L, "the body of a request holds something that JSON has no form for");
  char *text = json_dumps(body, JSON_COMPACT | JSON_SORT_KEYS | JSON_REAL_PRECISION(12));
  json_decref(body);
  if (!text) luaL_error(L, "not enough memory");
  lua_pushstring(L, text);
  free(text);
  const char *kept = arena_text(s->arena, lua_tostring(L, -1));
  lua_pop(L, 1);
  return kept;
}

bool take_request(lua_State *L, int at, request *out) {
  if (!is_value(L, at, REQUEST_VALUE)) return false;
  arena *a = script_of(L)->arena;
  lua_getfield(L, at, "path");
  lua_getfield(L, at, "query");
  lua_getfield(L, at, "bare");
  bool is_bare = lua_toboolean(L, -1);
  lua_pop(L, 1);
  lua_getfield(L, at, "body");
  int top = lua_gettop(L);
  const char *path = lua_tostring(L, top - 2);
  if (!path || path[0] != '/') luaL_error(L, "the path of a request begins with '/': it is no URL");
  bool posts = !lua_isnil(L, top);
  *out = (request){ .method = posts ? "POST" : "GET", .query = "", .bare = is_bare };
  size_t bare = strcspn(path, "?");
  out->path = url_path_encode(a, arena_bytes(a, path, bare));
  if (path[bare]) out->query = url_path_encode(a, path + bare + 1);
  if (lua_istable(L, top - 1)) out->query = url_join_query(a, out->query, take_query(L, top - 1));
  if (posts) out->body = take_body(L, top);
  lua_settop(L, top - 3);
  return true;
}

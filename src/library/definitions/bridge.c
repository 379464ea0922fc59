/* bridge: carries values between C and scripts: JSON to tables and back, requests as scripts describe them, and entities of the catalog as
 * views, which are read-only and raise an error for a field that does not exist. */
#include "library/definitions/state.h"

#include "util/clock.h"
#include "util/suggest.h"
#include "util/url.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LARGEST_BODY = 1024 * 1024 };

/* ---- JSON ---- */

void fill_table(lua_State *L, const json_t *value) {
  for (void *at = json_object_iter((json_t *)value); at; at = json_object_iter_next((json_t *)value, at)) {
    push_json(L, json_object_iter_value(at));
    lua_setfield(L, -2, json_object_iter_key(at));
  }
}

/* A null member is absent, a null item is false: a Lua list cannot hold nil. An empty list is marked as one: see word_list. */
void push_json(lua_State *L, const json_t *value) {
  luaL_checkstack(L, 8, "JSON is nested too deep");
  spend(L, 1 + json_string_length(value) / BYTES_GIVEN_FOR_ONE);
  if (json_is_object(value)) {
    lua_createtable(L, 0, (int)json_object_size(value));
    fill_table(L, value);
  } else if (json_is_array(value)) {
    lua_createtable(L, (int)json_array_size(value), 0);
    if (!json_array_size(value)) luaL_setmetatable(L, LIST_VALUE);
    for (size_t i = 0; i < json_array_size(value); i++) {
      const json_t *item = json_array_get(value, i);
      if (json_is_null(item))
        lua_pushboolean(L, 0);
      else
        push_json(L, item);
      set_item(L, -2, (lua_Integer)i + 1);
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

/* ---- requests ---- */

bool is_value(lua_State *L, int at, const char *kind) {
  if (lua_type(L, at) == LUA_TSTRING || !lua_getmetatable(L, at)) return false; /* strings share a metatable, and are not such a value */
  luaL_getmetatable(L, kind);
  bool same = lua_rawequal(L, -1, -2);
  lua_pop(L, 2);
  return same;
}

static int by_text(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

/* A request is no field of a block, so what a refused variable left in one shows up here. */
static void check_marks(lua_State *L, const char *text) {
  const setting *refused = settings_marked(script_of(L)->catalog, text);
  if (refused) luaL_error(L, "%s", settings_sentence(script_of(L)->arena, refused));
}

/* The value on top, with its name below it. */
static void check_parameter(lua_State *L) {
  if (lua_type(L, -2) != LUA_TSTRING)
    luaL_error(L, "a query has strings and numbers by name, not %s as a name", describe(L, lua_gettop(L) - 1));
  const char *name = text_clean(script_of(L)->arena, lua_tostring(L, -2), lua_rawlen(L, -2), 40);
  const bool finite = lua_type(L, -1) != LUA_TNUMBER || isfinite(lua_tonumber(L, -1));
  if (!finite || !(lua_isstring(L, -1) || lua_isboolean(L, -1)))
    luaL_error(L, "a query has strings and numbers by name: '%s' is %s", name, describe(L, lua_gettop(L)));
}

void check_query(lua_State *L, int at) {
  settle_rows(L, at);
  for (lua_pushnil(L); next_pair(L, at); lua_pop(L, 1)) check_parameter(L);
}

/* In sorted order, so that the same query always gives the same address. */
static const char *take_query(lua_State *L, int at) {
  arena *a = script_of(L)->arena;
  texts parts = { 0 };
  for (lua_pushnil(L); next_pair(L, at); lua_pop(L, 1)) {
    check_parameter(L);
    const char *value = luaL_tolstring(L, -1, NULL);
    check_marks(L, value);
    const char *part = arena_printf(a, "%s=%s", url_query_encode(a, lua_tostring(L, -3)), url_query_encode(a, value));
    lua_pop(L, 1);
    LIST_PUSH(a, parts.at, parts.count, parts.room, part);
  }
  if (parts.count) qsort(parts.at, parts.count, sizeof *parts.at, by_text);
  strbuf query = { .arena = a };
  for (size_t i = 0; i < parts.count; i++) strbuf_format(&query, "%s%s", i ? "&" : "", parts.at[i]);
  return strbuf_text(&query);
}

const char *take_body(lua_State *L, int at) { return take_json(L, at, "the body of a request", LARGEST_BODY); }

const char *request_path_problem(arena *a, const char *path) {
  if (*path != '/') return "does not begin with '/': it is a path, not a URL";
  return url_path_problem(arena_bytes(a, path, strcspn(path, "?")));
}

/* What scripts put into a path of the model is its name, which is no syntax of the path. NULL where no path can hold that name. */
static const char *with_name(arena *a, const char *path, const model *m) {
  const char *encoded = m && strstr(path, m->api_name) ? url_name_encode(a, m->api_name) : "";
  return encoded && *encoded ? text_fill(a, path, m->api_name, encoded) : encoded ? path : NULL;
}

static void take_path(lua_State *L, const char *written, const model *m, api_request *out) {
  arena *a = script_of(L)->arena;
  check_marks(L, written);
  const char *path = with_name(a, written ? written : "", m);
  const char *wrong = path ? request_path_problem(a, path) : NULL;
  if (wrong) luaL_error(L, "a request for \"%s\", which %s", text_clean(a, path, strlen(path), 100), wrong);
  if (!path) return;
  size_t bare = strcspn(path, "?");
  out->path = url_path_encode(a, arena_bytes(a, path, bare));
  if (path[bare]) out->query = url_path_encode(a, arena_text(a, path + bare + 1)); /* which may return what it was given */
}

bool take_request(lua_State *L, int at, const model *m, api_request *out) {
  if (!is_value(L, at, REQUEST_VALUE)) return false;
  lua_getfield(L, at, "path");
  lua_getfield(L, at, "query");
  lua_getfield(L, at, "bare");
  bool is_bare = lua_toboolean(L, -1);
  lua_pop(L, 1);
  lua_getfield(L, at, "body");
  int top = lua_gettop(L);
  bool posts = !lua_isnil(L, top);
  *out = (api_request){ .method = posts ? "POST" : "GET", .query = "", .bare = is_bare };
  take_path(L, lua_tostring(L, top - 2), m, out);
  if (lua_istable(L, top - 1)) out->query = url_join_query(script_of(L)->arena, out->query, take_query(L, top - 1));
  if (posts) out->body = arena_text(script_of(L)->arena, take_body(L, top));
  lua_settop(L, top - 3);
  return true;
}

void set_kind(lua_State *L, const char *kind, lua_CFunction index, lua_CFunction assign) {
  if (luaL_newmetatable(L, kind)) {
    lua_pushcfunction(L, index);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, assign);
    lua_setfield(L, -2, "__newindex");
    hide_metatable(L);
  }
  lua_setmetatable(L, -2);
}

/* ---- views ---- */

static void push_texts(lua_State *L, const texts *list) {
  lua_createtable(L, (int)list->count, 0);
  for (size_t i = 0; i < list->count; i++) {
    lua_pushstring(L, list->at[i]);
    set_item(L, -2, (lua_Integer)i + 1);
  }
}

static void push_pairs(lua_State *L, const pairs *list) {
  lua_createtable(L, 0, (int)list->count);
  for (size_t i = 0; i < list->count; i++) {
    if (!list->at[i].value) continue; /* of a secret: scripts do not see it */
    lua_pushstring(L, list->at[i].value);
    lua_setfield(L, -2, list->at[i].name);
  }
}

static void push_windows(lua_State *L, const windows *list) {
  lua_createtable(L, 0, (int)list->count);
  for (size_t i = 0; i < list->count; i++) {
    lua_pushinteger(L, list->at[i].tokens);
    lua_setfield(L, -2, list->at[i].id);
  }
}

static int push_borrowed(lua_State *L) {
  push_json(L, lua_touserdata(L, 1));
  return 1;
}

/* Protected, so that the JSON does not leak when memory runs out. */
static void push_members(lua_State *L, const json_members *list) {
  const char *why;
  int line;
  json_t *value = list->json ? json_read(script_of(L)->arena, list->json, strlen(list->json), &why, &line) : NULL;
  lua_pushcfunction(L, push_borrowed);
  lua_pushlightuserdata(L, value);
  const int status = lua_pcall(L, 1, 1, 0);
  json_decref(value);
  if (status != LUA_OK) lua_error(L);
}

/* By number of tokens or by day, as it is written. */
static void push_steps(lua_State *L, const schema *s, const price_steps *list) {
  lua_newtable(L);
  for (size_t i = 0; i < list->count; i++) {
    if (list->at[i].day)
      lua_pushstring(L, list->at[i].day);
    else
      lua_pushinteger(L, list->at[i].start);
    push_view(L, s, list->at[i].change);
    lua_rawset(L, -3);
  }
}

/* What it costs today, as in documents. */
static void push_price(lua_State *L, const schema *s, const price *p) {
  char today[11];
  day_write(wall_ms(), today);
  push_view(L, s, price_settle(script_of(L)->arena, p, today));
}

static void push_end(lua_State *L, const char *day) {
  if (day && *day)
    lua_pushstring(L, day);
  else
    lua_pushboolean(L, day != NULL);
}

static void push_field(lua_State *L, const field *f, const void *from) {
  switch (f->kind) {
  case KIND_FLAG: lua_pushboolean(L, *(const bool *)from); break;
  case KIND_TRI: lua_pushboolean(L, *(const small_tri *)from == ROSTER_YES); break; /* only where it is given */
  case KIND_COUNT: lua_pushinteger(L, *(const int64_t *)from); break;
  case KIND_SECONDS: lua_pushnumber(L, (double)*(const int64_t *)from / 1000); break;
  case KIND_AMOUNT: lua_pushnumber(L, *(const double *)from); break;
  case KIND_TEXTS: push_texts(L, from); break;
  case KIND_PAIRS: push_pairs(L, from); break;
  case KIND_WINDOWS: push_windows(L, from); break;
  case KIND_EXTRA: push_members(L, from); break;
  case KIND_TEXT:
  case KIND_URL:
  case KIND_DATE:
  case KIND_CHOICE: lua_pushstring(L, *(const char *const *)from); break;
  case KIND_END: push_end(L, *(const char *const *)from); break;
  case KIND_ENUM: lua_pushstring(L, f->choices[*(const int *)from - 1]); break;
  case KIND_TIERS:
  case KIND_CHANGES: push_steps(L, f->schema, *(price_steps *const *)from); break;
  case KIND_BLOCK:
    if (text_is(f->name, "price"))
      push_price(L, f->schema, *(price *const *)from);
    else
      push_view(L, f->schema, *(void *const *)from);
    break;
  default: lua_pushnil(L); break;
  }
}

static bool push_resolved(lua_State *L, const view_value *v, const char *key) {
  bool is_model = text_is(v->schema->verb, "model"), is_provider = text_is(v->schema->verb, "provider");
  if (text_is(key, "id")) {
    lua_pushstring(L, is_provider ? provider_name((const provider *)v->entity) : v->entity->id);
  } else if (is_model && text_is(key, "provider")) {
    push_view(L, schema_of("provider"), ((const model *)v->entity)->of);
  } else if (is_model && text_is(key, "protocol")) {
    const model *m = (const model *)v->entity;
    lua_pushstring(L, m->speaks ? m->speaks->head.id : NULL);
  } else if (is_model && text_is(key, "api_name")) {
    lua_pushstring(L, ((const model *)v->entity)->api_name);
  } else if (is_model && text_is(key, "kind")) {
    const model *m = (const model *)v->entity;
    lua_pushstring(L, m->kind || m->discovered ? m->kind : "chat");
  } else if (is_provider && text_is(key, "label")) {
    const provider *p = (const provider *)v->entity;
    lua_pushstring(L, p->credential ? p->credential->label : NULL);
  } else if (is_provider && text_is(key, "title")) {
    lua_pushstring(L, ((const provider *)v->entity)->title);
  } else if (is_provider && text_is(key, "has_credential")) {
    lua_pushboolean(L, ((const provider *)v->entity)->has_credential);
  } else {
    return false;
  }
  return true;
}

static bool has_default(const field *f, const void *from) {
  switch (f->kind) {
  case KIND_FLAG: return true;
  case KIND_ENUM: return *(const int *)from != 0;
  case KIND_TEXT:
  case KIND_CHOICE: return *(const char *const *)from != NULL;
  default: return false;
  }
}

static int view_index(lua_State *L) {
  const view_value *v = luaL_checkudata(L, 1, VIEW_VALUE);
  const char *key = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "?";
  if (v->entity == script_of(L)->watched && !text_is(key, "provider")) script_of(L)->looked = true;
  if (push_resolved(L, v, key)) return 1;
  const field *f = schema_field(v->schema, key);
  if (!f) {
    const char *nearest = schema_nearest(script_of(L)->arena, v->schema, key);
    return luaL_error(L, "a %s has no '%s'%s%s%s", v->schema->verb, key, SUGGESTION(nearest));
  }
  const void *from = (const char *)v->entity + f->offset;
  bool given = v->entity->given & (uint64_t)1 << (f - v->schema->fields);
  if (given || has_default(f, from))
    push_field(L, f, from);
  else
    lua_pushnil(L);
  return 1;
}

static int view_assign(lua_State *L) {
  const view_value *v = luaL_checkudata(L, 1, VIEW_VALUE);
  return luaL_error(L, "a %s cannot be changed here", v->schema->verb);
}

void push_view(lua_State *L, const schema *s, const void *of) {
  if (!of) {
    lua_pushnil(L);
    return;
  }
  view_value *v = lua_newuserdatauv(L, sizeof *v, 0);
  *v = (view_value){ s, of };
  set_kind(L, VIEW_VALUE, view_index, view_assign);
}

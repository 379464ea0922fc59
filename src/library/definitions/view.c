/* view: entities of the catalog as scripts see them: read-only, and a field that does not exist is an error. */
#include "library/definitions/state.h"

static void push_texts(lua_State *L, const texts *list) {
  lua_createtable(L, (int)list->count, 0);
  for (size_t i = 0; i < list->count; i++) {
    lua_pushstring(L, list->at[i]);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
}

static void push_pairs(lua_State *L, const pairs *list) {
  lua_createtable(L, 0, (int)list->count);
  for (size_t i = 0; i < list->count; i++) {
    if (!list->at[i].value) continue; /* a secret's: no script sees it */
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

static void push_field(lua_State *L, const field *f, const void *from) {
  switch (f->kind) {
  case KIND_FLAG: lua_pushboolean(L, *(const bool *)from); break;
  case KIND_COUNT: lua_pushinteger(L, *(const int64_t *)from); break;
  case KIND_SECONDS: lua_pushnumber(L, (double)*(const int64_t *)from / 1000); break;
  case KIND_AMOUNT: lua_pushnumber(L, *(const double *)from); break;
  case KIND_TEXTS: push_texts(L, from); break;
  case KIND_PAIRS: push_pairs(L, from); break;
  case KIND_WINDOWS: push_windows(L, from); break;
  case KIND_TEXT:
  case KIND_URL:
  case KIND_DATE:
  case KIND_CHOICE: lua_pushstring(L, *(const char *const *)from); break;
  case KIND_ENUM: lua_pushstring(L, f->choices[*(const int *)from - 1]); break;
  case KIND_BLOCK: push_view(L, f->schema, *(void *const *)from); break;
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
  if (push_resolved(L, v, key)) return 1;
  const field *f = schema_field(v->schema, key);
  if (!f) {
    const char *nearest = schema_nearest(script_of(L)->arena, v->schema, key);
    if (nearest) return luaL_error(L, "a %s has no '%s' (did you mean '%s'?)", v->schema->verb, key, nearest);
    return luaL_error(L, "a %s has no '%s'", v->schema->verb, key);
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

void push_view(lua_State *L, const schema *s, const void *entity_) {
  if (!entity_) {
    lua_pushnil(L);
    return;
  }
  view_value *v = lua_newuserdatauv(L, sizeof *v, 0);
  *v = (view_value){ s, entity_ };
  if (luaL_newmetatable(L, VIEW_VALUE)) {
    lua_pushcfunction(L, view_index);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, view_assign);
    lua_setfield(L, -2, "__newindex");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
  }
  lua_setmetatable(L, -2);
}

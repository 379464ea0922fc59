/* decode_refs: the fields of blocks that hold functions and requests. Lua's registry keeps them, and the entity a reference. */
#include "library/definitions/state.h"

static bool check_request(context *p, const field *f, int at) {
  lua_getfield(p->lua, at, "body"); /* it was good when it was written, and may have been changed since */
  if (!lua_isnil(p->lua, -1)) take_body(p->lua, lua_gettop(p->lua));
  lua_pop(p->lua, 1);
  lua_getfield(p->lua, at, "path");
  const char *path = lua_tostring(p->lua, -1);
  const setting *refused = settings_marked(script_of(p->lua)->catalog, path);
  if (refused) refuse_block(p, refused);
  bool good = path && !refused && check_path(p, f, path, request_path_problem(script_of(p->lua)->arena, path));
  lua_pop(p->lua, 1);
  return good;
}

bool take_ref(context *p, const field *f, int at, void *into) {
  bool fits = f->kind == KIND_FUNCTION ? lua_isfunction(p->lua, at) : is_value(p->lua, at, REQUEST_VALUE);
  if (f->kind == KIND_PROOFS) fits = lua_isfunction(p->lua, at) || is_value(p->lua, at, REQUEST_VALUE);
  if (!fits) return mismatch(p, f, at);
  if (f->kind == KIND_REQUEST && !check_request(p, f, at)) return false;
  lua_pushvalue(p->lua, at);
  *(script_ref *)into = luaL_ref(p->lua, LUA_REGISTRYINDEX);
  return true;
}

bool take_discover(context *p, const field *f, int at, void *into) {
  bool fits = lua_isboolean(p->lua, at) || lua_isfunction(p->lua, at);
  if (!fits) return mismatch(p, f, at);
  if (lua_isfunction(p->lua, at)) {
    lua_pushvalue(p->lua, at);
    *(script_ref *)into = luaL_ref(p->lua, LUA_REGISTRYINDEX);
  } else {
    *(script_ref *)into = lua_toboolean(p->lua, at) ? DISCOVER_ALL : 0;
  }
  return true;
}

bool take_proofs(context *p, const field *f, int at, void *into) {
  lua_State *L = p->lua;
  if (!is_table(L, at)) return mismatch(p, f, at);
  script_refs list = { 0 };
  lua_Integer count = (lua_Integer)lua_rawlen(L, at);
  if (!check_list(p, f, at)) return false;
  for (lua_Integer i = 1; i <= count; i++) {
    script_ref one = 0;
    field item = { .name = arena_printf(script_of(L)->arena, "%s[%d]", f->name, (int)i) };
    push_item(L, at, i);
    bool good = !is_value(L, lua_gettop(L), REQUEST_VALUE) || check_request(p, &item, lua_gettop(L));
    if (good && take_ref(p, f, lua_gettop(L), &one)) LIST_PUSH(script_of(L)->arena, list.at, list.count, list.room, one);
    lua_pop(L, 1);
  }
  *(script_refs *)into = list;
  return true;
}

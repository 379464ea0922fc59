/* decode_refs: the fields of blocks that hold what only words of the language make: keys and ways to send them, functions and requests.
 * Lua's registry keeps the latter, and the entity a reference. */
#include "library/definitions/state.h"

#include <string.h>

/* `posts`: it has a body. */
static void report_path(context *p, const field *f, const char *path, const char *wrong, bool posts) {
  arena *a = script_of(p->lua)->arena;
  const bool bare = *path != '/' && !strstr(path, "://");
  const char *fix =
      in_json(p->lua) ? arena_printf(a, "{ \"get\": \"/%s\" }", path) : arena_printf(a, "%s \"/%s\"", posts ? "post" : "get", path);
  finding_at(script_of(p->lua)->catalog->findings, ROSTER_ERROR,
             (finding_place){ .at = p->where, .path = path_to(p, f->name), .id = p->id, .word = path }, bare ? fix : NULL,
             "%s: '%s' \"%s\" %s", block_name(p), path_to(p, f->name), path, wrong);
}

static const char *path_problem(context *p, const field *f, const char *path) {
  const char *fixed = NULL, *slot = address_slot_problem(p, f, path, &fixed);
  return slot ? slot : request_path_problem(script_of(p->lua)->arena, path);
}

static bool check_request(context *p, const field *f, int at) {
  lua_getfield(p->lua, at, "body"); /* it was good when it was written, and may have been changed since */
  const bool posts = !lua_isnil(p->lua, -1);
  if (posts) take_body(p->lua, lua_gettop(p->lua));
  lua_pop(p->lua, 1);
  lua_getfield(p->lua, at, "path");
  const char *path = lua_tostring(p->lua, -1);
  const setting *refused = settings_marked(script_of(p->lua)->catalog, path);
  if (refused) refuse_block(p, refused);
  const char *wrong = path && !refused ? path_problem(p, f, path) : NULL;
  if (wrong) report_path(p, f, path, wrong, posts);
  lua_pop(p->lua, 1);
  return path && !refused && !wrong;
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

static bool take_bearer(context *p, void *into) {
  auth *bearer = arena_alloc(script_of(p->lua)->arena, sizeof *bearer);
  *bearer = (auth){ .kind = AUTH_BEARER, .header = "authorization" };
  *(auth **)into = bearer;
  return true;
}

bool take_handle(context *p, const field *f, int at, void *into) {
  const void *value = f->kind == KIND_AUTH ? luaL_testudata(p->lua, at, AUTH_VALUE) : NULL;
  if (value) *(void **)into = memcpy(arena_alloc(script_of(p->lua)->arena, sizeof(auth)), value, sizeof(auth));
  if (f->kind == KIND_CREDENTIAL && (value = credential_at(p->lua, at))) *(const void **)into = value;
  if (value) return true;
  bool text = lua_type(p->lua, at) == LUA_TSTRING;
  if (f->kind == KIND_AUTH && text && text_is(lua_tostring(p->lua, at), "bearer"))
    return take_bearer(p, into); /* as it is written in JSON */
  if (!text) return mismatch(p, f, at);
  if (f->kind == KIND_AUTH) { /* not repeated: it may be a key in the wrong place */
    WRONG_VALUE(p, f->name, fix_of(p, f, at), "'%s' must be %s, not a string", path_to(p, f->name), schema_expects(f, in_json(p->lua)));
    return false;
  }
  WRONG_VALUE(p, f->name, fix_of(p, f, at), "'%s' is a string: never put a key into a file; set a variable and write %s",
              path_to(p, f->name), in_json(p->lua) ? "{ \"secret\": \"NAME\" }" : "secret \"NAME\"");
  return false;
}

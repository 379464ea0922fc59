/* auth_words: the values that say where a key goes. */
#include "library/definitions/state.h"

#include "util/suggest.h"

static auth *push_auth(lua_State *L, auth_kind kind, const char *header) {
  auth *a = push_value(L, sizeof *a, AUTH_VALUE);
  a->kind = kind;
  a->header = header;
  return a;
}

int word_header(lua_State *L) {
  const char *name = luaL_checkstring(L, 1);
  if (!text_is_token(name)) return luaL_error(L, "header '%s': not a header name", name);
  push_auth(L, AUTH_HEADER, keep_text(L, 1));
  return 1;
}

void push_bearer(lua_State *L) { push_auth(L, AUTH_BEARER, "authorization"); }

/* ---- aws_sigv4 { region = ..., service = ..., key_id = secret "...", token = secret "..." } ---- */

static void check_parts(lua_State *L) {
  static const char *const known[] = { "region", "service", "key_id", "token" };
  enum { COUNT = sizeof known / sizeof *known };
  for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1)) {
    const char *name = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "?", *near = suggest(name, known, COUNT);
    bool good = false;
    for (size_t i = 0; i < COUNT; i++) good = good || text_is(known[i], name);
    if (!good && near) luaL_error(L, "aws_sigv4: unknown key '%s' (did you mean '%s'?)", name, near);
    if (!good) luaL_error(L, "aws_sigv4: unknown key '%s' (it takes region, service, key_id and token)", name);
  }
}

/* A colon would begin the next part of what libcurl is told. */
static const char *name_part(lua_State *L, const char *part, const char *otherwise) {
  lua_getfield(L, 1, part);
  const char *name = lua_type(L, -1) == LUA_TSTRING ? keep_text(L, -1) : otherwise;
  bool plain = *name && text_is_token(name);
  if ((!lua_isnil(L, -1) && lua_type(L, -1) != LUA_TSTRING) || !plain)
    luaL_error(L, "aws_sigv4: '%s' is a name, as in \"eu-north-1\"", part);
  lua_pop(L, 1);
  return name;
}

static const credential *secret_part(lua_State *L, const char *part) {
  lua_getfield(L, 1, part);
  const credential *c = lua_isnil(L, -1) ? NULL : credential_at(L, lua_gettop(L));
  if (!c && !lua_isnil(L, -1)) luaL_error(L, "aws_sigv4: '%s' is a secret, as in secret \"AWS_ACCESS_KEY_ID\"", part);
  lua_pop(L, 1);
  return c;
}

int word_aws_sigv4(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  check_parts(L);
  const char *region = name_part(L, "region", "us-east-1"), *service = name_part(L, "service", "bedrock");
  const credential *key_id = secret_part(L, "key_id"), *token = secret_part(L, "token");
  if (!key_id) return luaL_error(L, "aws_sigv4: 'key_id' is missing: the secret that holds the id of the key");
  auth *a = push_auth(L, AUTH_AWS_SIGV4, "authorization");
  a->region = region;
  a->service = service;
  a->key_id = key_id;
  a->token = token;
  return 1;
}

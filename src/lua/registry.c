/* registry: roster.open, roster.lint and the methods of a registry. The calls block; what they find is collected and handed over when
 * they are done, so that no Lua function ever runs on another thread. */
#include "lua/options.h"

#include <stdlib.h>
#include <string.h>

static roster **check_open(lua_State *L) {
  roster **r = luaL_checkudata(L, 1, REGISTRY_TYPE);
  luaL_argcheck(L, *r != NULL, 1, "the registry is closed");
  return r;
}

int registry_open(lua_State *L) {
  roster_options o;
  roster_error err;
  lua_settop(L, 1);
  options_read(L, 1, &o);
  roster **r = lua_newuserdatauv(L, sizeof(roster *), 0);
  *r = NULL;
  luaL_setmetatable(L, REGISTRY_TYPE);
  if (roster_open(r, &o, &err) != ROSTER_OK) return push_failure(L, &err);
  return 1;
}

/* ---- findings ---- */

typedef struct kept_finding {
  struct kept_finding *next;
  roster_severity severity;
  int line;
  char *file, *message;
} kept_finding;

typedef struct kept_findings {
  kept_finding *first, **last;
} kept_findings;

static void keep(void *payload, const roster_finding *f) {
  kept_findings *list = payload;
  kept_finding *k = calloc(1, sizeof *k);
  if (!k) return;
  *k = (kept_finding){ NULL, f->severity, f->line, strdup(f->file), strdup(f->message) };
  *list->last = k;
  list->last = &k->next;
}

static int push_findings(lua_State *L) { /* argument: the list, light */
  const kept_findings *list = lua_touserdata(L, 1);
  lua_newtable(L);
  lua_Integer n = 0;
  for (const kept_finding *k = list->first; k; k = k->next) {
    lua_createtable(L, 0, 4);
    lua_pushstring(L, k->severity == ROSTER_ERROR ? "error" : "warning");
    lua_setfield(L, -2, "severity");
    lua_pushstring(L, k->file);
    lua_setfield(L, -2, "file");
    lua_pushinteger(L, k->line);
    lua_setfield(L, -2, "line");
    lua_pushstring(L, k->message);
    lua_setfield(L, -2, "message");
    lua_rawseti(L, -2, ++n);
  }
  return 1;
}

static void drop(kept_findings *list) {
  for (kept_finding *k = list->first, *next; k; k = next) {
    next = k->next;
    free(k->file);
    free(k->message);
    free(k);
  }
}

/* roster.lint(options, path): true, findings; or nil, error, findings. */
int registry_lint(lua_State *L) {
  roster_options o;
  roster_error err;
  kept_findings list = { NULL, NULL };
  lua_settop(L, 2);
  const char *path = luaL_optstring(L, 2, NULL);
  options_read(L, 1, &o);
  list.last = &list.first;
  o.on_finding = keep;
  o.payload = &list;
  roster_status status = roster_lint(&o, path, &err);
  lua_pushcfunction(L, push_findings); /* protected, so that the list is dropped whatever happens */
  lua_pushlightuserdata(L, &list);
  bool pushed = lua_pcall(L, 1, 1, 0) == LUA_OK;
  drop(&list);
  if (!pushed) return lua_error(L);
  int findings = lua_gettop(L);
  if (status == ROSTER_OK)
    lua_pushboolean(L, 1);
  else
    push_failure(L, &err);
  lua_pushvalue(L, findings);
  return status == ROSTER_OK ? 2 : 3;
}

/* ---- methods ---- */

static int registry_refresh(lua_State *L) {
  roster_error err;
  if (roster_refresh(*check_open(L), &err) != ROSTER_OK) return push_failure(L, &err);
  lua_pushboolean(L, 1);
  return 1;
}

static int registry_snapshot(lua_State *L) {
  push_snapshot(L, roster_acquire(*check_open(L)));
  return 1;
}

static int registry_request(lua_State *L) {
  roster *r = *check_open(L);
  const char *id = luaL_checkstring(L, 2);
  roster_error err;
  size_t needed = 0;
  if (roster_write_request(r, id, NULL, 0, &needed, &err) != ROSTER_OK) return push_failure(L, &err);
  char *text = lua_newuserdatauv(L, needed + 1, 0);
  if (roster_write_request(r, id, text, needed + 1, NULL, &err) != ROSTER_OK) return push_failure(L, &err);
  lua_pushstring(L, text);
  return 1;
}

static int registry_close(lua_State *L) {
  roster **r = luaL_checkudata(L, 1, REGISTRY_TYPE);
  roster_close(*r);
  *r = NULL;
  return 0;
}

static int registry_tostring(lua_State *L) {
  roster *const *r = luaL_checkudata(L, 1, REGISTRY_TYPE);
  lua_pushstring(L, *r ? "roster registry" : "roster registry (closed)");
  return 1;
}

static const luaL_Reg methods[] = {
  { "refresh", registry_refresh },
  { "snapshot", registry_snapshot },
  { "request", registry_request },
  { "close", registry_close },
  { NULL, NULL },
};

static const luaL_Reg events[] = {
  { "__gc", registry_close },
  { "__close", registry_close },
  { "__tostring", registry_tostring },
  { NULL, NULL },
};

void registry_register(lua_State *L) { register_type(L, REGISTRY_TYPE, methods, events); }

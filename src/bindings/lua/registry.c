/* registry: roster.open, roster.lint and the methods of a registry. Every call blocks until the library is done. */
#include "bindings/lua/module.h"

#include <string.h>

#define REGISTRY_TYPE "roster.registry"

typedef struct held_registry {
  roster *registry;            /* NULL once closed */
  roster_transport *transport; /* records or replays; NULL: libcurl alone */
} held_registry;

/* For the time of one call, so that a key is wiped also when Lua runs out of memory. */
#define HEADERS_TYPE "roster.headers"

typedef struct held_headers {
  roster_headers *headers;
} held_headers;

enum { REPORTS = 1 }; /* the user value that holds what the registry reports */

static roster *check_registry(lua_State *L) {
  const held_registry *held = luaL_checkudata(L, 1, REGISTRY_TYPE);
  if (!held->registry) luaL_error(L, "the registry is closed");
  return held->registry;
}

/* ---- the functions of the module ---- */

/* A recording is written to its file here. */
static void close_held(held_registry *held) {
  roster_close(held->registry);
  if (held->transport) held->transport->close(held->transport->self);
  *held = (held_registry){ 0 };
}

static const char *file_option(lua_State *L, const char *name) {
  if (!lua_istable(L, 1)) return NULL;
  lua_getfield(L, 1, name); /* a text, which the table keeps: options_read has checked it */
  const char *file = lua_tostring(L, -1);
  lua_pop(L, 1);
  return file;
}

/* The options `record` and `replay`. */
static roster_status open_transport(lua_State *L, held_registry *held, roster_options *o, roster_error *err) {
  const char *record = file_option(L, "record"), *replay = file_option(L, "replay");
  roster_status status = ROSTER_OK;
  if (record && replay) luaL_error(L, "options: 'record' and 'replay' exclude each other");
  if (record) status = roster_transport_record(&held->transport, NULL, record, err);
  if (replay) status = roster_transport_replay(&held->transport, replay, err);
  o->transport = held->transport;
  o->transport_signs = held->transport != NULL;
  return status;
}

int registry_open(lua_State *L) {
  roster_options o;
  roster_error err;
  lua_settop(L, 1);
  held_registry *held = lua_newuserdatauv(L, sizeof *held, 1);
  *held = (held_registry){ 0 };
  luaL_setmetatable(L, REGISTRY_TYPE);
  reports_new(L, 1);
  lua_pushvalue(L, 3);
  lua_setiuservalue(L, 2, REPORTS);
  options_read(L, 1, &o);
  reports_listen(L, 3, false, &o);
  roster_status status = open_transport(L, held, &o, &err);
  if (status == ROSTER_OK) status = roster_open(&held->registry, &o, &err);
  lua_settop(L, 3);
  if (status == ROSTER_OK && !reports_follow(L, 3, held->registry, &err)) status = err.status;
  reports_hand_over(L, 3);
  if (status != ROSTER_OK) {
    close_held(held);
    return push_failure(L, &err);
  }
  lua_settop(L, 2);
  return 1;
}

/* roster.lint(options, path): true, nil, findings; or nil, error, findings. */
int registry_lint(lua_State *L) {
  roster_options o;
  roster_error err;
  lua_settop(L, 2);
  const char *path = lua_isnil(L, 2) ? NULL : check_text(L, 2);
  reports *r = reports_new(L, 1);
  options_read(L, 1, &o);
  reports_listen(L, 3, true, &o);
  roster_status status = roster_lint(&o, path, &err);
  lua_settop(L, 3);
  reports_push_findings(L, r);
  reports_hand_over(L, 3);
  if (status == ROSTER_OK) {
    lua_pushboolean(L, 1);
    lua_pushnil(L);
  } else {
    push_failure(L, &err);
  }
  lua_pushvalue(L, 4);
  return 3;
}

/* ---- methods ---- */

static reports *push_reports(lua_State *L) {
  lua_getiuservalue(L, 1, REPORTS);
  return lua_touserdata(L, -1);
}

static int return_true(lua_State *L, roster_status status, const roster_error *err) {
  if (status != ROSTER_OK) return push_failure(L, err);
  lua_pushboolean(L, 1);
  return 1;
}

static int return_refresh(lua_State *L, roster_status (*refresh)(roster *r, roster_error *err)) {
  roster_error err;
  roster_status status = refresh(check_registry(L), &err);
  push_reports(L);
  reports_hand_over(L, lua_gettop(L));
  return return_true(L, status, &err);
}

/* The ids of a list, which keeps them alive. The array stays on the stack. */
static const char **check_ids(lua_State *L, int at, size_t *count) {
  luaL_checktype(L, at, LUA_TTABLE);
  *count = (size_t)luaL_len(L, at);
  const char **ids = lua_newuserdatauv(L, (*count + 1) * sizeof *ids, 0);
  for (size_t i = 0; i < *count; i++) {
    size_t bytes = 0;
    lua_rawgeti(L, at, (lua_Integer)i + 1);
    if (lua_type(L, -1) != LUA_TSTRING)
      luaL_argerror(L, at, lua_pushfstring(L, "item %d: string expected, got %s", (int)i + 1, luaL_typename(L, -1)));
    ids[i] = lua_tolstring(L, -1, &bytes);
    if (strlen(ids[i]) != bytes) luaL_argerror(L, at, lua_pushfstring(L, "item %d contains a NUL byte", (int)i + 1));
    lua_pop(L, 1);
  }
  return ids;
}

/* With a list of ids: these are asked for by name. */
static int registry_refresh(lua_State *L) {
  roster *r = check_registry(L);
  if (lua_isnoneornil(L, 2)) return return_refresh(L, roster_refresh);
  roster_error err;
  size_t count = 0;
  const char **ids = check_ids(L, 2, &count);
  roster_status status = roster_refresh_named(r, ids, count, &err);
  push_reports(L);
  reports_hand_over(L, lua_gettop(L));
  return return_true(L, status, &err);
}

static int registry_refresh_forced(lua_State *L) { return return_refresh(L, roster_refresh_forced); }

/* registry:update_sources(ids, accept): a list of what came of each; without ids, of all that are on. */
static int registry_update_sources(lua_State *L) {
  roster *r = check_registry(L);
  roster_error err;
  size_t count = 0;
  const bool accept = lua_toboolean(L, 3);
  const char **ids = lua_isnoneornil(L, 2) ? NULL : check_ids(L, 2, &count);
  told_looks *all = lua_newuserdatauv(L, sizeof *all, 0);
  all->count = 0;
  roster_status status = roster_update_sources(r, ids, count, accept, keep_look, all, &err);
  push_reports(L);
  reports_hand_over(L, lua_gettop(L));
  if (status != ROSTER_OK) return push_failure(L, &err);
  push_looks(L, all);
  return 1;
}

static int registry_watch(lua_State *L) {
  roster_error err;
  return return_true(L, roster_watch(check_registry(L), &err), &err);
}

static int registry_refresh_every(lua_State *L) {
  lua_Number seconds = check_number(L, 2);
  roster_error err;
  luaL_argcheck(L, seconds >= 0 && seconds <= 365 * 86400, 2, "seconds, 0 for never, expected");
  return return_true(L, roster_refresh_every(check_registry(L), (long)(seconds * 1000 + 0.5), &err), &err);
}

/* The headers of one request, by name. They hold the key: they are the host's to use and to forget. */
static int registry_headers(lua_State *L) {
  roster_error err;
  const roster_service *v = roster_model_service(check_model(L, 2));
  luaL_argcheck(L, v, 2, "a model that can be reached expected");
  held_headers *held = lua_newuserdatauv(L, sizeof *held, 0);
  held->headers = NULL;
  luaL_setmetatable(L, HEADERS_TYPE);
  roster_status status = roster_service_headers(&held->headers, check_registry(L), v, &err);
  if (status != ROSTER_OK) return push_failure(L, &err);
  const roster_headers *h = held->headers;
  lua_newtable(L);
  for (size_t i = 0; i < roster_headers_count(h); i++) set_text(L, roster_headers_at(h, i)->name, roster_headers_at(h, i)->value);
  roster_headers_close(held->headers);
  held->headers = NULL;
  return 1;
}

static int headers_close(lua_State *L) {
  held_headers *held = luaL_checkudata(L, 1, HEADERS_TYPE);
  roster_headers_close(held->headers);
  held->headers = NULL;
  return 0;
}

static int registry_note_used(lua_State *L) {
  roster_error err;
  return return_true(L, roster_note_used(check_registry(L), check_text(L, 2), &err), &err);
}

/* Returns whether the host should try once more. */
static int registry_report(lua_State *L) {
  const roster_service *v = roster_model_service(check_model(L, 2));
  lua_Integer status = check_integer(L, 3);
  bool retry = false;
  luaL_argcheck(L, v, 2, "a model that can be reached expected");
  luaL_argcheck(L, roster_report(check_registry(L), v, (int)status, &retry) != ROSTER_EINVALID, 2, "a model of this registry expected");
  lua_pushboolean(L, retry);
  return 1;
}

static void hand_over(lua_State *L) {
  push_reports(L);
  reports_hand_over(L, lua_gettop(L));
  lua_pop(L, 1);
}

/* ---- credential helpers: the id of a provider, nil for the helper of all of them; what happened to helpers is handed over first ---- */

static const char *provider_id(lua_State *L) { return lua_isnoneornil(L, 2) ? NULL : check_text(L, 2); }

static int registry_credential_status(lua_State *L) {
  roster_credential_state s = ROSTER_CREDENTIAL_STATE_INIT;
  roster_error err;
  check_registry(L);
  hand_over(L); /* a function of the host may close it */
  if (roster_read_credential_status(check_registry(L), provider_id(L), &s, &err) != ROSTER_OK) return push_failure(L, &err);
  lua_createtable(L, 0, 9);
  set_text(L, "status", s.status);
  set_flag(L, "interactive", s.interactive);
  set_exit_code(L, s.exit_code);
  set_count(L, "run", (int64_t)s.run);
  set_text(L, "provider", s.provider_id);
  set_text(L, "source", s.source);
  set_text(L, "since", s.since);
  set_text(L, "until", s.until);
  set_text(L, "problem", s.problem);
  return 1;
}

/* Returns the number of the run. */
static int registry_run_helper(lua_State *L) {
  uint64_t run = 0;
  roster_error err;
  if (roster_helper_run(check_registry(L), provider_id(L), &run, &err) != ROSTER_OK) return push_failure(L, &err);
  lua_pushinteger(L, (lua_Integer)run);
  return 1;
}

static int registry_invalidate_helper(lua_State *L) {
  roster_error err;
  return return_true(L, roster_helper_invalidate(check_registry(L), provider_id(L), &err), &err);
}

/* Up to that many seconds; without a number until the run has ended. */
static int registry_wait_helper(lua_State *L) {
  roster_error err;
  bool limited = !lua_isnoneornil(L, 3);
  lua_Number seconds = limited ? check_number(L, 3) : 0;
  luaL_argcheck(L, seconds >= 0 && seconds <= 365 * 86400, 3, "seconds expected");
  roster_status status = roster_helper_wait(check_registry(L), provider_id(L), limited ? (long)(seconds * 1000 + 0.5) : -1, &err);
  hand_over(L);
  return return_true(L, status, &err);
}

/* ---- what is told without being asked for ---- */

static int registry_subscribe(lua_State *L) {
  roster_error err;
  roster *r = check_registry(L);
  luaL_checktype(L, 2, LUA_TFUNCTION);
  lua_settop(L, 2);
  push_reports(L);
  return return_true(L, reports_subscribe(L, 3, 2, r, &err) ? ROSTER_OK : err.status, &err);
}

static int registry_unsubscribe(lua_State *L) {
  roster *r = check_registry(L);
  luaL_checktype(L, 2, LUA_TFUNCTION);
  lua_settop(L, 2);
  push_reports(L);
  reports_unsubscribe(L, 3, 2, r);
  return 0;
}

/* How many calls of the host's functions were made. */
static int registry_poll(lua_State *L) {
  check_registry(L);
  lua_settop(L, 1);
  push_reports(L);
  lua_pushinteger(L, reports_hand_over(L, 2));
  return 1;
}

static int registry_wait(lua_State *L) {
  check_registry(L);
  lua_Number seconds = check_number(L, 2);
  luaL_argcheck(L, seconds >= 0 && seconds <= 365 * 86400, 2, "seconds expected");
  lua_settop(L, 1);
  reports_wait(push_reports(L), (int64_t)(seconds * 1000 + 0.5));
  lua_pushinteger(L, reports_hand_over(L, 2));
  return 1;
}

static int registry_event_fd(lua_State *L) {
  lua_pushinteger(L, roster_event_fd(check_registry(L)));
  return 1;
}

static int registry_snapshot(lua_State *L) {
  check_registry(L);
  hand_over(L);
  push_snapshot(L, check_registry(L));
  return 1;
}

static int string_close(lua_State *L) {
  held_string *held = luaL_checkudata(L, 1, STRING_TYPE);
  roster_string_free(held->text);
  held->text = NULL;
  return 0;
}

held_string *push_string_holder(lua_State *L) {
  held_string *held = lua_newuserdatauv(L, sizeof *held, 0);
  held->text = NULL;
  luaL_setmetatable(L, STRING_TYPE);
  return held;
}

int push_held(lua_State *L, held_string *held) {
  lua_pushstring(L, held->text);
  roster_string_free(held->text);
  held->text = NULL;
  return 1;
}

static int registry_request(lua_State *L) {
  roster *r = check_registry(L);
  const char *id = check_text(L, 2);
  roster_error err;
  lua_settop(L, 2);
  push_reports(L);
  held_string *held = push_string_holder(L);
  roster_status status = roster_curl_command(&held->text, r, id, &err);
  reports_hand_over(L, 3);
  return status == ROSTER_OK ? push_held(L, held) : push_failure(L, &err);
}

static int registry_close(lua_State *L) {
  close_held(luaL_checkudata(L, 1, REGISTRY_TYPE));
  lua_settop(L, 1);
  if (lua_getiuservalue(L, 1, REPORTS) == LUA_TUSERDATA) reports_close(L, 2); /* nil, if opening it ran out of memory */
  return 0;
}

static int registry_tostring(lua_State *L) {
  const held_registry *held = luaL_checkudata(L, 1, REGISTRY_TYPE);
  lua_pushstring(L, held->registry ? "roster registry" : "roster registry (closed)");
  return 1;
}

static const luaL_Reg methods[] = {
  { "refresh", registry_refresh },
  { "refresh_forced", registry_refresh_forced },
  { "refresh_every", registry_refresh_every },
  { "update_sources", registry_update_sources },
  { "watch", registry_watch },
  { "headers", registry_headers },
  { "report", registry_report },
  { "credential_status", registry_credential_status },
  { "run_helper", registry_run_helper },
  { "invalidate_helper", registry_invalidate_helper },
  { "wait_helper", registry_wait_helper },
  { "note_used", registry_note_used },
  { "subscribe", registry_subscribe },
  { "unsubscribe", registry_unsubscribe },
  { "poll", registry_poll },
  { "wait", registry_wait },
  { "event_fd", registry_event_fd },
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

static const luaL_Reg headers_events[] = {
  { "__gc", headers_close },
  { NULL, NULL },
};

static const luaL_Reg string_events[] = {
  { "__gc", string_close },
  { NULL, NULL },
};

void registry_register(lua_State *L) {
  register_type(L, REGISTRY_TYPE, methods, events);
  register_type(L, HEADERS_TYPE, NULL, headers_events);
  register_type(L, STRING_TYPE, NULL, string_events);
}

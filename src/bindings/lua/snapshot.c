/* snapshot: the methods of a snapshot, which is held until its value is collected or closed. */
#include "bindings/lua/module.h"

#include <math.h>
#include <string.h>

#define SNAPSHOT_TYPE "roster.snapshot"

const roster_snapshot *check_snapshot(lua_State *L, int at) {
  const held_snapshot *held = luaL_checkudata(L, at, SNAPSHOT_TYPE);
  if (!held->snapshot) luaL_error(L, "the snapshot is closed");
  return held->snapshot;
}

void push_snapshot(lua_State *L, roster *r) {
  held_snapshot *held = lua_newuserdatauv(L, sizeof *held, 0);
  held->snapshot = NULL;
  luaL_setmetatable(L, SNAPSHOT_TYPE);
  held->snapshot = roster_acquire(r); /* last: nothing may raise while it is held by no value */
}

static int snapshot_close(lua_State *L) {
  held_snapshot *held = luaL_checkudata(L, 1, SNAPSHOT_TYPE);
  roster_release(held->snapshot);
  held->snapshot = NULL;
  return 0;
}

/* ---- finding ---- */

static int snapshot_find(lua_State *L) {
  push_model(L, roster_find(check_snapshot(L, 1), check_text(L, 2)), 1);
  return 1;
}

static int snapshot_known(lua_State *L) {
  push_model(L, roster_known(check_snapshot(L, 1), check_text(L, 2)), 1);
  return 1;
}

static int snapshot_default(lua_State *L) {
  push_model(L, roster_default(check_snapshot(L, 1)), 1);
  return 1;
}

static int snapshot_role(lua_State *L) {
  const roster_snapshot *s = check_snapshot(L, 1);
  const char *role = check_text(L, 2);
  push_model(L, lua_isnoneornil(L, 3) ? roster_role(s, role) : roster_role_beside(s, role, check_model(L, 3)), 1);
  return 1;
}

static int snapshot_resolve(lua_State *L) {
  const roster_model *m = NULL;
  const char *via = NULL;
  roster_error err;
  if (roster_resolve(&m, check_snapshot(L, 1), check_text(L, 2), &via, &err) != ROSTER_OK) return push_failure(L, &err);
  push_model(L, m, 1);
  lua_pushstring(L, via);
  return 2;
}

static int snapshot_require(lua_State *L) {
  const roster_model *m = NULL;
  roster_error err;
  if (roster_require(&m, check_snapshot(L, 1), check_text(L, 2), &err) != ROSTER_OK) return push_failure(L, &err);
  push_model(L, m, 1);
  return 1;
}

static int snapshot_request(lua_State *L) {
  const char *command = NULL;
  roster_error err;
  if (roster_snapshot_curl_command(&command, check_snapshot(L, 1), check_text(L, 2), &err) != ROSTER_OK) return push_failure(L, &err);
  lua_pushstring(L, command);
  return 1;
}

static int snapshot_cost(lua_State *L) {
  const roster_model *m = NULL;
  roster_error err;
  if (roster_resolve(&m, check_snapshot(L, 1), check_text(L, 2), NULL, &err) != ROSTER_OK) return push_failure(L, &err);
  return push_cost(L, m, 3);
}

/* ---- going through ---- */

static bool is_usable_kind(const roster_model *m, const char *kind) {
  return roster_model_usable(m) && (strcmp(kind, "any") == 0 || strcmp(kind, roster_model_kind(m)) == 0);
}

static int next_model_of_kind(lua_State *L) { /* upvalues: snapshot, index, kind */
  const roster_snapshot *s = check_snapshot(L, lua_upvalueindex(1));
  const char *kind = lua_tostring(L, lua_upvalueindex(3));
  const roster_model *m;
  size_t i = (size_t)lua_tointeger(L, lua_upvalueindex(2));
  do m = roster_known_at(s, i++);
  while (m && !is_usable_kind(m, kind));
  lua_pushinteger(L, (lua_Integer)i);
  lua_replace(L, lua_upvalueindex(2));
  push_model(L, m, lua_upvalueindex(1));
  return 1;
}

static int next_model(lua_State *L) { /* upvalues: snapshot, index, whether all */
  const roster_snapshot *s = check_snapshot(L, lua_upvalueindex(1));
  size_t i = (size_t)lua_tointeger(L, lua_upvalueindex(2));
  const roster_model *m = lua_toboolean(L, lua_upvalueindex(3)) ? roster_known_at(s, i) : roster_at(s, i);
  lua_pushinteger(L, (lua_Integer)i + 1);
  lua_replace(L, lua_upvalueindex(2));
  push_model(L, m, lua_upvalueindex(1));
  return 1;
}

static int iterate(lua_State *L, bool all) {
  check_snapshot(L, 1);
  lua_pushvalue(L, 1);
  lua_pushinteger(L, 0);
  lua_pushboolean(L, all);
  lua_pushcclosure(L, next_model, 3);
  return 1;
}

/* With a kind: the usable models of that kind, or of "any". */
static int snapshot_models(lua_State *L) {
  if (lua_isnoneornil(L, 2)) return iterate(L, false);
  check_snapshot(L, 1);
  const char *kind = check_text(L, 2);
  lua_pushvalue(L, 1);
  lua_pushinteger(L, 0);
  lua_pushstring(L, kind);
  lua_pushcclosure(L, next_model_of_kind, 3);
  return 1;
}
static int snapshot_all(lua_State *L) { return iterate(L, true); }

static int snapshot_count(lua_State *L) {
  lua_pushinteger(L, (lua_Integer)roster_count(check_snapshot(L, 1)));
  return 1;
}

static void push_credential(lua_State *L, const roster_provider *p) {
  lua_createtable(L, 0, 4);
  set_text(L, "source", roster_provider_credential_source(p));
  set_flag(L, "set", roster_provider_credential_set(p));
  set_text(L, "since", roster_provider_credential_since(p));
  set_text(L, "until", roster_provider_credential_until(p));
}

static void set_stated(lua_State *L, const char *name, int64_t n) {
  if (n < 0) return;
  lua_pushinteger(L, (lua_Integer)n);
  lua_setfield(L, -2, name);
}

static void set_amount(lua_State *L, const char *name, double n) {
  if (isnan(n)) return;
  lua_pushnumber(L, n);
  lua_setfield(L, -2, name);
}

static void push_limits(lua_State *L, const roster_limits *l) {
  lua_createtable(L, 0, 9);
  set_stated(L, "requests", l->requests);
  set_stated(L, "requests_limit", l->requests_limit);
  set_stated(L, "tokens", l->tokens);
  set_stated(L, "tokens_limit", l->tokens_limit);
  set_amount(L, "credit", l->credit);
  set_amount(L, "credit_limit", l->credit_limit);
  set_text(L, "currency", l->currency);
  set_text(L, "reset", l->reset);
  set_text(L, "at", l->at);
}

static void push_tags(lua_State *L, const roster_provider *p) {
  lua_newtable(L);
  for (size_t i = 0; roster_provider_tag_at(p, i); i++) {
    lua_pushstring(L, roster_provider_tag_at(p, i));
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
}

static void push_provider(lua_State *L, const roster_provider *p) {
  lua_createtable(L, 0, 8);
  set_text(L, "id", roster_provider_id(p));
  set_text(L, "title", roster_provider_title(p));
  set_text(L, "protocol", roster_provider_protocol(p));
  set_text(L, "base_url", roster_provider_endpoint(p));
  push_credential(L, p);
  lua_setfield(L, -2, "credential");
  set_flag(L, "enabled", roster_provider_enabled(p));
  if (roster_provider_listed(p) != ROSTER_UNKNOWN) set_flag(L, "listed", roster_provider_listed(p) == ROSTER_YES);
  set_text(L, "listing_problem", roster_provider_listing_problem(p));
  set_text(L, "hint", roster_provider_hint(p));
  set_text(L, "warning", roster_provider_warning(p));
  if (roster_provider_limits(p)) {
    push_limits(L, roster_provider_limits(p));
    lua_setfield(L, -2, "limits");
  }
  push_tags(L, p);
  lua_setfield(L, -2, "tags");
  push_extra(L, roster_provider_extra(p));
  lua_setfield(L, -2, "extra");
  set_text(L, "seen", roster_provider_seen(p));
  set_text(L, "replacement", roster_provider_replacement(p));
  if (roster_provider_ended(p) && strcmp(roster_provider_retired(p), "true") == 0)
    set_flag(L, "retired", true);
  else
    set_text(L, "retired", roster_provider_retired(p));
  lua_pushinteger(L, (lua_Integer)roster_provider_defined(p)); /* 0 is a count here, not an absence */
  lua_setfield(L, -2, "defined");
  lua_pushinteger(L, (lua_Integer)roster_provider_ready(p));
  lua_setfield(L, -2, "ready");
}

static int snapshot_providers(lua_State *L) {
  const roster_snapshot *s = check_snapshot(L, 1);
  lua_newtable(L);
  for (size_t i = 0; i < roster_provider_count(s); i++) {
    push_provider(L, roster_provider_at(s, i));
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  return 1;
}

/* ---- facts ---- */

/* A list of { from, to, defined_at, context_window, assumed_window }. */
static int snapshot_renames(lua_State *L) {
  const roster_snapshot *s = check_snapshot(L, 1);
  lua_createtable(L, (int)roster_rename_count(s), 0);
  for (size_t i = 0; i < roster_rename_count(s); i++) {
    const roster_rename *r = roster_rename_at(s, i);
    lua_createtable(L, 0, 5);
    set_text(L, "from", r->from);
    set_text(L, "to", r->to);
    set_text(L, "defined_at", r->defined_at);
    set_count(L, "context_window", r->context_window);
    set_count(L, "assumed_window", r->assumed_window);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  return 1;
}

static int snapshot_credential_status(lua_State *L) {
  lua_pushstring(L, roster_credential_status(check_snapshot(L, 1)));
  return 1;
}

static int snapshot_day(lua_State *L) {
  lua_pushstring(L, roster_snapshot_day(check_snapshot(L, 1)));
  return 1;
}

static int snapshot_sources(lua_State *L) {
  push_sources(L, check_snapshot(L, 1));
  return 1;
}

static int snapshot_generation(lua_State *L) {
  lua_pushinteger(L, (lua_Integer)roster_generation(check_snapshot(L, 1)));
  return 1;
}

static int snapshot_gateway_status(lua_State *L) {
  lua_pushstring(L, roster_gateway_status(check_snapshot(L, 1)));
  return 1;
}

static int snapshot_llm_configured(lua_State *L) {
  lua_pushboolean(L, roster_llm_configured(check_snapshot(L, 1)));
  return 1;
}

static int snapshot_default_wanted(lua_State *L) {
  push_text(L, roster_default_wanted(check_snapshot(L, 1)));
  return 1;
}

static int snapshot_billed(lua_State *L) {
  const roster_snapshot *s = check_snapshot(L, 1);
  lua_createtable(L, 0, 3);
  lua_pushinteger(L, (lua_Integer)roster_billed_today(s)); /* 0 is a count here, not an absence */
  lua_setfield(L, -2, "today");
  lua_pushinteger(L, (lua_Integer)roster_billed_per_day(s));
  lua_setfield(L, -2, "per_day");
  set_text(L, "since", roster_billed_since(s));
  return 1;
}

/* The token, and what to do. */
static int snapshot_empty_reason(lua_State *L) {
  const roster_snapshot *s = check_snapshot(L, 1);
  push_text(L, roster_empty_reason(s));
  push_text(L, roster_empty_hint(s));
  return 2;
}

/* The message, the file and the line; nil when the definitions in force are those on disk. */
static int snapshot_definitions_error(lua_State *L) {
  const char *file = NULL;
  int line = 0;
  push_text(L, roster_definitions_error(check_snapshot(L, 1), &file, &line));
  push_text(L, file);
  push_count(L, line);
  return 3;
}

/* All of it, as reports have it. */
static int snapshot_definitions_finding(lua_State *L) {
  const roster_finding *f = roster_definitions_finding(check_snapshot(L, 1));
  if (f)
    reports_push_finding(L, f);
  else
    lua_pushnil(L);
  return 1;
}

static int snapshot_tostring(lua_State *L) {
  const held_snapshot *held = luaL_checkudata(L, 1, SNAPSHOT_TYPE);
  if (held->snapshot)
    lua_pushfstring(L, "roster snapshot %I (%I models ready)", (LUAI_UACINT)roster_generation(held->snapshot),
                    (LUAI_UACINT)roster_count(held->snapshot));
  else
    lua_pushliteral(L, "roster snapshot (closed)");
  return 1;
}

static const luaL_Reg methods[] = {
  { "find", snapshot_find },
  { "known", snapshot_known },
  { "default", snapshot_default },
  { "role", snapshot_role },
  { "require_role", snapshot_require_role },
  { "roles", snapshot_roles },
  { "pick", snapshot_pick },
  { "retirements", snapshot_retirements },
  { "resolve", snapshot_resolve },
  { "require", snapshot_require },
  { "request", snapshot_request },
  { "models", snapshot_models },
  { "all", snapshot_all },
  { "count", snapshot_count },
  { "providers", snapshot_providers },
  { "json", snapshot_json },
  { "request_json", snapshot_request_json },
  { "document", snapshot_document },
  { "explain", snapshot_explain },
  { "model_json", snapshot_model_json },
  { "resolve_json", snapshot_resolve_json },
  { "providers_json", snapshot_providers_json },
  { "retirements_json", snapshot_retirements_json },
  { "changes", snapshot_changes },
  { "renames", snapshot_renames },
  { "day", snapshot_day },
  { "cost", snapshot_cost },
  { "sources", snapshot_sources },
  { "generation", snapshot_generation },
  { "credential_status", snapshot_credential_status },
  { "gateway_status", snapshot_gateway_status },
  { "llm_configured", snapshot_llm_configured },
  { "default_wanted", snapshot_default_wanted },
  { "empty_reason", snapshot_empty_reason },
  { "billed", snapshot_billed },
  { "definitions_error", snapshot_definitions_error },
  { "definitions_finding", snapshot_definitions_finding },
  { "close", snapshot_close },
  { NULL, NULL },
};

static const luaL_Reg events[] = {
  { "__len", snapshot_count },
  { "__gc", snapshot_close },
  { "__close", snapshot_close },
  { "__tostring", snapshot_tostring },
  { NULL, NULL },
};

void snapshot_register(lua_State *L) { register_type(L, SNAPSHOT_TYPE, methods, events); }

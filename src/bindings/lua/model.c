/* model: a model as a Lua value: its fields, by the names that the documents have, those of definitions from the library's table.
 * Read-only; an unknown field is an error. */
#include "bindings/lua/module.h"

#include "util/json.h"

#include <string.h>

#define MODEL_TYPE "roster.model"

typedef struct held_model {
  const roster_model *model; /* borrowed from the snapshot in the user value */
} held_model;

/* ---- fields ---- */

typedef void push_field(lua_State *L, const roster_model *m);

#define TEXT(name, expression)                                                                                                             \
  static void field_##name(lua_State *L, const roster_model *m) { push_text(L, expression); }
#define COUNT(name)                                                                                                                        \
  static void field_##name(lua_State *L, const roster_model *m) { push_count(L, roster_model_##name(m)); }
#define FLAG(name)                                                                                                                         \
  static void field_##name(lua_State *L, const roster_model *m) { lua_pushboolean(L, roster_model_##name(m)); }

TEXT(id, roster_model_id(m))
TEXT(canonical_id, roster_model_canonical_id(m))
TEXT(provider, roster_provider_title(roster_model_provider(m)))
TEXT(provider_id, roster_provider_id(roster_model_provider(m)))
TEXT(protocol, roster_model_protocol(m))
TEXT(source, roster_model_source(m))
TEXT(state, roster_state_name(roster_model_state(m)))
TEXT(stale_reason, roster_model_stale_reason(m))
TEXT(checked_at, roster_model_checked_at(m))
TEXT(stage, roster_model_stage(m))
TEXT(reason, roster_model_reason(m))
TEXT(hint, roster_model_hint(m))
TEXT(reason_code, roster_reason_name(roster_model_reason_code(m)))
TEXT(blame, roster_blame_name(roster_model_blame(m)))
TEXT(said, roster_model_said(m))
TEXT(warning, roster_model_warning(m))
TEXT(served, roster_model_served(m))
TEXT(snapshot_of, roster_model_snapshot_of(m))
TEXT(shadowed_by, roster_model_shadowed_by(m))
TEXT(url, roster_model_url(m))
TEXT(rule, roster_model_rule(m))
TEXT(defined_at, roster_model_defined_at(m))
COUNT(http_status)
FLAG(discovered)
FLAG(usable)
FLAG(configured)
FLAG(stale)

static void push_texts(lua_State *L, const roster_model *m, const char *(*at)(const roster_model *m, size_t index)) {
  lua_newtable(L);
  for (size_t i = 0; at(m, i); i++) {
    lua_pushstring(L, at(m, i));
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
}

static void field_disagreements(lua_State *L, const roster_model *m) { push_texts(L, m, roster_model_disagreement_at); }
static void field_snapshots(lua_State *L, const roster_model *m) { push_texts(L, m, roster_model_snapshot_at); }

static void field_origins(lua_State *L, const roster_model *m) {
  char text[4096];
  lua_newtable(L);
  for (size_t i = 0; roster_origin_field_at(i); i++) {
    roster_model_write_origin(m, roster_origin_field_at(i), text, sizeof text);
    lua_pushstring(L, text);
    lua_setfield(L, -2, roster_origin_field_at(i));
  }
}

static void field_latency_ms(lua_State *L, const roster_model *m) {
  if (roster_model_latency_ms(m) < 0)
    lua_pushnil(L);
  else
    lua_pushinteger(L, roster_model_latency_ms(m));
}

static void push_request(lua_State *L, const roster_request *q) {
  lua_createtable(L, 0, 6);
  set_text(L, "stage", roster_request_stage(q));
  set_text(L, "method", roster_request_method(q));
  set_text(L, "url", roster_request_url(q));
  set_text(L, "outcome", roster_request_outcome(q));
  set_count(L, "status", roster_request_status(q));
  lua_pushinteger(L, roster_request_latency_ms(q));
  lua_setfield(L, -2, "latency_ms");
}

static void field_body(lua_State *L, const roster_model *m) { push_text(L, roster_service_body(roster_model_service(m))); }

/* ---- how to reach it ---- */

static void push_headers(lua_State *L, const roster_model *m) {
  const roster_header *one;
  lua_newtable(L);
  set_text(L, "content-type", "application/json");
  for (size_t i = 0; (one = roster_model_header_at(m, i)); i++) set_text(L, one->name, one->value);
}

static void push_auth(lua_State *L, const roster_service *v) {
  lua_createtable(L, 0, 4);
  set_text(L, "in", roster_auth_name(roster_service_auth(v)));
  set_text(L, "header", roster_service_auth_header(v));
  lua_pushstring(L, roster_service_auth_scheme(v)); /* "" is a value here */
  lua_setfield(L, -2, "scheme");
  set_text(L, "variable", roster_service_auth_variable(v));
}

static void field_request(lua_State *L, const roster_model *m) {
  const roster_service *v = roster_model_service(m);
  if (!v) {
    lua_pushnil(L);
    return;
  }
  lua_createtable(L, 0, 14);
  set_text(L, "id", roster_model_id(m));
  set_text(L, "provider_id", roster_provider_id(roster_model_provider(m)));
  set_text(L, "protocol", roster_service_protocol(v));
  set_text(L, "method", roster_service_method(v));
  set_text(L, "url", roster_service_url(v));
  set_text(L, "sdk_base_url", roster_service_sdk_base_url(v));
  set_text(L, "sdk_api_version", roster_service_sdk_api_version(v));
  set_text(L, "api_name", roster_service_api_name(v));
  set_text(L, "proxy", roster_service_proxy(v));
  set_text(L, "ca_file", roster_service_ca_file(v));
  set_text(L, "client_cert", roster_service_client_cert(v));
  set_text(L, "client_key", roster_service_client_key(v));
  push_headers(L, m);
  lua_setfield(L, -2, "headers");
  push_auth(L, v);
  lua_setfield(L, -2, "auth");
}

static void field_requests(lua_State *L, const roster_model *m) {
  lua_newtable(L);
  for (size_t i = 0; roster_model_request_at(m, i); i++) {
    push_request(L, roster_model_request_at(m, i));
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
}

/* ---- the fields of definitions, from the library's table ---- */

static void push_list(lua_State *L, const roster_model *m, const roster_field *f) {
  if (!roster_model_field_known(m, f)) {
    lua_pushnil(L);
    return;
  }
  lua_newtable(L);
  for (size_t i = 0; roster_model_field_item(m, f, i); i++) {
    lua_pushstring(L, roster_model_field_item(m, f, i));
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
}

static void push_flag(lua_State *L, roster_tri value) {
  if (value == ROSTER_UNKNOWN)
    lua_pushnil(L);
  else
    lua_pushboolean(L, value == ROSTER_YES);
}

/* [-0, +1] */
static void push_json(lua_State *L, const json_t *value) {
  luaL_checkstack(L, 4, "the model's extra is nested too deeply");
  if (json_is_object(value)) {
    lua_newtable(L);
    for (void *at = json_object_iter((json_t *)value); at; at = json_object_iter_next((json_t *)value, at)) {
      push_json(L, json_object_iter_value(at));
      lua_setfield(L, -2, json_object_iter_key(at));
    }
  } else if (json_is_array(value)) {
    lua_newtable(L);
    for (size_t i = 0; i < json_array_size(value); i++) {
      push_json(L, json_array_get(value, i));
      lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
  } else if (json_is_string(value)) {
    lua_pushstring(L, json_string_value(value));
  } else if (json_is_integer(value)) {
    lua_pushinteger(L, json_integer_value(value));
  } else if (json_is_real(value)) {
    lua_pushnumber(L, json_real_value(value));
  } else {
    lua_pushboolean(L, json_is_true(value)); /* it has no null */
  }
}

static int push_borrowed(lua_State *L) {
  push_json(L, lua_touserdata(L, 1));
  return 1;
}

/* Protected, so that nothing leaks when memory runs out. */
void push_extra(lua_State *L, const char *json) {
  lua_pushcfunction(L, push_borrowed);
  json_t *value = json_loads(json, 0, NULL);
  lua_pushlightuserdata(L, value);
  const int status = value ? lua_pcall(L, 1, 1, 0) : LUA_ERRMEM;
  json_decref(value);
  if (!value) luaL_error(L, "not enough memory");
  if (status != LUA_OK) lua_error(L);
}

static void push_range(lua_State *L, const roster_model *m) {
  lua_createtable(L, 0, 2);
  for (int i = 0; i < 2; i++) {
    int64_t tokens = i ? roster_model_reasoning_budget_max(m) : roster_model_reasoning_budget_min(m);
    if (tokens < 0) continue;
    lua_pushinteger(L, tokens);
    lua_setfield(L, -2, i ? "max" : "min");
  }
}

static void push_defined(lua_State *L, const roster_model *m, const roster_field *f) {
  switch (f->type) {
  case ROSTER_FIELD_TEXT:
  case ROSTER_FIELD_CHOICE:
  case ROSTER_FIELD_DATE: push_text(L, roster_model_field_text(m, f)); break;
  case ROSTER_FIELD_COUNT: push_count(L, roster_model_field_count(m, f)); break;
  case ROSTER_FIELD_PRICE: push_price(L, m); break;
  case ROSTER_FIELD_LIST: push_list(L, m, f); break;
  case ROSTER_FIELD_RANGE: roster_model_field_known(m, f) ? push_range(L, m) : lua_pushnil(L); break;
  case ROSTER_FIELD_EXTRA: push_extra(L, roster_model_field_text(m, f)); break;
  default: push_flag(L, roster_model_field_flag(m, f)); break;
  }
}

static const roster_field *find_defined(const char *name) {
  const roster_field *f = NULL;
  for (size_t i = 0; (f = roster_field_at(i)) && strcmp(f->name, name) != 0;) i++;
  return f;
}

/* ---- all of them ---- */

#define FIELD(name)                                                                                                                        \
  { #name, field_##name }

static const struct {
  const char *name;
  push_field *push;
} fields[] = {
  FIELD(id),
  FIELD(provider),
  FIELD(provider_id),
  FIELD(discovered),
  FIELD(warning),
  FIELD(shadowed_by),
  FIELD(protocol),
  FIELD(source),
  FIELD(state),
  FIELD(usable),
  FIELD(configured),
  FIELD(stale),
  FIELD(stale_reason),
  FIELD(checked_at),
  FIELD(stage),
  FIELD(http_status),
  FIELD(reason),
  FIELD(hint),
  FIELD(reason_code),
  FIELD(blame),
  FIELD(said),
  FIELD(latency_ms),
  FIELD(disagreements),
  FIELD(origins),
  FIELD(url),
  FIELD(body),
  FIELD(rule),
  FIELD(defined_at),
  FIELD(requests),
  FIELD(request),
  FIELD(served),
  FIELD(canonical_id),
  { "price_tiers", push_price_tiers },
  { "price_changes", push_price_changes },
  FIELD(snapshot_of),
  FIELD(snapshots),
};

enum { FIELDS = sizeof fields / sizeof *fields };

/* ---- the value ---- */

void push_model(lua_State *L, const roster_model *m, int snapshot) {
  if (!m) {
    lua_pushnil(L);
    return;
  }
  held_model *held = lua_newuserdatauv(L, sizeof *held, 1);
  held->model = m;
  lua_pushvalue(L, snapshot);
  lua_setiuservalue(L, -2, 1);
  luaL_setmetatable(L, MODEL_TYPE);
}

/* NULL for other values, and once its snapshot is closed. */
static const roster_model *living_model(lua_State *L, int at) {
  const held_model *held = luaL_testudata(L, at, MODEL_TYPE);
  if (!held) return NULL;
  lua_getiuservalue(L, at, 1);
  const held_snapshot *s = lua_touserdata(L, -1);
  lua_pop(L, 1);
  return s && s->snapshot ? held->model : NULL;
}

const roster_model *check_model(lua_State *L, int at) {
  luaL_checkudata(L, at, MODEL_TYPE);
  const roster_model *m = living_model(L, at);
  if (!m) luaL_error(L, "the snapshot of this model is closed");
  return m;
}

/* [-0, +1, e] never returns: the names of both kinds are what may have been meant. */
static int refuse_field(lua_State *L, const char *wrong) {
  enum { ROOM = 128 };
  const char *names[ROOM];
  size_t count = 0;
  for (size_t i = 0; i < FIELDS && count < ROOM; i++) names[count++] = fields[i].name;
  for (size_t i = 0; roster_field_at(i) && count < ROOM; i++) names[count++] = roster_field_at(i)->name;
  return luaL_error(L, "a model has no field '%s'%s", wrong, push_suggestion(L, wrong, names, count, sizeof *names));
}

static int model_index(lua_State *L) {
  const roster_model *m = check_model(L, 1);
  const char *name = check_text(L, 2);
  for (size_t i = 0; i < FIELDS; i++) {
    if (strcmp(fields[i].name, name) != 0) continue;
    fields[i].push(L, m);
    return 1;
  }
  const roster_field *f = find_defined(name);
  if (!f) return refuse_field(L, name);
  push_defined(L, m, f);
  return 1;
}

static const char *field_at(size_t i) {
  const roster_field *f = i < FIELDS ? NULL : roster_field_at(i - FIELDS);
  return i < FIELDS ? fields[i].name : f ? f->name : NULL;
}

/* The next field that the model has a value for. */
static int next_field(lua_State *L) { /* upvalue: how many were looked at */
  const char *name;
  lua_settop(L, 1);
  for (size_t i = (size_t)lua_tointeger(L, lua_upvalueindex(1)); (name = field_at(i)); i++) {
    lua_pushstring(L, name);
    if (lua_getfield(L, 1, name) == LUA_TNIL) {
      lua_pop(L, 2);
      continue;
    }
    lua_pushinteger(L, (lua_Integer)i + 1);
    lua_replace(L, lua_upvalueindex(1));
    return 2;
  }
  lua_pushnil(L);
  return 1;
}

static int model_pairs(lua_State *L) {
  check_model(L, 1);
  lua_pushinteger(L, 0);
  lua_pushcclosure(L, next_field, 1);
  lua_pushvalue(L, 1);
  return 2;
}

static int model_assign(lua_State *L) { return luaL_error(L, "a model cannot be changed"); }

static int model_tostring(lua_State *L) {
  const roster_model *m = check_model(L, 1);
  lua_pushfstring(L, "roster model %s (%s)", roster_model_id(m), roster_state_name(roster_model_state(m)));
  return 1;
}

static int model_equals(lua_State *L) {
  const roster_model *m = living_model(L, 1);
  lua_pushboolean(L, m && m == living_model(L, 2));
  return 1;
}

static const luaL_Reg events[] = {
  { "__index", model_index },       { "__newindex", model_assign }, { "__pairs", model_pairs },
  { "__tostring", model_tostring }, { "__eq", model_equals },       { NULL, NULL },
};

void model_register(lua_State *L) { register_type(L, MODEL_TYPE, NULL, events); }

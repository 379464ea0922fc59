/* script: calls the functions that definitions contain: requests, readers of listings, verdicts; see rules.c for rules. Each public
 * function packs its arguments into a struct, makes one protected call, and unpacks the result. */
#include "library/definitions/state.h"

#include <math.h>
#include <string.h>

/* What a byte of JSON may take of memory as a part of a table. */
enum { TABLE_BYTES = 24 };

static int find_function(lua_State *L) {
  push_ref(L, *(script_ref *)lua_touserdata(L, 1));
  return 0;
}

origin script_place(script *s, script_ref ref) {
  lua_Debug at;
  if (is_deferred(s, ref) && script_protect(s, find_function, &ref)) return (origin){ NULL, 0 };
  push_ref(s->lua, ref);
  if (!lua_isfunction(s->lua, -1)) {
    lua_pop(s->lua, 1);
    return (origin){ NULL, 0 };
  }
  lua_getinfo(s->lua, ">S", &at);
  return script_line(s, &at, at.linedefined);
}

/* ---- requests ---- */

typedef struct request_call {
  script_ref ref;
  const model *model;
  api_request *out;
} request_call;

static int make_request(lua_State *L) {
  request_call *call = lua_touserdata(L, 1);
  *call->out = (api_request){ 0 };
  push_ref(L, call->ref);
  if (lua_isfunction(L, -1)) {
    push_view(L, schema_of("model"), call->model);
    lua_call(L, 1, 1);
  }
  if (!lua_toboolean(L, -1)) return 0;
  if (!take_request(L, lua_gettop(L), call->model, call->out))
    return luaL_error(L, "answered %s where a request is due: get(...) or post(...)", luaL_typename(L, -1));
  return 0;
}

/* ---- the document of a host ---- */

enum { LARGEST_DOCUMENT = 64 * 1024 * 1024 };

typedef struct document_call {
  const rule *document;
  const json_t *standard;
  const char **out;
} document_call;

static int make_document(lua_State *L) {
  document_call *call = lua_touserdata(L, 1);
  push_ref(L, call->document->function);
  push_json(L, call->standard);
  lua_call(L, 1, 1);
  if (!lua_istable(L, -1)) return luaL_error(L, "it returned %s where a table is due", luaL_typename(L, -1));
  *call->out = arena_text(script_of(L)->arena, take_json(L, lua_gettop(L), "what it returned", LARGEST_DOCUMENT));
  return 0;
}

const char *script_document(script *s, const rule *d, const json_t *standard, size_t bytes, const char **out) {
  document_call call = { d, standard, out };
  size_t normal = s->budget.bytes_most;
  s->budget.bytes_most += bytes * TABLE_BYTES;
  const char *wrong = script_protect(s, make_document, &call);
  s->budget.bytes_most = normal;
  return wrong;
}

bool script_exceeded(const script *s) { return s->budget.exceeded; }

const char *script_request(script *s, script_ref ref, const model *m, api_request *out) {
  request_call call = { ref, m, out };
  return script_call(s, ref, make_request, &call);
}

/* ---- responses ---- */

typedef struct response_call {
  const protocol *protocol;
  const api_response *response;
  const model *model;
  const interest *wanted;
  remote_listing *listing;
  remote_model *one;
  api_credit *credit;
  bool ok;
  const char *text; /* the verdict, or why it is not a listing */
} response_call;

enum { TEXT_MOST = 64 * 1024 };

/* Several functions may get one response, whose body can be large: it becomes a table only once. */
static void push_body(lua_State *L, const api_response *r) {
  script *s = script_of(L);
  if (s->body == r->body) {
    push_ref(L, s->body_ref);
    return;
  }
  script_forget_response(s);
  const json_rows *rows = r->rows;
  if (!rows || rows->member) push_json(L, r->body);
  if (rows && rows->member) lua_pushlstring(L, rows->member, rows->member_length);
  if (rows) push_rows(L, rows);
  if (rows && rows->member) lua_rawset(L, -3);
  lua_pushvalue(L, -1);
  s->body_ref = luaL_ref(L, LUA_REGISTRYINDEX);
  s->body = r->body;
}

void script_forget_response(script *s) {
  if (s->body) luaL_unref(s->lua, LUA_REGISTRYINDEX, s->body_ref);
  s->body = NULL;
}

static void push_response(lua_State *L, const api_response *r, const model *m) {
  lua_createtable(L, 0, 7);
  lua_pushstring(L, r->stage);
  lua_setfield(L, -2, "stage");
  lua_pushinteger(L, r->status);
  lua_setfield(L, -2, "status");
  lua_createtable(L, 0, (int)r->header_count);
  for (size_t i = 0; i < r->header_count; i++) {
    lua_pushstring(L, r->headers[i].value);
    lua_setfield(L, -2, r->headers[i].name);
  }
  lua_setfield(L, -2, "headers");
  lua_pushboolean(L, r->body != NULL);
  lua_setfield(L, -2, "is_json");
  if (r->body) {
    push_body(L, r);
    lua_setfield(L, -2, "body");
  }
  lua_pushlstring(L, r->text ? r->text : "", r->length < TEXT_MOST ? r->length : TEXT_MOST);
  lua_setfield(L, -2, "text");
  push_view(L, schema_of("model"), m);
  lua_setfield(L, -2, "model");
}

static int read_list(lua_State *L) {
  response_call *call = lua_touserdata(L, 1);
  push_ref(L, call->protocol->read_list);
  push_body(L, call->response);
  push_response(L, call->response, NULL);
  push_wanted(L, call->wanted);
  lua_call(L, 3, 2);
  if (!lua_istable(L, -2)) {
    if (lua_type(L, -1) == LUA_TSTRING) call->text = arena_text(script_of(L)->arena, lua_tostring(L, -1));
    return 0;
  }
  int items = lua_gettop(L) - 1;
  size_t given = list_count(L, items);
  const bool plain = call->protocol->plain_list || !call->protocol->read_model;
  take_remote_listing(L, items, call->protocol, call->wanted, call->listing);
  if (given && !call->listing->count && !call->listing->names.count && !plain) {
    call->text = "a list in which nothing has a name";
    return 0;
  }
  call->listing->more = lua_toboolean(L, -1);
  if (call->listing->more && !take_request(L, lua_gettop(L), NULL, &call->listing->next))
    return luaL_error(L, "read_list: the next page is a request: get(...)");
  call->ok = true;
  return 0;
}

const char *script_read_list(script *s, const protocol *p, const api_response *r, const interest *w, remote_listing *out, bool *ok,
                             const char **why_not) {
  response_call call = { .protocol = p, .response = r, .wanted = w, .listing = out };
  size_t normal = s->budget.bytes_most;
  s->budget.bytes_most += r->length * TABLE_BYTES; /* a body that passed its own bound must fit as a table */
  const char *wrong = script_call(s, p->read_list, read_list, &call);
  script_forget_response(s);
  lua_gc(s->lua, LUA_GCCOLLECT); /* cannot raise: no finalizers exist in this state */
  s->budget.bytes_most = normal;
  *ok = call.ok;
  *why_not = call.text;
  return wrong;
}

static int read_model(lua_State *L) {
  response_call *call = lua_touserdata(L, 1);
  push_body(L, call->response);
  call->ok = take_remote_model(L, call->protocol->read_model, call->one);
  return 0;
}

const char *script_read_model(script *s, const protocol *p, const api_response *r, remote_model *out, bool *ok) {
  response_call call = { .protocol = p, .response = r, .one = out };
  const char *wrong = p->read_model && r->body ? script_call(s, p->read_model, read_model, &call) : NULL;
  *ok = call.ok;
  return wrong;
}

static double amount(lua_State *L, const char *name) {
  lua_getfield(L, -1, name);
  double n = lua_type(L, -1) == LUA_TNUMBER ? lua_tonumber(L, -1) : NAN;
  lua_pop(L, 1);
  return fabs(n) <= 1e12 ? n : NAN; /* more is no amount of money */
}

static int read_credit(lua_State *L) {
  response_call *call = lua_touserdata(L, 1);
  push_ref(L, call->protocol->read_credit);
  push_body(L, call->response);
  lua_call(L, 1, 1);
  if (lua_isnil(L, -1)) return 0;
  if (!lua_istable(L, -1)) return luaL_error(L, "read_credit gives { left = ... } or nil, not %s", luaL_typename(L, -1));
  *call->credit = (api_credit){ .left = amount(L, "left"), .most = amount(L, "limit") };
  lua_getfield(L, -1, "currency");
  const char *currency = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
  if (strlen(currency) == 3 && strspn(currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 3) memcpy(call->credit->currency, currency, 4);
  return 0;
}

const char *script_read_credit(script *s, const protocol *p, const api_response *r, api_credit *out) {
  *out = (api_credit)API_CREDIT_INIT;
  response_call call = { .protocol = p, .response = r, .credit = out };
  return p->read_credit && r->body ? script_call(s, p->read_credit, read_credit, &call) : NULL;
}

static int ask_served(lua_State *L) {
  response_call *call = lua_touserdata(L, 1);
  push_ref(L, call->protocol->served);
  push_body(L, call->response);
  push_response(L, call->response, call->model);
  lua_call(L, 2, 1);
  size_t length = 0;
  const char *name = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &length) : "";
  if (is_id(name, length)) call->text = arena_text(script_of(L)->arena, name);
  return 0;
}

const char *script_served(script *s, const protocol *p, const api_response *r, const char **name) {
  response_call call = { .protocol = p, .response = r };
  const char *wrong = p->served && r->body ? script_call(s, p->served, ask_served, &call) : NULL;
  *name = call.text;
  return wrong;
}

static int ask_verdict(lua_State *L) {
  response_call *call = lua_touserdata(L, 1);
  push_ref(L, call->protocol->verdict);
  push_response(L, call->response, call->model);
  lua_call(L, 1, 1);
  if (lua_type(L, -1) == LUA_TSTRING) call->text = arena_text(script_of(L)->arena, lua_tostring(L, -1));
  if (!lua_isnil(L, -1) && !call->text) return luaL_error(L, "verdict answers the name of a state or nil, not %s", luaL_typename(L, -1));
  return 0;
}

const char *script_verdict(script *s, const protocol *p, const api_response *r, const model *m, const char **state) {
  *state = NULL;
  if (!p->verdict) return NULL;
  response_call call = { .protocol = p, .response = r, .model = m };
  const char *wrong = script_call(s, p->verdict, ask_verdict, &call);
  *state = call.text;
  return wrong;
}

/* rules: calls the rules of the definitions for one model, and reads what they return. What a rule may not return, a result that it made
 * and did not return, and the name of a gateway that nobody defines are errors that say what to write. */
#include "library/definitions/state.h"

#include "util/suggest.h"

#include <string.h>

enum { RULES_BUDGET = 1000 * 1000 };

typedef struct rules_call {
  const model *model;
  choice *out;
  size_t next;
  rule *current;
  const char *wrong;
} rules_call;

static int host_gateway_for(lua_State *L) {
  const view_value *v = luaL_testudata(L, 1, VIEW_VALUE);
  if (!v || !text_is(v->schema->verb, "provider"))
    return luaL_error(L, "gateway_for: takes a provider, as in host.gateway_for(model.provider)");
  push_view(L, schema_of("gateway"), ((const provider *)v->entity)->gateway);
  return 1;
}

static int host_index(lua_State *L) {
  static const char *const words[] = { "gateway_for" };
  const char *word = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "?";
  if (text_is(word, words[0])) {
    lua_pushcfunction(L, host_gateway_for);
    return 1;
  }
  const char *nearest = suggest(word, words, 1);
  return luaL_error(L, "a host has no '%s'%s%s%s", word, SUGGESTION(nearest));
}

static int host_assign(lua_State *L) { return luaL_error(L, "a host cannot be changed here"); }

static void push_host(lua_State *L) {
  lua_newuserdatauv(L, 1, 0);
  set_kind(L, HOST_VALUE, host_index, host_assign);
}

/* ---- what a rule returns ---- */

#define RETURNS "a rule returns via(...), refuse(\"reason\") or nothing"

static const char *shown(lua_State *L, int at) { return text_clean(script_of(L)->arena, lua_tostring(L, at), lua_rawlen(L, at), 100); }

static int refuse_string(lua_State *L, int at) {
  const char *text = lua_tostring(L, at);
  const bool leads = strstr(text, "://") || lookup_get(&script_of(L)->catalog->gateways.ids, text);
  return luaL_error(L, "returned the string \"%s\": write return %s(\"%s\")", shown(L, at), leads ? "via" : "refuse", shown(L, at));
}

/* A reason behind false or nil, as functions of Lua return one. */
static int refuse_reason(lua_State *L, int at) {
  return luaL_error(L, "returned %s and the string \"%s\": write return refuse(\"%s\")", lua_isnil(L, at) ? "nil" : "false",
                    shown(L, at + 1), shown(L, at + 1));
}

/* What it returned is at the top, two values of it. NULL: nothing; raises an error for what is no result. */
static const rule_value *take_result(lua_State *L) {
  const int at = lua_gettop(L) - 1;
  const rule_value *a = luaL_testudata(L, at, RULE_VALUE);
  if (a) return a;
  if (lua_toboolean(L, at) && lua_type(L, at) == LUA_TSTRING) refuse_string(L, at);
  if (lua_toboolean(L, at)) luaL_error(L, "returned %s: " RETURNS, describe(L, at));
  if (lua_type(L, at + 1) == LUA_TSTRING) refuse_reason(L, at);
  return NULL;
}

static int ask_rules(lua_State *L) {
  rules_call *call = lua_touserdata(L, 1);
  catalog *c = script_of(L)->catalog;
  script_of(L)->budget.steps = RULES_BUDGET; /* they run for every model */
  push_view(L, schema_of("model"), call->model);
  push_host(L);
  while (call->next < c->rules.count) {
    call->current = &c->rules.at[call->next++];
    if ((call->wrong = call->current->broken)) return 0;
    script_of(L)->looked = false;
    script_of(L)->made = NULL;
    push_ref(L, call->current->function);
    lua_pushvalue(L, 2);
    lua_pushvalue(L, 3);
    lua_call(L, 2, 2);
    const rule_value *a = take_result(L);
    if (script_of(L)->made) call->current->made = script_of(L)->made;
    call->current->returned = call->current->returned || a;
    if (a && !(a->refusal && script_of(L)->looked)) {
      *call->out = (choice){ call->current, call->current->name, a->refusal, a->address, a->gateway };
      return 0;
    }
    lua_pop(L, 2);
  }
  return 0;
}

/* It makes results, and not one of all calls returned one: `return` is missing. */
void catalog_check_rules(catalog *c) {
  for (size_t i = 0; i < c->rules.count; i++) {
    const rule *r = &c->rules.at[i];
    if (!r->made || r->returned || r->broken) continue;
    finding_at(c->findings, ROSTER_WARNING, (finding_place){ .at = r->at, .id = r->name, .word = r->made },
               arena_printf(c->arena, "return %s", r->made),
               "rule '%s': calls %s(...) and does not return it, so it decides nothing: write return %s(...)", r->name, r->made, r->made);
  }
}

/* What is not known is nil, which a rule's author finds out here: how to look at it first. */
static const char *with_guard(script *s, const char *wrong) {
  static const char index[] = "attempt to index a nil value (field '";
  const char *nil = strstr(wrong, index);
  if (nil) {
    nil += sizeof index - 1;
    const char *name = arena_bytes(s->arena, nil, strcspn(nil, "'"));
    if (!schema_field(schema_of("model"), name)) return wrong;
    return arena_printf(s->arena, "%s: it is nil where it is not known: write model.%s and model.%s...", wrong, name, name);
  }
  const char *call = strstr(wrong, "attempt to ");
  const char *words = call ? failure_in_words(s, call) : call;
  if (words != call) return arena_printf(s->arena, "%.*s%s", (int)(call - wrong), wrong, words);
  if (!strstr(wrong, "attempt to compare nil with") && !strstr(wrong, "with nil")) return wrong;
  return arena_printf(s->arena,
                      "%s: what is not known is nil: test it first, as in model.context_window and model.context_window > 100 * K", wrong);
}

/* After a rule that failed no later one may decide, except about a listing, of which it read a field that only models have: what it would
 * make of the models in it shows when they are here. */
const char *script_ask_rules(script *s, const model *m, bool listing, choice *out) {
  rules_call call = { .model = m, .out = out };
  const char *wrong = NULL;
  s->watched = listing ? m : NULL;
  do {
    *out = (choice){ 0 };
    call.current = NULL;
    s->looked = false;
    wrong = s->catalog->rules.count ? script_protect(s, ask_rules, &call) : NULL;
    if (wrong && s->budget.exceeded && call.current) call.current->broken = wrong;
    if (!wrong) wrong = call.wrong;
  } while (wrong && s->looked);
  s->watched = NULL;
  if (!wrong) return NULL;
  out->by = call.current;
  return with_guard(s, wrong);
}

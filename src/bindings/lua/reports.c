/* reports: what the library reports: a list under a lock that any thread of the library appends to, and that is emptied into Lua calls on
 * the host's thread. Findings, sources and helpers go to the functions of the options, helpers and new snapshots to those that subscribed.
 */
#include "bindings/lua/module.h"

#include "util/clock.h"
#include "util/platform.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define REPORTS_TYPE "roster.reports"

enum { ON_FINDING = 1, ON_SOURCE, ON_HELPER, SUBSCRIBED, USER_VALUES = SUBSCRIBED, ON_PUBLISHED }; /* SUBSCRIBED: a list of functions */

typedef struct report {
  struct report *next;
  char *where, *what;
  int kind; /* ON_FINDING, ON_SOURCE, ON_HELPER or ON_PUBLISHED */
  uint64_t generation;
  roster_severity severity;
  int line, column, length;
  char *source, *fix; /* NULL: none */
  bool directory, read;
  roster_helper_event event; /* without its texts, which are `where` and `what` */
} report;

/* What has come in, under the lock, since a registry that watches reports at any time; and what is being handed over, Lua's own. */
struct reports {
  pthread_mutex_t lock;
  pthread_cond_t came;
  report *first, **last;
  bool lost;      /* some did not fit into memory */
  bool over;      /* the value was collected: later reports are dropped */
  bool closed;    /* the registry is closed: no function is called any more; Lua's own */
  bool snapshots; /* somebody subscribed, so new snapshots are told */
  bool helpers;   /* the events of helpers are subscribed to; Lua's own, as `taken` */
  report *taken;
};

/* ---- keeping: on a thread of the library's ---- */

static void forget(report *one) {
  free(one->where);
  free(one->what);
  free(one->source);
  free(one->fix);
  free(one);
}

static void keep(reports *r, report given, const char *where, const char *what) {
  report *one = malloc(sizeof *one);
  if (one) {
    *one = given;
    one->where = strdup(where);
    one->what = strdup(what);
    one->source = given.source ? strdup(given.source) : NULL;
    one->fix = given.fix ? strdup(given.fix) : NULL;
  }
  pthread_mutex_lock(&r->lock);
  bool good = one && one->where && one->what && !one->source == !given.source && !one->fix == !given.fix && !r->over;
  if (good) *r->last = one;
  if (good) r->last = &one->next;
  r->lost = r->lost || (!good && !r->over);
  pthread_cond_broadcast(&r->came);
  pthread_mutex_unlock(&r->lock);
  if (one && !good) forget(one);
}

static void keep_finding(void *payload, const roster_finding *f) {
  report given = { .kind = ON_FINDING, .severity = f->severity, .line = f->line, .column = f->column, .length = f->length };
  given.source = (char *)f->source; /* copied, as all texts are */
  given.fix = (char *)f->fix;
  keep(payload, given, f->file, f->message);
}

static void keep_source(void *payload, const roster_source *s) {
  keep(payload, (report){ .kind = ON_SOURCE, .directory = s->directory, .read = s->read }, s->path, s->why);
}

static void keep_event(void *payload, const roster_helper_event *e) {
  keep(payload, (report){ .kind = ON_HELPER, .event = *e }, e->provider_id, e->text);
}

/* Of a host that does not ask for long only the newest is kept. */
static bool replaces(reports *r, uint64_t generation) {
  report *last = r->first;
  while (last && last->next) last = last->next;
  if (!last || last->kind != ON_PUBLISHED) return false;
  last->generation = generation;
  return true;
}

static void keep_published(void *payload, const roster_snapshot *s) {
  reports *r = payload;
  pthread_mutex_lock(&r->lock);
  const bool wanted = r->snapshots && !replaces(r, roster_generation(s));
  pthread_mutex_unlock(&r->lock);
  if (wanted) keep(r, (report){ .kind = ON_PUBLISHED, .generation = roster_generation(s) }, "", "");
}

static void forget_all(report *one) {
  for (report *next; one; one = next) {
    next = one->next;
    forget(one);
  }
}

/* What has come in is taken; what was taken before is forgotten. */
static bool take_all(reports *r) {
  forget_all(r->taken);
  pthread_mutex_lock(&r->lock);
  bool lost = r->lost;
  r->taken = r->first;
  r->first = NULL;
  r->last = &r->first;
  r->lost = false;
  pthread_mutex_unlock(&r->lock);
  return lost;
}

void reports_drop(reports *r) {
  take_all(r);
  forget_all(r->taken);
  r->taken = NULL;
}

/* ---- as Lua values ---- */

static void push_event(lua_State *L, const report *one) {
  const roster_helper_event *e = &one->event;
  lua_createtable(L, 0, 7);
  set_text(L, "kind", roster_helper_event_kind_name(e->kind));
  set_text(L, "provider", one->where);
  set_count(L, "run", (int64_t)e->run);
  set_flag(L, "old", e->old);
  set_flag(L, "error", e->error);
  set_text(L, "text", one->what);
  set_exit_code(L, e->exit_code);
}

void reports_push_finding(lua_State *L, const roster_finding *f) {
  lua_createtable(L, 0, 8);
  set_text(L, "file", f->file);
  set_text(L, "message", f->message);
  set_text(L, "severity", f->severity == ROSTER_ERROR ? "error" : "warning");
  set_count(L, "line", f->line);
  set_count(L, "column", f->column);
  set_count(L, "length", f->length);
  set_text(L, "source", f->source);
  set_text(L, "fix", f->fix);
}

static void push_report(lua_State *L, const report *one) {
  if (one->kind == ON_PUBLISHED) {
    lua_createtable(L, 0, 2);
    set_text(L, "kind", "published");
    set_number(L, "generation", (size_t)one->generation);
    return;
  }
  if (one->kind == ON_HELPER) {
    push_event(L, one);
    return;
  }
  if (one->kind == ON_FINDING) {
    const roster_finding f = { one->severity, one->where, one->line, one->what, one->column, one->length, one->source, one->fix };
    reports_push_finding(L, &f);
    return;
  }
  lua_createtable(L, 0, 4);
  set_text(L, "path", one->where);
  set_text(L, "why", one->what);
  set_flag(L, "directory", one->directory);
  set_flag(L, "read", one->read);
}

void reports_push_findings(lua_State *L, const reports *r) {
  lua_Integer n = 0;
  if (r->lost) luaL_error(L, "not enough memory for the findings");
  lua_newtable(L);
  for (const report *one = r->first; one; one = one->next) {
    if (one->kind != ON_FINDING) continue;
    push_report(L, one);
    lua_rawseti(L, -2, ++n);
  }
}

/* ---- handing over ---- */

enum { FUNCTION, REPORT, IS_SUBSCRIBED, DELIVERY }; /* the parts of one in the list, and how many these are */

/* [-1, +0] the function on top, a report of its own and whether it subscribed join the list below it; nothing for another value. */
static void add_delivery(lua_State *L, const report *one, bool subscribed, lua_Integer *n) {
  if (!lua_isfunction(L, -1)) {
    lua_pop(L, 1);
    return;
  }
  lua_rawseti(L, -2, *n + FUNCTION + 1);
  push_report(L, one);
  lua_rawseti(L, -2, *n + REPORT + 1);
  lua_pushboolean(L, subscribed);
  lua_rawseti(L, -2, *n + IS_SUBSCRIBED + 1);
  *n += DELIVERY;
}

static void add_subscribed(lua_State *L, int at, const report *one, lua_Integer *n) {
  lua_getiuservalue(L, at, SUBSCRIBED);
  const int functions = lua_gettop(L);
  for (lua_Integer i = 1, count = (lua_Integer)lua_rawlen(L, functions); i <= count; i++) {
    lua_pushvalue(L, functions - 1);
    lua_rawgeti(L, functions, i);
    add_delivery(L, one, true, n);
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
}

/* A list of deliveries on top. Returns its length. */
static lua_Integer push_deliveries(lua_State *L, int at, const reports *r) {
  lua_Integer n = 0;
  lua_newtable(L);
  for (const report *one = r->taken; one; one = one->next) {
    if (one->kind <= ON_HELPER) {
      lua_getiuservalue(L, at, one->kind);
      add_delivery(L, one, false, &n);
    }
    if (one->kind >= ON_HELPER) add_subscribed(L, at, one, &n);
  }
  return n;
}

static bool is_subscribed(lua_State *L, int at, int function) {
  bool found = false;
  lua_getiuservalue(L, at, SUBSCRIBED);
  for (lua_Integer i = 1, count = (lua_Integer)lua_rawlen(L, -1); i <= count && !found; i++) {
    lua_rawgeti(L, -1, i);
    found = lua_rawequal(L, -1, function);
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
  return found;
}

/* [-0, +0 or +2, m] the function and the report of a delivery, unless a function called before has ended that: then false. */
static bool push_delivery(lua_State *L, int at, int list, lua_Integer i) {
  const reports *r = lua_touserdata(L, at);
  lua_rawgeti(L, list, i + FUNCTION + 1);
  lua_rawgeti(L, list, i + IS_SUBSCRIBED + 1);
  const bool subscribed = lua_toboolean(L, -1);
  lua_pop(L, 1);
  if (r->closed || (subscribed && !is_subscribed(L, at, lua_gettop(L)))) {
    lua_pop(L, 1);
    return false;
  }
  lua_rawgeti(L, list, i + REPORT + 1);
  return true;
}

/* All is pushed before the first call: a function of the host may use the registry again. */
lua_Integer reports_hand_over(lua_State *L, int at) {
  reports *r = luaL_checkudata(L, at, REPORTS_TYPE);
  bool lost = take_all(r), failed = false;
  lua_Integer n = push_deliveries(L, at, r), calls = 0;
  int list = lua_gettop(L);
  for (lua_Integer i = 0; i < n; i += DELIVERY) {
    if (!push_delivery(L, at, list, i)) continue;
    calls++;
    if (lua_pcall(L, 1, 0, 0) == LUA_OK) continue;
    if (failed) lua_pop(L, 1);
    failed = true; /* the first error stays where it is */
  }
  if (failed) lua_error(L);
  if (lost) luaL_error(L, "not enough memory for the reports");
  lua_settop(L, list - 1);
  return calls;
}

void reports_close(lua_State *L, int at) {
  reports *r = luaL_checkudata(L, at, REPORTS_TYPE);
  r->closed = true;
}

void reports_wait(reports *r, int64_t ms) {
  const int64_t until = now_ms() + ms;
  pthread_mutex_lock(&r->lock);
  while (!r->first && !r->lost && platform_wait(&r->came, &r->lock, until)) continue;
  pthread_mutex_unlock(&r->lock);
}

/* ---- subscribing ---- */

static bool has_function(lua_State *L, int at, int kind) {
  bool has = lua_getiuservalue(L, at, kind) == LUA_TFUNCTION;
  lua_pop(L, 1);
  return has;
}

/* With nobody left, nothing is told any more. */
static bool follow(lua_State *L, int at, roster *r, bool somebody, roster_error *err) {
  reports *to = luaL_checkudata(L, at, REPORTS_TYPE);
  pthread_mutex_lock(&to->lock);
  to->snapshots = somebody;
  pthread_mutex_unlock(&to->lock);
  const bool wanted = somebody || has_function(L, at, ON_HELPER);
  if (to->helpers && !wanted) roster_unsubscribe(r, to);
  if (!to->helpers && wanted && roster_subscribe_helpers(r, keep_event, to, err) != ROSTER_OK) return false;
  to->helpers = wanted;
  return true;
}

bool reports_follow(lua_State *L, int at, roster *r, roster_error *err) { return follow(L, at, r, false, err); }

bool reports_subscribe(lua_State *L, int at, int function, roster *r, roster_error *err) {
  lua_getiuservalue(L, at, SUBSCRIBED);
  lua_pushvalue(L, function);
  lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
  lua_pop(L, 1);
  if (follow(L, at, r, true, err)) return true;
  reports_unsubscribe(L, at, function, r);
  return false;
}

void reports_unsubscribe(lua_State *L, int at, int function, roster *r) {
  lua_Integer left = 0;
  lua_getiuservalue(L, at, SUBSCRIBED);
  lua_newtable(L);
  for (lua_Integer i = 1, count = (lua_Integer)lua_rawlen(L, -2); i <= count; i++) {
    lua_rawgeti(L, -2, i);
    if (lua_rawequal(L, -1, function))
      lua_pop(L, 1);
    else
      lua_rawseti(L, -2, ++left);
  }
  lua_setiuservalue(L, at, SUBSCRIBED);
  lua_pop(L, 1);
  follow(L, at, r, left > 0, NULL);
}

/* ---- the value ---- */

static void take_function(lua_State *L, int at, const char *name, int kind) {
  if (lua_istable(L, at))
    lua_getfield(L, at, name);
  else
    lua_pushnil(L);
  lua_setiuservalue(L, -2, kind);
}

reports *reports_new(lua_State *L, int at) {
  reports *r = lua_newuserdatauv(L, sizeof *r, USER_VALUES);
  *r = (reports){ .last = &r->first };
  pthread_mutex_init(&r->lock, NULL);
  platform_condition_init(&r->came);
  luaL_setmetatable(L, REPORTS_TYPE);
  take_function(L, at, "on_finding", ON_FINDING);
  take_function(L, at, "on_source", ON_SOURCE);
  take_function(L, at, "on_helper", ON_HELPER);
  lua_newtable(L);
  lua_setiuservalue(L, -2, SUBSCRIBED);
  return r;
}

void reports_listen(lua_State *L, int at, bool findings, roster_options *out) {
  out->payload = luaL_checkudata(L, at, REPORTS_TYPE);
  if (findings || has_function(L, at, ON_FINDING)) out->on_finding = keep_finding;
  if (has_function(L, at, ON_SOURCE)) out->on_source = keep_source;
  out->on_published = keep_published;
}

static int reports_collect(lua_State *L) {
  reports *r = luaL_checkudata(L, 1, REPORTS_TYPE);
  pthread_mutex_lock(&r->lock);
  r->over = true; /* the registry may be closed a little later */
  pthread_mutex_unlock(&r->lock);
  reports_drop(r);
  return 0;
}

static const luaL_Reg events[] = {
  { "__gc", reports_collect },
  { NULL, NULL },
};

void reports_register(lua_State *L) { register_type(L, REPORTS_TYPE, NULL, events); }

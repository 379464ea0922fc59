/* module: what the files of the Lua module share, and the only file of it that includes Lua's headers. The module binds roster.h with the
 * same words; of the rest of the project it uses only util. */
#ifndef ROSTER_LUA_MODULE_H
#define ROSTER_LUA_MODULE_H

#include <roster.h>

#include <lauxlib.h>
#include <lua.h>

typedef struct held_snapshot {
  const roster_snapshot *snapshot; /* NULL once closed */
} held_snapshot;

/* [-0, +0, e] the string at `at`; raises for other types and for strings with a NUL byte, of which C would see only the beginning. */
const char *check_text(lua_State *L, int at);
/* [-0, +0, e] the number at `at`, and the whole one; raises for other types. */
lua_Number check_number(lua_State *L, int at);
lua_Integer check_integer(lua_State *L, int at);
/* [-0, +1, m] nil for NULL and for "": what is absent is nil. */
void push_text(lua_State *L, const char *text);
/* [-0, +1, -] nil for 0 and below. */
void push_count(lua_State *L, int64_t count);
/* [-0, +0, m] sets a member of the table on top, as the two above push it. */
void set_text(lua_State *L, const char *name, const char *text);
void set_count(lua_State *L, const char *name, int64_t count);
void set_number(lua_State *L, const char *name, size_t number); /* 0 is a number, not unknown */
void set_flag(lua_State *L, const char *name, bool flag);
/* [-0, +0, m] sets `exit_code`, which may be 0; nothing below that. */
void set_exit_code(lua_State *L, int code);

/* [-0, +2, m] nil and the error as a table; returns 2. */
int push_failure(lua_State *L, const roster_error *err);
/* [-0, +1, m] a value that holds the newest snapshot of r. */
void push_snapshot(lua_State *L, roster *r);
/* [-0, +0, e] the snapshot at `at`; raises for other values, and once it is closed. */
const roster_snapshot *check_snapshot(lua_State *L, int at);
/* In selection.c: methods of a snapshot. */
int snapshot_pick(lua_State *L);
int snapshot_retirements(lua_State *L);
int snapshot_require_role(lua_State *L);
int snapshot_roles(lua_State *L);
/* [-0, +1, m] nil for NULL. `snapshot` is the index of the snapshot value, which the model keeps alive. */
void push_model(lua_State *L, const roster_model *m, int snapshot);
/* [-0, +1, e] an object in JSON as a table. */
void push_extra(lua_State *L, const char *json);

/* In price.c. [-0, +1, m] each; the first is nil where nothing is known. */
void push_price(lua_State *L, const roster_model *m);
void push_price_tiers(lua_State *L, const roster_model *m);
void push_price_changes(lua_State *L, const roster_model *m);
/* [-0, +1 or +2, e] what the tokens of the table at `usage` cost: { input, cached, cache_write, output, on }; or nil and the error. */
int push_cost(lua_State *L, const roster_model *m, int usage);

/* [-0, +0, e] the model at `at`; raises for other values, and once its snapshot is closed. */
const roster_model *check_model(lua_State *L, int at);

/* [-0, +1, m] " (did you mean 'word'?)", or "" when no word is near. The words are the first members of `count` records of `stride` bytes
 * each. */
const char *push_suggestion(lua_State *L, const char *wrong, const void *words, size_t count, size_t stride);

/* [-0, +?, e] reads the table of options at `at` (nil means the defaults). What `out` borrows stays on the stack, in Lua values. Raises for
 * unknown keys and wrong types. */
void options_read(lua_State *L, int at, roster_options *out);

/* Findings, sources and what happens to credential helpers. The library reports them on its own threads, also between calls while it
 * watches; they are kept in C until a call of the host's has returned, and reach its Lua functions on its own thread. No Lua function ever
 * runs on another one. */
typedef struct reports reports;

/* [-0, +1, m] nothing reported yet. The functions are those of the options table at `at`, which may be nil. */
reports *reports_new(lua_State *L, int at);
/* [-0, +0, e] makes the library report to the reports at `at` what the host's functions wait for, and all findings if `findings`. */
void reports_listen(lua_State *L, int at, bool findings, roster_options *out);
/* [-0, +0, e] the same for the events of helpers, once the registry is open. False, and err filled, when out of memory. */
bool reports_follow(lua_State *L, int at, roster *r, roster_error *err);
/* [-0, +1, m] one finding. */
void reports_push_finding(lua_State *L, const roster_finding *f);
/* [-0, +1, e] the list of findings. */
void reports_push_findings(lua_State *L, const reports *r);
void reports_drop(reports *r);
/* [-0, +0, e] empties the reports at `at` and hands them to the host's functions, in order. An error of one is raised when all were
 * handed over. Returns how many calls that were. */
lua_Integer reports_hand_over(lua_State *L, int at);
/* [-0, +0, e] no function of the host is called any more with what the reports at `at` get. */
void reports_close(lua_State *L, int at);
/* [-0, +0, -] waits so long for a report. */
void reports_wait(reports *r, int64_t ms);
/* [-0, +0, m] the function at `function` is called for each new snapshot and each event of a helper, until it is unsubscribed. False, and
 * err filled, when out of memory. */
bool reports_subscribe(lua_State *L, int at, int function, roster *r, roster_error *err);
void reports_unsubscribe(lua_State *L, int at, int function, roster *r);

/* [-0, +0, m] makes a metatable: methods (NULL for none) are found by __index, events are its own. */
void register_type(lua_State *L, const char *type, const luaL_Reg *methods, const luaL_Reg *events);

/* A string that the library allocated, so that it is freed also when Lua runs out of memory or a function of the host raises. */
#define STRING_TYPE "roster.string"

typedef struct held_string {
  char *text;
} held_string;
held_string *push_string_holder(lua_State *L);  /* [-0, +1, m] */
int push_held(lua_State *L, held_string *held); /* [-0, +1, m] the string, which is freed; 1 */

void registry_register(lua_State *L);
void reports_register(lua_State *L);
void snapshot_register(lua_State *L);
void model_register(lua_State *L);

int registry_open(lua_State *L);
int registry_lint(lua_State *L);
int module_merged_definitions(lua_State *L); /* in merged.c */
int module_meta(lua_State *L);
int module_json_schema(lua_State *L);

/* In documents.c: methods of a snapshot that give JSON. */
int snapshot_json(lua_State *L);
int snapshot_document(lua_State *L);
int snapshot_explain(lua_State *L);
int snapshot_request_json(lua_State *L);
int snapshot_model_json(lua_State *L);
int snapshot_resolve_json(lua_State *L);
int snapshot_providers_json(lua_State *L);
int snapshot_retirements_json(lua_State *L);
int snapshot_changes(lua_State *L);

/* ---- sources.c ---- */

/* What came of each look, kept until the call is over: it is told on a thread of the library's. */
typedef struct told_looks {
  roster_source_update at[64];
  char texts[64][3][400];
  size_t count;
} told_looks;

void push_sources(lua_State *L, const roster_snapshot *s); /* [-0, +1] */
void keep_look(void *payload, const roster_source_update *u);
void push_looks(lua_State *L, const told_looks *all); /* [-0, +1] */

#endif

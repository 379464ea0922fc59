/* module: what the files of the Lua module share. It binds roster.h with the same words and includes nothing else of the project. */
#ifndef ROSTER_LUA_MODULE_H
#define ROSTER_LUA_MODULE_H

#include <roster.h>

#include <lauxlib.h>
#include <lua.h>

typedef struct held_snapshot {
  const roster_snapshot *snapshot; /* NULL once closed */
} held_snapshot;

/* [-0, +0, e] the text at `at`; raises for other types and for texts that C would see only the beginning of. */
const char *check_text(lua_State *L, int at);
/* [-0, +1, m] nil for NULL and for "": what is absent is nil. */
void push_text(lua_State *L, const char *text);
/* [-0, +1, -] nil for 0 and below. */
void push_count(lua_State *L, int64_t count);
/* [-0, +0, m] sets a member of the table on top, as the two above push it. */
void set_text(lua_State *L, const char *name, const char *text);
void set_count(lua_State *L, const char *name, int64_t count);
void set_flag(lua_State *L, const char *name, bool flag);

/* [-0, +2, m] nil and the error as a table; answers 2. */
int push_failure(lua_State *L, const roster_error *err);
/* [-0, +1, m] a value that holds the newest snapshot of r. */
void push_snapshot(lua_State *L, roster *r);
/* [-0, +1, m] nil for NULL. `snapshot` is where the snapshot value stands; the model keeps it alive. */
void push_model(lua_State *L, const roster_model *m, int snapshot);

/* [-0, +0, e] the model at `at`; raises for other values, and once its snapshot is closed. */
const roster_model *check_model(lua_State *L, int at);

/* [-0, +0, m] makes a metatable: methods (NULL for none) are found by __index, events are its own. */
void register_type(lua_State *L, const char *type, const luaL_Reg *methods, const luaL_Reg *events);

void registry_register(lua_State *L);
void reports_register(lua_State *L);
void snapshot_register(lua_State *L);
void model_register(lua_State *L);

int registry_open(lua_State *L);
int registry_lint(lua_State *L);

#endif

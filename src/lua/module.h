/* module: what the files of the Lua module share. It binds roster.h with the same words and includes nothing else of the project. */
#ifndef ROSTER_LUA_MODULE_H
#define ROSTER_LUA_MODULE_H

#include <roster.h>

#include <lauxlib.h>
#include <lua.h>

#define REGISTRY_TYPE "roster.registry"
#define SNAPSHOT_TYPE "roster.snapshot"
#define MODEL_TYPE    "roster.model"

typedef struct held_snapshot {
  const roster_snapshot *snapshot; /* NULL once closed */
} held_snapshot;

typedef struct held_model {
  const roster_model *model; /* borrowed from the snapshot in the first user value */
} held_model;

/* [-0, +2] nil and the error as a table; answers 2. */
int push_failure(lua_State *L, const roster_error *err);
/* [-0, +1] a new snapshot value that holds s from here on. */
void push_snapshot(lua_State *L, const roster_snapshot *s);
/* [-0, +1] nil for NULL. `snapshot` is where the snapshot value stands. */
void push_model(lua_State *L, const roster_model *m, int snapshot);

void registry_register(lua_State *L); /* [-0, +0] */
void snapshot_register(lua_State *L);
void model_register(lua_State *L);
int registry_open(lua_State *L);
int registry_lint(lua_State *L);

/* Makes a metatable: methods are found by __index, `events` are its own. [-0, +0] */
void register_type(lua_State *L, const char *type, const luaL_Reg *methods, const luaL_Reg *events);

#endif

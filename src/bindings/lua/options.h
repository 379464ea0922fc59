/* options: a Lua table of options as roster_options. What it points to lives in the Lua values that it keeps on the stack. */
#ifndef ROSTER_LUA_OPTIONS_H
#define ROSTER_LUA_OPTIONS_H

#include "bindings/lua/module.h"

/* Reads the table at `at` (nil means the defaults) and leaves values on the stack that `out` borrows from. Raises for unknown keys and
 * wrong types. */
void options_read(lua_State *L, int at, roster_options *out);

#endif

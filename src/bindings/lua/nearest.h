/* nearest: the known word that a misspelt one was meant to be. */
#ifndef ROSTER_LUA_NEAREST_H
#define ROSTER_LUA_NEAREST_H

#include <lua.h>

#include <stddef.h>

/* [-0, +1, m] " (did you mean 'word'?)", or "" when no word is near. The words are the first members of `count` records of `stride`
 * bytes each. */
const char *push_nearest(lua_State *L, const char *wrong, const void *words, size_t count, size_t stride);

#endif

/* compiled: what Lua's compiler made of the shipped files, kept for the next load of this process. Text of anybody else never comes here:
 * only text is checked by the compiler. Private to the script layer. */
#ifndef ROSTER_DEFINITIONS_COMPILED_H
#define ROSTER_DEFINITIONS_COMPILED_H

#include "library/definitions/shipped.h"
#include "library/definitions/state.h"

bool compiled_push(lua_State *L, const shipped_file *f); /* [-0, +1], or [-0, +0] and false while nothing is kept */
void compiled_keep(lua_State *L, const shipped_file *f); /* [-0, +0] the function on top; without memory nothing is kept */

#endif

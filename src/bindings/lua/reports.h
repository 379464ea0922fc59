/* reports: findings and sources. The library tells them on threads of its own, also between calls when it watches; they are kept in C until
 * a call of the host's has returned, and reach its Lua functions on its own thread. No Lua function ever runs on another one. */
#ifndef ROSTER_LUA_REPORTS_H
#define ROSTER_LUA_REPORTS_H

#include "bindings/lua/module.h"

typedef struct reports reports;

/* [-0, +1, m] nothing reported yet. The functions are those of the options table at `at`, which may be nil. */
reports *reports_new(lua_State *L, int at);
/* [-0, +0, e] makes the library report to the reports at `at` what the host's functions wait for, and all findings if `findings`. */
void reports_listen(lua_State *L, int at, bool findings, roster_options *out);
/* [-0, +1, e] the list of findings. */
void reports_push_findings(lua_State *L, const reports *r);
void reports_drop(reports *r);
/* [-0, +0, e] empties the reports at `at` and hands them to the host's functions, in order. An error of one is raised when all were
 * handed over. */
void reports_hand_over(lua_State *L, int at);

#endif

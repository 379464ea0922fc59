/* fail_at: see fail_at.c. For C tests that link it. */
#ifndef ROSTER_SPEC_FAIL_AT_H
#define ROSTER_SPEC_FAIL_AT_H

#include <stdbool.h>

/* From now on the n-th call of these classes fails, and with `for_ever` all that follow it; with 0 none does. `how` is as FAIL_WITH, or
 * NULL. With no class everything is as it was. */
void fail_at(const char *classes, long n, bool for_ever, const char *how);
/* How many calls of the classes there were since. */
long fail_at_calls(void);

#endif

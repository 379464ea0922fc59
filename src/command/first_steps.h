/* first_steps: what somebody sees who has set no key yet. */
#ifndef ROSTER_COMMAND_FIRST_STEPS_H
#define ROSTER_COMMAND_FIRST_STEPS_H

#include "roster.h"

#include <stdbool.h>

/* No provider has a key, and none works without one. */
bool first_steps_wanted(const roster_snapshot *s);
void first_steps_write(const roster_snapshot *s);

#endif

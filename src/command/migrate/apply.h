/* apply: a plan becomes what the database says, and the log says so. */
#ifndef ROSTER_COMMAND_MIGRATE_APPLY_H
#define ROSTER_COMMAND_MIGRATE_APPLY_H

#include "command/migrate/summary.h"

/* Within one transaction, in which the plan is made again; the copy from before stays. */
bool apply_plan(plan *p, database *d, const renames *s, done *out);

#endif

/* apply: does what a plan says, all of it or nothing. */
#ifndef ROSTER_COMMAND_MIGRATE_APPLY_H
#define ROSTER_COMMAND_MIGRATE_APPLY_H

#include "command/migrate/report.h"

/* Copies the database beside it, checks the copy, changes the rows and logs it, in one transaction. The plan is made anew within it. */
bool apply_plan(plan *p, database *d, const roster_snapshot *s, done *out);

#endif

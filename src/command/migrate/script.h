/* script: the same migration as plain SQL, for `sqlite3 FILE < ...`: one transaction, exact matches, nothing the second time. */
#ifndef ROSTER_COMMAND_MIGRATE_SCRIPT_H
#define ROSTER_COMMAND_MIGRATE_SCRIPT_H

#include "command/migrate/plan.h"

void script_write(const plan *p, const roster_snapshot *s);

#endif

/* transaction: all of a migration or nothing: applying a plan, and undoing the last one. Each leaves its log in a table of the database. */
#ifndef ROSTER_COMMAND_MIGRATE_TRANSACTION_H
#define ROSTER_COMMAND_MIGRATE_TRANSACTION_H

#include "command/migrate/database.h"
#include "command/migrate/summary.h"

/* Copies the database, checks the copy, changes the rows and logs it, in one transaction, in which the plan is made again. */
bool apply_plan(plan *p, database *d, const renames *s, done *out);

/* Restores the rows of the last migration that was not undone from its copy, except those that were changed since. */
bool undo_last(database *d, done *out);

#endif

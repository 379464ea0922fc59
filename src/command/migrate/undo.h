/* undo: takes the last migration back, from the copy that it made. */
#ifndef ROSTER_COMMAND_MIGRATE_UNDO_H
#define ROSTER_COMMAND_MIGRATE_UNDO_H

#include "command/migrate/summary.h"

/* Restores the rows of the last migration that was not undone from its copy, except those that were changed since. */
bool undo_last(database *d, done *out);

#endif

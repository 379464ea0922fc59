/* undo: takes the last migration back. */
#ifndef ROSTER_COMMAND_MIGRATE_UNDO_H
#define ROSTER_COMMAND_MIGRATE_UNDO_H

#include "command/migrate/report.h"

/* Brings back the rows of the last migration that was not undone, from its copy, where nobody changed them since. */
bool undo_last(database *d, done *out);

#endif

/* migrate: the verb `migrate`: stored model ids of an SQLite file, from what they were to what they mean now. A library of its own, opened
 * at first use, so that no other verb pays for SQLite. */
#ifndef ROSTER_COMMAND_MIGRATE_MIGRATE_H
#define ROSTER_COMMAND_MIGRATE_MIGRATE_H

#include "command/shared/options.h"

/* Answers the exit code. */
int migrate_main(const options *o);

#endif

/* transaction: all of a migration or nothing, and what it leaves behind: a log, which is a table of the database itself. */
#ifndef ROSTER_COMMAND_MIGRATE_TRANSACTION_H
#define ROSTER_COMMAND_MIGRATE_TRANSACTION_H

#include "command/migrate/database.h"

#define LOG "_roster_migrations"

bool transaction_begin(database *d);   /* takes the right to write */
bool transaction_give_up(database *d); /* false in any case */
/* How many foreign keys lead nowhere. */
bool transaction_violations(database *d, int64_t *out);
/* Refuses when there are more of those than before. */
bool transaction_commit(database *d, int64_t violations_before);

#endif

/* renaming: the SQL functions that turn former ids into current ones, and count them. Inside JSON the ids are the values of members whose
 * name contains "model"; the rest of the text stays as it is, byte for byte. */
#ifndef ROSTER_COMMAND_MIGRATE_RENAMING_H
#define ROSTER_COMMAND_MIGRATE_RENAMING_H

#include "command/migrate/database.h"
#include "command/migrate/renames.h"

typedef struct renaming renaming;

/* Gives the connection its functions: roster_is_renamed(value), roster_rename(id), roster_renamed(value), which gives what is not renamed
 * as it is, roster_rename_json(text), and roster_json_renames(text), which counts the ids that the one before it would rename. d->renaming
 * is the connection's, and empty. */
bool renaming_install(database *d);
void renaming_add(renaming *r, const char *from, const char *to);
/* Installs it with all of these, in their order. */
bool renaming_install_all(database *d, const renames *s);

/* How many values held the i-th of the renames that were added, since the last renaming_reset. */
int64_t renaming_used(const renaming *r, size_t i);
void renaming_reset(renaming *r);
/* How many values were renamed in all. */
int64_t renaming_values(const renaming *r);

/* Within a function that SQL calls: the statement fails for want of memory, and this does not return. */
void renaming_give_up(void);

#endif

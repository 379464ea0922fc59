/* backup: a complete copy of a database next to it, made by SQLite's backup API and checked before it is relied on. */
#ifndef ROSTER_COMMAND_MIGRATE_BACKUP_H
#define ROSTER_COMMAND_MIGRATE_BACKUP_H

#include "command/migrate/database.h"

#include <pthread.h>

/* A copy and its check, on a thread of its own while the rows are written. A database with a write-ahead log can be copied there too, since
 * what is not committed is not seen; another is copied first, since its writer waits for its readers. */
typedef struct backup {
  char final[4000], part[4000];
  const char *file;
  struct meter *meter;
  roster_error err;
  pthread_t thread;
  pthread_mutex_t lock; /* of the next two */
  pthread_cond_t moved;
  bool copied, ended; /* `part` is complete, if not checked yet; the thread is done */
  bool good;
} backup;

/* `writer` has a transaction that has written nothing yet: the copy is what it begins with, and is FILE.KIND-TIME.
 * True when the check is running. */
bool backup_begin(backup *b, database *writer, const char *kind);
/* Waits for the copy, and not for its check; whether there is one. */
bool backup_wait(backup *b);
/* Waits for the check and gives the copy its name, or removes it when it is not sound. */
bool backup_end(backup *b, database *writer);

#endif

/* database: an SQLite file, opened so that nothing waits forever and every error says what, where and why. */
#ifndef ROSTER_COMMAND_MIGRATE_DATABASE_H
#define ROSTER_COMMAND_MIGRATE_DATABASE_H

#include "roster.h"
#include "util/strbuf.h"

#include <sqlite3.h>

enum { BUSY_MOST_MS = 30 * 1000, CACHE_KIB = 64 * 1024, PASSING_KIB = 1024 };

typedef struct database {
  sqlite3 *handle;
  struct renaming *renaming; /* the connection's, once it was given one */
  struct meter *meter;       /* shows progress; may be NULL */
  bool changes;              /* the rows that are renamed here are changed here */
  const char *file;
  roster_error *err; /* filled by whatever fails */
} database;

/* `wait_ms` is how long to wait for another writer; 0: BUSY_MOST_MS. */
bool database_open(database *d, const char *file, bool writable, long wait_ms, roster_error *err);
/* Each page will be used once, so hardly any are kept. */
bool database_passes_once(database *d);
/* Read without copies of its pages. Only for a file that is this program's own: the process ends where another one shortens it. */
bool database_map(database *d);
void database_close(database *d);
/* With what is under way on it: a transaction is taken back, which needs no memory. Not from within a function that SQL calls. */
void database_abandon(database *d);

/* Whether integrity_check finds nothing; `what` names it otherwise. */
bool database_is_sound(database *d, const char *schema, const char *what);
/* By which name a row's number is known; NULL where columns have taken all of them, or rows have none. `also` is a second schema in
 * which the name must mean that, or NULL. */
const char *database_rowid_name(database *d, const char *table, const char *also);

/* Whether a key or a number tells the table's rows apart, so that they are known again later. */
bool database_rows_differ(database *d, const char *table, bool *out);

/* Formats as sqlite3_mprintf does: %Q is a string, %w part of a quoted name. Each fills err on failure. */
bool database_run(database *d, const char *format, ...);
sqlite3_stmt *database_query(database *d, const char *format, ...); /* the caller finalizes; NULL on failure */
/* True while there is a row; *failed when it ended for another reason than having no more rows. */
bool database_step(database *d, sqlite3_stmt *s, bool *failed);
void database_add_sql(strbuf *p, const char *format, ...); /* only formats */
bool database_number(database *d, int64_t *out, const char *format, ...);
bool database_fail_sqlite(database *d); /* in SQLite's words, for what it did last */
bool database_fail(database *d, roster_status status, const char *hint, const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif

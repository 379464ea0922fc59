/* refusal: the words for a database that is not what it was to be: which table, which row, what was expected and found, whose doing it may
 * be, and what to do next. */
#ifndef ROSTER_COMMAND_MIGRATE_REFUSAL_H
#define ROSTER_COMMAND_MIGRATE_REFUSAL_H

#include "command/migrate/belief.h"

/* A row as it is read back: its number and key, then its columns. */
typedef struct row_place {
  const char *table, *rowid; /* rowid: NULL where rows have none; it is the first of the statement */
  char *const *columns;
  const size_t *keys; /* of the columns, where there is no rowid */
  size_t key_count;
  int64_t at; /* which row of the table it is, from 1 */
} row_place;

enum { ROW_NUMBER = 0, FIRST_COLUMN = 1 };

/* All return false. `row` and `found` are statements on the row. */
bool refuse_cell(belief *b, const row_place *p, size_t column, sqlite3_stmt *row, sqlite3_stmt *found);
bool refuse_gone(belief *b, const row_place *p, sqlite3_stmt *row);
bool refuse_added(belief *b, const row_place *p, int64_t count, const char *which);
void add_row_name(strbuf *out, const row_place *p, sqlite3_stmt *row);
/* Whatever SQLite said of an UPDATE: adds the triggers that may be behind it. */
bool refuse_update(database *d, const change *c);

#endif

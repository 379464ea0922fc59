/* belief: what a transaction has made of a database, read back before it is committed: every row of every table is compared with a copy
 * from before, so that nothing is taken on a statement's word. */
#ifndef ROSTER_COMMAND_MIGRATE_BELIEF_H
#define ROSTER_COMMAND_MIGRATE_BELIEF_H

#include "command/migrate/database.h"

/* What becomes of a column that holds ids. */
typedef struct change {
  const char *table, *column;
  char *value, *condition; /* for the UPDATE, as SQL over a row; NULL: all of them stay as they are */
  char *expected;          /* what each row has after it, as SQL over the copy */
  int64_t said, rows;      /* that the statement changed, as SQLite says; that were read back */
} change;

/* What triggers did of their own, and may do. */
typedef struct touched {
  char *table, *column; /* column: NULL where rows were added */
  int64_t rows;
} touched;

typedef struct belief {
  database *now, *before; /* the transaction, and the copy; both know what the changes call */
  change *changes;
  size_t change_count;
  const char *log; /* a table that belongs to the migration */
  int64_t logged;  /* rows that it must have gained */
  bool triggers;   /* some of the tables that change have any */
  touched *touched;
  size_t touched_count;
  struct row_stream *stream; /* while it is compared */
} belief;

/* Refuses whatever is neither planned nor a trigger's: see DESIGN.md, "Stored ids in databases". */
bool belief_holds(belief *b); /* the caller frees what was touched, with done_free */

#endif

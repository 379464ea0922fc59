/* row_stream: whether two statements give the same rows in the same order, value for value. Each is stepped through by a thread of its own.
 */
#ifndef ROSTER_COMMAND_MIGRATE_ROW_STREAM_H
#define ROSTER_COMMAND_MIGRATE_ROW_STREAM_H

#include "command/migrate/database.h"

enum { MOST_STREAMED = 64 }; /* values in a row, with those that are only counted */

typedef struct streamed {
  size_t width;                   /* values that are compared */
  size_t watched_count;           /* further values of the expected rows: what was there */
  size_t watched[MOST_STREAMED];  /* for each, which of the compared ones it may differ from */
  int64_t changed[MOST_STREAMED]; /* for each, in how many rows it does */
} streamed;

/* A SELECT whose rows are compared is `SELECT 1 FROM table WHERE roster_row(value, ...)`. */
#define ROW_FUNCTION "roster_row"

typedef struct row_stream row_stream;

/* For connections that share nothing. NULL where that cannot be. */
row_stream *row_stream_open(database *before, database *now);
void row_stream_close(row_stream *r); /* before the connections */
/* Whether they are equal; `counts` means nothing where not. False also where that could not be found out. *failed: and the connection `now`
 * is no use any more, which is reported: SQLite takes a transaction back when memory or a disk fails. */
bool row_stream_equal(row_stream *r, streamed *counts, const char *expected, const char *found, bool *failed);

#endif

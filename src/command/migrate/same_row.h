/* same_row: which row of the copy that a migration made is which row of the database now. */
#ifndef ROSTER_COMMAND_MIGRATE_SAME_ROW_H
#define ROSTER_COMMAND_MIGRATE_SAME_ROW_H

#include "command/migrate/database.h"

/* A rename of one column, as the log has it. */
typedef struct entry {
  char *table, *column, *from, *to;
  bool json;
  int64_t rows;
} entry;

/* A migration: its entries are sorted by table and column. */
typedef struct past {
  entry *at;
  size_t count;
  char time[64], copy[4096];
  int64_t was; /* rows that were changed */
} past;

/* How many entries from this one on are of the same column. */
size_t past_together(const past *p, size_t at);
/* True of a row of the copy, `b`, that they renamed. */
void past_add_held(const past *p, size_t at, size_t count, strbuf *out);
/* After "CASE WHEN held": true where it was renamed to what the row of now has. */
void past_add_renamed(const entry *e, strbuf *out);

/* True of the row of the copy, `b`, that is the row of now, `main."table"`. The copy is attached as `before`. */
bool same_row(database *d, const past *p, const char *table, strbuf *out);

#endif

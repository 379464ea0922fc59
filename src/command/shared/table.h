/* table: rows in columns, one line for each row. On a terminal what is too wide is made to fit: columns that may shrink are cut with an
 * ellipsis, then whole columns are left out, the least important first; a first cell is never cut, and one that leaves no room for the rest
 * has a line to itself. Where stdout is not a terminal nothing is cut or left out, and an empty cell before the last one is "-", so that
 * cut, awk and grep find each column at its place. It knows no models. */
#ifndef ROSTER_SHARED_TABLE_H
#define ROSTER_SHARED_TABLE_H

#include "command/shared/terminal.h"

typedef struct column {
  const char *title;
  bool right;   /* numbers */
  bool shrinks; /* may be cut, when the table is too wide */
  int rank;     /* when it is left out: the highest first; 0: never */
} column;

typedef struct cell {
  char *text;
  hue hue;
} cell;

typedef struct table {
  const column *columns;
  size_t column_count;
  cell *cells;
  size_t cell_count, cell_room;
} table;

void table_begin(table *t, const column *columns, size_t count);
/* The next cell, row by row. Copied. */
void table_cell(table *t, hue h, const char *text);
/* Prints the table and frees it; table_free only frees it. */
void table_end(table *t);
void table_free(table *t);

#endif

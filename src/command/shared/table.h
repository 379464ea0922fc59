/* table: rows in columns that fit the terminal. Nothing is cut off: columns that may wrap break into lines; a first cell that leaves no
 * room for the rest, and a last one without spaces that does not fit, get a line to themselves. It knows no models. */
#ifndef ROSTER_SHARED_TABLE_H
#define ROSTER_SHARED_TABLE_H

#include "command/shared/terminal.h"

typedef struct column {
  const char *title;
  bool right; /* numbers */
  bool wraps; /* into lines, when the table is too wide */
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
/* Prints the table and frees it. */
void table_end(table *t);

#endif

/* table: rows in columns that keep within the terminal. Nothing is cut: a column that gives way breaks into lines; a first cell
 * that leaves no room for the rest, and a last one without blanks that does not fit, stand on a line of their own. It knows no models. */
#ifndef ROSTER_SHARED_TABLE_H
#define ROSTER_SHARED_TABLE_H

#include "command/shared/terminal.h"

typedef struct column {
  const char *title;
  bool right; /* numbers */
  bool gives; /* breaks into lines when the table is too wide */
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
/* Writes it all and frees it. */
void table_end(table *t);

#endif

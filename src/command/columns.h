/* columns: what can be shown of a model in a table and sorted by, by name: those of the usual tables, and every field of a model. */
#ifndef ROSTER_COMMAND_COLUMNS_H
#define ROSTER_COMMAND_COLUMNS_H

#include "command/shared/arguments.h"
#include "command/shared/table.h"

enum { MOST_SHOWN = 32 };

typedef struct model_columns {
  column columns[MOST_SHOWN];
  int at[MOST_SHOWN]; /* which ones they are */
  char titles[MOST_SHOWN][32];
  size_t count;
} model_columns;

/* Takes names, separated by commas. Returns 0, or the exit code after printing what is wrong. */
int columns_read(model_columns *c, const arguments *o, const char *names);
void columns_row(const model_columns *c, table *t, const roster_snapshot *s, const roster_model *m);
void columns_write_help(void);

/* Sorts by the key of o->sort ("price", "-price", "price:desc"); what is unknown comes last. Returns 0, or the exit code after printing
 * what is wrong; nothing is wrong with a key that was accepted once. `s` may be NULL with no models: only the key is looked at. */
int columns_sort(const roster_model **models, size_t count, const roster_snapshot *s, const arguments *o);

/* Names for completions; NULL past the end. */
const char *columns_name_at(size_t index);

#endif

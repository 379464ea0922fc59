/* summary: what a migration would do or did, for people and as JSON, and while it runs one line on stderr that shows how far it is. */
#ifndef ROSTER_COMMAND_MIGRATE_SUMMARY_H
#define ROSTER_COMMAND_MIGRATE_SUMMARY_H

#include "command/migrate/belief.h"
#include "command/migrate/plan.h"
#include "command/shared/terminal.h"

#include <pthread.h>

/* Called from two threads: the one that copies and checks, and the one that changes rows. */
typedef struct meter {
  pthread_mutex_t lock;
  progress line;
  int64_t begun_ms, rows;
  int copied; /* per cent */
} meter;

void meter_begin(meter *m);
/* The meter moves with whatever this connection does; the rows are counted by its renaming. */
void meter_watch(meter *m, database *d);
void meter_copied(meter *m, int left, int total); /* pages */
void meter_end(meter *m);

typedef struct done {
  bool applied, undone;
  bool final;        /* applied, and --undo would refuse */
  char backup[4096]; /* "" when none was made */
  int64_t rows;      /* changed, or brought back */
  int64_t kept;      /* undo: changed since, and left alone */
  int64_t added;     /* undo: rows that were not there before the migration */
  touched *touched;  /* by triggers; freed by done_free */
  size_t touched_count;
} done;

void done_free(done *d);

void summary_write_text(const plan *p, const arguments *o, const done *what);
void summary_write_json(const plan *p, const arguments *o, const done *what);

#endif

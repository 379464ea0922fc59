/* report: what a migration would do or did, for people and as JSON, and while it runs one line on stderr that shows how far it is. */
#ifndef ROSTER_COMMAND_MIGRATE_REPORT_H
#define ROSTER_COMMAND_MIGRATE_REPORT_H

#include "command/migrate/database.h"
#include "command/migrate/plan.h"
#include "command/shared/terminal.h"

#include <pthread.h>

/* Two threads report to it: the one that copies and checks, and the one that changes rows. */
typedef struct meter {
  pthread_mutex_t lock;
  progress line;
  int64_t begun_ms, rows;
  int copied; /* per cent */
} meter;

void meter_begin(meter *m);
/* Lets whatever this connection does move the meter; its renaming tells the rows. */
void meter_watch(meter *m, database *d);
void meter_copied(meter *m, int left, int total); /* pages */
void meter_end(meter *m);

typedef struct done {
  bool applied, undone;
  char backup[4096]; /* "" when none was made */
  int64_t rows;      /* changed, or brought back */
  int64_t kept;      /* undo: changed by somebody since, and left */
} done;

void report_text(const plan *p, const arguments *o, const done *what);
void report_json(const plan *p, const arguments *o, const done *what);

#endif

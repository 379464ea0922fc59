/* meter: one line on stderr that says how far a long migration is. Silent unless stderr is a terminal, and for the first moment. */
#ifndef ROSTER_COMMAND_MIGRATE_METER_H
#define ROSTER_COMMAND_MIGRATE_METER_H

#include "command/migrate/database.h"

#include "command/shared/progress.h"

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

#endif

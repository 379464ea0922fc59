/* progress: one line on stderr that says how far a validation is. Silent unless stderr is a terminal. */
#ifndef ROSTER_COMMAND_PROGRESS_H
#define ROSTER_COMMAND_PROGRESS_H

#include "roster.h"

typedef struct progress {
  bool on, shown;
  int64_t last_ms;
} progress;

void progress_begin(progress *p);
void progress_take(progress *p, const roster_progress *at); /* called on the library's thread while the caller waits */
void progress_end(progress *p);

#endif

/* progress: one line on stderr that says how far something is. Silent unless stderr is a terminal. */
#ifndef ROSTER_SHARED_PROGRESS_H
#define ROSTER_SHARED_PROGRESS_H

#include "roster.h"

typedef struct progress {
  bool on, shown;
  int64_t last_ms;
} progress;

void progress_open(progress *p);
/* Opened, for a validation. */
void progress_begin(progress *p);
void progress_say(progress *p, const char *text); /* not every one is drawn, where they come fast */
int64_t progress_now_ms(void);
void progress_take(progress *p, const roster_progress *at); /* called on the library's thread while the caller waits */
void progress_end(progress *p);

#endif

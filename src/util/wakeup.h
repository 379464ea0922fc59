/* wakeup: wakes a thread that sleeps in poll, from any thread, or from the handler of a signal. An eventfd, or a pipe where there is none.
 * To be woken several times before looking is to be woken once. */
#ifndef ROSTER_UTIL_WAKEUP_H
#define ROSTER_UTIL_WAKEUP_H

#include <stdbool.h>

typedef struct wakeup {
  int fd; /* readable once woken, until the wake-up is taken or eight bytes are read; non-blocking, close-on-exec; -1: not open */
  int to; /* what is written to: another one if it is a pipe */
} wakeup;

bool wakeup_open(wakeup *w); /* false with errno */
void wakeup_raise(const wakeup *w);
void wakeup_take(const wakeup *w);
void wakeup_close(wakeup *w);

#endif

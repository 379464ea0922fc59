/* worker: runs one function on a new thread with a large stack and the C locale, which takes no signals: Lua needs a stack that hosts may
 * not have, and a locale that hosts may have changed. */
#ifndef ROSTER_UTIL_WORKER_H
#define ROSTER_UTIL_WORKER_H

#include <pthread.h>
#include <stdbool.h>

/* Must not move until it is joined. */
typedef struct worker {
  pthread_t thread;
  void (*function)(void *argument);
  void *argument;
} worker;

/* Each returns false with errno when no thread could be created: ENOMEM means memory, and EAGAIN a limit on threads. */
bool worker_start(worker *w, void (*function)(void *argument), void *argument);
void worker_join(worker *w);
/* Starts it and waits until it ends. */
bool worker_run(void (*function)(void *argument), void *argument);

#endif

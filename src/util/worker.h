/* worker: runs one function on a thread of roster's own. Lua wants a stack that hosts may not have, and a locale
 * that hosts may have changed; this thread has both, and takes no signals. */
#ifndef ROSTER_UTIL_WORKER_H
#define ROSTER_UTIL_WORKER_H

#include <pthread.h>
#include <stdbool.h>

/* Stays where it is until it is joined. */
typedef struct worker {
  pthread_t thread;
  void (*function)(void *argument);
  void *argument;
} worker;

/* Each answers false when no thread could be made. */
bool worker_start(worker *w, void (*function)(void *argument), void *argument);
void worker_join(worker *w);
/* Starts it and waits for it. */
bool worker_run(void (*function)(void *argument), void *argument);

#endif

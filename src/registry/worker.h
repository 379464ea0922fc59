/* worker: runs one function on a thread of roster's own, and waits for it. Lua wants a stack that hosts may not have, and a locale
 * that hosts may have changed; this thread has both, and takes no signals. */
#ifndef ROSTER_REGISTRY_WORKER_H
#define ROSTER_REGISTRY_WORKER_H

#include <stdbool.h>

/* False when no thread could be made. */
bool worker_run(void (*function)(void *argument), void *argument);

#endif

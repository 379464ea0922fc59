/* stage: what all servers of one stand-in share: the signal to stop, on which every wait also waits, and the counters. It must
 * never know HTTP. */
#ifndef ROSTER_MOCK_STAGE_H
#define ROSTER_MOCK_STAGE_H

#include <stdatomic.h>
#include <stdbool.h>

typedef struct stage {
  int stop; /* an eventfd that is never read: once written, it wakes every wait, now and later */
  atomic_long connections;
  atomic_long requests;
} stage;

typedef enum { WOKE_STOP, WOKE_SOCKET, WOKE_TIME } stage_event;

bool stage_open(stage *s);
void stage_stop(stage *s);
void stage_close(stage *s); /* after every thread that waits on it has ended */

/* Waits for the stop, for events of poll on the socket (-1: none), or for ms (-1: as long as it takes). The stop wins. */
stage_event stage_wait(const stage *s, int socket, short events, long ms);

#endif

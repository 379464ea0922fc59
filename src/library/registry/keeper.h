/* keeper: the one thread of a live registry that stays: it refreshes on an interval, after a change on disk, or when told to. */
#ifndef ROSTER_REGISTRY_KEEPER_H
#define ROSTER_REGISTRY_KEEPER_H

#include <roster.h>

typedef struct keeper keeper;

/* Refreshes soon, if a keeper runs; if none does and `begin` says so, one begins. */
void keeper_nudge(roster *r, bool begin);
/* Stops the thread and waits for it; the registry is closing by then, so its refresh ends too. NULL does nothing. */
void keeper_close(keeper *k);

#endif

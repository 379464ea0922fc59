/* renames: every id that may be stored and that is not given out, with the one that is: the renames of the snapshot, then all other
 * aliases, since whoever compares ids exactly finds none of them in a list. */
#ifndef ROSTER_COMMAND_MIGRATE_RENAMES_H
#define ROSTER_COMMAND_MIGRATE_RENAMES_H

#include "command/shared/veil.h"
#include "roster.h"

typedef struct renames {
  const roster_snapshot *snapshot; /* the texts are borrowed from it */
  roster_rename *at;
  size_t count;
} renames;

void renames_collect(renames *r, const roster_snapshot *s);
/* NULL for an id that stays. */
const roster_rename *renames_find(const renames *r, const char *id);
/* Takes out what gives a key away: it is neither looked for nor written. */
void renames_hide(renames *r, veil *v);
void renames_free(renames *r);

#endif

/* hold: what a new document of a source may not change by itself: a context window that shrinks, a price that moves more than twofold, and
 * more than a tenth of the rows gone. Such a change is far more often a mistake, or somebody's attack, than the truth. */
#ifndef ROSTER_SOURCE_HOLD_H
#define ROSTER_SOURCE_HOLD_H

#include "util/arena.h"
#include "util/json.h"

/* How two sets of rows differ, and what of it was held back. */
typedef struct held {
  size_t added, removed, changed; /* rows */
  size_t before;                  /* rows */
  json_t *list;                   /* [{ provider, name, field, from, to }], a new reference */
} held;

/* Compares, and puts the former values back into `rows` where `hold` is true. */
held hold_back(json_t *rows, const json_t *before, bool hold);
/* More than a tenth of what was there is gone. */
bool held_is_shrunk(const held *h);

#endif

/* lookup: texts to pointers, in an arena. Keys are borrowed. Reading it takes no lock and allocates nothing. */
#ifndef ROSTER_BASE_LOOKUP_H
#define ROSTER_BASE_LOOKUP_H

#include "base/arena.h"

#include <stddef.h>

typedef struct lookup_slot {
  const char *key;
  void *value;
} lookup_slot;

typedef struct lookup {
  lookup_slot *slots;
  size_t count, room; /* room is a power of two */
} lookup;

void *lookup_get(const lookup *x, const char *key); /* NULL when absent */
/* Keeps the first value of a key: answers the value that is there already, NULL when this one was added. */
void *lookup_add(lookup *x, arena *a, const char *key, void *value);

#endif

/* lookup: a hash table from strings to pointers, in an arena. Reading takes no lock and allocates nothing. */
#ifndef ROSTER_UTIL_LOOKUP_H
#define ROSTER_UTIL_LOOKUP_H

#include "util/arena.h"

#include <stddef.h>
#include <stdint.h>

typedef struct lookup_slot {
  const char *key; /* a copy, close to those of its neighbours; NULL after the last slot */
  size_t length;
  void *value;
} lookup_slot;

typedef struct lookup_place {
  uint32_t tag;  /* the upper half of the key's hash */
  uint32_t slot; /* counted from 1; 0: empty */
} lookup_place;

typedef struct lookup {
  lookup_slot *slots;   /* in the order in which they were added */
  lookup_place *places; /* twice as many as there is room for slots */
  size_t count, room;   /* room is a power of two */
} lookup;

void *lookup_get(const lookup *x, const char *key);               /* NULL when absent */
const lookup_slot *lookup_find(const lookup *x, const char *key); /* the same with its place in the order; NULL when absent */
/* Makes room for this many keys in total: growing by doubling leaves the smaller tables in the arena. */
void lookup_reserve(lookup *x, arena *a, size_t count);
/* Keeps the first value of a key: returns the value that was there already, or NULL when this one was added. */
void *lookup_add(lookup *x, arena *a, const char *key, void *value);
/* The same without a copy of the key, which is kept as long as the table. */
void *lookup_add_kept(lookup *x, arena *a, const char *key, void *value);

#endif

/* pool: the memory of one Lua state. Small blocks are cut from large ones and wait on lists by size; all of it goes at once.
 * Knows nothing of Lua. */
#ifndef ROSTER_DEFINITIONS_POOL_H
#define ROSTER_DEFINITIONS_POOL_H

#include <stdbool.h>
#include <stddef.h>

enum { POOL_STEP = 16, POOL_SMALL = 1024 };

typedef struct pool {
  struct pool_chunk *chunks;                         /* small blocks are cut from the first */
  struct pool_free *waiting[POOL_SMALL / POOL_STEP]; /* small blocks to be had again, by size */
  struct pool_single *singles;                       /* blocks with an allocation of their own */
  size_t taken;                                      /* bytes of all chunks */
  bool sealed;                                       /* no chunk is added any more, so small blocks may be singles too */
} pool;

/* As realloc, for a block of `old` bytes, or NULL: NULL when out of memory, and the block stays. Making it smaller never fails. */
void *pool_resize(pool *p, void *block, size_t old, size_t new);
void pool_return(pool *p, void *block, size_t old); /* NULL is fine */
void pool_seal(pool *p);
void pool_empty(pool *p);

#endif

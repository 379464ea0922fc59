/* lua_heap: the memory of one Lua state. Blocks of up to 256 bytes are cut from chunks and wait on a list by size when they are freed;
 * larger ones come from malloc. A load frees little before it ends, so most blocks cost the move of a pointer, and the chunks are freed
 * together: with malloc alone, listing the shipped models takes a tenth more processor time, and 5,000 models a quarter more memory.
 * It knows nothing of Lua but that its states say how large a block was. */
#ifndef ROSTER_DEFINITIONS_LUA_HEAP_H
#define ROSTER_DEFINITIONS_LUA_HEAP_H

#include <stdbool.h>
#include <stddef.h>

enum { HEAP_STEP = 16, HEAP_SMALL = 256 };

typedef struct lua_heap {
  struct heap_chunk *chunks;                      /* blocks are cut from the first */
  size_t left;                                    /* bytes of that one, at its beginning */
  bool tight;                                     /* a chunk was refused */
  struct heap_free *free[HEAP_SMALL / HEAP_STEP]; /* by size */
} lua_heap;

/* As realloc, for a block of `old` bytes, or NULL and 0; `new` is not 0. NULL when out of memory, which making a block smaller never is. */
void *heap_resize(lua_heap *h, void *block, size_t old, size_t new);
void heap_free(lua_heap *h, void *block, size_t old); /* NULL is fine */
void heap_destroy(lua_heap *h);                       /* frees the chunks; blocks of more than HEAP_SMALL bytes were freed one by one */

#endif

/* lua_heap: see lua_heap.h. */
#include "library/definitions/lua_heap.h"

#include <stdlib.h>
#include <string.h>

enum { CHUNK = 32 * 1024 };

typedef struct heap_chunk {
  struct heap_chunk *older;
  _Alignas(max_align_t) char bytes[];
} heap_chunk;

typedef struct heap_free {
  struct heap_free *next;
} heap_free_block;

static size_t class_of(size_t bytes) { return (bytes - 1) / HEAP_STEP; }

/* Once a chunk was refused, each new one has room for one block. */
static bool add_chunk(lua_heap *h, size_t bytes) {
  size_t room = h->tight ? bytes : CHUNK;
  heap_chunk *c = malloc(sizeof *c + room);
  if (!c && !h->tight) {
    h->tight = true;
    return add_chunk(h, bytes);
  }
  if (!c) return false;
  c->older = h->chunks;
  h->chunks = c;
  h->left = room;
  return true;
}

static void *cut(lua_heap *h, size_t bytes) {
  heap_free_block **list = &h->free[class_of(bytes)], *first = *list;
  if (first) {
    *list = first->next;
    return first;
  }
  bytes = (class_of(bytes) + 1) * HEAP_STEP;
  if (h->left < bytes && !add_chunk(h, bytes)) return NULL;
  h->left -= bytes;
  return h->chunks->bytes + h->left;
}

/* Large blocks have room for a chunk's head before a small one, see adopt. */
static void *resize_large(void *block, size_t bytes) {
  size_t least = sizeof(heap_chunk) + HEAP_SMALL;
  return realloc(block, bytes < least ? least : bytes);
}

static void *take(lua_heap *h, size_t bytes) { return bytes > HEAP_SMALL ? resize_large(NULL, bytes) : cut(h, bytes); }

/* Without memory for a small block, the large one that was to become it is made a chunk with that block in it. */
static void *adopt(lua_heap *h, void *block, size_t bytes) {
  heap_chunk *c = block;
  memmove(c->bytes, block, bytes);
  c->older = h->chunks;
  h->chunks = c;
  h->left = 0;
  return c->bytes;
}

void *heap_resize(lua_heap *h, void *block, size_t old, size_t new) {
  if (!block) return take(h, new);
  if (old > HEAP_SMALL && new > HEAP_SMALL) {
    void *moved = resize_large(block, new);
    return moved || new > old ? moved : block;
  }
  if (old <= HEAP_SMALL && new <= HEAP_SMALL && class_of(old) == class_of(new)) return block;
  void *moved = take(h, new);
  if (!moved) return new > old ? NULL : old <= HEAP_SMALL ? block : adopt(h, block, new);
  memcpy(moved, block, old < new ? old : new);
  heap_free(h, block, old);
  return moved;
}

void heap_free(lua_heap *h, void *block, size_t old) {
  if (!block) return;
  if (old > HEAP_SMALL) {
    free(block);
    return;
  }
  heap_free_block *f = block;
  f->next = h->free[class_of(old)];
  h->free[class_of(old)] = f;
}

void heap_destroy(lua_heap *h) {
  for (heap_chunk *c = h->chunks, *older; c; c = older) {
    older = c->older;
    free(c);
  }
  *h = (lua_heap){ 0 };
}

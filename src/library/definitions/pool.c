/* pool: see pool.h. While a load runs nothing is collected, so nearly every small block is cut, and few ever wait. */
#include "library/definitions/pool.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CHUNK = 16 * 1024, LARGEST_CHUNK = 4 * 1024 * 1024, MOST_TAKEN = 32 * 1024 * 1024 };

typedef struct pool_chunk {
  struct pool_chunk *older;
  size_t used, room;
  _Alignas(max_align_t) char bytes[];
} pool_chunk;

typedef struct pool_free {
  struct pool_free *next;
} pool_free;

typedef struct pool_single {
  struct pool_single *next, *before;
  _Alignas(max_align_t) char bytes[];
} pool_single;

static size_t class_of(size_t bytes) { return (bytes - 1) / POOL_STEP; }
static size_t rounded(size_t bytes) { return (class_of(bytes) + 1) * POOL_STEP; }
static size_t lesser(size_t a, size_t b) { return a < b ? a : b; }

/* ---- blocks with an allocation of their own ---- */

static pool_single *single_of(void *block) { return (pool_single *)(void *)((char *)block - offsetof(pool_single, bytes)); }

static void link_single(pool *p, pool_single *s) {
  if (s->next) s->next->before = s;
  if (s->before)
    s->before->next = s;
  else
    p->singles = s;
}

static void *take_single(pool *p, size_t bytes) {
  pool_single *s = bytes < SIZE_MAX - sizeof *s ? malloc(sizeof *s + bytes) : NULL;
  if (!s) return NULL;
  s->next = p->singles;
  s->before = NULL;
  link_single(p, s);
  return s->bytes;
}

static void *resize_single(pool *p, void *block, size_t bytes) {
  pool_single *s = bytes < SIZE_MAX - sizeof *s ? realloc(single_of(block), sizeof *s + bytes) : NULL;
  if (!s) return NULL;
  link_single(p, s); /* it may have moved */
  return s->bytes;
}

static void return_single(pool *p, void *block) {
  pool_single *s = single_of(block);
  if (s->next) s->next->before = s->before;
  if (s->before)
    s->before->next = s->next;
  else
    p->singles = s->next;
  free(s);
}

/* ---- small blocks ---- */

static bool is_of(const pool_chunk *c, const void *block) {
  uintptr_t at = (uintptr_t)block, from = (uintptr_t)c->bytes;
  return at >= from && at < from + c->room;
}

static bool is_cut(const pool *p, const void *block, size_t bytes) {
  if (bytes > POOL_SMALL || !p->sealed) return bytes <= POOL_SMALL;
  const pool_chunk *c = p->chunks;
  while (c && !is_of(c, block)) c = c->older;
  return c;
}

static bool add_chunk(pool *p) {
  size_t room = lesser(p->taken / 2 / FIRST_CHUNK * FIRST_CHUNK, LARGEST_CHUNK);
  if (room < FIRST_CHUNK) room = FIRST_CHUNK;
  pool_chunk *c = p->sealed || p->taken + room > MOST_TAKEN ? NULL : malloc(sizeof *c + room);
  if (!c) {
    p->sealed = true;
    return false;
  }
  *c = (pool_chunk){ .older = p->chunks, .room = room };
  p->chunks = c;
  p->taken += room;
  return true;
}

static void *take_small(pool *p, size_t bytes) {
  pool_free **waiting = &p->waiting[class_of(bytes)], *first = *waiting;
  if (first) {
    *waiting = first->next;
    return first;
  }
  bytes = rounded(bytes);
  if ((!p->chunks || p->chunks->room - p->chunks->used < bytes) && !add_chunk(p)) return take_single(p, bytes);
  void *block = p->chunks->bytes + p->chunks->used;
  p->chunks->used += bytes;
  return block;
}

static void *take(pool *p, size_t bytes) { return bytes <= POOL_SMALL ? take_small(p, bytes) : take_single(p, bytes); }

/* ---- the whole ---- */

void pool_return(pool *p, void *block, size_t old) {
  if (!block) return;
  if (!is_cut(p, block, old)) {
    return_single(p, block);
    return;
  }
  pool_free *f = block;
  f->next = p->waiting[class_of(old)];
  p->waiting[class_of(old)] = f;
}

void *pool_resize(pool *p, void *block, size_t old, size_t new) {
  if (!block) return take(p, new);
  if (old <= POOL_SMALL && new <= POOL_SMALL && class_of(old) == class_of(new)) return block;
  if (new > POOL_SMALL && !is_cut(p, block, old)) return resize_single(p, block, new);
  void *moved = take(p, new);
  if (!moved) return new < old ? block : NULL; /* sealed by now: later it is known by where it lies */
  memcpy(moved, block, lesser(old, new));
  pool_return(p, block, old);
  return moved;
}

void pool_seal(pool *p) { p->sealed = true; }

void pool_empty(pool *p) {
  for (pool_chunk *c = p->chunks, *older; c; c = older) {
    older = c->older;
    free(c);
  }
  for (pool_single *s = p->singles, *next; s; s = next) {
    next = s->next;
    free(s);
  }
  *p = (pool){ 0 };
}

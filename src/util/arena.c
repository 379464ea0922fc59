/* arena: a chain of blocks, each about half as large as all before it together. In each, what must be aligned grows from the front, and
 * strings grow from the back. */
#include "arena.h"

#include "util/platform.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_BLOCK = 16 * 1024, LARGEST_BLOCK = 256 * 1024, HEADS = 96 /* a block's and malloc's, so that all of it is whole pages */ };

typedef struct block {
  struct block *older;
  size_t used, room; /* `room` shrinks with each string */
  size_t size;       /* of `bytes` */
  bool zeroed;       /* all between is zero: pages that nobody writes to stay unused */
  _Alignas(max_align_t) char bytes[];
} block;

struct arena {
  block *newest;
  size_t size; /* of all blocks */
  size_t most; /* 0: no limit */
  bool full;
  const atomic_bool *unwanted;
  arena_exhausted *fail;
  void *payload;
};

static block *block_new(block *older, size_t room) {
  const bool zeroed = room >= LARGEST_BLOCK / 2;
  block *b = zeroed ? calloc(1, sizeof *b + room) : malloc(sizeof *b + room);
  if (!b) return NULL;
  *b = (block){ .older = older, .room = room, .size = room, .zeroed = zeroed };
  return b;
}

arena *arena_new(void) {
  arena *a = calloc(1, sizeof *a);
  if (!a) return NULL;
  a->newest = block_new(NULL, FIRST_BLOCK);
  a->size = FIRST_BLOCK;
  if (a->newest) return a;
  free(a);
  return NULL;
}

size_t arena_size(const arena *a) { return a->size; }

size_t arena_limit(arena *a, size_t most) {
  const size_t before = a->most;
  a->most = most;
  a->full = false;
  return before;
}

bool arena_is_full(const arena *a) { return a->full; }

void arena_free(arena *a) {
  if (!a) return;
  for (block *b = a->newest, *older; b; b = older) {
    older = b->older;
    free(b);
  }
  free(a);
}

void arena_clear(arena *a) {
  for (block *b = a->newest; b->older; b = a->newest) {
    a->newest = b->older;
    free(b);
  }
  a->size = a->newest->room = a->newest->size;
  a->newest->used = 0;
}

void arena_wipe(arena *a) {
  if (!a) return;
  for (block *b = a->newest; b; b = b->older) wipe(b->bytes, b->size);
  arena_free(a);
}

void arena_on_exhausted(arena *a, arena_exhausted *fail, void *payload, arena_exhausted **old_fail, void **old_payload) {
  if (old_fail) *old_fail = a->fail;
  if (old_payload) *old_payload = a->payload;
  a->fail = fail;
  a->payload = payload;
}

static void jump(void *escape) { longjmp(*(jmp_buf *)escape, 1); }

void arena_jump(arena *a, jmp_buf *escape) { arena_on_exhausted(a, jump, escape, NULL, NULL); }

_Noreturn void arena_exhaust(arena *a) {
  a->fail(a->payload);
  __builtin_unreachable();
}

void arena_watch(arena *a, const atomic_bool *unwanted) { a->unwanted = unwanted; }

bool arena_is_unwanted(const arena *a) { return a->unwanted && atomic_load(a->unwanted); }

void arena_check(arena *a) {
  if (arena_is_unwanted(a)) arena_exhaust(a);
}

static void add_block(arena *a, size_t bytes) {
  arena_check(a);
  size_t room = a->size / 2 / FIRST_BLOCK * FIRST_BLOCK;
  room = room < FIRST_BLOCK ? FIRST_BLOCK : room > LARGEST_BLOCK ? LARGEST_BLOCK : room;
  room -= HEADS;
  if (room < bytes) room = bytes;
  a->full = a->most && a->size + room > a->most;
  block *b = a->full ? NULL : block_new(a->newest, room);
  if (!b) arena_exhaust(a);
  a->newest = b;
  a->size += room;
}

static size_t align_up(size_t bytes) {
  const size_t align = _Alignof(max_align_t);
  return (bytes + align - 1) / align * align;
}

void *arena_alloc(arena *a, size_t bytes) {
  if (bytes > SIZE_MAX / 4) arena_exhaust(a);
  bytes = align_up(bytes);
  if (a->newest->room - a->newest->used < bytes) add_block(a, bytes);
  void *p = a->newest->bytes + a->newest->used;
  a->newest->used += bytes;
  return a->newest->zeroed ? p : memset(p, 0, bytes);
}

void *arena_array(arena *a, size_t count, size_t size) {
  if (size && count > SIZE_MAX / 4 / size) arena_exhaust(a);
  return arena_alloc(a, count * size);
}

static char *text_room(arena *a, size_t bytes) {
  if (bytes > SIZE_MAX / 4) arena_exhaust(a);
  if (a->newest->room - a->newest->used < bytes) add_block(a, bytes);
  a->newest->room -= bytes;
  return a->newest->bytes + a->newest->room;
}

char *arena_bytes(arena *a, const char *bytes, size_t length) {
  char *copy = text_room(a, length + 1);
  if (length) memcpy(copy, bytes, length);
  copy[length] = 0;
  return copy;
}

char *arena_text(arena *a, const char *text) { return text ? arena_bytes(a, text, strlen(text)) : NULL; }

/* What was written at the front; zeroes are left there. */
static void move_to_end(const block *b, char *text, size_t bytes) {
  char *front = (char *)b->bytes + b->used;
  memmove(text, front, bytes);
  memset(front, 0, front + bytes < text ? bytes : (size_t)(text - front));
}

/* Most strings fit into the rest of the newest block, where they are written before they are moved to its end. What does not fit leaves
 * zeroes too: the block stays the newest one where there is no other to be had. */
char *arena_printf(arena *a, const char *format, ...) {
  block *b = a->newest;
  size_t room = b->room - b->used;
  va_list one, two;
  va_start(one, format);
  va_copy(two, one);
  int length = vsnprintf(b->bytes + b->used, room, format, one);
  va_end(one);
  size_t bytes = (length > 0 ? (size_t)length : 0) + 1;
  bool fits = length >= 0 && bytes <= room;
  if (!fits && b->zeroed) memset(b->bytes + b->used, 0, room);
  char *text = text_room(a, bytes);
  if (fits)
    move_to_end(b, text, bytes);
  else if (length > 0)
    vsnprintf(text, bytes, format, two);
  else
    *text = 0;
  va_end(two);
  return text;
}

void *arena_grow(arena *a, const void *block_, size_t used, size_t bytes) {
  void *copy = arena_alloc(a, bytes);
  if (used) memcpy(copy, block_, used);
  return copy;
}

void arena_jump_back(void *payload) { longjmp(*(jmp_buf *)payload, 1); }

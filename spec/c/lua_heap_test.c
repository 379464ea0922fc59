/* lua_heap: blocks keep what is in them while thousands of others come, grow, shrink and go; and when memory runs out, making a block
 * smaller still works.
 *
 * Links with: build/obj/library/definitions/lua_heap.o -Wl,--wrap=malloc,--wrap=realloc
 */
#include "library/definitions/lua_heap.h"

#include "check.h"

#include <stdint.h>

enum { BLOCKS = 2000, TURNS = 200 * 1000, LARGEST = 16 * HEAP_SMALL };

typedef struct held {
  unsigned char *at, mark;
  size_t bytes;
} held;

static held blocks[BLOCKS];
static uint64_t seed = 1;
static bool exhausted;

void *__real_malloc(size_t bytes);
void *__real_realloc(void *block, size_t bytes);
void *__wrap_malloc(size_t bytes);
void *__wrap_realloc(void *block, size_t bytes);
void *__wrap_malloc(size_t bytes) { return exhausted ? NULL : __real_malloc(bytes); }
void *__wrap_realloc(void *block, size_t bytes) { return exhausted ? NULL : __real_realloc(block, bytes); }

static size_t any(size_t below) {
  seed = seed * 6364136223846793005u + 1442695040888963407u;
  return (size_t)(seed >> 33) % below;
}

static bool intact(const held *b, size_t bytes) {
  for (size_t i = 0; i < bytes && i < b->bytes; i++)
    if (b->at[i] != b->mark) return false;
  return (uintptr_t)b->at % HEAP_STEP == 0;
}

static void mark(held *b) {
  b->mark = (unsigned char)any(256);
  memset(b->at, b->mark, b->bytes);
}

static bool resize(lua_heap *h, held *b, size_t bytes) {
  unsigned char *at = heap_resize(h, b->at, b->bytes, bytes);
  if (!at) return false;
  b->at = at;
  if (!intact(b, bytes)) return false;
  b->bytes = bytes;
  mark(b);
  return true;
}

static bool release(lua_heap *h, held *b) {
  bool good = intact(b, b->bytes);
  heap_free(h, b->at, b->bytes);
  *b = (held){ 0 };
  return good;
}

static int release_all(lua_heap *h) {
  int wrong = 0;
  for (int i = 0; i < BLOCKS; i++) wrong += !release(h, &blocks[i]);
  return wrong;
}

static int churn(lua_heap *h) {
  int wrong = 0;
  for (int i = 0; i < TURNS; i++) {
    held *b = &blocks[any(BLOCKS)];
    size_t bytes = 1 + any(any(10) ? HEAP_SMALL + HEAP_STEP : LARGEST);
    wrong += b->at && any(3) == 0 ? !release(h, b) : !resize(h, b, bytes);
  }
  return wrong;
}

static void blocks_keep_what_is_in_them(void) {
  lua_heap h = { 0 };
  check(churn(&h) == 0, "every block keeps what is in it while others come and go");
  check(release_all(&h) == 0, "every block is whole when it is freed");
  heap_destroy(&h);
  check(!h.chunks && !h.left, "nothing is left of a heap that was destroyed");
}

/* Lua relies on it. */
static void shrinking_never_fails(void) {
  lua_heap h = { 0 };
  int wrong = 0;
  for (int i = 0; i < BLOCKS; i++) wrong += !resize(&h, &blocks[i], 1 + any(LARGEST));
  exhausted = true;
  for (int i = 0; i < BLOCKS; i++) wrong += !resize(&h, &blocks[i], 1 + any(blocks[i].bytes));
  bool refused = !heap_resize(&h, NULL, 0, LARGEST) && !heap_resize(&h, blocks[0].at, blocks[0].bytes, LARGEST + 1);
  exhausted = false;
  check(wrong == 0, "without memory each block can still be made smaller, and keeps what is in it");
  check(refused, "without memory a new block and a larger one are refused");
  check(release_all(&h) == 0 && churn(&h) == 0 && release_all(&h) == 0, "the heap works on when there is memory again");
  heap_destroy(&h);
}

int main(void) {
  blocks_keep_what_is_in_them();
  shrinking_never_fails();
  return check_close();
}

/* pool: blocks keep what is in them while thousands of others come, grow, shrink and go, before the pool is sealed and after.
 *
 * Links with: build/obj/library/definitions/pool.o
 */
#include "library/definitions/pool.h"

#include "check.h"

#include <stdint.h>
#include <string.h>

enum { BLOCKS = 2000, TURNS = 200 * 1000, LARGEST = 4 * POOL_SMALL };

typedef struct held {
  unsigned char *at, mark;
  size_t bytes;
} held;

static held blocks[BLOCKS];
static uint64_t seed = 1;

static size_t any(size_t below) {
  seed = seed * 6364136223846793005u + 1442695040888963407u;
  return (size_t)(seed >> 33) % below;
}

static bool intact(const unsigned char *at, size_t bytes, unsigned char mark) {
  for (size_t i = 0; i < bytes; i++)
    if (at[i] != mark) return false;
  return true;
}

static bool let_go(pool *p, held *b) {
  bool good = intact(b->at, b->bytes, b->mark);
  pool_return(p, b->at, b->bytes);
  *b = (held){ 0 };
  return good;
}

static bool resize(pool *p, held *b) {
  size_t bytes = 1 + any(any(10) ? POOL_SMALL + POOL_STEP : LARGEST);
  unsigned char *at = pool_resize(p, b->at, b->bytes, bytes);
  if (!at || (uintptr_t)at % POOL_STEP || !intact(at, bytes < b->bytes ? bytes : b->bytes, b->mark)) return false;
  *b = (held){ at, (unsigned char)any(256), bytes };
  memset(at, b->mark, bytes);
  return true;
}

static int churn(pool *p) {
  int wrong = 0;
  for (int i = 0; i < TURNS; i++) {
    held *b = &blocks[any(BLOCKS)];
    wrong += b->at && any(3) == 0 ? !let_go(p, b) : !resize(p, b);
  }
  return wrong;
}

static int let_all_go(pool *p) {
  int wrong = 0;
  for (int i = 0; i < BLOCKS; i++) wrong += !let_go(p, &blocks[i]);
  return wrong;
}

static void an_open_pool_cuts(void) {
  pool p = { 0 };
  check(churn(&p) == 0, "every block keeps what is in it");
  check(p.taken > 0 && p.taken < 16 * (size_t)BLOCKS * POOL_SMALL, "blocks that went are used again");
  check(let_all_go(&p) == 0 && p.chunks, "what was cut stays");
  pool_empty(&p);
}

static void a_sealed_pool_borrows(void) {
  pool p = { 0 };
  bool cut = resize(&p, &blocks[0]);
  size_t taken = p.taken;
  pool_seal(&p);
  check(cut && churn(&p) == 0 && p.taken == taken, "a sealed pool takes no more large blocks, and serves on");
  check(let_all_go(&p) == 0 && !p.singles, "what it took since goes back at once");
  int wrong = churn(&p);
  pool_empty(&p);
  check(wrong == 0 && !p.chunks && !p.singles && p.taken == 0, "what is still out goes with the pool");
}

int main(void) {
  an_open_pool_cuts();
  a_sealed_pool_borrows();
  return check_close();
}

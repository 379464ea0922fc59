/* budget: what one call of a script may cost in instructions, processor time and memory. The virtual machine's hook, Lua's allocator, the
 * arena and the C code that walks tables of scripts all draw on one budget. A single instruction can take as long as its largest operand is
 * large, so the larger the largest block of memory, the more often the hook looks at the clock. */
#include "library/definitions/state.h"

#include "util/clock.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
  BUDGET = 20 * 1000 * 1000,
  ITEM_BUDGET = 10 * 1000,
  ITEMS_PER_MS = 5,
  HOOK_EVERY = 1000,
  HOOK_LEAST = 10,
  LARGE_BLOCK = 64 * 1024,
  LONGEST_MS = 2000
};
#define TOO_LONG        "the script ran for too long (an endless loop?)"
#define TOO_MUCH_MEMORY "the script needs more than 64 MiB of memory"
#define MEMORY_MOST     ((size_t)64 * 1024 * 1024)

static int64_t processor_ms(void) { /* of this thread, so that a busy machine does not count */
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* The variable can only lower the bound; tests set it, so as not to wait as long as a slow script may take. */
static int64_t longest_ms(const environment *e) {
  const char *given = environment_get(e, "ROSTER_SCRIPT_MS");
  long ms = given ? strtol(given, NULL, 10) : 0;
  return ms > 0 && ms < LONGEST_MS ? ms : LONGEST_MS;
}

budget budget_make(const environment *e) { return (budget){ .bytes_most = MEMORY_MOST, .most_ms = longest_ms(e) }; }

static int exceed(lua_State *L, const char *why) {
  script_of(L)->budget.exceeded = true;
  origin at = script_where(L);
  if (at.file)
    lua_pushfstring(L, "%s:%d: %s", at.file, at.line, why);
  else
    lua_pushstring(L, why);
  return lua_error(L);
}

/* No thread uses more processor time than passes, so that clock, whose reading is dearer, need not be read before then; nor for a call that
 * ends before the first look, as most do. What a call does before that look is too little to count. */
static bool is_late(budget *b) {
  const int64_t now = now_ms();
  if (now < b->look_ms) return false;
  if (b->look_ms == 0) b->until_ms += processor_ms() + b->most_ms;
  const int64_t left = b->until_ms - processor_ms();
  b->look_ms = now + left;
  return left <= 0;
}

static void look(lua_State *L) {
  budget *b = &script_of(L)->budget;
  b->unlooked = 0;
  if (arena_is_unwanted(script_of(L)->arena) || b->steps <= 0 || is_late(b)) exceed(L, TOO_LONG);
}

void spend(lua_State *L, size_t steps) {
  budget *b = &script_of(L)->budget;
  if (steps > BUDGET) steps = BUDGET;
  b->steps -= (long)steps;
  b->unlooked += (long)steps;
  if (b->steps <= 0 || b->unlooked >= HOOK_EVERY) look(L);
}

/* Garbage alone never makes a script exceed its memory. Collecting is stopped while definitions are loaded, and Lua collects by itself
 * before it gives up, except where a function like string.rep fills a buffer. Safe where Lua code may run: there, no C code relies on what
 * nobody holds. */
static void collect(lua_State *L) {
  budget *b = &script_of(L)->budget;
  if (b->kept > b->bytes) b->kept = b->bytes;
  if (b->bytes - b->kept < b->bytes_most / 4) return;
  lua_gc(L, LUA_GCCOLLECT); /* cannot raise: no finalizers exist in this state */
  b->kept = b->bytes;
}

static void on_count(lua_State *L, lua_Debug *unused) {
  (void)unused;
  script_of(L)->budget.steps -= script_of(L)->budget.every;
  look(L);
  collect(L);
}

void budget_allow_item(lua_State *L) {
  budget *b = &script_of(L)->budget;
  b->steps += ITEM_BUDGET;
  if (++b->items % ITEMS_PER_MS == 0) b->until_ms++;
}

/* ---- memory ---- */

static int hook_interval(size_t largest) {
  const size_t every = largest <= LARGE_BLOCK ? HOOK_EVERY : (size_t)HOOK_EVERY * LARGE_BLOCK / largest;
  return every < HOOK_LEAST ? HOOK_LEAST : (int)every;
}

/* Sets fields only, so the allocator may do it in the middle of an instruction. */
static void set_hook(script *s) {
  s->budget.every = hook_interval(s->budget.largest);
  lua_sethook(s->lua, on_count, LUA_MASKCOUNT, s->budget.every);
}

static void note_block(script *s, size_t bytes) {
  if (bytes <= s->budget.largest) return;
  s->budget.largest = bytes;
  if (s->lua && hook_interval(bytes) < s->budget.every) set_hook(s);
}

void *budget_allocate(void *payload, void *block, size_t old, size_t new) {
  script *s = payload;
  budget *b = &s->budget;
  if (!block) old = 0;
  if (new == 0) { /* not wiped: no secret ever enters a script */
    heap_free(&s->heap, block, old);
    b->bytes -= old;
    return NULL;
  }
  if (new > old && b->bytes + (new - old) > b->bytes_most) {
    origin at = s->lua ? script_where(s->lua) : (origin){ NULL, 0 }; /* Lua's own message has no line; finding it allocates nothing */
    if (at.file) b->seen = at;
    return NULL;
  }
  void *moved = heap_resize(&s->heap, block, old, new);
  if (moved)
    b->bytes += new - old;
  else
    b->starved = true;
  note_block(s, new);
  return moved;
}

int exceed_memory(lua_State *L) { return exceed(L, TOO_MUCH_MEMORY); }

/* The arena has no more for this call, or the machine has none. */
static void raise_exhausted(void *payload) {
  script *s = script_of(payload);
  if (arena_is_full(s->arena)) exceed_memory(payload);
  if (arena_is_unwanted(s->arena)) exceed(payload, TOO_LONG);
  s->budget.starved = true;
  luaL_error(payload, "not enough memory");
}

void budget_spare_block(script *s, size_t largest) {
  s->budget.largest = largest;
  set_hook(s);
}

/* ---- one call ---- */

void budget_begin(script *s) {
  budget *b = &s->budget;
  b->steps = BUDGET;
  b->unlooked = 0;
  b->items = 0;
  b->until_ms = b->look_ms = 0;
  b->exceeded = b->starved = false;
  b->seen = (origin){ NULL, 0 };
  if (b->largest > b->bytes) b->largest = b->bytes; /* it was freed */
  set_hook(s);
  collect(s->lua);
  b->arena_before = arena_limit(s->arena, arena_size(s->arena) + b->bytes_most);
  arena_on_exhausted(s->arena, raise_exhausted, s->lua, &b->outer, &b->outer_payload);
}

void budget_end(script *s, int status) {
  budget *b = &s->budget;
  arena_limit(s->arena, b->arena_before);
  arena_on_exhausted(s->arena, b->outer, b->outer_payload, NULL, NULL);
  b->exceeded = b->exceeded || status == LUA_ERRMEM;
  const bool failed = status != LUA_OK || b->exceeded;
  /* the machine is out of memory, which is not the script's fault; or nobody waits for what it would have said */
  if (failed && (b->starved || arena_is_unwanted(s->arena))) b->outer(b->outer_payload);
}

/* Lua gives no line to an error of memory: the one where it was last refused is near. */
const char *budget_message(script *s, int status, const char *message) {
  const origin at = s->budget.seen;
  if (status == LUA_ERRMEM) return at.file ? arena_printf(s->arena, "%s:%d: %s", at.file, at.line, TOO_MUCH_MEMORY) : TOO_MUCH_MEMORY;
  return message ? message : s->budget.exceeded ? "the script ran for too long" : "the script raised an error that is not a string";
}

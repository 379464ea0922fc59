/* arena: memory that is freed all at once. Everything that a load or a snapshot consists of is in one.
 * Not thread-safe while it grows; what it holds may be read from any thread. */
#ifndef ROSTER_UTIL_ARENA_H
#define ROSTER_UTIL_ARENA_H

#include <setjmp.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct arena arena;

/* Called when memory runs out; must not return (longjmp or lua_error). */
typedef void arena_exhausted(void *payload);

/* A handler: longjmps to the jmp_buf that is its payload. */
void arena_jump_back(void *payload);

arena *arena_new(void); /* NULL when out of memory */
void arena_free(arena *a);
/* Frees what was allocated so far, and goes on. */
void arena_clear(arena *a);
/* Frees an arena that may hold a key, as an answer that repeats one does, and overwrites it first. */
void arena_wipe(arena *a);
/* Sets the handler for memory that runs out; returns the previous pair through its pointers, which may be NULL. */
void arena_on_exhausted(arena *a, arena_exhausted *fail, void *payload, arena_exhausted **old_fail, void **old_payload);
/* When memory runs out: longjmp(*escape, 1). */
void arena_jump(arena *a, jmp_buf *escape);

/* From here on it calls the same handler when it grows, or is asked, and *unwanted (NULL: never) is true: whatever allocates can be ended.
 */
void arena_watch(arena *a, const atomic_bool *unwanted);
bool arena_is_unwanted(const arena *a);
void arena_check(arena *a);

/* Memory ran out elsewhere: calls the same handler. Never returns. */
_Noreturn void arena_exhaust(arena *a);

size_t arena_size(const arena *a); /* bytes allocated from the system */
/* From here on it has this many bytes at most, as if memory ran out; 0: no limit. Returns the limit before. */
size_t arena_limit(arena *a, size_t most);
bool arena_is_full(const arena *a); /* the limit is why it called its handler last */

/* Zeroed and aligned for anything; never NULL. */
void *arena_alloc(arena *a, size_t bytes);
void *arena_array(arena *a, size_t count, size_t size);
char *arena_text(arena *a, const char *text);                  /* a copy; NULL gives NULL */
char *arena_bytes(arena *a, const char *bytes, size_t length); /* a copy, NUL-terminated */
char *arena_printf(arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A larger copy of a block whose first `used` bytes matter. */
void *arena_grow(arena *a, const void *block, size_t used, size_t bytes);

static inline size_t arena_list_room(size_t full) { return full ? full * 2 : 8; }
/* A list that grows by doubling: LIST_PUSH(arena, list.at, list.count, list.room, item). */
#define LIST_PUSH(a, at, count, room, item)                                                                                                \
  do {                                                                                                                                     \
    if ((count) == (room)) {                                                                                                               \
      size_t list_room = arena_list_room(room);                                                                                            \
      (at) = arena_grow((a), (at), (count) * sizeof *(at), list_room * sizeof *(at));                                                      \
      (room) = (__typeof__(room))list_room;                                                                                                \
    }                                                                                                                                      \
    (at)[(count)++] = (item);                                                                                                              \
  } while (0)

#endif

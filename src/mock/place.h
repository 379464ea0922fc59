/* place: where in a scenario a reader stands, and the one sentence that says what is wrong there. It must never know what a
 * scenario means. */
#ifndef ROSTER_MOCK_PLACE_H
#define ROSTER_MOCK_PLACE_H

#include <stdbool.h>
#include <stddef.h>

typedef struct complaint {
  char *text;
  size_t size;
} complaint;

/* Lives on the stack of the reader, as long as the places inside it. The outermost one has neither outer nor key. */
typedef struct place {
  complaint *complaint;
  const struct place *outer;
  const char *key; /* NULL: the index counts */
  size_t index;
} place;

place place_root(complaint *sink);
place place_key(const place *outer, const char *key);
place place_index(const place *outer, size_t index);

/* Writes "servers[0].routes[1]: ..." and gives false, so that readers can return it. */
__attribute__((format(printf, 2, 3))) bool place_refuse(const place *at, const char *format, ...);
bool place_out_of_memory(const place *at);

#endif

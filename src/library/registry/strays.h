/* strays: what lies in a directory of definitions and is not read. */
#ifndef ROSTER_REGISTRY_STRAYS_H
#define ROSTER_REGISTRY_STRAYS_H

#include "util/arena.h"

#include <stdbool.h>

typedef struct stray {
  const char *why;     /* as a roster_source has it: "not read: ..." */
  const char *problem; /* for a warning, what it is and what to do; NULL: nobody needs to be told */
} stray;

/* Of a name that is_definition_file does not take. */
stray stray_of(arena *a, const char *name, bool directory);
/* Whether a file that was named for definitions cannot be one by its ending. */
bool stray_is_other_format(arena *a, const char *path);

#endif

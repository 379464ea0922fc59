/* shipped: the definitions that come with the library, as text inside it. */
#ifndef ROSTER_DEFINITIONS_SHIPPED_H
#define ROSTER_DEFINITIONS_SHIPPED_H

#include <stddef.h>

typedef struct shipped_file {
  const char *name; /* "providers.lua"; NULL behind the last */
  const char *text, *end;
  const char *protocol; /* the one that it defines: read when it is first named. NULL: read at once, unless left out */
} shipped_file;

extern const shipped_file shipped_files[]; /* in reading order */

#endif

/* shipped: the definitions that come with the library, embedded in it. */
#ifndef ROSTER_DEFINITIONS_SHIPPED_H
#define ROSTER_DEFINITIONS_SHIPPED_H

#include <stddef.h>

typedef struct shipped_file {
  const char *name; /* "providers.lua"; NULL after the last */
  const char *text, *end;
  const char *protocol; /* the protocol that it defines, read when it is first named; NULL: read in every load, unless left out */
} shipped_file;

extern const shipped_file shipped_files[]; /* in reading order */

#endif

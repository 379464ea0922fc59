/* places: which directories a load reads, and how to tell that what stands in them has changed. Reads no file. */
#ifndef ROSTER_REGISTRY_PLACES_H
#define ROSTER_REGISTRY_PLACES_H

#include "library/registry/options.h"

#include <sys/stat.h>

typedef struct place {
  const char *path, *why;
  bool required; /* its absence is an error */
} place;

enum { MOST_PLACES = 2 };

/* The configured directories, in reading order; answers how many. */
size_t places_find(place out[MOST_PLACES], arena *a, const options *o, const environment *e);
/* Whether a directory's entry of this name is read as definitions. */
bool place_reads(const char *name);

/* A directory's state is the sum of the marks of its files, so that their order does not matter. */
uint64_t place_mark(const char *path, const struct stat *status);
const char *place_join(arena *a, const char *directory, const char *name);
/* The marks of all files that a load would read now, with what cannot be looked at left out. */
uint64_t places_mark(arena *a, const options *o, const environment *e);

#endif

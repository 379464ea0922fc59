/* slices: parts of a ready-made JSON text, found without reading it into anything. The text is the library's own, so it is well formed. */
#ifndef ROSTER_SERVER_SLICES_H
#define ROSTER_SERVER_SLICES_H

#include <stdbool.h>
#include <stddef.h>

typedef struct slice {
  const char *from, *to; /* `to` is behind the last byte */
} slice;

/* The value of a member of an object; from is NULL when it has none of that name. */
slice slice_member(slice object, const char *name);

/* Goes through an array: *rest begins as the array, and *out is the next element. False behind the last. */
bool slice_next(slice *rest, slice *out);

#endif

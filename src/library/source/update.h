/* update: looks at a source, judges what it gives, and keeps it, or keeps the last good. */
#ifndef ROSTER_SOURCE_UPDATE_H
#define ROSTER_SOURCE_UPDATE_H

#include "library/source/fetch.h"
#include "library/source/store.h"

typedef struct source_update {
  const char *outcome; /* "updated", "unchanged", "failed" */
  const char *problem; /* why it failed; NULL where it did not */
  bool told;           /* the same was said after the last look */
  bool passing;        /* it failed for want of what this machine may have again at once, before it was asked */
  size_t rows, added, removed, changed, held;
  const char *first_held; /* "anthropic/claude-5: context_window"; of those that were not held before */
  size_t closed;
  const char *first_closed;
} source_update;

/* `accept`: takes also what would be held back. */
source_update source_look(const fetcher *f, const fact_source *s, const char *file, bool accept);

#endif

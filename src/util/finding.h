/* finding: what a load has to say about the definitions, collected so that all of it can be told together. */
#ifndef ROSTER_UTIL_FINDING_H
#define ROSTER_UTIL_FINDING_H

#include "util/arena.h"

#include <roster.h>
#include <stdbool.h>
#include <stddef.h>

/* Where a block stands. */
typedef struct origin {
  const char *file;
  int line;
} origin;

typedef struct findings {
  arena *arena;
  roster_finding *at;
  size_t count, room;
  size_t errors;
  const char *file; /* of the last one, and how many in a row were of it */
  size_t of_file;
} findings;

void finding_error(findings *f, origin where, const char *format, ...) __attribute__((format(printf, 3, 4)));
void finding_warning(findings *f, origin where, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Nothing more is kept of this file (NULL: of the one that was last): what only looks for words to say may stop. */
bool findings_full(const findings *f, const char *file);

/* Fills err from the first error (err may be NULL) and answers ROSTER_EDEFINITIONS, ROSTER_OK when there is none. */
roster_status findings_status(const findings *f, roster_error *err);

/* Fills a caller's error; NULL is fine. Answers the status. */
roster_status fail(roster_error *err, roster_status status, const char *hint, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif

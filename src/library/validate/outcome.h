/* outcome: puts verdicts into words: what happened, where, why, and what to do next. */
#ifndef ROSTER_VALIDATE_OUTCOME_H
#define ROSTER_VALIDATE_OUTCOME_H

#include "library/validate/reading.h"

const char *time_text(arena *a, int64_t wall_ms); /* RFC 3339, UTC, seconds */

/* A verdict that an answer gave. */
void outcome_from(arena *a, const service *s, const landing *l, const reading *r, outcome *out);
/* The provider showed that it works. `l` may be NULL: nobody was asked. */
void outcome_ready(arena *a, const char *stage, const landing *l, outcome *out);
/* When an answer came: just now, unless it was recorded. */
int64_t answered_ms(const roster_http_response *r);
/* Not in a listing that was complete and proved the key. `answered` is when the last answer came; 0: nobody was asked. */
void outcome_absent(arena *a, const service *s, size_t names, int64_t answered, outcome *out);
/* Nothing free could tell. `why` is what came nearest to an answer, "" for none. */
void outcome_unproven(arena *a, const service *s, const char *stage, const char *why, bool offered, int64_t answered, outcome *out);

/* Whether a verdict says nothing about the model itself, so that a known-good one is kept. */
bool state_is_inconclusive(roster_state state);

#endif

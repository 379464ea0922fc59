/* outcome: makes verdicts: what happened, when, and why. The words are reason's. */
#ifndef ROSTER_VALIDATE_OUTCOME_H
#define ROSTER_VALIDATE_OUTCOME_H

#include "library/validate/classification.h"

const char *stage_name(stage s); /* "" for STAGE_NONE */
stage stage_from_name(const char *name);

const char *time_text(arena *a, int64_t wall_ms); /* RFC 3339, UTC, seconds */

/* Why nothing free decided: what came nearest to a proof. */
typedef struct shortfall {
  roster_reason code; /* ROSTER_REASON_NONE: nothing came near */
  const char *text;   /* "" for none */
  const char *said;   /* the response's own words in it; NULL for none */
} shortfall;

/* A verdict that a response gave. `other_name` is what a gateway calls the model, NULL where it calls it the same. */
void outcome_from(arena *a, const service *s, const completed *done, const classification *r, const char *other_name, outcome *out);
/* The provider showed that it works. `done` may be NULL: nobody was asked. */
void outcome_ready(arena *a, stage at, const completed *done, outcome *out);
/* Not in a listing of `names` models that was complete and proved the key. `answered` is when the last response came; 0: none did. */
void outcome_absent(arena *a, const service *s, size_t names, const char *other_name, int64_t answered, outcome *out);
/* Nothing free could tell. */
void outcome_unproven(arena *a, const service *s, stage at, const shortfall *why, bool offered, int64_t answered, outcome *out);

/* Whether a verdict says nothing about the model itself, so that a known-good one is kept. */
bool state_is_inconclusive(roster_state state);

#endif

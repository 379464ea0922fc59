/* outcome: makes verdicts: the state, the stage that decided, when, and the reason as data. reason.h makes the sentences. */
#ifndef ROSTER_VALIDATE_OUTCOME_H
#define ROSTER_VALIDATE_OUTCOME_H

#include "library/validate/classification.h"
#include "library/validate/reason.h"

const char *stage_name(stage s); /* "" for STAGE_NONE */
stage stage_from_name(const char *name);

const char *time_text(arena *a, int64_t wall_ms); /* RFC 3339, UTC, seconds */

/* Why no free request decided: what came nearest to a proof. */
typedef struct shortfall {
  roster_reason code; /* ROSTER_REASON_NONE: no proof was tried */
  const char *text;   /* "" for none */
  const char *said;   /* the response's own words in it; NULL for none */
  const char *where;  /* what else the reason names, see reason.c; NULL for none */
} shortfall;

/* The verdict of a response. `other_name` is what a gateway calls the model, NULL where it calls it the same. */
void outcome_from(arena *a, const service *s, const completed *done, const classification *r, const char *other_name, outcome *out);
/* It answers, but what it answers to a made-up key could not be found out. */
void outcome_control_failed(arena *a, const service *s, const completed *done, const classification *r, outcome *out);
/* It works. `done` may be NULL: no request was made. */
void outcome_ready(arena *a, stage at, const completed *done, outcome *out);
/* A billed request has shown that, at this time. */
void outcome_held(arena *a, int64_t at_ms, int http_status, long latency_ms, outcome *out);
/* Not in a listing of `names` models that was complete and proved the key. `answered_ms` is when the last response came; 0: none did. */
void outcome_absent(arena *a, const service *s, size_t names, const char *other_name, int64_t answered_ms, outcome *out);
/* No free request decided. */
void outcome_unproven(arena *a, const service *s, stage at, const shortfall *why, bool offered, int64_t answered_ms, outcome *out);

/* A function of the definitions failed, which says nothing about the provider; `why` as mistakes_note gives it. */
void outcome_failed(arena *a, const service *s, stage at, const char *why, int64_t answered_ms, outcome *out);
/* What the provider's own entry or answer states about the model rules it out. `status` is 0 where no single response said it. */
void outcome_refused(arena *a, const service *s, stage at, int status, int64_t answered_ms, roster_state state, const reason *why,
                     outcome *out);
/* Why a model with `answered_by` is not offered: its name leads to another one. */
reason outcome_rerouted(arena *a, const catalog *c, const model *m);
/* Notes that another model answered. */
void outcome_note_served(arena *a, const service *s, const char *by, outcome *out);

/* Whether a state is no evidence about the model itself, so that a model that worked before stays usable. */
bool state_is_inconclusive(roster_state state);
/* The same of a verdict, about a model that `before` showed to work: not either if that was shown at a stage where nothing answered now. */
bool outcome_is_inconclusive(const outcome *now, const outcome *before);

#endif

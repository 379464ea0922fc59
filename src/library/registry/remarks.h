/* remarks: what a model's entry says besides its verdict: that it will retire soon, where its block and the provider's listing differ, and
 * which better model is usable too. */
#ifndef ROSTER_REGISTRY_REMARKS_H
#define ROSTER_REGISTRY_REMARKS_H

#include "library/registry/answer.h"

/* A sentence from `ahead_ms` before the day on; NULL before that, and where no day is known. */
const char *retirement_warning(arena *a, const model *m, int64_t wall_ms, int64_t ahead_ms);
/* A sentence for each field that differs, in the arena. A value that only one side gives is not a difference. */
texts disagreements(arena *a, const model *m, const remote_model *there);
/* Marks models whose place in a picker goes to a better one. Called once it is known which models are usable. */
void mark_shadowed(answer_data *d);

#endif

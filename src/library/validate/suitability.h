/* suitability: what a provider itself states about one of its models that rules it out: an entry, in the listing or in the answer to a
 * look-up (retired, switched off, of another kind, in another protocol), or the refusal of a billed request that names the model. And
 * whether an answer comes from the model that was asked for. Sends nothing and reads no scripts. */
#ifndef ROSTER_VALIDATE_SUITABILITY_H
#define ROSTER_VALIDATE_SUITABILITY_H

#include "library/validate/outcome.h"

/* Whether the entry rules out that this model is used as its block, or its discovery, says. Fills in the state and the reason. */
bool entry_rules_out(arena *a, const service *s, const remote_model *there, roster_state *state, reason *why);
/* Whether the refusal of the smallest request is about the model and not about the request's other members. */
bool refusal_names_model(arena *a, const service *s, const exchange *asked, const classification *r);
/* Whether the name in an answer is another model than the one that was asked for: not the same with a date, a tag, a maker in front. */
bool is_other_model(arena *a, const model *asked, const char *served);

#endif

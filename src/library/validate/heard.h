/* heard: what the account itself says of a model, in a listing or in the answer to a look-up, over what its block says. Limits,
 * capabilities and retirement beat the block; the rest fills what the block leaves open (model_fields.h says which is which), and a price
 * only where the block has none. Nothing is changed in place: a model of which something was heard that its block does not say is a copy,
 * whose fields have the origin "live listing". From those origins the same can be told again later: through an outage, and after a restart.
 */
#ifndef ROSTER_VALIDATE_HEARD_H
#define ROSTER_VALIDATE_HEARD_H

#include "library/definitions/script.h"

#define HEARD "live listing" /* the origin of what is heard */

/* What `over` states takes the place of what is in `into`. */
void heard_merge(remote_model *into, const remote_model *over);
/* The model with what was heard; `m` itself where that is nothing new. `limits`: false where several blocks share its name at the provider,
 * so that one entry cannot speak for the window of each. */
const model *heard_model(arena *a, const model *m, const remote_model *said, bool limits);
/* The same for a new model, made of a listing, which has origins of its own. */
void heard_fill(arena *a, model *m, const remote_model *said);
/* What was heard of a model, from its origins: nothing for one that is as its block says. */
remote_model heard_facts(const model *m);

#endif

/* disagreement: where a block and the live listing say different things of one model. */
#ifndef ROSTER_REGISTRY_DISAGREEMENT_H
#define ROSTER_REGISTRY_DISAGREEMENT_H

#include "library/definitions/script.h"

/* A sentence for each field, in the arena. */
texts disagreements(arena *a, const model *m, const remote_model *there);

#endif

/* family: which discovered models belong to a line of models, and what such a one may take from the newest block of its line. A `family`
 * block says both; without one nothing is taken, because a new model need not be able to do what the one before it could. */
#ifndef ROSTER_DEFINITIONS_FAMILY_H
#define ROSTER_DEFINITIONS_FAMILY_H

#include "library/definitions/catalog.h"

/* Gives a discovered model the name of its family, and of the fields that its family block names those that nobody stated. */
void family_fill(arena *a, const catalog *c, model *m);
void family_check(catalog *c, const model_family *f);

#endif

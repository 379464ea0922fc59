/* discover: models that a live listing has and no block defines: which of them are wanted, and what is known of them. */
#ifndef ROSTER_VALIDATE_DISCOVER_H
#define ROSTER_VALIDATE_DISCOVER_H

#include "library/definitions/script.h"

enum { MOST_DISCOVERED = 1000 }; /* of one provider */

/* Whether the provider's patterns let it through, and it can be an id. */
bool discover_wants(const provider *p, const char *name);
/* The entity of a model that no block defines. Its id is the qualified one, "groq/llama". NULL when it speaks no protocol that is known. */
model *discover_model(arena *a, const catalog *c, provider *p, const listed *one);
/* The same for another catalog: what an earlier listing had. */
model *discover_again(arena *a, const catalog *c, provider *p, const model *before);
/* A model that stands for none: for an endpoint whose provider has no block of a model. */
model *discover_nobody(arena *a, provider *p);

#endif

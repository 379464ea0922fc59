/* shadow: models that stand back while a better one is usable. */
#ifndef ROSTER_REGISTRY_SHADOW_H
#define ROSTER_REGISTRY_SHADOW_H

#include "library/registry/answer.h"

/* Once it is known which models are usable. */
void shadows_fall(answer_data *d);

#endif

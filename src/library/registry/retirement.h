/* retirement: says ahead that a model goes away. */
#ifndef ROSTER_REGISTRY_RETIREMENT_H
#define ROSTER_REGISTRY_RETIREMENT_H

#include "library/definitions/catalog.h"

/* A sentence from `ahead_ms` before the day on; NULL before that, and where no day is known. */
const char *retirement_warning(arena *a, const model *m, int64_t wall_ms, int64_t ahead_ms);

#endif

/* origin: where each field of a model comes from. */
#ifndef ROSTER_REGISTRY_ORIGIN_H
#define ROSTER_REGISTRY_ORIGIN_H

#include "util/writer.h"
#include "library/registry/answer.h"

/* "origins": {...}, of every field that a document shows. */
void origins_write(writer *w, const roster_model *m);

#endif

/* document: the JSON that hosts and people read. Shapes are promises: names and order of keys stay. */
#ifndef ROSTER_REGISTRY_DOCUMENT_H
#define ROSTER_REGISTRY_DOCUMENT_H

#include "registry/snapshot.h"

/* The /api/models document, malloc'd; NULL when out of memory. */
char *document_models(const roster_snapshot *s, size_t *bytes);

#endif

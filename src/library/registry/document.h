/* document: the JSON that hosts and people read. Shapes are promises: names and order of keys stay. */
#ifndef ROSTER_REGISTRY_DOCUMENT_H
#define ROSTER_REGISTRY_DOCUMENT_H

#include "library/registry/snapshot.h"

#include "util/writer.h"

/* The /api/models document, malloc'd; NULL when out of memory. */
char *document_models(const roster_snapshot *s, size_t *bytes);
/* Hands a finished document to a caller the way snprintf does. Nothing is written when memory runs out. */
size_t document_deliver(writer *w, char *out, size_t size);

#endif

/* format: a document of a source, in one of three shapes, as rows: provider -> name on the wire -> fields of a model, by the names that
 * they have here. Whatever else is in it (addresses, headers, keys, rules) is left out here already. */
#ifndef ROSTER_SOURCE_FORMAT_H
#define ROSTER_SOURCE_FORMAT_H

#include "library/definitions/facts.h"
#include "library/definitions/schema.h"
#include "util/clock.h"
#include "util/models_dev.h"

typedef struct source_document {
  json_t *rows;  /* a new reference */
  json_t *whole; /* what they are made of, while they are: the caller drops it after an escape */
  size_t count;
  size_t closed; /* members that no source may bring */
  const char *first_closed;
  int64_t version;            /* 0: it has none */
  const char *date, *expires; /* days; NULL: it has none */
} source_document;

/* NULL, or what is wrong with it. */
const char *source_document_read(arena *a, const fact_source *s, models_dev_fields *field_at, const char *text, size_t length,
                                 source_document *out);

#endif

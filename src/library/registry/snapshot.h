/* snapshot: an immutable result as hosts hold it: reference-counted, with its JSON document ready-made and the error of a reload that
 * failed since. Any thread may read it; reading takes no lock and allocates nothing. */
#ifndef ROSTER_REGISTRY_SNAPSHOT_H
#define ROSTER_REGISTRY_SNAPSHOT_H

#include "library/registry/result.h"
#include "util/writer.h"

struct roster_snapshot {
  atomic_size_t holders;
  result *data;
  const char *json; /* `own`, or the document of the result; NULL: the host wants none */
  char *own;
  size_t json_bytes;
  roster_finding *error;  /* of a reload that failed since; NULL for none */
  roster_snapshot *older; /* in the collector's list */
};

/* A snapshot of the data, with its document unless the host wants none; takes over one reference to the data, which it drops when it
 * returns NULL, out of memory. `error`, which is copied, may be NULL. */
roster_snapshot *snapshot_new(result *d, const roster_options *o, const roster_finding *error);

/* In document.c: the standard document, malloc'd; NULL when out of memory. */
char *document_models(const roster_snapshot *s, size_t *bytes);
/* The entry of one model in it. */
void document_entry(writer *w, const result *d, const roster_model *m);
void document_texts(writer *w, const char *name, const texts *list);
void document_extra(writer *w, const char *name, const json_members *list);
/* In provider_document.c: what a provider stated of the account; null for NULL. */
void document_limits(writer *w, const roster_limits *l);
/* In model_request.c: how a host sends a request to a model. As the member `request` of a model's story, null for a model without an
 * address; and as the document by itself, with the body and the command of the kept request. */
void write_request_member(writer *w, const roster_model *m, const extras *x);
void write_request_document(writer *w, const roster_model *m, const extras *x);
/* Copies a string to a caller the way snprintf does: cut where `size` is too small; returns the length of all of it. */
size_t deliver(const char *text, size_t length, char *out, size_t size);
/* The same with a finished document, which it frees; an empty string when memory runs out. */
size_t document_deliver(writer *w, char *out, size_t size);

#endif

/* request_document: how a host sends a request to a model, as JSON: the address, the headers without secrets, where the key goes and where
 * it is found. */
#ifndef ROSTER_REGISTRY_REQUEST_DOCUMENT_H
#define ROSTER_REGISTRY_REQUEST_DOCUMENT_H

#include "library/registry/result.h"
#include "util/writer.h"

/* The member `request` of a model's story; null for a model without an address. */
void write_request_member(writer *w, const roster_model *m, const extras *x);
/* The document by itself, with the body and the command of the kept request. */
void write_request_document(writer *w, const roster_model *m, const extras *x);

#endif

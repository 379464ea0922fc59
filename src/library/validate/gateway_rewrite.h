/* gateway_rewrite: what becomes of a request on its way through a gateway: the name in the path, the model's name, the headers. */
#ifndef ROSTER_VALIDATE_GATEWAY_REWRITE_H
#define ROSTER_VALIDATE_GATEWAY_REWRITE_H

#include "library/definitions/catalog.h"

/* What the gateway calls the provider. */
const char *gateway_segment(const gateway *g, const provider *p);
/* What stands before the protocol's paths there; NULL: what always does. */
const char *gateway_prefix(const gateway *g, const provider *p);
/* The model as the gateway calls it; itself where that is the same. */
const model *gateway_model(arena *a, const gateway *g, const provider *p, const model *m);
/* The gateway with its headers made out for this provider; itself where that is the same. */
const gateway *gateway_headers(arena *a, const gateway *g, const provider *p);
/* A header that this model needs and the gateway does not pass on; NULL for none. */
const char *gateway_stopped_header(const gateway *g, const model *m);

#endif

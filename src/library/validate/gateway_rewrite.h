/* gateway_rewrite: how a gateway changes a request: the provider's name in the path, the prefix, the model's name, the headers. */
#ifndef ROSTER_VALIDATE_GATEWAY_REWRITE_H
#define ROSTER_VALIDATE_GATEWAY_REWRITE_H

#include "library/definitions/catalog.h"

/* The provider's name in the gateway's paths. */
const char *gateway_segment(const gateway *g, const provider *p);
/* The prefix of the protocol's paths at the gateway; NULL: the usual one. */
const char *gateway_prefix(const gateway *g, const provider *p);
/* What takes the place of the path of the provider's base_url; NULL: that path. */
const char *gateway_base_path(const gateway *g, const provider *p);
/* The model with the gateway's name for it; the same model where that does not differ. */
const model *gateway_model(arena *a, const gateway *g, const provider *p, const model *m);
/* The gateway with {provider} in its headers filled in; the same gateway where none has it. */
const gateway *gateway_headers(arena *a, const gateway *g, const provider *p);
/* A header that this model needs and the gateway does not pass on; NULL for none. */
const char *gateway_stopped_header(const gateway *g, const model *m);

#endif

/* address: where the requests for a model go: the address as a provider or a gateway has it, what the gateway changes about the request,
 * the path of the protocol behind it, the base URL that an SDK takes to arrive there, and the proxy that would be in between. */
#ifndef ROSTER_VALIDATE_ADDRESS_H
#define ROSTER_VALIDATE_ADDRESS_H

#include "util/url.h"
#include "library/validate/service.h"

/* The base URL of a provider's models unless a rule chooses another: override, gateway or base_url; "" when none. */
const char *provider_base_url(arena *a, const catalog *c, const provider *p);
/* The base behind an address of its own, and behind one of a gateway: NULL where the provider's name there cannot stand in a path. */
const char *own_base(arena *a, const catalog *c, const provider *p, const protocol *speaks, const url *u);
const char *gateway_base(arena *a, const catalog *c, const gateway *g, const provider *p, const url *u);
/* The URL of a request to this service; `path` is percent-encoded. NULL for p: without a prefix. */
const char *service_url(arena *a, const service *s, const protocol *p, const char *path, const char *query);

/* The provider's name in the gateway's paths. */
const char *gateway_segment(const gateway *g, const provider *p);
/* The model with the gateway's name for it; the same model where that does not differ. */
const model *gateway_model(arena *a, const gateway *g, const provider *p, const model *m);
/* The gateway with {provider} in its headers filled in; the same gateway where none has it. */
const gateway *gateway_headers(arena *a, const gateway *g, const provider *p);
/* A header that this model needs and the gateway does not pass on; NULL for none. */
const char *gateway_stopped_header(const gateway *g, const model *m);

/* Sets *base, and *version where the SDK has to be told one; leaves both as they are where no base URL leads to the service's URL. */
void sdk_base_url(arena *a, const service *s, const char **base, const char **version);

/* roster never uses it: a key goes only where a block sends it. But where an address cannot be reached without it, the hint names the
 * variable and what to write. */
ambient_proxy ambient_proxy_find(arena *a, const environment *e, const url *address);

#endif

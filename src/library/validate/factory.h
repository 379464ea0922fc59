/* factory: turns each model into a service, or into an outcome when there is nothing to ask: the rules, the address, the key.
 * Contacts nobody. */
#ifndef ROSTER_VALIDATE_FACTORY_H
#define ROSTER_VALIDATE_FACTORY_H

#include "util/url.h"
#include "library/validate/extras.h"
#include "library/validate/service.h"

/* Where one provider is reached, taken apart: most of its models go to the same address. */
typedef struct address_cache {
  const char *address; /* NULL: not known yet */
  const gateway *gateway;
  const protocol *speaks;
  const char *wrong; /* what is wrong with the address; NULL when fine */
  url url;
  const char *base;
} address_cache;

typedef struct factory {
  arena *arena;
  catalog *catalog;
  script *script;
  const key_sources *sources;
  extras extras;                     /* filled in by factory_run */
  const char *const *host_protocols; /* NULL: all */
  size_t host_protocol_count;
  key *keys;                /* one for each provider */
  address_cache *addresses; /* the latest of each provider */
  service *services;        /* one for each model, in order */
} factory;

/* Looks up the keys, asks the rules, makes the services. A rule that fails becomes a finding. */
void factory_run(factory *f);

/* The service of a model that is not in the catalog. Its provider is, and has its key. */
service *factory_make(factory *f, const model *m);

/* After everybody was asked: a helper whose credential no provider took is told so, and where it runs again its models are pending. */
void factory_tell_helpers(factory *f, arena *a);

/* The address of a request of this service; `path` is the protocol's, as scripts write it, percent-encoded. NULL for p: without a prefix.
 */
const char *service_url(arena *a, const service *s, const protocol *p, const char *path, const char *query);
/* Where the key goes in a request of this protocol. */
auth service_auth(const service *s, const protocol *speaks);
/* A provider that is nowhere and wants nothing answers by itself: the mock. */
bool provider_is_mock(const provider *p);
/* The base URL that a provider's models are reached at by default: override, gateway or base_url; "" when none. */
const char *provider_base_url(arena *a, const catalog *c, const provider *p);

#endif

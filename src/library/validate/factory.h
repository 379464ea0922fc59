/* factory: makes a service of each model: the rules choose an address, the address gives the URL, the provider's key is looked up. A model
 * that cannot be asked gets its outcome here. Makes no requests. */
#ifndef ROSTER_VALIDATE_FACTORY_H
#define ROSTER_VALIDATE_FACTORY_H

#include "library/validate/address.h"
#include "library/validate/extras.h"

/* The latest address of a provider, parsed: most of its models have the same one. */
typedef struct address_cache {
  const char *address; /* NULL: none yet */
  const gateway *gateway;
  const protocol *speaks;
  const char *problem; /* NULL when the address can be used */
  url url;
  const char *base;
  ambient_proxy ambient;
  const char *chat_url;                       /* of all its models; NULL: it is not known, or has a model's name in it */
  const char *sdk_base_url, *sdk_api_version; /* with that; NULL: not known */
  const service *refused;                     /* one whose key was refused; NULL: none */
} address_cache;

typedef struct factory {
  arena *arena;
  catalog *catalog;
  script *script;
  const key_sources *sources;
  extras extras;                     /* filled in by factory_run */
  bool foreign_client;               /* the host's own HTTP client asks */
  const char *const *host_protocols; /* NULL: all */
  size_t host_protocol_count;
  key *keys;                /* one for each provider */
  address_cache *addresses; /* the latest of each provider */
  service *services;        /* one for each model, in order */
  mistakes mistakes;        /* of functions that models are asked about; reported by whoever asks */
} factory;

/* The function that failed: `key` of the block `of`. */
typedef struct culprit {
  const char *key, *verb;
  const entity *of;
  script_ref ref;
} culprit;

/* Notes a function that failed when it was asked `about` something, and gives the reason for that. */
const char *factory_note_mistake(factory *f, const culprit *c, const char *why, const mistake *about);

/* Makes all services. A rule that fails becomes an error. */
void factory_run(factory *f);

/* The service of a discovered model, or of the `listing` of its provider; neither is in the catalog. A rule that fails is only noted. */
service *factory_make(factory *f, const model *m, bool listing);

/* As sdk_base_url, made once for all models that have one address. */
void factory_sdk_base_url(factory *f, const service *s, const char **base, const char **version);

/* After validation: a helper whose credential every provider refused runs again, or a person has to sign in; its models are pending. */
void factory_report_refusals(factory *f, arena *a);
/* Nothing else is wrong with it, so a model known good is kept for however long nobody signs in: a night, a weekend, a holiday. */
bool service_waits_for_person(const service *s);

/* How the key is sent in a request of this protocol. */
auth service_auth(const service *s, const protocol *speaks);
/* A provider without an address, a credential and requests, as the mock: its models are ready. */
bool provider_is_mock(const provider *p);

#endif

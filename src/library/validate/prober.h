/* prober: climbs the ladder for all models at once: credential, list, prove, generate. One listing for each endpoint and key, one
 * proof at a time for each model that the listing leaves open. Reads no files, keeps nothing between runs. */
#ifndef ROSTER_VALIDATE_PROBER_H
#define ROSTER_VALIDATE_PROBER_H

#include "library/validate/factory.h"
#include "library/validate/outcome.h"

/* One request that was made, for the evidence. */
typedef struct attempt {
  stage stage;
  const char *method, *url, *outcome;
  int status;
  long latency_ms;
} attempt;

typedef struct attempts {
  attempt *at;
  size_t count, room;
} attempts;

struct provider_endpoint;

/* One model on its way up. */
typedef struct probe {
  service *service;
  struct provider_endpoint *endpoint;
  size_t proofs_asked;
  bool proved;          /* something free has shown that it works */
  shortfall last_error; /* what came nearest to a proof */
  outcome best;         /* the verdict of the highest rung so far */
  attempts attempts;
} probe;

/* Models that share a provider, an address and a key. */
typedef struct provider_endpoint {
  const service *service; /* of its first model */
  probe **probes;
  size_t probe_count, probe_room;
  rate_slot rate_slot;
  size_t pages;
  lookup names;           /* what it lists: to what it says of a model, where that matters, else to anything */
  lookup own;             /* the wire names of its models */
  remote_model **entries; /* those that matter, in their order */
  size_t entry_count, entry_room;
  bool recalled; /* its models of an earlier listing are among its probes */
  lookup asked;  /* addresses of pages, to see a loop */
  bool complete; /* the listing was read to its end */
  bool key_proven;
  attempts attempts;
} provider_endpoint;

typedef struct gateway_contact {
  bool asked, answered;
} gateway_contact;

typedef struct prober {
  arena *arena;
  factory *factory;
  script *script;
  exchanges exchanges;
  roster_level level;
  long timeout_ms, deadline_ms; /* 0: as defined */
  probe *probes;                /* one for each model, in order */
  provider_endpoint **endpoints;
  size_t endpoint_count, endpoint_room;
  provider_endpoint **latest_endpoint;   /* of each provider of the catalog, in order; NULL: none yet */
  lookup endpoint_places;                /* by the provider's id and the base URL */
  const struct earlier_listing *earlier; /* of each provider of the catalog, in order; NULL: there was none. See discovery.h */
  lookup *block_names;                   /* of each provider, once somebody discovers: the wire names of its models */
  gateway_contact *gateways;             /* one for each gateway of the catalog, in order */
  probe **found;                         /* the probes that no block defines */
  size_t found_count, found_room;
  bool discover_all; /* whatever the providers say */
  size_t decided;
  int64_t end_ms;
  int64_t answered_ms; /* when the answer in hand came; 0: none so far */
  json_t *body;        /* of the answer in hand; dropped by whoever cleans up */
  /* A billed proof that still holds, so that it is not paid for twice. NULL: none. May be NULL itself. */
  const outcome *(*remembered)(void *payload, const service *s);
  void (*on_decided)(void *payload, const probe *t, size_t decided, size_t total);
  void *payload;
} prober;

/* Whether models that this provider lists and no block defines are wanted. */
bool prober_discovers(const prober *p, const provider *whom);
/* What the listing says of this model; NULL when it says nothing. */
const remote_model *prober_listed(const probe *t);
/* Fills in the outcome of every service that has none. Bounded by its deadlines. */
void prober_run(prober *p);

#endif

/* provider_endpoint: models that share a provider and a base URL, so that one listing and one limit on requests serve them all. Groups
 * services into endpoints, divides an origin's slots among those behind it, and keeps what each one's listing has. Sends nothing. */
#ifndef ROSTER_VALIDATE_PROVIDER_ENDPOINT_H
#define ROSTER_VALIDATE_PROVIDER_ENDPOINT_H

#include "library/validate/exchange.h"
#include "library/validate/limits.h"
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

/* One kind of request whose positive answers wait for the control request of the first: see belief.h. */
typedef struct claim {
  uint64_t of; /* see belief_of */
  bool asked;
  struct probe **waiting;
  size_t count, room;
} claim;

/* What a request to generate without a prompt has shown of the key: see belief.h. */
typedef enum unprompted { UNPROMPTED_OPEN, UNPROMPTED_ASKED, UNPROMPTED_PASSED, UNPROMPTED_REFUSED, UNPROMPTED_NOT_TOLD } unprompted;

/* Of the names of a listing, the one that may be meant by a name that is not among them. */
typedef struct near_name {
  const char *name;   /* NULL: none */
  int rank;           /* of likeness; 0: none so far */
  bool several;       /* of this rank */
  struct probe *next; /* that is sought under the same word */
} near_name;

/* What is found out about one model. */
typedef struct probe {
  service *service;
  struct provider_endpoint *endpoint; /* NULL: decided without a request */
  size_t proofs_tried;
  bool proved;          /* something free has shown that it works */
  bool unheard;         /* a proof got no answer about it */
  bool billed;          /* its billed request was sent in this run */
  bool unrefuted;       /* a billed request has proved it; that is too long ago, but no answer says otherwise */
  bool alike;           /* a look-up passed, but would have passed with any key */
  bool shares_name;     /* with another block of its provider */
  remote_model *said;   /* what a look-up states of it; NULL for nothing */
  bool snapshot;        /* of another model: not meant where all are to be billed for */
  const char *served;   /* another model that an answer named; NULL for none */
  near_name *nearest;   /* see probe_nearest; NULL: it was not sought */
  shortfall last_error; /* what came nearest to a proof */
  outcome best;         /* the verdict of the highest stage so far */
  attempts attempts;
} probe;

typedef struct provider_endpoint {
  const service *service; /* of its first model */
  probe **probes;
  size_t probe_count, probe_room;
  rate_slot rate_slot;
  api_request first_page; /* of its listing */
  size_t pages;
  lookup page_urls;       /* those that were requested, to notice a loop */
  lookup listed;          /* the names of its listing, each with its entry, or with the endpoint where no entry was kept */
  lookup left_out;        /* names of models that its listing has and the protocol's read_list drops */
  texts wildcards;        /* names with "*" in its listing: such models may exist */
  lookup defined;         /* the names of its models that have a block */
  lookup candidates;      /* the names of its listing that discovery may take */
  remote_model **entries; /* those that were kept, in their order */
  size_t entry_count, entry_room;
  bool nearest_sought;     /* see probe_nearest */
  bool recalled;           /* the models of an earlier listing are among its probes */
  bool complete;           /* the listing was read to its end */
  bool unheard;            /* the listing said nothing that can be believed: none came, or one without all that was known to work */
  bool with_trace, unseen; /* that names of its listing were left out for these was told */
  bool key_proven;
  bool alike;                   /* its listing would prove the key, but is shown to any */
  const struct exchange *first; /* the request of the first page */
  outcome positive;             /* what a listed model gets where the listing decides */
  claim *claims;                /* by kind of request */
  size_t claim_count, claim_room;
  key *made_up; /* NULL until it is needed */
  unprompted unprompted;
  outcome refusal;           /* UNPROMPTED_REFUSED: of all its models */
  struct probe **for_prompt; /* those that wait for that */
  size_t for_prompt_count, for_prompt_room;
  attempts attempts;
  limits limits;
} provider_endpoint;

typedef struct provider_endpoints {
  arena *arena;
  provider_endpoint **at;
  size_t count, room;
  provider_endpoint **latest; /* of each provider of the catalog, in order; NULL: none yet */
  lookup by_address;          /* by the provider's id and the base URL */
} provider_endpoints;

/* The endpoint of this service, made where it is the first. */
provider_endpoint *endpoints_get(provider_endpoints *all, const service *s);
void endpoint_add(provider_endpoint *e, arena *a, probe *t);
/* Gives each endpoint its share of the requests that may be in flight at its origin. `timeout_ms` is 0 for the defined ones. */
void endpoints_divide_origins(provider_endpoints *all, long timeout_ms);

/* Take an entry of the listing, and one of which only the name was read, with the endpoint as `entry`. False where it is known already. */
void endpoint_take_entry(provider_endpoint *e, arena *a, remote_model *one);
bool endpoint_take_name(provider_endpoint *e, arena *a, const char *name, void *entry);
bool probe_is_listed(const probe *t);
/* Whether a wildcard of the listing covers it. */
bool probe_may_be_listed(const probe *t);
/* The one name of a complete listing that is this model's but for capitals, "." instead of "-", or a maker in front; NULL for none, and
 * where a block means that one. */
const char *probe_nearest(probe *t, arena *a);
/* What the listing has on a model; NULL for nothing. */
const remote_model *probe_listed_entry(const probe *t);
/* What its provider says of it: the listing, unless the model was made of that, and look-ups. False for nothing. */
bool probe_heard(const probe *t, remote_model *out);

#endif

/* result: what a load or a refresh found out, immutable once built: each model of the catalog with its outcome, in the order of their
 * blocks; which of them are usable; the default model; the providers; and, where nothing is usable, why. It is built in one pass over the
 * models, each with its service and, after a refresh, its probe. Models that were proved before are kept through an outage, and until the
 * first refresh those that the cache has. */
#ifndef ROSTER_REGISTRY_RESULT_H
#define ROSTER_REGISTRY_RESULT_H

#include "library/definitions/needs.h"
#include "library/registry/model_request.h"
#include "library/validate/prober.h"

#include <stdatomic.h>

struct roster_request {
  attempt attempt;
};

struct roster_service {
  const roster_model *model;
  const char *body;
  const char *sdk_base_url, *sdk_api_version; /* "" for none */
  int64_t made_ms;                            /* of the snapshot: it has seen no older credential */
  uint64_t registry;                          /* the number of its options */
};

struct roster_model {
  const model *model;   /* as it is given out */
  const model *defined; /* as scripts and requests know it */
  const model *heard;   /* with what its provider says of it: see heard.h. Most often the same */
  const service *service;
  const roster_provider *provider;
  outcome outcome;
  bool usable, configured, mock;
  bool offered;             /* usable, chats, and no snapshot: in the list of usable models */
  bool again;               /* a further line of the same model */
  const char *stale_reason; /* NULL when fresh */
  roster_reason stale_code; /* this and the next: the same as data */
  roster_blame stale_blame;
  const char *stale_said;
  texts disagreements;             /* with the live listing */
  const char *warning;             /* that it retires; NULL for none */
  const roster_model *snapshot_of; /* NULL for none */
  texts snapshots;                 /* the ids of its own */
  const char *shadowed_by;         /* the id of a better one that is usable too; NULL for none */
  uint64_t identity;               /* provider, endpoint, api_name, protocol and key as one number: what was proved */
  uint64_t place_identity;         /* the same with the source of the key instead, for while there is no key */
  struct roster_service public_service;
  const char *defined_at;
  roster_header *headers;
  size_t header_count;
  struct roster_request *requests;
  size_t request_count;
  const model_request *host_request; /* what a host would send; NULL unless the host wants requests kept */
};

struct roster_provider {
  const provider *provider;
  const key *key; /* without its value, which is wiped */
  const char *endpoint, *source, *since, *until, *defined_at;
  bool set, mock;
  roster_tri listed;
  const char *listing_problem;
  const char *hint;
  const char *warning; /* "" for none */
  limits heard;
  roster_limits limits; /* the same as hosts read it; nothing was stated where `at` is NULL */
  size_t defined, ready;
};

/* A model in its rank, with what a choice reads of it. */
typedef struct ranked_model {
  const roster_model *model;
  model_facts facts;
  bool offered;     /* as its model's */
  bool has_key;     /* or is usable without */
  bool switched_on; /* not disabled */
  bool tried;       /* a billed request has shown that it chats */
} ranked_model;

typedef struct cache cache; /* see cache.h */

/* Shared by the snapshots that publish it. */
typedef struct result {
  atomic_size_t holders;
  arena *arena;
  const catalog *catalog;
  const extras *extras; /* their names alone: the values are wiped */
  roster_model *models;
  size_t count;
  const size_t *first;         /* by the position of a model, where its lines begin; NULL: each has one */
  const roster_model **usable; /* those that are offered */
  size_t usable_count;
  ranked_model *ranked; /* all that chat, usable or not, the best first */
  size_t ranked_count;
  const roster_model **usable_by_name; /* parallel to the slots of the catalog's names; NULL for one that is not usable */
  roster_provider *providers;
  size_t provider_count;
  roster_retirement *retirements; /* the first day first */
  size_t retirement_count;
  roster_rename *renames;
  size_t rename_count;
  const roster_model *default_model;
  const char *default_wanted, *gateway_status, *credential_status, *empty_reason, *empty_hint;
  bool llm_configured;
  const char *document; /* in the form that the host wants; NULL: the standard one */
  char day[11];         /* (UTC) of which prices are told */
  int64_t change_ms;    /* when the first day begins on which a price is another one, or a name another model's; 0: never */
  const roster_source_state *sources;
  size_t source_count;
  uint64_t generation;
  long billed_today, billed_per_day; /* requests; as of now */
  const char *billed_since;          /* when the day began */
} result;

/* What a result is made from. */
typedef struct result_parts {
  arena *arena; /* the result takes it over when it succeeds */
  factory *factory;
  prober *prober;        /* NULL: no requests were made */
  const result *earlier; /* known-good models are kept from it; NULL for none */
  const cache *cache;    /* what an earlier process proved, where no requests were made; NULL for none */
  uint64_t generation;
  const model_request *requests; /* one for each model, in order; NULL: they are not kept */
  ledger *ledger;                /* NULL: nothing is billed */
  const roster_source_state *sources;
  size_t source_count;
  uint64_t registry; /* the number of its options */
} result_parts;

/* In remarks.c: what a model's entry reports in addition to its verdict. */

/* Tells the snapshots from the models that they are of. */
void link_snapshots(result *d);
/* A sentence from `ahead_ms` before the day of retirement on; NULL before that, and where no day is known. */
const char *retirement_warning(arena *a, const model *m, int64_t wall_ms, int64_t ahead_ms);
/* Fills in what its provider says of model `i`, and a sentence for each field in which its block says otherwise. `before`: the same model
 * of the result before; NULL for none. */
void hear(const result_parts *parts, const result *d, roster_model *m, size_t i, const roster_model *before);
/* What the providers stated of the account, and the warning about their credit. */
void tell_limits(const result_parts *parts, result *d);
/* In prices.c: the model with what it costs on that day; `m` itself where its price has neither tiers nor days. */
const model *priced_model(arena *a, const model *m, const char *day);
/* In lines.c: a model as it is given out. */

size_t lines_of(const model *m);
/* The model of line k, of lines_of(m); `m` itself where nothing is spelled otherwise. */
const model *line_model(arena *a, const catalog *c, const model *m, size_t k);
/* The id that is given out for a name that leads to a model; else the name. */
const char *given_id(const catalog *c, const char *name);
/* The line that one of the model's names means, or the one with the window that a stored id came with. */
const roster_model *line_named(const result *d, const model *m, const char *name);
const roster_model *line_by_window(const result *d, const model *m, const char *stored);
bool is_variant(const model *m, const char *id);
void collect_renames(result *d);

/* In emptiness.c: `without` is the first provider that has a key and no model; NULL for none. */
void explain_emptiness(const result_parts *parts, result *d, const roster_provider *without);

/* Marks models that a better one replaces in a picker. For when it is known which models are usable. */
void mark_shadowed(result *d);

/* In pick.c, for when it is known which models stand back. */
void rank_models(result *d);
/* It chats, and is no snapshot. */
bool model_is_for_pickers(const roster_model *m);
/* The best usable model that meets the needs, a preferred provider's first; `provider_id` NULL: of any provider. NULL when there is none.
 */
const roster_model *best_by_needs(const result *d, const need_set *n, const char *provider_id);

/* In choice.c, for when it is known which models are usable. */
void choose_default(result *d);

/* In retirements.c, for when the default is chosen. The ledger may be NULL. */
void collect_retirements(result *d, ledger *l);

result *result_build(const result_parts *parts);
void result_release(result *d);

/* How long after its proof a model is kept that nothing is said against. A billed proof is not repeated for a while, so that the time
 * counts from where it would have been. */
int64_t keep_for_ms(const policy *p, stage proved_at);
/* By any of its names; NULL when there is none, or id is NULL. */
const roster_model *result_find(const result *d, const char *id);

#endif

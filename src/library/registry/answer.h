/* answer: what a load or a refresh found out: every model with its outcome, by name and in order. Immutable once built. */
#ifndef ROSTER_REGISTRY_ANSWER_H
#define ROSTER_REGISTRY_ANSWER_H

#include "library/registry/model_request.h"
#include "library/validate/prober.h"

#include <stdatomic.h>

struct roster_request {
  attempt attempt;
};

struct roster_service {
  const roster_model *model;
  const char *body;
  int64_t made_ms; /* a credential that is younger was not used with it */
};

struct roster_model {
  const model *model;
  const service *service;
  const roster_provider *provider;
  outcome outcome;
  bool usable, configured, imaginary;
  const char *stale_reason; /* NULL when fresh */
  roster_reason stale_code; /* the same as data, as is the next */
  roster_blame stale_blame;
  const char *stale_said;
  texts disagreements;     /* with the live listing */
  const char *warning;     /* that it goes away; NULL for none */
  const char *shadowed_by; /* the id of a better one that is usable too; NULL for none */
  uint64_t identity;       /* provider, endpoint, api_name, protocol and key as one number: what was proved */
  uint64_t place;          /* the same with where the key comes from in its stead, for while there is none */
  struct roster_service reach;
  const char *defined_at;
  roster_header *headers;
  size_t header_count;
  struct roster_request *requests;
  size_t request_count;
  const model_request *wire; /* what a host would send; NULL unless the host wants requests kept */
};

struct roster_provider {
  const provider *provider;
  const char *endpoint, *source, *since, *until, *defined_at;
  bool set, imaginary;
  size_t defined, ready;
};

typedef struct cache cache; /* see cache.h */

/* What a refresh found out. Shared by the snapshots that publish it. */
typedef struct answer_data {
  atomic_size_t holders;
  arena *arena;
  const catalog *catalog;
  roster_model *models;
  size_t count;
  const roster_model **usable;
  size_t usable_count;
  const roster_model **usable_by_name; /* beside the slots of the catalog's names; NULL where they lead to one that is not usable */
  roster_provider *providers;
  size_t provider_count;
  roster_rename *renames;
  size_t rename_count;
  const roster_model *fallback;
  const char *default_wanted, *gateway_status, *credential_status, *empty_reason, *empty_hint;
  bool llm_configured;
  uint64_t generation;
} answer_data;

/* What an answer is made from. `earlier` (may be NULL) keeps known-good models through an outage. */
typedef struct answer_parts {
  arena *arena; /* the answer takes it over when it succeeds */
  factory *factory;
  prober *prober; /* NULL: nobody was asked */
  const answer_data *earlier;
  const cache *cache; /* what an earlier process proved, where nobody was asked; NULL for none */
  uint64_t generation;
  const model_request *requests; /* one for each model, in order; NULL: they are not kept */
} answer_parts;

/* In remarks.c: what a model's entry reports in addition to its verdict. */

/* A sentence from `ahead_ms` before the day of retirement on; NULL before that, and where no day is known. */
const char *retirement_warning(arena *a, const model *m, int64_t wall_ms, int64_t ahead_ms);
/* A sentence for each field in which its block and the listing differ. A value that only one of them has is not a difference. */
texts disagreements(arena *a, const model *m, const remote_model *there);
/* Marks models that a better one replaces in a picker. For when it is known which models are usable. */
void mark_shadowed(answer_data *d);

answer_data *answer_build(const answer_parts *parts);
void answer_release(answer_data *d);

/* What was proved, as one number. The key counts by its fingerprint. */
uint64_t service_identity(const keyring *ring, const service *s);
/* By id, alias or former id; NULL when nothing answers to it, or id is NULL. */
const roster_model *answer_find(const answer_data *d, const char *id);

#endif

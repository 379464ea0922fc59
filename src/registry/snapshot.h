/* snapshot: one immutable answer. Built once, read by anybody, freed with its last holder.
 * Reading takes no lock and allocates nothing. */
#ifndef ROSTER_REGISTRY_SNAPSHOT_H
#define ROSTER_REGISTRY_SNAPSHOT_H

#include "base/lookup.h"
#include "validate/plan.h"

#include <stdatomic.h>

struct roster_request {
  made made;
};

struct roster_model {
  const struct answer_data *in;
  const model *model;
  const service *service;
  const roster_provider *provider;
  outcome outcome;
  bool usable, configured, imaginary;
  const char *stale_reason; /* NULL when fresh */
  uint64_t identity;        /* provider, endpoint, api_name, protocol and key as one number: what was proved */
  const char *defined_at;
  roster_header *headers;
  size_t header_count;
  struct roster_request *requests;
  size_t request_count;
};

struct roster_provider {
  const provider *provider;
  const char *endpoint, *source;
  bool set, imaginary;
  size_t defined, ready;
};

/* What a refresh found out. Shared by the snapshots that publish it. */
typedef struct answer_data {
  atomic_size_t holders;
  arena *arena;
  const catalog *catalog;
  roster_model *models;
  size_t count;
  const roster_model **usable;
  size_t usable_count;
  roster_provider *providers;
  size_t provider_count;
  lookup names; /* id, alias, former id to roster_model */
  const roster_model *fallback;
  const char *default_wanted, *gateway_status, *empty_reason, *empty_hint;
  bool llm_configured;
  uint64_t generation;
} answer_data;

struct roster_snapshot {
  atomic_size_t holders;
  answer_data *data;
  char *json;
  size_t json_bytes;
  char *error_file, *error_message; /* a reload that failed since */
  int error_line;
};

/* What a snapshot is made from. `earlier` (may be NULL) keeps known-good models through an outage. */
typedef struct snapshot_parts {
  arena *arena; /* the snapshot takes it over when it succeeds */
  factory *factory;
  plan *plan; /* NULL: nobody was asked */
  const answer_data *earlier;
  uint64_t generation;
} snapshot_parts;

answer_data *answer_build(const snapshot_parts *parts);
void answer_release(answer_data *d);

/* A snapshot of the data; takes over one hold of it. NULL when out of memory (the hold is dropped). `err` may be NULL. */
roster_snapshot *snapshot_new(answer_data *d, const roster_error *err);

/* What was proved, as one number. The key counts by its fingerprint. */
uint64_t service_identity(const keyring *ring, const service *s);
/* The same model in another answer, if it is still the thing that was proved; NULL otherwise. */
const roster_model *answer_same(const answer_data *d, const roster_model *m);
const roster_model *answer_find(const answer_data *d, const char *id);

#endif

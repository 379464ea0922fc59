/* job: one load, from options to a result: runs the definitions, makes a service of each model, asks the providers if wanted, and builds
 * the result. It runs on a thread of its own, whose stack is large enough for scripts; whatever happens, also when memory runs out
 * half-way, only the result is left of it. */
#ifndef ROSTER_REGISTRY_JOB_H
#define ROSTER_REGISTRY_JOB_H

#include "library/registry/registry_options.h"
#include "library/registry/result.h"
#include "library/registry/source_states.h"

/* Ids that callers gave, malloc'd. */
typedef struct named_models {
  char **ids;
  size_t count;
} named_models;

typedef struct job {
  const registry_options *options;
  bool ask;                          /* the providers are asked */
  const roster_transport *transport; /* for sources; for providers too, once one of them is asked */
  /* Gives the latter. NULL, and err filled, when there is none. */
  const roster_transport *(*connect)(void *payload, roster_error *err);
  const result *earlier;                             /* known-good models are kept from it; NULL for none */
  const cache *cache;                                /* what an earlier process proved; NULL for none */
  ledger *ledger;                                    /* what was billed; NULL: nothing is */
  const named_models *named;                         /* asked for by name; NULL: none */
  bool by_clock;                                     /* nobody asked for this */
  bool (*claim)(void *payload, const bill_claim *c); /* before billed requests are sent; see billing.h. NULL: nothing is kept */
  void *payload;
  beliefs *beliefs; /* what hosts have shown so far; NULL: nothing is kept of it */
  helpers *helpers; /* that keys may come from; NULL for none */
  helper_start start;
  uint64_t salt; /* the same for all jobs of a registry */
  uint64_t generation;
  const atomic_bool *cancelled;      /* becomes true when the result is not wanted any more; NULL: never */
  bool build;                        /* a result is wanted */
  source_wish *update;               /* sources are looked at, and nothing else is done; NULL: none is */
  said_sentences *said;              /* about sources; NULL: everything is said */
  const char *command_id;            /* of the model whose request is wanted as a curl command; NULL: none */
  char *command;                     /* that command, malloc'd */
  const roster_merged_choice *merge; /* the definitions are written, and nothing else is done; NULL: they are not */
  char *merged;                      /* what was written, malloc'd */
  result *result;                    /* the caller releases it */
  uint64_t digest;                   /* of the files that were read: see locations.h */
  bool unread;                       /* a file is there that this machine could not read, so the definitions were not judged */
  roster_status status;
  roster_error error;
  bool keep_finding;
  roster_finding *finding; /* where wanted: the first error of the definitions; the caller frees it. NULL: they have none */
} job;

/* Says that what this thread does from now on belongs to a run of the registry with these options; NULL: to none. Returns what was said
 * before. */
const registry_options *job_mark(const registry_options *of);
bool job_is_here(const registry_options *of);

/* Waits for it. Returns j->status; j->error is filled where it failed. */
roster_status job_run(job *j);

#endif

/* job: one load, from options to an answer: reads the sources, makes the services, asks the providers if wanted. Everything it
 * needs is its own, and everything but the answer goes away with it, also when memory runs out half-way. */
#ifndef ROSTER_REGISTRY_JOB_H
#define ROSTER_REGISTRY_JOB_H

#include "library/registry/options.h"
#include "library/registry/answer.h"

typedef struct job {
  const options *options;
  bool ask;                          /* go and ask the providers */
  const roster_transport *transport; /* for asking */
  const answer_data *earlier;        /* known-good models are kept from it; NULL for none */
  const cache *cache;                /* what an earlier process proved; NULL for none */
  helpers *helpers;                  /* that keys may come from; NULL for none */
  helper_start start;
  uint64_t salt; /* the same for all jobs of a registry */
  uint64_t generation;
  const atomic_bool *cancelled; /* becomes true when nobody wants the answer any more; NULL: never */
  bool build;                   /* an answer is wanted */
  const char *command_id;       /* of the model whose request is wanted as a curl command; NULL: none */
  char *command;                /* that command, malloc'd */
  answer_data *answer;          /* what came out; the caller's */
  uint64_t mark;                /* of the files that were read: see places.h */
  roster_status status;
  roster_error error;
} job;

/* Runs on a thread of roster's own and waits. Answers j->status; j->error is filled. */
roster_status job_run(job *j);

#endif

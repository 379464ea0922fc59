/* prober: finds out which models work, all of them at once. The ladder is credential, list, prove, generate. Each endpoint is asked for its
 * listing; a model that the listing leaves open is tried by one free request after another (a proof); what no free request decides is asked
 * to generate, where that is allowed. The first response that decides is the verdict. Each exchange has a stage, and the function of that
 * stage reads the response and sends the next request. Reads no files, keeps nothing between runs. */
#ifndef ROSTER_VALIDATE_PROBER_H
#define ROSTER_VALIDATE_PROBER_H

#include "library/validate/belief.h"
#include "library/validate/billing.h"
#include "library/validate/factory.h"

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
  provider_endpoints endpoints;
  const struct earlier_listing *earlier; /* of each provider of the catalog, in order; NULL: there was none. See discovery.h */
  lookup offered_names;                  /* that discovery may add, each with its provider; with itself where several list it */
  lookup *block_names;                   /* of each provider, once one discovers: the names that its blocks define */
  gateway_contact *gateways;             /* one for each gateway of the catalog, in order */
  probe **found;                         /* discovered models */
  size_t found_count, found_room;
  bool discover_all; /* whatever the providers say */
  size_t decided;
  int64_t end_ms;
  int64_t answered_ms; /* when the latest response came; 0: none so far */
  json_answer body;    /* of the response in hand; the caller drops it after an escape */
  billing billing;
  /* What a billed request to the same thing was answered with in the run before, if not a success; NULL: nothing. May be NULL itself. */
  const outcome *(*failed_before)(void *payload, const service *s);
  /* Whether the model was ready when it was last asked for, as the same thing. May be NULL. */
  bool (*was_ready)(void *payload, const service *s);
  beliefs *beliefs; /* what hosts have shown before; NULL: nothing */
  /* Before the first request, if there is one. NULL: there is no transport. */
  const roster_transport *(*connect)(void *payload);
  void (*on_decided)(void *payload, const probe *t, size_t decided, size_t total);
  void (*on_completed)(void *payload, const completed *done, const classification *r); /* of what was sent; NULL: nobody asks */
  void *payload;
} prober;

/* Whether models that this provider lists and no block defines are wanted. */
bool prober_discovers(const prober *p, const provider *of);
/* The steps that listing.h and belief.h go on with. */
exchange *prober_queue(prober *p, provider_endpoint *e, probe *t, stage at, const protocol *speaks, const api_request *q);
void prober_decide(prober *p, probe *t, const outcome *o);
/* A function failed when it was asked about this one: it is not offered. */
void prober_fail_one(prober *p, probe *t, stage at, const culprit *c, const char *why);
void prober_fail_all(prober *p, provider_endpoint *e, const culprit *c, const char *why);
void prober_decide_all(prober *p, provider_endpoint *e, const completed *done, const classification *r);
void prober_succeed(prober *p, probe *t, const outcome *how);
bool prober_answers_itself(const service *s); /* whether a gateway answers for the provider */
void prober_pass(prober *p, probe *t);        /* with its best outcome */
/* As unproven, for this reason; where no proof was tried, a complete listing is named as what proves nothing. */
void prober_leave_unproven(prober *p, probe *t, stage at, const shortfall *why);
void prober_prove_next(prober *p, probe *t);
void prober_no_proof_left(prober *p, probe *t);
/* What a script reports may repeat a response. */
const char *prober_redacted(prober *p, const char *text);
/* A name that a response gives a model, in one line. */
const char *prober_shown_name(prober *p, const char *name);

/* Fills in the outcome of every service that has none. Bounded by its deadlines. False where that needs a transport and there is none. */
bool prober_run(prober *p);

#endif

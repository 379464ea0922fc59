/* model_request: the request that a host would send to a model: as a curl command for people to try, and as JSON (snapshot.h). A secret
 * appears as the name of its variable, never as its value. Requests are made while the scripts are loaded, so that reading one later needs
 * no Lua. */
#ifndef ROSTER_REGISTRY_MODEL_REQUEST_H
#define ROSTER_REGISTRY_MODEL_REQUEST_H

#include "library/validate/factory.h"

typedef struct model_request {
  const char *method, *url;
  const char *body;    /* NULL: its protocol has no `generate` */
  const char *command; /* NULL: the model has no address, or its protocol failed */
  const char *problem; /* how the protocol failed; NULL when it did not */
} model_request;

/* The request of one service, in `a`. */
model_request model_request_make(arena *a, const factory *f, script *s, const service *v);
/* The requests of all models of the catalog, in order. */
const model_request *model_requests_make(arena *a, const factory *f, script *s);
/* ROSTER_OK when there is a command, else ROSTER_EINVALID where the model has no address, ROSTER_EDEFINITIONS where its protocol failed. */
roster_status model_request_check(const model_request *q, const service *v, const char *id, roster_error *err);

#endif

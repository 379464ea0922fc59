/* classification: what one answer means, before anybody asks whom it is about: the status's default, and the protocol's own word where
 * the status alone would mislead. */
#ifndef ROSTER_VALIDATE_CLASSIFICATION_H
#define ROSTER_VALIDATE_CLASSIFICATION_H

#include "library/validate/exchange.h"

typedef enum response_class {
  CLASS_YES,       /* the answer that was hoped for */
  CLASS_MISSING,   /* this endpoint is not served here: ask another way */
  CLASS_REJECTED,  /* our own request was wrong: says nothing about the model */
  CLASS_MALFORMED, /* answered, but not in the protocol's language */
  CLASS_STATE      /* `state` says it */
} response_class;

typedef struct classification {
  stage stage;
  response_class response_class;
  roster_state state;
  const char *said;        /* the response's own words, redacted; "" for none */
  const char *retry_after; /* "" or "30 s" */
  json_t *body;            /* NULL when not JSON; the caller drops it */
  api_response response;
} classification;

typedef struct classifier {
  arena *arena;
  script *script;
  const keyring *ring;
  json_t **held; /* where the body is kept from the moment it exists, for whoever cleans up */
} classifier;

/* out->body is the caller's to drop. */
void classify_response(const classifier *by, const protocol *p, const model *m, const completed *done, classification *out);
const char *classification_name(const classification *r); /* "ready", "missing", "bad_credential" ... */
bool state_from_name(const char *name, roster_state *out);

#endif

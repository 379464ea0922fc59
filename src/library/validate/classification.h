/* classification: what a response means: first whether it comes from the API at all, then the verdict of the protocol's own function, where
 * it has one, else what the HTTP status means by default. Only what is in an API's own words can take a model away. */
#ifndef ROSTER_VALIDATE_CLASSIFICATION_H
#define ROSTER_VALIDATE_CLASSIFICATION_H

#include "library/validate/exchange.h"

typedef enum response_class {
  CLASS_YES,       /* success */
  CLASS_MISSING,   /* this path is not served here: try another */
  CLASS_REJECTED,  /* roster's own request was wrong: no evidence on the model */
  CLASS_MALFORMED, /* not a response of this protocol */
  CLASS_STATE      /* see `state` */
} response_class;

typedef struct classification {
  stage stage;
  response_class response_class;
  roster_state state;
  roster_reason code;      /* why, where that is more than the state says; else ROSTER_REASON_NONE */
  const char *said;        /* the response's own words, redacted; "" for none */
  const char *sign;        /* the header by which something in front of the API gave itself away, redacted; "" for none */
  const char *broken;      /* why the protocol's own verdict cannot be used; NULL where it can */
  const char *retry_after; /* "" or "30 s" */
  const json_t *body;      /* as in the response */
  api_response response;
} classification;

typedef struct classifier {
  arena *arena;
  script *script;
  keyring *ring;
  bool plain_refusal;   /* a 401 without an API's error is how this host refuses a key */
  exchanges *exchanges; /* which go on while a long answer is parsed; NULL: there are none */
  json_answer *held;    /* gets what was read, also where an allocation jumps away; the caller drops it */
} classifier;

void classify_response(const classifier *by, const protocol *p, const model *m, const completed *done, classification *out);
const char *classification_name(const classification *r); /* "ready", "missing", "bad_credential" ... */
/* Whether it says neither yes nor no about what was asked. */
bool classification_says_nothing(const classification *r);
/* Calls the verdicts of a deployer's protocols with made-up answers: one that returns what is no state is an error. For `roster lint`. */
void classification_rehearse(script *s, const catalog *c);
bool state_from_name(const char *name, roster_state *out);

#endif

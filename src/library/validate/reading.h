/* reading: what one answer means, before anybody asks whom it is about: the status's default, and the protocol's own word where
 * the status alone would mislead. */
#ifndef ROSTER_VALIDATE_READING_H
#define ROSTER_VALIDATE_READING_H

#include "library/validate/exchange.h"

typedef enum meaning {
  MEANS_YES,       /* the answer that was hoped for */
  MEANS_MISSING,   /* this endpoint is not served here: ask another way */
  MEANS_REJECTED,  /* our own request was wrong: says nothing about the model */
  MEANS_MALFORMED, /* answered, but not in the protocol's language */
  MEANS_STATE      /* `state` says it */
} meaning;

typedef struct reading {
  meaning meaning;
  roster_state state;
  const char *message;     /* the answer's own words, redacted; "" for none */
  const char *retry_after; /* "" or "30 s" */
  json_t *body;            /* NULL when not JSON; the caller drops it */
  answer answer;
} reading;

typedef struct reader {
  arena *arena;
  script *script;
  const keyring *ring;
  json_t **held; /* where the body is kept from the moment it exists, for whoever cleans up */
} reader;

/* out->body is the caller's to drop. */
void read_answer(const reader *by, const protocol *p, const model *m, const landing *l, reading *out);
const char *meaning_name(const reading *r); /* "ready", "missing", "bad_credential" ... */
bool state_from_name(const char *name, roster_state *out);

#endif

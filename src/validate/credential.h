/* credential: where a provider's key comes from, and its value, which goes straight into the keyring.
 * Knows nothing of HTTP; its messages name the variable or the file, never the value. */
#ifndef ROSTER_VALIDATE_CREDENTIAL_H
#define ROSTER_VALIDATE_CREDENTIAL_H

#include "base/environment.h"
#include "base/secret.h"
#include "script/catalog.h"
#include "validate/helper.h"

typedef enum key_state { KEY_NONE_NEEDED, KEY_UNSET, KEY_MALFORMED, KEY_PENDING, KEY_SET } key_state;

typedef struct key {
  key_state state;
  const secret *value;  /* KEY_SET only */
  const char *source;   /* "$ACME_API_KEY", "$ACME_API_KEY_FILE", "/run/key", "keyless" */
  const char *variable; /* "ACME_API_KEY", or the path: what a person would set */
  const char *problem;  /* for KEY_UNSET, KEY_MALFORMED and KEY_PENDING: a sentence */
  const char *hint;     /* what to do about it; NULL: set the variable */
  bool only;            /* the host or a helper has the word: nothing else is sent in its stead */
  bool from_helper;
  helper_order helper;          /* which one */
  const roster_header *headers; /* go along with it, their values on the ring */
  size_t header_count;
} key;

/* Where keys are looked for. */
typedef struct key_sources {
  arena *arena;
  keyring *ring;
  const environment *environment;
  roster_status (*host)(void *payload, const char *provider_id, roster_credential *out); /* the host's own; NULL for none */
  void *payload;
  helpers *helpers; /* NULL: none is run */
  helper_start start;
  int64_t wait_until_ms; /* for a helper that runs; 0: not at all */
} key_sources;

/* The key of a provider: the host's word, else the helper for all, else what its credential names. */
key key_for(const key_sources *from, const provider *p);
/* Starts what is to be started, each once and all before the first is waited for. */
void keys_start_helpers(const key_sources *from, const catalog *c);
/* The helper that its key may come from; false when there is none. */
bool key_helper(const environment *e, const provider *p, helper_order *out);
/* What a credential names; NULL for c: no key is needed. */
key key_find(arena *a, keyring *ring, const environment *e, const credential *c);

#endif

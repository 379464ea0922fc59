/* credential: a provider's key, and who has it: the host, a helper, or what its definition names, in this order: a variable, a file that a
 * variable names, one of the service manager's credentials, a file. The value goes straight into the keyring; messages name the variable or
 * the file, never the value. Knows nothing of HTTP. */
#ifndef ROSTER_VALIDATE_CREDENTIAL_H
#define ROSTER_VALIDATE_CREDENTIAL_H

#include "util/environment.h"
#include "util/secret.h"
#include "library/definitions/catalog.h"
#include "library/validate/helper.h"

typedef enum key_state { KEY_NONE_NEEDED, KEY_UNSET, KEY_MALFORMED, KEY_PENDING, KEY_SET } key_state;

typedef struct key {
  key_state state;
  const secret *value;  /* KEY_SET only */
  const char *source;   /* "$ACME_API_KEY", "$ACME_API_KEY_FILE", "/run/key", "keyless" */
  const char *variable; /* "ACME_API_KEY", or the path: what a person would set */
  roster_reason code;   /* for KEY_UNSET, KEY_MALFORMED and KEY_PENDING: why */
  const char *problem;  /* the same as a sentence */
  const char *foreign;  /* "it looks like a key of Acme (ac-...)", or NULL */
  const char *hint;     /* what to do about it; NULL: set the variable */
  bool exclusive;       /* the host or a helper has the word: nothing else is sent in its stead */
  bool unreadable;      /* KEY_UNSET, although a variable names where it should be: no other source is used in its stead */
  bool from_helper;
  int64_t since_ms;             /* the wall clock when it was written, printed or handed over; 0: nobody knows */
  int64_t until_ms;             /* the wall clock when it expires; 0: nobody says */
  helper_order helper;          /* which one */
  const roster_header *headers; /* go along with it, their values on the ring */
  size_t header_count;
} key;

/* The same for a header that is made of a secret: with the prefix that stands before it. */
key key_for_header(arena *a, keyring *ring, const environment *e, const credential *c);

/* What a credential names, its helper and the ones behind it aside; NULL for c: no key is needed. */
key key_find(arena *a, keyring *ring, const environment *e, const credential *c);

/* A value that is at hand; one with a control byte in it is KEY_MALFORMED. */
key key_take(arena *a, keyring *ring, const char *source, const char *variable, const char *value, size_t length);
key key_unset(const char *source, const char *variable, roster_reason code, const char *problem);

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
/* The same in three steps, for all of a catalog: the host's word on each, in a list as long as the providers' (one without a source where
 * it has none); the helpers of the others started, each once and all before the first is waited for; then each of the others. */
void keys_ask_host(const key_sources *from, const catalog *c, key *out);
void keys_start_helpers(const key_sources *from, const catalog *c, const key *said);
key key_without_host(const key_sources *from, const provider *p);
/* The helper that its key may come from; false when there is none. */
bool key_helper(const environment *e, const provider *p, helper_order *out);

#endif

/* key: one provider's key as it was found: in a variable, in a file that a variable names, among the service manager's credentials, in a
 * file. The value goes straight into the keyring; messages name the variable or the file, never the value. */
#ifndef ROSTER_VALIDATE_KEY_H
#define ROSTER_VALIDATE_KEY_H

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
  bool only;            /* the host or a helper has the word: nothing else is sent in its stead */
  bool amiss;           /* KEY_UNSET, although a variable names where it should be: no other source is used in its stead */
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

#endif

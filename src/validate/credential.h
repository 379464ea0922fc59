/* credential: where a provider's key comes from, and its value, which goes straight into the keyring.
 * Knows nothing of HTTP; its messages name the variable or the file, never the value. */
#ifndef ROSTER_VALIDATE_CREDENTIAL_H
#define ROSTER_VALIDATE_CREDENTIAL_H

#include "base/environment.h"
#include "base/secret.h"
#include "script/catalog.h"

typedef enum key_state { KEY_NONE_NEEDED, KEY_UNSET, KEY_MALFORMED, KEY_SET } key_state;

typedef struct key {
  key_state state;
  const secret *value;  /* KEY_SET only */
  const char *source;   /* "$ACME_API_KEY", "$ACME_API_KEY_FILE", "/run/key", "keyless" */
  const char *variable; /* "ACME_API_KEY", or the path: what a person would set */
  const char *problem;  /* for KEY_UNSET and KEY_MALFORMED: a sentence */
} key;

/* NULL for c: no key is needed. Raises through the arena when memory runs out. */
key key_find(arena *a, keyring *ring, const environment *e, const credential *c);

#endif

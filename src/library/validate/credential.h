/* credential: finds a provider's key. The host is asked first, then the helper for all providers, then the sources that the provider's
 * definition names: a variable, a file that a variable names, a credential of the service manager, a file, a helper of its own. A variable
 * that is set but unusable is reported; no other source is tried then. A file that this machine cannot read at the moment, for want of
 * descriptors or because its disk fails, says nothing about the key: that key is pending. Failing the load instead would keep every other
 * provider waiting for one file. The value goes straight into the keyring; messages name the source, never the value. Knows nothing of
 * HTTP. */
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
  const char *variable; /* "ACME_API_KEY", or the path: what to set */
  roster_reason code;   /* for KEY_UNSET, KEY_MALFORMED and KEY_PENDING: why */
  const char *problem;  /* the same as a sentence */
  const char *foreign;  /* "it looks like a key of Acme (ac-...)", or NULL */
  const auth *auth;     /* how this one is sent; NULL: as the provider says */
  const char *hint;     /* what to do about it; NULL: set the variable */
  bool exclusive;       /* it is the host's or a helper's to give: no other source is tried */
  bool unreadable;      /* KEY_UNSET although a variable names a file: no other source is tried */
  bool lost;            /* KEY_UNSET although something is there, or is named, that should hold it */
  bool from_helper;
  int64_t since_ms;             /* the wall clock when it was written, printed or handed over; 0: unknown */
  int64_t until_ms;             /* the wall clock when it expires; 0: unknown */
  helper_command helper;        /* the one it comes from */
  helper_status of_helper;      /* and how that was */
  const roster_header *headers; /* sent together with it; their values are on the ring */
  size_t header_count;
} key;

/* From the variable or file of one credential; its helper and alternatives are not tried. NULL for c: no key is needed. */
key key_find(arena *a, keyring *ring, const environment *e, const credential *c);
/* The same with the credential's prefix put before it, for a header. */
key key_for_header(arena *a, keyring *ring, const environment *e, const credential *c);

/* Of a key or a header: servers take less, and libcurl calls a request that is much longer a lack of memory. */
enum { LARGEST_SECRET = 64 * 1024 };

/* From a value; one that is no bare key is KEY_MALFORMED. */
key key_take(arena *a, keyring *ring, const char *source, const char *variable, const char *value, size_t length);
/* One that cannot be sent: `what` follows the variable in the sentence, "is empty". */
key key_malformed(arena *a, const char *source, const char *variable, const char *what);
key key_unset(const char *source, const char *variable, roster_reason code, const char *problem);

/* What of a key goes through this gateway, which may be NULL: to one that has keys of its own only one that the host or a helper gives for
 * it, where the block says so. */
key gateway_key(const gateway *g, key k);

/* Where keys are looked for. */
typedef struct key_sources {
  arena *arena;
  keyring *ring;
  const environment *environment;
  roster_status (*host)(void *payload, const char *provider_id, roster_credential *out); /* NULL: the host has none */
  void *payload;
  helpers *helpers; /* NULL: none is run */
  helper_start start;
  int64_t wait_until_ms; /* how long to wait for a running helper; 0: not at all */
} key_sources;

/* The key of a provider, from all sources in their order. */
key key_for(const key_sources *from, const provider *p);
/* The same in three steps, for all providers of a catalog: the host is asked (a key without a source: it has none); helpers are started,
 * each once and all before the first is waited for; then each remaining key is found. */
void keys_ask_host(const key_sources *from, const catalog *c, key *out);
void keys_start_helpers(const key_sources *from, const catalog *c, const key *of_host);
key key_without_host(const key_sources *from, const provider *p);
/* Warns of each key that cannot be one, of each that begins like another provider's, so was probably put into the wrong variable, and sets
 * its `foreign`; and of other names of a key that are set to another value. */
void keys_check(const key_sources *from, const catalog *c, key *keys);
/* The helper that a provider's key may come from; false when there is none. */
bool key_helper(const environment *e, const provider *p, helper_command *out);
extern const char key_sign_in_hint[]; /* where an interactive helper has to run */

#endif

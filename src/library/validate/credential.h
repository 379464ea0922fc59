/* credential: who has a provider's key: the host, a helper, or what its definition names, in this order. Knows nothing of HTTP. */
#ifndef ROSTER_VALIDATE_CREDENTIAL_H
#define ROSTER_VALIDATE_CREDENTIAL_H

#include "library/validate/key.h"

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

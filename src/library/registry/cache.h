/* cache: the last good result as a file, for the next start: which models were proved, when, and with which identity. No keys and no
 * definitions are in it; of a model that only a listing has, what that said. Its format is JSON, { "roster_cache": VERSION, "salt": N,
 * "models": { ID: { ... } }, "billed": { ... } }; the last is the ledger's. */
#ifndef ROSTER_REGISTRY_CACHE_H
#define ROSTER_REGISTRY_CACHE_H

#include "library/registry/result.h"

struct cache {
  arena *arena;
  uint64_t salt; /* of the identities in it */
  json_t *models;
  json_t *billed; /* the ledger's; NULL: none */
};

/* How one model was proved. */
typedef struct cached {
  uint32_t identity;
  int64_t checked_ms;
  stage stage;
  int http_status;
  long latency_ms;
} cached;

/* NULL when there is none; also when there is one that cannot be trusted, and then *why is the reason, static or in `words`.
 * With errno where this machine cannot read it now: ENOMEM, say. */
cache *cache_read(const char *file, char *words, size_t room, const char **why);
void cache_free(cache *c);
/* What was heard of a model of a block: see heard.h. Nothing where it is not there. */
remote_model cache_heard(const cache *c, arena *a, const char *id);
bool cache_find(const cache *c, const char *id, cached *out);
uint32_t cache_identity(const roster_model *m); /* see ledger_fold */

/* Makes models again of what listings said, before anybody is asked: of those that the definitions, the rules and the key of now still lead
 * to. They are added to the catalog and the services. `all`: whatever the providers say, models are discovered. */
void cache_restore(const cache *c, factory *f, const keyring *ring, bool all);

/* Replaces the file atomically, mode 0600. `d` may be NULL: no models. False with errno. */
bool cache_write(const char *file, uint64_t salt, const result *d, ledger *l);

#endif

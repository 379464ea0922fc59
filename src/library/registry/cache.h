/* cache: the last good answer on disk, for the next start: which models were proved, when, and as what. No key, no definitions. */
#ifndef ROSTER_REGISTRY_CACHE_H
#define ROSTER_REGISTRY_CACHE_H

#include "library/registry/answer.h"

struct cache {
  arena *arena;
  uint64_t salt; /* that the identities in it were made with */
  json_t *models;
};

/* What one model's proof was. The texts are borrowed from the cache. */
typedef struct cached {
  uint32_t identity;
  int64_t checked_ms;
  stage stage;
  int http_status;
  long latency_ms;
} cached;

/* NULL when there is none to believe; *why becomes a sentence (in static memory or in `words`) where there is one that is not believed. */
cache *cache_read(const char *file, char *words, size_t room, const char **why);
void cache_free(cache *c);
bool cache_find(const cache *c, const char *id, cached *out);
/* 32 bits: enough to see that a model is not the same any more, too few to tell anything of its key. */
uint32_t cache_identity(const roster_model *m);

/* Replaces the file, mode 0600, at once or not at all. False with errno. */
bool cache_write(const char *file, uint64_t salt, const answer_data *d);

#endif

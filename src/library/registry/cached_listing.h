/* cached_listing: models that only a listing has, in the cache. What the listing said of them goes into the file, and the next start makes
 * models of it before anybody is asked: of those that the definitions, the rules and the key of then still lead to. */
#ifndef ROSTER_REGISTRY_CACHED_LISTING_H
#define ROSTER_REGISTRY_CACHED_LISTING_H

#include "library/registry/cache.h"

#include "util/writer.h"

/* The member "listed" of the entry of a discovered model. */
void cached_listing_write(writer *w, const model *m);
/* Adds them to the catalog and the services. `all`: whatever the providers say, models are discovered. */
void cached_listing_restore(const cache *c, factory *f, const keyring *ring, bool all);

#endif

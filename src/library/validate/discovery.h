/* discovery: models that a live listing has and no block defines. Decides which of them are wanted, makes their entities, adds them to the
 * prober while it runs, and adopts those that can be used into the catalog when it is over.
 *
 * A listing that cannot be read is replaced by what an earlier one had. Each model costs a fixed number of look-ups: the names that blocks
 * have are indexed once a run, and so are the earlier listings. */
#ifndef ROSTER_VALIDATE_DISCOVERY_H
#define ROSTER_VALIDATE_DISCOVERY_H

#include "library/validate/prober.h"

enum { MOST_DISCOVERED = 1000 }; /* of one provider */

/* What an earlier listing of one provider had: in its order, and by the name on the wire. */
typedef struct earlier_listing {
  const model **at;
  size_t count, room;
  lookup names;
} earlier_listing;

/* Adds a model of the earlier answer to its provider's listing. */
void discovery_remember(earlier_listing *into, arena *a, const model *m);

/* A model that stands for none: for an endpoint whose provider has no block of a model. */
model *discovery_placeholder(arena *a, provider *p);

/* What a complete listing has and nobody defined becomes a probe of its endpoint. */
void discovery_take(prober *p, provider_endpoint *e);
/* Where the listing could not be read: what an earlier one had. */
void discovery_recall(prober *p, provider_endpoint *e);
/* Gives those that are usable, and those that were and may be again, their ids and their places behind the models of the blocks. */
void discovery_adopt(prober *p);

#endif

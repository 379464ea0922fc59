/* discovery: models that a live listing has and no block defines. Chooses those that are wanted, makes a model and a probe of each while
 * the prober runs, and adopts those that can be used into the catalog when it has finished. A listing that cannot be read is replaced by an
 * earlier one. Each model costs a fixed number of look-ups: the names in blocks and the earlier listings are indexed once. */
#ifndef ROSTER_VALIDATE_DISCOVERY_H
#define ROSTER_VALIDATE_DISCOVERY_H

#include "library/validate/prober.h"

enum { MOST_DISCOVERED = 1000 }; /* of one provider */

/* The models of an earlier listing of one provider: in its order, and by api_name. */
typedef struct earlier_listing {
  const model **at;
  size_t count, room;
  lookup names;
} earlier_listing;

/* Says what a discovered model is for, where that was not known, and who said so. Does nothing for the model of a block. */
void discovery_give_kind(const model *m, const char *kind, const char *by);

/* Adds a model of an earlier refresh to its provider's listing. */
void discovery_remember(earlier_listing *into, arena *a, const model *m);

/* A model of an earlier listing, under its id, for the catalog of this run. NULL where its protocol is gone. */
model *discovery_again(const factory *f, provider *p, const model *before);

/* What a listing said of a discovered model. */
remote_model discovery_facts(const model *m);
/* The service of a model that an earlier process discovered. NULL where its provider does not discover it any more, something else has the
 * id, or a request to it would need no answer to be refused. */
service *discovery_restore(factory *f, const char *provider, const char *id, const remote_model *one, bool all);
/* Appends them to the catalog. */
void discovery_append(factory *f, service *const *all, size_t count);

/* A model for the endpoint of a provider that has no blocks of models. */
model *discovery_placeholder(arena *a, provider *p);

/* While a listing is read: whether more than its name is wanted of a model that no block defines, which is none that the patterns leave
 * out, and none behind the last that can be taken; and that it was read. `payload` is a finder. */
typedef struct finder {
  prober *prober;
  provider_endpoint *endpoint;
} finder;
bool discovery_may_take(void *payload, const char *name);
void discovery_note_candidate(void *payload, const char *name);

/* Makes a probe of each model that a complete listing has and no block defines. */
void discovery_take(prober *p, provider_endpoint *e);
/* The same from an earlier listing, where this one could not be read. */
void discovery_recall(prober *p, provider_endpoint *e);
/* The same of each provider that cannot be asked, because its key is not there yet or its helper failed. */
void discovery_recall_unasked(prober *p);
/* An empty listing, or one without any of the models that worked when last asked for, is rather a host in trouble than the end of all of
 * them: the answers about the single models decide. */
bool discovery_lacks_everything(const prober *p, const provider_endpoint *e);
/* Appends the usable ones to the catalog, and those that were usable before and may be again. */
void discovery_adopt(prober *p);

#endif

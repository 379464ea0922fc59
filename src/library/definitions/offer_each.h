/* offer_each: a provider whose credentials are all to be offered: each one behind the first becomes a provider of its own, with models of
 * its own, told by its label: "acme@work", "acme-large@work". */
#ifndef ROSTER_DEFINITIONS_OFFER_EACH_H
#define ROSTER_DEFINITIONS_OFFER_EACH_H

#include "library/definitions/catalog.h"

/* Models have inherited by then; nothing was resolved yet. */
void offer_each(catalog *c);

#endif

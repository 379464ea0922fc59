/* listing: what an endpoint is asked as a whole: its listing, page by page, and the proof of its key; and what both mean for its models.
 * Part of the prober, which asks about single models. */
#ifndef ROSTER_VALIDATE_LISTING_H
#define ROSTER_VALIDATE_LISTING_H

#include "library/validate/prober.h"

void listing_ask(prober *p, provider_endpoint *e);
void listing_answered(prober *p, provider_endpoint *e, const completed *done, const classification *r);
/* What it, or the key's own proof, shows about the key. */
void listing_weighed(prober *p, provider_endpoint *e, stage of, belief is);
void listing_key_answered(prober *p, provider_endpoint *e, const completed *done, const classification *r);

#endif

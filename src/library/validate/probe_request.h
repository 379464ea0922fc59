/* probe_request: a request of the prober on its way to the exchanges (prober_queue): its address, as sent and as shown, its key and its
 * tags; and what of the answers is shown. */
#ifndef ROSTER_VALIDATE_PROBE_REQUEST_H
#define ROSTER_VALIDATE_PROBE_REQUEST_H

#include "library/validate/prober.h"

/* Notes that a gateway was asked, and whether it answered. */
void prober_note_gateway(prober *p, const service *s, bool answered);
/* Keeps the exchange as evidence, in the list of its model or of its endpoint. */
void prober_note_attempt(prober *p, attempts *list, const completed *done, const classification *r);
/* What a script reports may repeat a response. */
const char *prober_redacted(prober *p, const char *text);

#endif

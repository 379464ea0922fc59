/* counters: what has happened since the start: refreshes by outcome, requests to providers by outcome, and how long both took. The
 * registry's threads add to them, a scrape reads them. */
#ifndef ROSTER_SERVER_COUNTERS_H
#define ROSTER_SERVER_COUNTERS_H

#include "roster.h"
#include "util/strbuf.h"

typedef struct counters counters;

counters *counters_new(void);
void counters_free(counters *c);

void counters_take_exchange(counters *c, const roster_exchange *x);
void counters_take_refresh(counters *c, roster_status status, long elapsed_ms);

/* All of them, with a series for each provider of the snapshot even if it was never asked. */
void counters_write(counters *c, strbuf *out, const roster_snapshot *s);

#endif

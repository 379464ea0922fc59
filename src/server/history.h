/* history: the latest points of each provider for the page (how fast it was, how many models were ready) with the time since which each
 * model is in its state. */
#ifndef ROSTER_SERVER_HISTORY_H
#define ROSTER_SERVER_HISTORY_H

#include "roster.h"
#include "util/strbuf.h"

#include <time.h>

/* /api/history. */
enum { MOST_POINTS = 60 };

typedef struct history history;

history *history_new(void);
void history_free(history *h);
/* Adds a point for each provider. Forgets providers and models that are no longer defined. */
void history_take(history *h, const roster_snapshot *s, time_t now);
/* {"providers":[{"id","points":[{"at","latency_ms","ready","defined"}...]}],"models":[{"id","state","since"}...]}, oldest point first. */
void history_write(const history *h, strbuf *out);

#endif

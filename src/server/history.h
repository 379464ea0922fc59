/* history: what the latest answers were like: how fast each provider was, and since when each model is in its state. */
#ifndef ROSTER_SERVER_HISTORY_H
#define ROSTER_SERVER_HISTORY_H

#include "util/strbuf.h"
#include "roster.h"

#include <time.h>

enum { MOST_POINTS = 60 };

typedef struct history history;

history *history_new(void);
void history_free(history *h);

/* Takes a new answer in. Providers and models that are no longer defined are forgotten. */
void history_take(history *h, const roster_snapshot *s, time_t now);

/* {"providers":[{"id","points":[{"at","latency_ms","ready","defined"}...]}],"models":[{"id","state","since"}...]}, oldest point first. */
void history_write(const history *h, strbuf *p);

/* The slowest answer that decided about a model of this provider, in ms; -1 when none did. */
long provider_latency_ms(const roster_snapshot *s, const roster_provider *p);

void paper_time(strbuf *p, time_t when); /* "2026-11-23T04:00:00Z" */

#endif

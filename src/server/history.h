/* history: a point for each of the latest checks of each provider, for the page (how fast it was, how many models were ready), with the
 * time since which each provider and model is in its state. */
#ifndef ROSTER_SERVER_HISTORY_H
#define ROSTER_SERVER_HISTORY_H

#include "server/timeline.h"

/* /api/history. */
enum { MOST_POINTS = 60 };

typedef struct history history;

history *history_new(void);
void history_free(history *h);
/* Adds a point for each provider that was checked since its latest point (in another second: checks have no finer time). Forgets providers
 * and models that are no longer defined. */
void history_take(history *h, const roster_snapshot *s, time_t now);
/* {"providers":[{"id","points":[{"at","latency_ms","ready","defined"}...]}],"models":[{"id","state","since"}...]}, oldest point first. */
void history_write(const history *h, strbuf *out);

time_t history_broken_since(const history *h); /* the definitions; 0: they can be read */
const timeline *history_changes(const history *h);
/* The members "state", "since" and "latency": {"last_ms","median_ms","max_ms","samples"}, of the points that are kept. */
roster_state history_write_provider(const history *h, writer *w, const char *provider_id); /* returns the state */

#endif

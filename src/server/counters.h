/* counters: what is counted: what has happened since the start (refreshes and requests to providers by outcome, and how long both took), to
 * which the registry's threads add and which a scrape reads; and what a snapshot says of each provider. */
#ifndef ROSTER_SERVER_COUNTERS_H
#define ROSTER_SERVER_COUNTERS_H

#include "roster.h"
#include "util/strbuf.h"

typedef struct counters counters;

counters *counters_new(void);
void counters_free(counters *c);

void counters_take_exchange(counters *c, const roster_exchange *x);
/* `helper` is its id. */
void counters_take_helper(counters *c, const char *helper, roster_helper_event_kind kind);
void counters_take_refresh(counters *c, roster_status status, long elapsed_ms);

/* All of them, with a series for each provider of the snapshot even if it was never asked. */
void counters_write(counters *c, strbuf *out, const roster_snapshot *s);

/* Of one helper, even if it never ran. */
void counters_write_helper(counters *c, strbuf *out, const char *helper);

/* ---- what a snapshot says ---- */

enum { STATES = ROSTER_UNPROVEN + 1 };

typedef struct tally {
  long latency_ms; /* of the slowest response that decided about a model; -1 when none did */
  size_t in_state[STATES];
  const roster_model *first[STATES]; /* of those in that state; NULL: none is */
  size_t stale;                      /* usable models that are kept from an earlier proof */
  const char *checked_at;            /* the latest of its models, borrowed from the snapshot; "" when none was checked */
  bool configured;                   /* it is enabled, with its credential or needing none */
} tally;

/* One for each provider, in their order; the caller frees them. */
tally *tally_providers(const roster_snapshot *s);

#endif

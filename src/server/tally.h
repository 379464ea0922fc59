/* tally: what a snapshot says of each provider, counted in one pass over the models. */
#ifndef ROSTER_SERVER_TALLY_H
#define ROSTER_SERVER_TALLY_H

#include "roster.h"

enum { STATES = ROSTER_UNPROVEN + 1 };

typedef struct tally {
  long latency_ms; /* of the slowest response that decided about a model; -1 when none did */
  size_t in_state[STATES];
  size_t stale;    /* usable models that are kept from an earlier proof */
  bool configured; /* it is enabled, with its credential or needing none */
} tally;

/* One for each provider, in their order; the caller frees them. */
tally *tally_providers(const roster_snapshot *s);

#endif

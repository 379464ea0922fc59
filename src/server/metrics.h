/* metrics: the gauges and counters of the server that Prometheus reads. */
#ifndef ROSTER_SERVER_METRICS_H
#define ROSTER_SERVER_METRICS_H

#include "util/strbuf.h"

struct server_state;

enum { MOST_RETIREMENTS = 100 }; /* that are told of one provider, those of its blocks first */

/* /metrics. */
void metrics_write(strbuf *out, struct server_state *s);

#endif

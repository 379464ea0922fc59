/* metrics: the gauges and counters of the server that Prometheus reads, and its text format. */
#ifndef ROSTER_SERVER_METRICS_H
#define ROSTER_SERVER_METRICS_H

#include "util/strbuf.h"

#include <stdint.h>

struct server_state;

enum { MOST_RETIREMENTS = 100 }; /* that are told of one provider, those of its blocks first */

/* /metrics. */
void metrics_write(strbuf *out, struct server_state *s);

/* ---- the format ---- */

/* Names and values in turn, then NULL; NULL itself for none. */
typedef const char *const labels[];

/* The two lines before the samples of a family. `type` is "gauge", "counter" or "histogram". */
void expose_family(strbuf *out, const char *name, const char *type, const char *help);
void expose_count(strbuf *out, const char *name, labels of, uint64_t value);

enum { BUCKETS = 10 };

typedef struct histogram {
  uint64_t in[BUCKETS + 1], count; /* the last: longer than every bound */
  int64_t sum_ms;
} histogram;

void histogram_add(histogram *h, int64_t ms);
/* `of` has at most three labels. */
void expose_histogram(strbuf *out, const char *name, labels of, const histogram *h);

#endif

/* exposition: Prometheus's text format. Labels are names and values in turn, then NULL; NULL itself for none. */
#ifndef ROSTER_SERVER_EXPOSITION_H
#define ROSTER_SERVER_EXPOSITION_H

#include "util/strbuf.h"

#include <stdint.h>

typedef const char *const labels[];

/* The two lines before the samples of a family. `type` is "gauge", "counter" or "histogram". */
void expose_family(strbuf *out, const char *name, const char *type, const char *help);
void expose_count(strbuf *out, const char *name, labels of, uint64_t value);
void expose_seconds(strbuf *out, const char *name, labels of, int64_t ms);
void expose_nothing(strbuf *out, const char *name, labels of); /* NaN: the series is there, its value is not */
/* A family with one sample, a gauge without labels. */
void expose_gauge(strbuf *out, const char *name, const char *help, uint64_t value);
/* A gauge for each of these words, NULL at the end: 1 for the one that holds. */
void expose_choice(strbuf *out, const char *name, const char *label, const char *help, labels words, const char *holds);

enum { BUCKETS = 10 };

typedef struct histogram {
  uint64_t in[BUCKETS + 1], count; /* the last: longer than every bound */
  int64_t sum_ms;
} histogram;

void histogram_add(histogram *h, int64_t ms);
/* `of` has at most three labels. */
void expose_histogram(strbuf *out, const char *name, labels of, const histogram *h);

#endif

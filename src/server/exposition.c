/* exposition: see exposition.h. */
#include "server/exposition.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { MOST_LABELS = 4, NAME_ROOM = 96 };

void expose_family(strbuf *out, const char *name, const char *type, const char *help) {
  strbuf_format(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

/* A backslash, a quote and a line end are escaped with a backslash. */
static void add_value(strbuf *out, const char *value) {
  for (; *value; value++) {
    if (*value == '\\' || *value == '"') strbuf_add(out, "\\");
    if (*value == '\n')
      strbuf_add(out, "\\n");
    else
      strbuf_bytes(out, value, 1);
  }
}

static void add_series(strbuf *out, const char *name, labels of) {
  strbuf_add(out, name);
  for (size_t i = 0; of && of[i]; i += 2) {
    strbuf_format(out, "%s%s=\"", i ? "," : "{", of[i]);
    add_value(out, of[i + 1]);
    strbuf_add(out, "\"");
  }
  if (of && of[0]) strbuf_add(out, "}");
}

void expose_count(strbuf *out, const char *name, labels of, uint64_t value) {
  add_series(out, name, of);
  strbuf_format(out, " %" PRIu64 "\n", value);
}

/* Digits of its own, as printf's decimal point follows the locale. */
void expose_seconds(strbuf *out, const char *name, labels of, int64_t ms) {
  add_series(out, name, of);
  strbuf_format(out, " %" PRId64 ".%03" PRId64 "\n", ms / 1000, ms % 1000);
}

void expose_nothing(strbuf *out, const char *name, labels of) {
  add_series(out, name, of);
  strbuf_add(out, " NaN\n");
}

void expose_gauge(strbuf *out, const char *name, const char *help, uint64_t value) {
  expose_family(out, name, "gauge", help);
  expose_count(out, name, NULL, value);
}

void expose_choice(strbuf *out, const char *name, const char *label, const char *help, labels words, const char *holds) {
  expose_family(out, name, "gauge", help);
  for (size_t i = 0; words[i]; i++)
    expose_count(out, name, (const char *const[]){ label, words[i], NULL }, holds && strcmp(words[i], holds) == 0);
}

/* ---- histograms ---- */

static const struct bound {
  int64_t ms;
  const char *seconds;
} BOUNDS[BUCKETS] = { { 50, "0.05" },  { 100, "0.1" }, { 250, "0.25" }, { 500, "0.5" },  { 1000, "1" },
                      { 2500, "2.5" }, { 5000, "5" },  { 10000, "10" }, { 30000, "30" }, { 60000, "60" } };

void histogram_add(histogram *h, int64_t ms) {
  size_t i = 0;
  while (i < BUCKETS && ms > BOUNDS[i].ms) i++;
  h->in[i]++;
  h->count++;
  h->sum_ms += ms;
}

void expose_histogram(strbuf *out, const char *name, labels of, const histogram *h) {
  const char *all[2 * MOST_LABELS + 1] = { NULL };
  char part[NAME_ROOM];
  size_t count = 0;
  while (of && of[count] && count < 2 * MOST_LABELS - 2) {
    all[count] = of[count];
    count++;
  }
  all[count] = "le";
  snprintf(part, sizeof part, "%s_bucket", name);
  uint64_t sum = 0;
  for (size_t i = 0; i <= BUCKETS; i++) {
    all[count + 1] = i < BUCKETS ? BOUNDS[i].seconds : "+Inf";
    expose_count(out, part, all, sum += h->in[i]);
  }
  snprintf(part, sizeof part, "%s_sum", name);
  expose_seconds(out, part, of, h->sum_ms);
  snprintf(part, sizeof part, "%s_count", name);
  expose_count(out, part, of, h->count);
}

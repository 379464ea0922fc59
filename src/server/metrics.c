/* metrics: see metrics.h. Names, units and types follow Prometheus's conventions. No series comes and goes with a value: what is possible
 * is there at 0, points in time are told instead of ages, and a time that has not come yet is 0, so that an alert on its age fires. */
#include "server/metrics.h"

#include "server/counters.h"
#include "server/credentials.h"
#include "server/response.h"
#include "server/server_state.h"
#include "util/clock.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the format ---- */

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
static void expose_thousandths(strbuf *out, const char *name, labels of, int64_t n) {
  int64_t size = n < 0 ? -n : n;
  add_series(out, name, of);
  strbuf_format(out, " %s%" PRId64 ".%03" PRId64 "\n", n < 0 ? "-" : "", size / 1000, size % 1000);
}

static void expose_seconds(strbuf *out, const char *name, labels of, int64_t ms) { expose_thousandths(out, name, of, ms); }

/* The series is there, its value is not. */
static void expose_nothing(strbuf *out, const char *name, labels of) {
  add_series(out, name, of);
  strbuf_add(out, " NaN\n");
}

/* A family with one sample, without labels. */
static void expose_gauge(strbuf *out, const char *name, const char *help, uint64_t value) {
  expose_family(out, name, "gauge", help);
  expose_count(out, name, NULL, value);
}

/* A gauge for each of these words, NULL at the end: 1 for the one that holds. */
static void expose_choice(strbuf *out, const char *name, const char *label, const char *help, labels words, const char *holds) {
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

/* ---- providers ---- */

/* The labels of a provider's series, with one more or without. */
#define OF_PROVIDER(p)              ((const char *const[]){ "provider", roster_provider_id(p), NULL })
#define OF_PROVIDER_AND(p, n, text) ((const char *const[]){ "provider", roster_provider_id(p), n, text, NULL })

static void write_models(strbuf *out, const roster_snapshot *s, const tally *tallies) {
  expose_family(out, "roster_models", "gauge", "Known models, by provider and state.");
  for (size_t i = 0; i < roster_provider_count(s); i++)
    for (int state = 0; state < STATES; state++)
      expose_count(out, "roster_models", OF_PROVIDER_AND(roster_provider_at(s, i), "state", roster_state_name((roster_state)state)),
                   tallies[i].in_state[state]);
}

static void write_stale(strbuf *out, const roster_snapshot *s, const tally *tallies) {
  expose_family(out, "roster_stale_models", "gauge", "Models that are ready by an earlier proof only, by provider.");
  for (size_t i = 0; i < roster_provider_count(s); i++)
    expose_count(out, "roster_stale_models", OF_PROVIDER(roster_provider_at(s, i)), tallies[i].stale);
}

static void write_configured(strbuf *out, const roster_snapshot *s, const tally *tallies) {
  expose_family(out, "roster_provider_configured", "gauge", "1 if the provider is enabled and has its credential, or needs none.");
  for (size_t i = 0; i < roster_provider_count(s); i++)
    expose_count(out, "roster_provider_configured", OF_PROVIDER(roster_provider_at(s, i)), tallies[i].configured);
}

static void write_latency(strbuf *out, const roster_snapshot *s, const tally *tallies) {
  expose_family(out, "roster_check_latency_seconds", "gauge",
                "Latency of the slowest response that decided about a model, by provider; NaN if there is none.");
  for (size_t i = 0; i < roster_provider_count(s); i++) {
    const roster_provider *p = roster_provider_at(s, i);
    if (tallies[i].latency_ms >= 0)
      expose_seconds(out, "roster_check_latency_seconds", OF_PROVIDER(p), tallies[i].latency_ms);
    else
      expose_nothing(out, "roster_check_latency_seconds", OF_PROVIDER(p));
  }
}

/* ---- what providers state of the account ---- */

static double dollars_left(const roster_limits *l) { return strcmp(l->currency, "USD") == 0 ? l->credit : NAN; }
static double requests_left(const roster_limits *l) { return l->requests >= 0 ? (double)l->requests : NAN; }
static double tokens_left(const roster_limits *l) { return l->tokens >= 0 ? (double)l->tokens : NAN; }

static const struct {
  const char *name, *help;
  double (*read)(const roster_limits *l);
} STATED[] = {
  { "roster_provider_credit_dollars", "Credit left in US dollars, as stated by the provider; NaN if not stated.", dollars_left },
  { "roster_provider_requests_left", "Requests left, as stated by the provider; NaN if not stated.", requests_left },
  { "roster_provider_tokens_left", "Tokens left, as stated by the provider; NaN if not stated.", tokens_left },
};

static void write_stated(strbuf *out, const roster_snapshot *s) {
  for (size_t k = 0; k < sizeof STATED / sizeof *STATED; k++) {
    expose_family(out, STATED[k].name, "gauge", STATED[k].help);
    for (size_t i = 0; i < roster_provider_count(s); i++) {
      const roster_provider *p = roster_provider_at(s, i);
      double left = roster_provider_limits(p) ? STATED[k].read(roster_provider_limits(p)) : NAN;
      if (isfinite(left))
        expose_thousandths(out, STATED[k].name, OF_PROVIDER(p), (int64_t)(left * 1000));
      else
        expose_nothing(out, STATED[k].name, OF_PROVIDER(p));
    }
  }
}

static void write_low_credit(strbuf *out, const roster_snapshot *s) {
  expose_family(out, "roster_provider_credit_low", "gauge", "1 while the credit left is below validate { warn_credit = ... }.");
  for (size_t i = 0; i < roster_provider_count(s); i++) {
    const roster_provider *p = roster_provider_at(s, i);
    expose_count(out, "roster_provider_credit_low", OF_PROVIDER(p), *roster_provider_warning(p) != 0);
  }
}

/* ---- models ---- */

static void write_retirement(strbuf *out, const roster_model *m, int64_t day) {
  expose_count(out, "roster_model_retirement_timestamp_seconds", OF_PROVIDER_AND(roster_model_provider(m), "model", roster_model_id(m)),
               (uint64_t)day / 1000);
}

/* Of models that this machine has a key for, usable or not: whether one may be used changes from refresh to refresh. */
static void write_retirements(strbuf *out, const roster_snapshot *s) {
  expose_family(out, "roster_model_retirement_timestamp_seconds", "gauge",
                "Unix time at which a configured model retires, for models whose day is known.");
  const roster_provider *of = NULL;
  size_t told = 0;
  for (size_t i = 0; i < roster_known_count(s); i++) {
    const roster_model *m = roster_known_at(s, i);
    int64_t day = roster_model_configured(m) ? day_ms(roster_model_retires(m)) : -1;
    if (roster_model_provider(m) != of) told = 0;
    of = roster_model_provider(m);
    if (day >= 0 && told++ < MOST_RETIREMENTS) write_retirement(out, m, day);
  }
}

/* ---- credential helpers ---- */

typedef struct helper_families {
  counters *counters;
  strbuf runs, statuses;
  bool shared; /* the helper for all has its series */
} helper_families;

static void add_helper(void *payload, const char *id, const char *status) {
  static const char *const words[] = { "not_configured", "pending", "running", "valid", "required", "failed" };
  helper_families *f = payload;
  f->shared = f->shared || strcmp(id, SHARED_HELPER) == 0;
  counters_write_helper(f->counters, &f->runs, id);
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    expose_count(&f->statuses, "roster_helper_status", (const char *const[]){ "helper", id, "status", words[i], NULL },
                 strcmp(words[i], status) == 0);
}

static void write_helpers(strbuf *out, server_state *s) {
  helper_families f = { .counters = s->counters };
  const bool whole = credentials_each_helper(s, add_helper, &f);
  if (!f.shared) add_helper(&f, SHARED_HELPER, "not_configured");
  expose_family(out, "roster_helper_runs_total", "counter", "Finished runs of credential helpers, by result.");
  strbuf_bytes(out, strbuf_text(&f.runs), f.runs.length);
  expose_family(out, "roster_helper_status", "gauge", "1 for the current status of each credential helper.");
  strbuf_bytes(out, strbuf_text(&f.statuses), f.statuses.length);
  if (!whole || f.runs.failed || f.statuses.failed) strbuf_fail(out);
  strbuf_free(&f.runs);
  strbuf_free(&f.statuses);
}

/* ---- sources of facts ---- */

#define OF_SOURCE(of) ((const char *const[]){ "source", (of)->id, NULL })

static void write_sources(strbuf *out, const roster_snapshot *s) {
  const roster_source_state *of;
  expose_family(out, "roster_source_checked_timestamp_seconds", "gauge",
                "Unix time at which a source of facts was last known to be current; NaN if never.");
  for (size_t i = 0; (of = roster_source_at(s, i)); i++)
    if (of->on && of->checked_ms)
      expose_seconds(out, "roster_source_checked_timestamp_seconds", OF_SOURCE(of), of->checked_ms);
    else
      expose_nothing(out, "roster_source_checked_timestamp_seconds", OF_SOURCE(of));
  expose_family(out, "roster_source_failing", "gauge",
                "1 while the last fetch of a source of facts failed, or its stored data has expired.");
  for (size_t i = 0; (of = roster_source_at(s, i)); i++) expose_count(out, "roster_source_failing", OF_SOURCE(of), of->on && *of->problem);
  expose_family(out, "roster_source_held", "gauge", "Values from a source of facts that are held back.");
  for (size_t i = 0; (of = roster_source_at(s, i)); i++) expose_count(out, "roster_source_held", OF_SOURCE(of), of->held);
}

/* ---- the whole ---- */

static void write_snapshot(strbuf *out, const roster_snapshot *s) {
  expose_gauge(out, "roster_models_ready", "Chat models that can be used now.", roster_count(s));
  expose_gauge(out, "roster_default_missing", "1 while the default model that the definitions name cannot be used.",
               *roster_default_wanted(s) != '\0');
  expose_gauge(out, "roster_generation", "Generation of the snapshot that is served.", roster_generation(s));
  expose_gauge(out, "roster_definitions_broken", "1 while the definitions on disk are not in force.",
               roster_definitions_error(s, NULL, NULL) != NULL);
  expose_choice(out, "roster_gateway_status", "status", "1 for the current status of the gateways.",
                (const char *const[]){ "not_configured", "healthy", "unreachable", "unknown", NULL }, roster_gateway_status(s));
  expose_gauge(out, "roster_billed_requests_today", "Billed requests sent today (UTC), as of the snapshot.", roster_billed_today(s));
  expose_gauge(out, "roster_billed_requests_per_day", "Limit of billed requests per day.", roster_billed_per_day(s));
  tally *tallies = tally_providers(s);
  if (!tallies) {
    strbuf_fail(out);
    return;
  }
  write_models(out, s, tallies);
  write_stale(out, s, tallies);
  write_configured(out, s, tallies);
  write_latency(out, s, tallies);
  write_stated(out, s);
  write_low_credit(out, s);
  free(tallies);
  write_sources(out, s);
  write_retirements(out, s);
}

static void write_loads(strbuf *out, server_state *s) {
  expose_family(out, "roster_reloads_total", "counter", "Loads of the definitions since the start, by result.");
  expose_count(out, "roster_reloads_total", (const char *const[]){ "result", "good", NULL }, atomic_load(&s->good_loads));
  expose_count(out, "roster_reloads_total", (const char *const[]){ "result", "bad", NULL }, atomic_load(&s->bad_loads));
}

static void write_server(strbuf *out, server_state *s) {
  static const char *const hundreds[] = { "2xx", "3xx", "4xx", "5xx" };
  expose_family(out, "roster_http_responses_total", "counter", "HTTP responses sent, by class of status.");
  for (unsigned i = 0; i < 4; i++)
    expose_count(out, "roster_http_responses_total", (const char *const[]){ "code", hundreds[i], NULL }, response_count(i + 2));
  expose_gauge(out, "roster_http_connections", "Open connections.", connections_count(s->connections));
  expose_gauge(out, "roster_event_listeners", "Clients connected to /api/events.", events_count(s->events));
  expose_gauge(out, "process_start_time_seconds", "Unix time at which the server started.", (uint64_t)s->started);
  expose_family(out, "roster_build_info", "gauge", "Always 1; the version is a label.");
  expose_count(out, "roster_build_info", (const char *const[]){ "version", roster_version(), NULL }, 1);
}

void metrics_write(strbuf *out, server_state *s) {
  cached_responses *c = server_state_current(s);
  write_snapshot(out, cached_snapshot(c));
  expose_gauge(out, "roster_last_refresh_success_timestamp_seconds",
               "Unix time of the last successful check of the providers; 0 if there was none.", (uint64_t)cached_checked(c));
  expose_family(out, "roster_refresh_interval_seconds", "gauge", "Interval between checks of the providers; 0 if only on request.");
  expose_seconds(out, "roster_refresh_interval_seconds", NULL, s->settings.every_ms);
  counters_write(s->counters, out, cached_snapshot(c));
  write_helpers(out, s);
  write_loads(out, s);
  write_server(out, s);
  cached_responses_release(c);
}

/* metrics: see metrics.h. The text format of Prometheus; names and units follow its conventions. */
#include "server/metrics.h"

#include "server/reply.h"

#include <inttypes.h>
#include <string.h>

enum { STATES = ROSTER_UNPROVEN + 1 };

static void head(strbuf *p, const char *name, const char *type, const char *help) {
  strbuf_format(p, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void gauge(strbuf *p, const char *name, const char *help, long long value) {
  head(p, name, "gauge", help);
  strbuf_format(p, "%s %lld\n", name, value);
}

/* In a label a backslash, a quote and a line end are written with a backslash. */
static void label(strbuf *p, const char *name, const char *value) {
  strbuf_format(p, "%s=\"", name);
  for (; *value; value++) {
    if (*value == '\\' || *value == '"') strbuf_add(p, "\\");
    if (*value == '\n')
      strbuf_add(p, "\\n");
    else
      strbuf_bytes(p, value, 1);
  }
  strbuf_add(p, "\"");
}

static void write_models(strbuf *p, const roster_snapshot *s) {
  head(p, "roster_models", "gauge", "Models that are defined, by provider and state.");
  for (size_t i = 0; i < roster_provider_count(s); i++) {
    const roster_provider *v = roster_provider_at(s, i);
    size_t counts[STATES] = { 0 };
    for (size_t k = 0; k < roster_known_count(s); k++) {
      const roster_model *m = roster_known_at(s, k);
      if (roster_model_provider(m) == v) counts[roster_model_state(m)]++;
    }
    for (int state = 0; state < STATES; state++) {
      if (!counts[state]) continue;
      strbuf_add(p, "roster_models{");
      label(p, "provider", roster_provider_id(v));
      strbuf_format(p, ",state=\"%s\"} %zu\n", roster_state_name((roster_state)state), counts[state]);
    }
  }
}

static void write_latency(strbuf *p, const roster_snapshot *s) {
  head(p, "roster_check_latency_seconds", "gauge", "The slowest answer that decided about a model, by provider.");
  for (size_t i = 0; i < roster_provider_count(s); i++) {
    const roster_provider *v = roster_provider_at(s, i);
    long ms = provider_latency_ms(s, v);
    if (ms < 0) continue;
    strbuf_add(p, "roster_check_latency_seconds{");
    label(p, "provider", roster_provider_id(v));
    strbuf_format(p, "} %ld.%03ld\n", ms / 1000, ms % 1000);
  }
}

static void write_answer(strbuf *p, const edition *e) {
  const roster_snapshot *s = edition_snapshot(e);
  gauge(p, "roster_models_ready", "Models that can be used now.", (long long)roster_count(s));
  gauge(p, "roster_generation", "The number of the answer that is served.", (long long)roster_generation(s));
  gauge(p, "roster_definitions_broken", "1 while the definitions on disk are not those in force.",
        roster_definitions_error(s, NULL, NULL) != NULL);
  write_models(p, s);
  write_latency(p, s);
  if (!edition_checked(e)) return;
  gauge(p, "roster_answer_age_seconds", "Time since the providers were last asked with success.",
        (long long)(time(NULL) - edition_checked(e)));
}

static void write_server(strbuf *p, site *s) {
  head(p, "roster_reloads_total", "counter", "Loads of the definitions since the start, by whether they came into force.");
  strbuf_format(p, "roster_reloads_total{result=\"good\"} %lu\n", atomic_load(&s->good_loads));
  strbuf_format(p, "roster_reloads_total{result=\"bad\"} %lu\n", atomic_load(&s->bad_loads));
  head(p, "roster_http_responses_total", "counter", "Answers given, by the first digit of their status.");
  for (unsigned hundred = 2; hundred < 6; hundred++)
    strbuf_format(p, "roster_http_responses_total{code=\"%uxx\"} %lu\n", hundred, reply_count(hundred));
  gauge(p, "roster_http_connections", "Connections that are open.", (long long)visits_count(s->visits));
  gauge(p, "roster_event_listeners", "Clients that listen to /api/events.", (long long)events_count(s->events));
  gauge(p, "process_start_time_seconds", "When the server started, since 1970.", (long long)s->started);
  head(p, "roster_build_info", "gauge", "1, with the version as a label.");
  strbuf_format(p, "roster_build_info{version=\"%s\"} 1\n", roster_version());
}

void metrics_write(strbuf *p, site *s) {
  edition *e = site_edition(s);
  write_answer(p, e);
  write_server(p, s);
  edition_drop(e);
}

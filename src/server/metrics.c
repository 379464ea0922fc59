/* metrics: see metrics.h. Names, units and types follow Prometheus's conventions. No series comes and goes with a value: what is possible
 * is there at 0, points in time are told instead of ages, and a time that has not come yet is 0, so that an alert on its age fires. */
#include "server/metrics.h"

#include "server/exposition.h"
#include "server/response.h"
#include "server/server_state.h"
#include "server/tally.h"
#include "util/clock.h"

#include <stdlib.h>

/* The labels of a provider's series, with one more or without. */
#define OF_PROVIDER(p)              ((const char *const[]){ "provider", roster_provider_id(p), NULL })
#define OF_PROVIDER_AND(p, n, text) ((const char *const[]){ "provider", roster_provider_id(p), n, text, NULL })

/* ---- providers ---- */

static void write_models(strbuf *out, const roster_snapshot *s, const tally *tallies) {
  expose_family(out, "roster_models", "gauge", "Models that are known, by provider and state.");
  for (size_t i = 0; i < roster_provider_count(s); i++)
    for (int state = 0; state < STATES; state++)
      expose_count(out, "roster_models", OF_PROVIDER_AND(roster_provider_at(s, i), "state", roster_state_name((roster_state)state)),
                   tallies[i].in_state[state]);
}

static void write_stale(strbuf *out, const roster_snapshot *s, const tally *tallies) {
  expose_family(out, "roster_stale_models", "gauge", "Ready models that are kept from an earlier proof, by provider.");
  for (size_t i = 0; i < roster_provider_count(s); i++)
    expose_count(out, "roster_stale_models", OF_PROVIDER(roster_provider_at(s, i)), tallies[i].stale);
}

static void write_configured(strbuf *out, const roster_snapshot *s, const tally *tallies) {
  expose_family(out, "roster_provider_configured", "gauge", "1 where the provider is enabled and has its credential, or needs none.");
  for (size_t i = 0; i < roster_provider_count(s); i++)
    expose_count(out, "roster_provider_configured", OF_PROVIDER(roster_provider_at(s, i)), tallies[i].configured);
}

static void write_latency(strbuf *out, const roster_snapshot *s, const tally *tallies) {
  expose_family(out, "roster_check_latency_seconds", "gauge",
                "The slowest response that decided about a model, by provider; NaN where none did.");
  for (size_t i = 0; i < roster_provider_count(s); i++) {
    const roster_provider *p = roster_provider_at(s, i);
    if (tallies[i].latency_ms >= 0)
      expose_seconds(out, "roster_check_latency_seconds", OF_PROVIDER(p), tallies[i].latency_ms);
    else
      expose_nothing(out, "roster_check_latency_seconds", OF_PROVIDER(p));
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
                "When a configured model retires, since 1970, for models whose day is known.");
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

/* ---- the whole ---- */

static void write_snapshot(strbuf *out, const roster_snapshot *s) {
  expose_gauge(out, "roster_models_ready", "Models that can be used now.", roster_count(s));
  expose_gauge(out, "roster_default_missing", "1 while the default model that the definitions name cannot be used.",
               *roster_default_wanted(s) != '\0');
  expose_gauge(out, "roster_generation", "The number of the answer that is served.", roster_generation(s));
  expose_gauge(out, "roster_definitions_broken", "1 while the definitions on disk are not those in force.",
               roster_definitions_error(s, NULL, NULL) != NULL);
  expose_choice(out, "roster_gateway_status", "status", "1 for the status of the gateways.",
                (const char *const[]){ "not_configured", "healthy", "unreachable", "unknown", NULL }, roster_gateway_status(s));
  tally *tallies = tally_providers(s);
  write_models(out, s, tallies);
  write_stale(out, s, tallies);
  write_configured(out, s, tallies);
  write_latency(out, s, tallies);
  free(tallies);
  write_retirements(out, s);
}

static void write_loads(strbuf *out, server_state *s) {
  expose_family(out, "roster_reloads_total", "counter", "Loads of the definitions since the start, by whether they came into force.");
  expose_count(out, "roster_reloads_total", (const char *const[]){ "result", "good", NULL }, atomic_load(&s->good_loads));
  expose_count(out, "roster_reloads_total", (const char *const[]){ "result", "bad", NULL }, atomic_load(&s->bad_loads));
}

static void write_server(strbuf *out, server_state *s) {
  static const char *const hundreds[] = { "2xx", "3xx", "4xx", "5xx" };
  expose_family(out, "roster_http_responses_total", "counter", "Answers given, by the first digit of their status.");
  for (unsigned i = 0; i < 4; i++)
    expose_count(out, "roster_http_responses_total", (const char *const[]){ "code", hundreds[i], NULL }, response_count(i + 2));
  expose_gauge(out, "roster_http_connections", "Connections that are open.", connections_count(s->connections));
  expose_gauge(out, "roster_event_listeners", "Clients that listen to /api/events.", events_count(s->events));
  expose_gauge(out, "process_start_time_seconds", "When the server started, since 1970.", (uint64_t)s->started);
  expose_family(out, "roster_build_info", "gauge", "1, with the version as a label.");
  expose_count(out, "roster_build_info", (const char *const[]){ "version", roster_version(), NULL }, 1);
}

void metrics_write(strbuf *out, server_state *s) {
  cached_responses *c = server_state_current(s);
  write_snapshot(out, cached_snapshot(c));
  expose_gauge(out, "roster_last_refresh_success_timestamp_seconds",
               "When the providers were last asked with success, since 1970; 0: not yet.", (uint64_t)cached_checked(c));
  expose_family(out, "roster_refresh_interval_seconds", "gauge", "How often the providers are asked; 0: only on request.");
  expose_seconds(out, "roster_refresh_interval_seconds", NULL, s->settings.every_ms);
  counters_write(s->counters, out, cached_snapshot(c));
  write_loads(out, s);
  write_server(out, s);
  cached_responses_release(c);
}

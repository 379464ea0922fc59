/* metrics: see metrics.h. One pass over the models counts, for each provider, its models by state and its slowest response. The history is
 * bounded by the definitions: MOST_POINTS for each provider, one state for each model. Each snapshot makes it anew, in an arena and in the
 * order of the definitions, from what the one before had under the same ids. */
#include "server/metrics.h"

#include "command/shared/memory.h"
#include "server/response.h"
#include "server/server_state.h"
#include "util/lookup.h"
#include "util/writer.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- what is counted of a provider ---- */

enum { STATES = ROSTER_UNPROVEN + 1 };

typedef struct tally {
  long latency_ms; /* of the slowest response that decided about a model; -1 when none did */
  size_t in_state[STATES];
} tally;

/* Models of one provider mostly follow each other, so the position of the last one is a good guess. */
static size_t position_of(const roster_snapshot *s, const roster_provider *p, size_t guess) {
  if (roster_provider_at(s, guess) == p) return guess;
  size_t i = 0, count = roster_provider_count(s);
  while (i < count && roster_provider_at(s, i) != p) i++;
  return i;
}

/* One for each provider, in their order; the caller frees them. */
static tally *tally_providers(const roster_snapshot *s) {
  size_t count = roster_provider_count(s), position = 0;
  tally *tallies = grown(NULL, count * sizeof *tallies);
  for (size_t i = 0; i < count; i++) tallies[i] = (tally){ .latency_ms = -1 };
  for (size_t i = 0; i < roster_known_count(s); i++) {
    const roster_model *m = roster_known_at(s, i);
    position = position_of(s, roster_model_provider(m), position);
    if (position == count) continue;
    tally *t = &tallies[position];
    t->in_state[roster_model_state(m)]++;
    if (roster_model_latency_ms(m) > t->latency_ms) t->latency_ms = roster_model_latency_ms(m);
  }
  return tallies;
}

/* ---- the history ---- */

typedef struct point {
  time_t at;
  long latency_ms;
  size_t ready, defined;
} point;

typedef struct curve {
  point points[MOST_POINTS];
  size_t count;
} curve;

typedef struct stay {
  roster_state state;
  time_t since;
} stay;

struct history {
  arena *arena;
  lookup curves, stays; /* by the ids of providers and of models */
};

history *history_new(void) {
  history *h = grown(NULL, sizeof *h);
  *h = (history){ .arena = command_arena() };
  return h;
}

void history_free(history *h) {
  if (!h) return;
  arena_free(h->arena);
  free(h);
}

static void add_point(curve *c, const roster_provider *p, long latency_ms, time_t now) {
  if (c->count == MOST_POINTS) memmove(c->points, c->points + 1, --c->count * sizeof *c->points);
  c->points[c->count++] = (point){ now, latency_ms, roster_provider_ready(p), roster_provider_defined(p) };
}

static void take_providers(history *next, const history *h, const roster_snapshot *s, time_t now) {
  tally *tallies = tally_providers(s);
  for (size_t i = 0; i < roster_provider_count(s); i++) {
    const roster_provider *p = roster_provider_at(s, i);
    const curve *before = lookup_get(&h->curves, roster_provider_id(p));
    curve *c = arena_alloc(next->arena, sizeof *c);
    if (before) *c = *before;
    add_point(c, p, tallies[i].latency_ms, now);
    lookup_add(&next->curves, next->arena, roster_provider_id(p), c);
  }
  free(tallies);
}

static void take_models(history *next, const history *h, const roster_snapshot *s, time_t now) {
  size_t count = roster_known_count(s);
  stay *stays = arena_array(next->arena, count, sizeof *stays);
  lookup_reserve(&next->stays, next->arena, count);
  for (size_t i = 0; i < count; i++) {
    const roster_model *m = roster_known_at(s, i);
    const stay *before = lookup_get(&h->stays, roster_model_id(m));
    bool same = before && before->state == roster_model_state(m);
    stays[i] = (stay){ roster_model_state(m), same ? before->since : now };
    lookup_add(&next->stays, next->arena, roster_model_id(m), &stays[i]);
  }
}

void history_take(history *h, const roster_snapshot *s, time_t now) {
  history next = { .arena = command_arena() };
  take_providers(&next, h, s, now);
  take_models(&next, h, s, now);
  arena_free(h->arena);
  *h = next;
}

static void write_time(writer *w, const char *name, time_t when) {
  char text[40];
  struct tm parts;
  gmtime_r(&when, &parts);
  strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  write_text(w, name, text);
}

static void write_point(writer *w, const point *p) {
  write_open(w, NULL, '{');
  write_time(w, "at", p->at);
  write_number_or_null(w, "latency_ms", p->latency_ms >= 0, (double)p->latency_ms);
  write_integer(w, "ready", (int64_t)p->ready);
  write_integer(w, "defined", (int64_t)p->defined);
  write_close(w, '}');
}

static void write_curve(writer *w, const char *id, const curve *c) {
  write_open(w, NULL, '{');
  write_text(w, "id", id);
  write_open(w, "points", '[');
  for (size_t i = 0; i < c->count; i++) write_point(w, &c->points[i]);
  write_close(w, ']');
  write_close(w, '}');
}

static void write_stay(writer *w, const char *id, const stay *s) {
  write_open(w, NULL, '{');
  write_text(w, "id", id);
  write_text(w, "state", roster_state_name(s->state));
  write_time(w, "since", s->since);
  write_close(w, '}');
}

void history_write(const history *h, strbuf *out) {
  writer w = { 0 };
  write_open(&w, NULL, '{');
  write_open(&w, "providers", '[');
  for (size_t i = 0; i < h->curves.count; i++) write_curve(&w, h->curves.slots[i].key, h->curves.slots[i].value);
  write_close(&w, ']');
  write_open(&w, "models", '[');
  for (size_t i = 0; i < h->stays.count; i++) write_stay(&w, h->stays.slots[i].key, h->stays.slots[i].value);
  write_close(&w, ']');
  write_close(&w, '}');
  *out = w.text;
}

/* ---- Prometheus: its text format; names and units follow its conventions ---- */

static void head(strbuf *out, const char *name, const char *type, const char *help) {
  strbuf_format(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void gauge(strbuf *out, const char *name, const char *help, long long value) {
  head(out, name, "gauge", help);
  strbuf_format(out, "%s %lld\n", name, value);
}

/* In a label a backslash, a quote and a line end are escaped with a backslash. */
static void label(strbuf *out, const char *name, const char *value) {
  strbuf_format(out, "%s=\"", name);
  for (; *value; value++) {
    if (*value == '\\' || *value == '"') strbuf_add(out, "\\");
    if (*value == '\n')
      strbuf_add(out, "\\n");
    else
      strbuf_bytes(out, value, 1);
  }
  strbuf_add(out, "\"");
}

static void write_models(strbuf *out, const roster_snapshot *s, const tally *tallies) {
  head(out, "roster_models", "gauge", "Models that are defined, by provider and state.");
  for (size_t i = 0; i < roster_provider_count(s); i++) {
    for (int state = 0; state < STATES; state++) {
      if (!tallies[i].in_state[state]) continue;
      strbuf_add(out, "roster_models{");
      label(out, "provider", roster_provider_id(roster_provider_at(s, i)));
      strbuf_format(out, ",state=\"%s\"} %zu\n", roster_state_name((roster_state)state), tallies[i].in_state[state]);
    }
  }
}

static void write_latency(strbuf *out, const roster_snapshot *s, const tally *tallies) {
  head(out, "roster_check_latency_seconds", "gauge", "The slowest answer that decided about a model, by provider.");
  for (size_t i = 0; i < roster_provider_count(s); i++) {
    long ms = tallies[i].latency_ms;
    if (ms < 0) continue;
    strbuf_add(out, "roster_check_latency_seconds{");
    label(out, "provider", roster_provider_id(roster_provider_at(s, i)));
    strbuf_format(out, "} %ld.%03ld\n", ms / 1000, ms % 1000);
  }
}

static void write_snapshot(strbuf *out, const roster_snapshot *s) {
  gauge(out, "roster_models_ready", "Models that can be used now.", (long long)roster_count(s));
  gauge(out, "roster_generation", "The number of the answer that is served.", (long long)roster_generation(s));
  gauge(out, "roster_definitions_broken", "1 while the definitions on disk are not those in force.",
        roster_definitions_error(s, NULL, NULL) != NULL);
  tally *tallies = tally_providers(s);
  write_models(out, s, tallies);
  write_latency(out, s, tallies);
  free(tallies);
}

static void write_server(strbuf *out, server_state *s) {
  head(out, "roster_reloads_total", "counter", "Loads of the definitions since the start, by whether they came into force.");
  strbuf_format(out, "roster_reloads_total{result=\"good\"} %lu\n", atomic_load(&s->good_loads));
  strbuf_format(out, "roster_reloads_total{result=\"bad\"} %lu\n", atomic_load(&s->bad_loads));
  head(out, "roster_http_responses_total", "counter", "Answers given, by the first digit of their status.");
  for (unsigned hundred = 2; hundred < 6; hundred++)
    strbuf_format(out, "roster_http_responses_total{code=\"%uxx\"} %lu\n", hundred, response_count(hundred));
  gauge(out, "roster_http_connections", "Connections that are open.", (long long)connections_count(s->connections));
  gauge(out, "roster_event_listeners", "Clients that listen to /api/events.", (long long)events_count(s->events));
  gauge(out, "process_start_time_seconds", "When the server started, since 1970.", (long long)s->started);
  head(out, "roster_build_info", "gauge", "1, with the version as a label.");
  strbuf_format(out, "roster_build_info{version=\"%s\"} 1\n", roster_version());
}

void metrics_write(strbuf *out, server_state *s) {
  cached_responses *c = server_state_current(s);
  write_snapshot(out, cached_snapshot(c));
  if (cached_checked(c))
    gauge(out, "roster_answer_age_seconds", "Time since the providers were last asked with success.",
          (long long)(time(NULL) - cached_checked(c)));
  write_server(out, s);
  cached_responses_release(c);
}

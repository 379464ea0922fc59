/* counters: see counters.h. A series exists before its first event, at zero, since a counter that appears with a 1 has no increase. So each
 * provider has all outcomes from the start for requests that go to it directly, and for a gateway from the first request through it. What
 * is counted of a provider lasts until the process ends, but is written only while it is defined. */
#include "server/counters.h"

#include "command/shared/memory.h"
#include "server/metrics.h"
#include "util/lookup.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A closed list, so that no definition can make series of its own. */
static const char *const OUTCOMES[] = { "ready",          "missing",  "rejected",   "malformed",    "bad_credential",
                                        "no_access",      "no_quota", "not_listed", "rate_limited", "unreachable",
                                        "provider_error", "unproven", "other" };
enum { OUTCOME_COUNT = sizeof OUTCOMES / sizeof *OUTCOMES };

static const roster_status STATUSES[] = { ROSTER_OK, ROSTER_EDEFINITIONS, ROSTER_EHELD, ROSTER_ETRANSPORT, ROSTER_ENOMEM, ROSTER_ESYSTEM };
enum { STATUS_COUNT = sizeof STATUSES / sizeof *STATUSES };

/* The requests to one provider that take one way. */
typedef struct way {
  const char *gateway; /* "" for none */
  uint64_t outcomes[OUTCOME_COUNT];
  histogram took;
  struct way *next;
} way;

typedef struct contact {
  way direct; /* first of the list */
  time_t succeeded;
} contact;

typedef struct helper_runs {
  uint64_t valid, failed;
} helper_runs;

struct counters {
  pthread_mutex_t lock;
  arena *arena;
  lookup contacts; /* by the ids of providers */
  lookup helpers;  /* helper_runs by the ids of helpers */
  uint64_t refreshes[STATUS_COUNT];
  histogram took;
};

counters *counters_new(void) {
  counters *c = grown(NULL, sizeof *c);
  *c = (counters){ .arena = command_arena() };
  pthread_mutex_init(&c->lock, NULL);
  return c;
}

void counters_free(counters *c) {
  if (!c) return;
  pthread_mutex_destroy(&c->lock);
  arena_free(c->arena);
  free(c);
}

/* ---- counting ---- */

static contact *contact_of(counters *c, const char *provider) {
  contact *found = lookup_get(&c->contacts, provider);
  if (found) return found;
  found = arena_alloc(c->arena, sizeof *found);
  *found = (contact){ .direct.gateway = "" };
  lookup_add(&c->contacts, c->arena, provider, found);
  return found;
}

static way *way_of(counters *c, contact *of, const char *gateway) {
  way *w = &of->direct;
  while (strcmp(w->gateway, gateway) != 0 && w->next) w = w->next;
  if (strcmp(w->gateway, gateway) == 0) return w;
  way *added = arena_alloc(c->arena, sizeof *added);
  *added = (way){ .gateway = arena_text(c->arena, gateway) };
  w->next = added;
  return added;
}

/* What there is no memory for is not counted. The lock is held. */
static void count_exchange(counters *c, const roster_exchange *x, size_t outcome) {
  jmp_buf back;
  if (setjmp(back)) return;
  arena_on_exhausted(c->arena, arena_jump_back, &back, NULL, NULL);
  contact *of = contact_of(c, x->provider_id);
  way *w = way_of(c, of, x->gateway_id);
  w->outcomes[outcome]++;
  histogram_add(&w->took, x->elapsed_ms);
  if (outcome == 0) of->succeeded = time(NULL);
}

void counters_take_exchange(counters *c, const roster_exchange *x) {
  size_t i = 0;
  while (i < OUTCOME_COUNT - 1 && strcmp(OUTCOMES[i], x->outcome) != 0) i++;
  pthread_mutex_lock(&c->lock);
  count_exchange(c, x, i);
  pthread_mutex_unlock(&c->lock);
}

void counters_take_refresh(counters *c, roster_status status, long elapsed_ms) {
  size_t i = 0;
  while (i < STATUS_COUNT - 1 && STATUSES[i] != status) i++;
  pthread_mutex_lock(&c->lock);
  c->refreshes[i]++;
  histogram_add(&c->took, elapsed_ms);
  pthread_mutex_unlock(&c->lock);
}

static void count_helper(counters *c, const char *helper, roster_helper_event_kind kind) {
  jmp_buf back;
  if (setjmp(back)) return;
  arena_on_exhausted(c->arena, arena_jump_back, &back, NULL, NULL);
  helper_runs *runs = lookup_get(&c->helpers, helper);
  if (!runs) {
    runs = arena_alloc(c->arena, sizeof *runs);
    *runs = (helper_runs){ 0 };
    lookup_add(&c->helpers, c->arena, arena_text(c->arena, helper), runs);
  }
  if (kind == ROSTER_HELPER_VALID)
    runs->valid++;
  else
    runs->failed++;
}

void counters_take_helper(counters *c, const char *helper, roster_helper_event_kind kind) {
  if (kind != ROSTER_HELPER_VALID && kind != ROSTER_HELPER_FAILED) return;
  pthread_mutex_lock(&c->lock);
  count_helper(c, helper, kind);
  pthread_mutex_unlock(&c->lock);
}

/* ---- writing ---- */

void counters_write_helper(counters *c, strbuf *out, const char *helper) {
  pthread_mutex_lock(&c->lock);
  const helper_runs *known = lookup_get(&c->helpers, helper), runs = known ? *known : (helper_runs){ 0 };
  pthread_mutex_unlock(&c->lock);
  expose_count(out, "roster_helper_runs_total", (const char *const[]){ "helper", helper, "result", "valid", NULL }, runs.valid);
  expose_count(out, "roster_helper_runs_total", (const char *const[]){ "helper", helper, "result", "failed", NULL }, runs.failed);
}

static void write_refreshes(const counters *c, strbuf *out) {
  expose_family(out, "roster_refreshes_total", "counter", "Refreshes since the start, by result.");
  for (size_t i = 0; i < STATUS_COUNT; i++)
    expose_count(out, "roster_refreshes_total", (const char *const[]){ "outcome", roster_status_name(STATUSES[i]), NULL }, c->refreshes[i]);
  expose_family(out, "roster_refresh_duration_seconds", "histogram", "Duration of refreshes.");
  expose_histogram(out, "roster_refresh_duration_seconds", NULL, &c->took);
}

static const contact *contact_in(const counters *c, const roster_snapshot *s, size_t position) {
  static const contact none = { .direct.gateway = "" };
  const contact *found = lookup_get(&c->contacts, roster_provider_id(roster_provider_at(s, position)));
  return found ? found : &none;
}

static void write_requests(strbuf *out, const char *provider, const way *w) {
  for (size_t i = 0; i < OUTCOME_COUNT; i++)
    expose_count(out, "roster_provider_requests_total",
                 (const char *const[]){ "provider", provider, "gateway", w->gateway, "outcome", OUTCOMES[i], NULL }, w->outcomes[i]);
}

static void write_durations(strbuf *out, const char *provider, const way *w) {
  expose_histogram(out, "roster_provider_request_duration_seconds",
                   (const char *const[]){ "provider", provider, "gateway", w->gateway, NULL }, &w->took);
}

static void write_ways(const counters *c, strbuf *out, const roster_snapshot *s,
                       void (*print)(strbuf *out, const char *provider, const way *w)) {
  for (size_t i = 0; i < roster_provider_count(s); i++)
    for (const way *w = &contact_in(c, s, i)->direct; w; w = w->next) print(out, roster_provider_id(roster_provider_at(s, i)), w);
}

static void write_successes(const counters *c, strbuf *out, const roster_snapshot *s) {
  expose_family(out, "roster_provider_success_timestamp_seconds", "gauge",
                "Unix time of the last successful request to the provider; 0 if there was none since the start.");
  for (size_t i = 0; i < roster_provider_count(s); i++)
    expose_count(out, "roster_provider_success_timestamp_seconds",
                 (const char *const[]){ "provider", roster_provider_id(roster_provider_at(s, i)), NULL },
                 (uint64_t)contact_in(c, s, i)->succeeded);
}

void counters_write(counters *c, strbuf *out, const roster_snapshot *s) {
  pthread_mutex_lock(&c->lock);
  write_refreshes(c, out);
  expose_family(out, "roster_provider_requests_total", "counter", "Requests sent by refreshes, by provider, gateway and outcome.");
  write_ways(c, out, s, write_requests);
  expose_family(out, "roster_provider_request_duration_seconds", "histogram",
                "Duration of requests sent by refreshes, by provider and gateway.");
  write_ways(c, out, s, write_durations);
  write_successes(c, out, s);
  pthread_mutex_unlock(&c->lock);
}

/* ---- what a snapshot says of each provider, counted in one pass over the models ---- */

/* A provider and its position in the snapshot. */
typedef struct seat {
  const roster_provider *provider;
  size_t position;
} seat;

static int by_provider(const void *a, const void *b) {
  const uintptr_t x = (uintptr_t)((const seat *)a)->provider, y = (uintptr_t)((const seat *)b)->provider;
  return (x > y) - (x < y);
}

/* Also where all of its models are still to be discovered. */
static bool is_configured(const roster_provider *p) { return roster_provider_enabled(p) && roster_provider_credential_set(p); }

static void seat_all(const roster_snapshot *s, seat *seats, tally *tallies, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const roster_provider *p = roster_provider_at(s, i);
    seats[i] = (seat){ p, i };
    tallies[i] = (tally){ .latency_ms = -1, .checked_at = "", .configured = is_configured(p) };
  }
  qsort(seats, count, sizeof *seats, by_provider);
}

static void count_model(tally *t, const roster_model *m) {
  const roster_state state = roster_model_state(m);
  if (!t->in_state[state]++) t->first[state] = m;
  t->stale += roster_model_usable(m) && roster_model_stale(m);
  t->configured = t->configured || roster_model_configured(m);
  if (roster_model_latency_ms(m) > t->latency_ms) t->latency_ms = roster_model_latency_ms(m);
  if (strcmp(roster_model_checked_at(m), t->checked_at) > 0) t->checked_at = roster_model_checked_at(m);
}

/* Models of one provider often follow each other, but need not. */
static void count_models(const roster_snapshot *s, const seat *seats, tally *tallies, size_t count) {
  const seat *at = NULL;
  for (size_t i = 0; i < roster_known_count(s); i++) {
    const roster_model *m = roster_known_at(s, i);
    const seat of = { roster_model_provider(m), 0 };
    if (!at || at->provider != of.provider) at = bsearch(&of, seats, count, sizeof *seats, by_provider);
    if (at) count_model(&tallies[at->position], m);
  }
}

tally *tally_providers(const roster_snapshot *s) {
  const size_t count = roster_provider_count(s);
  tally *tallies = malloc((count + 1) * sizeof *tallies);
  seat *seats = malloc((count + 1) * sizeof *seats);
  if (tallies && seats) {
    seat_all(s, seats, tallies, count);
    count_models(s, seats, tallies, count);
  } else {
    free(tallies);
    tallies = NULL;
  }
  free(seats);
  return tallies;
}

/* history: see history.h. It is bounded by the definitions: MOST_POINTS for each provider, one state for each model. Each snapshot makes it
 * anew, in an arena and in the order of the definitions, from what the one before had under the same ids. */
#include "server/history.h"

#include "command/shared/memory.h"
#include "server/counters.h"
#include "util/lookup.h"
#include "util/writer.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct point {
  time_t at;
  long latency_ms;
  size_t ready, defined;
} point;

enum { MOMENT_ROOM = 32 };

typedef struct curve {
  point points[MOST_POINTS];
  size_t count;
  char checked_at[MOMENT_ROOM]; /* as of the latest point */
  roster_state state;
  time_t since;
} curve;

typedef struct stay {
  roster_state state;
  time_t since;
  const char *provider_id;
} stay;

struct history {
  arena *arena;
  lookup curves, stays; /* by the ids of providers and of models */
  timeline *changes;
  time_t broken_since; /* the definitions; 0: they can be read */
  bool begun;          /* a refresh has ended: what differs from now on is a change */
};

history *history_new(void) {
  history *h = grown(NULL, sizeof *h);
  *h = (history){ .arena = command_arena(), .changes = timeline_new() };
  return h;
}

void history_free(history *h) {
  if (!h) return;
  arena_free(h->arena);
  timeline_free(h->changes);
  free(h);
}

/* Of a provider: ready where a model can be used, else the state that most of its models are in. */
static roster_state provider_state(const roster_provider *p, const tally *t) {
  if (!roster_provider_enabled(p)) return ROSTER_DISABLED;
  if (t->in_state[ROSTER_READY]) return ROSTER_READY;
  int most = t->configured ? ROSTER_UNPROVEN : ROSTER_NO_CREDENTIAL;
  for (int i = 0; i < STATES; i++)
    if (t->in_state[i] > t->in_state[most]) most = i;
  return (roster_state)most;
}

/* Definitions that are loaded again make a snapshot too, with what was measured before. */
static void add_point(curve *c, const roster_provider *p, const tally *t, time_t now) {
  if (!*t->checked_at || strcmp(t->checked_at, c->checked_at) == 0) return;
  snprintf(c->checked_at, sizeof c->checked_at, "%s", t->checked_at);
  if (c->count == MOST_POINTS) memmove(c->points, c->points + 1, --c->count * sizeof *c->points);
  c->points[c->count++] = (point){ now, t->latency_ms, roster_provider_ready(p), roster_provider_defined(p) };
}

static void take_providers(history *next, const history *h, const roster_snapshot *s, const tally *tallies, time_t now) {
  for (size_t i = 0; i < roster_provider_count(s); i++) {
    const roster_provider *p = roster_provider_at(s, i);
    const curve *before = lookup_get(&h->curves, roster_provider_id(p));
    curve *c = arena_alloc(next->arena, sizeof *c);
    const roster_state state = provider_state(p, &tallies[i]);
    *c = before ? *before : (curve){ 0 };
    if (!before || before->state != state) c->since = now;
    c->state = state;
    add_point(c, p, &tallies[i], now);
    lookup_add(&next->curves, next->arena, roster_provider_id(p), c);
  }
}

static void take_models(history *next, const history *h, const roster_snapshot *s, time_t now) {
  size_t count = roster_known_count(s);
  stay *stays = arena_array(next->arena, count, sizeof *stays);
  lookup_reserve(&next->stays, next->arena, count);
  for (size_t i = 0; i < count; i++) {
    const roster_model *m = roster_known_at(s, i);
    const stay *before = lookup_get(&h->stays, roster_model_id(m));
    bool same = before && before->state == roster_model_state(m);
    const lookup_slot *of = lookup_find(&next->curves, roster_provider_id(roster_model_provider(m)));
    stays[i] = (stay){ roster_model_state(m), same ? before->since : now, of ? of->key : "" };
    lookup_add(&next->stays, next->arena, roster_model_id(m), &stays[i]);
  }
}

/* False without memory. */
static bool make(history *next, const history *h, const roster_snapshot *s, const tally *tallies, time_t now) {
  jmp_buf back;
  if (setjmp(back)) return false;
  arena_on_exhausted(next->arena, arena_jump_back, &back, NULL, NULL);
  take_providers(next, h, s, tallies, now);
  take_models(next, h, s, now);
  return true;
}

static void note_changes(const history *h, const history *next, const roster_snapshot *s, time_t now) {
  const roster_model *first = roster_default(s);
  timeline_begin(h->changes, now);
  for (size_t i = 0; h->begun && i < roster_known_count(s); i++) {
    const roster_model *m = roster_known_at(s, i);
    const stay *before = lookup_get(&h->stays, roster_model_id(m));
    if (!before || before->state != roster_model_state(m))
      timeline_add_model(h->changes, m, before ? roster_state_name(before->state) : NULL);
  }
  for (size_t i = 0; h->begun && i < h->stays.count; i++) {
    const stay *before = h->stays.slots[i].value;
    if (!lookup_get(&next->stays, h->stays.slots[i].key))
      timeline_add_removed(h->changes, h->stays.slots[i].key, before->provider_id, roster_state_name(before->state));
  }
  timeline_end(h->changes);
  if (next->begun) timeline_add_default(h->changes, first ? roster_model_id(first) : "");
  timeline_add_definitions(h->changes, roster_definitions_error(s, NULL, NULL));
}

void history_take(history *h, const roster_snapshot *s, time_t now) {
  const bool broken = roster_definitions_error(s, NULL, NULL) != NULL;
  history next = { .arena = arena_new(), .changes = h->changes, .begun = h->begun || (roster_generation(s) > 0 && !broken) };
  tally *tallies = tally_providers(s);
  bool made = next.arena && tallies && make(&next, h, s, tallies, now);
  free(tallies);
  next.broken_since = !broken ? 0 : h->broken_since ? h->broken_since : now;
  if (made) note_changes(h, &next, s, now);
  arena_free(made ? h->arena : next.arena);
  if (made) *h = next;
}

static void write_point(writer *w, const point *p) {
  write_open(w, NULL, '{');
  write_moment(w, "at", p->at);
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
  write_moment(w, "since", s->since);
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

/* ---- what the status has of it ---- */

time_t history_broken_since(const history *h) { return h->broken_since; }
const timeline *history_changes(const history *h) { return h->changes; }

static int by_size(const void *a, const void *b) {
  const long x = *(const long *)a, y = *(const long *)b;
  return (x > y) - (x < y);
}

static void write_latency(writer *w, const curve *c) {
  long known[MOST_POINTS], last = -1;
  size_t count = 0;
  for (size_t i = 0; i < c->count; i++)
    if (c->points[i].latency_ms >= 0) known[count++] = last = c->points[i].latency_ms;
  qsort(known, count, sizeof *known, by_size);
  write_open(w, "latency", '{');
  write_number_or_null(w, "last_ms", count > 0, (double)last);
  write_number_or_null(w, "median_ms", count > 0, count ? (double)known[(count - 1) / 2] : 0);
  write_number_or_null(w, "max_ms", count > 0, count ? (double)known[count - 1] : 0);
  write_integer(w, "samples", (int64_t)count);
  write_close(w, '}');
}

roster_state history_write_provider(const history *h, writer *w, const char *provider_id) {
  static const curve unknown = { .state = ROSTER_UNPROVEN };
  const curve *c = lookup_get(&h->curves, provider_id);
  if (!c) c = &unknown;
  write_text(w, "state", roster_state_name(c->state));
  write_moment(w, "since", c->since);
  write_latency(w, c);
  return c->state;
}

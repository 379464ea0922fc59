/* history: see history.h. It is bounded by the definitions: MOST_POINTS for each provider, one state for each model. Each snapshot makes it
 * anew, in an arena and in the order of the definitions, from what the one before had under the same ids. */
#include "server/history.h"

#include "command/shared/memory.h"
#include "server/counters.h"
#include "util/lookup.h"
#include "util/writer.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

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

static void take_providers(history *next, const history *h, const roster_snapshot *s, const tally *tallies, time_t now) {
  for (size_t i = 0; i < roster_provider_count(s); i++) {
    const roster_provider *p = roster_provider_at(s, i);
    const curve *before = lookup_get(&h->curves, roster_provider_id(p));
    curve *c = arena_alloc(next->arena, sizeof *c);
    if (before) *c = *before;
    add_point(c, p, tallies[i].latency_ms, now);
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
    stays[i] = (stay){ roster_model_state(m), same ? before->since : now };
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

void history_take(history *h, const roster_snapshot *s, time_t now) {
  history next = { .arena = arena_new() };
  tally *tallies = tally_providers(s);
  bool made = next.arena && tallies && make(&next, h, s, tallies, now);
  free(tallies);
  arena_free(made ? h->arena : next.arena);
  if (made) *h = next;
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

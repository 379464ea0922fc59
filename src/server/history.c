/* history: see history.h. Bounded by the definitions: MOST_POINTS for each provider, one state for each model. */
#include "server/history.h"

#include "command/shared/memory.h"

#include "command/shared/output.h"

#include <stdlib.h>
#include <string.h>

typedef struct point {
  time_t at;
  long latency_ms;
  size_t ready, defined;
} point;

typedef struct curve {
  char *id;
  point points[MOST_POINTS];
  size_t count;
} curve;

typedef struct stay {
  char *id;
  roster_state state;
  time_t since;
} stay;

struct history {
  curve *curves;
  stay *stays; /* in the order of the definitions */
  size_t curve_count, stay_count;
};

history *history_new(void) {
  history *h = grown(NULL, sizeof *h);
  *h = (history){ 0 };
  return h;
}

static void forget(curve *curves, size_t curve_count, stay *stays, size_t stay_count) {
  for (size_t i = 0; i < curve_count; i++) free(curves[i].id);
  for (size_t i = 0; i < stay_count; i++) free(stays[i].id);
  free(curves);
  free(stays);
}

void history_free(history *h) {
  if (!h) return;
  forget(h->curves, h->curve_count, h->stays, h->stay_count);
  free(h);
}

long provider_latency_ms(const roster_snapshot *s, const roster_provider *p) {
  long most = -1;
  for (size_t i = 0; i < roster_known_count(s); i++) {
    const roster_model *m = roster_known_at(s, i);
    if (roster_model_provider(m) == p && roster_model_latency_ms(m) > most) most = roster_model_latency_ms(m);
  }
  return most;
}

static const curve *find_curve(const history *h, const char *id) {
  for (size_t i = 0; i < h->curve_count; i++)
    if (strcmp(h->curves[i].id, id) == 0) return &h->curves[i];
  return NULL;
}

/* The order seldom changes, so the place is a good guess. */
static const stay *find_stay(const history *h, const char *id, size_t place) {
  if (place < h->stay_count && strcmp(h->stays[place].id, id) == 0) return &h->stays[place];
  for (size_t i = 0; i < h->stay_count; i++)
    if (strcmp(h->stays[i].id, id) == 0) return &h->stays[i];
  return NULL;
}

static void add_point(curve *c, const roster_snapshot *s, const roster_provider *p, time_t now) {
  if (c->count == MOST_POINTS) memmove(c->points, c->points + 1, --c->count * sizeof *c->points);
  c->points[c->count++] = (point){ now, provider_latency_ms(s, p), roster_provider_ready(p), roster_provider_defined(p) };
}

void history_take(history *h, const roster_snapshot *s, time_t now) {
  size_t curve_count = roster_provider_count(s), stay_count = roster_known_count(s);
  curve *curves = grown(NULL, curve_count * sizeof *curves);
  stay *stays = grown(NULL, stay_count * sizeof *stays);
  for (size_t i = 0; i < curve_count; i++) {
    const roster_provider *p = roster_provider_at(s, i);
    const curve *before = find_curve(h, roster_provider_id(p));
    curves[i] = before ? *before : (curve){ .count = 0 };
    curves[i].id = copied(roster_provider_id(p));
    add_point(&curves[i], s, p, now);
  }
  for (size_t i = 0; i < stay_count; i++) {
    const roster_model *m = roster_known_at(s, i);
    const stay *before = find_stay(h, roster_model_id(m), i);
    bool same = before && before->state == roster_model_state(m);
    stays[i] = (stay){ copied(roster_model_id(m)), roster_model_state(m), same ? before->since : now };
  }
  forget(h->curves, h->curve_count, h->stays, h->stay_count);
  *h = (history){ curves, stays, curve_count, stay_count };
}

void paper_time(strbuf *p, time_t when) {
  char text[40];
  struct tm parts;
  gmtime_r(&when, &parts);
  strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  strbuf_add(p, text);
}

static void write_point(strbuf *p, const point *at) {
  strbuf_add(p, "{\"at\":\"");
  paper_time(p, at->at);
  if (at->latency_ms < 0)
    strbuf_add(p, "\",\"latency_ms\":null");
  else
    strbuf_format(p, "\",\"latency_ms\":%ld", at->latency_ms);
  strbuf_format(p, ",\"ready\":%zu,\"defined\":%zu}", at->ready, at->defined);
}

void history_write(const history *h, strbuf *p) {
  strbuf_add(p, "{\"providers\":[");
  for (size_t i = 0; i < h->curve_count; i++) {
    strbuf_add(p, i ? ",{\"id\":" : "{\"id\":");
    quote_json(p, h->curves[i].id);
    strbuf_add(p, ",\"points\":[");
    for (size_t k = 0; k < h->curves[i].count; k++) {
      if (k) strbuf_add(p, ",");
      write_point(p, &h->curves[i].points[k]);
    }
    strbuf_add(p, "]}");
  }
  strbuf_add(p, "],\"models\":[");
  for (size_t i = 0; i < h->stay_count; i++) {
    strbuf_add(p, i ? ",{\"id\":" : "{\"id\":");
    quote_json(p, h->stays[i].id);
    strbuf_format(p, ",\"state\":\"%s\",\"since\":\"", roster_state_name(h->stays[i].state));
    paper_time(p, h->stays[i].since);
    strbuf_add(p, "\"}");
  }
  strbuf_add(p, "]}");
}

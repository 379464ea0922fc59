/* timeline: see timeline.h. A change is written as JSON when it happens and kept as that string, in a ring, so it outlives its snapshot.
 * What there is no memory for is not kept. */
#include "server/timeline.h"

#include "command/shared/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ID_ROOM = 256 };

/* Models that changed together. The strings are static, or belong to the snapshot that is being taken. */
typedef struct group {
  const char *provider_id, *from, *to;
  const roster_model *first; /* NULL: they are no longer defined */
  size_t count;
  writer ids;
} group;

struct timeline {
  char *changes[MOST_CHANGES]; /* a ring */
  size_t next;
  char default_id[ID_ROOM];
  bool has_default, broken;
  time_t now;
  group groups[MOST_CHANGES];
  size_t group_count;
};

timeline *timeline_new(void) {
  timeline *t = grown(NULL, sizeof *t);
  *t = (timeline){ 0 };
  return t;
}

void timeline_free(timeline *t) {
  if (!t) return;
  for (size_t i = 0; i < MOST_CHANGES; i++) free(t->changes[i]);
  free(t);
}

void write_moment(writer *w, const char *name, time_t when) {
  char text[40] = "";
  struct tm parts;
  if (when && gmtime_r(&when, &parts)) strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  write_text_or_null(w, name, text);
}

static void keep(timeline *t, writer *w) {
  char *text = write_end(w, NULL);
  if (!text) return;
  free(t->changes[t->next]);
  t->changes[t->next] = text;
  t->next = (t->next + 1) % MOST_CHANGES;
}

/* ---- taking ---- */

void timeline_begin(timeline *t, time_t now) {
  t->now = now;
  t->group_count = 0;
}

static bool same_text(const char *a, const char *b) { return a == b || (a && b && strcmp(a, b) == 0); }

static bool belongs(const group *g, const char *provider_id, const char *from, const char *to, const roster_model *m) {
  if (!same_text(g->provider_id, provider_id) || !same_text(g->from, from) || !same_text(g->to, to)) return false;
  return !m || !g->first || roster_model_reason_code(g->first) == roster_model_reason_code(m);
}

static void add(timeline *t, const char *id, const char *provider_id, const char *from, const char *to, const roster_model *m) {
  group *g = t->groups, *end = g + t->group_count;
  while (g < end && !belongs(g, provider_id, from, to, m)) g++;
  if (g == end) {
    if (t->group_count == MOST_CHANGES) return;
    t->group_count++;
    *g = (group){ .provider_id = provider_id, .from = from, .to = to, .first = m };
    write_open(&g->ids, NULL, '[');
  }
  if (g->count++ < MOST_NAMED) write_text(&g->ids, NULL, id);
}

void timeline_add_model(timeline *t, const roster_model *m, const char *from) {
  add(t, roster_model_id(m), roster_provider_id(roster_model_provider(m)), from, roster_state_name(roster_model_state(m)), m);
}

void timeline_add_removed(timeline *t, const char *id, const char *provider_id, const char *from) {
  add(t, id, provider_id, from, NULL, NULL);
}

static void write_group(writer *w, const timeline *t, group *g) {
  size_t length = 0;
  write_close(&g->ids, ']');
  char *ids = write_end(&g->ids, &length);
  write_open(w, NULL, '{');
  write_moment(w, "at", t->now);
  write_text(w, "kind", "models");
  write_text(w, "provider_id", g->provider_id);
  write_text_or_null(w, "from", g->from);
  write_text_or_null(w, "to", g->to);
  write_integer(w, "count", (int64_t)g->count);
  if (ids)
    write_raw(w, "ids", ids, length);
  else
    strbuf_fail(&w->text);
  write_text_or_null(w, "reason_code", g->first ? roster_reason_name(roster_model_reason_code(g->first)) : NULL);
  write_text_or_null(w, "reason", g->first ? roster_model_reason(g->first) : NULL);
  write_text_or_null(w, "hint", g->first ? roster_model_hint(g->first) : NULL);
  write_close(w, '}');
  free(ids);
}

void timeline_end(timeline *t) {
  for (size_t i = 0; i < t->group_count; i++) {
    writer w = { 0 };
    write_group(&w, t, &t->groups[i]);
    keep(t, &w);
  }
  t->group_count = 0;
}

/* What concerns no provider. */
static void keep_simple(timeline *t, const char *kind, const char *from, const char *to, const char *reason) {
  writer w = { 0 };
  write_open(&w, NULL, '{');
  write_moment(&w, "at", t->now);
  write_text(&w, "kind", kind);
  write_text_or_null(&w, "provider_id", NULL);
  write_text_or_null(&w, "from", from);
  write_text_or_null(&w, "to", to);
  write_integer(&w, "count", 0);
  write_open(&w, "ids", '[');
  write_close(&w, ']');
  write_text_or_null(&w, "reason_code", NULL);
  write_text_or_null(&w, "reason", reason);
  write_text_or_null(&w, "hint", NULL);
  write_close(&w, '}');
  keep(t, &w);
}

void timeline_add_default(timeline *t, const char *id) {
  if (t->has_default && strcmp(t->default_id, id) != 0) keep_simple(t, "default", t->default_id, id, NULL);
  snprintf(t->default_id, sizeof t->default_id, "%s", id);
  t->has_default = true;
}

void timeline_add_definitions(timeline *t, const char *message) {
  if (t->broken == (message != NULL)) return;
  t->broken = message != NULL;
  keep_simple(t, "definitions", message ? "good" : "broken", message ? "broken" : "good", message);
}

/* ---- writing ---- */

void timeline_write(const timeline *t, strbuf *out) {
  writer w = { 0 };
  write_open(&w, NULL, '{');
  write_open(&w, "changes", '[');
  for (size_t i = 1; i <= MOST_CHANGES; i++) {
    const char *change = t->changes[(t->next + MOST_CHANGES - i) % MOST_CHANGES];
    if (change) write_raw(&w, NULL, change, strlen(change));
  }
  write_close(&w, ']');
  write_close(&w, '}');
  *out = w.text;
}

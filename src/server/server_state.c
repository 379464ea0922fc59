/* server_state: see server_state.h. Publishing takes the registry's snapshot, wraps it in fresh cached_responses and exchanges those for
 * the current ones under a lock; a request holds a reference to the ones it began with, so neither waits for the other. The event that
 * follows is computed from both snapshots, after the new one is in force. */
#include "server/server_state.h"

#include "server/log.h"
#include "util/finding.h"
#include "util/platform.h"
#include "util/writer.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LARGEST_CHANGES = 16 * 1024, ID_ROOM = 48, NUMBER_ROOM = 24 };

static events_greeting greet;

void server_state_open(server_state *s) {
  pthread_mutex_init(&s->publishing, NULL);
  pthread_mutex_init(&s->lock, NULL);
  s->events = events_new(greet, s);
  s->connections = connections_new();
  s->counters = counters_new();
  s->history = history_new();
  s->started = time(NULL);
}

void server_state_close(server_state *s) {
  cached_responses_release(s->current);
  events_free(s->events);
  connections_free(s->connections);
  counters_free(s->counters);
  history_free(s->history);
  pthread_mutex_destroy(&s->publishing);
  pthread_mutex_destroy(&s->lock);
}

cached_responses *server_state_current(server_state *s) {
  pthread_mutex_lock(&s->lock);
  cached_responses *c = cached_responses_hold(s->current);
  pthread_mutex_unlock(&s->lock);
  return c;
}

/* ---- events ---- */

/* Generations start over with the process; the time of its start distinguishes them. */
static const char *event_id(const server_state *s, const roster_snapshot *now, char out[ID_ROOM]) {
  snprintf(out, ID_ROOM, "%" PRIu64 "-%llx", roster_generation(now), (unsigned long long)s->started);
  return out;
}

static void write_definitions_error(writer *w, const char *name, const roster_snapshot *now) {
  const roster_finding *error = roster_definitions_finding(now);
  if (!error) {
    write_text_or_null(w, name, NULL);
    return;
  }
  write_open(w, name, '{');
  finding_write(w, error);
  write_close(w, '}');
}

/* `changes` is null where a client has to fetch the models itself: at first, and when very much changed. */
static void write_changes(writer *w, const roster_snapshot *before, const roster_snapshot *now) {
  strbuf changes = { 0 };
  if (before) changes_write(&changes, before, now);
  if (before && changes.length <= LARGEST_CHANGES)
    write_raw(w, "changes", strbuf_text(&changes), changes.length);
  else
    write_text_or_null(w, "changes", NULL);
  if (changes.failed) strbuf_fail(&w->text);
  strbuf_free(&changes);
}

static void write_state(writer *w, const roster_snapshot *before, const roster_snapshot *now) {
  const roster_model *first = roster_default(now);
  write_open(w, NULL, '{');
  write_integer(w, "generation", (int64_t)roster_generation(now));
  write_integer(w, "ready", (int64_t)roster_count(now));
  write_integer(w, "known", (int64_t)roster_known_count(now));
  write_text(w, "default", first ? roster_model_id(first) : "");
  write_definitions_error(w, "definitions_error", now);
  write_changes(w, before, now);
  write_close(w, '}');
}

static void post_snapshot(server_state *s, const roster_snapshot *before, const roster_snapshot *now) {
  char id[ID_ROOM];
  writer data = { 0 };
  bool bad = roster_definitions_error(now, NULL, NULL) != NULL;
  if (bad)
    write_definitions_error(&data, NULL, now);
  else
    write_state(&data, before, now);
  events_post(s->events, event_id(s, now, id), bad ? "definitions_error" : "snapshot", write_end(&data, NULL), false);
  strbuf_free(&data.text);
}

static void add_event(strbuf *out, const char *id, const char *name, writer *data) {
  event_write(out, id, name, write_end(data, NULL));
  strbuf_free(&data->text);
}

static void write_snapshot_events(strbuf *out, const char *id, const roster_snapshot *now) {
  writer state = { 0 }, error = { 0 };
  write_state(&state, NULL, now);
  add_event(out, id, "snapshot", &state);
  if (!roster_definitions_error(now, NULL, NULL)) return;
  write_definitions_error(&error, NULL, now);
  add_event(out, id, "definitions_error", &error);
}

/* An event is posted after its snapshot is in force, so whoever is admitted with this greeting gets every later one. */
static void greet(void *payload, const char *known, strbuf *out) {
  server_state *s = payload;
  char id[ID_ROOM], plain[NUMBER_ROOM];
  cached_responses *c = server_state_current(s);
  const roster_snapshot *now = cached_snapshot(c);
  event_id(s, now, id);
  snprintf(plain, sizeof plain, "%" PRIu64, roster_generation(now));
  strbuf_add(out, "retry: 2000\n\n");
  if (!known || (strcmp(known, id) != 0 && strcmp(known, plain) != 0)) write_snapshot_events(out, id, now);
  cached_responses_release(c);
}

void server_state_post_verdict(server_state *s, const roster_progress *p) {
  writer data = { 0 };
  write_open(&data, NULL, '{');
  write_text(&data, "model", p->model_id);
  write_text(&data, "provider", p->provider_id);
  write_text(&data, "state", p->state);
  write_integer(&data, "decided", (int64_t)p->decided);
  write_integer(&data, "total", (int64_t)p->total);
  write_close(&data, '}');
  events_post(s->events, NULL, "verdict", write_end(&data, NULL), true);
  strbuf_free(&data.text);
}

/* ---- a new snapshot ---- */

static void log_snapshot(const roster_snapshot *now) {
  char generation[NUMBER_ROOM], ready[NUMBER_ROOM], known[NUMBER_ROOM], at[NUMBER_ROOM];
  const char *file = "";
  int line = 0;
  const char *message = roster_definitions_error(now, &file, &line);
  snprintf(generation, sizeof generation, "%" PRIu64, roster_generation(now));
  snprintf(ready, sizeof ready, "%zu", roster_count(now));
  snprintf(known, sizeof known, "%zu", roster_known_count(now));
  snprintf(at, sizeof at, "%d", line);
  if (message)
    log_write("error", "definitions_error", "generation", generation, "file", file ? file : "", "line", at, "message", message, NULL);
  else
    log_write("info", "snapshot", "generation", generation, "ready", ready, "known", known, NULL);
}

/* Returns the one before. */
static cached_responses *replace(server_state *s, cached_responses *next) {
  pthread_mutex_lock(&s->lock);
  cached_responses *before = s->current;
  s->current = next;
  history_take(s->history, cached_snapshot(next), time(NULL));
  pthread_mutex_unlock(&s->lock);
  return before;
}

static void take(server_state *s, const roster_snapshot *now) {
  bool bad = roster_definitions_error(now, NULL, NULL) != NULL, refreshed = roster_generation(now) > 0;
  time_t checked = !refreshed ? 0 : !bad ? time(NULL) : s->current ? cached_checked(s->current) : 0;
  cached_responses *next = cached_responses_new(now, checked);
  s->behind = !next;
  if (!next) { /* the answer in force stays for another moment */
    roster_release(now);
    return;
  }
  cached_responses *before = replace(s, next);
  if (refreshed) atomic_fetch_add(bad ? &s->bad_loads : &s->good_loads, 1);
  log_snapshot(now);
  if (before) post_snapshot(s, cached_snapshot(before), now);
  cached_responses_release(before);
  platform_trim_heap(); /* a load takes much more memory than its snapshot */
}

void server_state_publish(server_state *s) {
  pthread_mutex_lock(&s->publishing);
  const roster_snapshot *now = roster_acquire(s->registry); /* NULL when the registry is closed */
  s->behind = false;
  if (s->current && now == cached_snapshot(s->current))
    roster_release(now);
  else if (now)
    take(s, now);
  pthread_mutex_unlock(&s->publishing);
}

/* site: see site.h. */
#include "server/site.h"

#include "command/shared/output.h"
#include "server/documents.h"
#include "server/logbook.h"

#include <inttypes.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LARGEST_CHANGES = 16 * 1024, ID_ROOM = 48, NUMBER_ROOM = 24 };

void site_open(site *s) {
  pthread_mutex_init(&s->publishing, NULL);
  pthread_mutex_init(&s->lock, NULL);
  s->events = events_new();
  s->visits = visits_new();
  s->history = history_new();
  s->started = time(NULL);
}

void site_close(site *s) {
  edition_drop(s->current);
  events_free(s->events);
  visits_free(s->visits);
  history_free(s->history);
  pthread_mutex_destroy(&s->publishing);
  pthread_mutex_destroy(&s->lock);
}

edition *site_edition(site *s) {
  pthread_mutex_lock(&s->lock);
  edition *e = edition_hold(s->current);
  pthread_mutex_unlock(&s->lock);
  return e;
}

/* ---- what is told ---- */

/* Generations begin anew with the process; the time of its start tells them apart. */
static const char *event_id(const site *s, const roster_snapshot *now, char out[ID_ROOM]) {
  snprintf(out, ID_ROOM, "%" PRIu64 "-%llx", roster_generation(now), (unsigned long long)s->started);
  return out;
}

static void write_error(strbuf *p, const roster_snapshot *now) {
  const char *file = "", *message;
  int line = 0;
  if (!(message = roster_definitions_error(now, &file, &line))) {
    strbuf_add(p, "null");
    return;
  }
  strbuf_add(p, "{\"file\":");
  quote_json(p, file ? file : "");
  strbuf_format(p, ",\"line\":%d,\"message\":", line);
  quote_json(p, message);
  strbuf_add(p, "}");
}

static void write_state(strbuf *p, const roster_snapshot *before, const roster_snapshot *now) {
  const roster_model *first = roster_default(now);
  strbuf_format(p, "{\"generation\":%" PRIu64 ",\"ready\":%zu,\"known\":%zu,\"default\":", roster_generation(now), roster_count(now),
                roster_known_count(now));
  quote_json(p, first ? roster_model_id(first) : "");
  strbuf_add(p, ",\"definitions_error\":");
  write_error(p, now);
  strbuf_add(p, ",\"changes\":");
  strbuf changes = { 0 };
  if (before) document_changes(&changes, before, now);
  /* Who is told null has to look for himself: at first, or when half the world changed. */
  strbuf_add(p, before && changes.length <= LARGEST_CHANGES ? strbuf_text(&changes) : "null");
  strbuf_add(p, "}");
  strbuf_free(&changes);
}

static void tell(site *s, const roster_snapshot *before, const roster_snapshot *now) {
  char id[ID_ROOM];
  strbuf data = { 0 };
  bool bad = roster_definitions_error(now, NULL, NULL) != NULL;
  if (bad)
    write_error(&data, now);
  else
    write_state(&data, before, now);
  events_post(s->events, event_id(s, now, id), bad ? "definitions_error" : "snapshot", strbuf_text(&data), false);
  strbuf_free(&data);
}

void site_greet(site *s, const char *known, strbuf *out) {
  char id[ID_ROOM], plain[NUMBER_ROOM];
  strbuf data = { 0 };
  edition *e = site_edition(s);
  const roster_snapshot *now = edition_snapshot(e);
  event_id(s, now, id);
  snprintf(plain, sizeof plain, "%" PRIu64, roster_generation(now));
  strbuf_add(out, "retry: 2000\n\n");
  if (!known || (strcmp(known, id) != 0 && strcmp(known, plain) != 0)) {
    write_state(&data, NULL, now);
    event_write(out, id, "snapshot", strbuf_text(&data));
    strbuf_free(&data);
    if (roster_definitions_error(now, NULL, NULL)) {
      write_error(&data, now);
      event_write(out, id, "definitions_error", strbuf_text(&data));
    }
  }
  strbuf_free(&data);
  edition_drop(e);
}

void site_tell_verdict(site *s, const roster_progress *p) {
  strbuf data = { 0 };
  strbuf_add(&data, "{\"model\":");
  quote_json(&data, p->model_id);
  strbuf_add(&data, ",\"provider\":");
  quote_json(&data, p->provider_id);
  strbuf_add(&data, ",\"state\":");
  quote_json(&data, p->state);
  strbuf_format(&data, ",\"decided\":%zu,\"total\":%zu}", p->decided, p->total);
  events_post(s->events, NULL, "verdict", strbuf_text(&data), true);
  strbuf_free(&data);
}

/* ---- a new snapshot ---- */

static void write_log(const roster_snapshot *now) {
  char generation[NUMBER_ROOM], ready[NUMBER_ROOM], known[NUMBER_ROOM], at[NUMBER_ROOM];
  const char *file = "";
  int line = 0;
  const char *message = roster_definitions_error(now, &file, &line);
  snprintf(generation, sizeof generation, "%" PRIu64, roster_generation(now));
  snprintf(ready, sizeof ready, "%zu", roster_count(now));
  snprintf(known, sizeof known, "%zu", roster_known_count(now));
  snprintf(at, sizeof at, "%d", line);
  if (message)
    logbook_write("error", "definitions_error", "generation", generation, "file", file ? file : "", "line", at, "message", message, NULL);
  else
    logbook_write("info", "snapshot", "generation", generation, "ready", ready, "known", known, NULL);
}

/* Puts it in force and answers the one before. */
static edition *replace(site *s, edition *next) {
  pthread_mutex_lock(&s->lock);
  edition *before = s->current;
  s->current = next;
  history_take(s->history, edition_snapshot(next), time(NULL));
  pthread_mutex_unlock(&s->lock);
  return before;
}

static void take(site *s, const roster_snapshot *now) {
  bool bad = roster_definitions_error(now, NULL, NULL) != NULL, asked_somebody = roster_generation(now) > 0;
  time_t checked = !asked_somebody ? 0 : !bad ? time(NULL) : s->current ? edition_checked(s->current) : 0;
  if (asked_somebody) atomic_fetch_add(bad ? &s->bad_loads : &s->good_loads, 1);
  edition *before = replace(s, edition_new(now, checked));
  write_log(now);
  if (before) tell(s, edition_snapshot(before), now);
  edition_drop(before);
  malloc_trim(0); /* a load takes much more than its answer */
}

void site_publish(site *s) {
  pthread_mutex_lock(&s->publishing);
  const roster_snapshot *now = roster_acquire(s->registry); /* NULL when the registry is closed */
  if (s->current && now == edition_snapshot(s->current))
    roster_release(now);
  else if (now)
    take(s, now);
  pthread_mutex_unlock(&s->publishing);
}

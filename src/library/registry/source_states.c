/* source_states: see source_states.h. */
#include "library/registry/source_states.h"

#include "library/validate/outcome.h"
#include "util/clock.h"
#include "util/hash.h"
#include "util/url.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_SAID = 256, DAY_MS = 24 * 60 * 60 * 1000, PUT_OFF_MS = 60 * 1000 };

/* ---- what is said once ---- */

/* True when it was not said yet. When memory runs out, it is said once more. */
static bool is_new(said_sentences *said, const char *sentence) {
  const uint64_t hash = hash_bytes(sentence, strlen(sentence), 0);
  if (!said) return true;
  pthread_mutex_lock(&said->lock);
  bool known = false;
  for (size_t i = 0; i < said->count; i++) known = known || said->at[i] == hash;
  if (!said->at) said->at = calloc(MOST_SAID, sizeof *said->at);
  if (!known && said->at) said->at[said->count++ % MOST_SAID] = hash;
  if (said->count >= MOST_SAID) said->count = 0;
  pthread_mutex_unlock(&said->lock);
  return !known;
}

static void say(const source_states *s, const fact_source *of, const char *sentence) {
  const char *whole = arena_printf(s->arena, "source '%s': %s", of->head.id, sentence);
  if (is_new(s->said, whole)) finding_warning(s->catalog->findings, of->head.latest, "%s", whole);
}

/* ---- what is kept ---- */

static const char *file_of(const source_states *s, const fact_source *of) {
  const char *folder = source_folder(s->arena, s->options->given.cache_file, s->environment);
  return folder ? source_file(s->arena, folder, of) : NULL;
}

static void take_rows(source_states *s, fact_source *of, const source_record *r) {
  if (!r->lines) return;
  of->facts = arena_alloc(s->arena, sizeof *of->facts);
  *of->facts = (facts){ .lines = r->lines, .length = r->length, .origin = arena_printf(s->arena, "%s %s", of->head.id, r->day) };
}

/* Whether the former result has facts of it, which a load without them would take away. */
static bool had_rows(const source_states *s, const fact_source *of) {
  for (size_t i = 0; s->earlier && i < s->earlier->source_count; i++)
    if (text_is(s->earlier->sources[i].id, of->head.id)) return s->earlier->sources[i].rows > 0;
  return false;
}

static void read_one(source_states *s, size_t i) {
  fact_source *of = s->catalog->sources.at[i];
  source_record *r = &s->records[i];
  const char *file = file_of(s, of), *why = NULL;
  if (!file || source_record_read(s->arena, file, of, false, r, &why))
    take_rows(s, of, r);
  else if ((s->unread = r->failed && had_rows(s, of)))
    finding_error(s->catalog->findings, of->head.latest,
                  "source '%s': the kept copy (%s) cannot be read at the moment: %s: the facts that are known stay, refresh again later",
                  of->head.id, file, why);
  else
    say(s, of, arena_printf(s->arena, "the kept copy (%s) is not used: %s", file, why));
}

static const char *shown_time(arena *a, int64_t ms) { return ms ? time_text(a, ms) : ""; }

static void fill_state(source_states *s, size_t i) {
  const fact_source *of = s->catalog->sources.at[i];
  const source_record *r = &s->records[i];
  s->at[i] = (roster_source_state){ .id = of->head.id,
                                    .url = of->url ? url_show(s->arena, of->url) : "",
                                    .format = of->format,
                                    .may = of->may,
                                    .on = source_is_on(s->catalog, of),
                                    .is_signed = of->key != NULL,
                                    .day = r->day ? r->day : "",
                                    .fetched_at = shown_time(s->arena, r->fetched_ms),
                                    .checked_at = shown_time(s->arena, r->checked_ms),
                                    .checked_ms = r->checked_ms,
                                    .rows = r->count,
                                    .held = json_array_size(r->held),
                                    .problem = r->problem ? r->problem : "" };
}

void source_states_read(source_states *s) {
  const char *on = environment_get(s->environment, "ROSTER_SOURCES");
  catalog *c = s->catalog;
  c->sources_on = s->options->given.sources || text_is(on, "yes");
  s->records = arena_array(s->arena, c->sources.count, sizeof *s->records);
  s->at = arena_array(s->arena, c->sources.count, sizeof *s->at);
  s->count = c->sources.count;
  for (size_t i = 0; i < s->count; i++)
    if (source_is_on(c, c->sources.at[i])) read_one(s, i);
}

/* Facts that are too old are still better than older ones. */
static void settle_one(source_states *s, size_t i) {
  const fact_source *of = s->catalog->sources.at[i];
  const source_record *r = &s->records[i];
  fill_state(s, i);
  if (!of->facts) return;
  s->at[i].models = of->facts->reached + of->facts->added;
  if (*r->expires && wall_ms() >= day_ms(r->expires) + DAY_MS) {
    const char *sentence = arena_printf(s->arena, "the kept copy expired on %s, and there is no newer one", r->expires);
    if (!*s->at[i].problem) s->at[i].problem = sentence;
    say(s, of, sentence);
  }
  if (of->facts->unfit)
    say(s, of,
        arena_printf(s->arena, "%zu of its values do not fit and are ignored, the first: %s", of->facts->unfit, of->facts->first_unfit));
}

void source_states_settle(source_states *s) {
  for (size_t i = 0; i < s->count; i++) settle_one(s, i);
}

void source_states_free(source_states *s) {
  for (size_t i = 0; i < s->count; i++) {
    facts *f = s->catalog->sources.at[i]->facts;
    if (f) json_decref(f->row);
    s->catalog->sources.at[i]->facts = NULL;
    source_record_free(&s->records[i]);
  }
  s->count = 0;
}

/* ---- looking ---- */

static bool is_wished(const source_wish *w, const fact_source *of) {
  for (size_t i = 0; i < w->count; i++)
    if (text_is(w->ids[i], of->head.id)) return true;
  return w->count == 0;
}

static int64_t due_in(const fact_source *of, const source_record *r) {
  const int64_t now = wall_ms(), left = r->tried_ms + of->every - now;
  return r->tried_ms > now || left < 0 ? 0 : left; /* a clock that was set back must not put it off for ever */
}

static void report(const source_states *s, const fact_source *of, const source_update *u, const source_wish *w) {
  const roster_source_update update = { .id = of->head.id,
                                        .outcome = u->outcome,
                                        .problem = u->problem ? u->problem : "",
                                        .rows = u->rows,
                                        .added = u->added,
                                        .removed = u->removed,
                                        .changed = u->changed,
                                        .held = u->held,
                                        .first_held = u->first_held ? u->first_held : "",
                                        .left_out = u->closed,
                                        .first_left_out = u->first_closed ? u->first_closed : "" };
  if (w->on_update) w->on_update(w->payload, &update);
  if (u->problem && !u->told) say(s, of, arena_printf(s->arena, "%s%s", u->problem, u->rows ? ": the last good copy stays in use" : ""));
  if (u->first_held)
    say(s, of,
        arena_printf(s->arena, "%zu of its values are held back, among them %s: an update that accepts them takes them over", u->held,
                     u->first_held));
  if (u->closed)
    say(s, of,
        arena_printf(s->arena, "%zu of its members are ignored because a source may not set them, the first: %s", u->closed,
                     u->first_closed));
}

/* Returns when it is due again. */
static int64_t look_at(source_states *s, size_t i, source_wish *w, const fetcher *f) {
  const fact_source *of = s->catalog->sources.at[i];
  const char *file = file_of(s, of);
  source_update u = { .outcome = "failed", .problem = "there is no folder to keep it in: set cache_file or HOME" };
  if (file) u = source_look(f, of, file, w->accept);
  w->moved += text_is(u.outcome, "updated");
  report(s, of, &u, w);
  return u.passing && PUT_OFF_MS < of->every ? PUT_OFF_MS : of->every;
}

static void find_unknown(const source_states *s, source_wish *w) {
  for (size_t i = 0; i < w->count && !w->unknown; i++) {
    const fact_source *of = lookup_get(&s->catalog->sources.ids, w->ids[i]);
    if (!of || !source_is_on(s->catalog, of)) w->unknown = w->ids[i];
  }
}

static bool is_cancelled(const atomic_bool *cancelled) { return cancelled && atomic_load(cancelled); }

void source_states_update(source_states *s, source_wish *w, const roster_transport *transport, const atomic_bool *cancelled) {
  fetcher f = { .arena = s->arena, .ring = s->ring, .transport = transport, .cancelled = cancelled, .field_at = roster_field_at };
  f.ca_file = environment_get(s->environment, "SSL_CERT_FILE");
  f.ca_dir = f.ca_file ? NULL : environment_get(s->environment, "SSL_CERT_DIR");
  w->next_ms = -1;
  find_unknown(s, w);
  for (size_t i = 0; i < s->count && !w->unknown && !is_cancelled(cancelled); i++) {
    const fact_source *of = s->catalog->sources.at[i];
    if (!source_is_on(s->catalog, of) || !is_wished(w, of)) continue;
    const int64_t left = w->due ? due_in(of, &s->records[i]) : 0;
    const int64_t next = left ? left : look_at(s, i, w, &f);
    if (w->next_ms < 0 || next < w->next_ms) w->next_ms = next;
  }
}

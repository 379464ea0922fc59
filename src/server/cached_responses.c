/* cached_responses: see cached_responses.h. A document is made under a lock and published with an atomic store, so a request that finds it
 * takes no lock. The snapshot and its documents live as long as there is a reference. */
#include "server/cached_responses.h"

#include "command/shared/memory.h"
#include "server/page.h"
#include "util/writer.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { USUAL_BYTES = 4 * 1024 };

struct cached_responses {
  atomic_uint references;
  const roster_snapshot *snapshot;
  time_t checked;
  pthread_mutex_t lock; /* held while a document is made */
  _Atomic(response *) documents[CACHED_COUNT];
};

/* ---- the library's documents ---- */

typedef struct subject {
  const roster_snapshot *snapshot, *before;
  const roster_models_choice *choice;
  model_writer *print;
  const char *id;
} subject;

/* The library's functions work like snprintf. A second call is needed only where the first had too little room. */
static void add(strbuf *out, size_t guess, size_t (*print)(const subject *what, char *out, size_t size), const subject *what) {
  strbuf_reserve(out, guess);
  size_t room = out->room - out->length, length = print(what, out->at + out->length, room);
  if (length >= room) {
    strbuf_reserve(out, length);
    print(what, out->at + out->length, length + 1);
  }
  out->length += length;
  while (out->length && out->at[out->length - 1] == '\n') out->at[--out->length] = '\0';
}

static size_t print_models(const subject *x, char *out, size_t size) { return roster_write_models_json(x->snapshot, x->choice, out, size); }
static size_t print_changes(const subject *x, char *out, size_t size) {
  return roster_write_changes_json(x->before, x->snapshot, out, size);
}
static size_t print_providers(const subject *x, char *out, size_t size) { return roster_write_providers_json(x->snapshot, out, size); }
static size_t print_model(const subject *x, char *out, size_t size) { return x->print(x->snapshot, x->id, out, size); }

void models_write(strbuf *out, const roster_snapshot *s, const roster_models_choice *choice) {
  size_t guess;
  roster_snapshot_json(s, &guess);
  add(out, guess, print_models, &(subject){ .snapshot = s, .choice = choice });
}

void changes_write(strbuf *out, const roster_snapshot *before, const roster_snapshot *after) {
  add(out, USUAL_BYTES, print_changes, &(subject){ .snapshot = after, .before = before });
}

void model_write(strbuf *out, model_writer *print, const roster_snapshot *s, const char *id) {
  add(out, USUAL_BYTES, print_model, &(subject){ .snapshot = s, .print = print, .id = id });
}

static void write_providers(strbuf *out, const roster_snapshot *s) { add(out, USUAL_BYTES, print_providers, &(subject){ .snapshot = s }); }

static void write_models(strbuf *out, const roster_snapshot *s) {
  size_t length;
  const char *text = roster_snapshot_json(s, &length);
  strbuf_bytes(out, text, length);
}

static void write_usable(strbuf *out, const roster_snapshot *s) {
  roster_models_choice choice = ROSTER_MODELS_CHOICE_INIT;
  choice.usable_only = true;
  models_write(out, s, &choice);
}

static void write_stories(strbuf *out, const roster_snapshot *s) {
  roster_models_choice choice = ROSTER_MODELS_CHOICE_INIT;
  choice.stories = true;
  models_write(out, s, &choice);
}

/* ---- /v1/models: usable models only ---- */

/* Seconds since 1970 at the start of a day such as "2026-09-24"; 0 when it is not a date. */
static long long day_of(const char *date) {
  static const int before[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334 };
  if (strlen(date) != 10 || date[4] != '-' || date[7] != '-') return 0;
  int parts[3] = { 0 }, part = 0;
  for (const char *s = date; *s; s++)
    if (*s == '-')
      part++;
    else if (*s >= '0' && *s <= '9')
      parts[part] = parts[part] * 10 + (*s - '0');
    else
      return 0;
  int year = parts[0], month = parts[1];
  if (year < 1970 || month < 1 || month > 12 || parts[2] < 1 || parts[2] > 31) return 0;
  bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  int last = year - 1, leaps = last / 4 - last / 100 + last / 400 - 477; /* 477 of them before 1970 */
  return ((year - 1970) * 365LL + leaps + before[month - 1] + (leap && month > 2) + parts[2] - 1) * 86400;
}

/* Clients of both kinds require a date. Where none is known, 1970 is what Anthropic's own API gives too. */
static void write_v1_model(writer *w, const roster_model *m) {
  const char *date = roster_model_release_date(m);
  long long created = day_of(date);
  char created_at[40];
  snprintf(created_at, sizeof created_at, "%.10sT00:00:00Z", created ? date : "1970-01-01");
  write_open(w, NULL, '{');
  write_text(w, "id", roster_model_id(m));
  write_text(w, "object", "model");
  write_integer(w, "created", created);
  write_text(w, "owned_by", roster_provider_id(roster_model_provider(m)));
  write_text(w, "type", "model");
  write_text(w, "display_name", *roster_model_description(m) ? roster_model_description(m) : roster_model_id(m));
  write_text(w, "created_at", created_at);
  write_close(w, '}');
}

void v1_model_write(strbuf *out, const roster_model *m) {
  writer w = { .text = *out };
  write_v1_model(&w, m);
  *out = w.text;
}

static void write_v1_models(strbuf *out, const roster_snapshot *s) {
  writer w = { .text = *out };
  size_t count = roster_count(s);
  write_open(&w, NULL, '{');
  write_text(&w, "object", "list");
  write_open(&w, "data", '[');
  for (size_t i = 0; i < count; i++) write_v1_model(&w, roster_at(s, i));
  write_close(&w, ']');
  write_flag(&w, "has_more", false);
  write_text_or_null(&w, "first_id", count ? roster_model_id(roster_at(s, 0)) : NULL);
  write_text_or_null(&w, "last_id", count ? roster_model_id(roster_at(s, count - 1)) : NULL);
  write_close(&w, '}');
  *out = w.text;
}

/* ---- the cache ---- */

static const struct {
  void (*write)(strbuf *out, const roster_snapshot *s);
  const char *type;
} DOCUMENTS[CACHED_COUNT] = {
  [CACHED_MODELS] = { write_models, TYPE_JSON },       [CACHED_USABLE] = { write_usable, TYPE_JSON },
  [CACHED_STORIES] = { write_stories, TYPE_JSON },     [CACHED_V1_MODELS] = { write_v1_models, TYPE_JSON },
  [CACHED_PROVIDERS] = { write_providers, TYPE_JSON }, [CACHED_PAGE] = { page_write, TYPE_HTML },
};

cached_responses *cached_responses_new(const roster_snapshot *s, time_t checked) {
  cached_responses *c = grown(NULL, sizeof *c);
  *c = (cached_responses){ .snapshot = s, .checked = checked };
  atomic_init(&c->references, 1);
  for (int i = 0; i < CACHED_COUNT; i++) atomic_init(&c->documents[i], NULL);
  pthread_mutex_init(&c->lock, NULL);
  return c;
}

cached_responses *cached_responses_hold(cached_responses *c) {
  atomic_fetch_add_explicit(&c->references, 1, memory_order_relaxed);
  return c;
}

void cached_responses_release(cached_responses *c) {
  if (!c || atomic_fetch_sub_explicit(&c->references, 1, memory_order_acq_rel) != 1) return;
  for (int i = 0; i < CACHED_COUNT; i++) response_free(atomic_load(&c->documents[i]));
  roster_release(c->snapshot);
  pthread_mutex_destroy(&c->lock);
  free(c);
}

const roster_snapshot *cached_snapshot(const cached_responses *c) { return c->snapshot; }
time_t cached_checked(const cached_responses *c) { return c->checked; }

static response *make(cached_responses *c, cached_document which) {
  pthread_mutex_lock(&c->lock);
  response *r = atomic_load(&c->documents[which]);
  if (!r) {
    strbuf body = { 0 };
    DOCUMENTS[which].write(&body, c->snapshot);
    r = response_new(&body, DOCUMENTS[which].type, c->checked);
    atomic_store_explicit(&c->documents[which], r, memory_order_release);
  }
  pthread_mutex_unlock(&c->lock);
  return r;
}

enum MHD_Result cached_responses_send(cached_responses *c, cached_document which, const http_request *q) {
  response *r = atomic_load_explicit(&c->documents[which], memory_order_acquire);
  if (!r) r = make(c, which);
  return r ? response_send(r, q) : MHD_NO;
}

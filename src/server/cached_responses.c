/* cached_responses: see cached_responses.h. A document is made under a lock and published with an atomic store, so a request that finds it
 * takes no lock. The snapshot and its documents live as long as there is a reference. */
#include "server/cached_responses.h"

#include "server/page.h"
#include "server/page_data.h"
#include "server/v1_models.h"
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
  const roster_needs *needs;
  bool all;
  int64_t within_days;
} subject;

/* The library's functions work like snprintf. A second call is needed only where the first had too little room. */
static void add(strbuf *out, size_t guess, size_t (*print)(const subject *what, char *out, size_t size), const subject *what) {
  if (!strbuf_reserve(out, guess)) return;
  size_t room = out->room - out->length, length = print(what, out->at + out->length, room);
  if (!length) { /* no document is empty: it had no memory */
    strbuf_fail(out);
    return;
  }
  if (length >= room) {
    if (!strbuf_reserve(out, length)) return;
    if (print(what, out->at + out->length, length + 1) != length) {
      strbuf_fail(out);
      return;
    }
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

static size_t print_pick(const subject *x, char *out, size_t size) {
  return roster_write_pick_json(x->snapshot, x->needs, x->all, out, size);
}
static size_t print_retirements(const subject *x, char *out, size_t size) {
  return roster_write_retirements_json(x->snapshot, x->within_days, out, size);
}

void pick_write(strbuf *out, const roster_snapshot *s, const roster_needs *needs, bool all) {
  add(out, USUAL_BYTES, print_pick, &(subject){ .snapshot = s, .needs = needs, .all = all });
}

void retirements_write(strbuf *out, const roster_snapshot *s, int64_t within_days) {
  add(out, USUAL_BYTES, print_retirements, &(subject){ .snapshot = s, .within_days = within_days });
}

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

static void write_models(strbuf *out, const roster_snapshot *s) { models_write(out, s, NULL); }

static void write_document(strbuf *out, const roster_snapshot *s) {
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

static void write_v1_models(strbuf *out, const roster_snapshot *s) { v1_models_write(out, s, &(v1_page){ .limit = 0 }); }

/* ---- the cache ---- */

static const struct {
  void (*write)(strbuf *out, const roster_snapshot *s);
  const char *type;
} DOCUMENTS[CACHED_COUNT] = {
  [CACHED_MODELS] = { write_models, TYPE_JSON },       [CACHED_USABLE] = { write_usable, TYPE_JSON },
  [CACHED_STORIES] = { write_stories, TYPE_JSON },     [CACHED_V1_MODELS] = { write_v1_models, TYPE_JSON },
  [CACHED_PROVIDERS] = { write_providers, TYPE_JSON }, [CACHED_PAGE] = { page_write, TYPE_HTML },
  [CACHED_PAGE_DATA] = { page_data_write, TYPE_JSON }, [CACHED_DOCUMENT] = { write_document, TYPE_JSON },
};

cached_responses *cached_responses_new(const roster_snapshot *s, time_t checked) {
  cached_responses *c = malloc(sizeof *c);
  if (!c) return NULL;
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
  return response_send(r, q);
}

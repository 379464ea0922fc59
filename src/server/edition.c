/* edition: see edition.h. */
#include "server/edition.h"

#include "command/shared/memory.h"

#include "server/documents.h"
#include "server/page.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct edition {
  atomic_uint holders;
  const roster_snapshot *snapshot;
  time_t checked;
  pthread_mutex_t lock; /* over making; what is made stays */
  _Atomic(reply *) parts[PART_COUNT];
};

static void write_available(strbuf *p, const roster_snapshot *s) { document_chosen(p, s, &(choice){ .available = true }); }
static void write_verbose(strbuf *p, const roster_snapshot *s) { document_chosen(p, s, &(choice){ .verbose = true }); }

static const struct {
  void (*write)(strbuf *p, const roster_snapshot *s);
  const char *type;
} WRITERS[PART_COUNT] = {
  [PART_MODELS] = { document_models, TYPE_JSON },       [PART_AVAILABLE] = { write_available, TYPE_JSON },
  [PART_VERBOSE] = { write_verbose, TYPE_JSON },        [PART_V1] = { document_v1_list, TYPE_JSON },
  [PART_PROVIDERS] = { document_providers, TYPE_JSON }, [PART_PAGE] = { page_write, TYPE_HTML },
};

edition *edition_new(const roster_snapshot *s, time_t checked) {
  edition *e = grown(NULL, sizeof *e);
  *e = (edition){ .snapshot = s, .checked = checked };
  atomic_init(&e->holders, 1);
  for (int i = 0; i < PART_COUNT; i++) atomic_init(&e->parts[i], NULL);
  pthread_mutex_init(&e->lock, NULL);
  return e;
}

edition *edition_hold(edition *e) {
  atomic_fetch_add_explicit(&e->holders, 1, memory_order_relaxed);
  return e;
}

void edition_drop(edition *e) {
  if (!e || atomic_fetch_sub_explicit(&e->holders, 1, memory_order_acq_rel) != 1) return;
  for (int i = 0; i < PART_COUNT; i++) reply_free(atomic_load(&e->parts[i]));
  roster_release(e->snapshot);
  pthread_mutex_destroy(&e->lock);
  free(e);
}

const roster_snapshot *edition_snapshot(const edition *e) { return e->snapshot; }
time_t edition_checked(const edition *e) { return e->checked; }

static reply *make(edition *e, part which) {
  pthread_mutex_lock(&e->lock);
  reply *r = atomic_load(&e->parts[which]);
  if (!r) {
    strbuf text = { 0 };
    WRITERS[which].write(&text, e->snapshot);
    r = reply_new(&text, WRITERS[which].type, e->checked);
    atomic_store_explicit(&e->parts[which], r, memory_order_release);
  }
  pthread_mutex_unlock(&e->lock);
  return r;
}

enum MHD_Result edition_send(edition *e, part which, const asked *a) {
  reply *r = atomic_load_explicit(&e->parts[which], memory_order_acquire);
  if (!r) r = make(e, which);
  return r ? reply_send(r, a) : MHD_NO;
}

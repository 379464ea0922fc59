/* refresh: the runs of a live registry, one at a time. A run reads the definitions, asks the providers, and publishes what it found out, or
 * the former result together with what went wrong. A call shares a run that begins after it; whoever finds none under way does the next one
 * on its own thread. An edit that would take too much away is held back by a guard. The cache file is written here, with what other
 * processes that share it have added to its ledger. */
#include "library/registry/cache.h"
#include "library/registry/job.h"
#include "library/registry/registry.h"

#include "util/descriptor.h"
#include "util/file_lock.h"
#include "util/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the guard: a model that its provider refuses goes at once; what an edit of the definitions takes away (a model that is gone,
 * switched off, or reached in another way than was proved) may be a mistake ---- */

/* Reached at the same place under the same name, with a key from the same source. */
static bool is_defined_alike(const service *a, const service *b) {
  return text_is(a->provider->head.id, b->provider->head.id) && text_is(a->base, b->base) &&
         text_is(a->model->api_name, b->model->api_name) && text_is(a->model->speaks->head.id, b->model->speaks->head.id) &&
         text_is(a->source, b->source);
}

static bool is_lost_by_edit(const roster_model *m, const result *after) {
  const roster_model *now = result_find(after, m->model->head.id);
  if (!now) return true;
  if (now->usable) return false;
  return now->outcome.state == ROSTER_DISABLED || !is_defined_alike(m->service, now->service);
}

static void name_lost(const result *before, const result *after, char *into, size_t room) {
  size_t named = 0, length = 0;
  for (size_t i = 0; i < before->usable_count && named < 3 && length < room; i++) {
    if (!is_lost_by_edit(before->usable[i], after)) continue;
    length += (size_t)snprintf(into + length, room - length, "%s%s", named++ ? ", " : "", before->usable[i]->model->head.id);
  }
}

/* True, and err filled, when an edit loses the default model or more than half of the usable ones, unless the definitions have
 * hold = false. Never before the first run: until then nothing was proved. */
static bool guard_refuses(const result *before, const result *after, roster_error *err) {
  if (before->generation == 0 || !after->catalog->policy.hold) return false;
  size_t lost = 0;
  for (size_t i = 0; i < before->usable_count; i++) lost += is_lost_by_edit(before->usable[i], after);
  const roster_model *first = before->default_model;
  bool loses_default = first && is_lost_by_edit(first, after);
  if (!loses_default && lost * 2 <= before->usable_count) return false;
  char names[512] = "";
  name_lost(before, after, names, sizeof names);
  fail(err, ROSTER_EHELD, "if that is intended, write validate { hold = false }, or force the refresh",
       "this edit is held back because it would lose %zu of %zu usable models%s%s%s (%s%s): the previous answer stays", lost,
       before->usable_count, loses_default ? ", the default '" : "", loses_default ? first->model->head.id : "",
       loses_default ? "' among them" : "", names, lost > 3 ? ", ..." : "");
  return true;
}

/* ---- the cache file ---- */

/* What others have added to the ledger, and their salt, unless there is one already. False with errno where there is a file that cannot be
 * read now: nothing of it must be lost. *absent: there is none. */
static bool merge(roster *r, bool *absent) {
  char words[256];
  const char *why = NULL;
  cache *c = cache_read(r->options.given.cache_file, words, sizeof words, &why);
  const int failed = c ? 0 : errno;
  *absent = !c && !why && !failed;
  if (c && !r->salt_fixed) {
    atomic_store(&r->salt, c->salt);
    r->salt_fixed = true;
  }
  if (c && c->billed) ledger_merge(&r->ledger, c->billed, c->salt == atomic_load(&r->salt), wall_ms());
  cache_free(c);
  errno = failed;
  return !descriptor_may_succeed(failed);
}

/* For how long another process may keep this one from the file. One that is stopped while it has the lock costs that once: from then on the
 * lock is taken only where it is free. */
enum { LOCK_PATIENCE_MS = 5000 };

static int take_lock(roster *r) {
  return file_lock_take(r->options.given.cache_file, r->lock_late ? 0 : LOCK_PATIENCE_MS, &r->closing, &r->lock_late);
}

/* With a claim, which is decided by what the file has; where it is not granted there is nothing to write. */
static bool save_claim(roster *r, const result *d, const bill_claim *c, bool *granted) {
  const roster_options *o = &r->options.given;
  const roster_snapshot *s = d ? NULL : roster_acquire(r);
  if (s) d = s->data;
  pthread_mutex_lock(&r->saving);
  const int lock = take_lock(r);
  bool absent;
  const bool merged = merge(r, &absent);
  if (c) *granted = ledger_claim(&r->ledger, c, wall_ms());
  const bool idle = c && !*granted;
  const bool good = merged && (idle || cache_write(o->cache_file, r->salt, o->cache_billed_only ? NULL : d, &r->ledger));
  file_lock_release(lock);
  pthread_mutex_unlock(&r->saving);
  roster_release(s);
  return good;
}

bool registry_save(roster *r, const result *d) {
  const roster_options *o = &r->options.given;
  if (!o->cache_file || (o->cache_billed_only && ledger_is_empty(&r->ledger))) return true;
  return save_claim(r, d, NULL, NULL);
}

/* Before the first run. What another host has written since this one was opened, or could not be read then, is taken over; where there is
 * no file yet, one that says nothing but the salt has those that are opened later, or have not begun yet, take it over. */
static void fix_salt(roster *r) {
  const roster_options *o = &r->options.given;
  bool absent;
  if (!o->cache_file) return;
  pthread_mutex_lock(&r->saving);
  if (!r->salt_fixed) {
    const int lock = o->cache_billed_only ? -1 : take_lock(r); /* nothing is written then, so that even FILE.lock would be too much */
    if (merge(r, &absent) && absent && !o->cache_billed_only) cache_write(o->cache_file, r->salt, NULL, &r->ledger);
    r->salt_fixed = true;
    file_lock_release(lock);
  }
  pthread_mutex_unlock(&r->saving);
}

/* What cannot be written is reported at the end of the run. */
static bool claim_one(void *payload, const bill_claim *c) {
  roster *r = payload;
  bool granted = false;
  if (!r->options.given.cache_file) return ledger_claim(&r->ledger, c, wall_ms());
  save_claim(r, NULL, c, &granted);
  return granted;
}

/* ---- publishing ---- */

/* The error is that of a finding, or one that the registry itself has with what was read. */
static void publish_failure(roster *r, result *former, const roster_error *error, const roster_finding *found) {
  const roster_finding other = { .severity = ROSTER_ERROR, .file = error->file, .line = error->line, .message = error->message };
  atomic_fetch_add(&former->holders, 1);
  roster_snapshot *again = snapshot_new(former, &r->options.given, found ? found : &other);
  if (again) publish(r, again);
}

/* For the next start. A cache that cannot be written is a warning, not a failure. */
static void write_cache(roster *r, const result *d) {
  const roster_options *o = &r->options.given;
  if (registry_save(r, d) || !o->on_finding) return;
  char message[256];
  snprintf(message, sizeof message, "this cache cannot be written: %s", strerror(errno));
  o->on_finding(o->payload, &(roster_finding){ .severity = ROSTER_WARNING, .file = o->cache_file, .message = message });
}

static roster_status publish_result(roster *r, result *d, roster_error *err) {
  roster_snapshot *s = snapshot_new(d, &r->options.given, NULL);
  if (!s) return fail(err, ROSTER_ENOMEM, "nothing was changed", "not enough memory");
  write_cache(r, d);
  publish(r, s);
  return ROSTER_OK;
}

static roster_status conclude(roster *r, job *j, result *before, bool forced, roster_error *err) {
  roster_status status = j->status;
  *err = j->error;
  if (status == ROSTER_OK && !forced && j->digest != r->current_digest && guard_refuses(before, j->result, err)) {
    result_release(j->result);
    status = ROSTER_EHELD;
  } else if (status == ROSTER_OK) {
    status = publish_result(r, j->result, err);
    if (status == ROSTER_OK) r->current_digest = j->digest;
    return status;
  }
  if (status == ROSTER_EHELD) write_cache(r, before); /* what was sent was sent */
  if (status == ROSTER_EDEFINITIONS || status == ROSTER_EHELD) publish_failure(r, before, err, j->finding);
  return status;
}

/* ---- names that callers give ---- */

/* Out of memory some are missing, and false is returned. */
static bool named_models_add(named_models *all, const char *const *ids, size_t count) {
  char **wider = count ? realloc(all->ids, (all->count + count) * sizeof *wider) : all->ids;
  if (!wider) return count == 0;
  all->ids = wider;
  bool good = true;
  for (size_t i = 0; i < count; i++) {
    char *copy = strdup(ids[i]);
    if (copy) all->ids[all->count++] = copy;
    good = good && copy;
  }
  return good;
}

void named_models_free(named_models *all) {
  for (size_t i = 0; i < all->count; i++) free(all->ids[i]);
  free(all->ids);
  *all = (named_models){ 0 };
}

/* ---- runs ---- */

const roster_transport *registry_transport(roster *r, roster_error *err) {
  if (!r->own_transport) r->own_transport = transport_default(r->options.given.transport_threads, err);
  return r->own_transport;
}

/* What the callers of a run want of it. */
typedef struct wishes {
  bool forced, by_hand;
  helper_start start;
  named_models named;
  const char *function; /* that was called */
} wishes;

static const roster_transport *connect(void *payload, roster_error *err) { return registry_transport(payload, err); }

static roster_status run_once(roster *r, uint64_t generation, const wishes *w, roster_error *err) {
  fix_salt(r);
  const roster_snapshot *before = roster_acquire(r);
  job j = { .options = &r->options,
            .ask = true,
            .connect = connect,
            .earlier = before->data,
            .beliefs = &r->beliefs,
            .helpers = r->helpers,
            .start = w->start,
            .ledger = &r->ledger,
            .named = &w->named,
            .by_clock = !w->by_hand,
            .claim = claim_one,
            .payload = r,
            .said = &r->said,
            .salt = r->salt,
            .generation = generation,
            .cancelled = &r->closing,
            .build = true,
            .keep_finding = true };
  job_run(&j);
  const bool returned = ledger_settle(&r->ledger);
  roster_status status = conclude(r, &j, before->data, w->forced, err);
  const bool judged = status == ROSTER_OK || status == ROSTER_EHELD || (status == ROSTER_EDEFINITIONS && !j.unread);
  if (judged) atomic_store(&r->read_digest, j.digest);
  atomic_store(&r->judged, judged);
  if (returned && status != ROSTER_OK && status != ROSTER_EHELD) registry_save(r, NULL);
  free(j.finding);
  roster_release(before);
  collector_run(&r->collector);
  return status;
}

static void take_turn(roster *r) { /* locked; unlocks while it runs */
  uint64_t run = ++r->started;
  wishes w = { .forced = r->forced, .by_hand = r->by_hand, .start = r->start, .named = r->named };
  r->forced = r->by_hand = false;
  r->start = HELPER_NEVER;
  r->named = (named_models){ 0 };
  roster_error error = { .status = ROSTER_OK };
  pthread_mutex_unlock(&r->lock);
  int64_t begun = now_ms();
  const registry_options *outside = job_mark(&r->options);
  roster_status status = run_once(r, run, &w, &error);
  named_models_free(&w.named);
  if (status != ROSTER_ECANCELLED && r->options.given.on_refreshed)
    r->options.given.on_refreshed(r->options.given.payload, status, (long)(now_ms() - begun));
  job_mark(outside);
  pthread_mutex_lock(&r->lock);
  r->last_status = status;
  r->last_error = error;
  r->finished = run;
  pthread_cond_broadcast(&r->run_finished);
}

static roster_status wait_for_run(roster *r, roster_error *err) { /* locked */
  uint64_t wanted = r->started + 1;                               /* a run that began before this call may have read older files */
  while (r->finished < wanted && !atomic_load(&r->closing)) {
    if (r->started == r->finished && !r->updating)
      take_turn(r);
    else
      pthread_cond_wait(&r->run_finished, &r->lock);
  }
  if (r->finished < wanted) return fail(err, ROSTER_ECANCELLED, NULL, "the registry is being closed");
  if (err && r->last_status != ROSTER_OK) *err = r->last_error;
  return r->last_status;
}

static roster_status refresh(roster *r, wishes w, const char *const *ids, size_t count, roster_error *err) {
  if (err) *err = (roster_error){ .status = ROSTER_OK };
  if (!r) return fail(err, ROSTER_EINVALID, NULL, "%s: the registry is NULL", w.function);
  if (refuse_list(w.function, "ids", ids, count, err) != ROSTER_OK) return ROSTER_EINVALID;
  if (refuse_fork(r, err) != ROSTER_OK) return ROSTER_EFORKED;
  if (refuse_callback(r, w.function, err) != ROSTER_OK) return ROSTER_EINVALID;
  if (!enter(r)) return fail(err, ROSTER_ECANCELLED, NULL, "the registry is being closed");
  pthread_mutex_lock(&r->lock);
  r->forced = r->forced || w.forced;
  r->by_hand = r->by_hand || w.by_hand;
  if (w.start > r->start) r->start = w.start;
  bool taken = named_models_add(&r->named, ids, count);
  roster_status status = taken ? wait_for_run(r, err) : fail(err, ROSTER_ENOMEM, "nothing was changed", "not enough memory");
  pthread_mutex_unlock(&r->lock);
  leave(r);
  return status;
}

/* Whoever waits at a terminal can sign in too. */
static wishes asked_for(const roster *r, const char *function) {
  return (wishes){ .by_hand = true, .start = r && r->options.given.attended ? HELPER_ASKED : HELPER_ANYWAY, .function = function };
}

roster_status roster_refresh(roster *r, roster_error *err) { return refresh(r, asked_for(r, "roster_refresh"), NULL, 0, err); }

roster_status roster_refresh_forced(roster *r, roster_error *err) {
  wishes w = asked_for(r, "roster_refresh_forced");
  w.forced = true;
  return refresh(r, w, NULL, 0, err);
}

roster_status roster_refresh_named(roster *r, const char *const *ids, size_t count, roster_error *err) {
  return refresh(r, asked_for(r, "roster_refresh_named"), ids, count, err);
}

void refresh_unasked(roster *r, helper_start start) { refresh(r, (wishes){ .start = start, .function = "roster_refresh" }, NULL, 0, NULL); }

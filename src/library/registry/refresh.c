/* refresh: runs of a registry, one at a time: reads, asks, and publishes what came of it, or the old answer with what went wrong. */
#include "library/registry/cache.h"
#include "library/registry/hold.h"
#include "library/registry/job.h"
#include "library/registry/registry.h"
#include "library/registry/transport_default.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const roster_transport *transport_of(roster *r, roster_error *err) {
  if (r->options.said.transport) return r->options.said.transport;
  if (!r->own_transport) r->own_transport = transport_default(err);
  return r->own_transport;
}

/* The old answer again, with what went wrong. */
static void publish_failure(roster *r, answer_data *kept, const roster_error *error) {
  atomic_fetch_add(&kept->holders, 1);
  roster_snapshot *again = snapshot_new(kept, error);
  if (again) publish(r, again);
}

/* For the next start. That it cannot be kept is no reason to fail. */
static void keep_on_disk(const roster *r, const answer_data *d) {
  const roster_options *o = &r->options.said;
  if (!o->cache_file || cache_write(o->cache_file, r->salt, d) || !o->on_finding) return;
  char message[256];
  snprintf(message, sizeof message, "this cache cannot be written: %s", strerror(errno));
  o->on_finding(o->payload, &(roster_finding){ ROSTER_WARNING, o->cache_file, 0, message });
}

static roster_status publish_answer(roster *r, answer_data *d, roster_error *err) {
  roster_snapshot *s = snapshot_new(d, NULL);
  if (!s) return fail(err, ROSTER_ENOMEM, "nothing was changed", "not enough memory");
  keep_on_disk(r, d);
  publish(r, s);
  return ROSTER_OK;
}

static roster_status conclude(roster *r, job *j, answer_data *before, bool forced, roster_error *err) {
  roster_status status = j->status;
  *err = j->error;
  if (status == ROSTER_OK && !forced && j->mark != r->in_force && hold_back(before, j->answer, err)) {
    answer_release(j->answer);
    status = ROSTER_EHELD;
  } else if (status == ROSTER_OK) {
    status = publish_answer(r, j->answer, err);
    if (status == ROSTER_OK) r->in_force = j->mark;
    return status;
  }
  if (status == ROSTER_EDEFINITIONS || status == ROSTER_EHELD) publish_failure(r, before, err);
  return status;
}

static roster_status run_once(roster *r, uint64_t generation, bool forced, helper_start start, roster_error *err) {
  const roster_transport *transport = transport_of(r, err);
  if (!transport) return ROSTER_ETRANSPORT;
  const roster_snapshot *before = roster_acquire(r);
  job j = { .options = &r->options,
            .ask = true,
            .transport = transport,
            .earlier = before->data,
            .helpers = r->helpers,
            .start = start,
            .salt = r->salt,
            .generation = generation,
            .cancelled = &r->closing,
            .build = true };
  job_run(&j);
  atomic_store(&r->mark, j.mark);
  roster_status status = conclude(r, &j, before->data, forced, err);
  roster_release(before);
  return status;
}

static void take_turn(roster *r) { /* locked; unlocks while it runs */
  uint64_t run = ++r->started;
  bool forced = r->forced;
  helper_start start = r->start;
  r->forced = false;
  r->start = HELPER_NEVER;
  roster_error error = { .status = ROSTER_OK };
  pthread_mutex_unlock(&r->lock);
  roster_status status = run_once(r, run, forced, start, &error);
  pthread_mutex_lock(&r->lock);
  r->last_status = status;
  r->last_error = error;
  r->finished = run;
  pthread_cond_broadcast(&r->finished_one);
}

static roster_status wait_for_mine(roster *r, roster_error *err) { /* locked */
  uint64_t mine = r->started + 1;                                  /* a run that began before this call may have read older files */
  while (r->finished < mine && !atomic_load(&r->closing)) {
    if (r->started == r->finished)
      take_turn(r);
    else
      pthread_cond_wait(&r->finished_one, &r->lock);
  }
  if (r->finished < mine) return fail(err, ROSTER_ECANCELLED, NULL, "the registry is being closed");
  if (err && r->last_status != ROSTER_OK) *err = r->last_error;
  return r->last_status;
}

bool enter(roster *r) {
  pthread_mutex_lock(&r->lock);
  bool open = !atomic_load(&r->closing);
  r->inside += open;
  pthread_mutex_unlock(&r->lock);
  return open;
}

void leave(roster *r) {
  pthread_mutex_lock(&r->lock);
  r->inside--;
  pthread_cond_broadcast(&r->left_one);
  pthread_mutex_unlock(&r->lock);
}

static roster_status refresh(roster *r, bool forced, helper_start start, roster_error *err) {
  if (err) *err = (roster_error){ .status = ROSTER_OK };
  if (!r) return fail(err, ROSTER_EINVALID, NULL, "roster_refresh: the registry is NULL");
  if (refuse_fork(r, err) != ROSTER_OK) return ROSTER_EFORKED;
  if (!enter(r)) return fail(err, ROSTER_ECANCELLED, NULL, "the registry is being closed");
  pthread_mutex_lock(&r->lock);
  r->forced = r->forced || forced;
  if (start > r->start) r->start = start;
  roster_status status = wait_for_mine(r, err);
  pthread_mutex_unlock(&r->lock);
  leave(r);
  return status;
}

roster_status roster_refresh(roster *r, roster_error *err) { return refresh(r, false, HELPER_ANYWAY, err); }
roster_status roster_refresh_forced(roster *r, roster_error *err) { return refresh(r, true, HELPER_ANYWAY, err); }
void refresh_unasked(roster *r, helper_start start) { refresh(r, false, start, NULL); }

/* source_update: looking at sources is a job of its own, which takes its turn among the refreshes, since both use the one transport. It
 * publishes nothing: the next refresh has what it brought. */
#include "library/registry/registry.h"

enum { RETRY_MS = 60 * 1000 }; /* after a look that was none: the definitions are wrong, say */

static roster_status run(roster *r, source_wish *w, roster_error *err) {
  roster_error none;
  if (!err) err = &none;
  const roster_transport *transport = registry_transport(r, err);
  if (!transport) return err->status;
  job j = { .options = &r->options, .transport = transport, .update = w, .said = &r->said, .salt = r->salt, .cancelled = &r->closing };
  const roster_status status = job_run(&j);
  if (status != ROSTER_OK) *err = j.error;
  return status;
}

bool registry_begin_turn(roster *r) {
  pthread_mutex_lock(&r->lock);
  while ((r->started != r->finished || r->updating) && !atomic_load(&r->closing)) pthread_cond_wait(&r->run_finished, &r->lock);
  const bool closing = atomic_load(&r->closing); /* then whoever has the turn may still use the transport */
  r->updating = r->updating || !closing;
  pthread_mutex_unlock(&r->lock);
  return !closing;
}

void registry_end_turn(roster *r) {
  pthread_mutex_lock(&r->lock);
  r->updating = false;
  pthread_cond_broadcast(&r->run_finished);
  pthread_mutex_unlock(&r->lock);
}

static roster_status take_turn(roster *r, source_wish *w, roster_error *err) {
  if (!registry_begin_turn(r)) return fail(err, ROSTER_ECANCELLED, NULL, "the registry is being closed");
  const roster_status status = run(r, w, err);
  registry_end_turn(r);
  return status;
}

bool update_due_sources(roster *r, int64_t *next_ms) {
  source_wish w = { .due = true, .next_ms = -1 };
  const bool good = take_turn(r, &w, NULL) == ROSTER_OK;
  *next_ms = good ? w.next_ms : RETRY_MS;
  return good && w.moved > 0;
}

roster_status roster_update_sources(roster *r, const char *const *ids, size_t count, bool accept,
                                    void (*on_update)(void *payload, const roster_source_update *update), void *payload,
                                    roster_error *err) {
  if (err) *err = (roster_error){ .status = ROSTER_OK };
  if (!r) return fail(err, ROSTER_EINVALID, NULL, "roster_update_sources: the registry is NULL");
  if (refuse_list("roster_update_sources", "ids", ids, count, err) != ROSTER_OK) return ROSTER_EINVALID;
  if (refuse_fork(r, err) != ROSTER_OK) return ROSTER_EFORKED;
  if (refuse_callback(r, "roster_update_sources", err) != ROSTER_OK) return ROSTER_EINVALID;
  if (!enter(r)) return fail(err, ROSTER_ECANCELLED, NULL, "the registry is being closed");
  source_wish w = { .ids = ids, .count = count, .accept = accept, .on_update = on_update, .payload = payload };
  roster_status status = take_turn(r, &w, err);
  leave(r);
  return status;
}

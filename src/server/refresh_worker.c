/* refresh_worker: see refresh_worker.h. Requests queue up in a list; all that came before a refresh starts share its outcome, and those
 * that come while it runs wait for the next one, which may see an edit that this one has not seen. */
#include "server/refresh_worker.h"

#include "command/shared/memory.h"
#include "server/log.h"
#include "server/response.h"

#include <errno.h>
#include <stdlib.h>

enum { PATIENCE_SECONDS = 1 };

struct refresh_worker {
  server_state *state;
  pthread_t thread;
  pthread_mutex_t lock;
  pthread_cond_t changed;
  pending_response *waiting;
  bool wanted, reload, busy, stopping;
};

/* ---- pending responses ---- */

pending_response *pending_response_new(struct MHD_Connection *handle) {
  pending_response *p = malloc(sizeof *p);
  if (p) *p = (pending_response){ .handle = handle };
  return p;
}

void pending_response_free(pending_response *p) {
  strbuf_free(&p->body);
  free(p);
}

static void respond_all(pending_response *list, unsigned status, const strbuf *body) {
  while (list) {
    pending_response *p = list;
    list = p->next;                          /* once resumed, p may be freed */
    if (body->failed) strbuf_fail(&p->body); /* answered 503 */
    strbuf_bytes(&p->body, strbuf_text(body), body->length);
    p->status = status;
    MHD_resume_connection(p->handle);
  }
}

static void fail_all(pending_response *list, const roster_error *err) {
  strbuf body = { 0 };
  response_write_error(&body, err);
  respond_all(list, response_status_for(err->status), &body);
  strbuf_free(&body);
}

static void refuse_all(pending_response *list) {
  static const roster_error err = { .status = ROSTER_ECANCELLED, .message = "the server is ending", .hint = "ask the next one" };
  if (list) fail_all(list, &err);
}

/* ---- the thread ---- */

static void refresh(refresh_worker *w, pending_response *list, bool reload) {
  roster_error err = { 0 };
  strbuf body = { 0 };
  cached_responses *before = server_state_current(w->state);
  roster_status status = roster_refresh(w->state->registry, &err);
  if (status != ROSTER_ECANCELLED) server_state_publish(w->state);
  cached_responses *after = server_state_current(w->state);
  if (status == ROSTER_OK) {
    changes_write(&body, cached_snapshot(before), cached_snapshot(after));
    respond_all(list, MHD_HTTP_OK, &body);
  } else {
    fail_all(list, &err);
  }
  if (status != ROSTER_OK && status != ROSTER_ECANCELLED)
    log_write("error", "refresh_failed", "code", roster_status_name(status), "message", err.message, NULL);
  if (reload) notify_ready();
  strbuf_free(&body);
  cached_responses_release(before);
  cached_responses_release(after);
}

static void *work(void *payload) {
  refresh_worker *w = payload;
  pthread_mutex_lock(&w->lock);
  for (;;) {
    while (!w->wanted && !w->stopping) pthread_cond_wait(&w->changed, &w->lock);
    if (w->stopping) break;
    pending_response *list = w->waiting;
    bool reload = w->reload;
    w->waiting = NULL;
    w->wanted = w->reload = false;
    w->busy = true;
    pthread_mutex_unlock(&w->lock);
    refresh(w, list, reload);
    pthread_mutex_lock(&w->lock);
    w->busy = false;
    pthread_cond_broadcast(&w->changed);
  }
  pthread_mutex_unlock(&w->lock);
  return NULL;
}

refresh_worker *refresh_worker_start(server_state *s) {
  refresh_worker *w = grown(NULL, sizeof *w);
  *w = (refresh_worker){ .state = s };
  pthread_mutex_init(&w->lock, NULL);
  pthread_cond_init(&w->changed, NULL);
  if (pthread_create(&w->thread, NULL, work, w) == 0) return w;
  refresh_worker_free(w);
  return NULL;
}

/* ---- requesting a refresh ---- */

static void want(refresh_worker *w, bool reload) {
  pthread_mutex_lock(&w->lock);
  w->wanted = true;
  w->reload = w->reload || reload;
  pthread_cond_broadcast(&w->changed);
  pthread_mutex_unlock(&w->lock);
}

void refresh_worker_begin(refresh_worker *w) { want(w, false); }
void refresh_worker_reload(refresh_worker *w) { want(w, true); }

void refresh_worker_send(refresh_worker *w, pending_response *p) {
  pthread_mutex_lock(&w->lock);
  bool stopping = w->stopping;
  MHD_suspend_connection(p->handle);
  if (!stopping) {
    p->next = w->waiting;
    w->waiting = p;
    w->wanted = true;
    pthread_cond_broadcast(&w->changed);
  }
  pthread_mutex_unlock(&w->lock);
  if (stopping) refuse_all(p);
}

/* ---- the end ---- */

/* From here on only the caller uses the registry: publishing sees that it is gone, and the thread ends after its refresh. */
static roster *take_registry(server_state *s) {
  pthread_mutex_lock(&s->publishing);
  roster *taken = s->registry;
  s->registry = NULL;
  pthread_mutex_unlock(&s->publishing);
  return taken;
}

void refresh_worker_stop(refresh_worker *w) {
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_sec += PATIENCE_SECONDS;
  pthread_mutex_lock(&w->lock);
  w->stopping = true;
  pthread_cond_broadcast(&w->changed);
  while (w->busy && pthread_cond_timedwait(&w->changed, &w->lock, &until) != ETIMEDOUT) continue;
  pthread_mutex_unlock(&w->lock);
  roster_close(take_registry(w->state)); /* cancels a refresh that is still under way */
  pthread_join(w->thread, NULL);
  refuse_all(w->waiting);
  w->waiting = NULL;
}

void refresh_worker_free(refresh_worker *w) {
  if (!w) return;
  pthread_mutex_destroy(&w->lock);
  pthread_cond_destroy(&w->changed);
  free(w);
}

/* curl_loop: see libcurl.h. */
#include "library/transport/libcurl.h"
#include "util/descriptor.h"
#include "util/platform.h"

#include <errno.h>
#include <limits.h>

enum { IDLE_MS = 60 * 1000 }; /* it is woken for whatever happens */

/* ---- what is handed over ---- */

void loop_exit_open(loop_exit *out) {
  pthread_mutex_init(&out->lock, NULL);
  platform_condition_init(&out->came);
  out->first = NULL;
  out->last = &out->first;
  out->broken = CURLM_OK;
}

void loop_exit_close(loop_exit *out) {
  pthread_mutex_destroy(&out->lock);
  pthread_cond_destroy(&out->came);
}

transfer *loop_exit_take(loop_exit *out) {
  transfer *t = out->first;
  if (!t) return NULL;
  out->first = *transfer_next(t);
  if (!out->first) out->last = &out->first;
  return t;
}

void loop_exit_clear(loop_exit *out) {
  for (transfer *t; (t = loop_exit_take(out));) transfer_free(t);
  out->broken = CURLM_OK;
}

static void append(transfer ***last, transfer *t) {
  *transfer_next(t) = NULL;
  **last = t;
  *last = transfer_next(t);
}

void loop_exit_put(loop_exit *out, transfer *t) {
  pthread_mutex_lock(&out->lock);
  append(&out->last, t);
  pthread_cond_signal(&out->came);
  pthread_mutex_unlock(&out->lock);
}

/* ---- what it has in flight ---- */

static void take_out(loop *l, const transfer *t) {
  transfer **at = &l->in_flight;
  while (*at != t) at = transfer_next(*at);
  *at = *transfer_next(*at);
}

/* The load falls with the handing over, so that whoever waits for the response finds it fallen. */
static void hand_over(loop *l, transfer *t, CURLM *multi, CURLcode code, bool timed_out) {
  transfer_finish(t, multi, code, timed_out);
  pthread_mutex_lock(&l->out->lock);
  l->load--;
  append(&l->out->last, t);
  pthread_cond_signal(&l->out->came);
  pthread_mutex_unlock(&l->out->lock);
}

static void complete(loop *l, transfer *t, CURLcode code, bool timed_out) {
  take_out(l, t);
  hand_over(l, t, l->multi, code, timed_out);
}

static void complete_finished(loop *l) {
  int left;
  for (CURLMsg *message; (message = curl_multi_info_read(l->multi, &left));)
    if (message->msg == CURLMSG_DONE) complete(l, transfer_of(message->easy_handle), message->data.result, false);
}

static transfer *first_due(const loop *l) {
  transfer *first = l->in_flight;
  for (transfer *t = first; t; t = *transfer_next(t))
    if (transfer_due_ms(t) < transfer_due_ms(first)) first = t;
  return first;
}

static void complete_overdue(loop *l, int64_t now) {
  for (transfer *t; (t = first_due(l)) && transfer_due_ms(t) <= now;) complete(l, t, CURLE_OPERATION_TIMEDOUT, true);
}

static void send_one(loop *l, transfer *t) {
  const CURLMcode code = curl_multi_add_handle(l->multi, transfer_handle(t));
  if (code == CURLM_OK) {
    *transfer_next(t) = l->in_flight;
    l->in_flight = t;
    return;
  }
  if (code == CURLM_OUT_OF_MEMORY) transfer_refuse(t, CAUSE_MEMORY, 0);
  hand_over(l, t, NULL, CURLE_FAILED_INIT, false);
}

static transfer *empty_arrived(loop *l) {
  transfer *all = l->arrived;
  l->arrived = NULL;
  l->last_arrived = &l->arrived;
  return all;
}

static transfer *take_arrived(loop *l, bool *stop) {
  pthread_mutex_lock(&l->out->lock);
  transfer *all = empty_arrived(l);
  *stop = l->stop;
  pthread_mutex_unlock(&l->out->lock);
  return all;
}

/* ---- descriptors: libcurl opens some while it runs, and while a name is looked up ---- */

static void hold(loop *l) {
  if (!l->holding) descriptors_hold();
  l->holding = true;
}

static void let_go(loop *l) {
  if (l->holding) descriptors_release();
  l->holding = false;
}

static bool any_looks_up(const loop *l) {
  for (transfer *t = l->in_flight; t; t = *transfer_next(t))
    if (transfer_looks_up(t)) return true;
  return false;
}

static CURLMcode perform(loop *l) {
  hold(l);
  CURLMcode code = process_perform(l->multi);
  if (!any_looks_up(l)) let_go(l);
  return code;
}

/* ---- the thread ---- */

static int waiting_time(const loop *l) {
  const transfer *t = first_due(l);
  int64_t left = t ? transfer_due_ms(t) - process_clock_ms() : IDLE_MS;
  return left < 0 ? 0 : left < IDLE_MS ? (int)left : IDLE_MS;
}

static bool turn(loop *l, CURLMcode *code) {
  bool stop;
  for (transfer *t = take_arrived(l, &stop), *after; t; t = after) {
    after = *transfer_next(t);
    send_one(l, t);
  }
  if (stop) return false;
  *code = perform(l);
  if (*code == CURLM_OK) {
    complete_finished(l);
    complete_overdue(l, process_clock_ms());
    *code = curl_multi_poll(l->multi, NULL, 0, waiting_time(l), NULL);
  }
  return *code == CURLM_OK;
}

static void tell_broken(loop *l, CURLMcode code) {
  pthread_mutex_lock(&l->out->lock);
  if (code != CURLM_OK) l->out->broken = code;
  pthread_cond_signal(&l->out->came);
  pthread_mutex_unlock(&l->out->lock);
}

/* A lookup that hangs is not waited for. */
static void drop_all(loop *l) {
  for (transfer *t; (t = l->in_flight);) {
    l->in_flight = *transfer_next(t);
    curl_multi_remove_handle(l->multi, transfer_handle(t));
    transfer_free(t);
  }
  let_go(l);
}

static void run(void *self) {
  loop *l = self;
  CURLMcode code = CURLM_OK;
  while (turn(l, &code)) continue;
  tell_broken(l, code);
  drop_all(l);
}

/* ---- the calls of other threads ---- */

static bool set_up(CURLM *multi, long connections) {
  return multi && curl_multi_setopt(multi, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX) == CURLM_OK &&
         curl_multi_setopt(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, connections) == CURLM_OK &&
         curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, connections) == CURLM_OK;
}

/* libcurl makes do without what it is woken by, where the system gives it none. */
bool loop_open(loop *l, loop_exit *out, long connections) {
  *l = (loop){ .out = out, .multi = process_multi() };
  l->last_arrived = &l->arrived;
  const bool made = set_up(l->multi, connections);
  if (made && curl_multi_wakeup(l->multi) == CURLM_OK) return true;
  curl_multi_cleanup(l->multi);
  errno = made ? EMFILE : ENOMEM;
  return false;
}

void loop_close(loop *l) { curl_multi_cleanup(l->multi); }

bool loop_take(loop *l, transfer *t) {
  pthread_mutex_lock(&l->out->lock);
  const bool first = !l->arrived;
  append(&l->last_arrived, t);
  l->load++;
  pthread_mutex_unlock(&l->out->lock);
  if (l->runs) {
    if (first) curl_multi_wakeup(l->multi);
    return true;
  }
  l->stop = false;
  l->runs = worker_start(&l->thread, run, l);
  if (l->runs) return true;
  empty_arrived(l); /* it is the only one, since there was no thread */
  l->load = 0;
  return false;
}

void loop_stop(loop *l) {
  if (!l->runs) return;
  pthread_mutex_lock(&l->out->lock);
  l->stop = true;
  pthread_mutex_unlock(&l->out->lock);
  curl_multi_wakeup(l->multi);
}

void loop_join(loop *l) {
  if (l->runs) worker_join(&l->thread);
  l->runs = false;
  l->load = 0;
  for (transfer *t = empty_arrived(l), *after; t; t = after) { /* of one that could not go on */
    after = *transfer_next(t);
    transfer_free(t);
  }
}

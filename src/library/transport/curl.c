/* curl: the transport over libcurl. All transfers run at once on the caller's thread in one multi handle; connections are kept as long as
 * the transport lives. Knows no models, providers or credentials. Includes roster.h only, not the rest of roster: it is a shared library of
 * its own, loaded when the first request is sent. */
#include "roster.h"

#include "library/transport/libcurl.h"
#include "util/descriptor.h"

#include <limits.h>
#include <stdlib.h>

enum { MOST_IDLE_CONNECTIONS = 128 };

typedef struct curl_transport {
  roster_transport transport;
  CURLM *multi;
  const char *system_trust;
  transfer **in_flight;
  size_t count, room;
  bool holding;    /* descriptors 0 to 2 */
  transfer *shown; /* its response is what the caller may be reading */
  int64_t left_ms; /* when `next` returned last: nothing is received between its calls */
} curl_transport;

static bool make_room(curl_transport *c) {
  if (c->count < c->room) return true;
  size_t room = c->room ? c->room * 2 : 32;
  transfer **grown = realloc(c->in_flight, room * sizeof *grown);
  if (!grown) return false;
  c->in_flight = grown;
  c->room = room;
  return true;
}

static roster_status status_of(CURLMcode code, roster_status other) {
  return code == CURLM_OK ? ROSTER_OK : code == CURLM_OUT_OF_MEMORY ? ROSTER_ENOMEM : other;
}

static roster_status start(void *self, const roster_http_request *request) {
  curl_transport *c = self;
  transfer *t = NULL;
  if (!make_room(c)) return ROSTER_ENOMEM;
  roster_status status = transfer_new(&t, request, c->system_trust);
  if (status != ROSTER_OK) return status;
  pipe_guard guard = pipe_guard_raise();
  CURLMcode code = transfer_may_go(t) ? curl_multi_add_handle(c->multi, transfer_handle(t)) : CURLM_OK;
  pipe_guard_lower(&guard);
  if (code == CURLM_OK) {
    c->in_flight[c->count++] = t;
    return ROSTER_OK;
  }
  transfer_free(t);
  return status_of(code, ROSTER_EINVALID);
}

static void free_shown(curl_transport *c) {
  transfer_free(c->shown);
  c->shown = NULL;
}

/* No response is made of one that failed because memory ran out: *out stays NULL, and `next` answers ROSTER_ENOMEM. */
static void complete(curl_transport *c, transfer *t, CURLcode code, bool timed_out, const roster_http_response **out) {
  size_t i = 0;
  while (c->in_flight[i] != t) i++;
  c->in_flight[i] = c->in_flight[--c->count];
  *out = transfer_finish(t, code, timed_out);
  curl_multi_remove_handle(c->multi, transfer_handle(t));
  c->shown = t;
  if (transfer_is_starved(t)) *out = NULL;
}

static bool complete_finished(curl_transport *c, const roster_http_response **out) {
  int left;
  for (CURLMsg *message; (message = curl_multi_info_read(c->multi, &left));) {
    if (message->msg != CURLMSG_DONE) continue;
    complete(c, transfer_of(message->easy_handle), message->data.result, false, out);
    return true;
  }
  return false;
}

static transfer *first_due(const curl_transport *c) {
  transfer *first = NULL;
  for (size_t i = 0; i < c->count; i++)
    if (!first || transfer_due_ms(c->in_flight[i]) < transfer_due_ms(first)) first = c->in_flight[i];
  return first;
}

static bool complete_overdue(curl_transport *c, int64_t now, const roster_http_response **out) {
  transfer *t = first_due(c);
  if (!t || transfer_due_ms(t) > now) return false;
  complete(c, t, CURLE_OPERATION_TIMEDOUT, true, out);
  return true;
}

/* ---- descriptors: libcurl opens some while it runs, and while a name is looked up ---- */

static void hold(curl_transport *c) {
  if (!c->holding) descriptors_hold();
  c->holding = true;
}

static void let_go(curl_transport *c) {
  if (c->holding) descriptors_release();
  c->holding = false;
}

static bool any_looks_up(const curl_transport *c) {
  for (size_t i = 0; i < c->count; i++)
    if (transfer_looks_up(c->in_flight[i])) return true;
  return false;
}

static CURLMcode perform(curl_transport *c) {
  hold(c);
  CURLMcode code = process_perform(c->multi);
  if (!any_looks_up(c)) let_go(c);
  return code;
}

/* ---- waiting ---- */

static int waiting_time(const curl_transport *c, int64_t now, int64_t until) {
  const transfer *t = first_due(c);
  return (int)((t && transfer_due_ms(t) < until ? transfer_due_ms(t) : until) - now);
}

static roster_status shown_status(const curl_transport *c) { return c->shown && transfer_is_starved(c->shown) ? ROSTER_ENOMEM : ROSTER_OK; }

/* Network events come first, so that other handshakes do not wait while the caller parses a response. Without any, transfers that finished
 * together are returned before libcurl walks through all transfers again. With nothing in flight this is a plain sleep. */
static roster_status wait_for_one(curl_transport *c, int64_t until, const roster_http_response **out) {
  for (;;) {
    int active = 0;
    CURLMcode code = curl_multi_poll(c->multi, NULL, 0, 0, &active);
    if (code == CURLM_OK && !active && complete_finished(c, out)) break;
    if (code == CURLM_OK) code = perform(c);
    if (code != CURLM_OK) return status_of(code, ROSTER_ESYSTEM);
    int64_t now = process_clock_ms();
    if (active && now < until) continue;
    if (complete_finished(c, out) || complete_overdue(c, now, out) || now >= until) break;
    code = curl_multi_poll(c->multi, NULL, 0, waiting_time(c, now, until), NULL);
    if (code != CURLM_OK) return status_of(code, ROSTER_ESYSTEM);
  }
  return shown_status(c);
}

static int as_int(long timeout_ms) { return timeout_ms <= 0 ? 0 : timeout_ms < INT_MAX ? (int)timeout_ms : INT_MAX; }

static roster_status next(void *self, long timeout_ms, const roster_http_response **out) {
  curl_transport *c = self;
  if (!out) return ROSTER_EINVALID;
  *out = NULL;
  pipe_guard guard = pipe_guard_raise();
  free_shown(c);
  const int64_t now = process_clock_ms();
  for (size_t i = 0; i < c->count; i++) transfer_excuse(c->in_flight[i], c->left_ms, now);
  roster_status status = wait_for_one(c, now + as_int(timeout_ms), out);
  c->left_ms = process_clock_ms();
  pipe_guard_lower(&guard);
  return status;
}

static void cancel_all(void *self) {
  curl_transport *c = self;
  pipe_guard guard = pipe_guard_raise();
  free_shown(c);
  while (c->count > 0) {
    transfer *t = c->in_flight[--c->count];
    curl_multi_remove_handle(c->multi, transfer_handle(t));
    transfer_free(t);
  }
  let_go(c); /* a lookup that hangs is not waited for */
  pipe_guard_lower(&guard);
}

static void close_all(void *self) {
  curl_transport *c = self;
  if (!c) return;
  cancel_all(c);
  pipe_guard guard = pipe_guard_raise();
  curl_multi_cleanup(c->multi);
  pipe_guard_lower(&guard);
  free(c->in_flight);
  free(c);
}

/* By default libcurl keeps four connections for each request in flight, so none when the last one ends. */
static bool set_up(CURLM *multi) {
  return multi && curl_multi_setopt(multi, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX) == CURLM_OK &&
         curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)MOST_IDLE_CONNECTIONS) == CURLM_OK;
}

roster_transport *roster_transport_curl(void) {
  curl_transport *c = calloc(1, sizeof *c);
  if (!c) return NULL;
  c->multi = process_multi();
  c->system_trust = handle_system_trust();
  c->transport = (roster_transport){ sizeof c->transport, c, start, next, cancel_all, close_all };
  if (set_up(c->multi)) return &c->transport;
  curl_multi_cleanup(c->multi);
  free(c);
  return NULL;
}

/* curl: the transport over libcurl: everything in flight at once on the caller's thread, connections kept for as long as the
 * transport lives. It must never know models, providers or credentials. Of roster it includes roster.h only, because it is a
 * library of its own that a process pays for when it first asks somebody. */
#include "roster.h"

#include "library/transport/libcurl.h"

#include <limits.h>
#include <stdlib.h>

enum { MOST_IDLE_CONNECTIONS = 128 };

typedef struct curl_transport {
  roster_transport face;
  CURLM *multi;
  const char *system_trust;
  transfer **flying;
  size_t count, room;
  transfer *shown; /* the one whose response the caller may be reading */
} curl_transport;

static bool make_room(curl_transport *c) {
  if (c->count < c->room) return true;
  size_t room = c->room ? c->room * 2 : 32;
  transfer **grown = realloc(c->flying, room * sizeof *grown);
  if (!grown) return false;
  c->flying = grown;
  c->room = room;
  return true;
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
    c->flying[c->count++] = t;
    return ROSTER_OK;
  }
  transfer_free(t);
  return ROSTER_ENOMEM;
}

static void forget_shown(curl_transport *c) {
  transfer_free(c->shown);
  c->shown = NULL;
}

static void land(curl_transport *c, transfer *t, CURLcode code, bool given_up, const roster_http_response **out) {
  size_t i = 0;
  while (c->flying[i] != t) i++;
  c->flying[i] = c->flying[--c->count];
  *out = transfer_finish(t, code, given_up);
  curl_multi_remove_handle(c->multi, transfer_handle(t));
  c->shown = t;
}

static bool land_finished(curl_transport *c, const roster_http_response **out) {
  int left;
  for (CURLMsg *message; (message = curl_multi_info_read(c->multi, &left));) {
    if (message->msg != CURLMSG_DONE) continue;
    land(c, transfer_of(message->easy_handle), message->data.result, false, out);
    return true;
  }
  return false;
}

static transfer *first_due(const curl_transport *c) {
  transfer *first = NULL;
  for (size_t i = 0; i < c->count; i++)
    if (!first || transfer_due_ms(c->flying[i]) < transfer_due_ms(first)) first = c->flying[i];
  return first;
}

static bool land_overdue(curl_transport *c, int64_t now, const roster_http_response **out) {
  transfer *t = first_due(c);
  if (!t || transfer_due_ms(t) > now) return false;
  land(c, t, CURLE_OPERATION_TIMEDOUT, true, out);
  return true;
}

static int patience(const curl_transport *c, int64_t now, int64_t until) {
  const transfer *t = first_due(c);
  return (int)((t && transfer_due_ms(t) < until ? transfer_due_ms(t) : until) - now);
}

/* The network goes first: others' handshakes do not wait until the caller has read what finished. Where nothing stirs, what finished
 * together is handed out before libcurl goes over all in flight again. With nothing in flight this is a plain wait: a host may use it to
 * sleep until it wants to ask again. */
static roster_status wait_for_one(curl_transport *c, int64_t until, const roster_http_response **out) {
  for (;;) {
    int running, stirring = 0;
    if (curl_multi_poll(c->multi, NULL, 0, 0, &stirring) != CURLM_OK) return ROSTER_ESYSTEM;
    if (!stirring && land_finished(c, out)) break;
    if (curl_multi_perform(c->multi, &running) != CURLM_OK) return ROSTER_ESYSTEM;
    int64_t now = process_clock_ms();
    if (stirring && now < until) continue;
    if (land_finished(c, out) || land_overdue(c, now, out) || now >= until) break;
    if (curl_multi_poll(c->multi, NULL, 0, patience(c, now, until), NULL) != CURLM_OK) return ROSTER_ESYSTEM;
  }
  return ROSTER_OK;
}

static int within(long timeout_ms) { return timeout_ms <= 0 ? 0 : timeout_ms < INT_MAX ? (int)timeout_ms : INT_MAX; }

static roster_status next(void *self, long timeout_ms, const roster_http_response **out) {
  curl_transport *c = self;
  if (!out) return ROSTER_EINVALID;
  *out = NULL;
  pipe_guard guard = pipe_guard_raise();
  forget_shown(c);
  roster_status status = wait_for_one(c, process_clock_ms() + within(timeout_ms), out);
  pipe_guard_lower(&guard);
  return status;
}

static void cancel_all(void *self) {
  curl_transport *c = self;
  pipe_guard guard = pipe_guard_raise();
  forget_shown(c);
  while (c->count > 0) {
    transfer *t = c->flying[--c->count];
    curl_multi_remove_handle(c->multi, transfer_handle(t));
    transfer_free(t);
  }
  pipe_guard_lower(&guard);
}

static void close_all(void *self) {
  curl_transport *c = self;
  if (!c) return;
  cancel_all(c);
  pipe_guard guard = pipe_guard_raise();
  curl_multi_cleanup(c->multi);
  pipe_guard_lower(&guard);
  free(c->flying);
  free(c);
}

/* Left to itself libcurl keeps four connections for each request in flight, so that the pool is gone when the last one ends. */
static bool set_up(CURLM *multi) {
  return multi && curl_multi_setopt(multi, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX) == CURLM_OK &&
         curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)MOST_IDLE_CONNECTIONS) == CURLM_OK;
}

roster_transport *roster_transport_curl(void) {
  curl_transport *c = calloc(1, sizeof *c);
  if (!c) return NULL;
  c->multi = process_multi();
  c->system_trust = options_system_trust();
  c->face = (roster_transport){ sizeof c->face, c, start, next, cancel_all, close_all };
  if (set_up(c->multi)) return &c->face;
  curl_multi_cleanup(c->multi);
  free(c);
  return NULL;
}

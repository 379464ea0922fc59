/* host_transport: see host_transport.h. Every request goes out under an id that is never used again, so that what a host answers late,
 * twice or after a cancel is nobody's. A transport that goes on answering nobody has failed: all that it still owes fails with it. */
#include "library/registry/host_transport.h"

#include "util/clock.h"
#include "util/finding.h"

#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

enum { HEADERS_MOST = 10000, STRAY_MOST = 10000, PHRASE_ROOM = 160 };
static const int64_t YEAR_10000_MS = 253402300800000; /* RFC 3339 ends there */

typedef struct flight {
  uint64_t id, host_id;
  int64_t started_ms;
  size_t most; /* bytes of a body */
} flight;

typedef struct host_transport {
  roster_transport transport;
  const roster_transport *host;
  uint64_t next_id;
  flight *flights; /* started and not ended, in no order */
  size_t count, room;
  long strays;              /* responses in a row that were nobody's */
  char broken[PHRASE_ROOM]; /* why it is asked for nothing more until a next round begins; "": it works */
  char phrase[PHRASE_ROOM];
  roster_http_response shown;
  roster_header *headers;
} host_transport;

roster_status host_transport_check(const roster_transport *t, roster_error *err) {
  if (t->size < offsetof(roster_transport, close))
    return fail(err, ROSTER_EINVALID, "set its size to sizeof (roster_transport)", "the transport's size is %zu", t->size);
  if (t->start && t->next && t->cancel_all) return ROSTER_OK;
  const char *missing = !t->start ? "start" : !t->next ? "next" : "cancel_all";
  return fail(err, ROSTER_EINVALID, "only its close may be NULL", "the transport's function %s is NULL", missing);
}

static const flight *find(const host_transport *t, uint64_t host_id) {
  for (size_t i = 0; i < t->count; i++)
    if (t->flights[i].host_id == host_id) return &t->flights[i];
  return NULL;
}

static flight end_flight(host_transport *t, const flight *f) {
  flight ended = *f;
  t->flights[f - t->flights] = t->flights[--t->count];
  return ended;
}

/* ---- sending ---- */

static bool make_room(host_transport *t) {
  if (t->count < t->room) return true;
  size_t room = t->room ? t->room * 2 : 16;
  flight *grown = realloc(t->flights, room * sizeof *grown);
  if (!grown) return false;
  t->flights = grown;
  t->room = room;
  return true;
}

static roster_status start(void *self, const roster_http_request *request) {
  host_transport *t = self;
  if (!make_room(t)) return ROSTER_ENOMEM;
  roster_http_request sent = *request;
  sent.id = t->next_id++;
  roster_status status = *t->broken ? ROSTER_OK : t->host->start(t->host->self, &sent);
  if (status == ROSTER_OK) t->flights[t->count++] = (flight){ request->id, sent.id, now_ms(), request->max_body_bytes };
  return status;
}

/* ---- what comes back ---- */

/* A failure of the transport itself, in place of whatever it gave. */
static void show_fault(host_transport *t, uint64_t id, int64_t started_ms, const char *phrase) {
  t->shown = (roster_http_response){ .size = sizeof t->shown,
                                     .id = id,
                                     .failure = ROSTER_HTTP_TRANSPORT,
                                     .message = phrase,
                                     .body = "",
                                     .elapsed_ms = (long)(now_ms() - started_ms) };
}

/* Writes the phrase about what cannot be used of a response; false when there is nothing. */
static bool find_fault(host_transport *t, const roster_http_response *r) {
  char *out = t->phrase;
  if (r->size < offsetof(roster_http_response, answered_ms))
    return snprintf(out, PHRASE_ROOM, "it gave a response of size %zu, not sizeof (roster_http_response)", r->size) > 0;
  if ((int)r->failure < ROSTER_HTTP_ANSWERED || r->failure > ROSTER_HTTP_TRANSPORT)
    return snprintf(out, PHRASE_ROOM, "it gave the failure %d, which is not a roster_http_failure", (int)r->failure) > 0;
  if (r->header_count && (!r->headers || r->header_count > HEADERS_MOST))
    return snprintf(out, PHRASE_ROOM, "it gave %zu headers%s", r->header_count, r->headers ? "" : " at NULL") > 0;
  if (r->failure != ROSTER_HTTP_ANSWERED) return false;
  if (r->status < 100 || r->status > 999)
    return snprintf(out, PHRASE_ROOM, "it gave the status %d, which is not an HTTP status", r->status) > 0;
  return r->body_bytes && !r->body && snprintf(out, PHRASE_ROOM, "it gave a body of %zu bytes at NULL", r->body_bytes) > 0;
}

static bool headers_are_whole(const roster_http_response *r) {
  for (size_t i = 0; i < r->header_count; i++)
    if (!r->headers[i].name || !r->headers[i].value) return false;
  return true;
}

/* A header without a name is left out, one without a value is empty. False when out of memory. */
static bool take_headers(host_transport *t, const roster_http_response *r) {
  t->shown.headers = r->headers;
  t->shown.header_count = r->header_count;
  if (headers_are_whole(r)) return true;
  roster_header *list = realloc(t->headers, (r->header_count + 1) * sizeof *list);
  if (!list) return false;
  t->headers = list;
  t->shown.headers = list;
  t->shown.header_count = 0;
  for (size_t i = 0; i < r->header_count; i++)
    if (r->headers[i].name)
      list[t->shown.header_count++] = (roster_header){ r->headers[i].name, r->headers[i].value ? r->headers[i].value : "" };
  return true;
}

static bool is_answered(const roster_http_response *r) { return r->failure == ROSTER_HTTP_ANSWERED; }

/* The response with what the header lets a host leave out, and times that can be added. False when out of memory. */
static bool show(host_transport *t, const flight *of, const roster_http_response *r) {
  bool dated = r->size > offsetof(roster_http_response, answered_ms) && r->answered_ms > 0 && r->answered_ms < YEAR_10000_MS;
  bool whole = is_answered(r) && r->body;
  t->shown = (roster_http_response){ .size = sizeof t->shown,
                                     .id = of->id,
                                     .failure = r->failure,
                                     .message = r->message       ? r->message
                                                : is_answered(r) ? ""
                                                                 : "the transport does not say why",
                                     .status = r->status >= 100 && r->status <= 999 ? r->status : 0,
                                     .body = whole ? r->body : "",
                                     .body_bytes = whole ? r->body_bytes : 0,
                                     .elapsed_ms = r->elapsed_ms > 0 && r->elapsed_ms < INT_MAX ? r->elapsed_ms : 0,
                                     .answered_ms = dated ? r->answered_ms : 0,
                                     .multiplexed = r->size >= sizeof *r && r->multiplexed };
  if (is_answered(r) && r->body_bytes > of->most) {
    t->shown.failure = ROSTER_HTTP_TOO_LARGE;
    snprintf(t->phrase, sizeof t->phrase, "the answer is larger than %zu bytes", of->most);
    t->shown.message = t->phrase;
    t->shown.body = "", t->shown.body_bytes = 0;
  }
  return take_headers(t, r);
}

/* ---- failing as a whole ---- */

static void fail_next(host_transport *t, const roster_http_response **out) {
  if (t->count == 0) return;
  flight f = end_flight(t, &t->flights[t->count - 1]);
  show_fault(t, f.id, f.started_ms, t->broken);
  *out = &t->shown;
}

static void break_with(host_transport *t, const char *phrase, const char *what) {
  snprintf(t->broken, sizeof t->broken, phrase, what);
  t->host->cancel_all(t->host->self);
}

static roster_status next(void *self, long timeout_ms, const roster_http_response **out) {
  host_transport *t = self;
  const roster_http_response *r = NULL;
  *out = NULL;
  if (!*t->broken) {
    roster_status status = t->host->next(t->host->self, timeout_ms, &r);
    if (status == ROSTER_ENOMEM) return status;
    if (status != ROSTER_OK) break_with(t, "its function next returned \"%s\"", roster_status_name(status));
  }
  if (*t->broken) {
    fail_next(t, out);
    return ROSTER_OK;
  }
  const flight *of = r ? find(t, r->id) : NULL;
  if (r && !of && ++t->strays > STRAY_MOST) break_with(t, "it keeps answering requests that are not in progress%s", "");
  if (!of) return ROSTER_OK;
  t->strays = 0;
  flight ended = end_flight(t, of);
  if (find_fault(t, r))
    show_fault(t, ended.id, ended.started_ms, t->phrase);
  else if (!show(t, &ended, r))
    return ROSTER_ENOMEM;
  *out = &t->shown;
  return ROSTER_OK;
}

static void cancel_all(void *self) {
  host_transport *t = self;
  t->count = 0;
  t->broken[0] = '\0', t->strays = 0;
  t->host->cancel_all(t->host->self);
}

static void close_it(void *self) {
  host_transport *t = self;
  free(t->flights);
  free(t->headers);
  free(t);
}

roster_transport *host_transport_new(const roster_transport *host) {
  host_transport *t = calloc(1, sizeof *t);
  if (!t) return NULL;
  t->host = host;
  t->next_id = 1;
  t->transport = (roster_transport){ sizeof t->transport, t, start, next, cancel_all, close_it };
  return &t->transport;
}

/* gate: see gate.h. */
#include "util/gate.h"

#include "util/platform.h"

#include <stdlib.h>
#include <string.h>

clean_answer answer_of_ours(roster_http_failure failure, const char *message) {
  return (clean_answer){ .failure = failure, .message = message, .body = "" };
}

static const char *pass(keyring *ring, arena *a, const char *text) {
  size_t length = text ? strlen(text) : 0;
  return text ? trace_redact(ring, a, text, &length, TRACE_TEXT) : "";
}

static bool begins_json(const char *body, size_t length) {
  static const char mark[] = "\xef\xbb\xbf";
  if (length >= 3 && memcmp(body, mark, 3) == 0) body += 3, length -= 3;
  while (length && strchr(" \t\r\n", *body) && *body) body++, length--;
  return length && (*body == '{' || *body == '[');
}

const char *gate_body(keyring *ring, arena *a, const char *body, size_t *length) {
  return trace_redact(ring, a, body, length, begins_json(body, *length) ? TRACE_JSON : TRACE_TEXT);
}

static bool has_trace(keyring *ring, const roster_header *h) {
  return trace_found(ring, h->name, strlen(h->name), TRACE_TEXT) || trace_found(ring, h->value, strlen(h->value), TRACE_TEXT);
}

/* A copy where one of them has to be changed, or has no text. */
static const roster_header *pass_headers(keyring *ring, arena *a, const roster_header *from, size_t count) {
  bool clean = true;
  for (size_t i = 0; i < count && clean; i++) clean = from[i].name && from[i].value && !has_trace(ring, &from[i]);
  if (clean) return from;
  roster_header *out = arena_array(a, count, sizeof *out);
  for (size_t i = 0; i < count; i++) out[i] = (roster_header){ pass(ring, a, from[i].name), pass(ring, a, from[i].value) };
  return out;
}

static void clean(const roster_http_response *r, keyring *ring, arena *a, clean_answer *out) {
  *out = (clean_answer){ .id = r->id, .failure = r->failure, .status = r->status, .elapsed_ms = r->elapsed_ms };
  if (r->size > offsetof(roster_http_response, answered_ms)) out->answered_ms = r->answered_ms;
  out->multiplexed = r->size >= sizeof *r && r->multiplexed;
  out->message = pass(ring, a, r->message);
  out->header_count = r->headers ? r->header_count : 0;
  out->headers = pass_headers(ring, a, r->headers, out->header_count);
  out->body_bytes = r->body ? r->body_bytes : 0;
  out->body = r->body ? r->body : "";
  out->body = gate_body(ring, a, out->body, &out->body_bytes);
}

roster_status gate_next(const roster_transport *from, long timeout_ms, keyring *ring, arena *a, clean_answer *out, bool *came) {
  const roster_http_response *r = NULL;
  const roster_status status = from->next(from->self, timeout_ms, &r);
  if (status == ROSTER_ENOMEM) arena_exhaust(a);
  *came = status == ROSTER_OK && r;
  if (*came) clean(r, ring, a, out);
  return status;
}

/* ---- what came meanwhile ---- */

typedef struct kept_answer {
  struct kept_answer *next;
  roster_http_response response;
  size_t bytes; /* of what follows */
  roster_header headers[];
} kept_answer;

static size_t room_for(const char *text) { return text ? strlen(text) + 1 : 0; }

static const char *put(char **at, const char *text, size_t room) {
  if (!text) return NULL;
  char *copy = memcpy(*at, text, room);
  *at += room;
  return copy;
}

static size_t texts_of(const roster_http_response *r, size_t headers) {
  size_t bytes = room_for(r->message) + (r->body ? r->body_bytes + 1 : 0);
  for (size_t i = 0; i < headers; i++) bytes += room_for(r->headers[i].name) + room_for(r->headers[i].value);
  return bytes;
}

/* NULL when out of memory. */
static kept_answer *copy_of(const roster_http_response *r) {
  const size_t headers = r->headers ? r->header_count : 0, bytes = headers * sizeof(roster_header) + texts_of(r, headers);
  kept_answer *k = malloc(sizeof *k + bytes);
  if (!k) return NULL;
  char *at = (char *)(k->headers + headers);
  *k = (kept_answer){ .bytes = bytes };
  memcpy(&k->response, r, r->size < sizeof *r ? r->size : sizeof *r);
  for (size_t i = 0; i < headers; i++) {
    const roster_header *h = &r->headers[i];
    k->headers[i].name = put(&at, h->name, room_for(h->name));
    k->headers[i].value = put(&at, h->value, room_for(h->value));
  }
  k->response.headers = headers ? k->headers : NULL;
  k->response.message = put(&at, r->message, room_for(r->message));
  k->response.body = r->body ? at : NULL;
  if (r->body) memcpy(at, r->body, r->body_bytes), at[r->body_bytes] = 0;
  return k;
}

static void release(kept_answer *k) {
  if (k) wipe(k->headers, k->bytes);
  free(k);
}

roster_status gate_keep(const roster_transport *from, long timeout_ms, kept_answers *into) {
  const roster_http_response *r = NULL;
  const roster_status status = from->next(from->self, timeout_ms, &r);
  if (status != ROSTER_OK || !r) return status;
  kept_answer *k = copy_of(r);
  if (!k) return ROSTER_ENOMEM;
  if (!into->first) into->last = &into->first;
  *into->last = k;
  into->last = &k->next;
  into->count++;
  return ROSTER_OK;
}

void gate_take(kept_answers *from, keyring *ring, arena *a, clean_answer *out, bool *came) {
  release(from->shown);
  from->shown = from->first;
  *came = from->shown;
  if (!*came) return;
  from->first = from->shown->next;
  from->count--;
  clean(&from->shown->response, ring, a, out);
}

void gate_forget(kept_answers *all) {
  release(all->shown);
  for (kept_answer *k = all->first, *after; k; k = after) {
    after = k->next;
    release(k);
  }
  *all = (kept_answers){ 0 };
}

const char *gate_text(keyring *ring, arena *a, const char *text, size_t length, size_t most) {
  const char *clean = trace_redact(ring, a, text, &length, TRACE_SHOWN);
  return text_clean(a, clean, length, most);
}

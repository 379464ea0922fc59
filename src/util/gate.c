/* gate: see gate.h. */
#include "util/gate.h"

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

roster_status gate_next(const roster_transport *from, long timeout_ms, keyring *ring, arena *a, clean_answer *out, bool *came) {
  const roster_http_response *r = NULL;
  const roster_status status = from->next(from->self, timeout_ms, &r);
  if (status == ROSTER_ENOMEM) arena_exhaust(a);
  *came = status == ROSTER_OK && r;
  if (!*came) return status;
  *out = (clean_answer){ .id = r->id, .failure = r->failure, .status = r->status, .elapsed_ms = r->elapsed_ms };
  if (r->size >= sizeof *r) out->answered_ms = r->answered_ms;
  out->message = pass(ring, a, r->message);
  out->header_count = r->headers ? r->header_count : 0;
  out->headers = pass_headers(ring, a, r->headers, out->header_count);
  out->body_bytes = r->body ? r->body_bytes : 0;
  out->body = r->body ? r->body : "";
  out->body = gate_body(ring, a, out->body, &out->body_bytes);
  return status;
}

const char *gate_text(keyring *ring, arena *a, const char *text, size_t length, size_t most) {
  const char *clean = trace_redact(ring, a, text, &length, TRACE_SHOWN);
  return text_clean(a, clean, length, most);
}

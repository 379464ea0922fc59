/* lead: see lead.h. */
#include "command/test/lead.h"

#include "command/shared/door.h"

#include "command/shared/memory.h"

#include <stdlib.h>
#include <string.h>

enum { SECOND_MS = 1000 };

static json_t *disguised(const kit *k, const char *text) {
  char *clean = kit_disguise(k, text);
  json_t *value = json_string(clean);
  free(clean);
  return value ? value : json_string("(not UTF-8)");
}

/* Everybody may see it: the library's own, what a definition spells out, and what is made up. Anything else is a secret that was not, out
 * of a file perhaps. */
static bool is_public(const lead *l, const roster_header *h) {
  static const char *const own[] = { "accept", "content-type" };
  for (size_t i = 0; i < sizeof own / sizeof *own; i++)
    if (strcmp(own[i], h->name) == 0) return true;
  const char *spelt = json_string_value(json_object_get(l->plain, h->name));
  return (spelt && strcmp(spelt, h->value) == 0) || kit_betrays(l->kit, h->value);
}

/* What is sent, with a stand-in for each secret that is not made up. New. */
static roster_header *headers_of(const lead *l, const roster_http_request *q) {
  roster_header *headers = grown(NULL, (q->header_count + 1) * sizeof *headers);
  for (size_t i = 0; i < q->header_count; i++) {
    headers[i] = q->headers[i];
    if (!is_public(l, &headers[i])) headers[i].value = "(a secret)";
  }
  return headers;
}

static json_t *shown(const kit *k, const roster_http_request *q) {
  json_t *headers = json_object();
  for (size_t i = 0; i < q->header_count; i++) json_object_set_new(headers, q->headers[i].name, disguised(k, q->headers[i].value));
  return headers;
}

/* What is left of a time is not the same each time: whole seconds, rounded up. */
static void keep(lead *l, const roster_http_request *q) {
  json_t *one = json_object();
  json_object_set_new(one, "method", json_string(q->method));
  json_object_set_new(one, "url", disguised(l->kit, q->url));
  json_object_set_new(one, "headers", shown(l->kit, q));
  if (q->body) json_object_set_new(one, "body", disguised(l->kit, q->body));
  if (q->aws_sigv4) json_object_set_new(one, "signed", json_string(q->aws_sigv4));
  if (q->aws_sigv4)
    json_object_set_new(one, "signed_by",
                        kit_betrays(l->kit, q->aws_key_id) ? disguised(l->kit, q->aws_key_id) : json_string("(a secret)"));
  json_object_set_new(one, "timeout", json_integer((q->timeout_ms + SECOND_MS - 1) / SECOND_MS));
  json_array_append_new(l->sent, one);
  l->amiss = l->amiss || kit_betrays(l->kit, q->url) || (q->body && kit_betrays(l->kit, q->body));
}

static roster_status start(void *self, const roster_http_request *asked) {
  lead *l = self;
  roster_http_request q = *asked;
  roster_header *headers = headers_of(l, asked);
  strbuf url = { 0 };
  q.headers = headers;
  keep(l, &q);
  strbuf_add(&url, l->to);
  if (l->voice_count)
    speech_translate(l->voices, l->voice_count, asked->url, &url);
  else
    strbuf_add(&url, "/");
  q.url = strbuf_text(&url);
  q.ca_file = q.ca_dir = q.client_cert = q.client_key = q.proxy = NULL;
  q.aws_sigv4 = NULL; /* the stand-in cannot check a signature */
  roster_status status = l->inner->start(l->inner->self, &q);
  strbuf_free(&url);
  free(headers);
  return status;
}

static roster_status next(void *self, long timeout_ms, const roster_http_response **out) {
  const lead *l = self;
  return l->inner->next(l->inner->self, timeout_ms, out);
}

static void cancel_all(void *self) {
  const lead *l = self;
  l->inner->cancel_all(l->inner->self);
}

bool lead_begin(lead *l, const kit *k, roster_error *err) {
  *l = (lead){ .kit = k, .sent = json_array() };
  l->transport = (roster_transport){ sizeof l->transport, l, start, next, cancel_all, NULL };
  l->inner = door_transport(err);
  return l->inner != NULL;
}

void lead_end(lead *l) {
  if (l->inner && l->inner->close) l->inner->close(l->inner->self);
  json_decref(l->sent);
}

void lead_to(lead *l, const char *address) {
  l->to = address;
  json_array_clear(l->sent);
}

/* redirect_transport: see redirect_transport.h. What comes before the protocol's own part of an address is the provider's, and is replaced;
 * what follows is kept. */
#include "command/test/redirect_transport.h"

#include "command/shared/memory.h"
#include "command/shared/plugin.h"

#include <stdlib.h>
#include <string.h>

/* ---- the map ---- */

static const dialect_map MAPS[] = {
  { "openai-chat", "openai", "/chat/completions", "", "/v1", "/v1/models", false, false },
  { "openai-responses", "openai", "/responses", "", "/v1", "/v1/models", false, false },
  { "anthropic-messages", "anthropic-messages", "/v1/messages", "", "", "/v1/models", false, true },
  { "gemini", "gemini", "/models/", ":generateContent", "/v1beta", "/v1beta/models", true, true },
  { "cohere-v2", "cohere-v2", "/v2/chat", "", "", "/v1/models", false, true },
  { "ollama", "ollama", "/api/chat", "", "", "/api/tags", false, false },
  { "bedrock-converse", "bedrock-converse", "/model/", "/converse", "", NULL, true, false },
};

const dialect_map *dialect_map_for(const char *protocol) {
  for (size_t i = 0; i < sizeof MAPS / sizeof *MAPS; i++)
    if (strcmp(MAPS[i].protocol, protocol) == 0) return &MAPS[i];
  return NULL;
}

static const char *path_of(const char *url) {
  const char *scheme_end = strstr(url, "://");
  const char *path = scheme_end ? strchr(scheme_end + 3, '/') : NULL;
  return path ? path : "";
}

static bool ends_in(const char *text, size_t length, const char *tail) {
  size_t size = strlen(tail);
  return length >= size && strncmp(text + length - size, tail, size) == 0;
}

/* The last occurrence, so that a base may hold the same part. */
static const char *last(const char *text, size_t length, const char *part) {
  size_t size = strlen(part);
  for (size_t at = length; at-- > 0;)
    if (at + size <= length && strncmp(text + at, part, size) == 0) return text + at;
  return NULL;
}

char *dialect_map_base(const dialect_map *map, const char *url) {
  const char *path = path_of(url);
  size_t length = strcspn(path, "?");
  if (!ends_in(path, length, map->behind)) return NULL;
  length -= strlen(map->behind);
  const char *found = map->named                           ? last(path, length, map->before)
                      : ends_in(path, length, map->before) ? path + length - strlen(map->before)
                                                           : NULL;
  if (!found) return NULL;
  strbuf base = { 0 };
  strbuf_bytes(&base, path, (size_t)(found - path));
  char *result = copied(strbuf_text(&base));
  strbuf_free(&base);
  return result;
}

/* What follows a base, NULL when the path does not begin with it. */
static const char *behind(const char *path, const char *base) {
  size_t size = strlen(base);
  return strncmp(path, base, size) == 0 && path[size] == '/' ? path + size : NULL;
}

static bool begins(const char *text, const char *with) { return text && strncmp(text, with, strlen(with)) == 0; }

/* A listing outside the base (bare(get ...)) is the mock server's listing; anything else there is about the account. */
static void translate_path(const dialect_binding *b, const char *path, strbuf *out) {
  const char *rest = behind(path, b->base);
  size_t length = strcspn(path, "?");
  if (rest)
    strbuf_format(out, "%s%s", b->map->home, rest);
  else if (b->map->listing && (ends_in(path, length, "/models") || ends_in(path, length, "/models.json")))
    strbuf_format(out, "%s%s", b->map->listing, path + length);
  else
    strbuf_add(out, path);
}

/* The mock server's path and query for an address of the provider; the n-th binding's dialect is mounted below "/n". */
static void translate_url(const dialect_binding *bindings, size_t count, const char *url, strbuf *out) {
  const char *path = path_of(url);
  size_t chosen = 0;
  for (size_t i = 1; i < count && !chosen; i++)
    if (begins(behind(path, bindings[i].base), bindings[i].map->before)) chosen = i;
  strbuf_format(out, "/%zu", chosen);
  translate_path(&bindings[chosen], path, out);
}

/* ---- the transport ---- */

enum { SECOND_MS = 1000 };

static json_t *disguised(const harness *h, const char *text) {
  char *clean = harness_redact(h, text);
  json_t *value = json_string(clean);
  free(clean);
  return value ? value : json_string("(not UTF-8)");
}

/* It may be shown: a header of the library itself, one that a definition spells out, or a made-up value. Anything else is a secret that
 * was not made up, from a file perhaps. */
static bool is_public(const redirect_transport *t, const roster_header *h) {
  static const char *const own[] = { "accept", "content-type" };
  for (size_t i = 0; i < sizeof own / sizeof *own; i++)
    if (strcmp(own[i], h->name) == 0) return true;
  const char *spelt = json_string_value(json_object_get(t->plain, h->name));
  return (spelt && strcmp(spelt, h->value) == 0) || harness_has_secret(t->harness, h->value);
}

/* What is sent, with a placeholder for each secret that is not made up. New. */
static roster_header *headers_of(const redirect_transport *t, const roster_http_request *q) {
  roster_header *headers = grown(NULL, (q->header_count + 1) * sizeof *headers);
  for (size_t i = 0; i < q->header_count; i++) {
    headers[i] = q->headers[i];
    if (!is_public(t, &headers[i])) headers[i].value = "(a secret)";
  }
  return headers;
}

static json_t *shown(const harness *h, const roster_http_request *q) {
  json_t *headers = json_object();
  for (size_t i = 0; i < q->header_count; i++) json_object_set_new(headers, q->headers[i].name, disguised(h, q->headers[i].value));
  return headers;
}

/* Whether roster sends this a second time with a key that it made up, to see whether the host refuses one. */
static bool is_control(const redirect_transport *t, const json_t *one) {
  size_t at;
  json_t *earlier;
  json_array_foreach(t->sent, at, earlier) {
    static const char *const same[] = { "method", "url", "body" };
    bool alike = !json_equal(json_object_get(earlier, "headers"), json_object_get(one, "headers"));
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
      const json_t *a = json_object_get(earlier, same[i]), *b = json_object_get(one, same[i]);
      alike = alike && (a == b || json_equal(a, b));
    }
    if (alike) return true;
  }
  return false;
}

/* The time left differs from run to run: whole seconds, rounded up. */
static bool keep(redirect_transport *t, const roster_http_request *q) {
  json_t *one = json_object();
  json_object_set_new(one, "method", json_string(q->method));
  json_object_set_new(one, "url", disguised(t->harness, q->url));
  json_object_set_new(one, "headers", shown(t->harness, q));
  if (q->body) json_object_set_new(one, "body", disguised(t->harness, q->body));
  if (q->aws_sigv4) json_object_set_new(one, "signed", json_string(q->aws_sigv4));
  if (q->aws_sigv4)
    json_object_set_new(one, "signed_by",
                        harness_has_secret(t->harness, q->aws_key_id) ? disguised(t->harness, q->aws_key_id) : json_string("(a secret)"));
  json_object_set_new(one, "timeout", json_integer((q->timeout_ms + SECOND_MS - 1) / SECOND_MS));
  bool control = is_control(t, one);
  if (control) json_object_set_new(one, "control", json_true());
  json_array_append_new(t->sent, one);
  t->leaked = t->leaked || harness_has_secret(t->harness, q->url) || (q->body && harness_has_secret(t->harness, q->body));
  return control;
}

static roster_status start(void *self, const roster_http_request *asked) {
  redirect_transport *t = self;
  roster_http_request q = *asked;
  roster_header *headers = headers_of(t, asked);
  strbuf url = { 0 };
  q.headers = headers;
  bool control = keep(t, &q);
  strbuf_add(&url, control && t->refusing ? t->refusing : t->to);
  if (t->binding_count)
    translate_url(t->bindings, t->binding_count, asked->url, &url);
  else
    strbuf_add(&url, *path_of(asked->url) ? path_of(asked->url) : "/");
  q.url = strbuf_text(&url);
  q.ca_file = q.ca_dir = q.client_cert = q.client_key = q.proxy = NULL;
  q.aws_sigv4 = NULL; /* the mock server cannot check a signature */
  roster_status status = t->inner->start(t->inner->self, &q);
  strbuf_free(&url);
  free(headers);
  return status;
}

static roster_status next(void *self, long timeout_ms, const roster_http_response **out) {
  const redirect_transport *t = self;
  return t->inner->next(t->inner->self, timeout_ms, out);
}

static void cancel_all(void *self) {
  const redirect_transport *t = self;
  t->inner->cancel_all(t->inner->self);
}

bool redirect_transport_begin(redirect_transport *t, const harness *h, roster_error *err) {
  *t = (redirect_transport){ .harness = h, .sent = json_array() };
  t->transport = (roster_transport){ sizeof t->transport, t, start, next, cancel_all, NULL };
  t->inner = plugin_transport(err);
  return t->inner != NULL;
}

void redirect_transport_end(redirect_transport *t) {
  if (t->inner && t->inner->close) t->inner->close(t->inner->self);
  json_decref(t->sent);
}

void redirect_transport_to(redirect_transport *t, const char *address) {
  t->to = address;
  json_array_clear(t->sent);
}

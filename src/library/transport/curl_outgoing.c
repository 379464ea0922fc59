/* curl_outgoing: see libcurl.h. The nodes have libcurl's public list type but not its memory: libcurl frees its lists without wiping them.
 */
#include "library/transport/libcurl.h"
#include "util/platform.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { OWN_LINES = 2 };

static bool is_control(char c) { return (unsigned char)c < 0x20 || c == 0x7f; }

static bool is_clean(const char *text) {
  while (*text && !is_control(*text)) text++;
  return !*text;
}

static bool is_token(const char *name) {
  static const char letters[] = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  return *name && !name[strspn(name, letters)];
}

static bool is_address(const char *url) {
  return (curl_strnequal(url, "http://", 7) || curl_strnequal(url, "https://", 8)) && is_clean(url) && !strchr(url, ' ');
}

static size_t line_bytes(const roster_header *h) { return strlen(h->name) + strlen(h->value) + sizeof ": "; }

static bool is_header(const roster_header *h) { return h->name && h->value && is_token(h->name) && is_clean(h->value); }

bool outgoing_is_post(const roster_http_request *request) { return strcmp(request->method, "POST") == 0; }

static bool has_method(const roster_http_request *r) {
  if (!r->method) return false;
  return outgoing_is_post(r) ? r->body || !r->body_bytes : strcmp(r->method, "GET") == 0 && !r->body && !r->body_bytes;
}

/* A host that was built before there were signatures has a shorter struct. */
static bool is_signed_soundly(const roster_http_request *r) {
  if (!signing_is_wanted(r)) return true;
  return r->aws_key_id && r->aws_secret && is_clean(r->aws_sigv4) && is_clean(r->aws_key_id) && is_clean(r->aws_secret);
}

static size_t head_bytes(const roster_http_request *r) {
  size_t bytes = strlen(r->url);
  for (size_t i = 0; i < r->header_count; i++) bytes += line_bytes(&r->headers[i]);
  return bytes;
}

bool outgoing_is_sound(const roster_http_request *r) {
  if (!r || r->size < offsetof(roster_http_request, aws_sigv4) || !has_method(r) || !r->url || !is_address(r->url) || r->timeout_ms <= 0)
    return false;
  if (r->proxy && !is_clean(r->proxy)) return false;
  if (!is_signed_soundly(r)) return false;
  if (r->header_count && !r->headers) return false;
  for (size_t i = 0; i < r->header_count; i++)
    if (!is_header(&r->headers[i])) return false;
  return head_bytes(r) <= MOST_SENT_HEAD;
}

static bool names_header(const roster_http_request *r, const char *name) {
  for (size_t i = 0; i < r->header_count; i++)
    if (curl_strequal(r->headers[i].name, name)) return true;
  return false;
}

/* libcurl leaves out a header that ends in a colon and sends an empty one for "Name;". */
static char *write_line(char *at, const roster_header *h) {
  bool blank = !h->value[strspn(h->value, " ")];
  at = stpcpy(at, h->name);
  at = stpcpy(at, blank ? ";" : ": ");
  if (!blank) at = stpcpy(at, h->value);
  return at + 1;
}

static void link_line(outgoing *sent, size_t index, char *line) {
  sent->nodes[index] = (struct curl_slist){ .data = line, .next = NULL };
  if (index > 0) sent->nodes[index - 1].next = &sent->nodes[index];
  sent->lines = sent->nodes;
}

/* Suppresses the headers that libcurl adds to a POST. It signs even suppressed ones, so a signed request keeps them. */
static void suppress_defaults(outgoing *sent, const roster_http_request *r) {
  static char expect[] = "Expect:", type[] = "Content-Type:";
  size_t n = r->header_count;
  if (!outgoing_is_post(r) || signing_is_wanted(r)) return;
  if (!names_header(r, "Expect")) link_line(sent, n++, expect);
  if (!names_header(r, "Content-Type")) link_line(sent, n, type);
}

outgoing *outgoing_new(const roster_http_request *r) {
  size_t nodes = r->header_count + OWN_LINES, text = 0;
  for (size_t i = 0; i < r->header_count; i++) text += line_bytes(&r->headers[i]);
  size_t bytes = sizeof(outgoing) + nodes * sizeof(struct curl_slist) + text + r->body_bytes + 1;
  outgoing *sent = calloc(1, bytes);
  if (!sent) return NULL;
  sent->bytes = bytes;
  char *at = (char *)(sent->nodes + nodes);
  for (size_t i = 0; i < r->header_count; i++) {
    link_line(sent, i, at);
    at = write_line(at, &r->headers[i]);
  }
  suppress_defaults(sent, r);
  sent->body = at;
  sent->body_bytes = r->body_bytes;
  if (r->body_bytes) memcpy(at, r->body, r->body_bytes);
  return sent;
}

void outgoing_free(outgoing *sent) {
  if (!sent) return;
  wipe(sent, sent->bytes);
  free(sent);
}

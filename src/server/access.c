/* access: which requests are answered at all (declared in http_server.h). Every request is checked for its size, for a form that two
 * servers in a row could read in two ways, and for the name that it was sent to: a browser can be made to send requests here by a page
 * whose own name resolves to this address, but not without that name in Host. A request that changes something must come from a page of
 * this server or of the allowed origin, or from no page, and carry the token. */
#include "server/http_server.h"
#include "server/response.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- the form ---- */

static bool is_path(const char *path) {
  if (*path != '/') return false;
  for (; *path; path++)
    if ((unsigned char)*path <= ' ' || (unsigned char)*path >= 0x7f) return false;
  return true;
}

static bool is_number(const char *text) { return *text && !text[strspn(text, "0123456789")]; }

static const char *find_fault(const http_request *q) {
  if (q->malformed) return "a header is not well formed";
  if (!q->host && strcmp(q->version, "HTTP/1.0") != 0) return "the header Host is missing";
  if (q->hosts > 1) return "the header Host stands there more than once";
  if (q->lengths > 1) return "the header Content-Length stands there more than once";
  if (q->origins > 1) return "the header Origin stands there more than once";
  if (q->authorizations > 1) return "the header Authorization stands there more than once";
  if (q->codings > 1) return "the header Transfer-Encoding stands there more than once";
  if (q->codings && strcmp(q->version, "HTTP/1.0") == 0) return "HTTP/1.0 knows no Transfer-Encoding";
  if (q->transfer_encoding && q->content_length) return "Transfer-Encoding and Content-Length exclude each other";
  if (q->transfer_encoding && strcasecmp(q->transfer_encoding, "chunked") != 0) return "this Transfer-Encoding is not understood";
  if (q->content_length && !is_number(q->content_length)) return "Content-Length is no number";
  if (!is_path(q->path)) return "the address is no path";
  return NULL;
}

/* ---- the name ---- */

/* "[::1]:80" becomes "::1", "host.:80" becomes "host". False when it is neither a name nor an address. */
static bool bare_name(const char *host, char *out, size_t room) {
  bool bracket = *host == '[';
  const char *from = host + bracket;
  size_t length = bracket ? strcspn(from, "]") : strcspn(from, ":");
  const char *after = from + length;
  if (bracket && *after++ != ']') return false;
  if (*after == ':' && !is_number(after + 1)) return false;
  if ((*after && *after != ':') || length >= room) return false;
  if (!bracket && length && from[length - 1] == '.') length--;
  memcpy(out, from, length);
  out[length] = '\0';
  return length > 0;
}

static bool is_literal(const char *name) {
  unsigned char address[16];
  return inet_pton(AF_INET, name, address) == 1 || inet_pton(AF_INET6, name, address) == 1;
}

static bool is_ours(const server_state *s, const char *name) {
  static const char *const local[] = { "localhost", "127.0.0.1", "::1" };
  for (size_t i = 0; i < sizeof local / sizeof *local; i++)
    if (strcasecmp(name, local[i]) == 0) return true;
  for (int i = 0; i < s->settings.host_count; i++)
    if (strcasecmp(name, s->settings.hosts[i]) == 0) return true;
  const char *bound = s->socket.host;
  bool anywhere = strcmp(bound, "0.0.0.0") == 0 || strcmp(bound, "::") == 0;
  return strcmp(name, bound) == 0 || (anywhere && is_literal(name)); /* a literal address cannot be made to resolve elsewhere */
}

/* HTTP/1.0 has no Host, and no browser speaks it. */
static bool is_for_us(const server_state *s, const http_request *q) {
  char name[256];
  return !q->host || (bare_name(q->host, name, sizeof name) && is_ours(s, name));
}

bool access_admits(const server_state *s, const http_request *q, enum MHD_Result *sent) {
  const char *fault = find_fault(q);
  if (http_request_header_bytes(q) > MOST_HEADER_BYTES)
    *sent = response_send_problem(q, MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE, "header_too_large",
                                  "the request's header is longer than 8 KiB", "send fewer or shorter headers");
  else if (fault)
    *sent = response_send_problem(q, MHD_HTTP_BAD_REQUEST, "malformed", fault, "send a well-formed request");
  else if (strlen(q->path) > MOST_PATH_BYTES)
    *sent = response_send_problem(q, MHD_HTTP_URI_TOO_LONG, "path_too_long", "the path is longer than 1024 bytes",
                                  "ids have at most 200 bytes");
  else if (!is_for_us(s, q))
    *sent = response_send_problem(q, MHD_HTTP_FORBIDDEN, "host_not_allowed", "the request is addressed to a name that is not this server's",
                                  "serve with --allow-host NAME if the name is yours");
  else
    return true;
  return false;
}

/* ---- what changes something ---- */

/* Takes the same time for a wrong secret as for the right one of that length. */
static bool same_secret(const char *given, const char *wanted) {
  size_t length = strlen(given), size = strlen(wanted);
  volatile unsigned char differ = length != size;
  for (size_t i = 0; i < length; i++) differ = (unsigned char)(differ | (given[i] ^ wanted[size ? i % size : 0]));
  return !differ;
}

static bool is_our_page(const server_state *s, const http_request *q) {
  if (!q->origin) return true; /* not a browser */
  if (s->settings.origin && strcmp(q->origin, s->settings.origin) == 0) return true;
  const char *name = strncmp(q->origin, "http://", 7) == 0 ? q->origin + 7 : strncmp(q->origin, "https://", 8) == 0 ? q->origin + 8 : NULL;
  return name && q->host && strcasecmp(name, q->host) == 0;
}

bool access_claims(const http_request *q) { return q->authorization && strncasecmp(q->authorization, "Bearer ", 7) == 0; }

static bool has_token(const server_state *s, const http_request *q) {
  return access_claims(q) && same_secret(q->authorization + 7, s->settings.token);
}

static enum MHD_Result ask_for_token(const http_request *q) {
  static const char *const challenge[] = { "WWW-Authenticate", "Bearer realm=\"roster\"", "Connection", "close", NULL };
  return response_send_problem_with(q, MHD_HTTP_UNAUTHORIZED, "unauthorized", "this needs the server's token",
                                    "send the header Authorization: Bearer TOKEN", challenge);
}

bool access_trusts(const server_state *s, const http_request *q, enum MHD_Result *sent) {
  if (!is_our_page(s, q))
    *sent = response_send_problem(q, MHD_HTTP_FORBIDDEN, "origin_not_allowed", "a page of another origin asks",
                                  "serve with --allow-origin ORIGIN if the page is yours");
  else if (!s->settings.token)
    *sent = response_send_problem(q, MHD_HTTP_FORBIDDEN, "no_token", "the server has no token, so nobody may change anything",
                                  "serve with --token-file FILE, or with ROSTER_TOKEN set");
  else if (!has_token(s, q))
    *sent = ask_for_token(q);
  else if (q->content_length && strtoull(q->content_length, NULL, 10) > MOST_BODY_BYTES)
    *sent = response_send_problem(q, MHD_HTTP_CONTENT_TOO_LARGE, "body_too_large", "the body is longer than 4 KiB", "send no body");
  else
    return true;
  return false;
}

const char *access_refresh_word(const server_state *s, const http_request *q) {
  if (!s->settings.token) return "read_only";
  if (!is_our_page(s, q)) return "other_origin";
  return has_token(s, q) ? "possible" : "needs_token";
}

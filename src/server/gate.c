/* gate: see gate.h. */
#include "server/gate.h"

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

/* What two servers in a row could read in two ways is not read at all. */
static const char *find_fault(const asked *a) {
  if (a->odd) return "a header is not well formed";
  if (!a->host && strcmp(a->version, "HTTP/1.0") != 0) return "the header Host is missing";
  if (a->hosts > 1) return "the header Host stands there more than once";
  if (a->lengths > 1) return "the header Content-Length stands there more than once";
  if (a->origins > 1) return "the header Origin stands there more than once";
  if (a->transfer_encoding && a->content_length) return "Transfer-Encoding and Content-Length exclude each other";
  if (a->transfer_encoding && strcasecmp(a->transfer_encoding, "chunked") != 0) return "this Transfer-Encoding is not understood";
  if (a->content_length && !is_number(a->content_length)) return "Content-Length is no number";
  if (!is_path(a->path)) return "the address is no path";
  return NULL;
}

/* ---- the name ---- */

/* "[::1]:80" and "host.:80" as "::1" and "host". False when it is neither a name nor an address. */
static bool bare_name(const char *host, char *out, size_t room) {
  bool bracket = *host == '[';
  const char *from = host + bracket;
  size_t length = bracket ? strcspn(from, "]") : strcspn(from, ":");
  const char *behind = from + length;
  if (bracket && *behind++ != ']') return false;
  if (*behind == ':' && !is_number(behind + 1)) return false;
  if ((*behind && *behind != ':') || length >= room) return false;
  if (!bracket && length && from[length - 1] == '.') length--;
  memcpy(out, from, length);
  out[length] = '\0';
  return length > 0;
}

static bool is_literal(const char *name) {
  unsigned char address[16];
  return inet_pton(AF_INET, name, address) == 1 || inet_pton(AF_INET6, name, address) == 1;
}

static bool is_ours(const site *s, const char *name) {
  static const char *const local[] = { "localhost", "127.0.0.1", "::1" };
  for (size_t i = 0; i < sizeof local / sizeof *local; i++)
    if (strcasecmp(name, local[i]) == 0) return true;
  for (int i = 0; i < s->settings.host_count; i++)
    if (strcasecmp(name, s->settings.hosts[i]) == 0) return true;
  const char *bound = s->socket.host;
  bool anywhere = strcmp(bound, "0.0.0.0") == 0 || strcmp(bound, "::") == 0;
  return strcmp(name, bound) == 0 || (anywhere && is_literal(name)); /* no name can be led to a literal address */
}

/* HTTP/1.0 knows no Host, and no browser speaks it. */
static bool is_for_us(const site *s, const asked *a) {
  char name[256];
  return !a->host || (bare_name(a->host, name, sizeof name) && is_ours(s, name));
}

bool gate_admits(const site *s, const asked *a, enum MHD_Result *answer) {
  const char *fault = find_fault(a);
  if (asked_header_bytes(a) > MOST_HEADER_BYTES)
    *answer = reply_send_problem(a, MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE, "header_too_large",
                                 "the request's header is longer than 8 KiB", "send fewer or shorter headers");
  else if (fault)
    *answer = reply_send_problem(a, MHD_HTTP_BAD_REQUEST, "malformed", fault, "send a well-formed request");
  else if (strlen(a->path) > MOST_PATH_BYTES)
    *answer =
        reply_send_problem(a, MHD_HTTP_URI_TOO_LONG, "path_too_long", "the path is longer than 1024 bytes", "ids have at most 200 bytes");
  else if (!is_for_us(s, a))
    *answer = reply_send_problem(a, MHD_HTTP_FORBIDDEN, "host_not_allowed", "the request is addressed to a name that is not this server's",
                                 "serve with --allow-host NAME if the name is yours");
  else
    return true;
  return false;
}

/* ---- trust ---- */

/* Takes as long for a wrong text as for the right one of that length. */
static bool same_secret(const char *given, const char *wanted) {
  size_t length = strlen(given), size = strlen(wanted);
  volatile unsigned char differ = length != size;
  for (size_t i = 0; i < length; i++) differ = (unsigned char)(differ | (given[i] ^ wanted[size ? i % size : 0]));
  return !differ;
}

static bool is_our_page(const site *s, const asked *a) {
  if (!a->origin) return true; /* no browser */
  if (s->settings.origin && strcmp(a->origin, s->settings.origin) == 0) return true;
  const char *name = strncmp(a->origin, "http://", 7) == 0 ? a->origin + 7 : strncmp(a->origin, "https://", 8) == 0 ? a->origin + 8 : NULL;
  return name && a->host && strcasecmp(name, a->host) == 0;
}

static bool has_token(const site *s, const asked *a) {
  return a->authorization && strncasecmp(a->authorization, "Bearer ", 7) == 0 && same_secret(a->authorization + 7, s->settings.token);
}

static enum MHD_Result ask_for_token(const asked *a) {
  static const char *const challenge[] = { "WWW-Authenticate", "Bearer realm=\"roster\"", "Connection", "close", NULL };
  static const char message[] = "{\"error\":{\"code\":\"unauthorized\",\"message\":\"this needs the server's token\","
                                "\"hint\":\"send the header Authorization: Bearer TOKEN\"}}";
  strbuf text = { 0 };
  strbuf_add(&text, message);
  return reply_send_status(a, MHD_HTTP_UNAUTHORIZED, &text, TYPE_JSON, challenge);
}

bool gate_trusts(const site *s, const asked *a, enum MHD_Result *answer) {
  if (!is_our_page(s, a))
    *answer = reply_send_problem(a, MHD_HTTP_FORBIDDEN, "origin_not_allowed", "a page of another origin asks",
                                 "serve with --allow-origin ORIGIN if the page is yours");
  else if (!s->settings.token)
    *answer = reply_send_problem(a, MHD_HTTP_FORBIDDEN, "no_token", "the server has no token, so nobody may change anything",
                                 "serve with --token-file FILE, or with ROSTER_TOKEN set");
  else if (!has_token(s, a))
    *answer = ask_for_token(a);
  else if (a->content_length && strtoull(a->content_length, NULL, 10) > MOST_BODY_BYTES)
    *answer = reply_send_problem(a, MHD_HTTP_CONTENT_TOO_LARGE, "body_too_large", "the body is longer than 4 KiB", "send no body");
  else
    return true;
  return false;
}

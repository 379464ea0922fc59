/* exchange_json: see exchange_json.h. */
#include "library/recording/exchange_json.h"

#include "util/hash.h"
#include "util/hex.h"
#include "util/text.h"
#include "util/utf8.h"
#include "util/writer.h"
#include "library/recording/recording.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#define REFUSED   "refused"                  /* as the failure: the request was not sent */
#define LATEST_MS ((int64_t)253402300799999) /* the end of the year 9999 */

bool exchange_json_keeps(const char *header) {
  static const char *const names[] = { "content-type",     "location",         "retry-after",   "retry-after-ms",
                                       "www-authenticate", "x-amzn-errortype", "x-should-retry" };
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (text_same(names[i], header)) return true;
  return strstr(header, "ratelimit") || strstr(header, "tokenlimit"); /* those of an answer are in lower case */
}

/* ---- the body of a request ---- */

/* The length of the body before its tags, which are its last member. */
static size_t untagged_length(const roster_http_request *q) {
  bool tagged = q->size > offsetof(roster_http_request, tags) && q->tags;
  size_t tags = tagged ? strlen(",\"tags\":}") + strlen(q->tags) : 1; /* else the closing brace, which follows the tags too */
  if (tagged && q->body_bytes <= tags) tags--;                        /* no comma: it has no other member */
  return q->body_bytes >= tags ? q->body_bytes - tags : q->body_bytes;
}

void exchange_body_hash(char out[BODY_HASH], const roster_http_request *q) {
  *out = 0;
  if (q->body) snprintf(out, BODY_HASH, "%016llx", (unsigned long long)hash_bytes(q->body, untagged_length(q), 1));
}

/* ---- failures ---- */

static const char *const FAILURES[] = {
  [ROSTER_HTTP_ANSWERED] = "answered",   [ROSTER_HTTP_DNS] = "dns",
  [ROSTER_HTTP_CONNECT] = "connect",     [ROSTER_HTTP_TLS] = "tls",
  [ROSTER_HTTP_TIMEOUT] = "timeout",     [ROSTER_HTTP_RESET] = "reset",
  [ROSTER_HTTP_TOO_LARGE] = "too_large", [ROSTER_HTTP_MALFORMED] = "malformed",
  [ROSTER_HTTP_OTHER] = "other",         [ROSTER_HTTP_TRANSPORT] = "transport",
};

static const char *failure_name(roster_http_failure failure) {
  return (size_t)failure < sizeof FAILURES / sizeof *FAILURES ? FAILURES[failure] : NULL;
}

static bool failure_from_name(const char *name, roster_http_failure *out) {
  for (size_t i = 0; i < sizeof FAILURES / sizeof *FAILURES; i++) {
    if (!text_is(FAILURES[i], name)) continue;
    *out = (roster_http_failure)i;
    return true;
  }
  return false;
}

/* ---- writing ---- */

static char *end_line(writer *w, size_t *bytes) {
  char *text = write_end(w, bytes);
  if (text) text[(*bytes)++] = '\n'; /* over the NUL */
  return text;
}

char *exchange_json_heading(size_t *bytes) {
  writer w = { 0 };
  write_open(&w, NULL, '{');
  write_integer(&w, "roster_recording", RECORDING_VERSION);
  write_close(&w, '}');
  return end_line(&w, bytes);
}

static bool is_text(const char *bytes, size_t length) {
  for (size_t i = 0, n; i < length; i += n) {
    n = utf8_length(bytes + i);
    if (!n || !bytes[i]) return false;
  }
  return true;
}

static const char *hexadecimal(arena *a, const char *bytes, size_t length) {
  char *text = arena_alloc(a, length * 2 + 1);
  for (size_t i = 0; i < length; i++) {
    text[i * 2] = HEX_LOWER[(unsigned char)bytes[i] >> 4];
    text[i * 2 + 1] = HEX_LOWER[bytes[i] & 15];
  }
  return text;
}

static void write_headers(writer *w, const roster_http_response *r) {
  write_open(w, "headers", '[');
  for (size_t i = 0; i < r->header_count; i++) {
    write_open(w, NULL, '[');
    write_text(w, NULL, r->headers[i].name);
    write_text(w, NULL, r->headers[i].value);
    write_close(w, ']');
  }
  write_close(w, ']');
}

/* `encoded` is the body in hex where it is not valid UTF-8, else NULL. */
static void write_response(writer *w, const roster_http_response *r, const char *encoded) {
  const char *failure = failure_name(r->failure);
  write_text(w, "failure", failure ? failure : failure_name(ROSTER_HTTP_OTHER));
  write_text(w, "message", r->message);
  write_integer(w, "status", r->status);
  write_headers(w, r);
  write_text(w, encoded ? "body_hex" : "body", encoded ? encoded : r->body);
  write_integer(w, "elapsed_ms", r->elapsed_ms);
  write_integer(w, "answered_ms", r->answered_ms);
  if (r->multiplexed) write_flag(w, "multiplexed", true);
}

/* An allocation from the arena may jump away, so all of them come before the writer has memory of its own. */
char *exchange_json_line(arena *a, const recorded *r, size_t *bytes) {
  const roster_http_response *got = &r->response;
  const char *encoded = r->refused || is_text(got->body, got->body_bytes) ? NULL : hexadecimal(a, got->body, got->body_bytes);
  writer w = { 0 };
  write_open(&w, NULL, '{');
  write_integer(&w, "asked", (int64_t)r->asked);
  write_text(&w, "method", r->method);
  write_text(&w, "url", r->url);
  if (r->sent_hash && *r->sent_hash) write_text(&w, "sent_hash", r->sent_hash);
  if (r->refused)
    write_text(&w, "failure", REFUSED);
  else
    write_response(&w, got, encoded);
  write_close(&w, '}');
  return end_line(&w, bytes);
}

/* ---- reading ---- */

typedef struct line_reader {
  arena *arena;
  const char *wrong; /* the first mistake; NULL so far */
} line_reader;

static void say(line_reader *s, const char *what) {
  if (!s->wrong) s->wrong = what;
}

static void wrong(line_reader *s, const char *name, const char *what) {
  if (!s->wrong) s->wrong = arena_printf(s->arena, "'%s' %s", name, what);
}

/* An unknown member is a mistake. */
static void expect_only(line_reader *s, const json_t *object, const char *const *names) {
  const char *name;
  json_t *value;
  json_object_foreach((json_t *)object, name, value) {
    size_t i = 0;
    while (names[i] && !text_is(names[i], name)) i++;
    if (!names[i]) wrong(s, text_clean(s->arena, name, strlen(name), 40), "is not a member of a recording");
  }
}

/* `otherwise` where there is no such member. */
static const char *text_in(line_reader *s, const json_t *object, const char *name, const char *otherwise) {
  const json_t *value = json_object_get(object, name);
  if (value && !json_is_string(value)) wrong(s, name, "is not a string");
  return json_is_string(value) ? arena_text(s->arena, json_string_value(value)) : otherwise;
}

static int64_t number_in(line_reader *s, const json_t *object, const char *name, int64_t most) {
  const json_t *value = json_object_get(object, name);
  int64_t number = json_integer_value(value);
  if (value && (!json_is_integer(value) || number < 0 || number > most)) wrong(s, name, "is not a number in the allowed range");
  return number;
}

static roster_http_failure read_failure(line_reader *s, const char *word) {
  roster_http_failure failure = ROSTER_HTTP_OTHER;
  if (!failure_from_name(word, &failure)) wrong(s, "failure", "is not one of the known words");
  return failure;
}

static void read_headers(line_reader *s, const json_t *list, roster_http_response *out) {
  if (list && !json_is_array(list)) wrong(s, "headers", "is not a list of [name, value]");
  roster_header *headers = arena_array(s->arena, json_array_size(list), sizeof *headers);
  for (size_t i = 0; i < json_array_size(list); i++) {
    const json_t *pair = json_array_get(list, i), *name = json_array_get(pair, 0), *value = json_array_get(pair, 1);
    if (json_array_size(pair) != 2 || !json_is_string(name) || !json_is_string(value)) {
      wrong(s, "headers", "is not a list of [name, value]");
      return;
    }
    headers[i].name = text_lower(s->arena, json_string_value(name), strlen(json_string_value(name)));
    headers[i].value = arena_text(s->arena, json_string_value(value));
  }
  out->headers = headers;
  out->header_count = json_array_size(list);
}

/* NULL when it is not hexadecimal. */
static const char *bytes_of(arena *a, const char *text, size_t *length) {
  char *bytes = arena_alloc(a, strlen(text) / 2 + 1);
  for (*length = 0; *text; text += 2) {
    int byte = hex_byte(text);
    if (byte < 0) return NULL;
    bytes[(*length)++] = (char)byte;
  }
  return bytes;
}

static void read_body(line_reader *s, const json_t *object, roster_http_response *out) {
  bool encoded = json_object_get(object, "body_hex") != NULL;
  const char *text = text_in(s, object, encoded ? "body_hex" : "body", "");
  out->body_bytes = strlen(text);
  out->body = encoded ? bytes_of(s->arena, text, &out->body_bytes) : text;
  if (encoded == (json_object_get(object, "body") != NULL) || !out->body) say(s, "an exchange must have a body or body_hex");
}

static void read_response(line_reader *s, const json_t *object, const char *failure, roster_http_response *out) {
  *out = (roster_http_response){ .size = sizeof *out, .failure = read_failure(s, failure) };
  out->message = text_in(s, object, "message", "");
  out->status = (int)number_in(s, object, "status", 999);
  out->elapsed_ms = (long)number_in(s, object, "elapsed_ms", INT_MAX);
  out->answered_ms = number_in(s, object, "answered_ms", LATEST_MS);
  const json_t *multiplexed = json_object_get(object, "multiplexed");
  if (multiplexed && !json_is_boolean(multiplexed)) say(s, "'multiplexed' is neither true nor false");
  out->multiplexed = json_is_true(multiplexed);
  read_headers(s, json_object_get(object, "headers"), out);
  read_body(s, object, out);
  if (out->failure == ROSTER_HTTP_ANSWERED && out->status < 100) say(s, "an answered exchange must have a status");
}

const char *exchange_json_read_heading(const json_t *line) {
  const json_t *version = json_object_get(line, "roster_recording");
  bool known = json_is_integer(version) && json_integer_value(version) == RECORDING_VERSION && json_object_size(line) == 1;
  return known ? NULL : "its first line is not {\"roster_recording\":1}";
}

const char *exchange_json_read_line(arena *a, const json_t *line, recorded *out) {
  static const char *const names[] = { "asked",   "method", "url",      "sent_hash",  "failure",     "message",     "status",
                                       "headers", "body",   "body_hex", "elapsed_ms", "answered_ms", "multiplexed", NULL };
  line_reader s = { a, NULL };
  *out = (recorded){ 0 };
  if (!json_is_object(line)) return "a line that is not an object";
  expect_only(&s, line, names);
  out->asked = (uint64_t)number_in(&s, line, "asked", INT64_MAX);
  out->method = text_in(&s, line, "method", NULL);
  out->url = text_in(&s, line, "url", NULL);
  if (!out->method || !out->url) say(&s, "an exchange must have a method and a url");
  out->sent_hash = json_object_get(line, "sent_hash") ? text_in(&s, line, "sent_hash", "") : NULL;
  const char *failure = text_in(&s, line, "failure", failure_name(ROSTER_HTTP_ANSWERED));
  out->refused = text_is(failure, REFUSED);
  if (!out->refused) read_response(&s, line, failure, &out->response);
  return s.wrong;
}

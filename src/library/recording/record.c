/* record: a transport that hands each request to another one and writes the exchange to a file. What a request carried in its headers is
 * learnt as a secret first, and redacted in everything that is kept. The caller gets the redacted response too, so that it decides by
 * exactly what a replay will repeat. The file is written under another name and renamed when the transport is closed. */
#include "library/recording/recording.h"

#include "util/clock.h"
#include "util/descriptor.h"
#include "util/finding.h"
#include "util/gate.h"
#include "util/text.h"
#include "library/recording/exchange_json.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A request under way. */
typedef struct pending {
  struct pending *next;
  uint64_t id, asked;
  char sent_hash[BODY_HASH];
  const char *method, *url;
  char texts[];
} pending;

typedef struct recorder {
  roster_transport transport; /* what the host uses */
  const roster_transport *inner;
  bool owned;
  char *file, *unfinished; /* the recording, and where it is written until it is complete */
  FILE *out;
  bool used;   /* a validation ran with it */
  bool broken; /* something could not be written: the file stays as it was */
  keyring secrets;
  uint64_t asked;
  pending *in_flight;
  arena *shown; /* holds the response that the caller may be reading */
  roster_http_response response;
  int64_t wall_ms, began_ms; /* both clocks at the start: setting the wall clock meanwhile does not disturb the order */
} recorder;

enum { SHORTEST_SECRET = 8 }; /* what is shorter may be an ordinary word */

/* ---- secrets ---- */

/* Every header is taken to hold a secret but these. `provider` is roster's own: it names the provider to a gateway. */
static bool is_harmless(const char *name) {
  static const char *const names[] = { "accept",         "accept-language", "anthropic-beta", "anthropic-version",
                                       "content-length", "content-type",    "host",           "http-referer",
                                       "openai-beta",    "origin",          "provider",       "referer",
                                       "user-agent",     "x-title" };
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (text_same(names[i], name)) return true;
  return false;
}

/* In "Bearer abc" the scheme is not secret. */
static const char *behind_scheme(const roster_header *h) {
  const char *blank = strchr(h->value, ' ');
  if (!blank || !(text_same(h->name, "authorization") || text_same(h->name, "proxy-authorization"))) return h->value;
  return blank + strspn(blank, " ");
}

static bool learn(keyring *ring, const char *value) {
  return strlen(value) < SHORTEST_SECRET || keyring_has(ring, value) || keyring_add(ring, value, strlen(value));
}

static bool learn_headers(keyring *ring, const roster_header *headers, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (!is_harmless(headers[i].name) && !learn(ring, behind_scheme(&headers[i]))) return false;
  return true;
}

/* False when out of memory. */
static bool learn_request(keyring *ring, const roster_http_request *q) {
  const roster_header signer[] = { { "aws-key-id", q->aws_key_id }, { "aws-secret", q->aws_secret } };
  return learn_headers(ring, q->headers, q->header_count) && (!q->aws_sigv4 || learn_headers(ring, signer, 2));
}

/* ---- writing ---- */

static void put_line(recorder *r, char *line, size_t bytes) {
  if (!line || fwrite(line, 1, bytes, r->out) != bytes) r->broken = true;
  free(line);
}

static const char *or_empty(const char *text) { return text ? text : ""; }

static recorded redacted_request(recorder *r, arena *a, const pending *p) {
  return (recorded){ .asked = p->asked, .method = p->method, .url = keyring_redact(&r->secrets, a, p->url), .sent_hash = p->sent_hash };
}

static void copy_headers(recorder *r, arena *a, const roster_http_response *got, roster_http_response *out) {
  roster_header *headers = arena_array(a, got->header_count, sizeof *headers);
  out->header_count = 0;
  for (size_t i = 0; i < got->header_count; i++)
    if (exchange_json_keeps(got->headers[i].name))
      headers[out->header_count++] =
          (roster_header){ arena_text(a, got->headers[i].name), keyring_redact(&r->secrets, a, arena_text(a, got->headers[i].value)) };
  out->headers = headers;
}

/* A copy: the inner transport's memory may go before this is read. */
static roster_http_response copy_response(recorder *r, arena *a, const roster_http_response *got) {
  roster_http_response out = { .size = sizeof out, .id = got->id, .failure = got->failure, .status = got->status };
  bool dated = got->size > offsetof(roster_http_response, answered_ms) && got->answered_ms;
  out.message = keyring_redact(&r->secrets, a, arena_text(a, or_empty(got->message)));
  copy_headers(r, a, got, &out);
  out.body_bytes = got->body ? got->body_bytes : 0;
  out.body = gate_body(&r->secrets, a, arena_bytes(a, got->body, out.body_bytes), &out.body_bytes);
  out.elapsed_ms = got->elapsed_ms;
  out.multiplexed = got->size >= sizeof *got && got->multiplexed;
  out.answered_ms = dated ? got->answered_ms : r->wall_ms + (now_ms() - r->began_ms);
  return out;
}

/* No line may be longer than what a replay reads. */
static void replace_too_large(roster_http_response *out) {
  out->failure = ROSTER_HTTP_TOO_LARGE;
  out->message = "the answer is too large for a recording";
  out->body = "";
  out->body_bytes = 0;
}

static void write_exchange(recorder *r, arena *a, recorded *exchange) {
  size_t bytes = 0;
  char *line = exchange_json_line(a, exchange, &bytes);
  if (line && bytes > JSON_MAX_BYTES) {
    free(line);
    replace_too_large(&exchange->response);
    line = exchange_json_line(a, exchange, &bytes);
  }
  put_line(r, line, bytes);
}

/* Where memory runs out the response is passed on as it came, and there will be no recording. `got` is NULL for a refused request. */
static const roster_http_response *keep(recorder *r, const pending *p, const roster_http_response *got) {
  jmp_buf escape;
  r->shown = arena_new();
  if (!r->shown || setjmp(escape)) {
    r->broken = true;
    return got;
  }
  arena_jump(r->shown, &escape);
  recorded exchange = redacted_request(r, r->shown, p);
  exchange.refused = !got;
  if (got) exchange.response = copy_response(r, r->shown, got);
  write_exchange(r, r->shown, &exchange);
  r->response = exchange.response;
  return got ? &r->response : NULL;
}

/* ---- the transport ---- */

static const char *put_text(char **at, const char *text) {
  size_t bytes = strlen(text) + 1;
  const char *copy = memcpy(*at, text, bytes);
  *at += bytes;
  return copy;
}

static pending *pending_new(const roster_http_request *q, uint64_t asked) {
  size_t bytes = strlen(q->method) + strlen(q->url) + 2;
  pending *p = malloc(sizeof *p + bytes);
  if (!p) return NULL;
  char *at = p->texts;
  *p = (pending){ .id = q->id, .asked = asked };
  p->method = put_text(&at, q->method);
  p->url = put_text(&at, q->url);
  exchange_body_hash(p->sent_hash, q);
  return p;
}

static void free_shown(recorder *r) {
  arena_wipe(r->shown);
  r->shown = NULL;
}

/* The response that the caller may be reading stays. */
static void keep_refusal(recorder *r, const pending *p) {
  arena *shown = r->shown;
  roster_http_response response = r->response;
  keep(r, p, NULL);
  arena_wipe(r->shown);
  r->shown = shown;
  r->response = response;
  r->asked++;
}

static roster_status start(void *self, const roster_http_request *q) {
  recorder *r = self;
  pending *p = pending_new(q, r->asked + 1);
  r->used = true;
  bool learnt = p && learn_request(&r->secrets, q);
  roster_status status = learnt ? r->inner->start(r->inner->self, q) : ROSTER_ENOMEM;
  if (status == ROSTER_OK) {
    p->next = r->in_flight;
    r->in_flight = p;
    r->asked++;
    return ROSTER_OK;
  }
  if (status == ROSTER_EINVALID) keep_refusal(r, p);
  free(p);
  return status;
}

static pending *take(recorder *r, uint64_t id) {
  pending **at = &r->in_flight;
  while (*at && (*at)->id != id) at = &(*at)->next;
  pending *p = *at;
  if (p) *at = p->next;
  return p;
}

static roster_status next(void *self, long timeout_ms, const roster_http_response **out) {
  recorder *r = self;
  free_shown(r);
  roster_status status = r->inner->next(r->inner->self, timeout_ms, out);
  pending *p = status == ROSTER_OK && *out ? take(r, (*out)->id) : NULL;
  if (p) *out = keep(r, p, *out);
  free(p);
  return status;
}

static void free_in_flight(recorder *r) {
  for (pending *p = r->in_flight, *after; p; p = after) {
    after = p->next;
    free(p);
  }
  r->in_flight = NULL;
}

/* Ends a validation, also one that sent no requests. */
static void cancel_all(void *self) {
  recorder *r = self;
  r->used = true;
  free_shown(r);
  r->inner->cancel_all(r->inner->self);
  free_in_flight(r);
}

/* ---- the file ---- */

static void finish_file(recorder *r) {
  bool good = r->used && !r->broken && fflush(r->out) == 0 && !ferror(r->out) && fsync(fileno(r->out)) == 0;
  good = fclose(r->out) == 0 && good && rename(r->unfinished, r->file) == 0;
  if (!good) unlink(r->unfinished);
}

static void recorder_free(recorder *r) {
  if (r->owned && r->inner->close) r->inner->close(r->inner->self);
  keyring_wipe(&r->secrets);
  free(r->file);
  free(r->unfinished);
  free(r);
}

static void close_all(void *self) {
  recorder *r = self;
  if (!r) return;
  free_shown(r);
  if (r->in_flight) r->inner->cancel_all(r->inner->self);
  free_in_flight(r);
  finish_file(r);
  recorder_free(r);
}

/* What is there will be replaced, so it must be a regular file, or nothing. */
static roster_status check_place(const char *file, roster_error *err) {
  struct stat status;
  if (stat(file, &status) != 0 || S_ISREG(status.st_mode)) return ROSTER_OK;
  return fail(err, ROSTER_ESYSTEM, "name a file", "it cannot be written: it is not a regular file");
}

static roster_status open_file(recorder *r, const char *file, roster_error *err) {
  size_t room = strlen(file) + sizeof ".XXXXXX";
  r->file = strdup(file);
  r->unfinished = malloc(room);
  if (!r->file || !r->unfinished) return fail(err, ROSTER_ENOMEM, NULL, "not enough memory");
  snprintf(r->unfinished, room, "%s.XXXXXX", file);
  int fd = descriptor_create(r->unfinished);
  if (fd < 0) return fail(err, ROSTER_ESYSTEM, "name a file in a writable directory", "it cannot be written: %s", strerror(errno));
  r->out = fdopen(fd, "w");
  if (r->out) return ROSTER_OK;
  close(fd);
  unlink(r->unfinished);
  return fail(err, ROSTER_ENOMEM, NULL, "not enough memory");
}

static roster_status set_up(recorder *r, const char *file, roster_error *err) {
  roster_status status = check_place(file, err);
  if (status == ROSTER_OK) status = open_file(r, file, err);
  if (status != ROSTER_OK) return status;
  size_t bytes = 0;
  char *line = exchange_json_heading(&bytes);
  put_line(r, line, bytes);
  r->wall_ms = wall_ms();
  r->began_ms = now_ms();
  r->transport = (roster_transport){ sizeof r->transport, r, start, next, cancel_all, close_all };
  return ROSTER_OK;
}

roster_status record_open(roster_transport **out, const roster_transport *inner, bool owned, const char *file, roster_error *err) {
  recorder *r = calloc(1, sizeof *r);
  if (!r) return fail(err, ROSTER_ENOMEM, NULL, "not enough memory");
  r->inner = inner;
  roster_status status = set_up(r, file, err);
  if (status != ROSTER_OK) {
    if (err) snprintf(err->file, sizeof err->file, "%s", file);
    recorder_free(r);
    return status;
  }
  r->owned = owned;
  *out = &r->transport;
  return ROSTER_OK;
}

/* record: a transport that writes down what another one does, and hands out what it has written, so that whoever listens decides by the
 * very words that a replay will repeat. The file appears whole, when the transport is closed. */
#include "library/recording/recording.h"

#include "util/clock.h"
#include "util/finding.h"
#include "library/recording/exchange_json.h"
#include "library/recording/redactor.h"

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
  roster_transport face;
  const roster_transport *inner;
  bool owned;
  char *file, *beside; /* the recording, and where it is written until it is whole */
  FILE *out;
  bool used;   /* somebody validated with it */
  bool broken; /* something could not be written down: the file stays what it was */
  redactor redactor;
  uint64_t asked;
  pending *in_flight;
  arena *shown; /* what the caller may be reading */
  roster_http_response response;
  int64_t wall_ms, began_ms; /* the two clocks at the start: a clock that is set meanwhile does not disturb the order */
} recorder;

/* ---- writing ---- */

static void put_line(recorder *r, char *line, size_t bytes) {
  if (!line || fwrite(line, 1, bytes, r->out) != bytes) r->broken = true;
  free(line);
}

static void out_of_memory(void *payload) { longjmp(*(jmp_buf *)payload, 1); }

static const char *without_null(const char *text) { return text ? text : ""; }

static recorded begin(const recorder *r, arena *a, const pending *p) {
  return (recorded){ .asked = p->asked, .method = p->method, .url = redactor_text(&r->redactor, a, p->url), .sent_hash = p->sent_hash };
}

static void keep_headers(const recorder *r, arena *a, const roster_http_response *got, roster_http_response *out) {
  roster_header *headers = arena_array(a, got->header_count, sizeof *headers);
  out->header_count = 0;
  for (size_t i = 0; i < got->header_count; i++)
    if (exchange_json_keeps(got->headers[i].name))
      headers[out->header_count++] =
          (roster_header){ arena_text(a, got->headers[i].name), redactor_text(&r->redactor, a, arena_text(a, got->headers[i].value)) };
  out->headers = headers;
}

/* A copy, so that nothing in it depends on the inner transport's memory. */
static roster_http_response keep_response(const recorder *r, arena *a, const roster_http_response *got) {
  roster_http_response out = { .size = sizeof out, .id = got->id, .failure = got->failure, .status = got->status };
  bool told = got->size >= sizeof *got && got->answered_ms;
  out.message = redactor_text(&r->redactor, a, arena_text(a, without_null(got->message)));
  keep_headers(r, a, got, &out);
  out.body_bytes = got->body ? got->body_bytes : 0;
  out.body = redactor_bytes(&r->redactor, a, arena_bytes(a, got->body, out.body_bytes), &out.body_bytes);
  out.elapsed_ms = got->elapsed_ms;
  out.answered_ms = told ? got->answered_ms : r->wall_ms + (now_ms() - r->began_ms);
  return out;
}

/* No line may be longer than what a replay reads. */
static void make_small(roster_http_response *out) {
  out->failure = ROSTER_HTTP_TOO_LARGE;
  out->message = "the answer is too large for a recording";
  out->body = "";
  out->body_bytes = 0;
}

static void write_exchange(recorder *r, arena *a, recorded *whole) {
  size_t bytes = 0;
  char *line = exchange_json_line(a, whole, &bytes);
  if (line && bytes > JSON_MAX_BYTES) {
    free(line);
    make_small(&whole->response);
    line = exchange_json_line(a, whole, &bytes);
  }
  put_line(r, line, bytes);
}

/* Where memory runs out the answer stays as it came, and there will be no recording. `got` is NULL for a request that was refused. */
static const roster_http_response *keep(recorder *r, const pending *p, const roster_http_response *got) {
  jmp_buf escape;
  r->shown = arena_new();
  if (!r->shown || setjmp(escape)) {
    r->broken = true;
    return got;
  }
  arena_on_exhausted(r->shown, out_of_memory, &escape, NULL, NULL);
  recorded whole = begin(r, r->shown, p);
  whole.refused = !got;
  if (got) whole.response = keep_response(r, r->shown, got);
  write_exchange(r, r->shown, &whole);
  r->response = whole.response;
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

static void forget_shown(recorder *r) {
  arena_free(r->shown);
  r->shown = NULL;
}

/* What the caller may be reading stays. */
static void keep_refusal(recorder *r, const pending *p) {
  arena *shown = r->shown;
  roster_http_response response = r->response;
  keep(r, p, NULL);
  arena_free(r->shown);
  r->shown = shown;
  r->response = response;
  r->asked++;
}

static roster_status start(void *self, const roster_http_request *q) {
  recorder *r = self;
  pending *p = pending_new(q, r->asked + 1);
  r->used = true;
  const roster_header signer[] = { { "aws-key-id", q->aws_key_id }, { "aws-secret", q->aws_secret } };
  bool learnt =
      p && redactor_learn(&r->redactor, q->headers, q->header_count) && (!q->aws_sigv4 || redactor_learn(&r->redactor, signer, 2));
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
  forget_shown(r);
  roster_status status = r->inner->next(r->inner->self, timeout_ms, out);
  pending *p = status == ROSTER_OK && *out ? take(r, (*out)->id) : NULL;
  if (p) *out = keep(r, p, *out);
  free(p);
  return status;
}

static void forget_in_flight(recorder *r) {
  for (pending *p = r->in_flight, *after; p; p = after) {
    after = p->next;
    free(p);
  }
  r->in_flight = NULL;
}

/* A validation ends with it, also one that asked nobody. */
static void cancel_all(void *self) {
  recorder *r = self;
  r->used = true;
  forget_shown(r);
  r->inner->cancel_all(r->inner->self);
  forget_in_flight(r);
}

/* ---- the file ---- */

static void settle(recorder *r) {
  bool good = r->used && !r->broken && fflush(r->out) == 0 && !ferror(r->out) && fsync(fileno(r->out)) == 0;
  good = fclose(r->out) == 0 && good && rename(r->beside, r->file) == 0;
  if (!good) unlink(r->beside);
}

static void recorder_free(recorder *r) {
  if (r->owned && r->inner->close) r->inner->close(r->inner->self);
  redactor_wipe(&r->redactor);
  free(r->file);
  free(r->beside);
  free(r);
}

static void close_all(void *self) {
  recorder *r = self;
  if (!r) return;
  forget_shown(r);
  if (r->in_flight) r->inner->cancel_all(r->inner->self);
  forget_in_flight(r);
  settle(r);
  recorder_free(r);
}

/* What stands there is replaced in the end, so it must be a file, or nothing. */
static roster_status refuse_place(const char *file, roster_error *err) {
  struct stat status;
  if (stat(file, &status) != 0 || S_ISREG(status.st_mode)) return ROSTER_OK;
  return fail(err, ROSTER_ESYSTEM, "name a file", "it cannot be written: this is no regular file");
}

static roster_status open_beside(recorder *r, const char *file, roster_error *err) {
  size_t room = strlen(file) + sizeof ".XXXXXX";
  r->file = strdup(file);
  r->beside = malloc(room);
  if (!r->file || !r->beside) return fail(err, ROSTER_ENOMEM, NULL, "not enough memory");
  snprintf(r->beside, room, "%s.XXXXXX", file);
  int fd = mkostemp(r->beside, O_CLOEXEC); /* mode 0600 */
  if (fd < 0)
    return fail(err, ROSTER_ESYSTEM, "name a file in a directory that can be written", "it cannot be written: %s", strerror(errno));
  r->out = fdopen(fd, "w");
  if (r->out) return ROSTER_OK;
  close(fd);
  unlink(r->beside);
  return fail(err, ROSTER_ENOMEM, NULL, "not enough memory");
}

static roster_status set_up(recorder *r, const char *file, roster_error *err) {
  roster_status status = refuse_place(file, err);
  if (status == ROSTER_OK) status = open_beside(r, file, err);
  if (status != ROSTER_OK) return status;
  size_t bytes = 0;
  char *line = exchange_json_heading(&bytes);
  put_line(r, line, bytes);
  r->wall_ms = wall_ms();
  r->began_ms = now_ms();
  r->face = (roster_transport){ sizeof r->face, r, start, next, cancel_all, close_all };
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
  *out = &r->face;
  return ROSTER_OK;
}

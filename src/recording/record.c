/* record: a transport that hands every request on and writes down what came of it. The file appears whole, when the transport is closed. */
#include "recording/recording.h"

#include "base/clock.h"
#include "base/finding.h"
#include "base/secret.h"
#include "base/text.h"
#include "base/writer.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A request under way. */
typedef struct sent {
  struct sent *next;
  uint64_t id, body_hash;
  char *method, *url;
} sent;

typedef struct recorder {
  roster_transport face;
  const roster_transport *inner;
  bool owned, failed;
  keyring ring; /* every header that might be a secret */
  sent *under_way;
  roster_http_response shown;
  char *file, *beside;
  FILE *out;
} recorder;

/* ---- what was asked ---- */

static bool is_harmless(const char *name) {
  static const char *const names[] = { "accept", "content-type", "user-agent", "anthropic-version", "anthropic-beta", "provider" };
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (text_same(names[i], name)) return true;
  return false;
}

static void keep_secret(recorder *r, const char *value) {
  if (*value && !keyring_has(&r->ring, value) && !keyring_add(&r->ring, value, strlen(value))) r->failed = true;
}

static void keep_secrets(recorder *r, const roster_http_request *q) {
  for (size_t i = 0; i < q->header_count; i++) {
    if (is_harmless(q->headers[i].name)) continue;
    const char *value = q->headers[i].value;
    keep_secret(r, text_starts(value, "Bearer ") ? value + strlen("Bearer ") : value);
  }
}

static void sent_free(sent *s) {
  free(s->method);
  free(s->url);
  free(s);
}

static void keep_sent(recorder *r, const roster_http_request *q) {
  sent *s = calloc(1, sizeof *s);
  if (!s) {
    r->failed = true;
    return;
  }
  *s = (sent){ r->under_way, q->id, q->body ? text_hash(q->body, q->body_bytes, 1) : 0, strdup(q->method), strdup(q->url) };
  r->under_way = s;
  r->failed = r->failed || !s->method || !s->url;
}

static sent *take_sent(recorder *r, uint64_t id) {
  for (sent **at = &r->under_way; *at; at = &(*at)->next) {
    sent *s = *at;
    if (s->id != id) continue;
    *at = s->next;
    return s;
  }
  return NULL;
}

/* ---- what came ---- */

static bool is_text(const char *bytes, size_t length) {
  for (size_t i = 0; i < length;) {
    size_t whole = text_character(bytes + i);
    if (!whole || !bytes[i]) return false;
    i += whole;
  }
  return true;
}

/* The bytes without secrets; NULs stay where they are. */
static const char *scrub(const recorder *r, arena *a, const char *bytes, size_t length, size_t *scrubbed) {
  builder b = { .arena = a };
  for (size_t at = 0; at < length;) {
    const char *piece = arena_bytes(a, bytes + at, strnlen(bytes + at, length - at));
    at += strlen(piece);
    build(&b, keyring_redact(&r->ring, a, piece));
    if (at < length) build_bytes(&b, "", 1);
    at++;
  }
  *scrubbed = b.length;
  return built(&b);
}

static const char *hexadecimal(arena *a, const char *bytes, size_t length) {
  builder b = { .arena = a };
  for (size_t i = 0; i < length; i++) build_format(&b, "%02x", (unsigned char)bytes[i]);
  return built(&b);
}

static void write_body(writer *w, const recorder *r, arena *a, const roster_http_response *got) {
  size_t length = 0;
  const char *clean = scrub(r, a, got->body ? got->body : "", got->body_bytes, &length);
  if (is_text(clean, length))
    write_text(w, "body", clean);
  else
    write_text(w, "body_hex", hexadecimal(a, clean, length));
}

static void write_headers(writer *w, const recorder *r, arena *a, const roster_http_response *got) {
  write_open(w, "headers", '[');
  for (size_t i = 0; i < got->header_count; i++) {
    if (text_same(got->headers[i].name, "set-cookie")) continue;
    write_open(w, NULL, '[');
    write_text(w, NULL, got->headers[i].name);
    write_text(w, NULL, keyring_redact(&r->ring, a, got->headers[i].value));
    write_close(w, ']');
  }
  write_close(w, ']');
}

static void write_exchange(writer *w, const recorder *r, arena *a, const sent *s, const roster_http_response *got) {
  write_open(w, NULL, '{');
  write_text(w, "method", s->method);
  write_text(w, "url", keyring_redact(&r->ring, a, s->url));
  if (s->body_hash) write_text(w, "sent_hash", arena_printf(a, "%016llx", (unsigned long long)s->body_hash));
  write_text(w, "failure", failure_name(got->failure));
  write_text(w, "message", keyring_redact(&r->ring, a, got->message ? got->message : ""));
  write_integer(w, "status", got->status);
  write_headers(w, r, a, got);
  write_body(w, r, a, got);
  write_integer(w, "elapsed_ms", got->elapsed_ms);
  write_integer(w, "answered_ms", got->answered_ms);
  write_close(w, '}');
}

static void put_line(recorder *r, writer *w) {
  char *line = write_end(w, NULL);
  if (!line || fputs(line, r->out) < 0 || fputc('\n', r->out) < 0) r->failed = true;
  free(line);
}

static void out_of_memory(void *payload) { longjmp(*(jmp_buf *)payload, 1); }

static void write_down(recorder *r, const sent *s, const roster_http_response *got) {
  jmp_buf escape;
  arena *a = arena_new();
  if (!a || setjmp(escape)) {
    r->failed = true;
  } else {
    writer w = { 0 };
    arena_on_exhausted(a, out_of_memory, &escape, NULL, NULL);
    write_exchange(&w, r, a, s, got);
    put_line(r, &w);
  }
  arena_free(a);
}

/* ---- the transport ---- */

static roster_status start(void *self, const roster_http_request *q) {
  recorder *r = self;
  keep_secrets(r, q);
  roster_status status = r->inner->start(r->inner->self, q);
  if (status == ROSTER_OK) keep_sent(r, q);
  return status;
}

static roster_status next(void *self, long timeout_ms, const roster_http_response **out) {
  recorder *r = self;
  roster_status status = r->inner->next(r->inner->self, timeout_ms, out);
  if (status != ROSTER_OK || !*out) return status;
  sent *s = take_sent(r, (*out)->id);
  if (!s) return status;
  r->shown = **out; /* so that what is used is what is written */
  if (!r->shown.answered_ms) r->shown.answered_ms = wall_ms();
  if (!r->failed) write_down(r, s, &r->shown);
  sent_free(s);
  *out = &r->shown;
  return status;
}

static void cancel_all(void *self) {
  recorder *r = self;
  r->inner->cancel_all(r->inner->self);
  while (r->under_way) sent_free(take_sent(r, r->under_way->id));
}

static void recorder_free(recorder *r) {
  while (r->under_way) sent_free(take_sent(r, r->under_way->id));
  keyring_wipe(&r->ring);
  if (r->out) fclose(r->out);
  if (r->beside) unlink(r->beside); /* gone already where it was renamed */
  free(r->beside);
  free(r->file);
  free(r);
}

static void close_file(void *self) {
  recorder *r = self;
  if (!r) return;
  if (r->owned) r->inner->close(r->inner->self);
  bool good = !r->failed && fflush(r->out) == 0 && fsync(fileno(r->out)) == 0;
  if (good) (void)rename(r->beside, r->file);
  recorder_free(r);
}

static bool open_file(recorder *r, const char *file) {
  size_t room = strlen(file) + sizeof ".XXXXXX";
  r->file = strdup(file);
  r->beside = malloc(room);
  errno = ENOMEM;
  if (!r->file || !r->beside) return false;
  snprintf(r->beside, room, "%s.XXXXXX", file);
  int fd = mkostemp(r->beside, O_CLOEXEC); /* mode 0600 */
  if (fd < 0) {
    free(r->beside);
    r->beside = NULL;
    return false;
  }
  r->out = fdopen(fd, "w");
  if (!r->out) close(fd);
  return r->out != NULL;
}

roster_status record_open(roster_transport **out, const roster_transport *inner, bool owned, const char *file, roster_error *err) {
  recorder *r = calloc(1, sizeof *r);
  if (!r) return fail(err, ROSTER_ENOMEM, NULL, "not enough memory");
  r->face = (roster_transport){ sizeof r->face, r, start, next, cancel_all, close_file };
  if (!open_file(r, file)) {
    roster_status status =
        fail(err, errno == ENOMEM ? ROSTER_ENOMEM : ROSTER_ESYSTEM, NULL, "%s cannot be written: %s", file, strerror(errno));
    recorder_free(r);
    return status;
  }
  r->inner = inner;
  r->owned = owned;
  writer heading = { 0 };
  write_open(&heading, NULL, '{');
  write_integer(&heading, "roster_recording", RECORDING_VERSION);
  write_close(&heading, '}');
  put_line(r, &heading);
  *out = &r->face;
  return ROSTER_OK;
}

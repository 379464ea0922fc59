/* replay: a transport that answers from a recording and makes no connections. A request gets the next unused response of its method,
 * address and body. When all are used the last one is repeated for the rest of the round, which cancel_all ends, and each later round
 * begins with the first again: a request with a made-up key is equal to that with the real one, and its answer must not come in its place.
 * Responses come in the order in which they were recorded, and at once. */
#include "util/descriptor.h"
#include "util/finding.h"
#include "util/lookup.h"
#include "util/text.h"
#include "library/recording/exchange_json.h"
#include "library/recording/recording.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LARGEST_RECORDING ((size_t)1024 * 1024 * 1024)

typedef struct entry {
  recorded exchange;
  size_t line;    /* of the file */
  uint64_t round; /* the last in which it was used; 0: none yet */
} entry;

/* The exchanges with one address, in the order of their requests. */
typedef struct queue {
  const char *name; /* method and URL */
  entry *at;
  size_t count, room;
} queue;

typedef struct pending {
  struct pending *next;
  arena *memory; /* it is in there itself */
  size_t line;   /* of the file; SIZE_MAX: the recording has no such request */
  size_t most_bytes;
  roster_http_response response;
} pending;

typedef struct replay {
  roster_transport transport; /* what the host uses */
  arena *arena;
  jmp_buf escape;
  lookup names;
  queue **queues;
  size_t queue_count, queue_room;
  pending *in_flight, *shown;
  uint64_t round; /* from 1 */
  /* While it is read: */
  FILE *in;
  char *line;
  size_t line_room;
  json_t *json;
  int number; /* of the line */
} replay;

/* ---- looking up ---- */

static const char *name_of(arena *a, const char *method, const char *url) { return arena_printf(a, "%s %s", method, url); }

/* Anything matches where the recording is redacted. */
static bool fits(const char *text, const char *redacted) {
  const char *hole = strstr(redacted, REDACTED);
  if (!hole) return text_is(text, redacted);
  if (strncmp(text, redacted, (size_t)(hole - redacted)) != 0) return false;
  text += hole - redacted;
  for (;;) {
    const char *part = hole + sizeof REDACTED - 1;
    hole = strstr(part, REDACTED);
    size_t length = hole ? (size_t)(hole - part) : strlen(part);
    if (!hole) return strlen(text) >= length && text_is(text + strlen(text) - length, part);
    const char *found = memmem(text, strlen(text), part, length);
    if (!found) return false;
    text = found + length;
  }
}

static queue *find(const replay *r, const char *name) {
  queue *q = lookup_get(&r->names, name);
  for (size_t i = 0; !q && i < r->queue_count; i++)
    if (fits(name, r->queues[i]->name)) q = r->queues[i];
  return q;
}

/* The first that was not used yet; where there is none, the last one if this round has used it, else the first that it has not. */
static const entry *take(queue *q, const roster_http_request *request, uint64_t round) {
  char hash[BODY_HASH];
  entry *unused = NULL, *next = NULL, *last = NULL;
  exchange_body_hash(hash, request);
  for (size_t i = 0; i < q->count; i++) {
    entry *e = &q->at[i];
    if (e->exchange.sent_hash && !text_is(e->exchange.sent_hash, hash)) continue;
    if (!unused && e->round == 0) unused = e;
    if (!next && e->round != round) next = e;
    last = e;
  }
  entry *found = unused ? unused : last && last->round == round ? last : next;
  if (found) found->round = round;
  return found;
}

/* ---- the transport ---- */

static roster_status prepare(replay *r, arena *a, const roster_http_request *request) {
  queue *q = find(r, name_of(a, request->method, request->url));
  const entry *e = q ? take(q, request, r->round) : NULL;
  if (e && e->exchange.refused) return ROSTER_EINVALID;
  pending *f = arena_alloc(a, sizeof *f);
  *f = (pending){ .next = r->in_flight, .memory = a, .line = e ? e->line : SIZE_MAX, .most_bytes = request->max_body_bytes };
  if (e)
    f->response = e->exchange.response;
  else
    f->response = (roster_http_response){
      .size = sizeof f->response,
      .failure = ROSTER_HTTP_OTHER,
      .message = arena_printf(a, "the recording has no answer to %s %s", request->method, request->url),
      .body = "",
    };
  f->response.id = request->id;
  r->in_flight = f;
  return ROSTER_OK;
}

static roster_status start(void *self, const roster_http_request *request) {
  replay *r = self;
  jmp_buf escape;
  arena *a = arena_new();
  if (!a || setjmp(escape)) {
    arena_free(a);
    return ROSTER_ENOMEM;
  }
  arena_jump(a, &escape);
  roster_status status = prepare(r, a, request);
  if (status != ROSTER_OK) arena_free(a);
  return status;
}

static void free_shown(replay *r) {
  if (r->shown) arena_free(r->shown->memory);
  r->shown = NULL;
}

static pending **first_recorded(replay *r) {
  pending **first = &r->in_flight;
  for (pending **at = &r->in_flight; *at; at = &(*at)->next)
    if ((*at)->line <= (*first)->line) first = at; /* of those without a line, the one that was sent first */
  return first;
}

static void apply_limit(pending *f) {
  roster_http_response *out = &f->response;
  if (!f->most_bytes || out->body_bytes <= f->most_bytes) return;
  out->failure = ROSTER_HTTP_TOO_LARGE;
  out->message = "the answer in the recording is larger than is allowed";
  out->body = "";
  out->body_bytes = 0;
}

static roster_status next(void *self, long timeout_ms, const roster_http_response **out) {
  replay *r = self;
  (void)timeout_ms;
  if (!out) return ROSTER_EINVALID;
  *out = NULL;
  free_shown(r);
  pending **at = first_recorded(r), *f = *at;
  if (!f) return ROSTER_OK;
  *at = f->next;
  r->shown = f;
  apply_limit(f);
  *out = &f->response;
  return ROSTER_OK;
}

static void cancel_all(void *self) {
  replay *r = self;
  free_shown(r);
  r->round++;
  for (pending *f = r->in_flight, *after; f; f = after) {
    after = f->next;
    arena_free(f->memory);
  }
  r->in_flight = NULL;
}

/* ---- reading ---- */

static void stop_reading(replay *r) {
  json_decref(r->json);
  free(r->line);
  if (r->in) fclose(r->in);
  r->json = NULL;
  r->line = NULL;
  r->in = NULL;
}

static void close_all(void *self) {
  replay *r = self;
  if (!r) return;
  cancel_all(r);
  stop_reading(r);
  arena_free(r->arena);
  free(r);
}

static void add_exchange(replay *r, const recorded *exchange) {
  const char *name = name_of(r->arena, exchange->method, exchange->url);
  queue *q = lookup_get(&r->names, name);
  if (!q) {
    q = arena_alloc(r->arena, sizeof *q);
    q->name = name;
    lookup_add(&r->names, r->arena, name, q);
    LIST_PUSH(r->arena, r->queues, r->queue_count, r->queue_room, q);
  }
  entry one = { *exchange, (size_t)r->number, 0 };
  LIST_PUSH(r->arena, q->at, q->count, q->room, one);
  size_t i = q->count - 1;
  for (; i > 0 && q->at[i - 1].exchange.asked > exchange->asked; i--) q->at[i] = q->at[i - 1];
  q->at[i] = one;
}

static bool is_blank(const char *line) { return line[strspn(line, " \t\r\n")] == 0; }

/* NULL, or what is wrong with the line in hand. */
static const char *read_line(replay *r, size_t length) {
  const char *why = NULL;
  recorded exchange;
  r->json = json_read(r->arena, r->line, length, &why, NULL);
  if (!r->json) return arena_printf(r->arena, "a line that %s", why);
  why = r->number == 1 ? exchange_json_read_heading(r->json) : exchange_json_read_line(r->arena, r->json, &exchange);
  json_decref(r->json);
  r->json = NULL;
  if (!why && r->number > 1) add_exchange(r, &exchange);
  return why;
}

static bool grow_line(replay *r) {
  const size_t room = r->line_room ? r->line_room * 2 : 4096;
  char *grown = realloc(r->line, room);
  if (!grown) return false;
  r->line = grown;
  r->line_room = room;
  return true;
}

enum { LONGEST_HEADING = 4096 };

/* The next line, with its end, in r->line. False at the end of the file and when it failed, with *why where the line is none: a file of
 * another kind may be one line of a gigabyte. */
static bool next_line(replay *r, size_t *length, const char **why) {
  const size_t most = r->number == 1 ? LONGEST_HEADING : JSON_MAX_BYTES;
  *length = 0;
  for (int c = 0; c != '\n' && (c = getc_unlocked(r->in)) != EOF;) {
    if (*length + 1 >= r->line_room && !grow_line(r)) return false;
    r->line[(*length)++] = (char)c;
    if (c == 0) *why = "it contains a NUL byte";
    if (*length > most) *why = r->number == 1 ? "it does not begin like a recording" : "a line is larger than 8 MiB";
    if (*why) return false;
  }
  if (*length) r->line[*length] = 0;
  return *length > 0;
}

static roster_status read_lines(replay *r, roster_error *err) {
  const char *why = NULL;
  size_t length;
  errno = 0;
  for (r->number = 1; next_line(r, &length, &why); r->number++) {
    why = r->number > 1 && is_blank(r->line) ? NULL : read_line(r, length);
    if (why) break;
  }
  if (why) return fail(err, ROSTER_EINVALID, "record it again, or correct the line", "this is not a recording: %s", why);
  if (ferror(r->in)) return fail(err, ROSTER_ESYSTEM, NULL, "the recording cannot be read completely: %s", strerror(errno));
  if (!feof(r->in)) return fail(err, ROSTER_ENOMEM, NULL, "not enough memory");
  if (r->number > 1) return ROSTER_OK;
  return fail(err, ROSTER_EINVALID, "record it again", "this is not a recording: it is empty");
}

static roster_status open_file(replay *r, const char *file, roster_error *err) {
  struct stat status;
  int fd = descriptor_open(file, O_RDONLY);
  if (fd < 0 || fstat(fd, &status) != 0) {
    int why = errno;
    if (fd >= 0) close(fd);
    return fail(err, ROSTER_ESYSTEM, "name a file that was recorded", "the recording cannot be read: %s", strerror(why));
  }
  const char *wrong = !S_ISREG(status.st_mode)                     ? "this is not a recording: it is not a regular file"
                      : (size_t)status.st_size > LARGEST_RECORDING ? "this recording is larger than 1024 MiB"
                                                                   : NULL;
  r->in = wrong ? NULL : fdopen(fd, "r");
  if (r->in) return ROSTER_OK;
  close(fd);
  return wrong ? fail(err, ROSTER_EINVALID, NULL, "%s", wrong) : fail(err, ROSTER_ENOMEM, NULL, "not enough memory");
}

static roster_status load(replay *r, const char *file, roster_error *err) {
  r->arena = arena_new();
  if (!r->arena || setjmp(r->escape)) return fail(err, ROSTER_ENOMEM, NULL, "not enough memory");
  arena_jump(r->arena, &r->escape);
  roster_status status = open_file(r, file, err);
  return status == ROSTER_OK ? read_lines(r, err) : status;
}

roster_status replay_open(roster_transport **out, const char *file, roster_error *err) {
  replay *r = calloc(1, sizeof *r);
  if (!r) return fail(err, ROSTER_ENOMEM, NULL, "not enough memory");
  r->round = 1;
  roster_status status = load(r, file, err);
  stop_reading(r);
  if (status != ROSTER_OK) {
    if (err) snprintf(err->file, sizeof err->file, "%s", file);
    if (err && status == ROSTER_EINVALID) err->line = r->number;
    close_all(r);
    return status;
  }
  r->transport = (roster_transport){ sizeof r->transport, r, start, next, cancel_all, close_all };
  *out = &r->transport;
  return ROSTER_OK;
}

/* replay: a transport that answers from a recording. Each request gets the answer that the same request got, the n-th the n-th; answers
 * come in the order in which they came then, so that a validation takes the same course. */
#include "recording/recording.h"

#include "base/finding.h"
#include "base/json.h"
#include "base/lookup.h"
#include "base/text.h"

#include <errno.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct taped {
  struct taped *next; /* of the same request */
  const char *sent_hash;
  bool used;
  size_t place; /* in the file */
  roster_http_response response;
} taped;

typedef struct asked {
  uint64_t id;
  taped *answer; /* NULL: it was not recorded */
  char *request;
} asked;

typedef struct player {
  roster_transport face;
  arena *arena;
  lookup tapes; /* by "GET https://..." */
  size_t count;
  asked *waiting;
  size_t waiting_count, waiting_room;
  roster_http_response shown;
  char message[512];
} player;

/* ---- reading ---- */

typedef struct reader {
  player *player;
  const char *file;
  int line;
  roster_error *err;
} reader;

static roster_status refuse(const reader *r, const char *what) {
  fail(r->err, ROSTER_EINVALID, "record it anew, with --record or roster_transport_record", "this is no recording: %s", what);
  if (!r->err) return ROSTER_EINVALID;
  snprintf(r->err->file, sizeof r->err->file, "%s", r->file);
  r->err->line = r->line;
  return ROSTER_EINVALID;
}

static const char *member(arena *a, const json_t *o, const char *name) {
  const char *text = json_string_value(json_object_get(o, name));
  return text ? arena_text(a, text) : NULL;
}

static int digit(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; }

/* NULL where it is none. */
static const char *bytes_of(arena *a, const char *hex, size_t *length) {
  size_t n = strlen(hex);
  char *bytes = arena_alloc(a, n / 2 + 1);
  for (size_t i = 0; i + 1 < n + n % 2; i += 2) {
    int high = digit(hex[i]), low = i + 1 < n ? digit(hex[i + 1]) : -1;
    if (high < 0 || low < 0) return NULL;
    bytes[i / 2] = (char)(high << 4 | low);
  }
  *length = n / 2;
  return bytes;
}

static bool take_body(arena *a, const json_t *o, roster_http_response *into) {
  const char *body = member(a, o, "body"), *hex = member(a, o, "body_hex");
  into->body = body ? body : hex ? bytes_of(a, hex, &into->body_bytes) : NULL;
  if (body) into->body_bytes = strlen(body);
  return into->body != NULL;
}

static bool take_headers(arena *a, const json_t *list, roster_http_response *into) {
  if (list && !json_is_array(list)) return false;
  roster_header *headers = arena_array(a, json_array_size(list), sizeof *headers);
  for (size_t i = 0; i < json_array_size(list); i++) {
    const json_t *pair = json_array_get(list, i);
    const char *name = json_string_value(json_array_get(pair, 0)), *value = json_string_value(json_array_get(pair, 1));
    if (!name || !value) return false;
    headers[into->header_count++] = (roster_header){ arena_text(a, name), arena_text(a, value) };
  }
  into->headers = headers;
  return true;
}

static taped *last_of(taped *t) {
  while (t->next) t = t->next;
  return t;
}

static const char *take_exchange(player *p, const json_t *o) {
  arena *a = p->arena;
  taped *t = arena_alloc(a, sizeof *t);
  roster_http_response *got = &t->response;
  const char *method = member(a, o, "method"), *url = member(a, o, "url"), *failure = member(a, o, "failure");
  if (!method || !url) return "an exchange has a method and a url";
  if (failure && !failure_from_name(failure, &got->failure)) return "'failure' is none of the known words";
  if (!take_body(a, o, got)) return "an exchange has a body, or body_hex";
  if (!take_headers(a, json_object_get(o, "headers"), got)) return "'headers' is a list of [name, value]";
  got->size = sizeof *got;
  got->message = member(a, o, "message") ? member(a, o, "message") : "";
  got->status = (int)json_integer_value(json_object_get(o, "status"));
  got->elapsed_ms = (long)json_integer_value(json_object_get(o, "elapsed_ms"));
  got->answered_ms = json_integer_value(json_object_get(o, "answered_ms"));
  t->sent_hash = member(a, o, "sent_hash");
  t->place = p->count++;
  taped *first = lookup_add(&p->tapes, a, arena_printf(a, "%s %s", method, url), t);
  if (first) last_of(first)->next = t;
  return NULL;
}

static roster_status take_line(reader *r, const char *text, size_t length) {
  const char *why = NULL;
  int line = 0;
  json_t *o = json_read(r->player->arena, text, length, &why, &line);
  if (!why && !json_is_object(o)) why = "a line is an object";
  if (!why && r->line == 1 && json_integer_value(json_object_get(o, "roster_recording")) != RECORDING_VERSION)
    why = "its first line is not {\"roster_recording\":1}";
  if (!why && r->line > 1) why = take_exchange(r->player, o);
  json_decref(o);
  return why ? refuse(r, why) : ROSTER_OK;
}

static roster_status take_file(reader *r, const char *text, size_t length) {
  roster_status status = length ? ROSTER_OK : refuse(r, "it is empty");
  for (size_t at = 0; at < length && status == ROSTER_OK;) {
    const char *end = memchr(text + at, '\n', length - at);
    size_t whole = end ? (size_t)(end - text) - at : length - at;
    r->line++;
    if (whole) status = take_line(r, text + at, whole);
    at += whole + 1;
  }
  return status;
}

static char *read_whole(const char *file, size_t *length) {
  FILE *f = fopen(file, "re");
  char *text = NULL;
  size_t room = 0;
  while (f && !ferror(f) && !feof(f)) {
    if (*length == room) {
      room = room ? room * 2 : 64 * 1024;
      char *more = realloc(text, room);
      if (!more) break;
      text = more;
    }
    *length += fread(text + *length, 1, room - *length, f);
  }
  bool good = f && feof(f);
  int why = errno;
  if (f) fclose(f);
  if (!good) free(text);
  errno = why;
  return good ? text : NULL;
}

/* ---- answering ---- */

/* The first that was not given yet, else the last, that fits. */
static taped *find(player *p, const char *request, const char *hash) {
  taped *fits = NULL;
  for (taped *t = lookup_get(&p->tapes, request); t; t = t->next) {
    if (t->sent_hash && !text_is(t->sent_hash, hash)) continue;
    fits = t;
    if (!t->used) break;
  }
  if (fits) fits->used = true;
  return fits;
}

static roster_status start(void *self, const roster_http_request *q) {
  player *p = self;
  char hash[17] = "", *request = NULL;
  if (p->waiting_count == p->waiting_room) {
    size_t room = p->waiting_room ? p->waiting_room * 2 : 16;
    asked *more = realloc(p->waiting, room * sizeof *more);
    if (!more) return ROSTER_ENOMEM;
    p->waiting = more;
    p->waiting_room = room;
  }
  if (asprintf(&request, "%s %s", q->method, q->url) < 0) return ROSTER_ENOMEM;
  if (q->body) snprintf(hash, sizeof hash, "%016llx", (unsigned long long)text_hash(q->body, q->body_bytes, 1));
  p->waiting[p->waiting_count++] = (asked){ q->id, find(p, request, hash), request };
  return ROSTER_OK;
}

static size_t place_of(const asked *q) { return q->answer ? q->answer->place : 0; }

static roster_status next(void *self, long timeout_ms, const roster_http_response **out) {
  player *p = self;
  (void)timeout_ms;
  *out = NULL;
  if (p->waiting_count == 0) return ROSTER_OK;
  size_t first = 0;
  for (size_t i = 1; i < p->waiting_count; i++)
    if (place_of(&p->waiting[i]) < place_of(&p->waiting[first])) first = i;
  asked q = p->waiting[first];
  memmove(p->waiting + first, p->waiting + first + 1, (--p->waiting_count - first) * sizeof *p->waiting);
  snprintf(p->message, sizeof p->message, "the recording has no answer to %.400s", q.request);
  p->shown = q.answer ? q.answer->response
                      : (roster_http_response){ .size = sizeof p->shown, .failure = ROSTER_HTTP_OTHER, .message = p->message, .body = "" };
  p->shown.id = q.id;
  free(q.request);
  *out = &p->shown;
  return ROSTER_OK;
}

static void cancel_all(void *self) {
  player *p = self;
  while (p->waiting_count > 0) free(p->waiting[--p->waiting_count].request);
}

static void player_free(void *self) {
  player *p = self;
  if (!p) return;
  cancel_all(p);
  free(p->waiting);
  arena_free(p->arena);
  free(p);
}

/* ---- opening ---- */

static void out_of_memory(void *payload) { longjmp(*(jmp_buf *)payload, 1); }

static roster_status take_safely(reader *r, const char *text, size_t length) {
  jmp_buf escape;
  r->player->arena = arena_new();
  if (!r->player->arena || setjmp(escape)) return fail(r->err, ROSTER_ENOMEM, NULL, "not enough memory");
  arena_on_exhausted(r->player->arena, out_of_memory, &escape, NULL, NULL);
  return take_file(r, text, length);
}

roster_status replay_open(roster_transport **out, const char *file, roster_error *err) {
  size_t length = 0;
  char *volatile text = read_whole(file, &length);
  if (!text) return fail(err, errno == ENOMEM ? ROSTER_ENOMEM : ROSTER_ESYSTEM, NULL, "%s cannot be read: %s", file, strerror(errno));
  player *p = calloc(1, sizeof *p);
  reader r = { p, file, 0, err };
  roster_status status = p ? take_safely(&r, text, length) : fail(err, ROSTER_ENOMEM, NULL, "not enough memory");
  free(text);
  if (status != ROSTER_OK) {
    player_free(p);
    return status;
  }
  p->face = (roster_transport){ sizeof p->face, p, start, next, cancel_all, player_free };
  *out = &p->face;
  return ROSTER_OK;
}

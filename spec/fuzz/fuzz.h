/* fuzz: what the fuzz targets share: assertions, and a transport whose answers are the input. Read as text, an input is sections between
 * lines "---"; each is the answer to one request, in the order in which they are sent, and the last one also to all that follow: a status,
 * headers, an empty line, a body. A status below 100 is a failure of that number to be answered at all. */
#ifndef ROSTER_SPEC_FUZZ_H
#define ROSTER_SPEC_FUZZ_H

#include <roster.h>

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(condition) must((condition), #condition, __FILE__, __LINE__)

static inline void must(bool holds, const char *condition, const char *file, int line) {
  if (holds) return;
  fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
  abort();
}

#define FUZZ_KEY "sk-fuzz-0123456789abcdef"

static const roster_variable FUZZ_ENVIRONMENT[] = { { "ACME_API_KEY", FUZZ_KEY } };

/* ---- the input as text ---- */

static inline char *fuzz_text(const uint8_t *data, size_t size) {
  char *text = malloc(size + 1);
  MUST(text != NULL);
  memcpy(text, data, size);
  text[size] = 0;
  return text;
}

/* Cuts off what is before the next `mark`, and leaves *rest behind it, or NULL where there is none. */
static inline char *fuzz_cut(char **rest, const char *mark) {
  char *begin = *rest, *end = begin ? strstr(begin, mark) : NULL;
  if (end) *end = 0;
  *rest = end ? end + strlen(mark) : NULL;
  return begin;
}

/* The next line; "" past the end. */
static inline char *fuzz_line(char **rest) {
  char *line = fuzz_cut(rest, "\n");
  return line ? line : "";
}

/* ---- the transport ---- */

enum { FUZZ_HEADERS = 16, FUZZ_ANSWERS = 16, FUZZ_REQUESTS = 4096 };

typedef struct fuzz_answer {
  int status;
  roster_header headers[FUZZ_HEADERS];
  size_t header_count;
  const char *body;
} fuzz_answer;

typedef struct fuzz_transport {
  roster_transport transport;
  fuzz_answer answers[FUZZ_ANSWERS];
  size_t answer_count, started, answered, cancelled;
  uint64_t ids[FUZZ_REQUESTS];
  void (*on_request)(const roster_http_request *q);
  roster_http_response response;
} fuzz_transport;

static inline void fuzz_answer_read(fuzz_answer *a, char *section) {
  char *line = fuzz_line(&section);
  a->status = atoi(line);
  while (section && *(line = fuzz_line(&section)) && a->header_count < FUZZ_HEADERS) {
    char *value = line, *name = fuzz_cut(&value, ":");
    if (value) a->headers[a->header_count++] = (roster_header){ name, value + strspn(value, " ") };
  }
  a->body = section ? section : "";
}

static inline roster_status fuzz_start(void *self, const roster_http_request *q) {
  fuzz_transport *t = self;
  if (t->started == FUZZ_REQUESTS) return ROSTER_ENOMEM;
  if (t->on_request) t->on_request(q);
  t->ids[t->started++] = q->id;
  return ROSTER_OK;
}

static inline roster_status fuzz_next(void *self, long timeout_ms, const roster_http_response **out) {
  fuzz_transport *t = self;
  (void)timeout_ms;
  *out = NULL;
  if (t->answered == t->started) return ROSTER_OK;
  const fuzz_answer *a = &t->answers[t->answered < t->answer_count ? t->answered : t->answer_count - 1];
  const bool failed = a->status > 0 && a->status <= ROSTER_HTTP_OTHER;
  t->response = (roster_http_response){ .size = sizeof t->response,
                                        .id = t->ids[t->answered++],
                                        .failure = failed ? (roster_http_failure)a->status : ROSTER_HTTP_ANSWERED,
                                        .message = failed ? a->body : "",
                                        .status = failed ? 0 : a->status,
                                        .headers = a->headers,
                                        .header_count = failed ? 0 : a->header_count,
                                        .body = failed ? "" : a->body,
                                        .body_bytes = failed ? 0 : strlen(a->body) };
  *out = &t->response;
  return ROSTER_OK;
}

static inline void fuzz_cancel(void *self) {
  fuzz_transport *t = self;
  t->answered = t->started;
  t->cancelled++;
}

/* The text, which is changed, stays the caller's, and must stay for as long as the transport is used. */
static inline void fuzz_transport_init(fuzz_transport *t, char *text) {
  memset(t, 0, sizeof *t);
  t->transport = (roster_transport){ sizeof t->transport, t, fuzz_start, fuzz_next, fuzz_cancel, NULL };
  do fuzz_answer_read(&t->answers[t->answer_count++], fuzz_cut(&text, "\n---\n"));
  while (text && t->answer_count < FUZZ_ANSWERS);
}

/* ---- what holds of every snapshot ---- */

static inline void fuzz_check_model(const roster_snapshot *s, const roster_model *m) {
  const char *id = roster_model_id(m);
  MUST(id && *id && roster_known(s, id) == m);
  MUST(*roster_state_name(roster_model_state(m)));
  MUST(roster_model_usable(m) || (roster_model_reason_code(m) != ROSTER_REASON_NONE && *roster_model_reason(m)));
}

static inline void fuzz_check_snapshot(const roster_snapshot *s) {
  size_t bytes = 0;
  const char *text = roster_snapshot_json(s, &bytes);
  MUST(text && strlen(text) == bytes && !strstr(text, FUZZ_KEY));
  json_t *document = json_loadb(text, bytes, JSON_REJECT_DUPLICATES, NULL);
  MUST(json_is_object(document));
  json_decref(document);
  MUST(roster_count(s) <= roster_known_count(s));
  for (size_t i = 0; i < roster_known_count(s); i++) fuzz_check_model(s, roster_known_at(s, i));
  for (size_t i = 0; i < roster_count(s); i++) MUST(roster_model_usable(roster_at(s, i)));
}

/* Definitions and nothing else, with the key and without a file of anybody's. */
static inline roster_options fuzz_options(roster_definition *definition, const char *name, const char *text) {
  roster_options o = ROSTER_OPTIONS_INIT;
  *definition = (roster_definition){ name, text };
  o.config = "";
  o.no_builtin = true;
  o.definitions = definition;
  o.definition_count = 1;
  o.environment = FUZZ_ENVIRONMENT;
  o.environment_count = sizeof FUZZ_ENVIRONMENT / sizeof *FUZZ_ENVIRONMENT;
  return o;
}

#endif

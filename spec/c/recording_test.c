/* recording: the transports that record and replay, tested over a canned one.
 *
 * Links with: -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=strdup
 */
#include "canned.h"
#include "check.h"

#include <unistd.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);
char *__wrap_strdup(const char *text);

static long until_failure = -1; /* -1: never */
static bool failed;

static bool fails(void) {
  if (until_failure < 0) return false;
  if (until_failure-- > 0) return false;
  failed = true;
  return true;
}

void *__wrap_malloc(size_t size) { return fails() ? NULL : __real_malloc(size); }
void *__wrap_calloc(size_t count, size_t size) { return fails() ? NULL : __real_calloc(count, size); }
void *__wrap_realloc(void *block, size_t size) { return fails() ? NULL : __real_realloc(block, size); }

char *__wrap_strdup(const char *text) {
  char *copy = __wrap_malloc(strlen(text) + 1);
  return copy ? strcpy(copy, text) : NULL;
}

static char root[CHECK_FOLDER], file[CHECK_PATH];

/* ---- an inner transport that answers one request at a time, the last one first ---- */

typedef struct inner {
  roster_transport transport;
  roster_http_response answer; /* of all, but for the id */
  uint64_t waiting[8];
  size_t count, cancelled, closed;
  roster_status start;
} inner;

static roster_status inner_start(void *self, const roster_http_request *q) {
  inner *i = self;
  if (i->start == ROSTER_OK) i->waiting[i->count++] = q->id;
  return i->start;
}

static roster_status inner_next(void *self, long timeout_ms, const roster_http_response **out) {
  inner *i = self;
  (void)timeout_ms;
  *out = NULL;
  if (i->count == 0) return ROSTER_OK;
  i->answer.id = i->waiting[--i->count];
  *out = &i->answer;
  return ROSTER_OK;
}

static void inner_cancel(void *self) {
  ((inner *)self)->count = 0;
  ((inner *)self)->cancelled++;
}

static void inner_close(void *self) { ((inner *)self)->closed++; }

static void inner_init(inner *i, const char *body, size_t bytes) {
  *i = (inner){ .answer = { .size = sizeof i->answer, .message = "", .status = 200, .body = body, .body_bytes = bytes, .elapsed_ms = 5 } };
  i->transport = (roster_transport){ sizeof i->transport, i, inner_start, inner_next, inner_cancel, inner_close };
}

static const roster_header HEADERS[] = { { "Authorization", "Bearer sk-canary-0123456789" }, { "content-type", "application/json" } };

static roster_status ask_tagged(const roster_transport *t, uint64_t id, const char *url, const char *body, const char *tags) {
  roster_http_request q = {
    .size = sizeof q, .id = id, .method = body ? "POST" : "GET", .url = url, .headers = HEADERS, .header_count = 2
  };
  q.body = body;
  q.tags = tags;
  q.body_bytes = body ? strlen(body) : 0;
  q.max_body_bytes = 16 * 1024 * 1024;
  return t ? t->start(t->self, &q) : ROSTER_EINVALID;
}

static roster_status ask(const roster_transport *t, uint64_t id, const char *url, const char *body) {
  return ask_tagged(t, id, url, body, NULL);
}

static const roster_http_response *receive(const roster_transport *t) {
  const roster_http_response *r = NULL;
  return t && t->next(t->self, 1000, &r) == ROSTER_OK ? r : NULL;
}

static void close_transport(roster_transport *t) {
  if (t) t->close(t->self);
}

static bool file_exists(void) { return access(file, F_OK) == 0; }

static roster_transport *recorder(inner *i) {
  roster_transport *t = NULL;
  roster_transport_record(&t, &i->transport, file, NULL);
  return t;
}

static roster_transport *player(void) {
  roster_transport *t = NULL;
  roster_transport_replay(&t, file, NULL);
  return t;
}

static bool receives(const roster_transport *t, uint64_t id, const char *body, size_t bytes) {
  const roster_http_response *r = receive(t);
  return r && r->id == id && r->body_bytes == bytes && memcmp(r->body, body, bytes) == 0 && r->body[bytes] == 0;
}

/* Records one exchange with this body. */
static void record_one(inner *i, const char *body, size_t bytes) {
  inner_init(i, body, bytes);
  roster_transport *t = recorder(i);
  ask(t, 1, "https://a.test/one", NULL);
  receive(t);
  close_transport(t);
}

/* ---- the transports ---- */

static void recorded_responses_are_replayed(void) {
  inner i;
  inner_init(&i, "{}", 2);
  roster_transport *t = recorder(&i);
  ask(t, 7, "https://a.test/one", NULL);
  ask(t, 8, "https://a.test/two", "{\"x\":1}");
  const roster_http_response *r = receive(t);
  int64_t when = r ? r->answered_ms : 0;
  check(r && r->id == 8 && when > 1700000000000, "a recorder passes each response on with the time of its arrival");
  check(receive(t) && !receive(t) && !file_exists(), "a recorder writes no file until it is closed");
  close_transport(t);
  check(file_exists() && i.closed == 0, "a closed recorder has written its file and leaves the inner transport open");
  t = player();
  ask(t, 21, "https://a.test/one", NULL);
  ask(t, 22, "https://a.test/two", "{\"x\":1}");
  r = receive(t);
  check(r && r->id == 22 && r->answered_ms == when && r->elapsed_ms == 5 && r->status == 200,
        "a player returns responses in the recorded order, with their times");
  check(receives(t, 21, "{}", 2) && !receive(t), "a player answers each request once, without waiting");
  ask(t, 23, "https://a.test/one", NULL);
  ask(t, 24, "https://a.test/one", NULL);
  check(receives(t, 23, "{}", 2) || receives(t, 24, "{}", 2), "a player repeats its last response for further equal requests");
  t->cancel_all(t->self);
  check(!receive(t), "a player returns no response after cancel_all");
  ask(t, 25, "https://a.test/one", NULL);
  check(receives(t, 25, "{}", 2), "a player begins again after cancel_all");
  close_transport(t);
}

/* How many requests a replay sends at a time follows from it. */
static void shared_connections_are_kept(void) {
  for (int shared = 0; shared < 2; shared++) {
    inner i;
    inner_init(&i, "{}", 2);
    i.answer.multiplexed = shared;
    roster_transport *t = recorder(&i);
    ask(t, 1, "https://a.test/one", NULL);
    const roster_http_response *r = receive(t);
    const bool passed = r && r->multiplexed == shared;
    close_transport(t);
    t = player();
    ask(t, 2, "https://a.test/one", NULL);
    r = receive(t);
    check(passed && r && r->multiplexed == shared, shared ? "a recording keeps that a connection is shared" : "and that it is not");
    close_transport(t);
  }
}

static void bodies_count(void) {
  inner i;
  inner_init(&i, "{}", 2);
  roster_transport *t = recorder(&i);
  ask_tagged(t, 1, "https://a.test/x", "{\"model\":\"a\",\"tags\":{\"team\":\"red\"}}", "{\"team\":\"red\"}");
  receive(t);
  i.answer.status = 404;
  ask(t, 2, "https://a.test/x", "{\"model\":\"b\"}");
  receive(t);
  close_transport(t);
  t = player();
  ask_tagged(t, 1, "https://a.test/x", "{\"model\":\"b\",\"tags\":{\"team\":\"a } \\\" {\"}}", "{\"team\":\"a } \\\" {\"}");
  const roster_http_response *r = receive(t);
  check(r && r->status == 404, "requests to the same URL are distinguished by their bodies, whatever the tags");
  ask(t, 2, "https://a.test/x", "{\"model\":\"a\"}");
  r = receive(t);
  check(r && r->status == 200, "a request without tags matches one that was recorded with tags");
  ask(t, 3, "https://a.test/x", "{\"model\":\"c\"}");
  r = receive(t);
  check(r && r->failure == ROSTER_HTTP_OTHER && r->status == 0 &&
            strstr(r->message, "the recording has no answer to POST https://a.test/x"),
        "a request that was not recorded fails with a message that names it");
  close_transport(t);
}

static void bytes_come_back(void) {
  static const char odd[] = "\xff\0\xfe {\"\x80";
  static const char texts[] = "tab\t \"quote\" \\ \xc3\xa4 \xf0\x9f\x8c\xb2 \x7f \x01";
  inner i;
  record_one(&i, odd, sizeof odd - 1);
  roster_transport *t = player();
  ask(t, 3, "https://a.test/one", NULL);
  check(receives(t, 3, odd, sizeof odd - 1), "a binary body is replayed unchanged");
  close_transport(t);
  record_one(&i, texts, sizeof texts - 1);
  t = player();
  ask(t, 3, "https://a.test/one", NULL);
  check(receives(t, 3, texts, sizeof texts - 1), "a body with any characters is replayed unchanged");
  close_transport(t);
}

static void secrets_stay_out(void) {
  inner i;
  inner_init(&i, "no: sk-canary-0123456789!", 25);
  roster_transport *t = recorder(&i);
  ask(t, 1, "https://a.test/one?key=sk-canary-0123456789&b", NULL);
  check(receives(t, 1, "no: [redacted]!", 15), "a recorder passes on the redacted body that it writes");
  close_transport(t);
  char text[2048] = "";
  FILE *f = fopen(file, "r");
  check(f && fread(text, 1, sizeof text - 1, f) > 100 && !strstr(text, "canary"), "the file of a recorder does not contain the secret");
  if (f) fclose(f);
  t = player();
  ask(t, 2, "https://a.test/one?key=another&b", NULL);
  check(receives(t, 2, "no: [redacted]!", 15), "a URL that contained a secret matches one with any other value in its place");
  ask(t, 2, "https://a.test/one?key=another&c", NULL);
  const roster_http_response *r = receive(t);
  check(r && r->failure == ROSTER_HTTP_OTHER, "a URL that contained a secret must be equal in all other parts");
  close_transport(t);
}

static void too_much(void) {
  enum { MUCH = 9 * 1024 * 1024 };
  char *body = malloc(MUCH + 1);
  inner i;
  if (!body) return;
  memset(body, 'a', MUCH);
  body[MUCH] = 0;
  inner_init(&i, body, MUCH);
  roster_transport *t = recorder(&i);
  ask(t, 1, "https://a.test/one", NULL);
  const roster_http_response *r = receive(t);
  check(r && r->failure == ROSTER_HTTP_TOO_LARGE, "a response that is too large to record is too large for the caller as well");
  close_transport(t);
  t = player();
  ask(t, 1, "https://a.test/one", NULL);
  r = receive(t);
  check(r && r->failure == ROSTER_HTTP_TOO_LARGE && r->body_bytes == 0,
        "a response that was too large to record is too large in the replay");
  close_transport(t);
  free(body);
  record_one(&i, "0123456789", 10);
  t = player();
  roster_http_request q = { .size = sizeof q, .id = 4, .method = "GET", .url = "https://a.test/one", .max_body_bytes = 9 };
  t->start(t->self, &q);
  r = receive(t);
  check(r && r->failure == ROSTER_HTTP_TOO_LARGE, "a player respects the size limit of a request");
  close_transport(t);
}

static void refusals(void) {
  inner i;
  inner_init(&i, "{}", 2);
  i.start = ROSTER_EINVALID;
  roster_transport *t = recorder(&i);
  check(ask(t, 1, "https://a.test/one", NULL) == ROSTER_EINVALID && !receive(t),
        "a recorder returns the error for a request that cannot be sent");
  i.start = ROSTER_ENOMEM;
  check(ask(t, 2, "https://a.test/two", NULL) == ROSTER_ENOMEM, "a recorder returns the error when memory runs out for a request");
  close_transport(t);
  t = player();
  check(ask(t, 1, "https://a.test/one", NULL) == ROSTER_EINVALID && !receive(t),
        "a player returns the recorded error for a request that could not be sent");
  check(ask(t, 2, "https://a.test/two", NULL) == ROSTER_OK && receive(t),
        "a player treats a request that ran out of memory as not recorded");
  close_transport(t);
}

static void wrong_calls(void) {
  roster_transport *t = NULL;
  roster_error err;
  inner i;
  inner_init(&i, "{}", 2);
  check(roster_transport_record(NULL, &i.transport, file, &err) == ROSTER_EINVALID &&
            roster_transport_replay(NULL, file, &err) == ROSTER_EINVALID &&
            roster_transport_record(&t, &i.transport, NULL, &err) == ROSTER_EINVALID &&
            roster_transport_replay(&t, NULL, NULL) == ROSTER_EINVALID,
        "NULL arguments are rejected");
  unlink(file);
  t = recorder(&i);
  close_transport(t);
  check(t && !file_exists(), "a recorder without any request leaves no file");
  t = recorder(&i);
  ask(t, 1, "https://a.test/one", NULL);
  t->cancel_all(t->self);
  check(i.cancelled == 1 && !receive(t), "cancel_all reaches the inner transport");
  close_transport(t);
  check(file_exists(), "a recorder whose requests got no response leaves a file as well");
}

/* ---- a registry ---- */

static char *document_of(const roster_transport *t) {
  canned c;
  roster_definition d;
  canned_init(&c);
  roster_options o = canned_options(&c, &d, CANNED_DEFINITIONS);
  o.transport = t;
  roster *r = NULL;
  if (roster_open(&r, &o, NULL) != ROSTER_OK) return NULL;
  roster_refresh(r, NULL);
  const roster_snapshot *s = roster_acquire(r);
  char *text = strdup(roster_snapshot_json(s, NULL));
  roster_release(s);
  roster_close(r);
  return text;
}

static void a_registry_replays_its_document(void) {
  canned c;
  canned_init(&c);
  roster_transport *t = NULL;
  roster_transport_record(&t, &c.transport, file, NULL);
  char *first = document_of(t);
  close_transport(t);
  t = player();
  usleep(1100 * 1000); /* a difference would show in checked_at */
  char *second = document_of(t), *third = document_of(t);
  close_transport(t);
  check(first && second && strstr(first, "\"ready\"") && strcmp(first, second) == 0, "a registry produces the same document from a replay");
  check(first && third && strcmp(first, third) == 0, "a registry produces the same document from a second pass over the same replay");
  free(first);
  free(second);
  free(third);
}

/* ---- more refreshes than were recorded ---- */

static roster_status answer_by_key(void *self, const roster_http_request *q) {
  canned *c = self;
  c->status = 401;
  for (size_t i = 0; i < q->header_count; i++)
    if (strcmp(q->headers[i].value, "Bearer sk-canned-key-0123456789") == 0) c->status = 200;
  c->body = c->status == 200 ? CANNED_LIST : "{\"error\":{\"message\":\"no\",\"type\":\"t\",\"code\":\"c\"}}";
  return canned_start(self, q);
}

/* The host has to show that it tells keys apart, so a request with a made-up key follows that with the real one. */
static const char CONTROLLED[] =
    "provider \"acme\" { title = \"Acme\", protocol = \"openai-chat\", base_url = \"https://api.example.test\",\n"
    "  credential = secret \"ACME_API_KEY\", list_proves = \"shown\" }\n"
    "model \"alpha\" { provider = \"acme\", api_name = \"alpha-1\" }\n";

/* How many refreshes in a row find the model ready. */
static int ready_in_a_row(canned *c, const roster_transport *t, int most) {
  roster_definition d;
  roster_options o = canned_options(c, &d, CONTROLLED);
  o.transport = t;
  roster *r = NULL;
  if (roster_open(&r, &o, NULL) != ROSTER_OK) return -1;
  int n = 0;
  for (bool ready = true; n < most && ready; n += ready) {
    roster_refresh(r, NULL);
    const roster_snapshot *s = roster_acquire(r);
    ready = roster_model_state(roster_known(s, "alpha")) == ROSTER_READY;
    roster_release(s);
  }
  roster_close(r);
  return n;
}

static void a_recording_that_is_used_up_begins_again(void) {
  for (int recorded = 1; recorded <= 2; recorded++) {
    canned c;
    canned_init(&c);
    c.transport.start = answer_by_key;
    roster_transport *t = NULL;
    roster_transport_record(&t, &c.transport, file, NULL);
    check(ready_in_a_row(&c, t, recorded) == recorded && c.sent == (size_t)recorded + 1, "a recorded refresh sends a made-up key once");
    close_transport(t);
    t = player();
    check(ready_in_a_row(&c, t, 5) == 5 && ready_in_a_row(&c, t, 5) == 5,
          "further refreshes of a replay find what was recorded, whose answer to a made-up key is not that to the real one");
    close_transport(t);
  }
}

/* ---- a busy machine ---- */

enum { LOOKED_UP = 20, BUSY_MS = 100, TIMEOUT_MS = 1000 }; /* the look-ups take twice the time that there is */

/* Between two responses much time goes by that neither of them took. */
static roster_status busy_next(void *self, long timeout_ms, const roster_http_response **out) {
  canned *c = self;
  usleep(BUSY_MS * 1000);
  const roster_status status = canned_next(self, timeout_ms, out);
  c->response.elapsed_ms = 1;
  return status;
}

static char *document_of_many(const roster_transport *t, const char *text) {
  roster_definition d;
  canned c;
  canned_init(&c);
  roster_options o = canned_options(&c, &d, text);
  o.transport = t;
  o.timeout_ms = TIMEOUT_MS;
  roster *r = NULL;
  if (roster_open(&r, &o, NULL) != ROSTER_OK) return NULL;
  roster_refresh(r, NULL);
  const roster_snapshot *all = roster_acquire(r);
  char *document = strdup(roster_snapshot_json(all, NULL));
  roster_release(all);
  roster_close(r);
  return document;
}

static void a_busy_machine_decides_nothing(void) {
  char text[4096], body[4096];
  int used = snprintf(text, sizeof text,
                      "provider \"acme\" { protocol = \"openai-chat\", base_url = \"https://api.example.test\",\n"
                      "  credential = secret \"ACME_API_KEY\", list_proves = \"key\" }\n");
  int length = snprintf(body, sizeof body, "{\"id\":\"m\",\"data\":[");
  for (int i = 0; i < LOOKED_UP; i++) {
    used += snprintf(text + used, sizeof text - (size_t)used, "model \"m%d\" { provider = \"acme\" }\n", i);
    length += snprintf(body + length, sizeof body - (size_t)length, "%s{\"id\":\"m%d\"}", i ? "," : "", i);
  }
  snprintf(body + length, sizeof body - (size_t)length, "]}");
  canned c;
  canned_init(&c);
  c.body = body;
  c.transport.next = busy_next;
  roster_transport *t = NULL;
  roster_transport_record(&t, &c.transport, file, NULL);
  char *first = document_of_many(t, text);
  close_transport(t);
  t = player();
  char *second = document_of_many(t, text);
  close_transport(t);
  check(c.sent == 1 + LOOKED_UP, "what a machine takes between responses ends no time of an endpoint in a run that is recorded");
  check(first && second && strcmp(first, second) == 0, "a recording that a busy machine made is replayed to the same document");
  free(first);
  free(second);
}

/* ---- memory ---- */

static bool fine(roster_status status) { return status == ROSTER_OK || status == ROSTER_ENOMEM; }

/* True when the n-th allocation was reached. */
static bool record_short_of_memory(long nth, int *wrong) {
  inner i;
  roster_transport *t = NULL;
  unlink(file);
  inner_init(&i, "{\"a\":\"sk-canary-0123456789\"}", 28);
  failed = false;
  until_failure = nth;
  roster_status status = roster_transport_record(&t, &i.transport, file, NULL);
  if (!fine(status) || (status == ROSTER_OK) != (t != NULL)) (*wrong)++;
  if (t && !fine(ask(t, 1, "https://a.test/one", "{}"))) (*wrong)++;
  if (t && i.count && !receive(t)) (*wrong)++; /* the response is returned even if the recording fails */
  close_transport(t);
  until_failure = -1;
  t = file_exists() ? player() : NULL;
  if (file_exists() && !t) (*wrong)++; /* complete or not at all */
  close_transport(t);
  return failed;
}

static bool replay_short_of_memory(long nth, int *wrong) {
  roster_transport *t = NULL;
  failed = false;
  until_failure = nth;
  roster_status status = roster_transport_replay(&t, file, NULL);
  if (!fine(status) || (status == ROSTER_OK) != (t != NULL)) (*wrong)++;
  status = t ? ask(t, 1, "https://a.test/one", "{}") : ROSTER_ENOMEM;
  if (!fine(status) || (status == ROSTER_OK && !receive(t))) (*wrong)++;
  close_transport(t);
  until_failure = -1;
  return failed;
}

static void memory_runs_out(void) {
  int wrong = 0;
  long n = 0;
  while (n < 1000 && record_short_of_memory(n, &wrong)) n++;
  check(wrong == 0 && n > 5 && n < 1000 && file_exists(),
        "a recorder that runs out of memory still passes the response on and leaves no partial file");
  for (n = 0; n < 1000 && replay_short_of_memory(n, &wrong);) n++;
  check(wrong == 0 && n > 4 && n < 1000, "a player that runs out of memory returns ROSTER_ENOMEM");
}

int main(void) {
  if (!check_folder(root)) return 1;
  snprintf(file, sizeof file, "%s/r.jsonl", root);
  recorded_responses_are_replayed();
  shared_connections_are_kept();
  bodies_count();
  bytes_come_back();
  secrets_stay_out();
  too_much();
  refusals();
  wrong_calls();
  a_registry_replays_its_document();
  a_recording_that_is_used_up_begins_again();
  a_busy_machine_decides_nothing();
  memory_runs_out();
  check_folder_remove(root);
  return check_close();
}

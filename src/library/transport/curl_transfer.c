/* curl_transfer: see libcurl.h. */
#include "library/transport/libcurl.h"

#include "util/platform.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* libcurl's own timeout gives a better message, so it gets a head start. It does not cover a request that waits for another's handshake. */
enum { GRACE_MS = 50, MOST_HEADERS = 64, MOST_KEPT_BYTES = 64 * 1024 };

typedef struct bytes {
  char *at; /* NUL-terminated once something was added */
  size_t used, room;
} bytes;

struct transfer {
  roster_http_response response;
  transfer *next;
  CURL *easy;
  outgoing *sent;
  void *store; /* of certificates: see trust */
  failure_evidence evidence;
  long refusals; /* before it */
  int64_t started_ms;
  int64_t heard_ms; /* when the latest bytes came; 0: none yet */
  bool in_head, looking_up;
  size_t head_bytes; /* of all heads, also those of interim responses */
  bytes head;        /* name, NUL, value, NUL, ... of the last one */
  bytes body;
  roster_header headers[MOST_HEADERS];
  char message[CURL_ERROR_SIZE + 64];
  char detail[CURL_ERROR_SIZE];
};

/* An answer may repeat the key. */
static void bytes_free(bytes *b) {
  if (b->at) wipe(b->at, b->used);
  free(b->at);
}

static bool bytes_add(bytes *b, const char *data, size_t n) {
  const size_t used = b->used;
  if (n >= b->room - b->used) {
    size_t room = (b->used + n + 1) * 2;
    char *grown = malloc(room);
    if (!grown) return false;
    if (b->used) memcpy(grown, b->at, b->used);
    bytes_free(b);
    *b = (bytes){ grown, used, room };
  }
  memcpy(b->at + b->used, data, n);
  b->used += n;
  b->at[b->used] = 0;
  return true;
}

/* What a callback returns to make libcurl stop: any number but the one it was given. */
static size_t stop(transfer *t, failure_cause cause) {
  t->evidence.cause = cause;
  return 0;
}

static size_t on_body(char *data, size_t one, size_t n, void *payload) {
  transfer *t = payload;
  (void)one;
  t->heard_ms = process_clock_ms();
  if (n > t->evidence.max_body_bytes - t->body.used) return stop(t, CAUSE_BODY);
  return bytes_add(&t->body, data, n) ? n : stop(t, CAUSE_MEMORY);
}

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

static void trim(const char **data, size_t *n) {
  while (*n && is_blank((*data)[*n - 1])) --*n;
  while (*n && is_blank(**data)) ++*data, --*n;
}

static void lower(char *text, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (text[i] >= 'A' && text[i] <= 'Z') text[i] = (char)(text[i] + ('a' - 'A'));
}

/* A line that begins with a space continues the one before; no header that roster reads is written like that. */
static bool keep_header(transfer *t, const char *line, size_t n) {
  const char *colon = memchr(line, ':', n);
  if (!colon || is_blank(*line)) return true;
  size_t name = (size_t)(colon - line), length = n - name - 1;
  const char *value = colon + 1;
  trim(&value, &length);
  trim(&line, &name);
  if (t->response.header_count == MOST_HEADERS || t->head.used + name + length + 2 > MOST_KEPT_BYTES) return true;
  size_t at = t->head.used;
  if (!bytes_add(&t->head, line, name) || !bytes_add(&t->head, "", 1)) return false;
  if (!bytes_add(&t->head, value, length) || !bytes_add(&t->head, "", 1)) return false;
  lower(t->head.at + at, name);
  t->response.header_count++;
  return true;
}

/* Called with the status line, each header and the empty line of every response, also of interim ones, and with trailers at the end. */
static size_t on_header(char *data, size_t one, size_t n, void *payload) {
  transfer *t = payload;
  const char *line = data;
  size_t length = n;
  (void)one;
  t->heard_ms = process_clock_ms();
  t->head_bytes += n;
  if (t->head_bytes > MOST_HEAD_BYTES) return stop(t, CAUSE_HEAD);
  trim(&line, &length);
  if (!t->in_head && length > 5 && memcmp(line, "HTTP/", 5) == 0) {
    t->in_head = true;
    t->head.used = t->response.header_count = 0;
  } else if (length == 0) {
    t->in_head = false;
  } else if (t->in_head && !keep_header(t, data, n)) {
    return stop(t, CAUSE_MEMORY);
  }
  return n;
}

static int on_lookup(void *resolver, void *unused, void *payload) {
  (void)resolver;
  (void)unused;
  ((transfer *)payload)->looking_up = true;
  return 0;
}

#define SET(option, value) (curl_easy_setopt(t->easy, option, value) == CURLE_OK)

static bool listen_to(transfer *t) {
  return SET(CURLOPT_WRITEFUNCTION, on_body) && SET(CURLOPT_WRITEDATA, t) && SET(CURLOPT_HEADERFUNCTION, on_header) &&
         SET(CURLOPT_HEADERDATA, t) && SET(CURLOPT_ERRORBUFFER, t->detail) && SET(CURLOPT_PRIVATE, t) &&
         SET(CURLOPT_RESOLVER_START_FUNCTION, on_lookup) && SET(CURLOPT_RESOLVER_START_DATA, t) &&
         SET(CURLOPT_OPENSOCKETDATA, &t->evidence.no_socket);
}

/* A bundle that was read into the store is not read by libcurl again. It stays in the settings, as a directory in which nothing is: libcurl
 * compares these before it uses a connection or a session of another request, which may trust other authorities. */
static bool share_trust(transfer *t, const roster_http_request *r, trust *trusted) {
  t->store = trust_share(trusted, handle_authorities(r, trusted->system), r->ca_file != NULL);
  return !t->store || (SET(CURLOPT_SSL_CTX_FUNCTION, trust_use) && SET(CURLOPT_SSL_CTX_DATA, t->store) &&
                       (!r->ca_file || (SET(CURLOPT_CAINFO, NULL) && SET(CURLOPT_CAPATH, r->ca_file))));
}

static bool prepare(transfer *t, const roster_http_request *r, trust *trusted) {
  t->sent = outgoing_new(r);
  t->easy = curl_easy_init();
  t->started_ms = process_clock_ms();
  t->refusals = process_refusals();
  t->response = (roster_http_response){ .size = sizeof t->response, .id = r->id };
  t->evidence = (failure_evidence){ .easy = t->easy,
                                    .detail = t->detail,
                                    .by_proxy = r->proxy && *r->proxy,
                                    .timeout_ms = handle_timeout_ms(r),
                                    .connect_timeout_ms = handle_connect_timeout_ms(r),
                                    .max_body_bytes = r->max_body_bytes };
  if (signing_is_wanted(r) && !signing_is_possible(r)) t->evidence.cause = CAUSE_UNSIGNED;
  return t->sent && t->easy && listen_to(t) && handle_set_up(t->easy, r, t->sent, trusted->system) && share_trust(t, r, trusted);
}

roster_status transfer_new(transfer **out, const roster_http_request *request, trust *trusted) {
  if (!outgoing_is_sound(request)) return ROSTER_EINVALID;
  transfer *t = calloc(1, sizeof *t);
  if (!t) return ROSTER_ENOMEM;
  errno = 0;
  if (prepare(t, request, trusted)) {
    *out = t;
    return ROSTER_OK;
  }
  roster_status status = errno == ENOMEM ? ROSTER_ENOMEM : ROSTER_EINVALID;
  transfer_free(t);
  return status;
}

/* What of it belongs to libcurl, and the secrets that were sent. */
static void let_go(transfer *t) {
  curl_easy_cleanup(t->easy);
  outgoing_free(t->sent);
  trust_release(t->store);
  t->store = NULL;
  t->easy = t->evidence.easy = NULL;
  t->sent = NULL;
}

void transfer_free(transfer *t) {
  if (!t) return;
  let_go(t);
  bytes_free(&t->head);
  bytes_free(&t->body);
  wipe(t->message, sizeof t->message);
  wipe(t->detail, sizeof t->detail);
  free(t);
}

transfer **transfer_next(transfer *t) { return &t->next; }

CURL *transfer_handle(const transfer *t) { return t->easy; }

transfer *transfer_of(CURL *easy) {
  char *t = NULL;
  curl_easy_getinfo(easy, CURLINFO_PRIVATE, &t);
  return (transfer *)(void *)t;
}

bool transfer_may_go(const transfer *t) { return t->evidence.cause == CAUSE_CURL; }

void transfer_refuse(transfer *t, failure_cause why, int number) {
  t->evidence.cause = why;
  t->evidence.no_socket = number;
}

bool transfer_looks_up(transfer *t) {
  curl_off_t microseconds = 0;
  if (t->looking_up && curl_easy_getinfo(t->easy, CURLINFO_NAMELOOKUP_TIME_T, &microseconds) == CURLE_OK && microseconds > 0)
    t->looking_up = false;
  return t->looking_up;
}

static int64_t deadline_ms(const transfer *t) { return t->started_ms + t->evidence.timeout_ms + GRACE_MS; }

/* Before the first byte a model may be thinking, so only the request's timeout applies. Silence after it is a stall. */
int64_t transfer_due_ms(const transfer *t) {
  int64_t stall = t->heard_ms + STALL_MS;
  return t->heard_ms && stall < deadline_ms(t) ? stall : deadline_ms(t);
}

static void list_headers(transfer *t) {
  const char *at = t->head.at;
  for (size_t i = 0; i < t->response.header_count; i++) {
    const char *value = at + strlen(at) + 1;
    t->headers[i] = (roster_header){ .name = at, .value = value };
    at = value + strlen(value) + 1;
  }
  t->response.headers = t->headers;
}

static long elapsed_ms(const transfer *t, bool timed_out) {
  curl_off_t microseconds = 0;
  if (timed_out) return (long)(process_clock_ms() - t->started_ms);
  curl_easy_getinfo(t->easy, CURLINFO_TOTAL_TIME_T, &microseconds);
  return (long)(microseconds / 1000);
}

static bool is_multiplexed(const transfer *t) {
  long version = CURL_HTTP_VERSION_NONE;
  curl_easy_getinfo(t->easy, CURLINFO_HTTP_VERSION, &version);
  return version >= CURL_HTTP_VERSION_2_0;
}

static bool was_sent(const transfer *t) {
  curl_off_t microseconds = 0;
  curl_easy_getinfo(t->easy, CURLINFO_PRETRANSFER_TIME_T, &microseconds);
  return microseconds > 0;
}

/* A family of addresses that is not supported is no such failure: another may be. */
static bool lacks_socket(const transfer *t) {
  const int number = t->evidence.no_socket;
  return number == EMFILE || number == ENFILE || number == ENOBUFS || number == ENOMEM;
}

/* Sockets could be made, but not connected: each port of this machine is taken, say. */
static bool lacks_port(transfer *t) {
  long number = 0;
  curl_easy_getinfo(t->easy, CURLINFO_OS_ERRNO, &number);
  t->evidence.no_port = number == EADDRNOTAVAIL || number == ENOBUFS || number == ENOMEM ? (int)number : 0;
  return t->evidence.no_port;
}

static bool is_of_this_machine(transfer *t, CURLcode code) {
  if (code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_RESOLVE_PROXY) return strstr(t->detail, "thread failed to start");
  return code == CURLE_COULDNT_CONNECT && (lacks_socket(t) || lacks_port(t));
}

/* Where an allocation was refused while it ran, any failure may come of that: a name that could not be looked up, say. libcurl answers "out
 * of memory" to a header that is longer than it takes, too. */
static void find_cause(transfer *t, CURLcode code, bool timed_out) {
  failure_evidence *e = &t->evidence;
  e->code = code;
  if (e->cause != CAUSE_CURL || code == CURLE_OK) return;
  if (process_refusals() != t->refusals || strstr(t->detail, "malloc failure") || process_is_starved())
    e->cause = CAUSE_MEMORY;
  else if (is_of_this_machine(t, code))
    e->cause = CAUSE_SYSTEM;
  else if (timed_out)
    e->cause = transfer_due_ms(t) < deadline_ms(t) ? CAUSE_STALL : CAUSE_DEADLINE;
  else if (code == CURLE_OUT_OF_MEMORY)
    e->cause = was_sent(t) ? CAUSE_LINE : CAUSE_MEMORY;
}

bool transfer_is_starved(const transfer *t) { return t->evidence.cause == CAUSE_MEMORY; }

/* libcurl takes the end of the connection for the end of the headers. */
static CURLcode check_head(transfer *t, CURLcode code) {
  if (code != CURLE_OK || !t->in_head) return code;
  snprintf(t->detail, sizeof t->detail, "its headers do not end");
  return CURLE_PARTIAL_FILE;
}

/* The body is given only when it is complete. */
static void respond(transfer *t, CURLcode code, bool timed_out) {
  roster_http_response *r = &t->response;
  long status = 0;
  find_cause(t, check_head(t, code), timed_out);
  r->failure = failure_of(&t->evidence);
  failure_message(t->message, sizeof t->message, r->failure, &t->evidence);
  curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
  bool complete = r->failure == ROSTER_HTTP_ANSWERED && t->body.used > 0;
  r->message = t->message;
  r->status = (int)status;
  r->body = complete ? t->body.at : "";
  r->body_bytes = complete ? t->body.used : 0;
  r->elapsed_ms = elapsed_ms(t, timed_out);
  r->multiplexed = is_multiplexed(t);
  list_headers(t);
}

void transfer_finish(transfer *t, CURLM *multi, CURLcode code, bool timed_out) {
  respond(t, code, timed_out);
  if (multi) curl_multi_remove_handle(multi, t->easy);
  let_go(t);
}

const roster_http_response *transfer_response(const transfer *t) { return &t->response; }

/* stand_in_http: what the server uses of libmicrohttpd, without sockets: a text becomes one request, which goes through the functions that
 * MHD_start_daemon was given, in the order in which libmicrohttpd calls them, and the answer is kept to be looked at. Parsing is of the
 * simplest: what libmicrohttpd makes of bytes is not our code. */
#ifndef ROSTER_FUZZ_STAND_IN_HTTP_H
#define ROSTER_FUZZ_STAND_IN_HTTP_H

#include "fuzz.h"

#include "server/http_server.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MOST_PAIRS = 64, MOST_ANSWER_HEADERS = 16, PIECE = 700, MOST_STREAM = 256 * 1024 };

typedef struct pair {
  char *name, *value; /* value may be NULL */
} pair;

struct MHD_Response {
  unsigned references;
  const char *body;
  size_t size;
  bool owned;
  pair headers[MOST_ANSWER_HEADERS];
  size_t count;
  MHD_ContentReaderCallback read;
  MHD_ContentReaderFreeCallback end;
  void *payload;
};

struct MHD_Connection {
  void *context, *slot;
  char *text, *method, *path, *version, *body;
  size_t body_size, header_size;
  pair headers[MOST_PAIRS], arguments[MOST_PAIRS];
  size_t header_count, argument_count;
  bool suspended;
  unsigned status;
  struct MHD_Response *response;
  char *streamed; /* what a response with a callback gave */
  size_t streamed_size;
};

static struct {
  MHD_AccessHandlerCallback take;
  MHD_NotifyConnectionCallback connected;
  MHD_RequestCompletedCallback completed;
  void *payload, *connected_payload, *completed_payload;
  pthread_mutex_t lock;
  pthread_cond_t resumed;
} stand_in = { .lock = PTHREAD_MUTEX_INITIALIZER, .resumed = PTHREAD_COND_INITIALIZER };

/* ---- the daemon ---- */

static void take_option(enum MHD_OPTION option, va_list *more) {
  switch ((int)option) {
  case MHD_OPTION_NOTIFY_COMPLETED:
    stand_in.completed = va_arg(*more, MHD_RequestCompletedCallback);
    stand_in.completed_payload = va_arg(*more, void *);
    break;
  case MHD_OPTION_NOTIFY_CONNECTION:
    stand_in.connected = va_arg(*more, MHD_NotifyConnectionCallback);
    stand_in.connected_payload = va_arg(*more, void *);
    break;
  case MHD_OPTION_UNESCAPE_CALLBACK:
    (void)va_arg(*more, void *);
    (void)va_arg(*more, void *);
    break;
  case MHD_OPTION_THREAD_STACK_SIZE:
  case MHD_OPTION_CONNECTION_MEMORY_LIMIT: (void)va_arg(*more, size_t); break;
  case MHD_OPTION_LISTEN_SOCKET:
  case MHD_OPTION_CONNECTION_LIMIT:
  case MHD_OPTION_CONNECTION_TIMEOUT: (void)va_arg(*more, unsigned); break;
  default: abort(); /* an option that is new here */
  }
}

struct MHD_Daemon *MHD_start_daemon(unsigned flags, uint16_t port, MHD_AcceptPolicyCallback admit, void *admit_payload,
                                    MHD_AccessHandlerCallback take, void *payload, ...) {
  (void)flags, (void)port, (void)admit, (void)admit_payload;
  va_list more;
  stand_in.take = take;
  stand_in.payload = payload;
  va_start(more, payload);
  for (int option; (option = va_arg(more, int)) != MHD_OPTION_END;) take_option((enum MHD_OPTION)option, &more);
  va_end(more);
  return (struct MHD_Daemon *)&stand_in;
}

MHD_socket MHD_quiesce_daemon(struct MHD_Daemon *daemon) {
  (void)daemon;
  return -1;
}

void MHD_stop_daemon(struct MHD_Daemon *daemon) { (void)daemon; }

/* ---- responses ---- */

static struct MHD_Response *new_response(void) {
  struct MHD_Response *r = calloc(1, sizeof *r);
  MUST(r != NULL);
  r->references = 1;
  return r;
}

struct MHD_Response *MHD_create_response_from_buffer(size_t size, void *body, enum MHD_ResponseMemoryMode mode) {
  struct MHD_Response *r = new_response();
  r->body = body;
  r->size = size;
  r->owned = mode == MHD_RESPMEM_MUST_FREE;
  return r;
}

struct MHD_Response *MHD_create_response_from_callback(uint64_t size, size_t block, MHD_ContentReaderCallback read, void *payload,
                                                       MHD_ContentReaderFreeCallback end) {
  (void)size, (void)block;
  struct MHD_Response *r = new_response();
  r->read = read;
  r->end = end;
  r->payload = payload;
  return r;
}

enum MHD_Result MHD_add_response_header(struct MHD_Response *r, const char *name, const char *value) {
  MUST(r->count < MOST_ANSWER_HEADERS && *name && !strpbrk(name, "\r\n\t :") && !strpbrk(value, "\r\n\t"));
  r->headers[r->count++] = (pair){ strdup(name), strdup(value) };
  return MHD_YES;
}

void MHD_destroy_response(struct MHD_Response *r) {
  if (--r->references) return;
  if (r->end) r->end(r->payload);
  if (r->owned) free((void *)(uintptr_t)r->body);
  for (size_t i = 0; i < r->count; i++) {
    free(r->headers[i].name);
    free(r->headers[i].value);
  }
  free(r);
}

enum MHD_Result MHD_queue_response(struct MHD_Connection *c, unsigned status, struct MHD_Response *r) {
  MUST(!c->response && status >= 200 && status < 600);
  c->status = status;
  c->response = r;
  r->references++;
  return MHD_YES;
}

static const char *answer_header(const struct MHD_Connection *c, const char *name) {
  for (size_t i = 0; i < c->response->count; i++)
    if (strcasecmp(c->response->headers[i].name, name) == 0) return c->response->headers[i].value;
  return NULL;
}

/* ---- requests ---- */

const union MHD_ConnectionInfo *MHD_get_connection_info(struct MHD_Connection *c, enum MHD_ConnectionInfoType type, ...) {
  static union MHD_ConnectionInfo info;
  memset(&info, 0, sizeof info);
  if (type == MHD_CONNECTION_INFO_SOCKET_CONTEXT) info.socket_context = c->context;
  if (type == MHD_CONNECTION_INFO_CONNECTION_FD) info.connect_fd = -1;
  if (type == MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE) info.header_size = c->header_size;
  return &info;
}

int MHD_get_connection_values(struct MHD_Connection *c, enum MHD_ValueKind kind, MHD_KeyValueIterator take, void *payload) {
  const pair *list = kind == MHD_HEADER_KIND ? c->headers : c->arguments;
  size_t count = kind == MHD_HEADER_KIND ? c->header_count : c->argument_count, i = 0;
  while (i < count && take(payload, kind, list[i].name, list[i].value) == MHD_YES) i++;
  return (int)i;
}

int MHD_get_connection_values_n(struct MHD_Connection *c, enum MHD_ValueKind kind, MHD_KeyValueIteratorN take, void *payload) {
  MUST(kind == MHD_HEADER_KIND);
  for (size_t i = 0; i < c->header_count; i++) {
    const pair *h = &c->headers[i];
    if (take(payload, kind, h->name, strlen(h->name), h->value, h->value ? strlen(h->value) : 0) != MHD_YES) return (int)i;
  }
  return (int)c->header_count;
}

void MHD_suspend_connection(struct MHD_Connection *c) {
  pthread_mutex_lock(&stand_in.lock);
  c->suspended = true;
  pthread_mutex_unlock(&stand_in.lock);
}

void MHD_resume_connection(struct MHD_Connection *c) {
  pthread_mutex_lock(&stand_in.lock);
  c->suspended = false;
  pthread_cond_broadcast(&stand_in.resumed);
  pthread_mutex_unlock(&stand_in.lock);
}

static void await_resumption(struct MHD_Connection *c) {
  pthread_mutex_lock(&stand_in.lock);
  while (c->suspended) pthread_cond_wait(&stand_in.resumed, &stand_in.lock);
  pthread_mutex_unlock(&stand_in.lock);
}

static char *cut(char *text, char at) {
  char *end = strchr(text, at);
  if (!end) return NULL;
  *end = '\0';
  return end + 1;
}

static void read_arguments(struct MHD_Connection *c, char *query) {
  for (char *next; query && c->argument_count < MOST_PAIRS; query = next) {
    next = cut(query, '&');
    char *value = cut(query, '=');
    c->arguments[c->argument_count++] = (pair){ query, value };
  }
}

static void read_headers(struct MHD_Connection *c, char *line) {
  for (char *next; line && *line && c->header_count < MOST_PAIRS; line = next) {
    next = cut(line, '\n');
    line[strcspn(line, "\r")] = '\0';
    char *value = cut(line, ':');
    if (value) c->headers[c->header_count++] = (pair){ line, value + strspn(value, " \t") };
  }
}

/* False when it is no request at all. */
static bool read_request(struct MHD_Connection *c, const char *text, size_t size) {
  const char *end = memmem(text, size, "\r\n\r\n", 4);
  size_t head = end ? (size_t)(end + 4 - text) : size;
  *c = (struct MHD_Connection){ .text = malloc(size + 1), .header_size = head };
  memcpy(c->text, text, size);
  c->text[size] = '\0';
  c->body = c->text + head;
  c->body_size = size - head;
  if (end) c->text[head - 2] = '\0';
  char *headers = cut(c->text, '\n');
  c->text[strcspn(c->text, "\r")] = '\0';
  c->method = c->text;
  if (!(c->path = cut(c->method, ' ')) || !(c->version = cut(c->path, ' ')) || strncmp(c->version, "HTTP/1.", 7) != 0) return false;
  read_arguments(c, cut(c->path, '?'));
  read_headers(c, headers);
  return true;
}

/* ---- one request from its beginning to its end ---- */

static bool hand_over(struct MHD_Connection *c, const char *piece, size_t size) {
  size_t left = size;
  if (stand_in.take(stand_in.payload, c, c->path, c->method, c->version, piece, &left, &c->slot) != MHD_YES) return false;
  MUST(!left); /* the server leaves no piece of a body for later */
  await_resumption(c);
  return true;
}

static bool hand_over_all(struct MHD_Connection *c, bool has_body) {
  if (!hand_over(c, NULL, 0)) return false;
  for (size_t at = 0; has_body && !c->response && at < c->body_size; at += PIECE)
    if (!hand_over(c, c->body + at, c->body_size - at < PIECE ? c->body_size - at : PIECE)) return false;
  for (int i = 0; !c->response && i < 3; i++)
    if (!hand_over(c, NULL, 0)) return false;
  return c->response;
}

/* A stream is heard until it has nothing more to say. */
static void hear(struct MHD_Connection *c) {
  c->streamed = malloc(MOST_STREAM);
  while (c->streamed && c->streamed_size < MOST_STREAM) {
    ssize_t got = c->response->read(c->response->payload, c->streamed_size, c->streamed + c->streamed_size, MOST_STREAM - c->streamed_size);
    if (got <= 0) break;
    c->streamed_size += (size_t)got;
  }
}

/* False when the connection is closed without an answer. */
static bool converse(struct MHD_Connection *c, bool has_body) {
  stand_in.connected(stand_in.connected_payload, c, &c->context, MHD_CONNECTION_NOTIFY_STARTED);
  bool answered = hand_over_all(c, has_body);
  if (answered && c->response->read) hear(c);
  return answered;
}

static void hang_up(struct MHD_Connection *c) {
  stand_in.completed(stand_in.completed_payload, c, &c->slot, MHD_REQUEST_TERMINATED_COMPLETED_OK);
  if (c->response) MHD_destroy_response(c->response);
  stand_in.connected(stand_in.connected_payload, c, &c->context, MHD_CONNECTION_NOTIFY_CLOSED);
  free(c->streamed);
  free(c->text);
}

#endif

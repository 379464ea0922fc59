/* raw_server: see server.h. A thread that accepts, and a thread for each connection; all of them are joined, because the library may be
 * unloaded next. Of HTTP it knows only where a request ends. */
#include "mock/server.h"
#include "util/descriptor.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- a request from a plain socket: head, then body ---- */

enum { LARGEST_HEAD = 1024 * 1024, READ_PIECE = 16 * 1024 };

typedef struct inbox {
  const server_group *group;
  int socket;
  char *bytes;
  size_t used, room;
} inbox;

/* 0 at the end of what the client sends, on an error and when the group stops. */
static size_t receive(const inbox *in, char *into, size_t room) {
  for (;;) {
    ssize_t got = recv(in->socket, into, room, 0);
    if (got >= 0) return (size_t)got;
    if (errno == EINTR) continue;
    if (errno != EAGAIN || server_group_wait(in->group, in->socket, POLLIN, -1) != WOKE_SOCKET) return 0;
  }
}

static bool receive_more(inbox *in) {
  if (in->room - in->used < READ_PIECE) {
    size_t room = in->room ? in->room * 2 : 2 * READ_PIECE;
    char *bytes = room <= LARGEST_HEAD ? realloc(in->bytes, room) : NULL;
    if (!bytes) return false;
    in->bytes = bytes;
    in->room = room;
  }
  size_t got = receive(in, in->bytes + in->used, in->room - in->used);
  in->used += got;
  return got > 0;
}

/* The size of the head with its empty line, 0 while that is missing. */
static size_t head_size(const inbox *in) {
  const char *end = in->used ? memmem(in->bytes, in->used, "\r\n\r\n", 4) : NULL;
  return end ? (size_t)(end - in->bytes) + 4 : 0;
}

static const char *skip_blanks(const char *at, const char *end) {
  while (at < end && (*at == ' ' || *at == '\t')) at++;
  return at;
}

static bool add_header_line(request *req, const char *line, size_t size) {
  const char *colon = memchr(line, ':', size), *end = line + size;
  if (!colon) return true;
  const char *value = skip_blanks(colon + 1, end);
  while (end > value && (end[-1] == ' ' || end[-1] == '\t')) end--;
  return request_add_header(req, line, (size_t)(colon - line), value, (size_t)(end - value));
}

/* "METHOD ADDRESS VERSION"; whatever is missing is empty. */
static request *parse_first_line(const char *line, size_t size) {
  const char *blank = memchr(line, ' ', size);
  size_t method = blank ? (size_t)(blank - line) : size;
  const char *address = blank ? blank + 1 : line + size, *end = line + size;
  const char *stop = memchr(address, ' ', (size_t)(end - address));
  request *req = request_new(address, (size_t)((stop ? stop : end) - address));
  if (req && request_set_method(req, line, method)) return req;
  request_free(req);
  return NULL;
}

static request *parse_head(const char *head, size_t size) {
  const char *end = head + size, *stop = memmem(head, size, "\r\n", 2);
  request *req = parse_first_line(head, (size_t)(stop - head));
  while (req && stop + 2 < end) {
    const char *line = stop + 2;
    stop = memmem(line, (size_t)(end - line), "\r\n", 2);
    if (add_header_line(req, line, (size_t)(stop - line))) continue;
    request_free(req);
    req = NULL;
  }
  return req;
}

/* Unread bytes would turn the close at the end of the script into a reset. */
static bool read_body(const inbox *in, request *req, size_t head) {
  const char *announced = request_header(req, "content-length");
  unsigned long long size = announced ? strtoull(announced, NULL, 10) : 0;
  size_t here = in->used - head;
  if (here && !request_add_body(req, in->bytes + head, here)) return false;
  while (req->body_size < size) {
    char piece[READ_PIECE];
    size_t got = receive(in, piece, sizeof piece);
    if (!got) return true;
    if (!request_add_body(req, piece, got)) return false;
  }
  return true;
}

/* The head and, where it announces a length, the body, as leniently as the log allows. New. NULL when the client went away before the head
 * was complete, sent more than 1 MiB of head, or the group stops. */
static request *read_request(const server_group *group, int socket) {
  inbox in = { .group = group, .socket = socket };
  request *req = NULL;
  size_t head = 0;
  while (!head && receive_more(&in)) head = head_size(&in);
  if (head && in.bytes) req = parse_head(in.bytes, head);
  if (req && !read_body(&in, req, head)) {
    request_free(req);
    req = NULL;
  }
  free(in.bytes);
  return req;
}

enum { BACKLOG = 128, PIECE = 64 * 1024, PAUSE_AFTER_FAILURE_MS = 10 };

typedef struct connection {
  struct connection *next;
  raw_server *owner;
  int socket;
  long number;
  pthread_t thread;
  atomic_bool gone;
} connection;

struct raw_server {
  const scenario_server *config;
  server_group *group;
  int listener;
  unsigned port;
  bool accepting;
  pthread_t thread;
  connection *connections; /* of the accepting thread, until that is joined */
};

/* ---- one connection ---- */

static bool send_all(const connection *c, const char *bytes, size_t size) {
  while (size) {
    ssize_t sent = descriptor_send(c->socket, bytes, size);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && errno != EAGAIN) return false;
    server_group_event event = server_group_wait(c->owner->group, sent < 0 ? c->socket : -1, POLLOUT, sent < 0 ? -1 : 0);
    if (event == WOKE_STOP) return false;
    if (sent < 0) continue;
    bytes += sent;
    size -= (size_t)sent;
  }
  return true;
}

/* Small pieces repeated often are sent as larger ones. */
static bool send_repeated(const connection *c, const scenario_step *step) {
  size_t fold = step->size && step->size < PIECE ? PIECE / step->size : 1, left = (size_t)step->repeat;
  if (fold > left) fold = left;
  if (!step->size) return true;
  if (fold < 2) {
    for (; left; left--)
      if (!send_all(c, step->bytes, step->size)) return false;
    return true;
  }
  char *folded = malloc(fold * step->size);
  if (!folded) return false;
  for (size_t i = 0; i < fold; i++) memcpy(folded + i * step->size, step->bytes, step->size);
  bool sent = true;
  for (; left && sent; left -= fold) {
    if (fold > left) fold = left;
    sent = send_all(c, folded, fold * step->size);
  }
  free(folded);
  return sent;
}

/* Closing with a linger time of 0 sends a reset instead of an end. */
static void prepare_reset(const connection *c) {
  struct linger nothing = { .l_onoff = 1, .l_linger = 0 };
  setsockopt(c->socket, SOL_SOCKET, SO_LINGER, &nothing, sizeof nothing);
}

static bool run_step(const connection *c, const scenario_step *step) {
  switch (step->kind) {
  case STEP_SEND: return send_repeated(c, step);
  case STEP_SLEEP: return server_group_wait(c->owner->group, -1, 0, step->sleep_ms) == WOKE_TIME;
  case STEP_HANG: server_group_wait(c->owner->group, c->socket, GONE, -1); return false;
  case STEP_RESET: prepare_reset(c); return false;
  }
  return false;
}

static void *serve_connection(void *payload) {
  connection *c = payload;
  const scenario_server *config = c->owner->config;
  request *req = read_request(c->owner->group, c->socket);
  if (req) {
    req->connection = c->number;
    req->number = atomic_fetch_add(&c->owner->group->requests, 1) + 1;
    server_group_log(c->owner->group, config->name, req, 0);
    for (size_t i = 0; i < config->step_count && run_step(c, &config->script[i]); i++) continue;
  }
  request_free(req);
  close(c->socket);
  atomic_store(&c->gone, true);
  return NULL;
}

/* ---- all connections ---- */

static void begin_connection(raw_server *s, int socket) {
  connection *c = calloc(1, sizeof *c);
  if (c) {
    *c = (connection){ .next = s->connections, .owner = s, .socket = socket };
    c->number = atomic_fetch_add(&s->group->connections, 1) + 1;
    if (pthread_create(&c->thread, NULL, serve_connection, c) == 0) {
      s->connections = c;
      return;
    }
  }
  free(c);
  close(socket);
}

static void join_finished(raw_server *s, bool all) {
  for (connection **link = &s->connections; *link;) {
    connection *c = *link;
    if (!all && !atomic_load(&c->gone)) {
      link = &c->next;
      continue;
    }
    pthread_join(c->thread, NULL);
    *link = c->next;
    free(c);
  }
}

static void *accept_connections(void *payload) {
  raw_server *s = payload;
  while (server_group_wait(s->group, s->listener, POLLIN, -1) == WOKE_SOCKET) {
    int socket = descriptor_accept(s->listener);
    join_finished(s, false);
    if (socket >= 0)
      begin_connection(s, socket);
    else if (errno != EAGAIN && errno != EINTR)
      server_group_wait(s->group, -1, 0, PAUSE_AFTER_FAILURE_MS);
  }
  return NULL;
}

static bool listen_on_loopback(raw_server *s) {
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
  socklen_t size = sizeof address;
  s->listener = descriptor_socket(AF_INET, SOCK_STREAM, 0);
  if (s->listener < 0 || !descriptor_unblock(s->listener) || bind(s->listener, (struct sockaddr *)&address, size) ||
      listen(s->listener, BACKLOG))
    return false;
  if (getsockname(s->listener, (struct sockaddr *)&address, &size)) return false;
  s->port = ntohs(address.sin_port);
  return true;
}

static bool start(const error_path *at, raw_server *s) {
  if (!listen_on_loopback(s)) return error_path_refuse(at, "cannot listen: %s", strerror(errno));
  int problem = pthread_create(&s->thread, NULL, accept_connections, s);
  s->accepting = problem == 0;
  return s->accepting || error_path_refuse(at, "cannot start a thread: %s", strerror(problem));
}

raw_server *raw_server_start(const error_path *at, const scenario_server *config, server_group *group) {
  raw_server *s = calloc(1, sizeof *s);
  if (!s) {
    error_path_out_of_memory(at);
    return NULL;
  }
  *s = (raw_server){ .config = config, .group = group, .listener = -1 };
  if (start(at, s)) return s;
  raw_server_stop(s);
  return NULL;
}

unsigned raw_server_port(const raw_server *s) { return s->port; }

void raw_server_stop(raw_server *s) {
  if (!s) return;
  if (s->accepting) pthread_join(s->thread, NULL);
  join_finished(s, true);
  if (s->listener >= 0) close(s->listener);
  free(s);
}

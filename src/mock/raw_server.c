/* raw_server: see server.h. A thread that accepts, and a thread for each connection; all of them are joined, because the library may be
 * unloaded next. Of HTTP it knows only where a request ends. */
#include "mock/server.h"
#include "mock/wire.h"
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

/* ---- a request from the wire: head, then body ---- */

enum { LARGEST_HEAD = 1024 * 1024, READ_PIECE = 16 * 1024 };

typedef struct inbox {
  const wire *from;
  char *bytes;
  size_t used, room;
} inbox;

static bool receive_more(inbox *in) {
  if (in->room - in->used < READ_PIECE) {
    size_t room = in->room ? in->room * 2 : 2 * READ_PIECE;
    char *bytes = room <= LARGEST_HEAD ? realloc(in->bytes, room) : NULL;
    if (!bytes) return false;
    in->bytes = bytes;
    in->room = room;
  }
  size_t got = wire_receive(in->from, in->bytes + in->used, in->room - in->used);
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
    size_t got = wire_receive(in->from, piece, sizeof piece);
    if (!got) return true;
    if (!request_add_body(req, piece, got)) return false;
  }
  return true;
}

/* The head and, where it announces a length, the body, as leniently as the log allows. New. NULL when the client went away before the head
 * was complete, sent more than 1 MiB of head, or the group stops. */
static request *read_request(const wire *from) {
  inbox in = { .from = from };
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

enum { BACKLOG = 128, CROWD = 4, PIECE = 64 * 1024, PAUSE_AFTER_FAILURE_MS = 10 };

typedef struct connection {
  struct connection *next;
  raw_server *owner;
  wire wire;
  long number;
  pthread_t thread;
  atomic_bool gone;
} connection;

struct raw_server {
  const scenario_server *config;
  server_group *group;
  identity *identity; /* NULL: in the clear */
  int listener;
  int crowd[CROWD]; /* connections of its own that keep its queue full; -1: none */
  unsigned port;
  bool accepting;
  pthread_t thread;
  connection *connections; /* of the accepting thread, until that is joined */
};

/* ---- one connection ---- */

/* Small pieces repeated often are sent as larger ones. */
static bool send_repeated(const connection *c, const scenario_step *step) {
  size_t fold = step->size && step->size < PIECE ? PIECE / step->size : 1, left = (size_t)step->repeat;
  if (fold > left) fold = left;
  if (!step->size) return true;
  if (fold < 2) {
    for (; left; left--)
      if (!wire_send(&c->wire, step->bytes, step->size)) return false;
    return true;
  }
  char *folded = malloc(fold * step->size);
  if (!folded) return false;
  for (size_t i = 0; i < fold; i++) memcpy(folded + i * step->size, step->bytes, step->size);
  bool sent = true;
  for (; left && sent; left -= fold) {
    if (fold > left) fold = left;
    sent = wire_send(&c->wire, folded, fold * step->size);
  }
  free(folded);
  return sent;
}

/* Closing with a linger time of 0 sends a reset instead of an end. */
static void prepare_reset(const connection *c) {
  struct linger nothing = { .l_onoff = 1, .l_linger = 0 };
  setsockopt(c->wire.socket, SOL_SOCKET, SO_LINGER, &nothing, sizeof nothing);
}

static bool take_request(const connection *c) {
  request *req = read_request(&c->wire);
  if (!req) return false;
  req->connection = c->number;
  req->number = atomic_fetch_add(&c->owner->group->requests, 1) + 1;
  server_group_log(c->owner->group, c->owner->config->name, req, 0);
  request_free(req);
  return true;
}

static bool wait_for_client(const connection *c) {
  server_group_wait(c->owner->group, c->wire.socket, GONE, -1);
  return false;
}

static bool run_step(const connection *c, const scenario_step *step) {
  switch (step->kind) {
  case STEP_SEND: return send_repeated(c, step);
  case STEP_SEND_BENEATH: return wire_send_beneath(&c->wire, step->bytes, step->size);
  case STEP_SLEEP: return server_group_wait(c->owner->group, -1, 0, step->number) == WOKE_TIME;
  case STEP_READ: return take_request(c);
  case STEP_ALERT: wire_alert(&c->wire, step->number); return true;
  case STEP_HALF_CLOSE:
    wire_end_tls(&c->wire);
    shutdown(c->wire.socket, SHUT_WR);
    return wait_for_client(c);
  case STEP_HANG: return wait_for_client(c);
  case STEP_RESET: prepare_reset(c); return false;
  case STEP_CUT: return false;
  }
  return false;
}

static void run_script(const connection *c) {
  const scenario_server *config = c->owner->config;
  if (!config->greets && !take_request(c)) return;
  for (size_t i = 0; i < config->step_count; i++)
    if (!run_step(c, &config->script[i])) return;
  wire_end_tls(&c->wire);
}

static void *serve_connection(void *payload) {
  connection *c = payload;
  if (wire_open(&c->wire, c->owner->group, c->wire.socket, c->owner->identity)) run_script(c);
  wire_close(&c->wire);
  atomic_store(&c->gone, true);
  return NULL;
}

/* ---- all connections ---- */

static void begin_connection(raw_server *s, int socket) {
  connection *c = calloc(1, sizeof *c);
  if (c) {
    *c = (connection){ .next = s->connections, .owner = s, .wire.socket = socket };
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

typedef union loopback {
  struct sockaddr any;
  struct sockaddr_in four;
  struct sockaddr_in6 six;
} loopback;

static socklen_t loopback_of(const raw_server *s, loopback *out) {
  *out = (loopback){ 0 };
  if (!s->config->six) {
    out->four = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    return sizeof out->four;
  }
  out->six = (struct sockaddr_in6){ .sin6_family = AF_INET6, .sin6_addr = in6addr_loopback };
  return sizeof out->six;
}

static bool listen_on_loopback(raw_server *s) {
  loopback address;
  socklen_t size = loopback_of(s, &address);
  s->listener = descriptor_socket(address.any.sa_family, SOCK_STREAM, 0);
  if (s->listener < 0 || !descriptor_unblock(s->listener) || bind(s->listener, &address.any, size) ||
      listen(s->listener, s->config->full ? 0 : BACKLOG))
    return false;
  if (getsockname(s->listener, &address.any, &size)) return false;
  s->port = ntohs(s->config->six ? address.six.sin6_port : address.four.sin_port);
  for (size_t i = 0; s->config->full && i < CROWD; i++) {
    s->crowd[i] = descriptor_socket(address.any.sa_family, SOCK_STREAM, 0);
    if (s->crowd[i] >= 0 && descriptor_unblock(s->crowd[i])) connect(s->crowd[i], &address.any, size);
  }
  return true;
}

static bool start(const error_path *at, raw_server *s) {
  if (s->config->tls.cert && !(s->identity = identity_new(at, &s->config->tls))) return false;
  if (!listen_on_loopback(s)) return error_path_refuse(at, "cannot listen: %s", strerror(errno));
  if (s->config->full) return true;
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
  *s = (raw_server){ .config = config, .group = group, .listener = -1, .crowd = { -1, -1, -1, -1 } };
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
  for (size_t i = 0; i < CROWD; i++)
    if (s->crowd[i] >= 0) close(s->crowd[i]);
  identity_free(s->identity);
  free(s);
}

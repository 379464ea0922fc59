/* http_server: see http_server.h. Opens the listening socket and runs libmicrohttpd on it. One thread waits for all connections (epoll), so
 * that a slow client costs a socket and not a thread; a second one would not serve more requests where a client shares the machine, and
 * would make the slowest responses slower. A request is parsed, admitted and routed in that thread; only a refresh leaves it. */
#include "server/http_server.h"

#include "util/finding.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 512, SILENCE_SECONDS = 30, CONNECTION_BYTES = 10 * 1024, STACK_BYTES = 256 * 1024 };

/* ---- a Unix socket ---- */

/* A socket file outlives its server. It is replaced only if nothing listens on it. */
static bool is_left_over(const struct sockaddr_un *at) {
  struct stat status;
  if (lstat(at->sun_path, &status) != 0 || !S_ISSOCK(status.st_mode)) return false;
  int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  bool refused = probe >= 0 && connect(probe, (const struct sockaddr *)at, sizeof *at) != 0 && errno == ECONNREFUSED;
  if (probe >= 0) close(probe);
  return refused;
}

static roster_status open_file(listening_socket *out, const char *path, roster_error *err) {
  struct sockaddr_un at = { .sun_family = AF_UNIX };
  if (!*path || strlen(path) >= sizeof at.sun_path)
    return fail(err, ROSTER_EINVALID, NULL, "--listen: a socket's path has 1 to %zu bytes", sizeof at.sun_path - 1);
  memcpy(at.sun_path, path, strlen(path) + 1);
  if (is_left_over(&at)) unlink(path);
  out->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  mode_t before = umask(0177); /* never accessible to others, not even for a moment */
  int failed = out->fd < 0 || bind(out->fd, (struct sockaddr *)&at, sizeof at) != 0 || listen(out->fd, BACKLOG) != 0 ? errno : 0;
  umask(before);
  if (failed)
    return fail(err, ROSTER_ESYSTEM, "look at that folder, and at who may write there", "cannot listen on %s: %s", path, strerror(failed));
  snprintf(out->path, sizeof out->path, "%s", path);
  snprintf(out->address, sizeof out->address, "unix:%s", path);
  return ROSTER_OK;
}

/* ---- a port ---- */

static roster_status split_address(const char *where, char *host, size_t host_room, char *port, size_t port_room, roster_error *err) {
  const char *colon = strrchr(where, ':');
  bool bracket = *where == '[';
  const char *from = where + bracket, *to = bracket && colon ? colon - 1 : colon;
  bool good = colon && to > from && (!bracket || *to == ']') && (bracket || !memchr(from, ':', (size_t)(to - from)));
  if (!good || (size_t)(to - from) >= host_room || strlen(colon + 1) >= port_room || !colon[1])
    return fail(err, ROSTER_EINVALID, "write HOST:PORT, such as 127.0.0.1:7411 or [::1]:7411, or unix:PATH", "--listen: '%s' is no address",
                where);
  bool local = to - from == 9 && strncmp(from, "localhost", 9) == 0;
  snprintf(host, host_room, "%.*s", local ? 9 : (int)(to - from), local ? "127.0.0.1" : from);
  snprintf(port, port_room, "%s", colon + 1);
  return ROSTER_OK;
}

static bool is_loopback(const struct sockaddr *at) {
  if (at->sa_family == AF_INET) return ntohl(((const struct sockaddr_in *)at)->sin_addr.s_addr) >> 24 == 127;
  return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)at)->sin6_addr);
}

static bool try_address(listening_socket *out, const struct addrinfo *at) {
  int yes = 1;
  out->fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (out->fd < 0) return false;
  setsockopt(out->fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  return bind(out->fd, at->ai_addr, at->ai_addrlen) == 0 && listen(out->fd, BACKLOG) == 0;
}

static void read_address(listening_socket *out) {
  struct sockaddr_storage at = { .ss_family = AF_UNSPEC };
  socklen_t size = sizeof at;
  char port[8] = "0";
  getsockname(out->fd, (struct sockaddr *)&at, &size);
  getnameinfo((struct sockaddr *)&at, size, out->host, sizeof out->host, port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV);
  out->port = (unsigned)strtoul(port, NULL, 10);
  out->reachable = !is_loopback((struct sockaddr *)&at);
  bool six = at.ss_family == AF_INET6;
  snprintf(out->address, sizeof out->address, "http://%s%s%s:%s/", six ? "[" : "", out->host, six ? "]" : "", port);
}

static roster_status open_port(listening_socket *out, const char *where, roster_error *err) {
  char host[64], port[8];
  struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE };
  struct addrinfo *found = NULL;
  roster_status status = split_address(where, host, sizeof host, port, sizeof port, err);
  if (status) return status;
  char *end;
  unsigned long number = strtoul(port, &end, 10);
  if (*end || *port < '0' || *port > '9' || number > 65535 || getaddrinfo(host, port, &hints, &found) != 0)
    return fail(err, ROSTER_EINVALID, "write an address, not a name, and a port up to 65535", "--listen: '%s' is no address", where);
  bool good = try_address(out, found);
  int why = errno;
  freeaddrinfo(found);
  if (!good) return fail(err, ROSTER_ESYSTEM, "choose another with --listen", "cannot listen on %s: %s", where, strerror(why));
  read_address(out);
  return ROSTER_OK;
}

roster_status listen_at(server_state *s, const char *where, roster_error *err) {
  s->socket = (listening_socket){ .fd = -1 };
  roster_status status = strncmp(where, "unix:", 5) == 0 ? open_file(&s->socket, where + 5, err) : open_port(&s->socket, where, err);
  if (status) listening_socket_close(&s->socket);
  return status;
}

void listening_socket_close(listening_socket *s) {
  if (*s->path) unlink(s->path);
  if (s->fd >= 0) close(s->fd);
  *s = (listening_socket){ .fd = -1 };
}

/* ---- requests ---- */

static connection *connection_of(struct MHD_Connection *handle) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(handle, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
  return info ? info->socket_context : NULL;
}

static void on_connection(void *payload, struct MHD_Connection *handle, void **slot, enum MHD_ConnectionNotificationCode code) {
  server_state *s = payload;
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(handle, MHD_CONNECTION_INFO_CONNECTION_FD);
  if (code == MHD_CONNECTION_NOTIFY_STARTED)
    *slot = info ? connection_open(s->connections, info->connect_fd) : NULL;
  else
    connection_close(s->connections, *slot);
}

/* Paths and queries stay as they were sent: where one is used it is decoded, and refused when it cannot be. */
static size_t leave_as_is(void *payload, struct MHD_Connection *handle, char *text) {
  (void)payload, (void)handle;
  return strlen(text);
}

/* A response before the end of a request would end the connection too. So a request without a body is answered at the second call. */
static pending_response later;

static void on_completed(void *payload, struct MHD_Connection *handle, void **slot, enum MHD_RequestTerminationCode code) {
  pending_response *p = *slot;
  (void)payload, (void)code;
  *slot = NULL;
  if (p && p != &later) pending_response_free(p);
  connection *c = connection_of(handle);
  if (c) connection_awaits_header(c);
}

/* Called for each piece of the body, at its end, and once more when the response is there. */
static enum MHD_Result go_on(server_state *s, const http_request *q, pending_response *p, size_t *piece) {
  if (*piece) {
    p->body_bytes += *piece;
    *piece = 0;
    return p->body_bytes > MOST_BODY_BYTES ? MHD_NO : MHD_YES;
  }
  if (p->status) {
    connection_sends(q->connection);
    return response_send_status(q, p->status, &p->body, TYPE_JSON, NULL);
  }
  if (!p->begun) {
    p->begun = true;
    connection_awaits_refresh(q->connection);
    refresh_worker_send(s->worker, p);
  }
  return MHD_YES;
}

static enum MHD_Result on_request(void *payload, struct MHD_Connection *handle, const char *path, const char *method, const char *version,
                                  const char *piece, size_t *size, void **slot) {
  server_state *s = payload;
  connection *c = connection_of(handle);
  enum MHD_Result sent;
  pending_response *p = NULL;
  (void)piece;
  if (!c) return MHD_NO;
  http_request *q = connection_request(c);
  if (*slot && *slot != &later) return go_on(s, q, *slot, size);
  if (!*slot) {
    *slot = &later;
    http_request_read(q, handle, method, path, version);
    q->connection = c;
    if (!http_request_has_body(q)) return MHD_YES;
  }
  connection_sends(c);
  if (access_admits(s, q, &sent)) sent = routes_respond(s, q, &p);
  if (!p) return sent;
  *slot = p;
  return http_request_has_body(q) ? MHD_YES : go_on(s, q, p, size);
}

http_server *http_server_start(server_state *s) {
  unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_TURBO | MHD_ALLOW_SUSPEND_RESUME;
  return MHD_start_daemon(flags, 0, NULL, NULL, on_request, s, MHD_OPTION_LISTEN_SOCKET, s->socket.fd, MHD_OPTION_THREAD_STACK_SIZE,
                          (size_t)STACK_BYTES, MHD_OPTION_CONNECTION_LIMIT, (unsigned)MOST_CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT,
                          (unsigned)SILENCE_SECONDS, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES,
                          MHD_OPTION_UNESCAPE_CALLBACK, leave_as_is, NULL, MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL,
                          MHD_OPTION_NOTIFY_CONNECTION, on_connection, s, MHD_OPTION_END);
}

void http_server_refuse(http_server *h) { MHD_quiesce_daemon(h); }

void http_server_stop(http_server *h) { MHD_stop_daemon(h); }

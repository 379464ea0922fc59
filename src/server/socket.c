/* socket: see socket.h. No name is looked up: whoever listens knows his address. */
#include "server/socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 512 };

__attribute__((format(printf, 4, 5))) static roster_status refuse(roster_error *err, roster_status status, const char *hint,
                                                                  const char *format, ...) {
  *err = (roster_error){ .status = status };
  va_list args;
  va_start(args, format);
  vsnprintf(err->message, sizeof err->message, format, args);
  va_end(args);
  snprintf(err->hint, sizeof err->hint, "%s", hint);
  return status;
}

/* ---- a Unix socket ---- */

/* A socket file outlives its server. Only one that nobody answers on is taken away. */
static bool is_left_over(const struct sockaddr_un *at) {
  struct stat status;
  if (lstat(at->sun_path, &status) != 0 || !S_ISSOCK(status.st_mode)) return false;
  int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  bool refused = probe >= 0 && connect(probe, (const struct sockaddr *)at, sizeof *at) != 0 && errno == ECONNREFUSED;
  if (probe >= 0) close(probe);
  return refused;
}

static roster_status open_file(socket_in *out, const char *path, roster_error *err) {
  struct sockaddr_un at = { .sun_family = AF_UNIX };
  if (!*path || strlen(path) >= sizeof at.sun_path)
    return refuse(err, ROSTER_EINVALID, "", "--listen: a socket's path has 1 to %zu bytes", sizeof at.sun_path - 1);
  memcpy(at.sun_path, path, strlen(path) + 1);
  if (is_left_over(&at)) unlink(path);
  out->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  mode_t before = umask(0177); /* never open to others, not even for a moment */
  int failed = out->fd < 0 || bind(out->fd, (struct sockaddr *)&at, sizeof at) != 0 || listen(out->fd, BACKLOG) != 0 ? errno : 0;
  umask(before);
  if (failed)
    return refuse(err, ROSTER_ESYSTEM, "look at that folder, and at who may write there", "cannot listen on %s: %s", path,
                  strerror(failed));
  snprintf(out->path, sizeof out->path, "%s", path);
  snprintf(out->address, sizeof out->address, "unix:%s", path);
  return ROSTER_OK;
}

/* ---- a port ---- */

static roster_status take_apart(const char *where, char *host, size_t host_room, char *port, size_t port_room, roster_error *err) {
  const char *colon = strrchr(where, ':');
  bool bracket = *where == '[';
  const char *from = where + bracket, *to = bracket && colon ? colon - 1 : colon;
  bool good = colon && to > from && (!bracket || *to == ']') && (bracket || !memchr(from, ':', (size_t)(to - from)));
  if (!good || (size_t)(to - from) >= host_room || strlen(colon + 1) >= port_room || !colon[1])
    return refuse(err, ROSTER_EINVALID, "write HOST:PORT, such as 127.0.0.1:7411 or [::1]:7411, or unix:PATH",
                  "--listen: '%s' is no address", where);
  bool local = to - from == 9 && strncmp(from, "localhost", 9) == 0;
  snprintf(host, host_room, "%.*s", local ? 9 : (int)(to - from), local ? "127.0.0.1" : from);
  snprintf(port, port_room, "%s", colon + 1);
  return ROSTER_OK;
}

static bool is_loopback(const struct sockaddr *at) {
  if (at->sa_family == AF_INET) return ntohl(((const struct sockaddr_in *)at)->sin_addr.s_addr) >> 24 == 127;
  return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)at)->sin6_addr);
}

static bool listen_at(socket_in *out, const struct addrinfo *at) {
  int yes = 1;
  out->fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (out->fd < 0) return false;
  setsockopt(out->fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  return bind(out->fd, at->ai_addr, at->ai_addrlen) == 0 && listen(out->fd, BACKLOG) == 0;
}

static void learn_address(socket_in *out) {
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

static roster_status open_port(socket_in *out, const char *where, roster_error *err) {
  char host[64], port[8];
  struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE };
  struct addrinfo *found = NULL;
  roster_status status = take_apart(where, host, sizeof host, port, sizeof port, err);
  if (status) return status;
  char *end;
  unsigned long number = strtoul(port, &end, 10);
  if (*end || *port < '0' || *port > '9' || number > 65535 || getaddrinfo(host, port, &hints, &found) != 0)
    return refuse(err, ROSTER_EINVALID, "write an address, not a name, and a port up to 65535", "--listen: '%s' is no address", where);
  bool good = listen_at(out, found);
  int why = errno;
  freeaddrinfo(found);
  if (!good) return refuse(err, ROSTER_ESYSTEM, "choose another with --listen", "cannot listen on %s: %s", where, strerror(why));
  learn_address(out);
  return ROSTER_OK;
}

roster_status socket_open(socket_in *out, const char *where, roster_error *err) {
  *out = (socket_in){ .fd = -1 };
  roster_status status = strncmp(where, "unix:", 5) == 0 ? open_file(out, where + 5, err) : open_port(out, where, err);
  if (status) socket_close(out);
  return status;
}

void socket_close(socket_in *s) {
  if (*s->path) unlink(s->path);
  if (s->fd >= 0) close(s->fd);
  *s = (socket_in){ .fd = -1 };
}

/* listening_socket: the port or the file at which the server listens (declared in http_server.h). */
#include "server/http_server.h"
#include "util/descriptor.h"
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

enum { BACKLOG = 512 };

/* ---- a Unix socket ---- */

/* A socket file outlives its server. It is replaced only if nothing listens on it. */
static bool is_left_over(const struct sockaddr_un *at) {
  struct stat status;
  if (lstat(at->sun_path, &status) != 0 || !S_ISSOCK(status.st_mode)) return false;
  int probe = descriptor_socket(AF_UNIX, SOCK_STREAM, 0);
  bool refused = probe >= 0 && connect(probe, (const struct sockaddr *)at, sizeof *at) != 0 && errno == ECONNREFUSED;
  if (probe >= 0) close(probe);
  return refused;
}

/* The group first: the mode may be wider than what the group before it should have. */
static roster_status admit(const char *path, const settings *of, roster_error *err) {
  if (of->socket_group != NO_GROUP && lchown(path, (uid_t)-1, of->socket_group) != 0)
    return fail(err, ROSTER_ESYSTEM, "run the server as a member of that group, or as root",
                "cannot give %s to the group of --socket-group: %s", path, strerror(errno));
  if (chmod(path, of->socket_mode) != 0) return fail(err, ROSTER_ESYSTEM, NULL, "cannot set the mode of %s: %s", path, strerror(errno));
  return ROSTER_OK;
}

static roster_status open_file(listening_socket *out, const char *path, const settings *of, roster_error *err) {
  struct sockaddr_un at = { .sun_family = AF_UNIX };
  if (!*path || strlen(path) >= sizeof at.sun_path)
    return fail(err, ROSTER_EINVALID, NULL, "--listen: a socket's path has 1 to %zu bytes", sizeof at.sun_path - 1);
  memcpy(at.sun_path, path, strlen(path) + 1);
  if (is_left_over(&at)) unlink(path);
  out->fd = descriptor_socket(AF_UNIX, SOCK_STREAM, 0);
  mode_t before = umask(0177); /* not even for a moment accessible to more than will be allowed */
  int failed = out->fd < 0 || !descriptor_unblock(out->fd) || bind(out->fd, (struct sockaddr *)&at, sizeof at) != 0 ? errno : 0;
  umask(before);
  if (!failed) snprintf(out->path, sizeof out->path, "%s", path);
  if (!failed && listen(out->fd, BACKLOG) != 0) failed = errno;
  if (failed)
    return fail(err, ROSTER_ESYSTEM, "look at that folder, and at who may write there", "cannot listen on %s: %s", path, strerror(failed));
  snprintf(out->address, sizeof out->address, "unix:%s", path);
  return admit(path, of, err);
}

/* ---- a port ---- */

static roster_status split_address(const char *where, char *host, size_t host_room, char *port, size_t port_room, roster_error *err) {
  const char *colon = strrchr(where, ':');
  bool bracket = *where == '[';
  const char *from = where + bracket, *to = bracket && colon ? colon - 1 : colon;
  bool good = colon && to > from && (!bracket || *to == ']') && (bracket || !memchr(from, ':', (size_t)(to - from)));
  if (!good || (size_t)(to - from) >= host_room || strlen(colon + 1) >= port_room || !colon[1])
    return fail(err, ROSTER_EINVALID, "write HOST:PORT, such as 127.0.0.1:7411 or [::1]:7411, or unix:PATH",
                "--listen: '%s' is not a valid address", where);
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
  out->fd = descriptor_socket(at->ai_family, SOCK_STREAM, 0);
  if (out->fd < 0 || !descriptor_unblock(out->fd)) return false;
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
    return fail(err, ROSTER_EINVALID, "write an address, not a name, and a port up to 65535", "--listen: '%s' is not a valid address",
                where);
  bool good = try_address(out, found);
  int why = errno;
  freeaddrinfo(found);
  if (!good) return fail(err, ROSTER_ESYSTEM, "choose another with --listen", "cannot listen on %s: %s", where, strerror(why));
  read_address(out);
  return ROSTER_OK;
}

roster_status listen_at(server_state *s, const char *where, roster_error *err) {
  s->socket = (listening_socket){ .fd = -1 };
  roster_status status =
      strncmp(where, "unix:", 5) == 0 ? open_file(&s->socket, where + 5, &s->settings, err) : open_port(&s->socket, where, err);
  if (status) listening_socket_close(&s->socket);
  return status;
}

void listening_socket_close(listening_socket *s) {
  if (*s->path) unlink(s->path);
  if (s->fd >= 0) close(s->fd);
  *s = (listening_socket){ .fd = -1 };
}

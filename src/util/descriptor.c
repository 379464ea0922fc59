/* descriptor: see descriptor.h. */
#include "util/descriptor.h"

#include "util/platform.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

int descriptor_raise(int fd) {
  if (fd < 0 || fd > 2) return fd;
  int higher = fcntl(fd, F_DUPFD_CLOEXEC, 3);
  close(fd);
  return higher;
}

#ifdef PLATFORM_LINUX

static bool open_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC) == 0; }

int descriptor_socket(int family, int type, int protocol) { return socket(family, type | SOCK_CLOEXEC, protocol); }

int descriptor_accept(int listener) { return accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC); }

#else

/* Where a descriptor is not made so, a program that another thread starts at that moment gets it. */
static int seal(int fd) {
  if (fd >= 0) fcntl(fd, F_SETFD, FD_CLOEXEC);
  return fd;
}

static bool open_pipe(int ends[2]) {
  if (pipe(ends) != 0) return false;
  seal(ends[0]);
  seal(ends[1]);
  return true;
}

/* Where send cannot be told, the socket is. */
static int forbid_signals(int fd) {
#ifdef SO_NOSIGPIPE
  const int yes = 1;
  if (fd >= 0) setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &yes, sizeof yes);
#endif
  return fd;
}

int descriptor_socket(int family, int type, int protocol) { return forbid_signals(seal(socket(family, type, protocol))); }

int descriptor_accept(int listener) {
  int fd = forbid_signals(seal(accept(listener, NULL, NULL)));
  if (fd >= 0) descriptor_unblock(fd);
  return fd;
}

#endif

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0
#endif

ssize_t descriptor_send(int socket, const void *bytes, size_t size) { return send(socket, bytes, size, MSG_NOSIGNAL); }

bool descriptor_unblock(int fd) { return fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) == 0; }

bool descriptor_pipe(int ends[2]) {
  ends[0] = ends[1] = -1;
  if (!open_pipe(ends)) return false;
  ends[0] = descriptor_raise(ends[0]);
  ends[1] = descriptor_raise(ends[1]);
  return ends[0] >= 0 && ends[1] >= 0;
}

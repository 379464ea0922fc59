/* descriptor: see descriptor.h. */
#include "util/descriptor.h"

#include "util/platform.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- holding 0 to 2 ---- */

/* To whoever uses it, it is as a closed one: EBADF. Of other systems it is one that can be neither read nor written. */
#ifdef O_PATH
enum { HOLDS = O_PATH };
#else
enum { HOLDS = O_RDONLY };
#endif
#define HELD_FOLDER "/"

enum { STANDARD = 3, PATIENCE = 100000 };

/* No lock: a fork would inherit it for ever. */
static atomic_uint holders, releasing;
static atomic_bool held[STANDARD];

static bool is_standard(int fd) { return fd >= 0 && fd < STANDARD; }

void descriptors_hold(void) {
  const int before = errno;
  atomic_fetch_add(&holders, 1);
  for (int i = 0; atomic_load(&releasing) && i < PATIENCE; i++) continue;
  for (int fd = 0; fd < STANDARD; fd++) {
    if (fcntl(fd, F_GETFD) >= 0) continue;
    const int taken = open(HELD_FOLDER, HOLDS | O_DIRECTORY | O_CLOEXEC);
    if (is_standard(taken))
      atomic_store(&held[taken], true);
    else if (taken >= 0)
      close(taken); /* the host was faster */
  }
  errno = before;
}

/* A host may have put something there meanwhile, which stays. */
static bool is_ours(int fd) {
  struct stat there, folder;
  return fstat(fd, &there) == 0 && stat(HELD_FOLDER, &folder) == 0 && there.st_dev == folder.st_dev && there.st_ino == folder.st_ino;
}

void descriptors_release(void) {
  const int before = errno;
  atomic_fetch_add(&releasing, 1);
  if (atomic_fetch_sub(&holders, 1) == 1)
    for (int fd = 0; fd < STANDARD; fd++)
      if (atomic_exchange(&held[fd], false) && is_ours(fd)) close(fd);
  atomic_fetch_sub(&releasing, 1);
  errno = before;
}

/* ---- files ---- */

int descriptor_raise(int fd) {
  if (!is_standard(fd)) return fd;
  const int higher = fcntl(fd, F_DUPFD_CLOEXEC, STANDARD);
  close(fd);
  return higher;
}

bool descriptor_may_succeed(int failed) {
  return failed == EMFILE || failed == ENFILE || failed == ENOMEM || failed == EIO || failed == ESTALE;
}

int descriptor_open(const char *path, int flags) {
  descriptors_hold();
  const int fd = descriptor_raise(open(path, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, S_IRUSR | S_IWUSR));
  descriptors_release();
  return fd;
}

DIR *descriptor_open_directory(const char *path) {
  const int fd = descriptor_open(path, O_RDONLY | O_DIRECTORY);
  DIR *directory = fd < 0 ? NULL : fdopendir(fd);
  if (directory || fd < 0) return directory;
  const int why = errno;
  close(fd);
  errno = why;
  return NULL;
}

int descriptor_create(char *file) {
  descriptors_hold();
  const int fd = descriptor_raise(mkostemp(file, O_CLOEXEC));
  descriptors_release();
  return fd;
}

/* ---- pipes and sockets ---- */

#ifdef PLATFORM_LINUX

static bool open_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC) == 0; }

static int open_socket(int family, int type, int protocol) { return socket(family, type | SOCK_CLOEXEC, protocol); }

static int take_connection(int listener) { return accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC); }

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

static int open_socket(int family, int type, int protocol) { return forbid_signals(seal(socket(family, type, protocol))); }

static int take_connection(int listener) {
  int fd = forbid_signals(seal(accept(listener, NULL, NULL)));
  if (fd >= 0) descriptor_unblock(fd);
  return fd;
}

#endif

int descriptor_socket(int family, int type, int protocol) {
  descriptors_hold();
  const int fd = descriptor_raise(open_socket(family, type, protocol));
  descriptors_release();
  return fd;
}

int descriptor_accept(int listener) {
  descriptors_hold();
  const int fd = descriptor_raise(take_connection(listener));
  descriptors_release();
  return fd;
}

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0
#endif

ssize_t descriptor_send(int socket, const void *bytes, size_t size) { return send(socket, bytes, size, MSG_NOSIGNAL); }

bool descriptor_unblock(int fd) { return fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) == 0; }

bool descriptor_pipe(int ends[2]) {
  ends[0] = ends[1] = -1;
  descriptors_hold();
  const bool open = open_pipe(ends);
  ends[0] = descriptor_raise(ends[0]);
  ends[1] = descriptor_raise(ends[1]);
  descriptors_release();
  return open && ends[0] >= 0 && ends[1] >= 0;
}

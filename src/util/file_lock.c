/* file_lock: see file_lock.h. flock, because it is given up when its process ends, however that ends, and because it is of the open file:
 * two registries of one process hold each other off, too. */
#include "util/file_lock.h"

#include "util/clock.h"
#include "util/descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LOOK_EVERY_MS = 5, HURRIED_MS = 200 };

static int open_beside(const char *file) {
  struct stat there;
  if (stat(file, &there) == 0 && !S_ISREG(there.st_mode)) return -1;
  const size_t room = strlen(file) + sizeof ".lock";
  char *name = malloc(room);
  if (!name) return -1;
  snprintf(name, room, "%s.lock", file);
  const int fd = descriptor_open(name, O_RDWR | O_CREAT | O_NOFOLLOW);
  free(name);
  return fd;
}

/* False once the time is over. */
static bool wait(int64_t *until, const atomic_bool *hurry) {
  const int64_t now = now_ms();
  if (now >= *until) return false;
  if (atomic_load(hurry) && *until > now + HURRIED_MS) *until = now + HURRIED_MS;
  poll(NULL, 0, LOOK_EVERY_MS);
  return true;
}

int file_lock_take(const char *file, long most_ms, const atomic_bool *hurry, bool *late) {
  int64_t until = now_ms() + most_ms;
  const int fd = open_beside(file);
  *late = false;
  while (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    const bool held = errno == EWOULDBLOCK;
    if (held && wait(&until, hurry)) continue;
    *late = held;
    close(fd);
    return -1;
  }
  return fd;
}

/* A fork of this process may have a copy of the descriptor, so closing it would not do. */
void file_lock_release(int lock) {
  if (lock < 0) return;
  const int before = errno;
  flock(lock, LOCK_UN);
  close(lock);
  errno = before;
}

/* private_file: see private_file.h. */
#include "util/private_file.h"

#include "util/descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Its contents decide what is offered, so no other user may have written it. */
static const char *distrust(const struct stat *status, size_t most) {
  if (!S_ISREG(status->st_mode)) return "it is not a regular file";
  if (status->st_uid != geteuid() && status->st_uid != 0) return "it belongs to somebody else";
  if (status->st_mode & (S_IWGRP | S_IWOTH)) return "others can write to it";
  return (size_t)status->st_size > most ? "it is too large" : NULL;
}

/* False when it could not be read to its end. */
static bool read_bytes(int fd, char *into, size_t room, size_t *length) {
  ssize_t got = 1;
  *length = 0;
  while (*length < room && got != 0) {
    got = read(fd, into + *length, room - *length);
    if (got < 0 && errno != EINTR) return false;
    if (got > 0) *length += (size_t)got;
  }
  return true;
}

char *private_file_read(const char *file, size_t most, size_t *length, const char **why) {
  int fd = descriptor_open(file, O_RDONLY);
  if (fd < 0) {
    *why = errno == ENOENT ? NULL : strerror(errno);
    return NULL;
  }
  struct stat status;
  char *text = NULL;
  bool good = fstat(fd, &status) == 0;
  *why = good ? distrust(&status, most) : NULL;
  if (good && !*why) good = (text = malloc((size_t)status.st_size + 1)) && read_bytes(fd, text, (size_t)status.st_size, length);
  int failed = good ? 0 : errno;
  close(fd);
  if (failed) *why = strerror(failed);
  if (failed) free(text);
  errno = failed;
  return failed ? NULL : text;
}

static bool write_bytes(int fd, const char *text, size_t bytes) {
  while (bytes > 0) {
    ssize_t n = write(fd, text, bytes);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    text += n;
    bytes -= (size_t)n;
  }
  return fsync(fd) == 0;
}

bool private_file_replace(const char *file, const char *text, size_t bytes) {
  struct stat there;
  if (stat(file, &there) == 0 && !S_ISREG(there.st_mode)) {
    errno = EINVAL;
    return false;
  }
  size_t room = strlen(file) + sizeof ".XXXXXX";
  char *temporary = malloc(room);
  if (!temporary) return false;
  snprintf(temporary, room, "%s.XXXXXX", file);
  int fd = descriptor_create(temporary);
  bool good = fd >= 0 && write_bytes(fd, text, bytes);
  if (fd >= 0) close(fd);
  good = good && rename(temporary, file) == 0;
  int why = errno;
  if (!good && fd >= 0) unlink(temporary);
  free(temporary);
  errno = why;
  return good;
}

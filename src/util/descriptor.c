/* descriptor: see descriptor.h. */
#include "util/descriptor.h"

#include <fcntl.h>
#include <unistd.h>

int descriptor_raise(int fd) {
  if (fd < 0 || fd > 2) return fd;
  int higher = fcntl(fd, F_DUPFD_CLOEXEC, 3);
  close(fd);
  return higher;
}

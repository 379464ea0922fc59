/* text_file: see text_file.h. */
#include "util/text_file.h"

#include "util/descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FIRST_ROOM = 64 * 1024 };

typedef struct text {
  char *bytes;
  size_t used, room;
} text;

static const char *make_room(text *t, size_t most) {
  if (t->used < t->room) return NULL;
  if (t->used > most) return "it is too large";
  size_t room = t->room ? t->room * 2 : FIRST_ROOM;
  if (room > most) room = most + 1; /* one more shows that there is more */
  char *bytes = realloc(t->bytes, room + 1);
  if (!bytes) return "there is not enough memory";
  t->bytes = bytes;
  t->room = room;
  return NULL;
}

/* A pipe that somebody may write to is waited for; without a writer it ends at once. */
static bool may_wait(int fd) {
  int flags = errno == EAGAIN ? fcntl(fd, F_GETFL) : -1;
  return flags >= 0 && fcntl(fd, F_SETFL, flags & ~O_NONBLOCK) == 0;
}

static const char *read_all(int fd, text *t, size_t most) {
  for (;;) {
    const char *why = make_room(t, most);
    if (why) return why;
    ssize_t got = read(fd, t->bytes + t->used, t->room - t->used);
    if (got == 0) return NULL;
    if (got > 0)
      t->used += (size_t)got;
    else if (errno != EINTR && !may_wait(fd))
      return strerror(errno);
  }
}

static const char *read_open(int fd, text *t, size_t most) {
  struct stat status;
  if (fd < 0 || fstat(fd, &status) != 0) return strerror(errno);
  if (S_ISDIR(status.st_mode)) return "it is a directory";
  if (S_ISREG(status.st_mode) && (size_t)status.st_size > most) return "it is too large";
  const char *why = read_all(fd, t, most);
  return why || t->used || !S_ISFIFO(status.st_mode) ? why : "nothing is written to this pipe";
}

char *text_file_read(const char *path, bool stdin_too, size_t most, const char **why) {
  const bool given = stdin_too && strcmp(path, "-") == 0;
  const int fd = given ? STDIN_FILENO : descriptor_open(path, O_RDONLY);
  text t = { .bytes = NULL };
  *why = read_open(fd, &t, most);
  if (!given && fd >= 0) close(fd);
  if (!*why && memchr(t.bytes, 0, t.used)) *why = "it contains a NUL byte";
  if (*why) free(t.bytes);
  if (*why) return NULL;
  t.bytes[t.used] = 0;
  return t.bytes;
}

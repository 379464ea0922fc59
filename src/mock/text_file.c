/* text_file: reads until the end, whatever size the file claims to have: it may be a pipe. */
#include "mock/text_file.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 16 * 1024, LARGEST = 64 * 1024 * 1024 };

typedef struct text {
  char *bytes;
  size_t used, room;
} text;

static bool make_room(text *t) {
  if (t->used + 1 < t->room) return true;
  if (t->room >= LARGEST) {
    errno = EFBIG;
    return false;
  }
  size_t room = t->room ? t->room * 2 : FIRST_ROOM;
  char *bytes = realloc(t->bytes, room);
  if (!bytes) return false;
  t->bytes = bytes;
  t->room = room;
  return true;
}

static bool read_all(FILE *file, text *t) {
  size_t got = 1;
  while (got && make_room(t)) {
    got = fread(t->bytes + t->used, 1, t->room - t->used - 1, file);
    t->used += got;
  }
  if (got || ferror(file)) return false;
  t->bytes[t->used] = '\0';
  if (strlen(t->bytes) == t->used) return true;
  errno = EILSEQ;
  return false;
}

char *text_file_read(const char *path) {
  bool from_stdin = strcmp(path, "-") == 0;
  FILE *file = from_stdin ? stdin : fopen(path, "re");
  text t = { .bytes = NULL };
  if (!file) return NULL;
  bool whole = read_all(file, &t);
  int problem = errno;
  if (!from_stdin) fclose(file);
  if (whole) return t.bytes;
  free(t.bytes);
  errno = problem;
  return NULL;
}

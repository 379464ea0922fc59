/* journal: one write for each line, so that a reader never sees a part of one. */
#include "mock/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct journal {
  int file;
  pthread_mutex_t one_writer;
};

/* Appending lets a test empty the file between two steps. */
journal *journal_open(const char *path) {
  journal *j = calloc(1, sizeof *j);
  if (!j) return NULL;
  j->file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
  if (j->file >= 0 && pthread_mutex_init(&j->one_writer, NULL) == 0) return j;
  int problem = errno;
  if (j->file >= 0) close(j->file);
  free(j);
  errno = problem;
  return NULL;
}

void journal_close(journal *j) {
  if (!j) return;
  close(j->file);
  pthread_mutex_destroy(&j->one_writer);
  free(j);
}

static void write_line(journal *j, const char *line, size_t size) {
  pthread_mutex_lock(&j->one_writer);
  while (size) {
    ssize_t wrote = write(j->file, line, size);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) break;
    line += wrote;
    size -= (size_t)wrote;
  }
  pthread_mutex_unlock(&j->one_writer);
}

static char *line_of(const char *server, const request *ask, unsigned status, size_t *size) {
  json_t *method = ask->method ? json_incref(ask->method) : json_string("");
  json_t *line = json_pack("{s:s, s:o, s:O, s:O, s:O, s:o, s:i, s:I}", "server", server, "method", method, "path", ask->path, "query",
                           ask->query, "headers", ask->headers, "body", request_text(ask->body, ask->body_size), "status", (int)status,
                           "connection", (json_int_t)ask->connection);
  char *text = line ? json_dumps(line, JSON_COMPACT) : NULL;
  json_decref(line);
  if (!text) return NULL;
  *size = strlen(text);
  text[(*size)++] = '\n'; /* in the place of the zero byte */
  return text;
}

void journal_write(journal *j, const char *server, const request *ask, unsigned status) {
  size_t size = 0;
  char *line = j ? line_of(server, ask, status, &size) : NULL;
  if (line) write_line(j, line, size);
  free(line);
}

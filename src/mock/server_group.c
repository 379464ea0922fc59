/* server_group: what the servers of a scenario share, see server.h. One wake-up, two counters, and one write for each line of the log, so
 * that a reader never sees a part of one. */
#include "mock/server.h"

#include "util/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool server_group_open(server_group *g) {
  g->log = -1;
  pthread_mutex_init(&g->one_writer, NULL);
  atomic_init(&g->connections, 0);
  atomic_init(&g->requests, 0);
  return wakeup_open(&g->stop);
}

void server_group_stop(server_group *g) { wakeup_raise(&g->stop); }

void server_group_close(server_group *g) {
  if (g->stop.fd < 0) return;
  wakeup_close(&g->stop);
  if (g->log >= 0) close(g->log);
  pthread_mutex_destroy(&g->one_writer);
}

server_group_event server_group_wait(const server_group *g, int socket, short events, long ms) {
  struct pollfd watched[2] = { { .fd = g->stop.fd, .events = POLLIN }, { .fd = socket, .events = events } };
  int64_t deadline = ms < 0 ? 0 : now_ms() + ms;
  for (;;) {
    int64_t left = ms < 0 ? -1 : deadline - now_ms();
    int ready = poll(watched, socket < 0 ? 1 : 2, ms < 0 ? -1 : left > 0 ? (int)left : 0);
    if (ready < 0 && errno != EINTR) return WOKE_STOP;
    if (ready < 0) continue;
    if (watched[0].revents) return WOKE_STOP;
    return ready ? WOKE_SOCKET : WOKE_TIME;
  }
}

/* ---- the log ---- */

/* Appending lets a test empty the file between two steps. */
bool server_group_log_to(server_group *g, const char *path) {
  g->log = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
  return g->log >= 0;
}

static void write_line(server_group *g, const char *line, size_t size) {
  pthread_mutex_lock(&g->one_writer);
  while (size) {
    ssize_t wrote = write(g->log, line, size);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) break;
    line += wrote;
    size -= (size_t)wrote;
  }
  pthread_mutex_unlock(&g->one_writer);
}

static char *line_of(const char *server, const request *req, unsigned status, size_t *size) {
  json_t *method = req->method ? json_incref(req->method) : json_string("");
  json_t *line = json_pack("{s:s, s:o, s:O, s:O, s:O, s:o, s:i, s:I}", "server", server, "method", method, "path", req->path, "query",
                           req->query, "headers", req->headers, "body", request_text(req->body, req->body_size), "status", (int)status,
                           "connection", (json_int_t)req->connection);
  char *text = line ? json_dumps(line, JSON_COMPACT) : NULL;
  json_decref(line);
  if (!text) return NULL;
  *size = strlen(text);
  text[(*size)++] = '\n'; /* replaces the zero byte */
  return text;
}

void server_group_log(server_group *g, const char *server, const request *req, unsigned status) {
  size_t size = 0;
  char *line = g->log >= 0 ? line_of(server, req, status, &size) : NULL;
  if (line) write_line(g, line, size);
  free(line);
}

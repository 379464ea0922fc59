/* log: see log.h. Each line is one write(2), so that lines of several threads do not mix. */
#include "server/log.h"

#include "util/descriptor.h"
#include "util/writer.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static bool use_json;

void log_use_json(bool json) { use_json = json; }

static bool is_bare(const char *value) {
  if (!*value) return false;
  for (; *value; value++)
    if ((unsigned char)*value <= ' ' || *value == 0x7f || strchr("\"=\\", *value)) return false;
  return true;
}

static void add_pair(writer *line, const char *key, const char *value) {
  if (use_json) {
    write_text(line, key, value);
    return;
  }
  strbuf_format(&line->text, "%s%s=", line->text.length ? " " : "", key);
  if (is_bare(value)) {
    strbuf_add(&line->text, value);
  } else {
    line->behind = false; /* an item of no list: no comma */
    write_text(line, NULL, value);
  }
}

static void add_time(writer *line) {
  struct timespec now;
  struct tm parts;
  char date[40], text[64];
  clock_gettime(CLOCK_REALTIME, &now);
  gmtime_r(&now.tv_sec, &parts);
  strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &parts);
  snprintf(text, sizeof text, "%s.%03dZ", date, (int)(now.tv_nsec / 1000000));
  add_pair(line, "time", text);
}

void log_write(const char *level, const char *event, ...) {
  writer line = { 0 };
  va_list pairs;
  if (use_json) write_open(&line, NULL, '{');
  add_time(&line);
  add_pair(&line, "level", level);
  add_pair(&line, "event", event);
  va_start(pairs, event);
  for (const char *key; (key = va_arg(pairs, const char *));) add_pair(&line, key, va_arg(pairs, const char *));
  va_end(pairs);
  if (use_json) write_close(&line, '}');
  strbuf_add(&line.text, "\n");
  ssize_t written = line.text.failed ? 0 : write(STDERR_FILENO, strbuf_text(&line.text), line.text.length);
  (void)written; /* there is nowhere to report that it failed */
  strbuf_free(&line.text);
}

/* ---- the service manager ---- */

static void notify(const char *state) {
  struct sockaddr_un to = { .sun_family = AF_UNIX };
  const char *where = getenv("NOTIFY_SOCKET");
  size_t length = where ? strlen(where) : 0;
  if (length < 2 || length >= sizeof to.sun_path || (*where != '/' && *where != '@')) return;
  memcpy(to.sun_path, where, length);
  if (*where == '@') to.sun_path[0] = '\0'; /* the abstract namespace */
  int fd = descriptor_socket(AF_UNIX, SOCK_DGRAM, 0);
  if (fd < 0) return;
  sendto(fd, state, strlen(state), 0, (struct sockaddr *)&to, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length));
  close(fd);
}

void notify_ready(void) { notify("READY=1"); }

/* The time distinguishes this reload from an earlier one. */
void notify_reloading(void) {
  struct timespec now;
  char state[80];
  clock_gettime(CLOCK_MONOTONIC, &now);
  snprintf(state, sizeof state, "RELOADING=1\nMONOTONIC_USEC=%lld", (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000);
  notify(state);
}

void notify_stopping(void) { notify("STOPPING=1"); }

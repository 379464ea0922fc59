/* notify: see notify.h. Without NOTIFY_SOCKET nobody is told. */
#include "server/notify.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static void notify(const char *state) {
  struct sockaddr_un to = { .sun_family = AF_UNIX };
  const char *where = getenv("NOTIFY_SOCKET");
  size_t length = where ? strlen(where) : 0;
  if (length < 2 || length >= sizeof to.sun_path || (*where != '/' && *where != '@')) return;
  memcpy(to.sun_path, where, length);
  if (*where == '@') to.sun_path[0] = '\0'; /* the abstract namespace */
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return;
  sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&to, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length));
  close(fd);
}

void notify_ready(void) { notify("READY=1"); }

/* The time lets the manager tell this reload from an earlier one. */
void notify_reloading(void) {
  struct timespec now;
  char state[80];
  clock_gettime(CLOCK_MONOTONIC, &now);
  snprintf(state, sizeof state, "RELOADING=1\nMONOTONIC_USEC=%lld", (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000);
  notify(state);
}

void notify_stopping(void) { notify("STOPPING=1"); }

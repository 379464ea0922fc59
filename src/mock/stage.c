/* stage: one eventfd, two counters. */
#include "mock/stage.h"

#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

bool stage_open(stage *s) {
  s->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  atomic_init(&s->connections, 0);
  atomic_init(&s->requests, 0);
  return s->stop >= 0;
}

void stage_stop(stage *s) { eventfd_write(s->stop, 1); }

void stage_close(stage *s) {
  if (s->stop >= 0) close(s->stop);
  s->stop = -1;
}

static long now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

stage_event stage_wait(const stage *s, int socket, short events, long ms) {
  struct pollfd watched[2] = { { .fd = s->stop, .events = POLLIN }, { .fd = socket, .events = events } };
  long deadline = ms < 0 ? 0 : now_ms() + ms;
  for (;;) {
    long left = ms < 0 ? -1 : deadline - now_ms();
    int ready = poll(watched, socket < 0 ? 1 : 2, ms < 0 ? -1 : left > 0 ? (int)left : 0);
    if (ready < 0 && errno != EINTR) return WOKE_STOP;
    if (ready < 0) continue;
    if (watched[0].revents) return WOKE_STOP;
    return ready ? WOKE_SOCKET : WOKE_TIME;
  }
}

/* wakeup: see wakeup.h. */
#include "util/wakeup.h"

#include "util/descriptor.h"
#include "util/platform.h"

#include <poll.h>
#include <stdint.h>
#include <unistd.h>

#ifdef PLATFORM_LINUX
#include <sys/eventfd.h>

bool wakeup_open(wakeup *w) {
  descriptors_hold();
  w->fd = w->to = descriptor_raise(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  descriptors_release();
  return w->fd >= 0;
}

static bool is_raised(const wakeup *w) {
  (void)w;
  return false; /* it would be counted */
}

#else

bool wakeup_open(wakeup *w) {
  int ends[2] = { -1, -1 };
  bool open = descriptor_pipe(ends) && descriptor_unblock(ends[0]) && descriptor_unblock(ends[1]);
  *w = (wakeup){ ends[0], ends[1] };
  if (!open) wakeup_close(w);
  return open;
}

/* So that the pipe does not fill up. Two threads that raise it at once may both write, and then the sleeper is woken twice. */
static bool is_raised(const wakeup *w) {
  struct pollfd of = { .fd = w->fd, .events = POLLIN };
  return poll(&of, 1, 0) > 0;
}

#endif

void wakeup_raise(const wakeup *w) {
  const uint64_t one = 1;
  if (!is_raised(w)) (void)!write(w->to, &one, sizeof one); /* fails when it is full, and then it is readable anyway */
}

void wakeup_take(const wakeup *w) {
  uint64_t count;
  while (read(w->fd, &count, sizeof count) > 0) continue;
}

void wakeup_close(wakeup *w) {
  if (w->to >= 0 && w->to != w->fd) close(w->to);
  if (w->fd >= 0) close(w->fd);
  *w = (wakeup){ -1, -1 };
}

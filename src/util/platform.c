/* platform: see platform.h. */
#include "util/platform.h"

#include "util/clock.h"
#include "util/descriptor.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#ifdef PLATFORM_LINUX
#include <sched.h>
#include <sys/syscall.h>
#endif
#ifdef __GLIBC__
#include <malloc.h>
#endif

/* explicit_bzero is not everywhere. */
void wipe(void *at, size_t size) {
  memset(at, 0, size);
  __asm__ volatile("" : : "r"(at) : "memory");
}

enum { MOST_RANDOM = 256 }; /* bytes that are given at once */

static bool random_piece(void *out, size_t size) {
#ifdef PLATFORM_LINUX
  return getrandom(out, size, GRND_NONBLOCK) == (ssize_t)size;
#else
  return getentropy(out, size) == 0;
#endif
}

bool platform_random(void *out, size_t size) {
  char *at = out;
  for (size_t piece; size > 0; at += piece, size -= piece) {
    piece = size < MOST_RANDOM ? size : MOST_RANDOM;
    if (!random_piece(at, piece)) return false;
  }
  return true;
}

#ifdef PLATFORM_LINUX

void platform_condition_init(pthread_cond_t *c) {
  pthread_condattr_t how;
  pthread_condattr_init(&how);
  pthread_condattr_setclock(&how, CLOCK_MONOTONIC);
  pthread_cond_init(c, &how);
  pthread_condattr_destroy(&how);
}

bool platform_wait(pthread_cond_t *c, pthread_mutex_t *lock, int64_t until_ms) {
  const struct timespec until = { until_ms / 1000, until_ms % 1000 * 1000000 };
  return pthread_cond_timedwait(c, lock, &until) != ETIMEDOUT;
}

int platform_take_signal(const sigset_t *set, long ms) {
  int64_t end = now_ms() + ms;
  for (int64_t left = ms;; left = end - now_ms()) {
    const struct timespec time = { left > 0 ? left / 1000 : 0, left > 0 ? left % 1000 * 1000000 : 0 };
    int number = sigtimedwait(set, NULL, &time);
    if (number > 0 || errno != EINTR) return number > 0 ? number : 0;
  }
}

size_t platform_processors(void) {
  cpu_set_t set;
  return sched_getaffinity(0, sizeof set, &set) == 0 ? (size_t)CPU_COUNT(&set) : 1;
}

int platform_process_end(pid_t id) {
#ifdef SYS_pidfd_open
  descriptors_hold();
  int fd = descriptor_raise((int)syscall(SYS_pidfd_open, id, 0)); /* always close-on-exec */
  descriptors_release();
  return fd;
#else
  (void)id;
  return -1;
#endif
}

#else

void platform_condition_init(pthread_cond_t *c) { pthread_cond_init(c, NULL); }

enum { LONGEST_WAIT_MS = 1000 };

/* By the clock on the wall, which may be set meanwhile: so only for a second, after which the caller looks and waits again. */
bool platform_wait(pthread_cond_t *c, pthread_mutex_t *lock, int64_t until_ms) {
  int64_t left = until_ms - now_ms();
  if (left <= 0) return false;
  int64_t at = wall_ms() + (left < LONGEST_WAIT_MS ? left : LONGEST_WAIT_MS);
  const struct timespec until = { (time_t)(at / 1000), (long)(at % 1000) * 1000000 };
  pthread_cond_timedwait(c, lock, &until);
  return now_ms() < until_ms;
}

enum { LOOK_EVERY_MS = 20, MOST_SIGNALS = 32 };

static bool is_any_pending(const sigset_t *set) {
  sigset_t pending;
  sigpending(&pending);
  for (int number = 1; number < MOST_SIGNALS; number++)
    if (sigismember(set, number) == 1 && sigismember(&pending, number) == 1) return true;
  return false;
}

int platform_take_signal(const sigset_t *set, long ms) {
  int number = 0;
  for (int64_t end = now_ms() + ms, left = ms; !is_any_pending(set); left = end - now_ms()) {
    if (left <= 0) return 0;
    poll(NULL, 0, left < LOOK_EVERY_MS ? (int)left : LOOK_EVERY_MS);
  }
  return sigwait(set, &number) == 0 ? number : 0;
}

size_t platform_processors(void) {
  descriptors_hold();
  const long count = sysconf(_SC_NPROCESSORS_ONLN);
  descriptors_release();
  return count > 0 ? (size_t)count : 1;
}

int platform_process_end(pid_t id) {
  (void)id;
  return -1;
}

#endif

#ifdef __GLIBC__

void platform_share_heap(void) { mallopt(M_ARENA_MAX, 1); }

void platform_trim_heap(void) { malloc_trim(0); }

#else

void platform_share_heap(void) {}

void platform_trim_heap(void) {}

#endif

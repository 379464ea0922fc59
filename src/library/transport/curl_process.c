/* curl_process: see libcurl.h. */
#include "library/transport/libcurl.h"
#include "util/clock.h"
#include "util/descriptor.h"
#include "util/platform.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { DESCRIPTORS = 1024, FREE_ONES = 32 };

static sigset_t only_pipe(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  return set;
}

/* OpenSSL writes without MSG_NOSIGNAL, so CURLOPT_NOSIGNAL alone does not keep SIGPIPE away. */
pipe_guard pipe_guard_raise(void) {
  sigset_t set = only_pipe(), waiting;
  pipe_guard guard;
  sigpending(&waiting);
  guard.pending = sigismember(&waiting, SIGPIPE) == 1;
  pthread_sigmask(SIG_BLOCK, &set, &guard.before);
  return guard;
}

/* Consumes a signal that libcurl caused, but not one that was pending before. */
void pipe_guard_lower(const pipe_guard *guard) {
  sigset_t set = only_pipe();
  if (!guard->pending) platform_take_signal(&set, 0);
  pthread_sigmask(SIG_SETMASK, &guard->before, NULL);
}

/* Up to where enough are free: what is opened gets the first of those. Returns how many were looked at. */
static int list_taken(bool taken[DESCRIPTORS]) {
  int fd = 0;
  for (int left = FREE_ONES; fd < DESCRIPTORS && left > 0; fd++) {
    taken[fd] = fcntl(fd, F_GETFD) >= 0;
    left -= !taken[fd];
  }
  return fd;
}

static bool is_woken(int fd) {
  struct sockaddr_storage own;
  socklen_t room = sizeof own;
  int unread = 0, unsent = 0;
  if (getsockname(fd, (struct sockaddr *)&own, &room) != 0 || own.ss_family != AF_UNIX) return false;
#ifdef SO_NWRITE
  room = sizeof unsent;
  getsockopt(fd, SOL_SOCKET, SO_NWRITE, &unsent, &room);
#else
  ioctl(fd, TIOCOUTQ, &unsent);
#endif
  return (ioctl(fd, FIONREAD, &unread) == 0 && unread > 0) || unsent > 0;
}

/* libcurl 7.88 opens a socket pair for curl_multi_wakeup without close-on-exec and does not reveal its numbers. A wake-up does: of the new
 * descriptors, the pair are those with a byte under way. False when one of them is low, because the host closed one at that moment. */
static bool seal_wakeup(CURLM *multi, const bool taken_before[DESCRIPTORS], int listed) {
  bool high = true;
  if (curl_multi_wakeup(multi) != CURLM_OK) return true;
  for (int fd = 0; fd < listed; fd++) {
    if (taken_before[fd] || !is_woken(fd)) continue;
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    high = high && fd > STDERR_FILENO;
  }
  curl_multi_poll(multi, NULL, 0, 0, NULL);
  return high;
}

/* Closing the multi handle sets SIGPIPE's handler for a moment, unless its last request had CURLOPT_NOSIGNAL. For a transport that is
 * closed unused, a handle that is never run has it. */
static bool forbid_signals(CURLM *multi) {
  CURL *easy = curl_easy_init();
  bool good = easy && curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L) == CURLE_OK && curl_multi_add_handle(multi, easy) == CURLM_OK;
  if (good) curl_multi_remove_handle(multi, easy);
  curl_easy_cleanup(easy);
  return good;
}

/* ---- memory: libcurl does not always say that it ran out, and says so of other things too. Its allocations are malloc's, counted where
 * malloc refuses one; another thread's count too, since both shared the shortage. ---- */

static atomic_long refusals;

static void *counted(void *block) {
  if (!block) atomic_fetch_add(&refusals, 1);
  return block;
}

static void *take(size_t bytes) { return counted(malloc(bytes)); }
static void *take_zeroed(size_t count, size_t bytes) { return counted(calloc(count, bytes)); }
static void *take_other(void *block, size_t bytes) { return bytes ? counted(realloc(block, bytes)) : realloc(block, bytes); }

static char *take_copy(const char *text) { return counted(strdup(text)); }

long process_refusals(void) { return atomic_load(&refusals); }

bool process_is_starved(void) {
  enum { ENOUGH = 4 * MOST_LINE_BYTES };
  void *block = malloc(ENOUGH);
  free(block);
  return !block;
}

static void look_at_errno(void) {
  if (errno == ENOMEM) atomic_fetch_add(&refusals, 1);
  errno = 0;
}

CURLMcode process_perform(CURLM *multi) {
  int running;
  errno = 0;
  CURLMcode code = curl_multi_perform(multi, &running);
  look_at_errno();
  return code;
}

int process_look(CURL *unused, curl_infotype kind, char *text, size_t length, void *payload) {
  (void)unused, (void)kind, (void)text, (void)length, (void)payload;
  look_at_errno();
  return 0;
}

/* Never undone: the host may use libcurl too, and an abandoned name lookup can outlive its transport. Tried again if it fails. */
bool process_start(void) {
  static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  static bool started;
  pthread_mutex_lock(&lock);
  descriptors_hold(); /* OpenSSL reads its settings */
  started = started || curl_global_init_mem(CURL_GLOBAL_DEFAULT, take, free, take_other, take_copy, take_zeroed) == CURLE_OK;
  descriptors_release();
  bool good = started;
  pthread_mutex_unlock(&lock);
  return good;
}

static CURLM *new_multi(bool *high) {
  bool taken[DESCRIPTORS];
  const int listed = list_taken(taken);
  CURLM *multi = curl_multi_init();
  if (!multi) return NULL;
  *high = seal_wakeup(multi, taken, listed);
  if (forbid_signals(multi)) return multi;
  curl_multi_cleanup(multi);
  return NULL;
}

CURLM *process_multi(void) {
  bool high = true;
  descriptors_hold();
  CURLM *multi = new_multi(&high);
  if (multi && !high) {
    descriptors_hold(); /* what the host closed meanwhile, too */
    CURLM *other = new_multi(&high);
    curl_multi_cleanup(multi);
    multi = other;
    descriptors_release();
  }
  descriptors_release();
  return multi;
}

/* A name for this machine ("localhost") may have an address of a family that is switched off here. Connecting to that would fail as it does
 * where no port is free. */
static bool is_switched_off(const struct curl_sockaddr *address) {
  struct sockaddr_in6 at;
  if (address->family != AF_INET6 || address->addrlen < sizeof at) return false;
  memcpy(&at, (const char *)address + offsetof(struct curl_sockaddr, addr), sizeof at); /* addr itself is declared shorter */
  if (!IN6_IS_ADDR_LOOPBACK(&at.sin6_addr)) return false;
  const int fd = descriptor_socket(AF_INET6, SOCK_DGRAM, 0); /* whose connect sends nothing, and takes no port that others lack */
  const bool off = fd >= 0 && connect(fd, (const struct sockaddr *)&at, sizeof at) != 0 && errno == EADDRNOTAVAIL;
  if (fd >= 0) close(fd);
  return off;
}

curl_socket_t process_socket(void *failed, curlsocktype purpose, struct curl_sockaddr *address) {
  (void)purpose;
  if (is_switched_off(address)) return CURL_SOCKET_BAD;
  int fd = descriptor_socket(address->family, address->socktype, address->protocol);
  if (fd < 0) *(int *)failed = errno;
  return fd;
}

int64_t process_clock_ms(void) { return now_ms(); }

/* fail_alloc: a program linked with this file has an allocator that refuses the nth allocation, or all from there on, whoever asks: the
 * program, each library of others, and the C library itself. It defines the functions, which the dynamic linker then prefers everywhere,
 * and hands on to glibc's, or in a build with the address sanitizer to the sanitizer's: its own definitions of these names are weak.
 *
 * FAIL_ALLOC_AT=n in the environment begins before main; FAIL_ALLOC_FOR=ever refuses all later ones too. A program can also begin and end
 * as often as it likes. Preloaded into one of others with FAIL_ALLOC_SIGNAL set, it begins at each SIGUSR2 with the signal's value (kill
 * -q), of which an odd one refuses all later ones too, and ends at a negative one. */
#include "fail_alloc.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if defined __has_feature
#if __has_feature(address_sanitizer)
#define REAL(name) __interceptor_##name
#define SANITIZED
#endif
#endif
#ifndef REAL
#define REAL(name) __libc_##name
#endif

void *REAL(malloc)(size_t size);
void *REAL(calloc)(size_t count, size_t size);
void *REAL(realloc)(void *block, size_t size);
void *REAL(memalign)(size_t alignment, size_t size);

static atomic_long asked, refused, at = -1;
static atomic_bool ever;

static _Thread_local bool exempt;

static bool refuses(void) {
  if (at < 0 || exempt) return false;
  long nth = atomic_fetch_add(&asked, 1);
  if (nth < at || (nth > at && !ever)) return false;
  refused++;
  errno = ENOMEM;
  return true;
}

void fail_alloc_begin(long nth, bool all_later) {
  asked = refused = 0;
  ever = all_later;
  at = nth;
}

bool fail_alloc_end(void) {
  at = -1;
  return refused > 0;
}

long fail_alloc_count(void) { return asked; }

void *malloc(size_t size) { return refuses() ? NULL : REAL(malloc)(size); }
void *calloc(size_t count, size_t size) { return refuses() ? NULL : REAL(calloc)(count, size); }
void *realloc(void *block, size_t size) { return refuses() ? NULL : REAL(realloc)(block, size); }
void *memalign(size_t alignment, size_t size) { return refuses() ? NULL : REAL(memalign)(alignment, size); }
void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

void *reallocarray(void *block, size_t count, size_t size) {
  if (!size || count <= SIZE_MAX / size) return realloc(block, count * size);
  errno = ENOMEM;
  return NULL;
}

int posix_memalign(void **out, size_t alignment, size_t size) {
  void *block = memalign(alignment, size);
  if (!block) return ENOMEM;
  *out = block;
  return 0;
}

/* The sanitizer has these two of its own, which would not come here. */
char *strdup(const char *text) { return strndup(text, strlen(text)); }

char *strndup(const char *text, size_t most) {
  size_t length = strnlen(text, most);
  char *copy = malloc(length + 1);
  if (!copy) return NULL;
  copy[length] = 0;
  return memcpy(copy, text, length);
}

/* The sanitizer ends the process when it cannot learn where the stack of a new thread is. */
#ifdef SANITIZED
int pthread_getattr_np(pthread_t thread, pthread_attr_t *attributes) {
  int (*real)(pthread_t, pthread_attr_t *) = NULL;
  exempt = true;
  void *found = dlsym(RTLD_NEXT, "pthread_getattr_np");
  memcpy(&real, &found, sizeof real);
  int failed = real(thread, attributes);
  exempt = false;
  return failed;
}
#endif

/* The value is nth * 2, or nth * 2 + 1 for all later ones too. A very large one ends it. */
static void on_signal(int number, siginfo_t *info, void *context) {
  (void)number, (void)context;
  fail_alloc_begin(info->si_value.sival_int / 2, info->si_value.sival_int % 2);
}

__attribute__((constructor)) static void begin(void) {
  const char *nth = getenv("FAIL_ALLOC_AT"), *how = getenv("FAIL_ALLOC_FOR");
  if (nth) fail_alloc_begin(strtol(nth, NULL, 10), how && strcmp(how, "ever") == 0);
  const struct sigaction action = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_RESTART };
  if (getenv("FAIL_ALLOC_SIGNAL")) sigaction(SIGUSR2, &action, NULL);
}

/* exit_at: ends the process at the n-th call that writes, syncs, renames or removes, as a power cut would. EXIT_AT is n; without it, the
 * number of calls is written to the file that EXIT_COUNT names. Preloaded by specs. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static atomic_long calls;

static void reach(void) {
  const char *at = getenv("EXIT_AT");
  if (atomic_fetch_add(&calls, 1) + 1 == (at ? atol(at) : -1)) _exit(137);
}

__attribute__((destructor)) static void tell(void) {
  const char *file = getenv("EXIT_COUNT");
  FILE *f = file ? fopen(file, "w") : NULL;
  if (!f) return;
  fprintf(f, "%ld\n", (long)atomic_load(&calls));
  fclose(f);
}

#define NEXT(name)                                                                                                                         \
  static __typeof__(&name) next;                                                                                                           \
  if (!next) {                                                                                                                             \
    void *found = dlsym(RTLD_NEXT, #name);                                                                                                 \
    memcpy(&next, &found, sizeof found);                                                                                                   \
  }                                                                                                                                        \
  reach()

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) {
  NEXT(pwrite);
  return next(fd, bytes, length, at);
}
ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t at) {
  NEXT(pwrite64);
  return next(fd, bytes, length, at);
}
int fsync(int fd) {
  NEXT(fsync);
  return next(fd);
}
int fdatasync(int fd) {
  NEXT(fdatasync);
  return next(fd);
}
int ftruncate(int fd, off_t length) {
  NEXT(ftruncate);
  return next(fd, length);
}
int ftruncate64(int fd, off64_t length) {
  NEXT(ftruncate64);
  return next(fd, length);
}
int unlink(const char *path) {
  NEXT(unlink);
  return next(path);
}
int rename(const char *from, const char *to) {
  NEXT(rename);
  return next(from, to);
}

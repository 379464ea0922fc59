/* fail_at: makes the n-th call of a class fail, once or from there on. Preloaded, it is told by the environment:
 *
 *   FAIL_CLASS  open readdir read write rename fsync socket connect thread fd inotify: several of them may be named
 *   FAIL_AT     n, from 1 on; without it calls are only counted
 *   FAIL_FOR    1 (the default) or ever
 *   FAIL_WITH   an errno, or `short`: reads and writes end early instead; the default is what the class is likely to meet
 *   FAIL_COUNT  a file to which the number of calls is written on exit
 *
 * Only the process in which it is loaded first counts, not the programs that it starts. A C test may also link it, and call fail_at.
 * Reads and writes of sockets are no calls of the system that count: what they meet is the network's. Nor are those of the records of gcov,
 * which are no part of what is tested. stdio reaches the system past this file, so that what it writes fails here as a call of stdio. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "fail_at.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
  OPEN = 1,
  READ = 2,
  WRITE = 4,
  RENAME = 8,
  FSYNC = 16,
  SOCKET = 32,
  CONNECT = 64,
  THREAD = 128,
  FD = 256,
  INOTIFY = 512,
  READDIR = 1024
};

static const struct {
  const char *name;
  int class, likely;
} CLASSES[] = {
  { "open", OPEN, EMFILE },     { "readdir", READDIR, EIO }, { "read", READ, EIO },          { "write", WRITE, ENOSPC },
  { "rename", RENAME, EACCES }, { "fsync", FSYNC, EIO },     { "socket", SOCKET, EMFILE },   { "connect", CONNECT, EADDRNOTAVAIL },
  { "thread", THREAD, EAGAIN }, { "fd", FD, EMFILE },        { "inotify", INOTIFY, ENOSPC },
};

static atomic_int failing;      /* the classes */
static atomic_long calls, from; /* from: 0 for never */
static atomic_bool ever;
static atomic_int with;   /* an errno; 0: the likely one */
static atomic_bool brief; /* reads and writes end early */

static int likely(int class) {
  for (size_t i = 0; i < sizeof CLASSES / sizeof *CLASSES; i++)
    if (CLASSES[i].class & class & atomic_load(&failing)) return CLASSES[i].likely;
  return EIO;
}

/* Whether a call that belongs to these classes fails; errno says how. */
static bool fails(int class) {
  if (!(class & atomic_load(&failing))) return false;
  const long n = atomic_fetch_add(&calls, 1) + 1, first = atomic_load(&from);
  if (!first || n < first || (n > first && !atomic_load(&ever))) return false;
  errno = atomic_load(&with) ? atomic_load(&with) : likely(class);
  return true;
}

/* gcov's own file of what was run. */
static bool is_record(const char *path) {
  const size_t length = strlen(path), ending = strlen(".gcda");
  return length > ending && strcmp(path + length - ending, ".gcda") == 0;
}

static bool is_open_record(int fd) {
  const int before = errno;
  char link[32], path[4096] = "";
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  if (readlink(link, path, sizeof path - 1) < 0) *path = 0;
  errno = before;
  return is_record(path);
}

/* Whether the word is among those of the list: "read" is not in "thread". */
static bool names(const char *list, const char *word) {
  const size_t length = strlen(word);
  for (const char *at = list; (at = strstr(at, word)); at += length)
    if ((at == list || at[-1] == ' ') && (at[length] == ' ' || !at[length])) return true;
  return false;
}

void fail_at(const char *classes, long n, bool for_ever, const char *how) {
  int chosen = 0;
  for (size_t i = 0; classes && i < sizeof CLASSES / sizeof *CLASSES; i++)
    if (names(classes, CLASSES[i].name)) chosen |= CLASSES[i].class;
  atomic_store(&failing, 0);
  atomic_store(&calls, 0);
  atomic_store(&from, n);
  atomic_store(&ever, for_ever);
  atomic_store(&brief, how && strcmp(how, "short") == 0);
  atomic_store(&with, how ? atoi(how) : 0);
  atomic_store(&failing, chosen);
}

long fail_at_calls(void) { return atomic_load(&calls); }

__attribute__((constructor)) static void begin(void) {
  const char *classes = getenv("FAIL_CLASS"), *n = getenv("FAIL_AT"), *how_long = getenv("FAIL_FOR"), *owner = getenv("FAIL_OWNER");
  char own[24];
  snprintf(own, sizeof own, "%ld", (long)getpid());
  if (!classes || (owner && strcmp(owner, own) != 0)) return;
  setenv("FAIL_OWNER", own, 1);
  fail_at(classes, n ? atol(n) : 0, how_long && strcmp(how_long, "ever") == 0, getenv("FAIL_WITH"));
}

__attribute__((destructor)) static void tell(void) {
  const char *file = atomic_load(&failing) ? getenv("FAIL_COUNT") : NULL;
  atomic_store(&failing, 0);
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
  }

#define CALL(class, failed, name, ...)                                                                                                     \
  {                                                                                                                                        \
    NEXT(name)                                                                                                                             \
    if (fails(class)) return failed;                                                                                                       \
    return next(__VA_ARGS__);                                                                                                              \
  }

/* ---- open ---- */

static mode_t mode_of(int flags, va_list more) { return flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(more, mode_t) : 0; }

#define OPENS(name)                                                                                                                        \
  int name(const char *path, int flags, ...) {                                                                                             \
    va_list more;                                                                                                                          \
    va_start(more, flags);                                                                                                                 \
    const mode_t mode = mode_of(flags, more);                                                                                              \
    va_end(more);                                                                                                                          \
    CALL(is_record(path) ? 0 : OPEN | FD, -1, name, path, flags, mode)                                                                     \
  }
#define OPENS_AT(name)                                                                                                                     \
  int name(int folder, const char *path, int flags, ...) {                                                                                 \
    va_list more;                                                                                                                          \
    va_start(more, flags);                                                                                                                 \
    const mode_t mode = mode_of(flags, more);                                                                                              \
    va_end(more);                                                                                                                          \
    CALL(is_record(path) ? 0 : OPEN | FD, -1, name, folder, path, flags, mode)                                                             \
  }
OPENS(open)
OPENS(open64)
OPENS_AT(openat)
OPENS_AT(openat64)

#ifdef __GLIBC__
/* What a fortified build calls instead. */
int __open_2(const char *path, int flags);
int __open64_2(const char *path, int flags);
int __open_2(const char *path, int flags)
    CALL(is_record(path) ? 0 : OPEN | FD, -1, __open_2, path, flags) int __open64_2(const char *path, int flags)
        CALL(is_record(path) ? 0 : OPEN | FD, -1, __open64_2, path, flags)
#endif

            FILE *fopen(const char *path, const char *mode)
                CALL(is_record(path) ? 0 : OPEN | FD, NULL, fopen, path, mode) FILE *fopen64(const char *path, const char *mode)
                    CALL(is_record(path) ? 0 : OPEN | FD, NULL, fopen64, path, mode) DIR *opendir(const char *path)
                        CALL(OPEN | FD, NULL, opendir, path) int mkostemp(char *path, int flags)
                            CALL(OPEN | FD, -1, mkostemp, path, flags) int mkostemp64(char *path, int flags)
                                CALL(OPEN | FD, -1, mkostemp64, path, flags)

                                    struct dirent *readdir(DIR *d) CALL(READDIR, NULL, readdir, d) struct dirent64 *readdir64(DIR *d)
                                        CALL(READDIR, NULL, readdir64, d)

    /* ---- other descriptors ---- */

    int pipe(int ends[2]) CALL(FD, -1, pipe, ends)

        int socket(int family, int type, int protocol) CALL(SOCKET | FD, -1, socket, family, type,
                                                            protocol) int socketpair(int family, int type, int protocol, int ends[2])
            CALL(SOCKET | FD, -1, socketpair, family, type, protocol, ends) int bind(int fd, const struct sockaddr *at, socklen_t size)
                CALL(SOCKET, -1, bind, fd, at, size) int listen(int fd, int backlog)
                    CALL(SOCKET, -1, listen, fd, backlog) int connect(int fd, const struct sockaddr *to, socklen_t size)
                        CALL(CONNECT, -1, connect, fd, to, size) int accept4(int fd, struct sockaddr *from_whom, socklen_t *size, int flags)
                            CALL(FD, -1, accept4, fd, from_whom, size, flags) int pipe2(int ends[2], int flags)
                                CALL(FD, -1, pipe2, ends, flags) int eventfd(unsigned count, int flags)
                                    CALL(FD, -1, eventfd, count, flags) int epoll_create1(int flags)
                                        CALL(FD, -1, epoll_create1, flags) int inotify_init1(int flags) {
  NEXT(inotify_init1)
  if (fails(FD)) return -1;
  if (!fails(INOTIFY)) return next(flags);
  if (!atomic_load(&with)) errno = EMFILE;
  return -1;
}
int inotify_add_watch(int fd, const char *path, uint32_t what) CALL(INOTIFY, -1, inotify_add_watch, fd, path, what)

    /* ---- read and write ---- */

    static bool is_socket(int fd) {
  const int before = errno;
  struct stat status;
  const bool yes = fstat(fd, &status) == 0 && S_ISSOCK(status.st_mode);
  errno = before;
  return yes;
}

static bool counts(int fd) { return !is_socket(fd) && !is_open_record(fd); }
static bool read_fails(int fd) { return atomic_load(&failing) & READ && counts(fd) && fails(READ); }
static bool write_fails(int fd) { return atomic_load(&failing) & WRITE && counts(fd) && fails(WRITE); }

/* How many bytes a call that ends early takes. */
static size_t part(size_t length) { return length > 1 ? length / 2 : length; }

#define MOVES(name, test, bytes_type)                                                                                                      \
  ssize_t name(int fd, bytes_type bytes, size_t length) {                                                                                  \
    NEXT(name)                                                                                                                             \
    if (!test(fd)) return next(fd, bytes, length);                                                                                         \
    return atomic_load(&brief) ? next(fd, bytes, part(length)) : -1;                                                                       \
  }
#define MOVES_AT(name, test, bytes_type, place_type)                                                                                       \
  ssize_t name(int fd, bytes_type bytes, size_t length, place_type at) {                                                                   \
    NEXT(name)                                                                                                                             \
    if (!test(fd)) return next(fd, bytes, length, at);                                                                                     \
    return atomic_load(&brief) ? next(fd, bytes, part(length), at) : -1;                                                                   \
  }
MOVES(read, read_fails, void *)
MOVES(write, write_fails, const void *)
MOVES_AT(pread, read_fails, void *, off_t)
MOVES_AT(pread64, read_fails, void *, off64_t)
MOVES_AT(pwrite, write_fails, const void *, off_t)
MOVES_AT(pwrite64, write_fails, const void *, off64_t)

size_t fwrite(const void *bytes, size_t size, size_t count, FILE *out) {
  NEXT(fwrite)
  return atomic_load(&failing) & WRITE && !is_open_record(fileno(out)) && fails(WRITE) ? 0 : next(bytes, size, count, out);
}
int fflush(FILE *out) {
  NEXT(fflush)
  if (out && (!__fpending(out) || is_open_record(fileno(out)))) return next(out); /* nothing is written that counts */
  return fails(WRITE) ? EOF : next(out);
}
int ftruncate(int fd, off_t length) CALL(WRITE, -1, ftruncate, fd, length) int ftruncate64(int fd, off64_t length)
    CALL(WRITE, -1, ftruncate64, fd, length) int fsync(int fd) CALL(FSYNC, -1, fsync, fd) int fdatasync(int fd)
        CALL(FSYNC, -1, fdatasync, fd)

    /* ---- names, threads ---- */

    int rename(const char *old, const char *new) CALL(RENAME, -1, rename, old, new) int link(const char *old, const char *new)
        CALL(RENAME, -1, link, old, new) int unlink(const char *path)
            CALL(RENAME, -1, unlink, path) int mkdir(const char *path, mode_t mode) CALL(RENAME, -1, mkdir, path, mode)

                int pthread_create(pthread_t *id, const pthread_attr_t *how, void *(*run)(void *), void *argument)
                    CALL(THREAD, errno, pthread_create, id, how, run, argument)

/* process: see process.h. */
#include "library/validate/process.h"

#include "util/descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Away from 0, 1 and 2: there the program's own descriptors go. */
static bool open_pipe(int ends[2]) {
  if (pipe2(ends, O_CLOEXEC)) return false;
  ends[0] = descriptor_raise(ends[0]);
  ends[1] = descriptor_raise(ends[1]);
  return ends[0] >= 0 && ends[1] >= 0 && fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0;
}

static void let_go(int *fd) {
  if (*fd >= 0) close(*fd);
  *fd = -1;
}

static const char *search_path(char *const *environment) {
  for (; environment && *environment; environment++)
    if (strncmp(*environment, "PATH=", 5) == 0) return *environment + 5;
  return "/usr/bin:/bin";
}

/* As posix_spawnp does, but along the PATH of the program's own environment: this process may have another. */
static int spawn_found(pid_t *id, const posix_spawn_file_actions_t *files, const posix_spawnattr_t *how, char *const *argv,
                       char *const *environment) {
  if (strchr(argv[0], '/')) return posix_spawn(id, argv[0], files, how, argv, environment);
  int failed = ENOENT;
  for (const char *from = search_path(environment), *end; from; from = *end ? end + 1 : NULL) {
    char path[PATH_MAX];
    end = strchrnul(from, ':');
    int length = snprintf(path, sizeof path, "%.*s%s%s", (int)(end - from), from, end > from ? "/" : "", argv[0]);
    int why = length < (int)sizeof path ? posix_spawn(id, path, files, how, argv, environment) : ENAMETOOLONG;
    if (why != ENOENT && why != ENOTDIR && why != EACCES) return why;
    if (why == EACCES) failed = why;
  }
  return failed;
}

static int spawn(pid_t *id, char *const *argv, char *const *environment, const posix_spawn_file_actions_t *files) {
  posix_spawnattr_t how;
  sigset_t all, none;
  int failed = posix_spawnattr_init(&how);
  if (failed) return failed;
  sigfillset(&all);
  sigemptyset(&none);
  posix_spawnattr_setsigdefault(&how, &all);
  posix_spawnattr_setsigmask(&how, &none);
  posix_spawnattr_setpgroup(&how, 0);
  posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
  failed = spawn_found(id, files, &how, argv, environment);
  posix_spawnattr_destroy(&how);
  return failed;
}

static int spawn_on(pid_t *id, char *const *argv, char *const *environment, int out, int err) {
  posix_spawn_file_actions_t files;
  int failed = posix_spawn_file_actions_init(&files);
  if (failed) return failed;
  failed = posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  if (!failed) failed = posix_spawn_file_actions_adddup2(&files, out, 1);
  if (!failed) failed = posix_spawn_file_actions_adddup2(&files, err, 2);
  if (!failed) failed = spawn(id, argv, environment, &files);
  posix_spawn_file_actions_destroy(&files);
  return failed;
}

static int watch_end(pid_t id) {
#ifdef SYS_pidfd_open
  return descriptor_raise((int)syscall(SYS_pidfd_open, id, 0)); /* close-on-exec by itself */
#else
  (void)id;
  return -1;
#endif
}

int process_start(process *p, char *const *argv, char *const *environment) {
  int out[2] = { -1, -1 }, err[2] = { -1, -1 };
  *p = (process){ .out = -1, .err = -1, .ended = -1 };
  int failed = open_pipe(out) && open_pipe(err) ? 0 : errno;
  if (!failed) failed = spawn_on(&p->id, argv, environment, out[1], err[1]);
  let_go(&out[1]);
  let_go(&err[1]);
  p->out = out[0];
  p->err = err[0];
  if (failed)
    process_close(p);
  else
    p->ended = watch_end(p->id);
  return failed;
}

void process_kill(const process *p) {
  kill(-p->id, SIGKILL);
  kill(p->id, SIGKILL); /* it may have left its group; it is not reaped yet, so the number is its own */
}

bool process_reap(const process *p, int *status) {
  pid_t got = waitpid(p->id, status, WNOHANG);
  if (got == 0 || (got < 0 && errno == EINTR)) return false;
  if (got < 0) *status = -1; /* the host ignores SIGCHLD, or reaped it */
  return true;
}

void process_close(process *p) {
  let_go(&p->out);
  let_go(&p->err);
  let_go(&p->ended);
}

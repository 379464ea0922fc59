/* check: the helpers that the C tests share. Prints one line per test and closes with "N passed, N failed". */
#ifndef ROSTER_SPEC_CHECK_H
#define ROSTER_SPEC_CHECK_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int check_passed, check_failed;

static inline void check(bool ok, const char *sentence) {
  printf("%s: %s\n", ok ? "ok" : "not ok", sentence);
  if (ok)
    check_passed++;
  else
    check_failed++;
}

static inline int check_close(void) {
  printf("%d passed, %d failed\n", check_passed, check_failed);
  return check_failed > 0 || check_passed == 0;
}

/* A separate directory for this test in TMPDIR. Paths in it have CHECK_PATH bytes at most. */
enum { CHECK_FOLDER = 256, CHECK_PATH = CHECK_FOLDER + 256 };

static inline bool check_folder(char folder[CHECK_FOLDER]) {
  const char *place = getenv("TMPDIR");
  int length = snprintf(folder, CHECK_FOLDER, "%s/roster-test-XXXXXX", place && *place ? place : "/tmp");
  return length > 0 && length < CHECK_FOLDER && mkdtemp(folder) != NULL;
}

static inline void check_folder_remove(const char *folder) {
  pid_t child = fork();
  if (child == 0) {
    execlp("rm", "rm", "-rf", "--", folder, (char *)NULL);
    _exit(127);
  }
  if (child > 0) waitpid(child, NULL, 0);
}

/* How long to wait for what must end by itself, and the bound for what must not wait at all. Both are generous: the machine may be busy. */
enum { CHECK_PATIENCE_MS = 60 * 1000, CHECK_SOON_MS = 20 * 1000 };

/* Waits until a condition holds, for as long as a busy machine may need; false if it never does. */
static inline bool check_eventually(bool (*holds)(void *payload), void *payload) {
  for (int i = 0; i < CHECK_PATIENCE_MS / 10; i++) {
    if (holds(payload)) return true;
    nanosleep(&(struct timespec){ .tv_nsec = 10 * 1000 * 1000 }, NULL);
  }
  return false;
}

/* Whether an inotify descriptor of this process watches anything. Without inotify there is nothing to wait for: what was there before is
 * known from the last load. */
static inline bool check_watches(void *unused) {
#ifdef ROSTER_PORTABLE
  return !unused;
#endif
  char line[256];
  bool found = false;
  for (int fd = 0; fd < 1024 && !found && !unused; fd++) {
    snprintf(line, sizeof line, "/proc/self/fdinfo/%d", fd);
    FILE *f = fopen(line, "re");
    while (f && !found && fgets(line, sizeof line, f)) found = strncmp(line, "inotify wd:", 11) == 0;
    if (f) fclose(f);
  }
  return found;
}

#endif

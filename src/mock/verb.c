/* verb: "roster stand-in": the process around a stand-in: reading the scenario, saying where the servers are, ending in time. It
 * must never know how they serve. */
#include "mock/text_file.h"
#include "mock/troupe.h"

#include <errno.h>
#include "util/json.h"
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

enum { EXIT_FINE = 0, EXIT_BAD = 2, LONGEST_MESSAGE = 1024 };

static int usage(void) {
  fputs("usage: roster stand-in SCENARIO.json\n"
        "Serves the stand-in providers of the scenario (\"-\": standard input) and says where they are.\n",
        stderr);
  return EXIT_BAD;
}

/* Blocked in all threads, also those of the servers, so that only sigtimedwait sees them. */
static void hold_signals(sigset_t *ends) {
  sigemptyset(ends);
  sigaddset(ends, SIGTERM);
  sigaddset(ends, SIGINT);
  pthread_sigmask(SIG_BLOCK, ends, NULL);
  signal(SIGPIPE, SIG_IGN);
}

/* The parent may have died before the kernel was told to say so. */
static bool die_with_parent(pid_t parent) { return prctl(PR_SET_PDEATHSIG, SIGTERM) == 0 && getppid() == parent; }

static bool announce(const standin *s) {
  json_t *servers = json_array();
  for (size_t i = 0; i < standin_count(s); i++)
    json_array_append_new(
        servers, json_pack("{s:s, s:s, s:i}", "name", standin_name(s, i), "url", standin_url(s, i), "port", (int)standin_port(s, i)));
  json_t *line = json_pack("{s:i, s:o}", "pid", (int)getpid(), "servers", servers);
  bool said = line && json_dumpf(line, stdout, JSON_COMPACT) == 0 && putchar('\n') != EOF && fflush(stdout) == 0;
  json_decref(line);
  return said;
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void wait_for_end(const sigset_t *ends, double seconds) {
  double end = now() + seconds;
  for (double left = seconds; left > 0; left = end - now()) {
    struct timespec wait = { .tv_sec = (time_t)left };
    wait.tv_nsec = (long)((left - (double)wait.tv_sec) * 1e9);
    if (sigtimedwait(ends, NULL, &wait) >= 0 || errno == EAGAIN) return;
  }
}

static int serve(const char *scenario, const char *path, const sigset_t *ends) {
  char error[LONGEST_MESSAGE] = "";
  standin *s = standin_start(scenario, error, sizeof error);
  if (!s) {
    fprintf(stderr, "roster stand-in: %s: %s\n", path, error);
    return EXIT_BAD;
  }
  bool said = announce(s);
  if (said)
    wait_for_end(ends, standin_lifetime(s));
  else
    fprintf(stderr, "roster stand-in: cannot say where the servers are: %s\n", strerror(errno));
  standin_stop(s);
  return said ? EXIT_FINE : EXIT_BAD;
}

__attribute__((visibility("default"))) int standin_main(int argc, char **argv) {
  pid_t parent = getppid();
  sigset_t ends;
  if (argc != 2 || (argv[1][0] == '-' && argv[1][1])) return usage();
  if (!die_with_parent(parent)) return EXIT_FINE;
  hold_signals(&ends);
  char *scenario = text_file_read(argv[1]);
  if (!scenario) {
    fprintf(stderr, "roster stand-in: cannot read '%s': %s\n", argv[1], strerror(errno));
    return EXIT_BAD;
  }
  int status = serve(scenario, argv[1], &ends);
  free(scenario);
  return status;
}

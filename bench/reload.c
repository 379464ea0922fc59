/* reload: the cost of reading all definitions again, compared with stock Lua's dofile on the same files.
 *
 *     reload time CONFIG_DIRECTORY ROUNDS     models, ms of dofile, ms of roster_refresh, the ratio, ms of a thread that
 *                                             does nothing, and by how many ms roster_refresh is longer; medians of rounds in turn
 *     reload memory CONFIG_DIRECTORY RELOADS  reloads, after how many of them memory has settled, then KiB of RSS after those and after
 *                                             the last */
#include "bare_reload.h"
#include "quiet.h"

#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_ROUNDS = 1000, MOST_FILES = 32, MOST_RELOADS = 10 * 1000, SETTLED_AFTER = 100, WARMUP = 2 };

/* ---- time ---- */

static char *files[MOST_FILES];
static size_t file_count;

static void find_files(const char *directory) {
  DIR *d = opendir(directory);
  for (struct dirent *entry; d && (entry = readdir(d)) && file_count < MOST_FILES;) {
    if (!strstr(entry->d_name, ".lua")) continue;
    files[file_count] = no_less(malloc(strlen(directory) + strlen(entry->d_name) + 2));
    sprintf(files[file_count++], "%s/%s", directory, entry->d_name);
  }
  if (d) closedir(d);
}

/* A reload starts a thread: on a busy machine that alone may take longer than the work. */
static void *nothing(void *payload) { return payload; }

static void start_and_join(void) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, nothing, NULL) || pthread_join(thread, NULL)) exit(1);
}

typedef struct times {
  double bare[MOST_ROUNDS], own[MOST_ROUNDS], ratio[MOST_ROUNDS], thread[MOST_ROUNDS], longer[MOST_ROUNDS];
} times;

static void time_round(roster *r, size_t models, times *t, int round) {
  double stops[4] = { now_ns() };
  if (bare_reload((const char *const *)files, file_count) != models) exit(1);
  stops[1] = now_ns();
  quiet_reload(r);
  stops[2] = now_ns();
  start_and_join();
  stops[3] = now_ns();
  t->bare[round] = (stops[1] - stops[0]) / 1e6;
  t->own[round] = (stops[2] - stops[1]) / 1e6;
  t->thread[round] = (stops[3] - stops[2]) / 1e6;
  t->ratio[round] = t->own[round] / t->bare[round];
  t->longer[round] = t->own[round] - t->thread[round];
}

static size_t count_of(roster *r) {
  const roster_snapshot *s = roster_acquire(r);
  size_t count = roster_count(s);
  roster_release(s);
  return count;
}

static void time_reloads(roster *r, const char *directory, int rounds) {
  static times t;
  size_t models = count_of(r);
  find_files(directory);
  for (int i = -WARMUP; i < rounds; i++) time_round(r, models, &t, i < 0 ? 0 : i);
  printf("%zu %.3f %.3f %.3f %.3f %.3f\n", models, median(t.bare, rounds), median(t.own, rounds), median(t.ratio, rounds),
         median(t.thread, rounds), median(t.longer, rounds));
  while (file_count > 0) free(files[--file_count]);
}

/* ---- memory ---- */

static long resident_kib(void) {
  long pages = 0;
  FILE *f = fopen("/proc/self/statm", "r");
  if (!f || fscanf(f, "%*d %ld", &pages) != 1) exit(1);
  fclose(f);
  return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static void weigh(roster *r, int reloads) {
  const int settled_after = reloads / 3 < SETTLED_AFTER ? reloads / 3 : SETTLED_AFTER;
  long settled = 0;
  for (int i = 1; i <= reloads; i++) {
    quiet_reload(r);
    if (i == settled_after) settled = resident_kib();
  }
  printf("%d %d %ld %ld\n", reloads, settled_after, settled, resident_kib());
}

int main(int argc, char **argv) {
  int rounds = argc == 4 ? atoi(argv[3]) : 1;
  if (argc < 3 || rounds < 1 || rounds > (strcmp(argv[1], "time") == 0 ? MOST_ROUNDS : MOST_RELOADS)) return 2;
  roster *r = quiet_open(argv[2]);
  if (strcmp(argv[1], "time") == 0)
    time_reloads(r, argv[2], rounds);
  else
    weigh(r, rounds);
  roster_close(r);
  return 0;
}

/* reload: the cost of reading all definitions again, compared with stock Lua's dofile on the same files, and its effect on readers.
 *
 *     reload time CONFIG_DIRECTORY ROUNDS     models, ms of dofile, ms of roster_refresh, the ratio, ms of a thread that
 *                                             does nothing, and by how many ms roster_refresh is longer; medians of rounds in turn
 *     reload readers CONFIG_DIRECTORY         reloads during reads; for a reader without and with them: reads, 99.99 % of them took
 *                                             at most this many us, the slowest this many
 *     reload memory CONFIG_DIRECTORY          reloads, then KiB of RSS after the hundredth and after the last */
#include "bare_reload.h"
#include "quiet.h"

#include <dirent.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_ROUNDS = 1000, MOST_FILES = 16, RELOADS_BESIDE = 1000, RELOADS = 10 * 1000, SETTLED_AFTER = 100, WARMUP = 2 };

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

/* ---- readers ---- */

enum { FINEST_NS = 10, STEPS = 100 * 1000 };

typedef struct reader {
  roster *registry;
  const char *id;
  atomic_bool stop;
  size_t reads;
  double slowest_ns;
  unsigned steps[STEPS]; /* how many reads took that many times FINEST_NS; the last: that long or longer */
} reader;

static void *read_on(void *given) {
  reader *who = given;
  for (double before = now_ns(), after; !atomic_load_explicit(&who->stop, memory_order_relaxed); before = after) {
    const roster_snapshot *s = roster_acquire(who->registry);
    bool found = roster_find(s, who->id) != NULL;
    roster_release(s);
    after = now_ns();
    double ns = after - before;
    if (!found) return NULL;
    size_t step = (size_t)(ns / FINEST_NS);
    who->steps[step < STEPS ? step : STEPS - 1]++;
    who->reads++;
    if (ns > who->slowest_ns) who->slowest_ns = ns;
  }
  return who;
}

static double most_of_them_us(const reader *who) {
  size_t left = who->reads / 10000, at = STEPS;
  for (size_t beyond = 0; at > 0 && beyond <= left;) beyond += who->steps[--at];
  return (double)(at + 1) * FINEST_NS / 1e3;
}

static void print_reader(const char *name, const reader *who) {
  printf("%s %zu %.2f %.1f\n", name, who->reads, most_of_them_us(who), who->slowest_ns / 1e3);
}

/* While a reader runs: reloads, or the same time without any. */
static double stand_beside(reader *who, bool reloads, double ns) {
  pthread_t thread;
  void *good = NULL;
  double began = now_ns();
  if (pthread_create(&thread, NULL, read_on, who)) exit(1);
  for (int i = 0; reloads && i < RELOADS_BESIDE; i++) quiet_reload(who->registry);
  if (!reloads) usleep((useconds_t)(ns / 1e3));
  double took = now_ns() - began;
  atomic_store(&who->stop, true);
  pthread_join(thread, &good);
  if (!good) exit(1);
  return took;
}

static void watch_readers(roster *r) {
  static reader alone, beside;
  const roster_snapshot *s = roster_acquire(r);
  alone.registry = beside.registry = r;
  alone.id = beside.id = roster_model_id(roster_at(s, 0));
  double took = stand_beside(&beside, true, 0);
  stand_beside(&alone, false, took);
  roster_release(s);
  printf("reloads %d\n", RELOADS_BESIDE);
  print_reader("without", &alone);
  print_reader("with", &beside);
}

/* ---- memory ---- */

static long resident_kib(void) {
  long pages = 0;
  FILE *f = fopen("/proc/self/statm", "r");
  if (!f || fscanf(f, "%*d %ld", &pages) != 1) exit(1);
  fclose(f);
  return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static void weigh(roster *r) {
  long settled = 0;
  for (int i = 1; i <= RELOADS; i++) {
    quiet_reload(r);
    if (i == SETTLED_AFTER) settled = resident_kib();
  }
  printf("%d %ld %ld\n", RELOADS, settled, resident_kib());
}

int main(int argc, char **argv) {
  int rounds = argc == 4 ? atoi(argv[3]) : 1;
  if (argc < 3 || rounds < 1 || rounds > MOST_ROUNDS) return 2;
  roster *r = quiet_open(argv[2]);
  if (strcmp(argv[1], "time") == 0)
    time_reloads(r, argv[2], rounds);
  else if (strcmp(argv[1], "readers") == 0)
    watch_readers(r);
  else
    weigh(r);
  roster_close(r);
  return 0;
}

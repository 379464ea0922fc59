/* readers: whether a reload shows to those who look models up meanwhile. Threads look up random ids (acquire, find, release) in bursts,
 * with a rest between them, as hosts do; another one in turn sleeps, spins, and reloads. Spinning is the control: where threads outnumber
 * processors, a further busy one delays all others, whatever it does.
 *
 *     readers CONFIG_DIRECTORY THREADS ROUNDS
 *
 * prints the models, then for each clock and phase: lookups, and what 50 %, 99.9 % and 99.99 % of them took at most, and the slowest, in
 * us. The clocks are wall time, and processor time of the thread, which leaves out the time in which others run; a reading of that one is a
 * system call, so a lookup seems to take longer by it. A phase of reloads ends a while after the last, so that what they push out of the
 * caches counts for them. */
#include "quiet.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
  MOST_THREADS = 64,
  FINE_BITS = 5,
  FINE = 1 << FINE_BITS,
  BINS = 64 * FINE,
  TAIL_MS = 20,
  BURST = 100,
  REST_NS = 2000 * 1000,
  LONGEST_NS = 500 * 1000 * 1000
};

typedef enum phase { PAUSE, ASLEEP, SPINNING, RELOADING, PHASES } phase;

typedef struct histogram {
  unsigned long bins[BINS], count;
  double slowest;
} histogram;

typedef struct reader {
  pthread_t thread;
  unsigned long long seed;
  histogram seen[2][PHASES];
} reader;

static roster *registry;
static const char **ids;
static size_t id_count;
static atomic_int phase_now, clock_now; /* of the second: 0 wall, 1 processor */
static atomic_bool stop;
static reader readers[MOST_THREADS];

/* ---- histograms: the power of two and the five bits behind it ---- */

static size_t bin_of(unsigned long ns) {
  if (ns < FINE) return ns;
  const int high = 63 - __builtin_clzl(ns);
  return (size_t)(high - FINE_BITS + 1) * FINE + (ns >> (high - FINE_BITS) & (FINE - 1));
}

static double end_of(size_t bin) {
  if (bin < FINE) return (double)bin;
  const int shift = (int)(bin / FINE) - 1;
  return (double)((FINE + bin % FINE + 1) << shift);
}

static void put(histogram *h, double ns) {
  h->bins[bin_of(ns > 0 ? (unsigned long)ns : 0)]++;
  h->count++;
  if (ns > h->slowest) h->slowest = ns;
}

static void merge(histogram *into, const histogram *from) {
  for (size_t i = 0; i < BINS; i++) into->bins[i] += from->bins[i];
  into->count += from->count;
  if (from->slowest > into->slowest) into->slowest = from->slowest;
}

/* What that share took at most. */
static double at_most(const histogram *h, double share) {
  unsigned long left = (unsigned long)((double)h->count * (1 - share));
  for (size_t i = BINS; i-- > 0;) {
    if (h->bins[i] > left) return end_of(i);
    left -= h->bins[i];
  }
  return 0;
}

/* ---- reading ---- */

static const char *next_id(reader *who) {
  who->seed = who->seed * 6364136223846793005u + 1442695040888963407u;
  return ids[(size_t)(who->seed >> 33) % id_count];
}

static void sleep_ns(double ns) {
  struct timespec t = { (time_t)(ns / 1e9), (long)ns % 1000000000 };
  nanosleep(&t, NULL);
}

static bool look_up(reader *who) {
  const int at = atomic_load_explicit(&phase_now, memory_order_relaxed), clock = atomic_load_explicit(&clock_now, memory_order_relaxed);
  const char *id = next_id(who);
  const double began = clock ? own_ns() : now_ns();
  const roster_snapshot *s = roster_acquire(registry);
  const bool found = roster_find(s, id);
  roster_release(s);
  const double ended = clock ? own_ns() : now_ns();
  if (at == atomic_load_explicit(&phase_now, memory_order_relaxed)) put(&who->seen[clock][at], ended - began);
  return found;
}

static void *read_on(void *given) {
  while (!atomic_load_explicit(&stop, memory_order_relaxed)) {
    for (int i = 0; i < BURST; i++)
      if (!look_up(given)) return NULL;
    sleep_ns(REST_NS);
  }
  return given;
}

/* ---- phases ---- */

static void spin_ns(double ns) {
  for (double until = now_ns() + ns; now_ns() < until;) {
  }
}

static void enter_phase(phase p) { atomic_store(&phase_now, p); }

static double go_round(int clock, double took) {
  enter_phase(PAUSE);
  atomic_store(&clock_now, clock);
  sleep_ns(TAIL_MS * 1e6);
  enter_phase(ASLEEP);
  sleep_ns(took);
  enter_phase(SPINNING);
  spin_ns(took);
  enter_phase(RELOADING);
  const double began = now_ns();
  quiet_reload(registry);
  took = now_ns() - began;
  sleep_ns(TAIL_MS * 1e6);
  return took < LONGEST_NS ? took : LONGEST_NS;
}

static void print(int clock, phase p, int threads) {
  static const char *const clocks[] = { "wall", "processor" }, *const phases[] = { "pause", "asleep", "spinning", "reloading" };
  static histogram all;
  all = (histogram){ 0 };
  for (int i = 0; i < threads; i++) merge(&all, &readers[i].seen[clock][p]);
  printf("%s %s %lu %.2f %.2f %.2f %.1f\n", clocks[clock], phases[p], all.count, at_most(&all, 0.5) / 1e3, at_most(&all, 0.999) / 1e3,
         at_most(&all, 0.9999) / 1e3, all.slowest / 1e3);
}

static void take_ids(void) {
  const roster_snapshot *s = roster_acquire(registry);
  id_count = roster_count(s);
  ids = no_less(calloc(id_count, sizeof *ids));
  for (size_t i = 0; i < id_count; i++) ids[i] = no_less(strdup(roster_model_id(roster_at(s, i))));
  roster_release(s);
}

static void read_beside(int threads, int rounds) {
  double took = 200e6;
  for (int i = 0; i < threads; i++) {
    readers[i].seed = (unsigned long long)i * 7919 + 1;
    if (pthread_create(&readers[i].thread, NULL, read_on, &readers[i])) exit(1);
  }
  for (int round = 0; round < rounds; round++) took = go_round(round % 2, took);
  atomic_store(&stop, true);
  for (int i = 0; i < threads; i++) {
    void *good = NULL;
    pthread_join(readers[i].thread, &good);
    if (!good) exit(1);
  }
}

int main(int argc, char **argv) {
  const int threads = argc == 4 ? atoi(argv[2]) : 0, rounds = argc == 4 ? atoi(argv[3]) : 0;
  if (threads < 1 || threads > MOST_THREADS || rounds < 2) return 2;
  registry = quiet_open(argv[1]);
  take_ids();
  read_beside(threads, rounds);
  printf("models %zu threads %d reloads %d\n", id_count, threads, rounds);
  for (int clock = 0; clock < 2; clock++)
    for (phase p = ASLEEP; p < PHASES; p++) print(clock, p, threads);
  for (size_t i = 0; i < id_count; i++) free((char *)ids[i]);
  free(ids);
  roster_close(registry);
  return 0;
}

/* lookup: the cost of one roster_find on a held snapshot, compared with a perfect hash over the same names, by one thread and by two at
 * once. Both look up the same ids alternately, in a shuffled order. Uses only roster.h.
 *
 *     lookup CONFIG_DIRECTORY
 *
 * prints a line for each of the two: name, models, ns by one thread, ns by two (per lookup of the slower one), the ratio to the perfect
 * hash, the ratio of two threads to one, and that as a multiple of the perfect hash's; medians of all rounds. Times are processor times of
 * a thread: on a machine of two cores the wall clock would also measure other processes. What threads do to each other's caches still
 * counts. */
#include "perfect.h"
#include "quiet.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 31, LOOKUPS = 300 * 1000, THREADS = 2 };

typedef struct way {
  const char *name;
  const void *(*find)(const char *id);
  double alone[ROUNDS], together[ROUNDS], ratio[ROUNDS], shared[ROUNDS], slowing[ROUNDS];
} way;

static const roster_snapshot *held;
static const char **asked; /* copies: equal pointers would favour both */
static size_t asked_count;
static atomic_int arrived;

static const void *by_roster(const char *id) { return roster_find(held, id); }

/* ---- the ids to look up ---- */

/* Every spelling that roster knows, so that both tables contain the same. */
static size_t name_model(const roster_model *m, const char **names, const void **values, size_t count) {
  const char *name = roster_model_id(m);
  for (size_t i = 0; name; name = roster_model_alias_at(m, i++)) names[count] = name, values[count++] = m;
  for (size_t i = 0; (name = roster_model_formerly_at(m, i)); i++) names[count] = name, values[count++] = m;
  return count;
}

static void fill_perfect(void) {
  enum { MOST_NAMES = 8 };
  size_t models = roster_count(held), count = 0;
  const char **names = no_less(calloc(models * MOST_NAMES, sizeof *names));
  const void **values = no_less(calloc(models * MOST_NAMES, sizeof *values));
  for (size_t i = 0; i < models; i++) count = name_model(roster_at(held, i), names, values, count);
  perfect_publish(names, values, count);
  free(names);
  free(values);
}

static void shuffle(const char **ids, size_t count) {
  unsigned long long seed = 42;
  for (size_t i = count - 1; i > 0; i--) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    size_t other = (size_t)(seed >> 33) % (i + 1);
    const char *id = ids[i];
    ids[i] = ids[other];
    ids[other] = id;
  }
}

static void fill_asked(void) {
  asked_count = roster_count(held);
  asked = no_less(calloc(asked_count, sizeof *asked));
  for (size_t i = 0; i < asked_count; i++) asked[i] = roster_model_id(roster_at(held, i));
  shuffle(asked, asked_count);
  for (size_t i = 0; i < asked_count; i++) asked[i] = no_less(strdup(asked[i]));
}

static void compare_answers(const way *a, const way *b) {
  for (size_t i = 0; i < asked_count; i++) {
    if (a->find(asked[i]) && a->find(asked[i]) == b->find(asked[i])) continue;
    fprintf(stderr, "lookup: '%s' is not found alike\n", asked[i]);
    exit(1);
  }
}

/* ---- measuring ---- */

typedef struct part {
  const void *(*find)(const char *id);
  size_t begin;
  int threads;
  double ns;
} part;

static void *look_up(void *given) {
  part *p = given;
  size_t found = 0, at = p->begin;
  atomic_fetch_add(&arrived, 1);
  while (atomic_load(&arrived) < p->threads) {
  }
  double began = own_ns();
  for (int i = 0; i < LOOKUPS; i++) {
    found += p->find(asked[at]) != NULL;
    if (++at == asked_count) at = 0;
  }
  p->ns = (own_ns() - began) / LOOKUPS;
  return found == LOOKUPS ? p : NULL;
}

static double measure(const way *w, int threads) {
  pthread_t ids[THREADS];
  part parts[THREADS];
  double slowest = 0;
  atomic_store(&arrived, 0);
  for (int i = 0; i < threads; i++) {
    parts[i] = (part){ w->find, (size_t)i * 17 % asked_count, threads, 0 };
    if (pthread_create(&ids[i], NULL, look_up, &parts[i])) exit(1);
  }
  for (int i = 0; i < threads; i++) {
    void *good = NULL;
    pthread_join(ids[i], &good);
    if (!good) exit(1);
    if (parts[i].ns > slowest) slowest = parts[i].ns;
  }
  return slowest;
}

/* Measurements to compare are taken right after each other. */
static void run(way *ways, int round) {
  double alone[2], together[2];
  for (int i = 0; i < 2; i++) alone[i] = measure(&ways[i], 1);
  for (int i = 0; i < 2; i++) together[i] = measure(&ways[i], THREADS);
  for (int i = 0; round >= 0 && i < 2; i++) {
    way *w = &ways[i];
    w->alone[round] = alone[i];
    w->together[round] = together[i];
    w->ratio[round] = alone[i] / alone[0];
    w->shared[round] = together[i] / alone[i];
    w->slowing[round] = w->shared[round] / ways[0].shared[round];
  }
}

static void print(way *w) {
  printf("%s %zu %.2f %.2f %.3f %.3f %.3f\n", w->name, asked_count, median(w->alone, ROUNDS), median(w->together, ROUNDS),
         median(w->ratio, ROUNDS), median(w->shared, ROUNDS), median(w->slowing, ROUNDS));
}

int main(int argc, char **argv) {
  static way ways[] = { { .name = "perfect_hash", .find = perfect_find }, { .name = "roster_find", .find = by_roster } };
  if (argc != 2) return 2;
  roster *r = quiet_open(argv[1]);
  held = roster_acquire(r);
  fill_perfect();
  fill_asked();
  compare_answers(&ways[0], &ways[1]);
  for (int round = -2; round < ROUNDS; round++) run(ways, round);
  for (int i = 0; i < 2; i++) print(&ways[i]);
  for (size_t i = 0; i < asked_count; i++) free((void *)asked[i]);
  free(asked);
  roster_release(held);
  roster_close(r);
  return 0;
}

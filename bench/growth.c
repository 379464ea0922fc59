/* growth: how long a model, or a provider, takes among few and among many: processor time and memory of everything that a host pays for,
 * over registries of several sizes. A transport in this process answers from memory. Uses only roster.h, but for served.h.
 *
 *     growth ROUNDS [MOST [KIND]]
 *
 * prints a line for each step: what grows (defined or discovered models, or providers of ten models each), the step, us for each of them by
 * size, the time of the largest size as a multiple of that of the second, and the exponent: the slope of a line through the logarithms of
 * size and time; then such lines of bytes for what is held after a step, or is written by it. Medians of the rounds. Each round goes
 * through all sizes in turn, and through the small ones several times. A lookup depends on what fits into the processor's caches, so the
 * same lookups go through a perfect hash too. What the server does with a snapshot is called without a server: see served.h. */
#include "perfect.h"
#include "scene.h"
#include "served.h"

#include <malloc.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
  SIZES = 4,
  REFERENCE = 1, /* the size that the last is compared with */
  MOST_ROUNDS = 100,
  MOST_OF_PROVIDER = 1000, /* discovery takes no more of one listing */
  LEAST_PROVIDERS = 4,     /* of defined models */
  MODELS_OF_EACH = 10,     /* where the providers grow */
  LEAST_MODELS = 2 * 1000, /* gone through in a round, however small the size */
  MOST_TIMES = 50,         /* but no more often than this */
  LEAST_LOOKUPS = 200 * 1000,
};

typedef enum kind { DEFINED, DISCOVERED, PROVIDERS, KINDS } kind;

static const char *const kind_names[KINDS] = { "defined", "discovered", "providers" };
static const size_t sizes[KINDS][SIZES] = { { 100, 1000, 10 * 1000, 50 * 1000 },
                                            { 100, 1000, 10 * 1000, 50 * 1000 },
                                            { 1, 10, 100, 1000 } };

typedef enum step {
  LOAD,
  REFRESH_1,
  REFRESH_2,
  PROOFS,
  PERFECT,
  LOOKUP,
  UNKNOWN,
  DOCUMENT,
  STORIES,
  DIFF,
  PICK,
  PAGE,
  HISTORY,
  TALLIES,
  RELOAD,
  STEPS
} step;

static const char *const step_names[STEPS] = { "load",
                                               "refresh_1",
                                               "refresh_2",
                                               "refresh_with_proofs",
                                               "lookup_in_a_perfect_hash",
                                               "lookup",
                                               "unknown_id",
                                               "document",
                                               "stories",
                                               "diff",
                                               "pick",
                                               "page_data",
                                               "history",
                                               "tallies",
                                               "reload" };

/* A scene, and what was measured in it in this round. */
typedef struct subject {
  scene scene;
  size_t units;        /* of what grows */
  const char **ids;    /* shuffled copies */
  double took[STEPS];  /* ns, of all together */
  double bytes[STEPS]; /* that are held after the step, or that it writes; 0: not measured */
} subject;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double held(void) {
  const struct mallinfo2 all = mallinfo2();
  return (double)all.uordblks + (double)all.hblkhd;
}

static void give_up(const char *message) {
  fprintf(stderr, "growth: %s\n", message);
  exit(1);
}

/* ---- the steps ---- */

static void shuffle_ids(subject *s, const roster_snapshot *all) {
  unsigned long long seed = 42;
  s->ids = no_less(calloc(s->scene.models, sizeof *s->ids));
  for (size_t i = 0; i < s->scene.models; i++) s->ids[i] = roster_model_id(roster_at(all, i));
  for (size_t i = s->scene.models - 1; i > 0; i--) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    size_t other = (size_t)(seed >> 33) % (i + 1);
    const char *id = s->ids[i];
    s->ids[i] = s->ids[other];
    s->ids[other] = id;
  }
  for (size_t i = 0; i < s->scene.models; i++) s->ids[i] = no_less(strdup(s->ids[i]));
}

static const void *by_roster(const void *snapshot, const char *id) { return roster_find(snapshot, id); }
static const void *by_perfect_hash(const void *nothing, const char *id) { return (void)nothing, perfect_find(id); }

/* Asks for all of them often enough; takes what it took for all of them once. */
static void time_lookups(subject *s, step at, const void *find(const void *in, const char *id), const void *in) {
  size_t rounds = LEAST_LOOKUPS / s->scene.models, found = 0;
  if (!rounds) rounds = 1;
  for (size_t i = 0; i < s->scene.models; i++) found += find(in, s->ids[i]) != NULL;
  double began = now();
  for (size_t k = 0; k < rounds; k++)
    for (size_t i = 0; i < s->scene.models; i++) found += find(in, s->ids[i]) != NULL;
  s->took[at] += (now() - began) / (double)rounds;
  if (found != (rounds + 1) * s->scene.models) give_up("an id was not found");
}

static void time_document(subject *s, const roster_snapshot *all) {
  double began = now();
  size_t length = roster_write_models_json(all, NULL, NULL, 0);
  s->took[DOCUMENT] += now() - began;
  s->bytes[DOCUMENT] = (double)length;
  if (length < s->scene.models) give_up("the document is too short");
}

/* With each model as `roster explain` tells of it. */
static void time_stories(subject *s, const roster_snapshot *all) {
  roster_models_choice choice = ROSTER_MODELS_CHOICE_INIT;
  choice.stories = true;
  double began = now();
  size_t length = roster_write_models_json(all, &choice, NULL, 0);
  s->took[STORIES] += now() - began;
  if (length < s->scene.models) give_up("the document of stories is too short");
}

/* What `roster serve` does for a page, for a new snapshot, and for a scrape or a look at the status. */
static void time_server(subject *s, const roster_snapshot *before, const roster_snapshot *after) {
  double began = now();
  const size_t length = served_page(before);
  s->took[PAGE] += now() - began;
  s->bytes[PAGE] = (double)length;
  began = now();
  const size_t history = served_history(before, after);
  s->took[HISTORY] += now() - began;
  began = now();
  const size_t known = served_tallies(before);
  s->took[TALLIES] += now() - began;
  if (length < s->scene.models || history < s->scene.models || known < s->scene.models) give_up("the server left out models");
}

static void time_diff(subject *s, const roster_snapshot *before, const roster_snapshot *after) {
  double began = now();
  size_t length = roster_write_changes_json(before, after, NULL, 0);
  s->took[DIFF] += now() - began;
  if (length < 64 || roster_each_change(before, after, NULL, NULL) < MISSING) give_up("there is no difference");
}

static void refresh(subject *s, roster *r, step at) {
  roster_error err = { 0 };
  double began = now();
  if (roster_refresh(r, &err) != ROSTER_OK) give_up(err.message);
  s->took[at] += now() - began;
}

/* Each is asked for by name. */
static void time_proofs(subject *s) {
  s->scene.definitions[0].text = s->scene.proving_text.at;
  s->scene.later = false;
  roster *r = scene_registry(&s->scene, ROSTER_LEVEL_PROVE);
  refresh(s, r, PROOFS);
  const roster_snapshot *all = roster_acquire(r);
  if (roster_count(all) != s->scene.models) give_up("not every model was proved");
  roster_release(all);
  roster_close(r);
  s->scene.definitions[0].text = s->scene.providers_text.at;
}

/* The best of all, by needs that all meet. */
static void time_pick(subject *s, const roster_snapshot *all) {
  const roster_model *best = NULL;
  roster_needs needs = ROSTER_NEEDS_INIT;
  roster_pick_counts counts = { .size = sizeof counts };
  roster_error err;
  needs.maybe = true;
  double began = now();
  if (roster_pick(&best, 1, &counts, all, &needs, &err) != ROSTER_OK || !best) give_up("no model was picked");
  s->took[PICK] += now() - began;
}

/* Where nobody is asked nothing is discovered, so only definitions are read again. */
static void time_reload(subject *s) {
  if (s->scene.discovered) return;
  const double before = held();
  roster *r = scene_registry(&s->scene, ROSTER_LEVEL_CREDENTIAL);
  refresh(s, r, RELOAD);
  s->bytes[RELOAD] = held() - before;
  roster_close(r);
}

/* The candidates are looked for among all names. */
static void time_unknown(subject *s, const roster_snapshot *all) {
  roster_error err;
  double began = now();
  roster_status status = roster_resolve(NULL, all, "flagshop-17-of-0", NULL, &err);
  s->took[UNKNOWN] += now() - began;
  if (status != ROSTER_EUNKNOWN || !err.candidate_count) give_up("no candidate was found");
}

/* Every spelling that roster knows, so that both tables hold the same. */
static size_t name_model(const roster_model *m, const char **names, size_t count) {
  const char *name = roster_model_id(m);
  for (size_t i = 0; name; name = roster_model_alias_at(m, i++)) names[count++] = name;
  for (size_t i = 0; (name = roster_model_formerly_at(m, i)); i++) names[count++] = name;
  return count;
}

static char *qualified(const roster_model *m) {
  char name[256];
  snprintf(name, sizeof name, "%s/%s", roster_provider_id(roster_model_provider(m)), roster_model_id(m));
  return no_less(strdup(name));
}

static void time_perfect(subject *s, const roster_snapshot *all) {
  enum { MOST_NAMES = 3 };
  const char **names = no_less(calloc(s->scene.models * MOST_NAMES, sizeof *names));
  size_t count = 0;
  for (size_t i = 0; i < s->scene.models; i++) {
    count = name_model(roster_at(all, i), names, count);
    if (s->scene.discovered) names[count++] = qualified(roster_at(all, i));
  }
  perfect_publish(names, (const void *const *)names, count);
  time_lookups(s, PERFECT, by_perfect_hash, NULL);
  for (size_t i = 1; s->scene.discovered && i < count; i += 2) free((char *)names[i]);
  free(names);
}

static void go_through(subject *s) {
  const double before = held(), began = now();
  roster *r = scene_registry(&s->scene, ROSTER_LEVEL_LIST);
  s->took[LOAD] += now() - began;
  s->bytes[LOAD] = held() - before;
  s->scene.later = false;
  refresh(s, r, REFRESH_1);
  s->bytes[REFRESH_1] = held() - before;
  const roster_snapshot *all = roster_acquire(r);
  if (roster_count(all) != s->scene.models) give_up("not every model is usable");
  if (!s->ids) shuffle_ids(s, all);
  s->scene.later = true;
  refresh(s, r, REFRESH_2);
  s->bytes[REFRESH_2] = held() - before; /* both snapshots */
  const roster_snapshot *fewer = roster_acquire(r);
  if (roster_count(fewer) != s->scene.models - MISSING) give_up("the second listing made no difference");
  time_document(s, all);
  time_stories(s, all);
  time_diff(s, all, fewer);
  time_lookups(s, LOOKUP, by_roster, all);
  time_perfect(s, all);
  time_unknown(s, all);
  time_pick(s, all);
  time_server(s, all, fewer);
  roster_release(fewer);
  roster_release(all);
  roster_close(r);
  time_proofs(s);
  time_reload(s);
}

/* ---- rounds ---- */

static double taken[STEPS][SIZES][MOST_ROUNDS], ratios[STEPS][MOST_ROUNDS]; /* us, or bytes, for each */
static double stored[STEPS][SIZES][MOST_ROUNDS];

static void begin(subject *s, kind of, size_t units) {
  size_t models = units, providers = units / MOST_OF_PROVIDER;
  if (of == PROVIDERS) models = units * MODELS_OF_EACH, providers = units;
  if (of == DEFINED) providers = units < MOST_OF_PROVIDER ? LEAST_PROVIDERS : providers * LEAST_PROVIDERS;
  *s = (subject){ .units = units };
  scene_open(&s->scene, of == DISCOVERED, models, providers ? providers : 1);
}

static void end(subject *s) {
  for (size_t i = 0; s->ids && i < s->scene.models; i++) free((char *)s->ids[i]);
  free(s->ids);
  scene_close(&s->scene);
}

static void run(subject *s, size_t size, int round) {
  size_t times = LEAST_MODELS / s->scene.models;
  times = times < 1 ? 1 : times > MOST_TIMES ? MOST_TIMES : times;
  memset(s->took, 0, sizeof s->took);
  for (size_t i = 0; i < times; i++) go_through(s);
  for (int k = 0; k < STEPS; k++) {
    taken[k][size][round] = s->took[k] / 1e3 / (double)(times * s->units);
    stored[k][size][round] = s->bytes[k] / (double)s->units;
  }
}

/* Least squares. `each` is for one of them, so that of all is one power more. */
static double exponent(const size_t *n, const double *each, size_t last) {
  double x = 0, y = 0, xx = 0, xy = 0, count = (double)(last + 1);
  for (size_t i = 0; i <= last; i++) {
    const double a = log((double)n[i]), b = log(each[i] * (double)n[i]);
    x += a, y += b, xx += a * a, xy += a * b;
  }
  return (count * xy - x * y) / (count * xx - x * x);
}

static void print_line(kind of, int step_, const char *what, double values[SIZES][MOST_ROUNDS], double *ratio, int rounds, size_t last) {
  double each[SIZES];
  for (size_t i = 0; i <= last; i++) each[i] = median(values[i], rounds);
  if (each[last] <= 0) return;
  printf("%s %s %s", kind_names[of], step_names[step_], what);
  for (size_t i = 0; i <= last; i++) printf(" %.4f", each[i]);
  printf(" %.3f %.3f\n", ratio ? median(ratio, rounds) : each[last] / each[REFERENCE], exponent(sizes[of], each, last));
}

static void measure(kind of, int rounds, size_t last) {
  static subject subjects[SIZES];
  for (size_t i = 0; i <= last; i++) begin(&subjects[i], of, sizes[of][i]);
  for (int round = 0; round < rounds; round++) {
    for (size_t i = 0; i <= last; i++) run(&subjects[i], i, round);
    for (int k = 0; k < STEPS; k++) ratios[k][round] = taken[k][last][round] / taken[k][REFERENCE][round];
  }
  for (int k = 0; k < STEPS; k++) print_line(of, k, "us", taken[k], ratios[k], rounds, last);
  for (int k = 0; k < STEPS; k++) print_line(of, k, "bytes", stored[k], NULL, rounds, last);
  fflush(stdout);
  for (size_t i = 0; i <= last; i++) end(&subjects[i]);
}

int main(int argc, char **argv) {
  const int rounds = argc > 1 ? atoi(argv[1]) : 0;
  const size_t most = argc > 2 ? strtoul(argv[2], NULL, 10) : SIZE_MAX;
  if (rounds < 1 || rounds > MOST_ROUNDS) return 2;
  for (kind of = DEFINED; of < KINDS; of++) {
    if (argc > 3 && strcmp(argv[3], kind_names[of]) != 0) continue;
    size_t last = SIZES - 1;
    while (last > REFERENCE && sizes[of][last] > most) last--;
    measure(of, rounds, last);
  }
  return 0;
}

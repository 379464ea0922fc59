/* allocations: every allocation of an operation fails once, and once together with all later ones, those inside Lua, Jansson and libcurl
 * too. Whichever it is, the call answers as it does undisturbed, or ROSTER_ENOMEM with the answer that was in force; no verdict is made of
 * it; and the next call, with memory, gives the undisturbed answer. Where the address sanitizer is built in, it finds what leaks.
 *
 * ALLOCATIONS=even and ALLOCATIONS=odd try half of all points each; else a few of them are tried. ALLOCATIONS_OF names one operation.
 * ALLOCATIONS_FIGURES names a file for how many points were tried.
 *
 * Links with: spec/support/fail_alloc.c
 */
#include "allocations.h"

#include <sys/stat.h>

#if defined __has_feature
#if __has_feature(address_sanitizer)
#include <sanitizer/lsan_interface.h>
#define LEAKS() __lsan_do_recoverable_leak_check()
/* The list of a library's own libraries, which the dynamic linker makes when it is opened by name for the first time. It hangs on a record
 * in the linker's memory, where the sanitizer does not look. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) { return "leak:_dl_map_object_deps\n"; }
#endif
#endif
#ifndef LEAKS
#define LEAKS() 0
#endif

static const struct {
  const char *name;
  operation *run;
} OPERATIONS[] = {
  { "opening", open_own },
  { "opening what is shipped", open_shipped },
  { "a refresh", refresh_plain },
  { "a refresh for a host's document", refresh_phoenix },
  { "the first refresh after an edit", refresh_edited },
  { "opening with a cache", open_cached },
  { "recording", record_once },
  { "replaying", replay_once },
  { "looking at a source", update_sources },
  { "reading", read_all },
  { "watching", watch_once },
};

enum {
  COUNT = sizeof OPERATIONS / sizeof *OPERATIONS,
  MOST_POINTS = 50000,
  HALVES = 2,
  SHOWN = 8,
  POINTS_OF_A_SAMPLE = 20,
  LOOK_FOR_LEAKS = 256
};

static long tried, wrongs;
static bool all;
static long half;

static const char *judge(const outcome *got, const outcome *usual) {
  if (got->status == ROSTER_ENOMEM) return NULL;
  if (got->status != ROSTER_OK) return got->error.message;
  return strcmp(got->said, usual->said) ? "another answer" : NULL;
}

static void show_difference(const char *a, const char *b) {
  size_t at = 0;
  while (a[at] && a[at] == b[at]) at++;
  at = at > 60 ? at - 60 : 0;
  printf("#   is  ...%.300s\n#   was ...%.300s\n", a + at, b + at);
}

/* Points that are `stride` apart, or the half of all of them that this process takes. */
static long sweep_points(size_t of, bool ever, long stride, const outcome *usual) {
  static outcome got;
  long wrong = 0, n = half;
  for (reached = true; reached && n < MOST_POINTS; n += stride) {
    const char *what = OPERATIONS[of].run(n, ever, &got);
    tried++;
    if (!what) what = judge(&got, usual);
    if (!what && (tried % LOOK_FOR_LEAKS == 0 || !reached) && LEAKS()) what = "a leak, here or before";
    if (!what) continue;
    if (wrong++ < SHOWN) printf("# %s, point %ld%s: status %d, %s\n", OPERATIONS[of].name, n, ever ? " and later" : "", got.status, what);
    if (wrong <= SHOWN && strcmp(what, "another answer") == 0) show_difference(got.said, usual->said);
  }
  printf("# %s%s: %ld points, %ld wrong\n", OPERATIONS[of].name, ever ? ", all later ones too" : "", n / stride, wrong);
  wrongs += wrong;
  return wrong;
}

/* How many allocations it asks for; 0 where its answer differs from one time to the next. */
static long measure(size_t of, outcome *usual) {
  static outcome twice;
  const char *what = OPERATIONS[of].run(MOST_POINTS, false, usual);
  if (!what) what = OPERATIONS[of].run(MOST_POINTS, false, &twice);
  if (!what && usual->status != ROSTER_OK) what = usual->error.message;
  if (what) printf("# %s: %s\n", OPERATIONS[of].name, what);
  if (strcmp(usual->said, twice.said)) show_difference(usual->said, twice.said);
  return !what && strcmp(usual->said, twice.said) == 0 ? fail_alloc_count() : 0;
}

static void sweep(size_t of) {
  static outcome usual;
  char sentence[256];
  long count = measure(of, &usual), stride = all ? HALVES : count < POINTS_OF_A_SAMPLE ? 1 : count / POINTS_OF_A_SAMPLE;
  snprintf(sentence, sizeof sentence, "%s gives the same answer twice while there is memory", OPERATIONS[of].name);
  check(count > 0, sentence);
  for (int ever = 0; ever < 2 && count; ever++) {
    snprintf(sentence, sizeof sentence, "%s gives the usual answer or says that memory ran out, whichever allocation fails%s",
             OPERATIONS[of].name, ever ? " with all later ones" : "");
    check(sweep_points(of, ever, stride, &usual) == 0, sentence);
  }
  roster_close(kept);
  kept = NULL;
}

static bool set_up(void) {
  if (!check_folder(folder) || mkdir(path_of("config"), 0700) != 0 || !loopback_open(&server, ANSWERS)) return false;
  define();
  return write_definitions("");
}

static void tell_figures(void) {
  const char *file = getenv("ALLOCATIONS_FIGURES");
  FILE *f = file ? fopen(file, "w") : NULL;
  if (!f) return;
  fprintf(f, "allocations made to fail\t%ld\n", tried);
  fprintf(f, "allocations made to fail: wrong answers and leaks\t%ld\n", wrongs);
  fclose(f);
}

int main(void) {
  const char *how_many = getenv("ALLOCATIONS"), *only = getenv("ALLOCATIONS_OF");
  all = how_many && (strcmp(how_many, "even") == 0 || strcmp(how_many, "odd") == 0);
  half = all && strcmp(how_many, "odd") == 0;
  setvbuf(stdout, NULL, _IOLBF, 0);
  check(set_up(), "a server on this machine can be started, and a folder of definitions made");
  for (size_t i = 0; i < COUNT; i++)
    if (!only || strcmp(only, OPERATIONS[i].name) == 0) sweep(i);
  loopback_close(&server);
  check_folder_remove(folder);
  printf("# %ld points, %ld wrong\n", tried, wrongs);
  tell_figures();
  return check_close();
}

/* close: roster_close returns at once, whatever is going on: each stage of a load, a long listing, a proof, a helper, a caller that waits.
 * It is tried at several moments of each where MOMENTS=all, else until it was in the middle; an alarm ends the test where it does not
 * return.
 *
 * Not under the thread sanitizer: it makes everything ten times as slow.
 */
#include "canned.h"
#include "check.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define GOOD                                                                                                                               \
  "provider \"acme\" { protocol = \"openai-chat\", base_url = \"https://api.example.test\", credential = secret \"ACME_API_KEY\",\n"       \
  "  list_proves = \"access\", discover = true }\nmodel \"alpha\" { provider = \"acme\", api_name = \"alpha-1\" }\n"
enum { ROWS = 100 * 1000, FILES = 1000 };

static char root[CHECK_FOLDER], config[CHECK_FOLDER + 32];
static const char *stage = "";
static int closings;
static long longest, busiest; /* of all closings, in milliseconds: by the clock, and of processor time */

static long read_clock(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void pause_ms(long ms) { nanosleep(&(struct timespec){ ms / 1000, ms % 1000 * 1000000 }, NULL); }

static void on_alarm(int unused) {
  (void)unused;
  static const char words[] = "not ok: roster_close did not return while it was ";
  (void)!write(1, words, sizeof words - 1);
  (void)!write(1, stage, strlen(stage));
  (void)!write(1, "\n", 1);
  _exit(1);
}

/* ---- what is going on ---- */

static const char *in_config(const char *name) {
  static char path[CHECK_PATH];
  snprintf(path, sizeof path, "%s/%s", config, name);
  return path;
}

static void write_file(const char *name, const char *text) {
  FILE *f = fopen(in_config(name), "w");
  if (!f) return;
  fputs(text, f);
  fclose(f);
}

static void write_looping(void) { write_file("x.lua", "while true do end"); }

static void write_converting(void) {
  write_file("x.lua", "local a = list {} for i = 1, 16 do a = { a, a } end while true do pcall(post, '/x', { a, a, a, a }) end");
}

static void write_long_texts(void) {
  write_file("x.lua", "local s = ('a\\0'):rep(500000) local a = s .. s .. s .. s local b = a .. 'b' while true do local c = a < b end");
}

static void write_long_lists(void) {
  write_file("x.lua", "local t = {} for i = 1, 1000000 do t[i] = i end while true do table.insert(t, 1, 1) table.remove(t, 1) end");
}

static void write_huge_lua(void) {
  FILE *f = fopen(in_config("x.lua"), "w");
  for (int i = 0; f && i < 60000; i++) fprintf(f, "model \"m%06d\" { provider = \"acme\", api_name = \"name-%06d\" }\n", i, i);
  if (f) fclose(f);
}

static void write_huge_json(void) {
  FILE *f = fopen(in_config("x.json"), "w");
  if (f) fputs("{\"model\":{", f);
  for (int i = 0; f && i < ROWS; i++) fprintf(f, "%s\"m%06d\":{\"provider\":\"acme\",\"api_name\":\"name-%06d\"}", i ? "," : "", i, i);
  if (f) fputs("}}", f);
  if (f) fclose(f);
}

static void write_directory(void) {
  char name[32], text[128];
  for (int i = 0; i < FILES; i++) {
    snprintf(name, sizeof name, "x%05d.lua", i);
    snprintf(text, sizeof text, "model \"m%d\" { provider = \"acme\" } rule \"r%d\" (function (model) return nil end)", i, i);
    write_file(name, text);
  }
}

static char *long_listing;

static void make_listing(canned *c) {
  enum { ROW = 80 };
  long_listing = malloc((size_t)ROWS * ROW + 100);
  size_t at = (size_t)sprintf(long_listing, "{\"object\":\"list\",\"data\":[{\"id\":\"alpha-1\"}");
  for (int i = 0; i < ROWS; i++)
    at += (size_t)sprintf(long_listing + at, ",{\"id\":\"model-%06d\",\"object\":\"model\",\"context_length\":%d}", i, 1000 + i);
  strcpy(long_listing + at, "]}");
  c->body = long_listing;
}

/* A provider that never answers: the host's transport waits as it is told, and has nothing. */
static roster_status nothing_comes(void *self, long timeout_ms, const roster_http_response **out) {
  (void)self;
  *out = NULL;
  pause_ms(timeout_ms < 100 ? timeout_ms : 100);
  return ROSTER_OK;
}

static void silence(canned *c) { c->transport.next = nothing_comes; }

/* The listing names nothing, so the model's proof is asked, which never comes. */
static roster_status listing_comes(void *self, long timeout_ms, const roster_http_response **out) {
  canned *c = self;
  return c->sent <= 1 ? canned_next(self, timeout_ms, out) : nothing_comes(self, timeout_ms, out);
}

static void silent_proof(canned *c) {
  c->body = "{\"object\":\"list\",\"data\":[]}";
  c->transport.next = listing_comes;
}

static void write_hanging_helper(void) {
  write_file("acme.lua",
             "provider \"acme\" { protocol = \"openai-chat\", base_url = \"https://api.example.test\", "
             "credential = secret { helper = { \"/bin/sh\", \"-c\", \"sleep 1000\" } } }\nmodel \"alpha\" { provider = \"acme\" }\n");
}

static void write_stubborn_helper(void) {
  write_file("acme.lua",
             "provider \"acme\" { protocol = \"openai-chat\", base_url = \"https://api.example.test\", credential = secret { helper = "
             "{ \"/bin/sh\", \"-c\", \"trap '' TERM INT HUP; while :; do sleep 1; done\" } } }\nmodel \"alpha\" { provider = \"acme\" }\n");
}

/* ---- closing ---- */

typedef struct caller {
  roster *r;
  bool waits; /* for the helper */
  _Atomic int status;
  atomic_bool begun;
} caller;

static bool has_begun(void *payload) { return atomic_load(&((caller *)payload)->begun); }

static void *call(void *payload) {
  caller *c = payload;
  atomic_store(&c->begun, true);
  if (c->waits) {
    roster_helper_run(c->r, "acme", NULL, NULL);
    atomic_store(&c->status, (int)roster_helper_wait(c->r, "acme", -1, NULL));
  } else {
    atomic_store(&c->status, (int)roster_refresh(c->r, NULL));
  }
  return NULL;
}

typedef struct trouble {
  const char *doing;
  void (*files)(void);
  void (*answers)(canned *c);
  bool helper;
} trouble;

static atomic_int verdicts; /* that a refresh told of while no provider answered */

static void count_verdict(void *payload, const roster_progress *p) {
  (void)payload, (void)p;
  verdicts++;
}

/* Whether the call was ended by the closing. */
static bool close_after(const trouble *t, long ms) {
  canned c;
  roster_variable variables[] = { { "PATH", "/usr/bin:/bin" }, { "ACME_API_KEY", "sk-canned-key-0123456789" } };
  roster_definition unused;
  pthread_t thread;
  canned_init(&c);
  roster_options o = canned_options(&c, &unused, "");
  o.definitions = NULL;
  o.definition_count = 0;
  o.config = config;
  o.environment = variables;
  o.environment_count = 2;
  o.helper_wait_ms = 60 * 1000;
  if (t->answers == silence) o.on_progress = count_verdict;
  caller calling = { .waits = t->helper && ms % 2 };
  if (roster_open(&calling.r, &o, NULL) != ROSTER_OK) return false;
  if (t->files) t->files();
  if (t->answers) t->answers(&c);
  if (t->helper) roster_refresh_every(calling.r, 3600 * 1000, NULL);
  if (pthread_create(&thread, NULL, call, &calling) != 0) return false;
  check_eventually(has_begun, &calling); /* a registry that is closed may not be called any more */
  pause_ms(ms);
  const long begun = read_clock(CLOCK_MONOTONIC), spent = read_clock(CLOCK_PROCESS_CPUTIME_ID);
  roster_close(calling.r);
  const long took = read_clock(CLOCK_MONOTONIC) - begun, worked = read_clock(CLOCK_PROCESS_CPUTIME_ID) - spent;
  pthread_join(thread, NULL);
  if (took > longest) longest = took;
  if (worked > busiest) busiest = worked;
  closings++;
  printf("# closed after %ld ms of %s: %ld ms, %ld ms of processor time, status %d\n", ms, t->doing, took, worked,
         atomic_load(&calling.status));
  return atomic_load(&calling.status) == ROSTER_ECANCELLED;
}

static void fresh(const trouble *t) {
  check_folder_remove(config);
  if (mkdir(config, 0700) == 0) write_file("acme.lua", GOOD);
  if (t->helper) t->files();
}

static void closes_while(const trouble *t) {
  static const long moments[] = { 81, 200, 500, 20 };
  const char *how_many = getenv("MOMENTS");
  const bool all = how_many && strcmp(how_many, "all") == 0, waits = t->answers == silence || t->helper;
  char sentence[160];
  bool cancelled = false;
  stage = t->doing;
  for (size_t i = 0; i < sizeof moments / sizeof *moments && (all || !cancelled); i++) {
    if (waits && moments[i] == 500) continue; /* it would be as at 200 */
    fresh(t);
    alarm(CHECK_SOON_MS / 1000);
    cancelled |= close_after(t, moments[i]);
    alarm(0);
    free(long_listing);
    long_listing = NULL;
  }
  snprintf(sentence, sizeof sentence, "a registry that is %s is closed, and the call that is under way is told so", t->doing);
  check(cancelled, sentence);
}

/* ---- stopping ---- */

static bool is_asked(void *payload) { return ((canned *)payload)->sent > 0; }

static void a_registry_is_stopped(void) {
  canned c;
  roster_definition d;
  pthread_t thread;
  roster_error err;
  canned_init(&c);
  silence(&c);
  roster_options o = canned_options(&c, &d, GOOD);
  caller calling = { .waits = false };
  if (roster_open(&calling.r, &o, NULL) != ROSTER_OK || pthread_create(&thread, NULL, call, &calling) != 0) return;
  stage = "being stopped";
  alarm(CHECK_SOON_MS / 1000);
  roster_watch(calling.r, NULL);
  check_eventually(is_asked, &c);
  roster_stop(calling.r);
  pthread_join(thread, NULL);
  check(atomic_load(&calling.status) == ROSTER_ECANCELLED, "stopping a registry ends a refresh that is under way");
  check(roster_refresh(calling.r, &err) == ROSTER_ECANCELLED && roster_watch(calling.r, &err) == ROSTER_ECANCELLED &&
            roster_helper_run(calling.r, NULL, NULL, &err) == ROSTER_ECANCELLED,
        "calls that follow are refused");
  const roster_snapshot *s = roster_acquire(calling.r);
  check(roster_known(s, "alpha") && roster_generation(s) == 0, "and its snapshot can still be taken");
  roster_stop(calling.r);
  roster_stop(NULL);
  roster_close(calling.r);
  check(roster_known(s, "alpha") != NULL, "stopped twice, then closed, it leaves the snapshot as it was");
  roster_release(s);
  alarm(0);
}

static const trouble troubles[] = {
  { "running Lua that loops", write_looping, NULL, false },
  { "turning a large table into JSON again and again", write_converting, NULL, false },
  { "comparing long texts", write_long_texts, NULL, false },
  { "moving the items of a long list", write_long_lists, NULL, false },
  { "reading a huge Lua file", write_huge_lua, NULL, false },
  { "reading a huge JSON file", write_huge_json, NULL, false },
  { "reading a directory of thousands of files", write_directory, NULL, false },
  { "reading a listing of 100,000 rows", NULL, make_listing, false },
  { "waiting for a slow provider", NULL, silence, false },
  { "waiting for a proof", NULL, silent_proof, false },
  { "waiting for a helper that hangs", write_hanging_helper, NULL, true },
  { "waiting for a helper that ignores signals", write_stubborn_helper, NULL, true },
};

/* For check-hard, where figures are collected. */
static void write_figure(void) {
  const char *build = getenv("BUILD");
  char path[CHECK_PATH];
  snprintf(path, sizeof path, "%s/figures", build ? build : "build");
  mkdir(path, 0777);
  snprintf(path, sizeof path, "%s/figures/close", build ? build : "build");
  FILE *f = fopen(path, "w");
  if (!f) return;
  fprintf(f, "the longest of %d closings in the middle of everything, and its processor time\t%ld ms, %ld ms\n", closings, longest,
          busiest);
  fclose(f);
}

int main(void) {
  signal(SIGALRM, on_alarm);
  setvbuf(stdout, NULL, _IONBF, 0);
  if (!check_folder(root)) return 1;
  snprintf(config, sizeof config, "%s/c", root);
  for (size_t i = 0; i < sizeof troubles / sizeof *troubles; i++) closes_while(&troubles[i]);
  a_registry_is_stopped();
  check(verdicts == 0, "a refresh that is abandoned tells of no verdict that nobody has given");
  write_figure();
  check_folder_remove(root);
  return check_close();
}

/* live: a registry that keeps itself current: changes on disk, edits that are held back, refreshes by interval, and closing. */
#include "canned.h"
#include "check.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PROVIDER                                                                                                                           \
  "provider \"acme\" { title = \"Acme\", protocol = \"openai-chat\", base_url = \"https://api.example.test\",\n"                           \
  "  credential = secret \"ACME_API_KEY\", list_proves = \"access\" }\n"
#define ALPHA "model \"alpha\" { provider = \"acme\", api_name = \"alpha-1\", context_window = 200 * K }\n"
#define BETA  "model \"beta\" { provider = \"acme\", api_name = \"beta-1\", context_window = 100 * K }\n"
#define GAMMA "model \"gamma\" { provider = \"acme\", api_name = \"beta-1\" }\n"

static char root[CHECK_FOLDER], config[CHECK_FOLDER + 32], path[CHECK_PATH];

enum { LONG_ENOUGH_MS = CHECK_PATIENCE_MS }; /* longer than the interval of polling: a separate check shows that inotify is used */

static long now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void pause_ms(long ms) {
  struct timespec t = { ms / 1000, ms % 1000 * 1000000 };
  nanosleep(&t, NULL);
}

static void write_file(const char *name, const char *text) {
  char whole[CHECK_PATH];
  snprintf(whole, sizeof whole, "%s/%s", config, name);
  FILE *f = fopen(whole, "w");
  if (!f) return;
  fputs(text, f);
  fclose(f);
}

/* Runs a shell command in which "$AT" is this path. */
static int run(const char *line, const char *at) {
  setenv("AT", at, 1);
  return system(line);
}

static void fresh_directory(void) {
  run("rm -rf \"$AT\"/c", root);
  snprintf(config, sizeof config, "%s/c", root);
  mkdir(config, 0700);
}

static roster *open_on(canned *c) {
  roster_definition unused;
  roster_options o = canned_options(c, &unused, "");
  o.definitions = NULL;
  o.definition_count = 0;
  o.config = config;
  roster *r = NULL;
  roster_error err;
  if (roster_open(&r, &o, &err) != ROSTER_OK) printf("# %s\n", err.message);
  return r;
}

static bool usable(roster *r, const char *id) {
  const roster_snapshot *s = roster_acquire(r);
  bool found = roster_find(s, id) != NULL;
  roster_release(s);
  return found;
}

static bool broken(roster *r) {
  const roster_snapshot *s = roster_acquire(r);
  bool said = roster_definitions_error(s, NULL, NULL) != NULL;
  roster_release(s);
  return said;
}

static bool becomes(bool (*is)(roster *r, const char *id), roster *r, const char *id) {
  for (long until = now() + LONG_ENOUGH_MS; now() < until; pause_ms(10))
    if (is(r, id)) return true;
  return is(r, id);
}

static bool is_broken(roster *r, const char *unused) { return unused || broken(r); }
static bool is_valid(roster *r, const char *unused) { return unused || !broken(r); }

/* ---- watching ---- */

static bool with_inotify = true;

static bool is_watched(roster *r) { return roster_watch(r, NULL) == ROSTER_OK && (!with_inotify || check_eventually(check_watches, NULL)); }

static roster *watch_on(canned *c) {
  canned_init(c);
  fresh_directory();
  write_file("acme.lua", PROVIDER ALPHA);
  roster *r = open_on(c);
  roster_refresh(r, NULL);
  check(r && usable(r, "alpha") && is_watched(r), "a directory of definitions is watched");
  return r;
}

static void an_edit_is_noticed(void) {
  canned c;
  roster *r = watch_on(&c);
  write_file("acme.lua", PROVIDER ALPHA BETA);
  check(becomes(usable, r, "beta"), "a file that is rewritten is read again");
  write_file("acme.lua.tmp", PROVIDER ALPHA BETA GAMMA);
  run("mv \"$AT\"/acme.lua.tmp \"$AT\"/acme.lua", config);
  check(becomes(usable, r, "gamma"), "a file that is renamed into place is read again");
  write_file("more.json", "{\"model\":{\"delta\":{\"provider\":\"acme\",\"api_name\":\"beta-1\"}}}");
  check(becomes(usable, r, "delta"), "a new file is read");
  run("rm \"$AT\"/more.json", config);
  for (long until = now() + LONG_ENOUGH_MS; usable(r, "delta") && now() < until;) pause_ms(10);
  check(!usable(r, "delta") && usable(r, "gamma"), "a file that is removed is no longer read");
  roster_close(r);
}

static void one_file_is_watched(void) {
  canned c;
  canned_init(&c);
  fresh_directory();
  write_file("acme.lua", PROVIDER ALPHA);
  write_file("other.lua", PROVIDER);
  strcat(config, "/acme.lua");
  roster *r = open_on(&c);
  roster_refresh(r, NULL);
  check(r && usable(r, "alpha") && is_watched(r), "a single file can be used instead of a directory, and files next to it are not read");
  config[strlen(config) - strlen("/acme.lua")] = '\0';
  write_file("acme.lua", PROVIDER ALPHA BETA);
  check(becomes(usable, r, "beta"), "a single file is read again when it is rewritten");
  write_file("acme.lua.tmp", PROVIDER ALPHA BETA GAMMA);
  run("mv \"$AT\"/acme.lua.tmp \"$AT\"/acme.lua", config);
  check(becomes(usable, r, "gamma"), "a single file is read again when another is renamed into its place");
  roster_close(r);
}

static void a_file_in_pieces_is_read_once(void) {
  canned c;
  roster *r = watch_on(&c);
  size_t asked = c.sent;
  FILE *f = fopen(strcat(strcpy(path, config), "/acme.lua"), "w");
  const char *pieces[] = { PROVIDER, ALPHA, "model \"beta\" { provider = \"ac", "me\", api_name = \"beta-1\" }\n" };
  bool ever_broken = false;
  for (size_t i = 0; f && i < sizeof pieces / sizeof *pieces; i++) {
    fputs(pieces[i], f);
    fflush(f);
    pause_ms(15);
    ever_broken = ever_broken || broken(r);
  }
  if (f) fclose(f);
  check(becomes(usable, r, "beta") && !ever_broken && c.sent == asked + 1,
        "a file that is written in pieces is read once, when it is complete");
  roster_close(r);
}

static void a_bad_edit_is_reported_and_repaired(void) {
  canned c;
  roster *r = watch_on(&c);
  write_file("acme.lua", "provider \"acme\" { bse_url = 1 }");
  check(becomes(is_broken, r, NULL) && usable(r, "alpha"), "a bad edit is reported in the snapshot, and the old models stay");
  write_file("acme.lua", PROVIDER ALPHA BETA);
  check(becomes(usable, r, "beta") && becomes(is_valid, r, NULL), "a repaired file is read again");
  roster_close(r);
}

static void links_are_swapped(void) {
  canned c;
  canned_init(&c);
  fresh_directory();
  mkdir(strcat(strcpy(path, config), "/..one"), 0700);
  write_file("..one/acme.lua", PROVIDER ALPHA);
  run("ln -s ..one \"$AT\"/..data; ln -s ..data/acme.lua \"$AT\"/acme.lua", config);
  roster *r = open_on(&c);
  roster_refresh(r, NULL);
  is_watched(r);
  mkdir(strcat(strcpy(path, config), "/..two"), 0700);
  write_file("..two/acme.lua", PROVIDER ALPHA BETA);
  run("ln -s ..two \"$AT\"/..fresh && mv -T \"$AT\"/..fresh \"$AT\"/..data", config);
  check(becomes(usable, r, "beta"), "a symbolic link that is replaced in the directory is followed");
  write_file("..two/acme.lua", PROVIDER ALPHA GAMMA);
  check(becomes(usable, r, "gamma"), "a file behind a symbolic link is read again when it changes");
  roster_close(r);
}

static void a_directory_comes_and_goes(void) {
  canned c;
  roster *r = watch_on(&c);
  run("mv \"$AT\" \"$AT\".away", config);
  check(becomes(is_broken, r, NULL) && usable(r, "alpha"), "a directory that disappears is reported, and the old models stay");
  mkdir(config, 0700);
  write_file("acme.lua", PROVIDER ALPHA BETA);
  check(becomes(usable, r, "beta") && !broken(r), "a directory that comes back is read");
  roster_close(r);
  run("rm -rf \"$AT\".away", config);
}

static void an_absent_directory_is_watched(void) {
  canned c;
  roster_definition d;
  canned_init(&c);
  fresh_directory();
  roster_variable home[] = { { "HOME", config }, { "ACME_API_KEY", "sk-canned-key-0123456789" } };
  roster_options o = canned_options(&c, &d, PROVIDER ALPHA);
  o.environment = home;
  o.environment_count = 2;
  roster *r = NULL;
  roster_open(&r, &o, NULL);
  is_watched(r);
  run("mkdir -p \"$AT\"/.config/roster", config);
  pause_ms(100);
  write_file(".config/roster/beta.lua",
             "provider \"other\" { title = \"Other\", protocol = \"openai-chat\", base_url = \"https://o.test\" }\n"
             "model \"beta\" { provider = \"other\", api_name = \"beta-1\" }\n");
  check(becomes(usable, r, "alpha"), "a directory that does not exist yet is read when it is created");
  roster_close(r);
}

static void without_inotify_it_polls(void) {
  int taken[4096], count = 0;
  while (count < 4096 && (taken[count] = inotify_init1(IN_CLOEXEC)) >= 0) count++;
  int spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
  for (int i = 0; spare < 0 && i < 40; i++) close(taken[--count]); /* if the limit on descriptors was reached first */
  if (spare >= 0) close(spare);
  canned c;
  with_inotify = false;
  roster *r = watch_on(&c);
  with_inotify = true;
  write_file("acme.lua", PROVIDER ALPHA BETA);
  check(becomes(usable, r, "beta"), "a change is noticed even if inotify is not available");
  roster_close(r);
  while (count > 0) close(taken[--count]);
}

/* ---- edits that are held back ---- */

static void an_edit_that_loses_much_is_held_back(void) {
  canned c;
  canned_init(&c);
  fresh_directory();
  write_file("acme.lua", PROVIDER ALPHA BETA GAMMA "default { \"alpha\" }\n");
  roster *r = open_on(&c);
  roster_refresh(r, NULL);
  roster_error err;
  write_file("acme.lua", PROVIDER BETA GAMMA);
  check(roster_refresh(r, &err) == ROSTER_EHELD && strstr(err.message, "the default 'alpha' among them (alpha)") && *err.hint,
        "an edit that loses the default model is held back with an error that names the model");
  check(usable(r, "alpha") && broken(r), "the snapshot from before a held-back edit stays, with the error in it");
  write_file("acme.lua", PROVIDER ALPHA "model \"beta\" { provider = \"acme\", enabled = false }\n");
  check(roster_refresh(r, &err) == ROSTER_EHELD && strstr(err.message, "lose 2 of 3 usable models (beta, gamma)"),
        "an edit that loses more than half of the models is held back with an error that names them");
  write_file("acme.lua", PROVIDER ALPHA BETA);
  check(roster_refresh(r, &err) == ROSTER_OK && !broken(r), "an edit that loses fewer models is not held back");
  write_file("acme.lua", PROVIDER GAMMA);
  check(roster_refresh(r, NULL) == ROSTER_EHELD && roster_refresh_forced(r, NULL) == ROSTER_OK && !usable(r, "alpha"),
        "a forced refresh publishes an edit that was held back");
  write_file("acme.lua", PROVIDER BETA "validate { hold = false }\n");
  check(roster_refresh(r, NULL) == ROSTER_OK && !usable(r, "gamma"), "an edit with hold = false is not held back");
  roster_close(r);
}

static void a_refusal_is_not_held_back(void) {
  canned c;
  canned_init(&c);
  fresh_directory();
  write_file("acme.lua", PROVIDER ALPHA BETA);
  roster *r = open_on(&c);
  roster_refresh(r, NULL);
  c.status = 401;
  c.body = "{\"error\":{\"message\":\"no\",\"type\":\"t\",\"code\":\"c\"}}";
  check(roster_refresh(r, NULL) == ROSTER_OK && !usable(r, "alpha"),
        "a model whose provider refuses the key is gone at once, because that is not an edit");
  roster_close(r);
}

static roster_status give;
static roster_status give_key(void *payload, const char *provider_id, roster_credential *out) {
  (void)payload, (void)provider_id;
  out->value = "host-key-0123456789";
  return give;
}

static void signing_out_is_not_held_back(void) {
  canned c;
  roster_definition d;
  canned_init(&c);
  roster_options o = canned_options(&c, &d, PROVIDER ALPHA);
  o.environment_count = 0;
  o.credential = give_key;
  give = ROSTER_OK;
  roster *r = NULL;
  roster_open(&r, &o, NULL);
  roster_refresh(r, NULL);
  give = ROSTER_EUNKNOWN;
  check(roster_refresh(r, NULL) == ROSTER_OK && !usable(r, "alpha"),
        "a model whose key is gone is gone at once, because that is not an edit");
  roster_close(r);
}

static void a_renamed_model_is_not_lost(void) {
  canned c;
  canned_init(&c);
  fresh_directory();
  write_file("acme.lua", PROVIDER ALPHA);
  roster *r = open_on(&c);
  roster_refresh(r, NULL);
  write_file("acme.lua", PROVIDER "model \"alpha-2\" { provider = \"acme\", api_name = \"alpha-1\", formerly = { \"alpha\" } }\n");
  check(roster_refresh(r, NULL) == ROSTER_OK && usable(r, "alpha-2"),
        "a model that is renamed and keeps its former id does not count as lost");
  write_file("acme.lua", "provider \"acme\" { title = \"Acme\", protocol = \"openai-chat\", base_url = \"https://elsewhere.test\",\n"
                         "  credential = secret \"ACME_API_KEY\", list_proves = \"access\" }\n" ALPHA);
  c.failure = ROSTER_HTTP_DNS;
  check(roster_refresh(r, NULL) == ROSTER_EHELD, "a model that an edit moves to an unreachable address counts as lost");
  roster_close(r);
}

/* ---- refreshes by interval ---- */

static void refreshes_follow_an_interval(void) {
  canned c;
  roster_definition d;
  canned_init(&c);
  roster_options o = canned_options(&c, &d, CANNED_DEFINITIONS);
  roster *r = NULL;
  roster_open(&r, &o, NULL);
  check(roster_refresh_every(r, -1, NULL) == ROSTER_EINVALID, "a negative interval is an error");
  check(roster_refresh_every(r, 20, NULL) == ROSTER_OK && becomes(usable, r, "alpha"), "an interval starts a refresh by itself");
  uint64_t generation = 0;
  for (long until = now() + LONG_ENOUGH_MS; generation < 4 && now() < until; pause_ms(5)) {
    const roster_snapshot *s = roster_acquire(r);
    generation = roster_generation(s);
    roster_release(s);
  }
  check(generation >= 4, "an interval keeps starting refreshes");
  roster_refresh_every(r, 0, NULL);
  pause_ms(50);
  const roster_snapshot *s = roster_acquire(r);
  generation = roster_generation(s);
  roster_release(s);
  pause_ms(150);
  s = roster_acquire(r);
  check(roster_generation(s) == generation, "an interval of 0 stops the refreshes");
  roster_release(s);
  roster_close(r);
}

/* ---- closing ---- */

static roster_status hang(void *self, long timeout_ms, const roster_http_response **out) {
  (void)self;
  *out = NULL;
  pause_ms(timeout_ms);
  return ROSTER_OK;
}

static void *refresh_once(void *argument) { return (void *)(intptr_t)roster_refresh(argument, NULL); }

static void closing_ends_a_refresh(void) {
  canned c;
  roster_definition d;
  canned_init(&c);
  c.transport.next = hang;
  roster_options o = canned_options(&c, &d, CANNED_DEFINITIONS);
  roster *r = NULL;
  pthread_t threads[3];
  roster_open(&r, &o, NULL);
  roster_watch(r, NULL);
  roster_refresh_every(r, 10, NULL);
  for (int i = 0; i < 3; i++) pthread_create(&threads[i], NULL, refresh_once, r);
  pause_ms(100);
  long began = now();
  roster_close(r);
  check(now() - began < CHECK_SOON_MS, "closing returns within a second although a provider hangs");
  int cancelled = 0;
  for (int i = 0; i < 3; i++) {
    void *status = NULL;
    pthread_join(threads[i], &status);
    cancelled += status == (void *)(intptr_t)ROSTER_ECANCELLED;
  }
  check(cancelled == 3, "threads that wait for a refresh get ROSTER_ECANCELLED when the registry is closed");
}

static void a_transport_that_forgets_is_not_waited_for(void) {
  canned c;
  roster_definition d;
  canned_init(&c);
  c.transport.next = hang;
  roster_options o = canned_options(&c, &d, CANNED_DEFINITIONS);
  o.timeout_ms = 200;
  roster *r = NULL;
  roster_open(&r, &o, NULL);
  roster_refresh(r, NULL);
  const roster_snapshot *s = roster_acquire(r);
  const roster_model *m = roster_known(s, "alpha");
  check(roster_model_state(m) == ROSTER_UNREACHABLE && strstr(roster_model_reason(m), "the transport did not answer in time"),
        "a refresh does not wait longer than its timeout for a transport that forgets a request");
  roster_release(s);
  roster_close(r);
}

static void *close_it(void *r) {
  roster_close(r);
  return NULL;
}

static void closing_ends_a_script(void) {
  canned c;
  canned_init(&c);
  fresh_directory();
  write_file("acme.lua", PROVIDER ALPHA);
  roster *r = open_on(&c);
  for (int i = 0; i < 40; i++) {
    char name[32];
    snprintf(name, sizeof name, "slow-%02d.lua", i);
    write_file(name, "for i = 1, 1e9 do end\n");
  }
  pthread_t refreshing, closer;
  void *status = NULL;
  pthread_create(&refreshing, NULL, refresh_once, r);
  pause_ms(100);
  long began = now();
  pthread_create(&closer, NULL, close_it, r);
  pthread_join(refreshing, &status);
  pthread_join(closer, NULL);
  check(now() - began < CHECK_SOON_MS && status == (void *)(intptr_t)ROSTER_ECANCELLED, "closing ends scripts that run for a long time");
}

int main(void) {
  if (!check_folder(root)) return 1;
  an_edit_is_noticed();
  one_file_is_watched();
  a_file_in_pieces_is_read_once();
  a_bad_edit_is_reported_and_repaired();
  links_are_swapped();
  a_directory_comes_and_goes();
  an_absent_directory_is_watched();
  without_inotify_it_polls();
  an_edit_that_loses_much_is_held_back();
  a_refusal_is_not_held_back();
  signing_out_is_not_held_back();
  a_renamed_model_is_not_lost();
  refreshes_follow_an_interval();
  closing_ends_a_refresh();
  closing_ends_a_script();
  a_transport_that_forgets_is_not_waited_for();
  run("rm -rf \"$AT\"", root);
  return check_close();
}

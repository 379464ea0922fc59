/* disk: definitions are followed where the system refuses to report changes, and files that are no files, or far too large, are refused
 * within a bound.
 *
 * Links with: spec/support/fail_at.c
 */
#include "../support/fail_at.h"
#include "canned.h"
#include "check.h"

#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[CHECK_FOLDER], config[CHECK_FOLDER + 32];

#define PROVIDER                                                                                                                           \
  "provider \"acme\" { title = \"Acme\", protocol = \"openai-chat\", base_url = \"https://api.example.test\",\n"                           \
  "  credential = secret \"ACME_API_KEY\", list_proves = \"access\" }\n"                                                                   \
  "validate { hold = false }\n"
#define ALPHA "model \"alpha\" { provider = \"acme\", api_name = \"alpha-1\" }\n"
#define BETA  "model \"beta\" { provider = \"acme\", api_name = \"beta-1\" }\n"

/* Runs a shell command in which "$AT" is the directory of definitions. */
static int run(const char *line) {
  setenv("AT", config, 1);
  return system(line);
}

/* Renamed into place, as editors do. */
static void write_definitions(const char *text) {
  char whole[CHECK_PATH], part[CHECK_PATH];
  snprintf(whole, sizeof whole, "%s/acme.lua", config);
  snprintf(part, sizeof part, "%s/part", config);
  FILE *f = fopen(part, "w");
  if (!f) return;
  fputs(text, f);
  fclose(f);
  rename(part, whole);
}

static void fresh_directory(void) {
  run("rm -rf \"$AT\" \"$AT\".*");
  mkdir(config, 0700);
  write_definitions(PROVIDER ALPHA);
}

#ifdef ROSTER_PORTABLE
static const bool has_inotify = false;
#else
static const bool has_inotify = true;
#endif

/* ---- what was said ---- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char said[1024]; /* the last warning about inotify */
static int times;

static void on_finding(void *unused, const roster_finding *f) {
  (void)unused;
  if (!strstr(f->message, "inotify")) return;
  pthread_mutex_lock(&lock);
  snprintf(said, sizeof said, "%s: %s", f->file, f->message);
  times++;
  pthread_mutex_unlock(&lock);
}

static bool was_said(void *part) {
  pthread_mutex_lock(&lock);
  bool found = strstr(said, part) && strstr(said, config);
  pthread_mutex_unlock(&lock);
  return found;
}

static int how_often(void) {
  pthread_mutex_lock(&lock);
  int n = times;
  pthread_mutex_unlock(&lock);
  return n;
}

/* ---- a registry that watches ---- */

static void (*on_refreshed)(void *payload, roster_status status, long ms);

static roster *watch_on(canned *c) {
  roster_definition unused;
  roster *r = NULL;
  roster_error err;
  canned_init(c);
  fresh_directory();
  *said = 0;
  times = 0;
  roster_options o = canned_options(c, &unused, "");
  o.definitions = NULL;
  o.definition_count = 0;
  o.config = config;
  o.on_finding = on_finding;
  o.on_refreshed = on_refreshed;
  if (roster_open(&r, &o, &err) != ROSTER_OK) printf("# %s\n", err.message);
  roster_refresh(r, NULL);
  roster_watch(r, NULL);
  return r;
}

static bool is_usable(roster *r, const char *id) {
  const roster_snapshot *s = roster_acquire(r);
  bool found = roster_find(s, id) != NULL;
  roster_release(s);
  return found;
}

static bool has_beta(void *r) { return is_usable(r, "beta"); }
static bool has_no_beta(void *r) { return !is_usable(r, "beta"); }

static bool is_followed(roster *r) {
  write_definitions(PROVIDER ALPHA BETA);
  bool good = check_eventually(has_beta, r);
  write_definitions(PROVIDER ALPHA);
  return good && check_eventually(has_no_beta, r);
}

static void refused_watches_are_told_once(void) {
  canned c;
  fail_at("inotify", 1, true, NULL);
  roster *r = watch_on(&c);
  check(check_eventually(was_said, "fs.inotify.max_user_"), "a host hears which limit of inotify was reached");
  check(is_followed(r) && how_often() == 1, "edits are followed where inotify may watch nothing, and that is told once");
  roster_close(r);
  fail_at("", 0, false, NULL);
}

static void some_refused_watches_are_enough(void) {
  int good = 0;
  for (long n = 2; n <= 6; n += 2) {
    canned c;
    fail_at("inotify", n, true, NULL);
    roster *r = watch_on(&c);
    good += check_eventually(was_said, "(inotify: No space left on device)") && check_eventually(was_said, "fs.inotify.max_user_watches") &&
            is_followed(r);
    roster_close(r);
  }
  fail_at("", 0, false, NULL);
  check(good == 3, "edits are followed, and the limit is told, whichever watch is the first that inotify refuses");
}

static void a_watch_that_is_refused_later_is_told(void) {
  canned c;
  roster *r = watch_on(&c);
  bool watched = check_eventually(check_watches, NULL);
  fail_at("inotify", 1, true, NULL);
  bool good = is_followed(r);
  check(watched && good && how_often() == 1,
        "a limit of inotify that is reached while a directory is watched is told, and edits are followed");
  roster_close(r);
  fail_at("", 0, false, NULL);
}

/* ---- directories that change ---- */

static bool is_broken(void *r) {
  const roster_snapshot *s = roster_acquire(r);
  bool said_so = roster_definitions_error(s, NULL, NULL) != NULL;
  roster_release(s);
  return said_so;
}

static void an_unreadable_directory_comes_back(void) {
  canned c;
  roster *r = watch_on(&c);
  check_eventually(check_watches, NULL);
  fail_at("open inotify", 1, true, "13"); /* EACCES, which root would not meet */
  run("touch \"$AT\"/acme.lua");
  check(check_eventually(is_broken, r) && is_usable(r, "alpha"), "a directory that may not be read for a while takes nothing away");
  fail_at("", 0, false, NULL);
  check(is_followed(r) && how_often() == 0, "a directory that may be read again is followed again");
  roster_close(r);
}

static bool has_looked(void *unused) {
  (void)unused;
  run("touch \"$AT\"/notes.txt");
  return fail_at_calls() >= 20;
}

static void a_look_that_fails_finds_no_edit(void) {
  canned c;
  roster *r = watch_on(&c);
  check_eventually(check_watches, NULL);
  const roster_snapshot *before = roster_acquire(r);
  fail_at("open", 1, true, "24"); /* EMFILE */
  bool looked = check_eventually(has_looked, NULL);
  fail_at("", 0, false, NULL);
  const roster_snapshot *after = roster_acquire(r);
  check(looked && before == after && is_followed(r),
        "a directory that cannot be looked at, for want of descriptors, is not taken for an edit");
  roster_release(before);
  roster_release(after);
  roster_close(r);
}

static void a_listing_that_fails_finds_no_edit(void) {
  canned c;
  roster *r = watch_on(&c);
  check_eventually(check_watches, NULL);
  const roster_snapshot *before = roster_acquire(r);
  fail_at("readdir", 1, true, NULL);
  bool looked = check_eventually(has_looked, NULL);
  fail_at("", 0, false, NULL);
  const roster_snapshot *after = roster_acquire(r);
  check(looked && before == after && is_followed(r),
        "a directory that cannot be listed to its end, because its file system fails, is not taken for an edit");
  roster_release(before);
  roster_release(after);
  roster_close(r);
  if (!has_inotify) return;
  r = watch_on(&c);
  check_eventually(check_watches, NULL);
  fail_at("readdir", 1, true, "12"); /* ENOMEM */
  bool said_so = check_eventually(was_said, "(inotify: Cannot allocate memory)");
  fail_at("", 0, false, NULL);
  check(said_so, "where its links cannot be found changes are looked for more often, and that is told");
  roster_close(r);
}

static void a_listing_that_fails_gives_no_registry(void) {
  canned c;
  roster_definition unused;
  roster_error err = { .status = ROSTER_OK };
  int good = 0;
  fresh_directory();
  canned_init(&c);
  roster_options o = canned_options(&c, &unused, "");
  o.definitions = NULL;
  o.definition_count = 0;
  o.config = config;
  for (long n = 1; n <= 4; n++) { /* two for the directory and the one above, one for the file, one for the end */
    roster *r = NULL;
    fail_at("readdir", n, true, NULL);
    good += roster_open(&r, &o, &err) == ROSTER_EDEFINITIONS && strstr(err.message, "cannot be read: Input/output error");
    fail_at("", 0, false, NULL);
    roster_close(r);
  }
  check(good == 4, "a registry is not opened with some of its files where the directory cannot be listed to its end");
}

static atomic_size_t refusals; /* of refreshes, for want of something */

static void count_refusals(void *unused, roster_status status, long ms) {
  (void)unused;
  (void)ms;
  refusals += status != ROSTER_OK;
}

static bool was_refused(void *unused) {
  (void)unused;
  return refusals > 0;
}

/* An edit is made when nothing can be read, or no thread can be started, and nothing is edited after that. */
static bool comes_through(const char *class, long n, const char *with) {
  canned c;
  on_refreshed = count_refusals;
  roster *r = watch_on(&c);
  check_eventually(check_watches, NULL);
  refusals = 0;
  fail_at(class, n, true, with);
  write_definitions(PROVIDER ALPHA BETA);
  const bool refused = check_eventually(was_refused, NULL);
  fail_at("", 0, false, NULL);
  const bool good = refused && check_eventually(has_beta, r);
  roster_close(r);
  on_refreshed = NULL;
  return good;
}

static void an_edit_that_could_not_be_read_is_read_again(void) {
  check(comes_through("read", 1, NULL), "an edit that could not be read because the disk failed is read again, without another edit");
  check(comes_through("thread", 1, NULL), "so is one for which no thread could be started");
}

static void a_directory_is_made_anew(void) {
  canned c;
  roster *r = watch_on(&c);
  check_eventually(check_watches, NULL);
  run("rm -rf \"$AT\"; mkdir \"$AT\"");
  write_definitions(PROVIDER ALPHA);
  check(is_followed(r), "a directory that is removed and made anew is followed");
  run("cp -r \"$AT\" \"$AT\".new && ln -s \"$AT\".new \"$AT\".link && mv \"$AT\" \"$AT\".old && mv -T \"$AT\".link \"$AT\"");
  check(is_followed(r), "a directory that is replaced by a link to another is followed");
  run("rm -rf \"$AT\".old; cp -r \"$AT\".new \"$AT\".third; ln -s \"$AT\".third \"$AT\".link; mv -T \"$AT\".link \"$AT\"");
  check(is_followed(r), "a link to a directory that is swapped for another is followed");
  roster_close(r);
}

static void other_events_lose_no_edit(void) {
  canned c;
  roster *r = watch_on(&c);
  check_eventually(check_watches, NULL);
  char name[CHECK_PATH];
  for (int i = 0; i < 6000; i++) {
    snprintf(name, sizeof name, "%s/x%d", config, i);
    FILE *f = fopen(name, "w");
    if (f) fclose(f);
    unlink(name);
  }
  check(is_followed(r), "edits are followed after more events than inotify keeps");
  roster_close(r);
}

/* ---- a cache file that is none ---- */

static void an_odd_cache_is_left_out(void) {
  static const char *const how[] = { "truncate -s 1G \"$AT\"/cache", "ln -s /dev/zero \"$AT\"/cache", "mkfifo \"$AT\"/cache",
                                     "mkdir \"$AT\"/cache" };
  int good = 0;
  for (size_t i = 0; i < sizeof how / sizeof *how; i++) {
    canned c;
    roster_definition d;
    char file[CHECK_PATH];
    roster *r = NULL;
    canned_init(&c);
    fresh_directory();
    run(how[i]);
    snprintf(file, sizeof file, "%s/cache", config);
    roster_options o = canned_options(&c, &d, PROVIDER ALPHA);
    o.cache_file = file;
    good += roster_open(&r, &o, NULL) == ROSTER_OK && roster_refresh(r, NULL) == ROSTER_OK && is_usable(r, "alpha");
    roster_close(r);
  }
  check(good == 4, "a cache file that is a gigabyte of nothing, a device, a pipe or a directory is neither read nor waited for");
}

int main(void) {
  if (!check_folder(root)) return 1;
  snprintf(config, sizeof config, "%s/config", root);
  if (has_inotify) refused_watches_are_told_once();
  if (has_inotify) some_refused_watches_are_enough();
  if (has_inotify) a_watch_that_is_refused_later_is_told();
  an_unreadable_directory_comes_back();
  a_look_that_fails_finds_no_edit();
  a_listing_that_fails_finds_no_edit();
  a_listing_that_fails_gives_no_registry();
  an_edit_that_could_not_be_read_is_read_again();
  a_directory_is_made_anew();
  other_events_lose_no_edit();
  an_odd_cache_is_left_out();
  check_folder_remove(root);
  return check_close();
}

/* system_calls: every open, read, write, rename, fsync, socket, thread and descriptor of an operation is refused once, and once together
 * with all later ones; reads and writes end early or are interrupted; and the process may have fewer and fewer descriptors. Whichever it
 * is, the call answers as it does undisturbed, or says what could not be done and leaves the answer that was in force; a verdict may say
 * that this machine or the network failed, never that a provider did; no file is left half written, no descriptor stays open, nothing waits
 * for ever; and the next call, undisturbed, gives the undisturbed answer.
 *
 * CALLS=all tries every point; else each 101st is tried. CALLS_FIGURES names a file for how many were.
 *
 * Links with: spec/support/fail_at.c
 */
#include "../support/fail_at.h"
#include "check.h"
#include "loopback.h"

#include <roster.h>

#include <ctype.h>
#include <dirent.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/stat.h>

#define LISTING "{\"object\":\"list\",\"data\":[{\"id\":\"alpha-1\"},{\"id\":\"beta-1\"}]}"
#define FACTS                                                                                                                              \
  "{\"source\":{\"version\":1,\"date\":\"2026-11-20\"},\"model\":{\"acme-fact\":{\"provider\":\"acme\",\"api_name\":\"alpha-1\","          \
  "\"context_window\":200000}}}"

static const loopback_answer ANSWERS[] = { { "/v1/models", 200, "", LISTING }, { "/facts", 200, "", FACTS }, { NULL, 0, NULL, NULL } };

static loopback server;
static char root[CHECK_FOLDER], config[CHECK_PATH], state[CHECK_PATH], key[CHECK_PATH * 2], cache[CHECK_PATH * 2], record[CHECK_PATH * 2];

/* ---- what a host hears ---- */

static char told[2048]; /* the last warning or error */

static void on_finding(void *unused, const roster_finding *f) {
  (void)unused;
  snprintf(told, sizeof told, "%s: %s", f->file, f->message);
}

static roster_options options(void) {
  static roster_variable environment[3];
  roster_options o = ROSTER_OPTIONS_INIT;
  environment[0] = (roster_variable){ "ACME_API_KEY_FILE", key };
  environment[1] = (roster_variable){ "PATH", "/usr/bin:/bin" };
  o.config = config;
  o.cache_file = cache;
  o.no_builtin = true;
  o.environment = environment;
  o.environment_count = 2;
  o.on_finding = on_finding;
  o.helper_wait_ms = CHECK_SOON_MS;
  return o;
}

static void write_file(const char *path, const char *text) {
  FILE *f = fopen(path, "w");
  if (!f || fputs(text, f) < 0) exit(9);
  fclose(f);
}

static void define(void) {
  char text[2048], path[CHECK_PATH * 2];
  snprintf(text, sizeof text,
           "provider 'acme' { title = 'Acme', protocol = 'openai-chat', base_url = 'http://127.0.0.1:%d/v1', list_proves = 'access',\n"
           "  credential = secret 'ACME_API_KEY' }\n"
           "model 'alpha' { provider = 'acme', api_name = 'alpha-1' }\n"
           "provider 'helped' { title = 'Helped', protocol = 'openai-chat', base_url = 'http://127.0.0.1:%d/v1', list_proves = 'access',\n"
           "  credential = secret { helper = { 'printf', 'sk-key-of-a-helper-0123' } } }\n"
           "model 'beta' { provider = 'helped', api_name = 'beta-1' }\n"
           "source 'corp' { url = 'http://127.0.0.1:%d/facts' }\n"
           "default { 'alpha' }\n",
           server.port, server.port, server.port);
  snprintf(path, sizeof path, "%s/acme.lua", config);
  write_file(path, text);
  snprintf(path, sizeof path, "%s/more.json", config);
  write_file(path, "{ \"model\": { \"gamma\": { \"provider\": \"acme\", \"api_name\": \"beta-1\" } } }\n");
  write_file(key, "sk-canned-key-0123456789\n");
}

/* ---- what is compared: each model with its state and window ---- */

enum { ANSWER_BYTES = 4096 };

typedef char answer[ANSWER_BYTES];

/* *blames: somebody is blamed for a model that is not ready who is neither this machine nor the network. */
static void read_answer(answer into, roster *r, bool *blames) {
  const roster_snapshot *s = r ? roster_acquire(r) : NULL;
  size_t length = 0;
  *into = 0;
  *blames = false;
  for (size_t i = 0; i < roster_known_count(s); i++) {
    const roster_model *m = roster_known_at(s, i);
    const roster_blame blame = roster_model_blame(m);
    length += (size_t)snprintf(into + length, ANSWER_BYTES - length, "%s %d %s; ", roster_model_id(m), (int)roster_model_state(m),
                               roster_model_state(m) == ROSTER_READY ? "" : roster_model_reason(m));
    *blames = *blames || (blame != ROSTER_BLAME_NONE && blame != ROSTER_BLAME_THIS_MACHINE && blame != ROSTER_BLAME_NETWORK);
  }
  roster_release(s);
}

/* ---- operations ---- */

typedef struct outcome {
  roster_status status;
  roster_error error;
  answer said, afterwards;
  bool blames;
} outcome;

/* What is refused in this run, between disturb and settle. */
static const char *classes, *how;
static long point, reached;
static bool ever;
static rlim_t descriptors; /* 0: as many as there are */

static void disturb(void) {
  *told = 0;
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  if (descriptors) setrlimit(RLIMIT_NOFILE, &(struct rlimit){ descriptors, limit.rlim_max });
  fail_at(classes, point, ever, how);
}

static void settle(void) {
  struct rlimit limit;
  reached = fail_at_calls();
  fail_at("", 0, false, NULL);
  getrlimit(RLIMIT_NOFILE, &limit);
  setrlimit(RLIMIT_NOFILE, &(struct rlimit){ 1024 < limit.rlim_max ? 1024 : limit.rlim_max, limit.rlim_max });
}

static const char *open_it(outcome *into) {
  roster_options o = options();
  roster *r = NULL;
  disturb();
  into->status = roster_open(&r, &o, &into->error);
  settle();
  read_answer(into->said, r, &into->blames);
  if ((into->status == ROSTER_OK) != (r != NULL)) return "a registry that was not opened";
  if (r) roster_refresh(r, NULL);
  if (r) read_answer(into->afterwards, r, &(bool){ false });
  roster_close(r);
  return NULL;
}

static const char *refresh_with(outcome *into, roster_transport *transport) {
  roster_options o = options();
  o.transport = transport;
  roster *r = NULL;
  if (roster_open(&r, &o, &into->error) != ROSTER_OK) return into->error.message;
  const roster_snapshot *before = roster_acquire(r);
  disturb();
  into->status = roster_refresh(r, &into->error);
  settle();
  const roster_snapshot *after = roster_acquire(r);
  const bool same = before == after || (into->status == ROSTER_EDEFINITIONS && roster_definitions_error(after, NULL, NULL));
  roster_release(before);
  roster_release(after);
  read_answer(into->said, r, &into->blames);
  const roster_status next = roster_refresh(r, NULL);
  read_answer(into->afterwards, r, &(bool){ false });
  roster_close(r);
  if (into->status != ROSTER_OK && !same) return "another answer, though the refresh failed";
  return next == ROSTER_OK ? NULL : "the next refresh failed too";
}

static const char *refresh_it(outcome *into) { return refresh_with(into, NULL); }

static const char *record_it(outcome *into) {
  roster_transport *t = NULL;
  roster_options o = options();
  roster *r = NULL;
  disturb();
  into->status = roster_transport_record(&t, NULL, record, &into->error);
  o.transport = t;
  if (into->status == ROSTER_OK) into->status = roster_open(&r, &o, &into->error);
  if (into->status == ROSTER_OK) into->status = roster_refresh(r, &into->error);
  if (into->status == ROSTER_OK) read_answer(into->said, r, &into->blames);
  roster_close(r);
  if (t) t->close(t->self);
  settle();
  if (access(record, F_OK) == 0 && roster_transport_replay(&t, record, NULL) != ROSTER_OK) return "half a recording is in place";
  if (access(record, F_OK) == 0) t->close(t->self);
  return NULL;
}

static const char *replay_it(outcome *into) {
  roster_transport *t = NULL;
  if (roster_transport_record(&t, NULL, record, &into->error) != ROSTER_OK) return "nothing could be recorded";
  roster_options o = options();
  o.transport = t;
  roster *r = NULL;
  if (roster_open(&r, &o, NULL) == ROSTER_OK) roster_refresh(r, NULL);
  roster_close(r);
  t->close(t->self);
  t = NULL;
  disturb();
  into->status = roster_transport_replay(&t, record, &into->error);
  settle();
  if ((into->status == ROSTER_OK) != (t != NULL)) return "a recording that was not opened";
  const char *what = t ? refresh_with(&(outcome){ .status = ROSTER_OK }, t) : NULL;
  if (t) t->close(t->self);
  return what;
}

static const char *update_it(outcome *into) {
  roster_options o = options();
  roster *r = NULL;
  if (roster_open(&r, &o, &into->error) != ROSTER_OK) return into->error.message;
  disturb();
  into->status = roster_update_sources(r, NULL, 0, false, NULL, NULL, &into->error);
  settle();
  roster_update_sources(r, NULL, 0, false, NULL, NULL, NULL);
  roster_refresh(r, NULL);
  read_answer(into->afterwards, r, &(bool){ false });
  roster_close(r);
  return NULL;
}

static bool has_delta(void *r) {
  const roster_snapshot *s = roster_acquire(r);
  bool there = false;
  for (size_t i = 0; i < roster_known_count(s); i++) there = there || strcmp(roster_model_id(roster_known_at(s, i)), "delta") == 0;
  roster_release(s);
  return there;
}

/* Watched while it is disturbed, edited when it no longer is. */
static const char *watch_it(outcome *into) {
  char path[CHECK_PATH * 2];
  roster_options o = options();
  roster *r = NULL;
  snprintf(path, sizeof path, "%s/delta.lua", config);
  if (roster_open(&r, &o, &into->error) != ROSTER_OK) return into->error.message;
  disturb();
  const int event = roster_event_fd(r);
  into->status = roster_watch(r, &into->error);
  roster_refresh(r, NULL);
  settle();
  write_file(path, "model 'delta' { provider = 'acme', api_name = 'alpha-1' }\n");
  const bool seen = into->status != ROSTER_OK || check_eventually(has_delta, r);
  roster_close(r);
  unlink(path);
  return !seen ? "an edit was not seen" : event >= 0 && event < 3 ? "a descriptor that is the host's" : NULL;
}

typedef struct operation {
  const char *name;
  const char *(*run)(outcome *into); /* NULL or what is wrong */
} operation;

static const operation OPERATIONS[] = { { "opening", open_it },     { "a refresh", refresh_it },        { "recording", record_it },
                                        { "replaying", replay_it }, { "a look at sources", update_it }, { "watching", watch_it } };

/* ---- judging ---- */

static int open_files(void) {
  int count = 0;
  DIR *directory = opendir("/proc/self/fd");
  while (directory && readdir(directory)) count++;
  if (directory) closedir(directory);
  return count;
}

static bool has_as_many(void *before) { return open_files() <= *(int *)before; }

/* A file that was begun is taken away again, where the system lets it. */
static bool is_tidy(void) {
  bool good = true;
  DIR *directory = opendir(state);
  for (struct dirent *e; directory && (e = readdir(directory));)
    good = good && (e->d_name[0] == '.' || strcmp(e->d_name, "cache") == 0 || strcmp(e->d_name, "record") == 0 ||
                    strcmp(e->d_name, "key") == 0 || strcmp(e->d_name, "source-corp.json") == 0);
  if (directory) closedir(directory);
  return good || strstr(classes, "rename");
}

static bool is_whole(void) {
  *told = 0;
  roster_options o = options();
  roster *r = NULL;
  const bool good = roster_open(&r, &o, NULL) == ROSTER_OK && !*told;
  roster_close(r);
  return good;
}

static const char *judge(const outcome *got, const outcome *usual) {
  if (got->status != ROSTER_OK && !*got->error.message) return "no word of what failed";
  if (got->status != ROSTER_OK && got->status != ROSTER_ESYSTEM && got->status != ROSTER_ENOMEM && got->status != ROSTER_EDEFINITIONS &&
      got->status != ROSTER_ETRANSPORT)
    return got->error.message;
  if (got->status == ROSTER_OK && got->blames) return "a provider is blamed";
  if (got->status == ROSTER_OK && *got->afterwards && strcmp(got->afterwards, usual->afterwards)) return "another answer of the next call";
  if (!is_tidy()) return "a file that was begun is left";
  return is_whole() ? NULL : "a file that is not whole is in place";
}

static void clear(void) {
  char line[CHECK_PATH * 4];
  snprintf(line, sizeof line, "rm -f '%s'/cache* '%s'/record* '%s'/source*", state, state, state);
  if (system(line)) exit(9);
}

static long tried, wrongs, stride = 101;

static void try_once(const operation *op, const outcome *usual) {
  static outcome got;
  enum { SHOWN = 40 };
  int before = open_files();
  got = (outcome){ .status = ROSTER_OK };
  alarm(CHECK_PATIENCE_MS / 1000 * 2);
  const char *what = op->run(&got);
  alarm(0);
  tried++;
  if (!what) what = judge(&got, usual);
  if (!what && !check_eventually(has_as_many, &before)) what = "a descriptor stays open";
  if (strstr(classes, "rename")) clear(); /* nor may it be taken away */
  if (!what) return;
  if (wrongs++ < SHOWN)
    printf("# %s, %s %ld%s%s, limit %ld: status %d, %s (%s) [%s]\n", op->name, classes, point, ever ? " and later" : "", how ? how : "",
           (long)descriptors, got.status, what, told, got.said);
  if (strcmp(what, "a file that was begun is left") == 0 || strcmp(what, "a file that is not whole is in place") == 0) clear();
}

enum { MOST_POINTS = 2000 };

static void sweep_class(const operation *op, const outcome *usual, const char *class, const char *with, bool for_ever) {
  classes = class;
  how = with;
  ever = for_ever;
  bool fired = true; /* a call was refused, so that there may be more */
  for (point = 1; fired && point < MOST_POINTS; point += stride) {
    try_once(op, usual);
    fired = reached >= point;
  }
  point = 0;
}

static void sweep_descriptors(const operation *op, const outcome *usual) {
  const int now = open_files();
  classes = "";
  for (int more = 12; more >= 0; more -= stride > 1 ? 3 : 1) {
    descriptors = (rlim_t)(now + more);
    try_once(op, usual);
  }
  descriptors = 0;
}

static void sweep(const operation *op) {
  static const char *const of[] = { "open", "read", "write", "rename", "fsync", "socket", "connect", "thread", "fd", "inotify" };
  static outcome usual;
  char sentence[256];
  const long tried_before = tried, wrong_before = wrongs;
  classes = "";
  clear();
  op->run(&usual);
  const char *what = op->run(&usual);
  snprintf(sentence, sizeof sentence, "%s works undisturbed (%s)", op->name, what ? what : "as it should");
  check(!what && usual.status == ROSTER_OK && !usual.blames, sentence);
  for (size_t i = 0; i < sizeof of / sizeof *of; i++)
    for (int for_ever = 0; for_ever < 2; for_ever++) sweep_class(op, &usual, of[i], NULL, for_ever);
  sweep_class(op, &usual, "read write", "short", false);
  sweep_class(op, &usual, "read write", "short", true);
  sweep_class(op, &usual, "read write", "4", false); /* EINTR */
  sweep_descriptors(op, &usual);
  printf("# %s: %ld points, %ld wrong\n", op->name, tried - tried_before, wrongs - wrong_before);
  snprintf(sentence, sizeof sentence, "%s gives the usual answer, or says what this machine refused, whichever call fails", op->name);
  check(wrongs == wrong_before, sentence);
}

static void write_figure(void) {
  const char *file = getenv("CALLS_FIGURES");
  FILE *f = file ? fopen(file, "w") : NULL;
  if (!f) return;
  fprintf(f, "calls of the system made to fail\t%ld\n", tried);
  fprintf(f, "calls of the system made to fail: wrong answers and what is left behind\t%ld\n", wrongs);
  fclose(f);
}

int main(void) {
  const char *all = getenv("CALLS"), *only = getenv("CALLS_OF");
  if (all && strcmp(all, "all") == 0) stride = 1;
  setvbuf(stdout, NULL, _IOLBF, 0);
  if (!check_folder(root) || !loopback_open(&server, ANSWERS)) return 1;
  snprintf(config, sizeof config, "%s/config", root);
  snprintf(state, sizeof state, "%s/state", root);
  snprintf(key, sizeof key, "%s/key", state);
  snprintf(cache, sizeof cache, "%s/cache", state);
  snprintf(record, sizeof record, "%s/record", state);
  mkdir(config, 0700);
  mkdir(state, 0700);
  define();
  for (size_t i = 0; i < sizeof OPERATIONS / sizeof *OPERATIONS; i++)
    if (!only || strcmp(only, OPERATIONS[i].name) == 0) sweep(&OPERATIONS[i]);
  write_figure();
  loopback_close(&server);
  check_folder_remove(root);
  return check_close();
}

/* system_calls: every open, listing of a directory, read, write, rename, fsync, socket, thread and descriptor of an operation is refused
 * once, and once together with all later ones; reads and writes end early or are interrupted; and the process may have fewer and fewer
 * descriptors. Whichever it is, the call answers as it does undisturbed, or says what could not be done and leaves the answer that was in
 * force; a verdict may say that this machine or the network failed, never that a provider did; no file is left half written, no descriptor
 * stays open, nothing waits for ever; and the next call, undisturbed, gives the undisturbed answer.
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
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/stat.h>

#define LISTING "{\"object\":\"list\",\"data\":[{\"id\":\"alpha-1\"},{\"id\":\"beta-1\"}]}"
#define FACTS                                                                                                                              \
  "{\"source\":{\"version\":1,\"date\":\"2026-11-20\"},\"model\":{\"acme-fact\":{\"provider\":\"acme\",\"api_name\":\"alpha-1\","          \
  "\"context_window\":200000}}}"

/* Of these facts, by a key that nobody has any more. */
#define SIGNING_KEY "RWRyb3N0ZXIyNfNBv6d1GKf9/jpDZ0bNdaWqxNFGj7/LQszRqwk3fv0A"
#define SIGNATURE                                                                                                                          \
  "untrusted comment: nobody vouches for this\n"                                                                                           \
  "RURyb3N0ZXIyNUsr3OKwVU/ft6XkUcDBX4Rdu9uiOnT0UGB2hsJ6d6gVVTmeauU1n+Qgl8F0YMIBvo14/kk2pLe/38sudQgRnw8=\n"                                 \
  "trusted comment: timestamp:1795000000\tfile:facts.json\n"                                                                               \
  "4G0iLVo/lWDHFrP8HNkmTjfwPTzKvt2bDfRiElsrL7IjglZpZrWNBNzgpboa6Zv/zNXHTyYoubL+4C4PjVABCA==\n"
#define CHAT "{\"object\":\"chat.completion\",\"model\":\"paid-1\",\"choices\":[{\"index\":0}]}"

static const loopback_answer ANSWERS[] = { { "/v1/models", 200, "", LISTING },
                                           { "/v1/chat/completions", 200, "", CHAT },
                                           { "/facts", 200, "", FACTS },
                                           { "/facts.minisig", 200, "", SIGNATURE },
                                           { NULL, 0, NULL, NULL } };

static loopback server;
static char root[CHECK_FOLDER], config[CHECK_PATH], mistaken[CHECK_PATH], state[CHECK_PATH], key[CHECK_PATH * 2], cache[CHECK_PATH * 2],
    record[CHECK_PATH * 2];

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
  snprintf(path, sizeof path, "%s/wrong.lua", mistaken);
  write_file(path, "model 'alpha' { provider = 'nobody', api_name = 'alpha-1' }\n");
  write_file(key, "sk-canned-key-0123456789\n");
}

static void clear(void) {
  char line[CHECK_PATH * 4];
  snprintf(line, sizeof line, "rm -f '%s'/cache* '%s'/record* '%s'/source*", state, state, state);
  if (system(line)) exit(9);
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
    length +=
        (size_t)snprintf(into + length, ANSWER_BYTES - length, "%s %d %lld %s; ", roster_model_id(m), (int)roster_model_state(m),
                         (long long)roster_model_context_window(m), roster_model_state(m) == ROSTER_READY ? "" : roster_model_reason(m));
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

/* What is added to the definitions of an operation, in memory. */
static roster_options options_with(roster_definition *d, const char *format) {
  static char text[1024];
  roster_options o = options();
  snprintf(text, sizeof text, format, server.port);
  *d = (roster_definition){ "more.lua", text };
  o.definitions = d;
  o.definition_count = 1;
  return o;
}

/* ---- a source that is signed ---- */

typedef struct fetched {
  int updated, failed;
  bool explained; /* each that failed says why */
} fetched;

static void on_update(void *payload, const roster_source_update *u) {
  fetched *f = payload;
  if (strcmp(u->outcome, "failed") == 0) {
    f->failed++;
    f->explained = f->explained && *u->problem;
  } else {
    f->updated++;
  }
}

static bool knows_window(roster *r) {
  const roster_snapshot *s = roster_acquire(r);
  const bool known = roster_model_context_window(roster_known(s, "alpha")) == 200000;
  roster_release(s);
  return known;
}

/* Facts count when they, their signature and the copy on the disk are all there, and not before. */
static const char *update_signed(outcome *into) {
  roster_definition d;
  roster_options o = options_with(&d, "source 'corp' { key = '" SIGNING_KEY "' }\n");
  fetched f = { .explained = true };
  roster *r = NULL;
  clear();
  if (roster_open(&r, &o, &into->error) != ROSTER_OK) return into->error.message;
  disturb();
  into->status = roster_update_sources(r, NULL, 0, false, on_update, &f, &into->error);
  settle();
  roster_refresh(r, NULL);
  const bool known = knows_window(r);
  roster_update_sources(r, NULL, 0, false, NULL, NULL, NULL);
  roster_refresh(r, NULL);
  read_answer(into->afterwards, r, &(bool){ false });
  roster_close(r);
  if (into->status == ROSTER_OK && f.updated + f.failed != 1) return "a source of which nothing is said";
  if (!f.explained) return "a source failed and does not say why";
  return known == (f.updated == 1) ? NULL : known ? "facts that were not taken are used" : "facts that were taken are not used";
}

/* ---- a billed request ---- */

static atomic_int paid;

static void on_exchange(void *unused, const roster_exchange *e) {
  (void)unused;
  if (strcmp(e->stage, "generate") == 0 && e->http_status) paid++;
}

/* What was paid for is counted, by the next process too, unless it is said that it could not be written down. */
static const char *bill_it(outcome *into) {
  static const char *const PAID[] = { "paid" };
  roster_definition d;
  roster_options o = options_with(&d, "provider 'till' { title = 'Till', protocol = 'openai-chat', base_url = 'http://127.0.0.1:%d/v1',\n"
                                      "  credential = secret 'ACME_API_KEY', prove = {}, unproven = 'generate' }\n"
                                      "model 'paid' { provider = 'till', api_name = 'paid-1' }\n");
  roster *r = NULL;
  clear();
  paid = 0;
  o.on_exchange = on_exchange;
  if (roster_open(&r, &o, &into->error) != ROSTER_OK) return into->error.message;
  disturb();
  into->status = roster_refresh_named(r, PAID, 1, &into->error);
  settle();
  read_answer(into->said, r, &into->blames);
  const size_t sent = (size_t)paid;
  const bool warned = *told;
  roster *next = NULL;
  if (roster_open(&next, &o, NULL) != ROSTER_OK) return "no next process";
  const roster_snapshot *s = roster_acquire(next);
  const bool counted = roster_billed_today(s) >= sent;
  roster_release(s);
  roster_close(next);
  roster_refresh_named(r, PAID, 1, NULL);
  s = roster_acquire(r);
  const bool all = roster_billed_today(s) == (size_t)paid && paid <= 2;
  roster_release(s);
  read_answer(into->afterwards, r, &(bool){ false });
  roster_close(r);
  if (!all) return "what was paid for is not what is counted";
  return counted || warned || into->status != ROSTER_OK ? NULL : "the next process does not know of what was paid for";
}

/* ---- a person signs in ---- */

#define KEY_OF_A_PERSON "sk-key-of-a-person-0123"

static bool has_key(const roster_headers *h) {
  bool found = false;
  for (size_t i = 0; i < roster_headers_count(h); i++) found = found || strstr(roster_headers_at(h, i)->value, KEY_OF_A_PERSON);
  return found;
}

static roster_status run_helper(roster *r, roster_credential_state *state, roster_error *error) {
  *state = (roster_credential_state)ROSTER_CREDENTIAL_STATE_INIT;
  roster_status status = roster_helper_run(r, "asked", NULL, error);
  if (status == ROSTER_OK) status = roster_helper_wait(r, "asked", CHECK_PATIENCE_MS, error);
  return status == ROSTER_OK ? roster_read_credential_status(r, "asked", state, error) : status;
}

static const char *sign_in(outcome *into) {
  roster_definition d;
  roster_options o = options_with(&d, "provider 'asked' { title = 'Asked', protocol = 'openai-chat', base_url = 'http://127.0.0.1:%d/v1',\n"
                                      "  list_proves = 'access', credential = secret { helper = { 'printf', '" KEY_OF_A_PERSON "' },\n"
                                      "  interactive = true } }\n"
                                      "model 'signed-in' { provider = 'asked', api_name = 'beta-1' }\n");
  roster_credential_state state, next;
  roster_headers *headers = NULL;
  roster *r = NULL;
  if (roster_open(&r, &o, &into->error) != ROSTER_OK) return into->error.message;
  const roster_snapshot *s = roster_acquire(r);
  disturb();
  into->status = run_helper(r, &state, &into->error);
  const bool signed_in = into->status == ROSTER_OK && strcmp(state.status, "valid") == 0;
  if (signed_in) into->status = roster_service_headers(&headers, r, roster_model_service(roster_known(s, "signed-in")), &into->error);
  settle();
  const bool keyed = has_key(headers), opened = headers;
  roster_headers_close(headers);
  roster_release(s);
  roster_helper_invalidate(r, "asked", NULL);
  const bool again = run_helper(r, &next, NULL) == ROSTER_OK && strcmp(next.status, "valid") == 0;
  roster_refresh(r, NULL);
  read_answer(into->afterwards, r, &(bool){ false });
  roster_close(r);
  if (!again) return "nobody can sign in any more";
  if (opened != keyed) return "headers without the key";
  if (into->status == ROSTER_OK && !signed_in && !*state.problem) return "no word of why nobody could sign in";
  return into->status == ROSTER_OK && signed_in && !keyed ? "no headers" : NULL;
}

/* ---- an edit ---- */

static bool has(roster *r, const char *id) {
  const roster_snapshot *s = roster_acquire(r);
  const bool there = roster_known(s, id);
  roster_release(s);
  return there;
}

static bool has_delta(void *r) { return has(r, "delta"); }

/* All of it, or nothing. */
static const char *edit_it(outcome *into) {
  char path[CHECK_PATH * 2], other[CHECK_PATH * 2];
  roster_options o = options();
  roster *r = NULL;
  snprintf(path, sizeof path, "%s/delta.lua", config);
  snprintf(other, sizeof other, "%s/epsilon.json", config);
  if (roster_open(&r, &o, &into->error) != ROSTER_OK || roster_refresh(r, &into->error) != ROSTER_OK) return into->error.message;
  write_file(path, "model 'delta' { provider = 'acme', api_name = 'alpha-1' }\n");
  write_file(other, "{ \"model\": { \"epsilon\": { \"provider\": \"acme\", \"api_name\": \"beta-1\" } } }\n");
  disturb();
  into->status = roster_refresh(r, &into->error);
  settle();
  read_answer(into->said, r, &into->blames);
  const bool there = has(r, "delta"), whole = there == has(r, "epsilon");
  roster_refresh(r, NULL);
  read_answer(into->afterwards, r, &(bool){ false });
  roster_close(r);
  unlink(path);
  unlink(other);
  if (!whole) return "half of an edit";
  return there == (into->status == ROSTER_OK) ? NULL : there ? "an edit of which a failure is said" : "an edit that is not there";
}

/* A mistake is never missed, because a file cannot be read. */
static const char *lint_it(outcome *into) {
  roster_options o = options();
  roster_error error;
  disturb();
  into->status = roster_lint(&o, NULL, &into->error);
  const roster_status wrong = roster_lint(&o, mistaken, &error);
  settle();
  if (wrong == ROSTER_OK) return "a mistake was not seen";
  return *error.message ? NULL : "no word of the mistake";
}

/* ---- on its own ---- */

static atomic_int rounds;

static void on_refreshed(void *unused, roster_status status, long elapsed_ms) {
  (void)unused;
  (void)status;
  (void)elapsed_ms;
  rounds++;
}

static bool has_refreshed(void *unused) { return !unused && rounds > 0; }

static bool all_ready(void *r) {
  const roster_snapshot *s = roster_acquire(r);
  bool ready = roster_generation(s) > 0;
  for (size_t i = 0; i < roster_known_count(s); i++) ready = ready && roster_model_state(roster_known_at(s, i)) == ROSTER_READY;
  roster_release(s);
  return ready;
}

/* One round is disturbed; those after it are as they always are. */
static const char *refresh_every(outcome *into) {
  enum { INTERVAL_MS = 60 };
  roster_options o = options();
  roster *r = NULL;
  rounds = 0;
  o.on_refreshed = on_refreshed;
  if (roster_open(&r, &o, &into->error) != ROSTER_OK) return into->error.message;
  disturb();
  into->status = roster_refresh_every(r, INTERVAL_MS, &into->error);
  const bool went = into->status != ROSTER_OK || check_eventually(has_refreshed, NULL);
  settle();
  read_answer(into->said, r, &into->blames);
  const bool mended = into->status != ROSTER_OK || check_eventually(all_ready, r);
  roster_update_sources(r, NULL, 0, false, NULL, NULL, NULL); /* one that could not be stored has its turn later */
  roster_refresh(r, NULL);
  read_answer(into->afterwards, r, &(bool){ false });
  roster_close(r);
  return !went ? "nothing was refreshed" : !mended ? "no later round is as it should be" : NULL;
}

/* ---- watching ---- */

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

static const operation OPERATIONS[] = { { "opening", open_it },
                                        { "a refresh", refresh_it },
                                        { "recording", record_it },
                                        { "replaying", replay_it },
                                        { "a look at sources", update_it },
                                        { "a look at a signed source", update_signed },
                                        { "a billed request", bill_it },
                                        { "signing in", sign_in },
                                        { "a refresh after an edit", edit_it },
                                        { "checking definitions", lint_it },
                                        { "refreshing on its own", refresh_every },
                                        { "watching", watch_it } };

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
    good = good && (e->d_name[0] == '.' || strcmp(e->d_name, "cache") == 0 || strcmp(e->d_name, "cache.lock") == 0 ||
                    strcmp(e->d_name, "record") == 0 || strcmp(e->d_name, "key") == 0 || strcmp(e->d_name, "source-corp.json") == 0);
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
  static const char *const of[] = { "open", "readdir", "read", "write", "rename", "fsync", "socket", "connect", "thread", "fd", "inotify" };
  static outcome usual;
  char sentence[2048];
  const long tried_before = tried, wrong_before = wrongs;
  classes = "";
  clear();
  op->run(&usual);
  const char *what = op->run(&usual);
  snprintf(sentence, sizeof sentence, "%s works undisturbed (%s)", op->name,
           what                        ? what
           : usual.status == ROSTER_OK ? "as it should"
                                       : usual.error.message);
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
  snprintf(mistaken, sizeof mistaken, "%s/mistaken", root);
  mkdir(config, 0700);
  mkdir(mistaken, 0700);
  mkdir(state, 0700);
  define();
  for (size_t i = 0; i < sizeof OPERATIONS / sizeof *OPERATIONS; i++)
    if (!only || strcmp(only, OPERATIONS[i].name) == 0) sweep(&OPERATIONS[i]);
  write_figure();
  loopback_close(&server);
  check_folder_remove(root);
  return check_close();
}

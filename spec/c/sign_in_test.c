/* sign_in: credential helpers that may need a person: when they run, what happens to models meanwhile, their live state and their events.
 */
#include "canned.h"
#include "check.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>

#define MODELS  "model \"alpha\" { provider = \"acme\", api_name = \"alpha-1\" }\n"
#define WEEKEND "validate { keep_stale = 0 }\n" /* only what a person alone can mend keeps a model */
#define ACME(credential)                                                                                                                   \
  "provider \"acme\" { title = \"Acme\", protocol = \"openai-chat\", base_url = \"https://api.example.test\",\n"                           \
  "  credential = " credential ", list_proves = \"access\", discover = true }\n" MODELS
#define KEYED   ACME("secret \"ACME_API_KEY\"") WEEKEND
#define COUNTED "echo x >> \"$ROOT\"/runs; "
/* Waits until a person has signed in, which the file `go` stands for. */
#define UNTIL_GO "while [ ! -e \"$ROOT\"/go ]; do sleep 0.02; done; rm \"$ROOT\"/go; "

#define UNLESS_REFUSED "[ ! -e \"$ROOT\"/no ] || exit 3; "

static const char LISTED[] = "{\"data\":[{\"id\":\"alpha-1\"},{\"id\":\"wild-1\",\"type\":\"chat\"}]}";
static const char REFUSED[] = "{\"error\":{\"message\":\"no\",\"type\":\"t\",\"code\":\"c\"}}";

static char root[CHECK_FOLDER];

static const char *in_root(const char *name) {
  static char path[4][CHECK_PATH];
  static int turn;
  char *p = path[turn++ % 4];
  snprintf(p, sizeof path[0], "%s/%s", root, name);
  return p;
}

static size_t runs(void) {
  struct stat status;
  return stat(in_root("runs"), &status) == 0 ? (size_t)status.st_size / 2 : 0;
}

static void make(const char *name) { close(open(in_root(name), O_CREAT | O_WRONLY, 0600)); }
static void go(void) { make("go"); }

/* ---- a registry with such a helper ---- */

typedef struct setting {
  const char *definitions, *line, *ttl_ms;
  bool not_interactive, attended;
  const char *cache_file;
  roster_status (*next)(void *self, long timeout_ms, const roster_http_response **out);
} setting;

static roster *open_with(canned *c, const setting *s) {
  roster_definition d;
  canned_init(c);
  c->body = LISTED;
  if (s->next) c->transport.next = s->next;
  roster_options o = canned_options(c, &d, s->definitions ? s->definitions : KEYED);
  const roster_variable variables[] = { { "PATH", "/usr/bin:/bin" },
                                        { "ROOT", root },
                                        { "LLM_API_KEY_HELPER", s->line ? s->line : "" },
                                        { "LLM_API_KEY_HELPER_TTL_MS", s->ttl_ms ? s->ttl_ms : "" } };
  o.environment = variables;
  o.environment_count = sizeof variables / sizeof *variables;
  o.interactive_helpers = !s->not_interactive;
  o.attended = s->attended;
  o.cache_file = s->cache_file;
  unlink(in_root("runs"));
  unlink(in_root("go"));
  unlink(in_root("no"));
  roster *r = NULL;
  roster_error err;
  if (roster_open(&r, &o, &err) != ROSTER_OK) printf("# %s\n", err.message);
  return r;
}

static roster *with_line(canned *c, const char *line) { return open_with(c, &(setting){ .line = line }); }

static roster_credential_state state_of(roster *r, const char *id) {
  roster_credential_state s = ROSTER_CREDENTIAL_STATE_INIT;
  if (roster_read_credential_status(r, id, &s, NULL) != ROSTER_OK) s.status = "";
  return s;
}

static bool is(roster *r, const char *status) { return strcmp(state_of(r, NULL).status, status) == 0; }

typedef struct wanted {
  roster *r;
  const char *status;
  uint64_t generation;
} wanted;

static bool has_status(void *payload) { return is(((wanted *)payload)->r, ((wanted *)payload)->status); }
static bool becomes(roster *r, const char *status) { return check_eventually(has_status, &(wanted){ .r = r, .status = status }); }

static uint64_t generation(roster *r) {
  const roster_snapshot *s = roster_acquire(r);
  uint64_t g = roster_generation(s);
  roster_release(s);
  return g;
}

static bool has_generation(void *payload) { return generation(((wanted *)payload)->r) >= ((wanted *)payload)->generation; }
static bool refreshes(roster *r, uint64_t more) {
  return check_eventually(has_generation, &(wanted){ .r = r, .generation = generation(r) + more });
}

typedef struct seen {
  bool there, usable, stale, is_default;
  roster_state state;
  roster_reason code;
} seen;

static seen look(roster *r, const char *id) {
  const roster_snapshot *s = roster_acquire(r);
  const roster_model *m = roster_known(s, id), *d = roster_default(s);
  seen got = { m != NULL,
               roster_model_usable(m),
               roster_model_stale(m),
               m && d == m,
               m ? roster_model_state(m) : ROSTER_DISABLED,
               roster_model_reason_code(m) };
  roster_release(s);
  return got;
}

static bool is_ready(void *r) { return look(r, "alpha").usable && !look(r, "alpha").stale; }
static bool is_ready_or_late(void *r) { return is_ready(r) || !is(r, "valid"); }

/* Once more where the machine is so busy that the key has expired before its models were proved with it. */
static bool sign_in(roster *r) {
  for (int turn = 0; turn < 50; turn++) {
    if (roster_helper_run(r, NULL, NULL, NULL) != ROSTER_OK || roster_helper_wait(r, NULL, CHECK_PATIENCE_MS, NULL) != ROSTER_OK)
      return false;
    if (check_eventually(is_ready_or_late, r) && is_ready(r)) return true;
  }
  return false;
}

static roster_status ask_headers(roster *r, roster_error *err) {
  const roster_snapshot *s = roster_acquire(r);
  roster_headers *h = NULL;
  roster_status status = roster_service_headers(&h, r, roster_model_service(roster_known(s, "alpha")), err);
  roster_headers_close(h);
  roster_release(s);
  return status;
}

/* ---- when it runs ---- */

static void the_clock_starts_no_sign_in(void) {
  canned c;
  roster *r = open_with(&c, &(setting){ .line = COUNTED "echo key-0123", .ttl_ms = "40" });
  roster_refresh_every(r, 10, NULL);
  check(refreshes(r, 5) && runs() == 0 && is(r, "pending"), "an interactive helper is not run by refreshes at an interval");
  check(roster_refresh(r, NULL) == ROSTER_OK && runs() == 0, "an interactive helper is not run by a refresh that the host calls for");
  check(look(r, "alpha").state == ROSTER_PENDING && c.sent == 0, "models are pending until somebody asks for an interactive helper");
  check(roster_helper_run(r, NULL, NULL, NULL) == ROSTER_OK && becomes(r, "required") && refreshes(r, 5) && runs() == 1,
        "an interactive helper is not run again by the clock when its key has expired");
  roster_close(r);
}

static void a_word_of_the_definitions_makes_it_interactive(void) {
  canned c;
  roster *r = open_with(
      &c, &(setting){ .definitions = ACME("secret { helper = { \"sh\", \"-c\", '" COUNTED "echo key-0123' }, interactive = true }"),
                      .not_interactive = true });
  roster_refresh(r, NULL);
  roster_credential_state s = state_of(r, "acme");
  check(runs() == 0 && s.interactive && strcmp(s.status, "pending") == 0 && strcmp(s.source, "helper sh") == 0,
        "`interactive = true` of a secret keeps a refresh from running its helper");
  roster_close(r);
  r = open_with(&c, &(setting){ .line = COUNTED "echo key-0123", .attended = true });
  roster_refresh(r, NULL);
  check(becomes(r, "valid") && runs() == 1, "a refresh that a person waits for runs an interactive helper");
  roster_close(r);
}

#define SHARED "{ \"sh\", \"-c\", '" COUNTED "echo key-0123' }"

static void a_helper_that_providers_share_is_as_its_careful_user_says(void) {
  canned c;
  roster *r = open_with(
      &c, &(setting){ .definitions = ACME(
                          "secret { helper = " SHARED
                          ", interactive = true }") "\nprovider \"oak\" { title = \"Oak\", protocol = "
                                                    "\"openai-chat\", base_url = \"https://oak.example.test\",\n  credential = secret { "
                                                    "helper = " SHARED " } }\n",
                      .not_interactive = true });
  roster_refresh(r, NULL);
  check(runs() == 0 && state_of(r, "acme").interactive && state_of(r, "oak").interactive,
        "a helper that one provider calls interactive is that for each provider with the same helper");
  roster_close(r);
}

static void *run_it(void *r) { return (void *)(intptr_t)roster_helper_run(r, NULL, NULL, NULL); }

static void each_run_is_one_run(void) {
  canned c;
  uint64_t first = 0, second = 0;
  roster *r = with_line(&c, COUNTED UNTIL_GO "echo key-0123");
  pthread_t threads[8];
  for (int i = 0; i < 8; i++) pthread_create(&threads[i], NULL, run_it, r);
  for (int i = 0; i < 8; i++) pthread_join(threads[i], NULL);
  check(roster_helper_run(r, NULL, &first, NULL) == ROSTER_OK && first == 1, "who asks while a helper runs joins that run");
  check(ask_headers(r, NULL) == ROSTER_EPENDING, "a request that needs the key while a helper runs is told to wait");
  go();
  check(roster_helper_wait(r, NULL, CHECK_PATIENCE_MS, NULL) == ROSTER_OK && is(r, "valid") && runs() == 1,
        "a helper runs once for all who asked for it at the same time");
  check(roster_helper_run(r, NULL, &second, NULL) == ROSTER_OK && second == 1 && runs() == 1, "a helper is not run while its key is valid");
  check(check_eventually(is_ready, r), "models follow by themselves when a run has ended");
  roster_close(r);
}

/* ---- what happens to models ---- */

static void a_night_without_anybody(void) {
  canned c;
  char cache[CHECK_PATH];
  snprintf(cache, sizeof cache, "%s", in_root("cache"));
  const setting how = { .line = COUNTED UNLESS_REFUSED "echo key-0123", .ttl_ms = "300", .cache_file = cache };
  roster *r = open_with(&c, &how);
  check(sign_in(r) && look(r, "wild-1").usable, "after a sign-in the models are ready, the listed ones among them");
  check(becomes(r, "required") && roster_refresh(r, NULL) == ROSTER_OK, "a key that has expired is `required`");
  seen alpha = look(r, "alpha"), wild = look(r, "wild-1");
  check(alpha.usable && alpha.stale && alpha.code == ROSTER_REASON_KEY_EXPIRED && alpha.is_default && wild.usable && wild.stale,
        "an expired key leaves the models that were known good, however long ago, and the default among them");
  make("no");
  check(roster_helper_run(r, NULL, NULL, NULL) == ROSTER_OK && becomes(r, "failed") && roster_refresh(r, NULL) == ROSTER_OK,
        "a helper that fails is `failed`");
  alpha = look(r, "alpha"), wild = look(r, "wild-1");
  check(alpha.usable && alpha.stale && alpha.code == ROSTER_REASON_HELPER_FAILED && alpha.is_default && wild.usable && wild.stale,
        "a failed sign-in leaves the models that were known good");
  roster_close(r);
  r = open_with(&c, &how);
  alpha = look(r, "alpha"), wild = look(r, "wild-1");
  check(alpha.usable && alpha.stale && alpha.is_default && wild.usable && generation(r) == 0 && runs() == 0,
        "a restart offers them from the cache, without a sign-in");
  roster_refresh(r, NULL);
  alpha = look(r, "alpha"), wild = look(r, "wild-1");
  check(alpha.usable && alpha.stale && alpha.code == ROSTER_REASON_KEY_PENDING && wild.usable && wild.stale && runs() == 0,
        "and so does each refresh after it, until somebody signs in");
  roster_close(r);
}

static void a_failure_of_any_helper_is_no_verdict(void) {
  canned c;
  roster *r = open_with(&c, &(setting){ .definitions = ACME("secret \"ACME_API_KEY\""),
                                        .line = COUNTED UNLESS_REFUSED "echo key-0123",
                                        .not_interactive = true });
  roster_refresh(r, NULL);
  check(becomes(r, "valid") && check_eventually(is_ready, r) && runs() == 1, "a helper that needs nobody is run by a refresh");
  make("no");
  roster_helper_invalidate(r, NULL, NULL);
  roster_refresh(r, NULL);
  check(becomes(r, "failed") && runs() == 2, "and again by the next one, when its key is gone");
  roster_refresh_every(r, 10, NULL);
  refreshes(r, 2);
  check(look(r, "alpha").usable && look(r, "alpha").stale && look(r, "alpha").code == ROSTER_REASON_HELPER_FAILED && runs() == 2,
        "its failure leaves the models that were known good, marked stale");
  roster_close(r);
}

static void a_refused_key_waits_for_a_person(void) {
  canned c;
  bool retry = true;
  roster *r = with_line(&c, COUNTED "echo key-$(wc -l < \"$ROOT\"/runs)");
  sign_in(r);
  const roster_snapshot *s = roster_acquire(r);
  check(roster_report(r, roster_model_service(roster_find(s, "alpha")), 401, &retry) == ROSTER_OK && !retry && is(r, "required") &&
            runs() == 1,
        "a reported refusal drops the key of an interactive helper and does not run it");
  roster_release(s);
  roster_refresh(r, NULL);
  check(look(r, "alpha").usable && look(r, "alpha").stale && look(r, "alpha").code == ROSTER_REASON_KEY_REFUSED && runs() == 1,
        "a refused key leaves the models that were known good");
  check(ask_headers(r, NULL) == ROSTER_EPENDING && becomes(r, "valid") && runs() == 2, "the next request runs the helper");
  check(roster_helper_wait(r, NULL, -1, NULL) == ROSTER_OK && check_eventually(is_ready, r) && ask_headers(r, NULL) == ROSTER_OK,
        "and has its key when the run has ended");
  c.status = 401;
  c.body = REFUSED;
  roster_refresh(r, NULL);
  seen alpha = look(r, "alpha"), wild = look(r, "wild-1");
  check(alpha.usable && alpha.stale && alpha.code == ROSTER_REASON_KEY_REFUSED && wild.usable && is(r, "required") && runs() == 2,
        "a key that validation finds refused leaves them too, and starts no sign-in");
  roster_close(r);
}

static void a_conversation_keeps_its_service(void) {
  canned c;
  roster_headers *h = NULL;
  roster *r = with_line(&c, COUNTED "echo key-0123");
  roster_refresh(r, NULL);
  const roster_snapshot *s = roster_acquire(r);
  const roster_service *v = roster_model_service(roster_known(s, "alpha"));
  check(roster_service_headers(&h, r, v, NULL) == ROSTER_EPENDING && roster_helper_wait(r, NULL, -1, NULL) == ROSTER_OK &&
            roster_service_headers(&h, r, v, NULL) == ROSTER_OK,
        "a service of a snapshot without a key has it once somebody has signed in");
  roster_headers_close(h);
  check(roster_report(r, v, 401, NULL) == ROSTER_OK && is(r, "required") && runs() == 1,
        "and a refusal that is reported of it drops that key");
  roster_release(s);
  roster_close(r);
}

static void a_failure_is_told_to_those_who_waited(void) {
  canned c;
  roster_error err = { 0 };
  roster *r = with_line(&c, COUNTED UNTIL_GO "echo 'no session' >&2; exit 3");
  roster_refresh(r, NULL);
  check(ask_headers(r, NULL) == ROSTER_EPENDING && is(r, "running"), "a request that needs the key starts the helper");
  go();
  roster_helper_wait(r, NULL, -1, NULL);
  check(ask_headers(r, &err) == ROSTER_ENOTREADY && strstr(err.message, "exited with 3: no session") &&
            ask_headers(r, NULL) == ROSTER_ENOTREADY && runs() == 1,
        "requests that waited for a failed run are told why, and start no further one");
  check(roster_helper_run(r, NULL, NULL, NULL) == ROSTER_OK && is(r, "running"), "a person who asks does start one");
  go();
  roster_helper_wait(r, NULL, -1, NULL);
  check(is(r, "failed") && ask_headers(r, NULL) == ROSTER_EPENDING, "a request that did not wait for the failed run starts one too");
  roster_close(r);
}

/* ---- the live state ---- */

static void the_state_is_live(void) {
  canned c;
  roster *r = open_with(&c, &(setting){ .line = UNTIL_GO "echo key-0123", .ttl_ms = "1000" });
  roster_refresh(r, NULL);
  roster_credential_state s = state_of(r, "acme");
  check(strcmp(s.status, "pending") == 0 && s.run == 0 && s.exit_code == -1 && !*s.since && strcmp(s.source, "$LLM_API_KEY_HELPER") == 0 &&
            !*s.provider_id && s.interactive,
        "a helper that has not run yet is `pending`");
  check(ask_headers(r, NULL) == ROSTER_EPENDING && is(r, "running") && state_of(r, NULL).run == 1 && *state_of(r, NULL).since,
        "after an answer `pending` the status is `running`, without a refresh");
  check(roster_helper_wait(r, NULL, 0, NULL) == ROSTER_EPENDING, "a wait without time only looks");
  go();
  check(roster_helper_wait(r, "acme", -1, NULL) == ROSTER_OK, "a wait ends with the run");
  s = state_of(r, NULL);
  check(strcmp(s.status, "valid") == 0 && s.exit_code == 0 && strlen(s.since) == 20 && strlen(s.until) == 20 && !*s.problem,
        "a valid key has the time when it was printed, and when it expires");
  check(becomes(r, "required") && !*state_of(r, NULL).until && strstr(state_of(r, NULL).problem, "has expired"),
        "a key whose time is over is `required` at the next look");
  roster_close(r);
}

static void an_exit_code_is_reported(void) {
  canned c;
  roster *r = with_line(&c, "echo 'no session' >&2; exit 3");
  roster_helper_run(r, NULL, NULL, NULL);
  roster_helper_wait(r, NULL, -1, NULL);
  roster_credential_state s = state_of(r, NULL);
  check(strcmp(s.status, "failed") == 0 && s.exit_code == 3 && strcmp(s.problem, "the credential helper exited with 3: no session") == 0,
        "a failed run has its exit code and its last words");
  roster_close(r);
  r = with_line(&c, "kill -9 $$");
  roster_helper_run(r, NULL, NULL, NULL);
  roster_helper_wait(r, NULL, -1, NULL);
  check(is(r, "failed") && state_of(r, NULL).exit_code == -1, "a run that a signal ended has no exit code");
  roster_close(r);
}

static void no_other_key_is_told(void) {
  canned c;
  roster_definition d;
  canned_init(&c);
  roster_options o = canned_options(&c, &d,
                                    KEYED "provider \"other\" { protocol = \"openai-chat\", common_helper = false,\n"
                                          "  base_url = \"https://other.example.test\", credential = secret \"OTHER_API_KEY\" }\n");
  const roster_variable variables[] = { { "PATH", "/usr/bin:/bin" },
                                        { "OTHER_API_KEY", "sk-canary-0123456789" },
                                        { "LLM_API_KEY_HELPER", "echo \"not with $OTHER_API_KEY\" >&2; exit 1" } };
  o.environment = variables;
  o.environment_count = 3;
  roster *r = NULL;
  roster_open(&r, &o, NULL);
  roster_helper_run(r, NULL, NULL, NULL);
  roster_helper_wait(r, NULL, -1, NULL);
  check(is(r, "failed") && strstr(state_of(r, NULL).problem, "not with [redacted]"),
        "the reason of a failure holds no key of another provider");
  roster_close(r);
}

static void a_key_can_be_dropped(void) {
  canned c;
  roster *r = with_line(&c, COUNTED "echo key-$(wc -l < \"$ROOT\"/runs)");
  sign_in(r);
  check(roster_helper_invalidate(r, "acme", NULL) == ROSTER_OK && is(r, "required") && strstr(state_of(r, NULL).problem, "was dropped"),
        "a key that the host drops is `required`");
  check(sign_in(r) && runs() == 2 && state_of(r, NULL).run == 2, "a dropped key is replaced by the next run");
  roster_close(r);
  r = open_with(&c, &(setting){ .line = COUNTED "echo key-0123", .not_interactive = true });
  sign_in(r);
  check(roster_helper_invalidate(r, NULL, NULL) == ROSTER_OK && is(r, "required") && !state_of(r, NULL).interactive,
        "so is one of a helper that needs nobody");
  check(ask_headers(r, NULL) == ROSTER_EPENDING && roster_helper_wait(r, NULL, -1, NULL) == ROSTER_OK && is(r, "valid"),
        "which the next request runs");
  roster_close(r);
}

static void a_plain_key_has_a_state(void) {
  canned c;
  roster_definition d;
  canned_init(&c);
  roster_options o = canned_options(&c, &d, CANNED_DEFINITIONS);
  roster *r = NULL;
  roster_error err;
  roster_open(&r, &o, NULL);
  check(strcmp(state_of(r, "acme").status, "pending") == 0, "a key that nobody has tried is `pending`");
  roster_refresh(r, NULL);
  roster_credential_state s = state_of(r, "acme");
  check(strcmp(s.status, "valid") == 0 && strcmp(s.source, "$ACME_API_KEY") == 0 && s.run == 0 && strcmp(s.provider_id, "acme") == 0,
        "a key that its provider accepted is `valid`");
  check(strcmp(state_of(r, NULL).status, "not_configured") == 0, "without a helper the state that all share is `not_configured`");
  c.status = 503;
  roster_refresh(r, NULL);
  check(look(r, "alpha").stale && strcmp(state_of(r, "acme").status, "valid") == 0, "an outage says nothing about a key that was accepted");
  c.status = 401;
  c.body = REFUSED;
  roster_refresh(r, NULL);
  check(strcmp(state_of(r, "acme").status, "required") == 0 && strstr(state_of(r, "acme").problem, "rejected"),
        "a key that its provider refused is `required`, with the reason");
  s.size = sizeof s;
  check(roster_read_credential_status(r, "acne", &s, &err) == ROSTER_EUNKNOWN && strstr(err.message, "'acne'"),
        "the state of an unknown provider is an error");
  check(roster_helper_run(r, "acme", NULL, &err) == ROSTER_EINVALID && roster_helper_run(r, NULL, NULL, NULL) == ROSTER_EINVALID &&
            roster_helper_wait(r, "acme", 0, NULL) == ROSTER_EINVALID && roster_helper_invalidate(r, "acme", NULL) == ROSTER_EINVALID,
        "a provider without a helper has none to run, to wait for or to drop");
  s.size = 0;
  check(roster_read_credential_status(r, "acme", &s, NULL) == ROSTER_EINVALID &&
            roster_helper_run(NULL, NULL, NULL, NULL) == ROSTER_EINVALID,
        "a state without its size and a missing registry are errors");
  roster_close(r);
  o.environment_count = 0;
  roster_open(&r, &o, NULL);
  check(strcmp(state_of(r, "acme").status, "not_configured") == 0, "a provider without a key is `not_configured`");
  roster_close(r);
}

/* ---- waiting for it alone ---- */

static bool held_up = true, asked;
static pthread_mutex_t holding = PTHREAD_MUTEX_INITIALIZER;

static bool is_held_up(void) {
  pthread_mutex_lock(&holding);
  bool held = held_up;
  asked = true;
  pthread_mutex_unlock(&holding);
  return held;
}

/* A provider that does not answer yet. */
static roster_status slow_next(void *self, long timeout_ms, const roster_http_response **out) {
  *out = NULL;
  if (!is_held_up()) return canned_next(self, timeout_ms, out);
  nanosleep(&(struct timespec){ .tv_nsec = 5 * 1000 * 1000 }, NULL);
  return ROSTER_OK;
}

static void *refresh_it(void *r) { return (void *)(intptr_t)roster_refresh(r, NULL); }
static bool is_asked(void *unused) {
  (void)unused;
  pthread_mutex_lock(&holding);
  bool so = asked;
  pthread_mutex_unlock(&holding);
  return so;
}

static void a_wait_is_for_the_helper_alone(void) {
  canned c;
  pthread_t thread;
  roster *r = open_with(&c, &(setting){ .definitions = KEYED
                                        "provider \"slow\" { protocol = \"openai-chat\", base_url = \"https://slow.example.test\",\n"
                                        "  credential = secret { file = \"/dev/stdin\" }, key_optional = true, common_helper = false }\n"
                                        "model \"beta\" { provider = \"slow\", api_name = \"beta-1\" }\n",
                                        .line = UNTIL_GO "echo key-0123",
                                        .next = slow_next });
  pthread_create(&thread, NULL, refresh_it, r);
  check(check_eventually(is_asked, NULL), "a refresh waits for a slow provider");
  roster_helper_run(r, NULL, NULL, NULL);
  go();
  check(roster_helper_wait(r, NULL, CHECK_PATIENCE_MS, NULL) == ROSTER_OK && is(r, "valid") && generation(r) == 0,
        "a wait for a helper ends while a refresh goes on");
  pthread_mutex_lock(&holding);
  held_up = false;
  pthread_mutex_unlock(&holding);
  pthread_join(thread, NULL);
  check(check_eventually(is_ready, r), "and the refresh after the run proves its models");
  roster_close(r);
}

static void *wait_it(void *r) { return (void *)(intptr_t)roster_helper_wait(r, NULL, -1, NULL); }

static void closing_ends_a_wait(void) {
  canned c;
  pthread_t thread;
  void *status = NULL;
  roster *r = with_line(&c, "sleep 60");
  roster_helper_run(r, NULL, NULL, NULL);
  pthread_create(&thread, NULL, wait_it, r);
  nanosleep(&(struct timespec){ .tv_nsec = 50 * 1000 * 1000 }, NULL); /* most often it waits by then; either way it has to end */
  time_t began = time(NULL);
  roster_close(r);
  check(time(NULL) - began < CHECK_SOON_MS / 1000, "closing returns within a second while somebody waits for a helper");
  pthread_join(thread, &status);
  check(status == (void *)(intptr_t)ROSTER_ECANCELLED, "a wait for a helper ends when the registry is closed");
}

/* ---- events ---- */

static char told[8192];
static pthread_mutex_t telling = PTHREAD_MUTEX_INITIALIZER;

static void on_event(void *payload, const roster_helper_event *e) {
  (void)payload;
  pthread_mutex_lock(&telling);
  size_t n = strlen(told);
  snprintf(told + n, sizeof told - n, "%s%d %s%s [%s] %d\n", e->old ? "old " : "", (int)e->run, roster_helper_event_kind_name(e->kind),
           e->error ? "!" : "", e->text, e->exit_code);
  pthread_mutex_unlock(&telling);
}

static bool holds(void *part) {
  pthread_mutex_lock(&telling);
  bool found = strstr(told, part) != NULL;
  pthread_mutex_unlock(&telling);
  return found;
}

static bool is_told(const char *part) { return check_eventually(holds, (void *)part); }
static bool was_told(const char *part) { return holds((void *)part); }
static void forget(void) { *told = 0; }

static void events_tell_all_of_it(void) {
  canned c;
  forget();
  roster *r =
      with_line(&c, "echo 'Open https://id.example.test/device'; echo WDJB-MJHT; echo wait >&2; " UNTIL_GO "echo Thanks; echo key-canary");
  check(roster_subscribe_helpers(r, on_event, told, NULL) == ROSTER_OK && !*told, "before the first run there is nothing to tell");
  roster_helper_run(r, NULL, NULL, NULL);
  check(is_told("1 started [] -1\n") && is_told("1 line [Open https://id.example.test/device] -1\n1 line [WDJB-MJHT] -1\n") &&
            is_told("1 line! [wait] -1\n") && is(r, "running"),
        "a device code on a line of its own is told while the helper runs");
  int late = 0;
  forget();
  roster_subscribe_helpers(r, on_event, &late, NULL);
  check(was_told("1 started [] -1\n") && was_told("1 line [WDJB-MJHT] -1\n") && !was_told("old "),
        "a late subscriber gets what the current run told so far");
  roster_unsubscribe(r, &late);
  go();
  check(is_told("1 line [Thanks] -1\n1 valid [] 0\n") && is(r, "valid") && !was_told("canary"),
        "the end of a run is told, and the last line, which is the key, is not");
  roster_unsubscribe(r, told);
  forget();
  roster_subscribe_helpers(r, on_event, told, NULL);
  check(strncmp(told, "old 1 started", 13) == 0 && was_told("\nold 1 line [WDJB-MJHT] -1\n") && was_told("\nold 1 valid [] 0\n") &&
            !strstr(told, "\n1 "),
        "what a run told that is over is marked as old");
  check(roster_subscribe_helpers(r, NULL, NULL, NULL) == ROSTER_EINVALID, "a subscription to events without a function is an error");
  roster_close(r);
  check(!strstr(told, "failed"), "closing the registry is no failure of the helper");
}

static void a_failed_run_is_told(void) {
  canned c;
  forget();
  roster *r = with_line(&c, "echo token-canary; exit 4");
  roster_subscribe_helpers(r, on_event, told, NULL);
  roster_helper_run(r, NULL, NULL, NULL);
  check(is_told("1 failed [the credential helper exited with 4] 4\n") && !was_told("canary"),
        "a failed run is told with its exit code and the reason, and without a line that might be the key");
  roster_close(r);
}

static void a_reason_invites_nobody(void) {
  canned c;
  forget();
  roster *r =
      with_line(&c, "echo 'Go to https://id.example.test/device?c=WDJB-MJHT (or: WDJB-MJHT), [code=WDJB-MJHT]: ERROR 503.' >&2; exit 3");
  roster_helper_run(r, NULL, NULL, NULL);
  roster_helper_wait(r, NULL, -1, NULL);
  roster_credential_state failed = state_of(r, NULL);
  const char *problem = failed.problem;
  check(strstr(problem, "Go to https://id.example.test*") && strstr(problem, "*), [code=*********]: ERROR 503.") &&
            !strstr(problem, "WDJB") && !strstr(problem, "device"),
        "the reason of a failure has no sign-in address and no device code");
  roster_close(r);
}

static void a_key_that_chatter_follows_is_not_told(void) {
  canned c;
  forget();
  roster *r = with_line(&c, "echo sk-canary-0123456789abcdef0123; echo 'All done, thanks'");
  roster_subscribe_helpers(r, on_event, told, NULL);
  roster_helper_run(r, NULL, NULL, NULL);
  check(is_told("1 line [All done, thanks] -1\n1 failed") && !was_told("canary"),
        "a line that begins as keys do is not told, wherever it stands");
  roster_close(r);
}

static void a_line_without_an_end_is_told(void) {
  canned c;
  forget();
  roster *r = with_line(&c, "printf 'enter it ' >&2; printf 'Open https://id.example.test and enter: '; " UNTIL_GO
                            "printf WDJB-MJHT; " UNTIL_GO "echo; printf sk-half; printf 'and then ' >&2; " UNTIL_GO "echo -other");
  roster_subscribe_helpers(r, on_event, told, NULL);
  roster_helper_run(r, NULL, NULL, NULL);
  check(is_told("line [Open https://id.example.test and enter:]") && is_told("line! [enter it]") && is(r, "running"),
        "a prompt, which no end of line follows, is told while the helper waits");
  go();
  check(is_told("line [WDJB-MJHT]") && is(r, "running"), "so is a device code");
  go();
  check(is_told("line! [and then]") && !was_told("sk-half"), "the beginning of what may be the key is not");
  go();
  check(is_told("1 valid") && !was_told("sk-half"), "nor is the key");
  roster_close(r);
}

static void a_line_is_told_when_the_next_one_follows(void) {
  canned c;
  forget();
  roster *r = with_line(&c, "echo first; echo; printf second; " UNTIL_GO "echo; echo key-0123");
  roster_subscribe_helpers(r, on_event, told, NULL);
  roster_helper_run(r, NULL, NULL, NULL);
  check(is_told("line [first]") && is(r, "running") && !was_told("second"), "a line is told as soon as another one begins");
  go();
  check(is_told("1 line [second] -1\n1 valid"), "a line that may be the last is held back");
  roster_close(r);
}

/* A key in the shape of a device code is told once; but not again. */
static void what_turns_out_to_be_the_key_is_not_repeated(void) {
  canned c;
  forget();
  roster *r = with_line(&c, "echo canary-twice; echo 'one more moment'; echo canary-twice");
  roster_helper_run(r, NULL, NULL, NULL);
  roster_helper_wait(r, NULL, -1, NULL);
  roster_subscribe_helpers(r, on_event, told, NULL);
  check(is(r, "valid") && was_told("old 1 line [one more moment]") && !was_told("canary"),
        "a line that turns out to be the key is not told to late subscribers");
  roster_close(r);
  forget();
  r = with_line(&c, "echo SHORT-KEY-1");
  check(sign_in(r) && is(r, "valid"), "a key in the shape of a device code is a key");
  roster_subscribe_helpers(r, on_event, told, NULL);
  check(was_told("old 1 valid") && !was_told("SHORT"), "and is not told to late subscribers");
  roster_close(r);
}

int main(void) {
  if (!check_folder(root)) return 1;
  the_clock_starts_no_sign_in();
  a_word_of_the_definitions_makes_it_interactive();
  a_helper_that_providers_share_is_as_its_careful_user_says();
  each_run_is_one_run();
  a_night_without_anybody();
  a_failure_of_any_helper_is_no_verdict();
  a_refused_key_waits_for_a_person();
  a_conversation_keeps_its_service();
  a_failure_is_told_to_those_who_waited();
  the_state_is_live();
  an_exit_code_is_reported();
  no_other_key_is_told();
  a_key_can_be_dropped();
  a_plain_key_has_a_state();
  a_wait_is_for_the_helper_alone();
  closing_ends_a_wait();
  events_tell_all_of_it();
  a_failed_run_is_told();
  a_reason_invites_nobody();
  a_key_that_chatter_follows_is_not_told();
  a_line_without_an_end_is_told();
  a_line_is_told_when_the_next_one_follows();
  what_turns_out_to_be_the_key_is_not_repeated();
  check_folder_remove(root);
  return check_close();
}

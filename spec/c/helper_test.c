/* helper: credential helpers: how they run, which output is the key, which lines hosts receive, and the state of models meanwhile. */
#include "canned.h"
#include "check.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MODEL "model \"alpha\" { provider = \"acme\", api_name = \"alpha-1\" }\n"
#define PROVIDER(credential)                                                                                                               \
  "provider \"acme\" { title = \"Acme\", protocol = \"openai-chat\", base_url = \"https://api.example.test\",\n"                           \
  "  credential = " credential ", list_proves = \"access\" }\n" MODEL

static char root[CHECK_FOLDER];
static const char *const unauthorised = "{\"error\":{\"message\":\"no\",\"type\":\"t\",\"code\":\"c\"}}";

static long now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void pause_ms(long ms) {
  struct timespec t = { ms / 1000, ms % 1000 * 1000000 };
  nanosleep(&t, NULL);
}

static const char *in_root(const char *name) {
  static char path[4][CHECK_PATH];
  static int turn;
  char *p = path[turn++ % 4];
  snprintf(p, sizeof path[0], "%s/%s", root, name);
  return p;
}

static size_t file_size(const char *name) {
  struct stat status;
  return stat(in_root(name), &status) == 0 ? (size_t)status.st_size : 0;
}

/* ---- a registry whose provider has a helper ---- */

static pthread_mutex_t sending = PTHREAD_MUTEX_INITIALIZER; /* a helper that ends late has a refresh of its own */
static char sent_auth[256];                                 /* of the last request */

static void note_auth(const char *value) {
  pthread_mutex_lock(&sending);
  snprintf(sent_auth, sizeof sent_auth, "%s", value);
  pthread_mutex_unlock(&sending);
}

static bool was_sent(const char *value) {
  pthread_mutex_lock(&sending);
  const bool same = strcmp(sent_auth, value) == 0;
  pthread_mutex_unlock(&sending);
  return same;
}

static roster_status start_and_look(void *self, const roster_http_request *q) {
  for (size_t i = 0; i < q->header_count; i++)
    if (strcmp(q->headers[i].name, "authorization") == 0) note_auth(q->headers[i].value);
  return canned_start(self, q);
}

static roster_status (*by_host)(void *payload, const char *provider_id, roster_credential *out); /* for the next that is opened */

static roster *open_with(canned *c, const char *definitions, const char *line, long wait_ms) {
  roster_definition d;
  roster_options o = canned_options(c, &d, definitions);
  roster_variable variables[] = { { "PATH", "/usr/bin:/bin" }, { "ROOT", root }, { "LLM_API_KEY_HELPER", line } };
  o.environment = variables;
  o.environment_count = 3;
  o.helper_wait_ms = wait_ms;
  o.credential = by_host;
  c->transport.start = start_and_look;
  note_auth("");
  roster *r = NULL;
  roster_error err;
  if (roster_open(&r, &o, &err) != ROSTER_OK) printf("# %s\n", err.message);
  return r;
}

#define KEYED PROVIDER("secret \"ACME_API_KEY\"")

static roster *line_helper(canned *c, const char *line) {
  canned_init(c);
  return open_with(c, KEYED, line, 10 * 1000);
}

typedef struct seen {
  roster_state state;
  bool usable, stale;
  char status[32], reason[512];
} seen;

static seen look(roster *r) {
  const roster_snapshot *s = roster_acquire(r);
  const roster_model *m = roster_known(s, "alpha");
  seen got = { roster_model_state(m), roster_model_usable(m), roster_model_stale(m), "", "" };
  snprintf(got.status, sizeof got.status, "%s", roster_credential_status(s));
  snprintf(got.reason, sizeof got.reason, "%s", roster_model_reason(m));
  roster_release(s);
  return got;
}

static bool settles(roster *r, const char *status) {
  for (long until = now() + CHECK_PATIENCE_MS; now() < until; pause_ms(5))
    if (strcmp(look(r).status, status) == 0) return true;
  return false;
}

static bool is_live(roster *r, const char *status) {
  roster_credential_state now = ROSTER_CREDENTIAL_STATE_INIT;
  return roster_read_credential_status(r, NULL, &now, NULL) == ROSTER_OK && strcmp(now.status, status) == 0;
}

/* ---- the key ---- */

static void the_last_line_is_the_key(void) {
  canned c;
  roster *r = line_helper(&c, "echo 'Signing in ...'; echo; printf '  key-of-$HOME-0123 \\r\\n\\n\\n'");
  check(strcmp(look(r).status, "idle") == 0 && look(r).state == ROSTER_PENDING,
        "a helper that has not run yet is idle, and its models are pending");
  check(roster_refresh(r, NULL) == ROSTER_OK && was_sent("Bearer key-of-$HOME-0123"),
        "the last line of the output that is not empty is the key");
  check(look(r).state == ROSTER_READY && strcmp(look(r).status, "valid") == 0, "the model is proved with the helper's key");
  const roster_snapshot *s = roster_acquire(r);
  check(strcmp(roster_model_source(roster_known(s, "alpha")), "$LLM_API_KEY_HELPER") == 0 &&
            !strstr(roster_snapshot_json(s, NULL), "key-of"),
        "the source of the key is shown, but not its value");
  check(strstr(roster_snapshot_json(s, NULL), "\"credential_status\":\"valid\"") != NULL, "the document contains the state of the helper");
  roster_release(s);
  char command[1024];
  roster_write_request(r, "alpha", command, sizeof command, NULL, NULL);
  check(strstr(command, "Bearer $(sh -c \"$LLM_API_KEY_HELPER\" | tail -n 1)\"") && !strstr(command, "key-of"),
        "the curl command runs the helper as well");
  roster_close(r);
}

static void arguments_have_no_shell(void) {
  canned c;
  canned_init(&c);
  roster *r = open_with(&c, PROVIDER("secret { helper = { \"printf\", \"%s-%s.\", \"$HOME;'\\\"x\", \"*\" } }"), "", 10 * 1000);
  roster_refresh(r, NULL);
  check(was_sent("Bearer $HOME;'\"x-*."), "arguments reach the helper without a shell changing them");
  const roster_snapshot *s = roster_acquire(r);
  check(strcmp(roster_model_source(roster_known(s, "alpha")), "helper printf") == 0,
        "the source of a provider's own helper is the name of its program");
  roster_release(s);
  roster_close(r);
}

static void a_helper_for_all_takes_precedence(void) {
  canned c;
  canned_init(&c);
  c.transport.start = start_and_look;
  roster_definition d;
  roster_options o = canned_options(&c, &d, KEYED);
  roster_variable variables[] = { { "ACME_API_KEY", "key-in-variable" }, { "LLM_API_KEY_HELPER", "echo key-of-helper" } };
  o.environment = variables;
  o.environment_count = 2;
  o.helper_wait_ms = 10 * 1000;
  c.transport.start = start_and_look;
  roster *r = NULL;
  roster_open(&r, &o, NULL);
  roster_refresh(r, NULL);
  check(was_sent("Bearer key-of-helper"), "LLM_API_KEY_HELPER takes precedence over a key");
  roster_close(r);
  variables[1].name = "UNUSED";
  d.text = PROVIDER("secret { env = \"ACME_API_KEY\", helper = { \"echo\", \"key-of-helper\" } }");
  roster_open(&r, &o, NULL);
  roster_refresh(r, NULL);
  check(was_sent("Bearer key-in-variable"), "a provider's variable takes precedence over its own helper");
  roster_close(r);
}

static void the_environment_comes_from_the_host(void) {
  canned c;
  setenv("ROSTER_TEST_OF_PROCESS", "leaked", 1);
  roster *r = line_helper(&c, "cat; echo \"key-${ROSTER_TEST_OF_PROCESS:-clean}\"");
  roster_refresh(r, NULL);
  check(was_sent("Bearer key-clean"), "a helper gets the host's variables and an empty input");
  roster_close(r);
  setenv("PATH", "/nonexistent", 1);
  canned_init(&c);
  r = open_with(&c, PROVIDER("secret { helper = { \"sh\", \"-c\", \"echo key-found\" } }"), "", 10 * 1000);
  roster_refresh(r, NULL);
  setenv("PATH", "/usr/bin:/bin", 1);
  check(was_sent("Bearer key-found"), "a helper is searched along the PATH that the host gave");
  roster_close(r);
}

static const struct {
  const char *sentence, *line, *reason;
} failures[] = {
  { "a helper's exit code is reported with the last line of stderr", "echo one >&2; echo 'no session, sign in' >&2; echo key; exit 3",
    "the credential helper exited with 3: no session, sign in" },
  { "a key that JSON holds is an error", "echo '{\"token\":\"canary\"}'",
    "the credential helper printed JSON: print the key in it bare, as jq -r .token does" },
  { "an empty output is an error", "true", "the credential helper printed nothing" },
  { "an output of blank lines is an error", "echo; echo '  '", "the credential helper printed nothing" },
  { "a last line that is a sentence is an error", "echo key; echo 'all done'",
    "the credential helper printed a last line that is not a credential: it contains a space or a URL" },
  { "a key with a control byte is an error", "printf 'key\\001x\\n'",
    "the credential helper printed a credential that contains a control character" },
  { "the signal that ended a helper is reported", "kill -9 $$", "the credential helper was ended by signal 9" },
  { "a helper that prints too much is killed", "yes", "the credential helper printed more than 64 KiB, and was killed" },
};

static void failures_are_reported(void) {
  for (size_t i = 0; i < sizeof failures / sizeof *failures; i++) {
    canned c;
    roster *r = line_helper(&c, failures[i].line);
    roster_refresh(r, NULL);
    seen got = look(r);
    bool good = got.state == ROSTER_NO_CREDENTIAL && strcmp(got.status, "failed") == 0 && strcmp(got.reason, failures[i].reason) == 0 &&
                c.sent == 0;
    if (!good) printf("# %s, %s: %s\n", roster_state_name(got.state), got.status, got.reason);
    check(good, failures[i].sentence);
    roster_close(r);
  }
  canned c;
  canned_init(&c);
  roster *r = open_with(&c, PROVIDER("secret { helper = { \"/nonexistent/helper\" } }"), "", 10 * 1000);
  roster_refresh(r, NULL);
  check(strcmp(look(r).reason, "the credential helper cannot be started: No such file or directory: /nonexistent/helper") == 0,
        "a helper that does not exist is the reason of the failure");
  roster_close(r);
}

static void a_hanging_helper_is_killed_with_its_group(void) {
  canned c;
  canned_init(&c);
  roster *r =
      open_with(&c, PROVIDER("secret { helper = { \"sh\", \"-c\", \"sleep 60 & echo $! > \\\"$ROOT\\\"/child; wait\" }, timeout = 0.3 }"),
                "", 10 * 1000);
  roster_refresh(r, NULL);
  check(strcmp(look(r).reason, "the credential helper took longer than 0.3 s and was killed") == 0,
        "a helper that hangs is killed at its timeout");
  char digits[16] = "";
  int fd = open(in_root("child"), O_RDONLY);
  check(fd >= 0 && read(fd, digits, sizeof digits - 1) > 0, "the helper that hangs has started a program");
  if (fd >= 0) close(fd);
  pid_t child = (pid_t)atoi(digits);
  bool gone = false;
  for (long until = now() + CHECK_PATIENCE_MS; child > 1 && !gone && now() < until; pause_ms(5)) {
    char stat_path[64], text[256] = "";
    snprintf(stat_path, sizeof stat_path, "/proc/%d/stat", (int)child);
    int f = open(stat_path, O_RDONLY);
    ssize_t n = f >= 0 ? read(f, text, sizeof text - 1) : 0;
    if (f >= 0) close(f);
    gone = n <= 0 || strstr(text, ") Z ");
  }
  check(gone, "the program that a killed helper has started is killed as well");
  roster_close(r);
}

static void a_daemon_is_not_waited_for(void) {
  canned c;
  roster *r = line_helper(&c, "setsid sleep 40 & echo key-0123");
  long began = now();
  roster_refresh(r, NULL);
  check(was_sent("Bearer key-0123") && now() - began < CHECK_SOON_MS,
        "a refresh does not wait for a daemon that keeps the helper's pipes open");
  roster_close(r);
}

/* ---- when it runs ---- */

static void *refresh_once(void *r) { return (void *)(intptr_t)roster_refresh(r, NULL); }

static void one_run_at_a_time(void) {
  canned c;
  unlink(in_root("runs"));
  roster *r = line_helper(&c, "echo x >> \"$ROOT\"/runs; sleep 0.2; echo key-0123");
  pthread_t threads[8];
  for (int i = 0; i < 8; i++) pthread_create(&threads[i], NULL, refresh_once, r);
  for (int i = 0; i < 8; i++) pthread_join(threads[i], NULL);
  check(file_size("runs") == 2 && look(r).usable, "eight refreshes at the same time share one run of the helper");
  roster_refresh(r, NULL);
  check(file_size("runs") == 2, "a helper is not run again while its key is valid");
  roster_close(r);
}

static void a_key_expires(void) {
  canned c;
  canned_init(&c);
  unlink(in_root("runs"));
  roster *r = open_with(&c, PROVIDER("secret { helper = { \"sh\", \"-c\", \"echo x >> \\\"$ROOT\\\"/runs; echo key-0123\" }, ttl = 0.2 }"),
                        "", 10 * 1000);
  roster_refresh(r, NULL);
  pause_ms(250);
  roster_refresh(r, NULL);
  check(file_size("runs") == 4 && look(r).usable, "a helper is run again when its key has expired");
  roster_close(r);
}

static roster_status host_has_it(void *payload, const char *provider_id, roster_credential *out) {
  (void)payload, (void)provider_id;
  out->value = "key-of-the-host";
  return ROSTER_OK;
}

static void a_key_of_the_host_needs_no_helper(void) {
  canned c;
  canned_init(&c);
  by_host = host_has_it;
  roster *r = open_with(&c, PROVIDER("secret { helper = { \"sh\", \"-c\", \"sleep 1; echo key-0123\" } }"), "", 10 * 1000);
  by_host = NULL;
  roster_refresh(r, NULL);
  check(look(r).usable && was_sent("Bearer key-of-the-host"), "a key from the host takes precedence over a helper's");
  check(strcmp(look(r).status, "idle") == 0, "no helper is started for a provider whose key comes from the host");
  roster_close(r);
}

static void while_it_runs_models_are_pending(void) {
  canned c;
  canned_init(&c);
  unlink(in_root("go"));
  const char *line = "while [ ! -e \"$ROOT\"/go ]; do sleep 0.02; done; rm \"$ROOT\"/go; echo key-$(date +%N)";
  roster *r = open_with(&c, KEYED, line, 0);
  roster_refresh(r, NULL);
  check(look(r).state == ROSTER_PENDING && strcmp(look(r).status, "running") == 0 && c.sent == 0,
        "models are pending while their helper runs");
  close(open(in_root("go"), O_CREAT | O_WRONLY, 0600));
  check(settles(r, "valid") && look(r).usable, "another refresh starts by itself when the helper has ended");
  const roster_snapshot *s = roster_acquire(r);
  const roster_service *v = roster_model_service(roster_find(s, "alpha"));
  roster_headers *h = NULL;
  bool retry = false;
  check(roster_service_headers(&h, r, v, NULL) == ROSTER_OK && strncmp(roster_headers_at(h, 0)->value, "Bearer key-", 11) == 0,
        "a host gets the helper's key in the headers");
  char before[128];
  snprintf(before, sizeof before, "%s", roster_headers_at(h, 0)->value);
  roster_headers_close(h);
  roster_service_headers(&h, r, v, NULL); /* of another request */
  roster_headers_close(h);
  check(roster_report(r, v, 401, &retry) == ROSTER_OK && retry, "a host that reports a refused key is told to try again");
  check(roster_service_headers(&h, r, v, NULL) == ROSTER_EPENDING && !h, "there are no headers until the helper has ended");
  roster_refresh(r, NULL);
  check(look(r).usable && look(r).stale && strcmp(look(r).status, "running") == 0,
        "known-good models stay usable while the helper runs, marked stale");
  close(open(in_root("go"), O_CREAT | O_WRONLY, 0600));
  check(settles(r, "valid") && roster_service_headers(&h, r, v, NULL) == ROSTER_OK && strcmp(before, roster_headers_at(h, 0)->value) != 0,
        "the headers contain a new key when the helper has ended");
  roster_headers_close(h);
  check(roster_report(r, v, 401, &retry) == ROSTER_OK && retry && roster_service_headers(&h, r, v, NULL) == ROSTER_OK,
        "a reported refusal of the old key does not discard the new one");
  roster_headers_close(h);
  const roster_snapshot *newer = roster_acquire(r);
  v = roster_model_service(roster_find(newer, "alpha"));
  check(roster_report(r, v, 403, &retry) == ROSTER_OK && !retry && roster_service_headers(&h, r, v, NULL) == ROSTER_EPENDING,
        "after a second refusal in a row the key is pending until somebody acts");
  check(roster_report(r, NULL, 403, &retry) == ROSTER_EINVALID && roster_report(r, v, 200, NULL) == ROSTER_OK,
        "a report of success is accepted, and one without a service is an error");
  roster_release(newer);
  roster_release(s);
  roster_close(r);
}

static roster_status take_headers(roster *r, const roster_service *v) {
  roster_headers *h = NULL;
  roster_status status = roster_service_headers(&h, r, v, NULL);
  if (status == ROSTER_EPENDING && roster_helper_wait(r, NULL, CHECK_PATIENCE_MS, NULL) == ROSTER_OK)
    status = roster_service_headers(&h, r, v, NULL);
  roster_headers_close(h);
  return status;
}

/* Sends and reports until it is told to stop; how often it sent. */
static int send_until_told(roster *r, const roster_service *v, int status, int most) {
  bool retry = true;
  int sent = 0;
  for (; retry && sent < most && take_headers(r, v) == ROSTER_OK; sent++) roster_report(r, v, status, &retry);
  return sent;
}

static void a_host_that_keeps_a_service_is_told_to_stop(void) {
  canned c;
  roster *r = line_helper(&c, "echo key-$(date +%N)");
  roster_refresh(r, NULL);
  const roster_snapshot *s = roster_acquire(r);
  const roster_service *v = roster_model_service(roster_find(s, "alpha"));
  bool retry = false;
  check(send_until_told(r, v, 401, 20) == 2 && is_live(r, "required"), "of one service, the second refused key in a row ends the tries");
  roster_refresh(r, NULL);
  take_headers(r, v), take_headers(r, v), take_headers(r, v);
  roster_report(r, v, 401, &retry);
  check(retry && take_headers(r, v) == ROSTER_OK && roster_report(r, v, 401, &retry) == ROSTER_OK && retry &&
            roster_report(r, v, 403, &retry) == ROSTER_OK && retry && is_live(r, "valid"),
        "the refusals of requests that had the former key do not discard the new one");
  check(roster_report(r, v, 401, &retry) == ROSTER_OK && !retry && is_live(r, "required"),
        "the refusal of the one that had the new key does");
  roster_release(s);
  roster_close(r);
}

static void only_an_answer_confirms_a_key(void) {
  static const int open[] = { 0, -1, 99, 1000, 99999, 429, 500 };
  for (size_t i = 0; i < sizeof open / sizeof *open; i++) {
    canned c;
    roster *r = line_helper(&c, "echo key-$(date +%N)");
    roster_refresh(r, NULL);
    const roster_snapshot *s = roster_acquire(r);
    const roster_service *v = roster_model_service(roster_find(s, "alpha"));
    bool first = false, second = true;
    take_headers(r, v);
    roster_report(r, v, 401, &first);
    take_headers(r, v);
    check(roster_report(r, v, open[i], &second) == ROSTER_OK && !second, "it may be reported that a request got no answer");
    take_headers(r, v);
    second = true;
    roster_report(r, v, 401, &second);
    check(first && !second && is_live(r, "required"), "which does not confirm the key");
    roster_release(s);
    roster_close(r);
  }
  canned c;
  roster *r = line_helper(&c, "echo key-$(date +%N)");
  roster_refresh(r, NULL);
  const roster_snapshot *s = roster_acquire(r);
  const roster_service *v = roster_model_service(roster_find(s, "alpha"));
  bool retry = false;
  take_headers(r, v);
  roster_report(r, v, 401, NULL);
  take_headers(r, v);
  roster_report(r, v, 200, NULL);
  take_headers(r, v);
  check(roster_report(r, v, 401, &retry) == ROSTER_OK && retry, "an answer of success confirms it: the next refusal is the first");
  roster_release(s);
  roster_close(r);
}

static void a_refused_key_is_tried_twice(void) {
  canned c;
  unlink(in_root("runs"));
  roster *r = line_helper(&c, "echo x >> \"$ROOT\"/runs; echo key-0123");
  c.status = 401;
  c.body = unauthorised;
  roster_refresh(r, NULL);
  check(settles(r, "required") && file_size("runs") == 4,
        "a refused key is dropped and fetched once more, then the helper's state is `required`");
  check(look(r).state == ROSTER_BAD_CREDENTIAL && strstr(look(r).reason, "Acme rejected the credential helper's key (401"),
        "the models' reason is the refused key of the helper");
  pause_ms(100);
  check(file_size("runs") == 4, "the helper in the state `required` is not run again by itself");
  c.status = 200;
  c.body = CANNED_LIST;
  roster_refresh(r, NULL);
  check(file_size("runs") == 6 && look(r).usable, "a refresh that the host calls runs the helper again");
  roster_close(r);
}

static void no_other_credential_is_used_instead(void) {
  canned c;
  canned_init(&c);
  roster_definition d;
  roster_options o = canned_options(&c, &d, KEYED);
  roster_variable variables[] = { { "ACME_API_KEY", "key-in-variable" }, { "LLM_API_KEY_HELPER", "exit 1" } };
  o.environment = variables;
  o.environment_count = 2;
  o.helper_wait_ms = 10 * 1000;
  roster *r = NULL;
  roster_open(&r, &o, NULL);
  roster_refresh(r, NULL);
  check(c.sent == 0 && look(r).state == ROSTER_NO_CREDENTIAL, "no other key is used when a helper fails");
  roster_close(r);
}

static void no_placeholder_is_sent_instead(void) {
  canned c;
  canned_init(&c);
  roster *r = open_with(&c,
                        KEYED "gateway \"main\" { base_url = \"http://127.0.0.1:1\", path = \"/{provider}\", credentials = \"injected\","
                              " placeholder = \"implicit\" }\n",
                        "exit 1", 10 * 1000);
  roster_refresh(r, NULL);
  check(c.sent == 0 && look(r).state == ROSTER_NO_CREDENTIAL, "a gateway's placeholder is not used when a helper fails");
  roster_close(r);
}

/* ---- lines for subscribers ---- */

static char received[16384];
static pthread_mutex_t telling = PTHREAD_MUTEX_INITIALIZER;

static void take_line(void *payload, const roster_helper_line *line) {
  (void)payload;
  pthread_mutex_lock(&telling);
  size_t n = strlen(received);
  snprintf(received + n, sizeof received - n, "%s%s%s\n", line->provider_id, line->error ? "! " : "> ", line->text);
  pthread_mutex_unlock(&telling);
}

static bool is_received(const char *part) {
  for (long until = now() + CHECK_PATIENCE_MS; now() < until; pause_ms(5)) {
    pthread_mutex_lock(&telling);
    bool found = strstr(received, part) != NULL;
    pthread_mutex_unlock(&telling);
    if (found) return true;
  }
  return false;
}

static void lines_can_be_followed(void) {
  canned c;
  canned_init(&c);
  unlink(in_root("go"));
  *received = 0;
  roster *r = open_with(&c, KEYED,
                        "echo step-one; echo 'Open https://id.example.test/device'; echo code: 1234 >&2; printf 'bell\\007\\n' >&2;"
                        "while [ ! -e \"$ROOT\"/go ]; do sleep 0.02; done; echo step-two; echo token-canary",
                        0);
  roster_refresh(r, NULL);
  check(roster_subscribe(r, take_line, received, NULL) == ROSTER_OK && is_received("> Open https://id.example.test/device\n") &&
            is_received("! code: 1234\n") && is_received("! bell\n"),
        "lines are delivered as the helper prints them, in order and without control bytes");
  close(open(in_root("go"), O_CREAT | O_WRONLY, 0600));
  check(settles(r, "valid") && is_received("> step-two\n") && !strstr(received, "token-canary"),
        "a line that another one follows is delivered, and the last one, which is the key, is not");
  char first[sizeof received];
  snprintf(first, sizeof first, "%s", received);
  *received = 0;
  roster_unsubscribe(r, received);
  int late = 0;
  roster_subscribe(r, take_line, &late, NULL);
  check(strcmp(first, received) == 0, "a late subscriber receives the same lines");
  check(roster_subscribe(r, NULL, NULL, NULL) == ROSTER_EINVALID, "a subscription without a function is an error");
  roster_close(r);
}

static void a_failed_run_delivers_no_key(void) {
  static const char *const lines[] = { "echo token-canary; exit 1", "printf 'token-canary\\033[0m\\n'", "echo token-canary; kill -9 $$" };
  for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
    canned c;
    *received = 0;
    roster *r = line_helper(&c, lines[i]);
    roster_subscribe(r, take_line, received, NULL);
    roster_refresh(r, NULL);
    pause_ms(20);
    check(strcmp(look(r).status, "failed") == 0 && !strstr(received, "canary"), "a failed run delivers no line that might be a key");
    roster_close(r);
  }
}

static void a_former_key_is_not_delivered(void) {
  canned c;
  canned_init(&c);
  unlink(in_root("runs"));
  *received = 0;
  roster *r = open_with(&c,
                        PROVIDER("secret { helper = { \"sh\", \"-c\", \"echo x >> \\\"$ROOT\\\"/runs; n=$(wc -l < \\\"$ROOT\\\"/runs);"
                                 "[ $n = 1 ] || echo replacing canary-1 >&2; echo canary-$n\" }, ttl = 0.1 }"),
                        "", 10 * 1000);
  roster_subscribe(r, take_line, received, NULL);
  roster_refresh(r, NULL);
  pause_ms(150);
  roster_refresh(r, NULL);
  pause_ms(20);
  check(was_sent("Bearer canary-2") && !strstr(received, "canary-1"), "a line that contains the previous key is not delivered");
  roster_close(r);
}

static void lines_have_complete_characters(void) {
  canned c;
  *received = 0;
  roster *r = line_helper(&c, "i=0; while [ $i -lt 1500 ]; do printf '\\342\\202\\254'; i=$((i+1)); done >&2; echo >&2;"
                              "printf 'half \\342\\202 here\\n' >&2; echo key-0123; exit 3");
  roster_subscribe(r, take_line, received, NULL);
  roster_refresh(r, NULL);
  pause_ms(20);
  size_t cut = strspn(received + 2, "\342\202\254");
  check(cut == 4095 && received[2 + cut] == '\n', "a long line is cut between two characters, not inside one");
  check(is_received("! half ?? here\n"), "invalid UTF-8 is replaced by question marks");
  roster_close(r);
}

static void long_output_keeps_its_end(void) {
  canned c;
  *received = 0;
  roster *r = line_helper(&c, "head -c 300000 /dev/zero | tr '\\0' 'a' >&2; seq 40000 >&2; echo last words >&2; echo key-0123; exit 4");
  roster_refresh(r, NULL);
  check(strcmp(look(r).reason, "the credential helper exited with 4: last words") == 0,
        "the end of stderr is kept, however much the helper prints");
  roster_close(r);
}

/* ---- closing and odd surroundings ---- */

static size_t open_files(void) {
  size_t n = 0;
  DIR *d = opendir("/proc/self/fd");
  for (struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d)) n++;
  if (d) closedir(d);
  return n;
}

static void closing_kills_it(void) {
  canned c;
  canned_init(&c);
  size_t before = open_files();
  roster *r = open_with(&c, KEYED, "echo $$ > \"$ROOT\"/helper; exec setsid -w sleep 60", 0);
  roster_refresh(r, NULL);
  for (long until = now() + CHECK_PATIENCE_MS; file_size("helper") == 0 && now() < until;) pause_ms(5);
  long began = now();
  roster_close(r);
  check(now() - began < CHECK_SOON_MS, "closing returns within a second while a helper runs");
  char digits[16] = "";
  int fd = open(in_root("helper"), O_RDONLY);
  if (fd >= 0 && read(fd, digits, sizeof digits - 1) > 0) close(fd);
  check(atoi(digits) > 1 && kill((pid_t)atoi(digits), 0) != 0, "the helper is killed when the registry is closed");
  check(open_files() == before, "no descriptor is left open after closing");
}

static void closing_ends_a_waiting_refresh(void) {
  canned c;
  roster *r = line_helper(&c, "sleep 60");
  pthread_t thread;
  void *status = NULL;
  pthread_create(&thread, NULL, refresh_once, r);
  pause_ms(100);
  long began = now();
  roster_close(r);
  pthread_join(thread, &status);
  check(now() - began < CHECK_SOON_MS && status == (void *)(intptr_t)ROSTER_ECANCELLED,
        "closing returns within a second while a refresh waits for a helper");
}

static void it_works_with_standard_descriptors_closed(void) {
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    canned c;
    close(0), close(1), close(2);
    roster *r = line_helper(&c, "echo speech of it >&2; cat; echo key-0123");
    roster_refresh(r, NULL);
    bool good = look(r).usable && was_sent("Bearer key-0123");
    roster_close(r);
    _exit(good && open("/dev/null", O_RDONLY) == 0 ? 0 : 1);
  }
  int status = -1;
  waitpid(child, &status, 0);
  check(status == 0, "a helper runs although the host has descriptors 0 to 2 closed");
}

static void it_works_where_children_are_ignored(void) {
  canned c;
  signal(SIGCHLD, SIG_IGN);
  roster *r = line_helper(&c, "echo key-0123");
  roster_refresh(r, NULL);
  check(look(r).usable, "a helper runs although the host ignores SIGCHLD");
  roster_close(r);
  signal(SIGCHLD, SIG_DFL);
}

int main(void) {
  if (!check_folder(root)) return 1;
  the_last_line_is_the_key();
  arguments_have_no_shell();
  a_helper_for_all_takes_precedence();
  the_environment_comes_from_the_host();
  failures_are_reported();
  a_hanging_helper_is_killed_with_its_group();
  a_daemon_is_not_waited_for();
  one_run_at_a_time();
  a_key_expires();
  a_key_of_the_host_needs_no_helper();
  while_it_runs_models_are_pending();
  a_host_that_keeps_a_service_is_told_to_stop();
  only_an_answer_confirms_a_key();
  a_refused_key_is_tried_twice();
  no_other_credential_is_used_instead();
  no_placeholder_is_sent_instead();
  lines_can_be_followed();
  a_failed_run_delivers_no_key();
  a_former_key_is_not_delivered();
  lines_have_complete_characters();
  long_output_keeps_its_end();
  closing_kills_it();
  closing_ends_a_waiting_refresh();
  it_works_with_standard_descriptors_closed();
  it_works_where_children_are_ignored();
  check_folder_remove(root);
  return check_close();
}

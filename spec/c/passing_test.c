/* passing: what fails for a moment (no descriptor left, a disk that does not answer) is never taken for a fact: that a key is not set, that
 * a source was never had, that a helper has failed.
 *
 * Links with: spec/support/fail_at.c
 */
#include "../support/fail_at.h"
#include "canned.h"
#include "check.h"

#include <unistd.h>

static char root[CHECK_FOLDER], key_file[CHECK_PATH], org_file[CHECK_PATH], profiles_file[CHECK_PATH];

static const char *path_of(const char *name) {
  static char path[CHECK_PATH];
  snprintf(path, sizeof path, "%s/%s", root, name);
  return path;
}

static void write_file(const char *name, const char *text) {
  FILE *f = fopen(path_of(name), "w");
  if (!f || fputs(text, f) < 0) exit(9);
  fclose(f);
}

/* What a test has: definitions in memory, variables of its own, and canned answers. */
typedef struct place {
  canned canned;
  roster_definition definition;
  roster_variable variables[4];
  roster_options options;
} place;

static atomic_size_t refreshes;

static void on_refreshed(void *unused, roster_status status, long ms) {
  (void)unused;
  (void)status;
  (void)ms;
  refreshes++;
}

static bool has_refreshed(void *so_often) { return refreshes >= *(size_t *)so_often; }

static void place_init(place *p, const char *text, const char *const variables[][2], size_t count) {
  canned_init(&p->canned);
  p->options = canned_options(&p->canned, &p->definition, text);
  for (size_t i = 0; i < count; i++) p->variables[i] = (roster_variable){ variables[i][0], variables[i][1] };
  p->options.environment = p->variables;
  p->options.environment_count = count;
  p->options.config = "";
  p->options.on_refreshed = on_refreshed;
}

static roster *opened(const place *p) {
  roster *r = NULL;
  roster_error err;
  if (roster_open(&r, &p->options, &err) != ROSTER_OK) printf("# %s\n", err.message);
  return r;
}

/* A state, and why the model is kept all the same, as one line. */
static const char *state_of(roster *r, const char *id) {
  static char line[1024];
  const roster_snapshot *s = roster_acquire(r);
  const roster_model *m = roster_known(s, id);
  const char *stale = roster_model_stale_reason(m);
  snprintf(line, sizeof line, "%s%s: %s", m && roster_model_usable(m) ? "usable " : "", roster_state_name(roster_model_state(m)),
           stale && *stale ? stale : roster_model_reason(m));
  roster_release(s);
  return line;
}

/* One refresh while calls fail: with an errno, as fail_at has it. */
static roster_status refreshed(roster *r, const char *class, const char *with) {
  fail_at(class, 1, true, with);
  const roster_status status = roster_refresh(r, NULL);
  fail_at("", 0, false, NULL);
  return status;
}

static bool holds(roster *r, const char *id, const char *part) {
  const char *line = state_of(r, id);
  const bool good = strstr(line, part) != NULL;
  if (!good) printf("# %s: %s\n", part, line);
  return good;
}

#define EMFILE_ "24"
#define EIO_    "5"
#define EACCES_ "13"
#define EAGAIN_ "11"

/* ---- keys ---- */

#define LISTED                                                                                                                             \
  "provider 'acme' { title = 'Acme', protocol = 'openai-chat', base_url = 'https://api.example.test', list_proves = 'access',\n"
#define ALPHA "model 'alpha' { provider = 'acme', api_name = 'alpha-1' }\n"

static bool is_kept(place *p, const char *class, const char *with, const char *words) {
  roster *r = opened(p);
  bool good = roster_refresh(r, NULL) == ROSTER_OK && holds(r, "alpha", "usable ready: ");
  good = good && refreshed(r, class, with) == ROSTER_OK && holds(r, "alpha", "usable ready: ") && holds(r, "alpha", words);
  p->canned.failure = ROSTER_HTTP_TIMEOUT; /* of a kept model it is known which key proved it */
  good = good && roster_refresh(r, NULL) == ROSTER_OK && holds(r, "alpha", "usable ready: ");
  p->canned.failure = ROSTER_HTTP_ANSWERED;
  good = good && roster_refresh(r, NULL) == ROSTER_OK && holds(r, "alpha", "usable ready: ") && !strstr(state_of(r, "alpha"), words);
  roster_close(r);
  return good;
}

static void a_key_file_that_cannot_be_read_now(void) {
  place p;
  write_file("key", "sk-canned-key-0123456789\n");
  const char *const named[][2] = { { "ACME_API_KEY_FILE", key_file } };
  place_init(&p, LISTED "credential = secret 'ACME_API_KEY' }\n" ALPHA, named, 1);
  check(is_kept(&p, "open", EMFILE_, "/key cannot be read: Too many open files"),
        "what was known good stays while its key file cannot be opened for want of descriptors, and that is said");
  check(is_kept(&p, "read", EIO_, "/key cannot be read: Input/output error"),
        "so it does while the disk cannot read its key file, and that is said");
  char text[1024];
  snprintf(text, sizeof text, LISTED "credential = secret { env = 'ACME_API_KEY', file = '%s' } }\n" ALPHA, named[0][1]);
  place_init(&p, text, NULL, 0);
  check(is_kept(&p, "open", EMFILE_, "/key cannot be read: Too many open files"), "so it does where the definitions name the file");
  write_file("ACME_API_KEY", "sk-canned-key-0123456789\n");
  const char *const loaded[][2] = { { "CREDENTIALS_DIRECTORY", root } };
  place_init(&p, LISTED "credential = secret 'ACME_API_KEY' }\n" ALPHA, loaded, 1);
  check(is_kept(&p, "open", EMFILE_, "/ACME_API_KEY cannot be read: Too many open files"),
        "so it does where the service manager has loaded the key");
}

static void a_key_file_that_was_never_read(void) {
  place p;
  const char *const named[][2] = { { "ACME_API_KEY_FILE", key_file } };
  place_init(&p, LISTED "credential = secret 'ACME_API_KEY' }\n" ALPHA, named, 1);
  roster *r = opened(&p);
  refreshed(r, "open", EMFILE_);
  check(holds(r, "alpha", "pending: "), "a model whose key file cannot be read at the moment is pending where nothing was known of it");
  refreshed(r, "open", EACCES_);
  check(holds(r, "alpha", "no_credential: "), "a key file that may not be read is a verdict");
  roster_close(r);
}

static void a_profile_that_cannot_be_read_now(void) {
  place p;
  write_file("profiles", "[work]\nkey = sk-canned-key-0123456789\n");
  const char *const of[][2] = { { "AWS_PROFILE", "work" }, { "AWS_SHARED_CREDENTIALS_FILE", profiles_file } };
  place_init(&p, LISTED "credential = secret { env = 'ACME_API_KEY', profile = 'key' } }\n" ALPHA, of, 2);
  check(is_kept(&p, "open", EMFILE_, "/profiles cannot be read: Too many open files"),
        "what was known good stays while the file of its profile cannot be opened for want of descriptors");
  check(is_kept(&p, "read", EIO_, "/profiles cannot be read: Input/output error"), "so it does while the disk cannot read its profile");
}

#define CHAT "{\"object\":\"chat.completion\",\"model\":\"alpha-1\",\"choices\":[{\"index\":0}]}"

static void what_was_paid_for_holds(void) {
  place p;
  const char *const named[][2] = { { "ACME_API_KEY_FILE", key_file } };
  place_init(&p,
             "provider 'acme' { title = 'Acme', protocol = 'openai-chat', base_url = 'https://api.example.test', prove = {},\n"
             "  unproven = 'generate', credential = secret 'ACME_API_KEY' }\n" ALPHA "default { 'alpha' }\n",
             named, 1);
  p.canned.body = CHAT;
  roster *r = opened(&p);
  roster_refresh(r, NULL);
  const roster_snapshot *s = roster_acquire(r);
  const size_t paid = roster_billed_today(s);
  roster_release(s);
  refreshed(r, "open", EMFILE_);
  roster_refresh(r, NULL);
  s = roster_acquire(r);
  check(paid == 1 && roster_billed_today(s) == 1 && holds(r, "alpha", "usable ready: "),
        "what was paid for is not paid for again because the key file could not be read for a while");
  roster_release(s);
  roster_close(r);
}

/* ---- secrets in headers ---- */

#define WITH_ORG LISTED "credential = secret 'ACME_API_KEY', headers = { ['x-org'] = secret 'ACME_ORG' } }\n" ALPHA

static void a_secret_of_a_header_that_cannot_be_read_now(void) {
  place p;
  write_file("org", "org-0123456789\n");
  const char *const of[][2] = { { "ACME_API_KEY", "sk-canned-key-0123456789" }, { "ACME_ORG_FILE", org_file } };
  place_init(&p, WITH_ORG, of, 2);
  check(is_kept(&p, "open", EMFILE_, "/org cannot be read: Too many open files"),
        "what was known good stays while a secret of its headers cannot be read for want of descriptors");
  roster *r = opened(&p);
  roster_refresh(r, NULL);
  const size_t before = p.canned.sent;
  refreshed(r, "open", EMFILE_);
  check(p.canned.sent == before, "no request is sent without a header whose secret cannot be read at the moment");
  roster_headers *headers = NULL;
  roster_error err;
  const roster_snapshot *s = roster_acquire(r);
  const roster_service *v = roster_model_service(roster_known(s, "alpha"));
  fail_at("open", 1, true, EMFILE_);
  const roster_status passing = roster_service_headers(&headers, r, v, &err);
  fail_at("open", 1, true, EACCES_);
  const roster_status refused = roster_service_headers(&headers, r, v, NULL);
  fail_at("", 0, false, NULL);
  check(passing == ROSTER_EPENDING && strstr(err.message, "/org cannot be read: Too many open files") && refused == ROSTER_ENOTREADY,
        "nor is a host given headers without it, and it hears which file cannot be read");
  check(roster_service_headers(&headers, r, v, NULL) == ROSTER_OK && roster_headers_count(headers) == 2,
        "it gets them when it can be read");
  roster_headers_close(headers);
  roster_release(s);
  roster_close(r);
}

/* Fails all opens that follow the n-th, for the files are read once more for each request. */
static void a_secret_that_cannot_be_read_once_it_is_to_be_sent(void) {
  place p;
  const char *const of[][2] = { { "ACME_API_KEY", "sk-canned-key-0123456789" }, { "ACME_ORG_FILE", org_file } };
  place_init(&p, WITH_ORG, of, 2);
  bool good = true;
  size_t unsent = 0;
  for (long n = 1; n <= 8; n++) {
    roster *r = opened(&p);
    roster_refresh(r, NULL);
    const size_t before = p.canned.sent;
    fail_at("open", n, true, EMFILE_);
    roster_refresh(r, NULL);
    const bool failed = fail_at_calls() >= n;
    fail_at("", 0, false, NULL);
    unsent += failed && p.canned.sent == before && strstr(state_of(r, "alpha"), "no request was sent");
    good = good && holds(r, "alpha", "usable ready: ");
    roster_close(r);
  }
  check(good && unsent > 0, "a request is not sent where that secret cannot be read just then, and nobody is blamed for it");
}

/* ---- sources ---- */

#define FACTS(version, rows)                                                                                                               \
  "{\"source\":{\"version\":" version ",\"date\":\"2026-11-20\"},\"model\":{" rows "\"f\":{\"provider\":\"acme\","                         \
  "\"api_name\":\"alpha-1\",\"context_window\":200000}}}"

typedef struct looked {
  char outcome[32], problem[1024];
} looked;

static void on_update(void *payload, const roster_source_update *u) {
  looked *l = payload;
  snprintf(l->outcome, sizeof l->outcome, "%s", u->outcome);
  snprintf(l->problem, sizeof l->problem, "%s", u->problem);
}

static looked looked_with(roster *r, place *p, int status, const char *body, long at) {
  looked l = { .outcome = "none" };
  p->canned.status = status;
  p->canned.body = body;
  if (at) fail_at("open", at, false, EMFILE_);
  roster_update_sources(r, NULL, 0, false, on_update, &l, NULL);
  fail_at("", 0, false, NULL);
  p->canned.status = 200;
  p->canned.body = CANNED_LIST;
  return l;
}

static bool knows_window(roster *r) {
  const roster_snapshot *s = roster_acquire(r);
  const bool known = roster_model_context_window(roster_known(s, "alpha")) == 200000;
  roster_release(s);
  return known;
}

#define OF_SOURCE LISTED "}\n" ALPHA "source 'corp' { url = 'https://facts.example.test' }\n"

static roster *with_facts(place *p) {
  static char cache[CHECK_PATH];
  place_init(p, OF_SOURCE, NULL, 0);
  snprintf(cache, sizeof cache, "%s", path_of("cache"));
  unlink(path_of("source-corp.json"));
  p->options.cache_file = cache;
  roster *r = opened(p);
  looked_with(r, p, 200, FACTS("2", ""), 0);
  roster_refresh(r, NULL);
  return r;
}

static void a_kept_copy_that_cannot_be_read_now(void) {
  place p;
  bool kept = true, refused = true, told = false;
  for (long at = 1; at <= 5; at++) {
    roster *r = with_facts(&p);
    const bool had = knows_window(r);
    looked l = looked_with(r, &p, 503, "{}", at);
    told = told || strstr(l.problem, "/source-corp.json) cannot be read at the moment: Too many open files: nothing was changed");
    kept = kept && had && strcmp(l.outcome, "failed") == 0 && roster_refresh(r, NULL) == ROSTER_OK && knows_window(r);
    l = looked_with(r, &p, 200, FACTS("1", ""), at);
    refused = refused && strcmp(l.outcome, "failed") == 0;
    l = looked_with(r, &p, 200, FACTS("1", ""), 0);
    refused = refused && strstr(l.problem, "it is older than the kept copy");
    roster_close(r);
  }
  check(kept && told, "a kept copy that cannot be read at the moment is not replaced, whatever its source answers, and that is said");
  check(refused, "nor does an older version take its place");
}

static void facts_that_cannot_be_read_now(void) {
  place p;
  roster_error err;
  roster *r = with_facts(&p);
  fail_at("open", 1, true, EMFILE_);
  const roster_status status = roster_refresh(r, &err);
  fail_at("", 0, false, NULL);
  check(status == ROSTER_EDEFINITIONS && strstr(err.message, "/source-corp.json) cannot be read at the moment: Too many open files") &&
            knows_window(r),
        "a refresh that cannot read the kept copy of a source at the moment takes no facts away, and says why it failed");
  check(roster_refresh(r, &err) == ROSTER_OK && knows_window(r), "the next refresh has them again");
  roster_close(r);
  fail_at("open", 1, true, EIO_);
  r = opened(&p);
  fail_at("", 0, false, NULL);
  check(r && roster_refresh(r, NULL) == ROSTER_OK && knows_window(r),
        "a start that cannot read them goes without, until the first refresh");
  roster_close(r);
}

/* ---- helpers ---- */

static bool is_ready(void *r) { return strncmp(state_of(r, "alpha"), "usable ready: ", 14) == 0; }

/* A first refresh whose n-th call of this class and all later ones fail; then the clock's. */
static bool helper_is_run_by_clock(place *p, const char *class, long n, const char *with, const char *words, bool *said) {
  roster *r = opened(p);
  fail_at(class, n, true, with);
  roster_refresh(r, NULL);
  const bool failed = fail_at_calls() >= n;
  fail_at("", 0, false, NULL);
  *said = *said || strstr(state_of(r, "alpha"), words);
  roster_refresh_every(r, 50, NULL);
  const bool good = check_eventually(is_ready, r);
  roster_close(r);
  return failed && good;
}

static void a_helper_that_cannot_be_started_now(void) {
  place p;
  bool descriptors = false, processes = false, threads = false, good = true;
  const char *const of[][2] = { { "PATH", "/usr/bin:/bin" } };
  place_init(&p, LISTED "credential = secret { helper = { 'printf', 'sk-key-of-a-helper-0123' } } }\n" ALPHA, of, 1);
  p.options.helper_wait_ms = CHECK_SOON_MS;
  check(helper_is_run_by_clock(&p, "fd", 1, EMFILE_, "cannot be started: Too many open files", &descriptors) && descriptors,
        "a credential helper that could not be started for want of descriptors is started by the clock's next refresh");
  check(helper_is_run_by_clock(&p, "fd", 1, EAGAIN_, "cannot be started: Resource temporarily unavailable", &processes) && processes,
        "so is one that could not be started for want of processes");
  for (long n = 1; n <= 2; n++)
    good = helper_is_run_by_clock(&p, "thread", n, NULL, "no thread could be started for the credential helper", &threads) && good;
  check(good && threads, "so is one that could not be started for want of threads");
  place_init(&p, LISTED "credential = secret { helper = { 'false' } } }\n" ALPHA, of, 1);
  p.options.helper_wait_ms = CHECK_SOON_MS;
  roster *r = opened(&p);
  roster_refresh(r, NULL);
  roster_credential_state before = ROSTER_CREDENTIAL_STATE_INIT, after = ROSTER_CREDENTIAL_STATE_INIT;
  roster_read_credential_status(r, "acme", &before, NULL);
  const size_t runs = refreshes;
  roster_refresh_every(r, 50, NULL);
  const bool refreshed_twice = check_eventually(has_refreshed, &(size_t){ runs + 2 });
  roster_read_credential_status(r, "acme", &after, NULL);
  check(refreshed_twice && before.run == after.run, "one that has failed by itself is not");
  roster_close(r);
}

static bool is_tried(void *unused) { return !unused && fail_at_calls() > 0; }

static void a_refresh_that_cannot_be_made_when_a_helper_ends(void) {
  place p;
  char line[1024];
  snprintf(line, sizeof line, "until test -e '%s'; do sleep 0.1; done; echo sk-key-of-a-helper-0123", path_of("go"));
  const char *const of[][2] = { { "PATH", "/usr/bin:/bin" }, { "LLM_API_KEY_HELPER", line } };
  place_init(&p, LISTED "credential = secret 'ACME_API_KEY' }\n" ALPHA, of, 2);
  roster *r = opened(&p);
  roster_refresh(r, NULL);
  roster_watch(r, NULL);
  const bool waits = holds(r, "alpha", "pending: ");
  fail_at("thread", 1, true, NULL);
  write_file("go", "");
  const bool tried = check_eventually(is_tried, NULL);
  fail_at("", 0, false, NULL);
  check(waits && tried && check_eventually(is_ready, r),
        "a refresh that no thread could be started for when a helper had ended is made again, though nothing tells of that again");
  roster_close(r);
}

/* ---- connections within this machine ---- */

/* A local server at this address, asked by libcurl while connecting fails with this errno; NULL: it does not. */
static bool local_is(const char *origin, const char *with, const char *state, roster_reason code, const char *words) {
  place p;
  char text[1024];
  snprintf(text, sizeof text, "provider 'acme' { title = 'Acme', protocol = 'openai-chat', base_url = '%s', loopback = true }\n" ALPHA,
           origin);
  place_init(&p, text, NULL, 0);
  p.options.transport = NULL;
  roster *r = opened(&p);
  if (with) fail_at("connect", 1, true, with);
  roster_refresh(r, NULL);
  fail_at("", 0, false, NULL);
  const roster_snapshot *s = roster_acquire(r);
  const bool good = roster_model_reason_code(roster_known(s, "alpha")) == code;
  roster_release(s);
  const bool told = good && holds(r, "alpha", state) && holds(r, "alpha", words);
  roster_close(r);
  return told;
}

static void a_connection_that_fails_within_this_machine(void) {
  static const char here[] = "http://127.0.0.1:9";
  check(local_is(here, NULL, "disabled", ROSTER_REASON_NOT_RUNNING, "nothing listens"),
        "a local server whose port refuses a connection is not running");
  check(local_is(here, "99", "unreachable", ROSTER_REASON_TRANSPORT_FAILED,
                 "no connection could be begun from this machine: Cannot assign requested address"),
        "where no port is free for a connection that is said, and nothing of the server");
  check(local_is(here, "101", "unreachable", ROSTER_REASON_CONNECT_FAILED, "network is unreachable"),
        "a connection that fails in another way does not show that nothing listens");
  check(local_is("http://[::1]:9", "99", "unreachable", ROSTER_REASON_CONNECT_FAILED, "could not connect"),
        "an address of this machine that is switched off is not for want of a port");
}

int main(void) {
  if (!check_folder(root)) return 1;
  snprintf(key_file, sizeof key_file, "%s/key", root);
  snprintf(org_file, sizeof org_file, "%s/org", root);
  snprintf(profiles_file, sizeof profiles_file, "%s/profiles", root);
  a_key_file_that_cannot_be_read_now();
  a_key_file_that_was_never_read();
  a_profile_that_cannot_be_read_now();
  what_was_paid_for_holds();
  a_secret_of_a_header_that_cannot_be_read_now();
  a_secret_that_cannot_be_read_once_it_is_to_be_sent();
  a_kept_copy_that_cannot_be_read_now();
  facts_that_cannot_be_read_now();
  a_helper_that_cannot_be_started_now();
  a_refresh_that_cannot_be_made_when_a_helper_ends();
  a_connection_that_fails_within_this_machine();
  check_folder_remove(root);
  return check_close();
}

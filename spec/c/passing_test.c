/* passing: what fails for a moment (no descriptor left, a disk that does not answer) is never taken for a fact: that a key is not set, that
 * a source was never had, that a helper has failed.
 *
 * Links with: spec/support/fail_at.c
 */
#include "../support/fail_at.h"
#include "canned.h"
#include "check.h"

#include <unistd.h>

static char root[CHECK_FOLDER];

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

static void place_init(place *p, const char *text, const char *const variables[][2], size_t count) {
  canned_init(&p->canned);
  p->options = canned_options(&p->canned, &p->definition, text);
  for (size_t i = 0; i < count; i++) p->variables[i] = (roster_variable){ variables[i][0], variables[i][1] };
  p->options.environment = p->variables;
  p->options.environment_count = count;
  p->options.config = "";
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
  const char *const named[][2] = { { "ACME_API_KEY_FILE", strdup(path_of("key")) } };
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
  const char *const named[][2] = { { "ACME_API_KEY_FILE", strdup(path_of("key")) } };
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
  const char *const of[][2] = { { "AWS_PROFILE", "work" }, { "AWS_SHARED_CREDENTIALS_FILE", strdup(path_of("profiles")) } };
  place_init(&p, LISTED "credential = secret { env = 'ACME_API_KEY', profile = 'key' } }\n" ALPHA, of, 2);
  check(is_kept(&p, "open", EMFILE_, "/profiles cannot be read: Too many open files"),
        "what was known good stays while the file of its profile cannot be opened for want of descriptors");
  check(is_kept(&p, "read", EIO_, "/profiles cannot be read: Input/output error"), "so it does while the disk cannot read its profile");
}

#define CHAT "{\"object\":\"chat.completion\",\"model\":\"alpha-1\",\"choices\":[{\"index\":0}]}"

static void what_was_paid_for_holds(void) {
  place p;
  const char *const named[][2] = { { "ACME_API_KEY_FILE", strdup(path_of("key")) } };
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
  const char *const of[][2] = { { "ACME_API_KEY", "sk-canned-key-0123456789" }, { "ACME_ORG_FILE", strdup(path_of("org")) } };
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
  const char *const of[][2] = { { "ACME_API_KEY", "sk-canned-key-0123456789" }, { "ACME_ORG_FILE", strdup(path_of("org")) } };
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

int main(void) {
  if (!check_folder(root)) return 1;
  a_key_file_that_cannot_be_read_now();
  a_key_file_that_was_never_read();
  a_profile_that_cannot_be_read_now();
  what_was_paid_for_holds();
  a_secret_of_a_header_that_cannot_be_read_now();
  a_secret_that_cannot_be_read_once_it_is_to_be_sent();
  check_folder_remove(root);
  return check_close();
}

/* allocations: every allocation of an operation fails once, and once together with all later ones, those inside Lua, Jansson and libcurl
 * too. Whichever it is, the call answers as it does undisturbed, or ROSTER_ENOMEM with the answer that was in force; no verdict is made of
 * it; and the next call, with memory, gives the undisturbed answer. Where the address sanitizer is built in, it finds what leaks.
 *
 * ALLOCATIONS=all tries every point; else each 23rd is tried. ALLOCATIONS_FIGURES names a file for how many were.
 *
 * Links with: spec/support/fail_alloc.c
 */
#include "../support/fail_alloc.h"
#include "check.h"
#include "loopback.h"

#include <roster.h>

#include <ctype.h>

#if defined __has_feature
#if __has_feature(address_sanitizer)
#include <sanitizer/lsan_interface.h>
#define LEAKS() __lsan_do_recoverable_leak_check()
#endif
#endif
#ifndef LEAKS
#define LEAKS() 0
#endif

/* ---- the providers ---- */

#define LISTING                                                                                                                            \
  "{\"object\":\"list\",\"data\":[{\"id\":\"alpha-1\",\"object\":\"model\",\"created\":1700000000,\"owned_by\":\"acme\"},"                 \
  "{\"id\":\"a-name-of-a-model-that-is-longer-than-the-first-buffers-of-most-readers-of-json\",\"created\":1700000000.5},"                 \
  "{\"id\":\"beta-1\",\"object\":\"model\",\"description\":\"a sentence that is a little longer \\u00e4 than the others, and then "        \
  "some\"}]}"

static const loopback_answer ANSWERS[] = { { "/v1/models", 200, "X-Long: 0123456789012345678901234567890123456789\r\n", LISTING },
                                           { "/v1/models/alpha-1", 200, "",
                                             "{\"id\":\"alpha-1\",\"object\":\"model\",\"context_length\":200000}" },
                                           { "/v1/models/beta-1", 200, "", "{\"id\":\"beta-1\",\"object\":\"model\"}" },
                                           { "/refused/models", 401, "WWW-Authenticate: Bearer\r\n",
                                             "{\"error\":{\"message\":\"this key is not known here\",\"code\":\"invalid_api_key\"}}" },
                                           { "/gateway/acme/v1/models", 200, "", LISTING },
                                           { NULL, 0, NULL, NULL } };

static loopback server;
static char definitions[4096];

static const roster_variable ENVIRONMENT[] = { { "ACME_API_KEY", "sk-canned-key-0123456789" } };

static roster_definition definition = { "acme.lua", definitions };

static roster_options options(void) {
  roster_options o = ROSTER_OPTIONS_INIT;
  o.config = "";
  o.no_builtin = true;
  o.definitions = &definition;
  o.definition_count = 1;
  o.environment = ENVIRONMENT;
  o.environment_count = 1;
  return o;
}

static void define(void) {
  snprintf(definitions, sizeof definitions,
           "provider 'acme' { title = 'Acme', protocol = 'openai-chat', base_url = 'http://127.0.0.1:%d/v1',\n"
           "  credential = secret 'ACME_API_KEY', prefix = '' }\n"
           "model 'alpha' { provider = 'acme', api_name = 'alpha-1', context_window = 200 * K, price = { input = 0.25, output = 1.5 } }\n"
           "model 'beta'  { provider = 'acme', api_name = 'beta-1', aliases = { 'b' } }\n"
           "model 'gone'  { provider = 'acme', api_name = 'gone-1' }\n"
           "provider 'found' { protocol = 'openai-chat', base_url = 'http://127.0.0.1:%d/v1', credential = secret 'ACME_API_KEY',\n"
           "  prefix = '', discover = true, list_proves = 'access' }\n"
           "provider 'strict' { protocol = 'openai-chat', base_url = 'http://127.0.0.1:%d/refused', prefix = '',\n"
           "  credential = secret 'ACME_API_KEY' }\n"
           "model 'refused' { provider = 'strict' }\n"
           "provider 'down' { protocol = 'openai-chat', base_url = 'http://127.0.0.1:1/v1', credential = secret 'ACME_API_KEY' }\n"
           "model 'unreachable' { provider = 'down' }\n"
           "provider 'keyless' { protocol = 'openai-chat', base_url = 'http://127.0.0.1:%d/v1', credential = secret 'NOBODY_SET_THIS' }\n"
           "model 'no-key' { provider = 'keyless' }\n"
           "default { 'alpha' }\n",
           server.port, server.port, server.port, server.port);
}

/* ---- what is compared: the document, with each number of a time or a duration as 0 ---- */

enum { ANSWER_BYTES = 64 * 1024 };

typedef char answer[ANSWER_BYTES];

static bool is_of_time(const char *name) {
  static const char *const names[] = {
    "\"checked_at\"", "\"latency_ms\"", "\"generation\"", "\"elapsed_ms\"", "\"at\"", "\"refreshed_at\""
  };
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strncmp(name, names[i], strlen(names[i])) == 0) return true;
  return false;
}

static void copy_without_times(answer into, const char *json) {
  size_t length = 0;
  for (bool timed = false; *json && length < ANSWER_BYTES - 1; json++) {
    if (*json == '"' && !timed) timed = is_of_time(json);
    if (*json == ',' || *json == '}') timed = false;
    if (!timed || !isdigit((unsigned char)*json)) into[length++] = *json;
  }
  into[length] = 0;
}

static void read_answer(answer into, roster *r) {
  const roster_snapshot *s = roster_acquire(r);
  copy_without_times(into, s ? roster_snapshot_json(s, NULL) : "");
  roster_release(s);
}

/* ---- operations ---- */

typedef struct outcome {
  roster_status status;
  roster_error error;
  answer said;
} outcome;

typedef struct operation {
  const char *name;
  /* Runs it, with memory short between fail_alloc_begin and fail_alloc_end; tells in *into how it ended, and NULL or what is wrong. */
  const char *(*run)(long nth, bool ever, outcome *into);
} operation;

static bool reached; /* the point was, in the last run */

static const char *open_once(long nth, bool ever, outcome *into) {
  roster_options o = options();
  roster *r = NULL;
  fail_alloc_begin(nth, ever);
  into->status = roster_open(&r, &o, &into->error);
  reached = fail_alloc_end();
  if ((into->status == ROSTER_OK) != (r != NULL)) return "a registry that was not opened";
  read_answer(into->said, r);
  roster_close(r);
  return NULL;
}

static roster *kept;

static answer again;

static const char *refresh_once(long nth, bool ever, outcome *into) {
  static answer usual;
  if (!kept) {
    roster_options o = options();
    if (roster_open(&kept, &o, &into->error) != ROSTER_OK) return into->error.message;
    if (roster_refresh(kept, &into->error) != ROSTER_OK) return into->error.message;
    read_answer(usual, kept);
  }
  const roster_snapshot *before = roster_acquire(kept);
  fail_alloc_begin(nth, ever);
  into->status = roster_refresh(kept, &into->error);
  reached = fail_alloc_end();
  const roster_snapshot *after = roster_acquire(kept);
  bool same = before == after;
  roster_release(before);
  roster_release(after);
  read_answer(into->said, kept);
  if (into->status != ROSTER_OK && !same) return "another answer, though the refresh failed";
  if (into->status == ROSTER_OK) return NULL;
  roster_error error;
  if (roster_refresh(kept, &error) != ROSTER_OK) return "the next refresh failed too";
  read_answer(again, kept);
  return strcmp(again, usual) ? "another answer of the next refresh" : NULL;
}

static const operation OPERATIONS[] = { { "open", open_once }, { "refresh", refresh_once } };

/* ---- sweeping ---- */

enum { MOST_POINTS = 50000, EVERY = 23, SHOWN = 8 };

static long stride = EVERY, tried, wrongs;

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

static long sweep_from(const operation *op, bool ever, const outcome *usual) {
  static outcome got;
  long wrong = 0, n = 0;
  for (reached = true; reached && n < MOST_POINTS; n += stride) {
    const char *what = op->run(n, ever, &got);
    tried++;
    if (!what) what = judge(&got, usual);
    if (!what && LEAKS()) what = "a leak";
    if (!what) continue;
    if (wrong++ < SHOWN) printf("# %s, point %ld%s: status %d, %s\n", op->name, n, ever ? " and later" : "", got.status, what);
    if (wrong <= SHOWN && strcmp(what, "another answer") == 0) show_difference(got.said, usual->said);
  }
  printf("# %s%s: %ld points, %ld wrong\n", op->name, ever ? ", all later ones too" : "", n / stride, wrong);
  return wrong;
}

static void sweep(const operation *op) {
  static outcome usual, twice;
  char sentence[256];
  const char *what = op->run(MOST_POINTS, false, &usual);
  if (!what) what = op->run(MOST_POINTS, false, &twice);
  snprintf(sentence, sizeof sentence, "%s gives the same answer twice while there is memory (%s)", op->name, what ? what : "as it should");
  if (strcmp(usual.said, twice.said)) show_difference(usual.said, twice.said);
  check(!what && usual.status == ROSTER_OK && strcmp(usual.said, twice.said) == 0, sentence);
  for (int ever = 0; ever < 2; ever++) {
    long wrong = sweep_from(op, ever, &usual);
    wrongs += wrong;
    snprintf(sentence, sizeof sentence, "%s gives the usual answer or says that memory ran out, whichever allocation fails%s", op->name,
             ever ? " with all later ones" : "");
    check(wrong == 0, sentence);
  }
}

static bool is_chosen(const char *name) {
  const char *only = getenv("ALLOCATIONS_OF");
  return !only || strcmp(only, name) == 0;
}

int main(void) {
  const char *all = getenv("ALLOCATIONS");
  if (all && strcmp(all, "all") == 0) stride = 1;
  setvbuf(stdout, NULL, _IOLBF, 0);
  check(loopback_open(&server, ANSWERS), "a server on this machine can be started");
  define();
  for (size_t i = 0; i < sizeof OPERATIONS / sizeof *OPERATIONS; i++)
    if (is_chosen(OPERATIONS[i].name)) sweep(&OPERATIONS[i]);
  roster_close(kept);
  loopback_close(&server);
  printf("# %ld points, %ld wrong\n", tried, wrongs);
  return check_close();
}

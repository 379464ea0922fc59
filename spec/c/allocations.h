/* allocations: the operations that allocations_test sweeps, each with one point at which memory runs out, and the providers that they ask.
 */
#ifndef ROSTER_SPEC_ALLOCATIONS_H
#define ROSTER_SPEC_ALLOCATIONS_H

#include "../support/fail_alloc.h"
#include "check.h"
#include "loopback.h"

#include <roster.h>

#include <ctype.h>
#include <stdarg.h>

/* ---- the providers ---- */

#define LISTING                                                                                                                            \
  "{\"object\":\"list\",\"data\":[{\"id\":\"alpha-1\",\"object\":\"model\",\"created\":1700000000,\"owned_by\":\"acme\"},"                 \
  "{\"id\":\"a-name-of-a-model-that-is-longer-than-the-first-buffers-of-most-readers-of-json\",\"created\":1700000000.5},"                 \
  "{\"id\":\"beta-1\",\"object\":\"model\",\"description\":\"a sentence that is a little longer \\u00e4 than the others, and then "        \
  "some\"}]}"
#define FACTS                                                                                                                              \
  "{\"source\":{\"version\":1,\"date\":\"2026-01-20\"},\"model\":{\"alpha\":{\"provider\":\"acme\",\"api_name\":\"alpha-1\","              \
  "\"description\":\"what another catalogue says of it, in a long sentence\",\"max_output_tokens\":4000}}}"

static const loopback_answer ANSWERS[] = { { "/v1/models", 200, "X-Long: 0123456789012345678901234567890123456789\r\n", LISTING },
                                           { "/v1/models/alpha-1", 200, "",
                                             "{\"id\":\"alpha-1\",\"object\":\"model\",\"context_length\":200000}" },
                                           { "/v1/models/beta-1", 200, "", "{\"id\":\"beta-1\",\"object\":\"model\"}" },
                                           { "/refused/models", 401, "WWW-Authenticate: Bearer\r\n",
                                             "{\"error\":{\"message\":\"this key is not known here\",\"code\":\"invalid_api_key\"}}" },
                                           { "/broken/models", 200, "", "{\"data\":[{\"id\":\"x\",\"a-name-that-is-rather-long\":0123}]}" },
                                           { "/door/routed/v1/models", 200, "", LISTING },
                                           { "/facts.json", 200, "ETag: \"one\"\r\n", FACTS },
                                           { NULL, 0, NULL, NULL } };

static loopback server;
static char folder[CHECK_FOLDER], definitions[8192];

static const char *path_of(const char *name) {
  static char paths[4][CHECK_PATH];
  static unsigned next;
  char *path = paths[next++ % 4];
  snprintf(path, CHECK_PATH, "%s/%s", folder, name);
  return path;
}

static void add(const char *format, ...) {
  size_t length = strlen(definitions);
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(definitions + length, sizeof definitions - length, format, arguments);
  va_end(arguments);
}

static void define(void) {
  add("local here = 'http://127.0.0.1:%d'\nlocal key = secret 'ACME_API_KEY'\n", server.port);
  add("provider 'acme' { title = 'Acme', protocol = 'openai-chat', base_url = here .. '/v1', credential = key, prefix = '' }\n"
      "model 'alpha' { provider = 'acme', api_name = 'alpha-1', context_window = 200 * K, price = { input = 0.25, output = 1.5 } }\n"
      "model 'beta'  { provider = 'acme', api_name = 'beta-1', aliases = { 'b' } }\n"
      "model 'gone'  { provider = 'acme', api_name = 'gone-1' }\n"
      "provider 'found' { protocol = 'openai-chat', base_url = here .. '/v1', credential = key, prefix = '', discover = true,\n"
      "  list_proves = 'access' }\n"
      "provider 'strict' { protocol = 'openai-chat', base_url = here .. '/refused', prefix = '', credential = key }\n"
      "model 'refused' { provider = 'strict' }\n"
      "provider 'odd' { protocol = 'openai-chat', base_url = here .. '/broken', prefix = '', credential = key }\n"
      "model 'malformed' { provider = 'odd' }\n"
      "provider 'down' { protocol = 'openai-chat', base_url = 'http://127.0.0.1:1/v1', credential = key }\n"
      "model 'unreachable' { provider = 'down' }\n"
      "provider 'tls' { protocol = 'openai-chat', base_url = 'https://127.0.0.1:%d/v1', credential = key }\n"
      "model 'encrypted' { provider = 'tls' }\n"
      "provider 'keyless' { protocol = 'openai-chat', base_url = here .. '/v1', credential = secret 'NOBODY_SET_THIS' }\n"
      "model 'no-key' { provider = 'keyless' }\n"
      "provider 'routed' { protocol = 'openai-chat', base_url = 'https://routed.example', credential = key }\n"
      "model 'through-the-door' { provider = 'routed', api_name = 'alpha-1' }\n"
      "gateway 'door' { base_url = here .. '/door', path = '/{provider}', providers = { 'routed' }, list_proves = 'access' }\n"
      "provider 'helped' { protocol = 'openai-chat', base_url = here .. '/v1', prefix = '', list_proves = 'access',\n"
      "  credential = secret { helper = { '/bin/echo', 'sk-helped-key-0123456789' } } }\n"
      "model 'helped-one' { provider = 'helped', api_name = 'beta-1' }\n"
      "source 'corp' { url = here .. '/facts.json' }\n"
      "default { 'alpha' }\n",
      server.port);
}

static bool write_definitions(const char *more) {
  FILE *f = fopen(path_of("config/acme.lua"), "w");
  return f && fprintf(f, "%s%s", definitions, more) > 0 && fclose(f) == 0;
}

static roster_options options(void) {
  static const roster_variable environment[] = { { "ACME_API_KEY", "sk-canned-key-0123456789" }, { "HOME", folder } };
  static char config[CHECK_PATH], cache[CHECK_PATH];
  snprintf(config, sizeof config, "%s", path_of("config"));
  snprintf(cache, sizeof cache, "%s", path_of("cache.json"));
  roster_options o = ROSTER_OPTIONS_INIT;
  o.config = config;
  o.cache_file = cache;
  o.no_builtin = true;
  o.environment = environment;
  o.environment_count = sizeof environment / sizeof *environment;
  o.helper_wait_ms = CHECK_PATIENCE_MS;
  return o;
}

/* ---- what is compared: the document, with each number of a time or a duration as 0 ---- */

enum { ANSWER_BYTES = 128 * 1024 };

typedef char answer[ANSWER_BYTES];

static bool is_of_time(const char *name) {
  static const char *const names[] = { "\"checked_at\"",   "\"latency_ms\"",  "\"generation\"", "\"elapsed_ms\"", "\"at\"",
                                       "\"refreshed_at\"", "\"stale_since\"", "\"fetched_at\"", "\"age_s\"" };
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strncmp(name, names[i], strlen(names[i])) == 0) return true;
  return false;
}

static void add_answer(answer into, const char *json) {
  size_t length = strlen(into);
  for (bool timed = false; *json && length < ANSWER_BYTES - 1; json++) {
    if (*json == '"' && !timed) timed = is_of_time(json);
    if (*json == ',' || *json == '}') timed = false;
    if (!timed || !isdigit((unsigned char)*json)) into[length++] = *json;
  }
  into[length] = 0;
}

static void read_answer(answer into, roster *r) {
  const roster_snapshot *s = roster_acquire(r);
  *into = 0;
  add_answer(into, s ? roster_snapshot_json(s, NULL) : "");
  roster_release(s);
}

/* ---- operations: each runs with memory short between fail_alloc_begin and fail_alloc_end, tells in *into how it ended, and gives NULL or
 * what is wrong beside that ---- */

typedef struct outcome {
  roster_status status;
  roster_error error;
  answer said;
} outcome;

typedef const char *operation(long nth, bool ever, outcome *into);

static bool reached; /* the point was, in the last run */

static roster *opened(const roster_options *o) {
  roster *r = NULL;
  roster_error err;
  if (roster_open(&r, o, &err) != ROSTER_OK) printf("# cannot be opened: %s\n", err.message);
  return r;
}

static const char *open_with(const roster_options *o, long nth, bool ever, outcome *into) {
  roster *r = NULL;
  fail_alloc_begin(nth, ever);
  into->status = roster_open(&r, o, &into->error);
  reached = fail_alloc_end();
  read_answer(into->said, r);
  roster_close(r);
  return (into->status == ROSTER_OK) == (r != NULL) ? NULL : "a registry that was not opened";
}

static const char *open_own(long nth, bool ever, outcome *into) {
  roster_options o = options();
  o.cache_file = NULL;
  return open_with(&o, nth, ever, into);
}

static const char *open_shipped(long nth, bool ever, outcome *into) {
  roster_options o = options();
  o.config = "";
  o.cache_file = NULL;
  o.no_builtin = false;
  return open_with(&o, nth, ever, into);
}

/* With what an earlier process proved. */
static const char *open_cached(long nth, bool ever, outcome *into) {
  roster_options o = options();
  if (access(o.cache_file, F_OK) != 0) {
    roster *r = opened(&o);
    if (!r || roster_refresh(r, NULL) != ROSTER_OK) return "no cache could be made";
    roster_close(r);
  }
  return open_with(&o, nth, ever, into);
}

/* A refresh of r, which then has the usual answer. */
static const char *refresh_of(roster *r, const char *usual, long nth, bool ever, outcome *into) {
  static answer again;
  const roster_snapshot *before = roster_acquire(r);
  fail_alloc_begin(nth, ever);
  into->status = roster_refresh(r, &into->error);
  reached = fail_alloc_end();
  const roster_snapshot *after = roster_acquire(r);
  bool same = before == after;
  roster_release(before);
  roster_release(after);
  read_answer(into->said, r);
  if (into->status == ROSTER_OK) return NULL;
  if (!same) return "another answer, though the refresh failed";
  roster_error error;
  static char failed[sizeof error.message + 64];
  if (roster_refresh(r, &error) != ROSTER_OK) {
    snprintf(failed, sizeof failed, "the next refresh failed too: %s", error.message);
    return failed;
  }
  read_answer(again, r);
  return *usual && strcmp(again, usual) ? "another answer of the next refresh" : NULL;
}

static roster *kept;
static answer kept_answer;

static const char *refresh_kept(const roster_options *o, long nth, bool ever, outcome *into) {
  if (!kept) {
    kept = opened(o);
    if (!kept || roster_refresh(kept, &into->error) != ROSTER_OK) return into->error.message;
    read_answer(kept_answer, kept);
  }
  return refresh_of(kept, kept_answer, nth, ever, into);
}

static const char *refresh_plain(long nth, bool ever, outcome *into) {
  roster_options o = options();
  o.cache_file = NULL;
  return refresh_kept(&o, nth, ever, into);
}

static const char *refresh_phoenix(long nth, bool ever, outcome *into) {
  roster_options o = options();
  o.document = o.ids = "phoenix";
  o.keep_requests = true;
  return refresh_kept(&o, nth, ever, into);
}

/* The first, after an edit: nothing is set up, and a credential helper runs. */
static const char *refresh_edited(long nth, bool ever, outcome *into) {
  roster_options o = options();
  o.cache_file = NULL;
  roster *r = opened(&o);
  if (!r || !write_definitions("model 'one-more' { provider = 'acme' }\n")) return "the definitions cannot be edited";
  const char *what = refresh_of(r, "", nth, ever, into);
  roster_close(r);
  return write_definitions("") ? what : "the definitions cannot be edited back";
}

static const char *record_once(long nth, bool ever, outcome *into) {
  roster_options o = options();
  roster_transport *t = NULL;
  roster *r = NULL;
  o.cache_file = NULL;
  fail_alloc_begin(nth, ever);
  into->status = roster_transport_record(&t, NULL, path_of("recorded"), &into->error);
  o.transport = t;
  if (into->status == ROSTER_OK) into->status = roster_open(&r, &o, &into->error);
  if (into->status == ROSTER_OK) into->status = roster_refresh(r, &into->error);
  reached = fail_alloc_end();
  read_answer(into->said, r);
  roster_close(r);
  if (t) t->close(t->self);
  return NULL;
}

static const char *replay_once(long nth, bool ever, outcome *into) {
  roster_options o = options();
  roster_transport *t = NULL;
  roster *r = NULL;
  static outcome whole;
  o.cache_file = NULL;
  if (access(path_of("recorded"), F_OK) != 0) record_once(-1, false, &whole);
  fail_alloc_begin(nth, ever);
  into->status = roster_transport_replay(&t, path_of("recorded"), &into->error);
  o.transport = t;
  if (into->status == ROSTER_OK) into->status = roster_open(&r, &o, &into->error);
  if (into->status == ROSTER_OK) into->status = roster_refresh(r, &into->error);
  reached = fail_alloc_end();
  read_answer(into->said, r);
  roster_close(r);
  if (t) t->close(t->self);
  return NULL;
}

static void on_update(void *payload, const roster_source_update *u) {
  outcome *into = payload;
  add_answer(into->said, u->id);
  add_answer(into->said, u->outcome);
  add_answer(into->said, u->problem ? u->problem : "");
}

static const char *update_sources(long nth, bool ever, outcome *into) {
  roster_options o = options();
  unlink(path_of("source-corp.json"));
  roster *r = opened(&o);
  *into->said = 0;
  fail_alloc_begin(nth, ever);
  into->status = roster_update_sources(r, NULL, 0, true, on_update, into, &into->error);
  reached = fail_alloc_end();
  roster_close(r);
  return NULL;
}

/* Documents and requests of a snapshot. What is written as snprintf does is whole, or nothing when memory runs out. */
static const char *read_all(long nth, bool ever, outcome *into) {
  static char texts[8][ANSWER_BYTES / 8];
  roster_options o = options();
  o.cache_file = NULL;
  if (!kept && (!(kept = opened(&o)) || roster_refresh(kept, &into->error) != ROSTER_OK)) return into->error.message;
  const roster_snapshot *s = roster_acquire(kept);
  const roster_model *m = NULL;
  roster_headers *h = NULL;
  size_t needed = 0, bytes = sizeof *texts, lengths[7];
  fail_alloc_begin(nth, ever);
  into->status = roster_resolve(&m, s, "alpha", NULL, &into->error);
  lengths[0] = roster_write_explain_json(s, "alpha", texts[0], bytes);
  lengths[1] = roster_write_providers_json(s, texts[1], bytes);
  lengths[2] = roster_write_request_json(s, "alpha", texts[2], bytes);
  lengths[3] = roster_write_resolve_json(s, "b", texts[3], bytes);
  lengths[4] = roster_write_model_json(s, "beta", texts[4], bytes);
  lengths[5] = roster_write_retirements_json(s, 90, texts[5], bytes);
  lengths[6] = roster_write_pick_json(s, NULL, true, texts[6], bytes);
  if (into->status == ROSTER_OK) into->status = roster_write_request(kept, "alpha", texts[7], bytes, &needed, &into->error);
  if (into->status == ROSTER_OK) into->status = roster_service_headers(&h, kept, roster_model_service(m), &into->error);
  reached = fail_alloc_end();
  *into->said = 0;
  for (size_t i = 0; i < 8; i++) add_answer(into->said, texts[i]);
  for (size_t i = 0; i < 7; i++)
    if (!lengths[i]) into->status = ROSTER_ENOMEM;
  roster_headers_close(h);
  roster_release(s);
  return NULL;
}

/* What the source says is there before, so that the thread has nothing to fetch. */
static const char *watch_once(long nth, bool ever, outcome *into) {
  static bool fetched;
  roster_options o = options();
  o.cache_file = NULL;
  roster *r = opened(&o);
  if (!fetched) {
    roster_update_sources(r, NULL, 0, true, NULL, NULL, &into->error);
    roster_close(r);
    r = opened(&o);
    fetched = true;
  }
  fail_alloc_begin(nth, ever);
  into->status = roster_watch(r, &into->error);
  if (into->status == ROSTER_OK) into->status = roster_refresh_every(r, 3600 * 1000, &into->error);
  reached = fail_alloc_end();
  read_answer(into->said, r);
  roster_close(r);
  return NULL;
}

#endif

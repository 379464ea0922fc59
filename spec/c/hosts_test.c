/* hosts_test: hosts that break the promises of roster.h: transports that invent, repeat and forget, credentials that cannot be sent,
 * options with NULL in them, and calls out of callbacks. Each is refused in words, and never blamed on a provider. */
#include "canned.h"
#include "check.h"

#include <limits.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define KEY "Vb8rTz2nQw6yLk4mXc9p"

/* ---- transports ---- */

typedef struct liar {
  roster_transport transport;
  uint64_t ids[256];
  size_t count, given, most; /* most: that were not answered at one time */
  roster_http_response response;
  roster_header headers[3];
  void (*spoil)(struct liar *l); /* what this one does to each response */
  roster_status start_status, next_status;
  bool silent;
  size_t late; /* so many of the ids are of an earlier run */
  long answers, cancels;
} liar;

static roster_status liar_start(void *self, const roster_http_request *q) {
  liar *l = self;
  if (l->start_status != ROSTER_OK) return l->start_status;
  if (l->count < sizeof l->ids / sizeof *l->ids) l->ids[l->count++] = q->id;
  if (l->count - l->given > l->most) l->most = l->count - l->given;
  return ROSTER_OK;
}

static roster_status liar_next(void *self, long timeout_ms, const roster_http_response **out) {
  liar *l = self;
  (void)timeout_ms;
  *out = NULL;
  if (l->next_status != ROSTER_OK) return l->next_status;
  if (l->silent) return ROSTER_OK;
  l->response = (roster_http_response){ .size = sizeof l->response, .message = "", .status = 200, .body = CANNED_LIST };
  l->response.body_bytes = strlen(CANNED_LIST);
  l->response.id = l->given < l->count ? l->ids[l->given++] : 0;
  if (l->spoil) l->spoil(l);
  l->answers++;
  *out = &l->response;
  return ROSTER_OK;
}

static void liar_cancel(void *self) { ((liar *)self)->cancels++; }

static roster *open_liar_with(liar *l, const char *definitions) {
  l->transport = (roster_transport){ sizeof l->transport, l, liar_start, liar_next, liar_cancel, NULL };
  canned unused;
  roster_definition d;
  canned_init(&unused);
  roster_options o = canned_options(&unused, &d, definitions);
  o.transport = &l->transport;
  o.timeout_ms = 1000;
  roster *r = NULL;
  return roster_open(&r, &o, NULL) == ROSTER_OK ? r : NULL;
}

static roster *open_liar(liar *l) { return open_liar_with(l, CANNED_DEFINITIONS); }

/* Refreshes once; whether alpha then has this state, this reason and these words. */
static bool alpha_is(roster *r, roster_state state, roster_reason code, const char *words) {
  const roster_snapshot *s = roster_acquire(r);
  const roster_model *m = roster_known(s, "alpha");
  bool as_said = roster_model_state(m) == state && roster_model_reason_code(m) == code && strstr(roster_model_reason(m), words);
  if (!as_said)
    printf("# %s, %s: %s\n", roster_state_name(roster_model_state(m)), roster_reason_name(roster_model_reason_code(m)),
           roster_model_reason(m));
  roster_release(s);
  return as_said;
}

static bool liar_ends_as(liar *l, roster_state state, roster_reason code, const char *words) {
  roster *r = open_liar(l);
  bool ended = r && roster_refresh(r, NULL) == ROSTER_OK && alpha_is(r, state, code, words);
  roster_close(r);
  return ended;
}

static bool transport_fails(void (*spoil)(liar *l), const char *words) {
  liar l = { .spoil = spoil };
  return liar_ends_as(&l, ROSTER_UNREACHABLE, ROSTER_REASON_TRANSPORT_FAILED, words);
}

static void no_size(liar *l) { l->response.size = 0; }
static void odd_failure(liar *l) { l->response.failure = (roster_http_failure)55; }
static void status_below(liar *l) { l->response.status = -1; }
static void status_above(liar *l) { l->response.status = INT_MAX; }
static void headers_at_null(liar *l) { l->response.header_count = 7; }
static void body_at_null(liar *l) { l->response.body = NULL; }
static void own_failure(liar *l) { l->response.failure = ROSTER_HTTP_TRANSPORT, l->response.message = "its pool is gone"; }

static void nothing_but_nulls(liar *l) {
  l->response.status = 429;
  l->response.message = NULL;
  l->response.body = NULL;
  l->response.body_bytes = 0;
  l->headers[0] = (roster_header){ NULL, NULL };
  l->headers[1] = (roster_header){ "retry-after", NULL };
  l->headers[2] = (roster_header){ "", "" };
  l->response.headers = l->headers;
  l->response.header_count = 3;
}

static void failure_without_message(liar *l) { l->response.failure = ROSTER_HTTP_CONNECT, l->response.message = NULL; }
static void refused_here(liar *l) { l->response.failure = ROSTER_HTTP_CONNECT, l->response.message = "connect ECONNREFUSED 127.0.0.1:9"; }
static void no_port(liar *l) { l->response.failure = ROSTER_HTTP_CONNECT, l->response.message = "connect EADDRNOTAVAIL 127.0.0.1:9"; }
static void odd_times(liar *l) { l->response.elapsed_ms = LONG_MIN, l->response.answered_ms = INT64_MAX; }
static void too_long(liar *l) { l->response.body_bytes = SIZE_MAX; }
static void first_for_ever(liar *l) { l->response.id = l->ids[0]; }
static void never_asked(liar *l) { l->response.id = 1u << 30; }

static void transports(void) {
  check(transport_fails(no_size, "response of size 0"), "a response without a size is a failure of the transport");
  check(transport_fails(odd_failure, "failure 55"), "a failure that there is not is one of the transport");
  check(transport_fails(status_below, "status -1"), "a status below HTTP's is a failure of the transport");
  check(transport_fails(status_above, "status 2147483647"), "a status above HTTP's is a failure of the transport");
  check(transport_fails(headers_at_null, "7 headers at NULL"), "headers at NULL are a failure of the transport");
  check(transport_fails(body_at_null, "bytes at NULL"), "a body at NULL is a failure of the transport");
  check(transport_fails(own_failure, "its pool is gone"), "a transport may say of itself that it failed");
  check(transport_fails(never_asked, "keeps answering"), "a transport that answers only what nobody asked is given up");

  liar nulls = { .spoil = nothing_but_nulls }, unsaid = { .spoil = failure_without_message }, times = { .spoil = odd_times };
  check(liar_ends_as(&nulls, ROSTER_RATE_LIMITED, ROSTER_REASON_RATE_LIMITED, "429"), "NULL for every text of a response is an empty one");
  check(liar_ends_as(&unsaid, ROSTER_UNREACHABLE, ROSTER_REASON_CONNECT_FAILED, "does not say why"), "a failure without a message says so");
  check(liar_ends_as(&times, ROSTER_READY, ROSTER_REASON_NONE, ""), "times out of range change no verdict");
  liar large = { .spoil = too_long };
  check(liar_ends_as(&large, ROSTER_PROVIDER_ERROR, ROSTER_REASON_ANSWER_UNUSABLE, "larger than"), "a body over the limit is not read");

  liar refuses = { .start_status = ROSTER_EINVALID }, odd = { .next_status = (roster_status)99 };
  check(liar_ends_as(&refuses, ROSTER_UNREACHABLE, ROSTER_REASON_NOT_SENT, "did not take the request"),
        "a transport that takes no request is to blame for it");
  check(liar_ends_as(&odd, ROSTER_UNREACHABLE, ROSTER_REASON_TRANSPORT_FAILED, "next returned"), "a status that there is not ends the run");
}

static bool local_ends_as(void (*spoil)(liar *l), roster_state state, roster_reason code) {
  liar l = { .spoil = spoil };
  roster *r =
      open_liar_with(&l, "provider 'acme' { title = 'Acme', protocol = 'openai-chat', base_url = 'http://127.0.0.1:9', loopback = true }\n"
                         "model 'alpha' { provider = 'acme', api_name = 'alpha-1' }\n");
  bool ended = r && roster_refresh(r, NULL) == ROSTER_OK && alpha_is(r, state, code, "");
  roster_close(r);
  return ended;
}

static void local_servers(void) {
  check(local_ends_as(refused_here, ROSTER_DISABLED, ROSTER_REASON_NOT_RUNNING),
        "a local server is not running where the host's transport says that the connection was refused");
  check(local_ends_as(no_port, ROSTER_UNREACHABLE, ROSTER_REASON_CONNECT_FAILED) &&
            local_ends_as(failure_without_message, ROSTER_UNREACHABLE, ROSTER_REASON_CONNECT_FAILED),
        "it cannot be reached where the transport says anything else, or nothing");
}

static void repeated_ids(void) {
  liar l = { .spoil = first_for_ever };
  roster *r = open_liar(&l);
  check(r && roster_refresh(r, NULL) == ROSTER_OK,
        "a transport that repeats the first response for ever does not keep a refresh from ending");
  check(l.answers < 200000, "and is not asked for ever");
  roster_close(r);
}

/* What the first refresh asked is answered in the second, with a refusal. */
static void late_refusal(liar *l) {
  if (l->given <= l->late) l->response.status = 401;
}

static void answers_after_cancel(void) {
  liar l = { .silent = true, .spoil = late_refusal };
  roster *r = open_liar(&l);
  roster_refresh(r, NULL);
  check(l.cancels > 0 && alpha_is(r, ROSTER_UNREACHABLE, ROSTER_REASON_TIMED_OUT, "in time"),
        "a request that a transport forgets is timed out");
  l.late = l.count;
  l.silent = false;
  check(roster_refresh(r, NULL) == ROSTER_OK && l.given > l.late && alpha_is(r, ROSTER_READY, ROSTER_REASON_NONE, ""),
        "a response to the refresh before is nobody's");
  bool again = false;
  for (size_t i = 0; i < l.late; i++)
    for (size_t k = l.late; k < l.count; k++) again = again || l.ids[i] == l.ids[k];
  check(l.late > 0 && l.count > l.late && !again, "no id is used twice in the life of a registry");
  roster_close(r);
}

static void incomplete_transports(void) {
  static const char *const words[] = { "size is 0", "start is NULL", "next is NULL", "cancel_all is NULL" };
  char sentence[96];
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    canned c;
    roster_definition d;
    canned_init(&c);
    roster_options o = canned_options(&c, &d, CANNED_DEFINITIONS);
    if (i == 0) c.transport.size = 0;
    if (i == 1) c.transport.start = NULL;
    if (i == 2) c.transport.next = NULL;
    if (i == 3) c.transport.cancel_all = NULL;
    roster *r = NULL;
    roster_transport *recorder = NULL;
    roster_error err;
    bool refused = roster_open(&r, &o, &err) == ROSTER_EINVALID && !r && strstr(err.message, words[i]);
    refused =
        refused && roster_transport_record(&recorder, &c.transport, "unused", &err) == ROSTER_EINVALID && strstr(err.message, words[i]);
    snprintf(sentence, sizeof sentence, "a transport whose %s is refused, to record too", words[i]);
    check(refused, sentence);
  }
}

/* ---- credentials ---- */

static roster_status say(void *payload, const char *provider_id, roster_credential *out) {
  (void)provider_id;
  const roster_credential *said = payload;
  if (said->expires_at_ms < 0) return (roster_status)1234;
  *out = *said;
  return ROSTER_OK;
}

static bool credential_ends_as(roster_credential said, roster_state state, const char *words) {
  canned c;
  roster_definition d;
  canned_init(&c);
  roster_options o = canned_options(&c, &d, CANNED_DEFINITIONS);
  o.environment_count = 0;
  o.environment = CANNED_ENVIRONMENT;
  o.credential = say;
  o.payload = &said;
  roster *r = NULL;
  if (roster_open(&r, &o, NULL) != ROSTER_OK || roster_refresh(r, NULL) != ROSTER_OK) return false;
  const roster_snapshot *s = roster_acquire(r);
  const roster_model *m = roster_known(s, "alpha");
  bool ended = roster_model_state(m) == state && strstr(roster_model_reason(m), words) && (state == ROSTER_READY || c.sent == 0) &&
               !strstr(roster_snapshot_json(s, NULL), KEY);
  if (!ended) printf("# %s: %s, %zu sent\n", roster_state_name(roster_model_state(m)), roster_model_reason(m), c.sent);
  roster_headers *h = NULL;
  roster_error err = { .message = "" };
  roster_status given = roster_service_headers(&h, r, roster_model_service(m), &err);
  ended = ended && (given == ROSTER_OK) == (state == ROSTER_READY) && (given == ROSTER_OK || strstr(err.message, words));
  roster_headers_close(h);
  roster_release(s);
  roster_close(r);
  return ended;
}

static bool header_is_refused(const char *name, const char *value, const char *words) {
  roster_header h = { name, value };
  return credential_ends_as((roster_credential){ .value = KEY, .headers = &h, .header_count = 1 }, ROSTER_BAD_CREDENTIAL, words);
}

static void credentials(void) {
  check(credential_ends_as((roster_credential){ 0 }, ROSTER_NO_CREDENTIAL, "has no credential"), "a credential of NULL is none");
  check(credential_ends_as((roster_credential){ .value = KEY, .expires_at_ms = -1 }, ROSTER_NO_CREDENTIAL, "has no credential"),
        "a status that there is not says that there is no credential");
  check(credential_ends_as((roster_credential){ .value = KEY, .expires_at_ms = INT64_MAX }, ROSTER_READY, ""),
        "a key may be good for ever");
  check(credential_ends_as((roster_credential){ .value = KEY, .header_count = 5 }, ROSTER_BAD_CREDENTIAL, "5 headers at NULL"),
        "headers at NULL refuse the credential");
  check(header_is_refused(NULL, "x", "without a name"), "a header without a name refuses the credential");
  check(header_is_refused("x-team", NULL, "no value for the header x-team"), "a header without a value refuses the credential");
  check(header_is_refused("x\r\ny", "a", "name cannot be sent"), "a name with a line break refuses the credential");
  check(header_is_refused("x-team", "a\r\nb: c", "control character in the header x-team"),
        "a value with a line break refuses the credential");
  static char long_text[1024 * 1024];
  memset(long_text, 'k', sizeof long_text - 1);
  check(credential_ends_as((roster_credential){ .value = long_text }, ROSTER_BAD_CREDENTIAL, "longer than 64 KiB"),
        "a key of a megabyte is refused in words");
  check(header_is_refused("x-team", long_text, "more than 64 KiB in the header x-team"), "a header of a megabyte refuses the credential");
  check(header_is_refused("Content-Length", "5", "only the transport writes"), "the length of the body is not a host's to give");
  check(header_is_refused("host", "elsewhere.example", "only the transport writes"), "and neither is the name of the server");
}

/* ---- options ---- */

/* ---- whose transport failed ---- */

/* Refreshes with so many descriptors free, the others taken. */
static void refresh_with_free(roster *r, int most) {
  enum { FULL = 256 };
  int taken[FULL], count = 0;
  struct rlimit before, low;
  getrlimit(RLIMIT_NOFILE, &before);
  low = before;
  low.rlim_cur = FULL;
  setrlimit(RLIMIT_NOFILE, &low);
  while (count < FULL && (taken[count] = dup(0)) >= 0) count++;
  for (; most > 0 && count > 0; most--) close(taken[--count]);
  roster_refresh(r, NULL);
  while (count > 0) close(taken[--count]);
  setrlimit(RLIMIT_NOFILE, &before);
}

static void its_own_transport_is_not_the_hosts(void) {
  canned c;
  roster_definition d;
  canned_init(&c);
  roster_options o = canned_options(&c, &d,
                                    "provider \"acme\" { title = \"Acme\", protocol = \"openai-chat\", base_url = \"http://127.0.0.1:9\", "
                                    "credential = secret \"ACME_API_KEY\" }\nmodel \"alpha\" { provider = \"acme\" }\n");
  o.transport = NULL;
  roster *r = NULL;
  if (roster_open(&r, &o, NULL) != ROSTER_OK) return;
  bool told = false;
  for (int most = 0; most < 8 && !told; most++) {
    refresh_with_free(r, most);
    const roster_snapshot *s = roster_acquire(r);
    const roster_model *m = roster_known(s, "alpha");
    const char *reason = roster_model_reason(m);
    told = roster_model_reason_code(m) == ROSTER_REASON_TRANSPORT_FAILED && strstr(reason, ": roster's transport failed: no socket") &&
           !strstr(roster_model_hint(m), "correct");
    if (!told) printf("# %d: %s (%s)\n", most, reason, roster_model_hint(m));
    roster_release(s);
  }
  check(told, "without a descriptor for a socket it is roster's own transport that fails, not the host's");
  roster_close(r);
}

/* ---- protocols ---- */

static char warned[1024];

static void keep_warning(void *payload, const roster_finding *f) {
  (void)payload;
  if (f->severity == ROSTER_WARNING) snprintf(warned, sizeof warned, "%s", f->message);
}

static void a_protocol_that_nothing_defines_is_named(void) {
  static const char *const wrong[] = { "openai_chat" }, *const own[] = { "house" };
  canned c;
  roster_definition d;
  roster_error err;
  canned_init(&c);
  roster_options o = canned_options(&c, &d, CANNED_DEFINITIONS);
  o.on_finding = keep_warning;
  o.host_protocols = wrong, o.host_protocol_count = 1;
  roster *r = NULL;
  check(roster_open(&r, &o, &err) == ROSTER_OK && strstr(warned, "host_protocols names 'openai_chat'") &&
            strstr(warned, "did you mean 'openai-chat'?"),
        "a protocol of the host that nothing defines is a warning, with the one that was probably meant");
  const roster_snapshot *s = roster_acquire(r);
  check(strcmp(roster_empty_reason(s), "protocol_unspoken") == 0 &&
            strstr(roster_empty_hint(s), "no model speaks a protocol of this host (openai_chat)"),
        "that no model speaks a protocol of the host is why none can be used");
  roster_release(s);
  roster_close(r);
  *warned = 0;
  d.text = "protocol \"house\" { inherit = \"openai-chat\" }\n"
           "provider \"acme\" { protocol = \"house\", base_url = \"https://api.example.test\", credential = secret \"ACME_API_KEY\" }\n"
           "model \"alpha\" { provider = \"acme\" }\n";
  o.host_protocols = own;
  check(roster_open(&r, &o, &err) == ROSTER_OK && !*warned, "one that only a deployer's file defines is none");
  s = roster_acquire(r);
  check(strcmp(roster_empty_reason(s), "unproven") == 0, "and its models are not disabled");
  roster_release(s);
  roster_close(r);
}

static bool options_refused(const roster_options *o, const char *words) {
  roster *r = NULL;
  roster_error err = { .message = "" };
  bool refused = roster_open(&r, o, &err) == ROSTER_EINVALID && !r && strstr(err.message, words);
  if (!refused) printf("# %s\n", err.message);
  roster_close(r);
  return refused;
}

static void options(void) {
  canned c;
  roster_definition d;
  canned_init(&c);
  const roster_options good = canned_options(&c, &d, CANNED_DEFINITIONS);
  roster_options o = good;
  o.definitions = &(roster_definition){ NULL, "" };
  check(options_refused(&o, "definitions[0].name is NULL"), "a definition without a name is refused");
  o.definitions = &(roster_definition){ "a.lua", NULL };
  check(options_refused(&o, "definitions[0].text is NULL"), "a definition without a text is refused");
  o.definitions = NULL;
  check(options_refused(&o, "definitions is NULL"), "a count without a list is refused");
  o = good;
  o.environment = &(roster_variable){ NULL, "x" };
  check(options_refused(&o, "environment[0].name is NULL"), "a variable without a name is refused");
  o = good;
  o.host_protocols = &(const char *){ NULL };
  o.host_protocol_count = 1;
  check(options_refused(&o, "host_protocols[0] is NULL"), "a protocol without a name is refused");
  o = good;
  o.size = sizeof o.size + sizeof o.config / 2;
  check(options_refused(&o, "size is"), "a size that ends within a member is refused");
  o = good;
  o.environment = &(roster_variable){ "ACME_API_KEY", NULL };
  roster *r = NULL;
  roster_open(&r, &o, NULL);
  check(r && alpha_is(r, ROSTER_NO_CREDENTIAL, ROSTER_REASON_KEY_UNSET, "ACME_API_KEY is not set"),
        "a variable whose value is NULL is not set");
  roster_close(r);
}

/* ---- callbacks ---- */

typedef struct inner {
  roster *r;
  bool closes;
  roster_status refreshed, updated;
  char words[1024];
} inner;

static void call_back(void *payload, const roster_snapshot *s) {
  inner *i = payload;
  roster_error err = { .message = "" };
  if (!i->r || !roster_count(s)) return;
  i->refreshed = roster_refresh(i->r, &err);
  snprintf(i->words, sizeof i->words, "%s", err.message);
  i->updated = roster_update_sources(i->r, NULL, 0, false, NULL, NULL, NULL);
  if (i->closes) roster_close(i->r);
}

static void callbacks(void) {
  canned c;
  roster_definition d;
  inner i = { .refreshed = ROSTER_OK };
  canned_init(&c);
  roster_options o = canned_options(&c, &d, CANNED_DEFINITIONS);
  o.on_published = call_back;
  o.payload = &i;
  if (roster_open(&i.r, &o, NULL) != ROSTER_OK) return;
  check(roster_refresh(i.r, NULL) == ROSTER_OK && i.refreshed == ROSTER_EINVALID && strstr(i.words, "callback"),
        "a refresh in a callback of a refresh is refused, as it would wait for itself");
  check(i.updated == ROSTER_EINVALID, "and so is a look at the sources");
  i.closes = true;
  roster_refresh(i.r, NULL);
  check(roster_refresh(i.r, NULL) == ROSTER_ECANCELLED, "closing in a callback ends the registry without freeing it under the run");
  roster *all = i.r;
  i.closes = false;
  i.r = NULL;
  roster_close(all);
}

/* Proofs at one endpoint, and a host that takes longer over their ends than the endpoint has. */
static void take_time(void *payload, const roster_exchange *x) {
  (void)payload;
  (void)x;
  nanosleep(&(struct timespec){ .tv_nsec = 60 * 1000 * 1000 }, NULL);
}

#define BARE                                                                                                                               \
  "protocol \"bare\" { chat_path = \"/chat\", auth = bearer, prove = { function (m) return get(\"/has/\" .. m.api_name) end } }\n"
#define ACME "provider \"acme\" { protocol = \"bare\", base_url = \"https://api.example.test\", credential = secret \"ACME_API_KEY\" }\n"

static void time_of_callbacks(void) {
  static const char text[] = BARE ACME "for i = 1, 24 do model(\"m\" .. i) { provider = \"acme\" } end";
  canned c;
  roster_definition d;
  canned_init(&c);
  roster_options o = canned_options(&c, &d, text);
  o.timeout_ms = 500;
  o.on_exchange = take_time;
  roster *r = NULL;
  roster_open(&r, &o, NULL);
  roster_refresh(r, NULL);
  const roster_snapshot *s = roster_acquire(r);
  size_t late = 0, sent = c.sent;
  for (size_t i = 0; i < roster_known_count(s); i++) late += roster_model_reason_code(roster_known_at(s, i)) == ROSTER_REASON_TIME_OVER;
  check(sent >= 24 && late == 0, "what a callback takes of the time is not counted against an endpoint");
  roster_release(s);
  roster_close(r);
}

/* ---- how many requests at a time ---- */

static void multiplexed(liar *l) { l->response.multiplexed = true; }
static void as_before(liar *l) { l->response.multiplexed = true, l->response.size = offsetof(roster_http_response, multiplexed); }

/* Of 32 look-ups, by as many providers at one address. */
static size_t most_at_a_time(void (*spoil)(liar *l), int providers) {
  static const char text[] = BARE "for i = 1, %d do provider(\"p\" .. i) { protocol = \"bare\", base_url = \"https://api.example.test\", "
                                  "credential = secret \"ACME_API_KEY\" } end\n"
                                  "for i = 1, 32 do model(\"m\" .. i) { provider = \"p\" .. i %% %d + 1 } end";
  char all[sizeof text + 20];
  snprintf(all, sizeof all, text, providers, providers);
  liar l = { .spoil = spoil };
  roster *r = open_liar_with(&l, all);
  const bool asked = r && roster_refresh(r, NULL) == ROSTER_OK && l.answers == 32;
  roster_close(r);
  return asked ? l.most : 0;
}

static void requests_at_a_time(void) {
  check(most_at_a_time(NULL, 1) == 8, "one address gets eight requests at a time");
  check(most_at_a_time(multiplexed, 1) == 16, "sixteen where a response says that they share a connection");
  check(most_at_a_time(multiplexed, 2) == 8, "and still eight where two providers share the address");
  check(most_at_a_time(multiplexed, 20) == 8, "or twenty");
  check(most_at_a_time(as_before, 1) == 8, "a host that was built before that member says nothing");
}

int main(void) {
  alarm(4 * CHECK_PATIENCE_MS / 1000); /* what waits for itself ends here */
  its_own_transport_is_not_the_hosts();
  a_protocol_that_nothing_defines_is_named();
  transports();
  local_servers();
  repeated_ids();
  answers_after_cancel();
  incomplete_transports();
  credentials();
  options();
  callbacks();
  time_of_callbacks();
  requests_at_a_time();
  return check_close();
}

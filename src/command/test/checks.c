/* checks: each check is an expectation: the states that pass, those that are a remark, and the words for each outcome. */
#include "command/test/checks.h"

#include "command/shared/memory.h"
#include "command/shared/output.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

typedef enum result { PASS, REMARK, FAIL } result;

typedef struct checker {
  const provider_under_test *provider;
  const scenario_run *run;
  json_t *checks;
  bool keyless;
  const char *told; /* the story of the last failure */
} checker;

__attribute__((format(printf, 4, 5))) static void add_check(checker *c, const char *check, result r, const char *format, ...) {
  static const char *const words[] = { "pass", "remark", "fail" };
  va_list list;
  va_start(list, format);
  json_t *says = json_vsprintf(format, list);
  va_end(list);
  json_array_append_new(c->checks, json_pack("{s:s, s:s, s:o}", "check", check, "result", words[r], "says", says));
}

/* ---- what is sent ---- */

static bool is_in(const json_t *list, const json_t *one) {
  for (size_t i = 0; i < json_array_size(list); i++)
    if (json_equal(json_array_get(list, i), one)) return true;
  return false;
}

static void add_sent(json_t *all, const scenario_result *t) {
  for (size_t i = 0; i < json_array_size(t->sent); i++)
    if (!is_in(all, json_array_get(t->sent, i))) json_array_append(all, json_array_get(t->sent, i));
}

static int by_text(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

/* Several requests are in flight at once and come in any order: sorted by method, address and the rest. Steals the list. */
static json_t *sorted(json_t *list) {
  size_t count = json_array_size(list);
  char **texts = grown(NULL, (count + 1) * sizeof *texts);
  json_t *in_order = json_array();
  for (size_t i = 0; i < count; i++) texts[i] = json_dumps(json_array_get(list, i), JSON_COMPACT);
  qsort(texts, count, sizeof *texts, by_text);
  for (size_t i = 0; i < count; i++) {
    json_array_append_new(in_order, json_loads(texts[i], 0, NULL));
    free(texts[i]);
  }
  free(texts);
  json_decref(list);
  return in_order;
}

/* "authorization: Bearer $ACME_API_KEY", or "" */
static void add_key(strbuf *out, const json_t *request) {
  const char *name;
  json_t *value;
  json_object_foreach(json_object_get(request, "headers"), name, value) {
    if (strchr(json_string_value(value), '$')) strbuf_format(out, "%s%s: %s", out->length ? ", " : "", name, json_string_value(value));
  }
  const char *signer = json_string_value(json_object_get(request, "signed_by"));
  if (signer)
    strbuf_format(out, "%ssigned for %s by %s", out->length ? ", " : "", json_string_value(json_object_get(request, "signed")), signer);
}

static void check_key(checker *c, const json_t *sends) {
  strbuf first = { 0 };
  bool same = true;
  size_t real = 0;
  for (size_t i = 0; i < json_array_size(sends); i++) {
    strbuf other = { 0 };
    if (json_object_get(json_array_get(sends, i), "control")) continue;
    add_key(real ? &other : &first, json_array_get(sends, i));
    same = same && (!real++ || strcmp(strbuf_text(&first), strbuf_text(&other)) == 0);
    strbuf_free(&other);
  }
  if (c->keyless && !first.length && same)
    add_check(c, "key", PASS, "none is needed, and none is sent");
  else if (!same)
    add_check(c, "key", FAIL, "it is not on every request, or not in the same place");
  else if (!first.length)
    add_check(c, "key", FAIL, "no request carries it: write auth = bearer, or auth = header \"...\"");
  else
    add_check(c, "key", PASS, "on every request: %s", strbuf_text(&first));
  strbuf_free(&first);
}

/* ---- what is concluded ---- */

/* Sets of states, a bit for each. */
#define STATE(name) (1u << ROSTER_##name)
enum {
  READY = STATE(READY),
  UNDECIDED = STATE(READY) | STATE(UNPROVEN),
  REJECTED = STATE(BAD_CREDENTIAL),
  DOUBTED = STATE(BAD_CREDENTIAL) | STATE(UNPROVEN) | STATE(NOT_LISTED),
  GONE = STATE(NOT_LISTED),
  NOT_READY = STATE(NOT_LISTED) | STATE(UNPROVEN),
  LIMITED = STATE(RATE_LIMITED),
  DOWN = STATE(PROVIDER_ERROR),
  USELESS = STATE(PROVIDER_ERROR) | STATE(UNPROVEN),
};

/* One expectation: `wanted` passes, `tolerated` (may be 0) is a remark, anything else fails. */
typedef struct expectation {
  const char *check;
  unsigned wanted, tolerated;
  const char *when, *remark, *failure;
  bool answered; /* and the billed request has to show it */
  bool canned;   /* `when` is what roster's own server answers: an author's may answer otherwise */
} expectation;

static bool all_in(const scenario_result *t, unsigned states) {
  bool all = t->ran;
  for (size_t i = 0; i < t->verdict_count; i++) all = all && (states & (1u << t->verdicts[i].state));
  return all;
}

/* Ready without the billed request would prove nothing about it. */
static bool all_answered(const scenario_result *t) {
  bool all = true;
  for (size_t i = 0; i < t->verdict_count; i++) all = all && strcmp(t->verdicts[i].stage, "generate") == 0;
  return all;
}

/* Of the author's own, which beats the usual one; NULL: it does not say. */
static const char *reason_missed(const scenario_result *t) {
  const char *wanted = own_scenario_reason(t->server);
  bool met = true;
  for (size_t i = 0; i < t->verdict_count; i++) met = met && (!wanted || strcmp(roster_reason_name(t->verdicts[i].reason), wanted) == 0);
  return met ? NULL : wanted;
}

/* A server's answers to the same requests are told once. */
static void add_story(checker *c, const scenario_result *t, strbuf *out) {
  const char *story = t->story ? t->story : "no model was asked about";
  const bool again = c->told && strcmp(c->told, story) == 0;
  strbuf_format(out, ". Server '%s' of %s: %s", json_string_value(json_object_get(t->server, "name")), c->provider->own.path,
                again ? "as above" : story);
  c->told = story;
}

static void add_states(unsigned states, strbuf *out) {
  for (int i = 0, shown = 0; i < 32; i++)
    if (states & (1u << i)) strbuf_format(out, "%s%s", shown++ ? " or " : "", roster_state_name((roster_state)i));
}

/* What was asked and answered, and where: for whoever wrote the functions that read it. */
static void add_failure(checker *c, const expectation *e, const scenario_result *t, const char *verdict) {
  char *reasons = scenario_result_reasons(t);
  const char *reason = reason_missed(t), *name = json_string_value(json_object_get(t->server, "name"));
  strbuf text = { 0 };
  strbuf_format(&text, "%s: %s. %s", e->when, verdict, e->failure);
  if (own_scenario_states(t->server)) add_states(e->wanted, &text);
  if (reason) strbuf_format(&text, ", with the reason %s, not %s", reason, reasons);
  if ((e->wanted & DOWN) && t->story && strstr(t->story, "answered 2") && strstr(t->story, "taken for provider_error"))
    strbuf_add(&text, ". A listing with a 2xx status that is a provider_error cannot be read, which decides nothing: expect \"unproven\"");
  if (name)
    add_story(c, t, &text);
  else if (t->story && strstr(t->story, " failed: ")) /* a function of the definitions, at one of roster's own servers */
    strbuf_format(&text, ". %s", t->story);
  add_check(c, e->check, FAIL, "%s", strbuf_text(&text));
  strbuf_free(&text);
  free(reasons);
}

static void judge(checker *c, const scenario_result *t, const expectation *usual) {
  expectation own = *usual, *e = &own;
  char server[40];
  if (!t->ran || !json_array_size(t->sent)) return;
  if (t->server && e->canned) {
    snprintf(server, sizeof server, "server '%.24s'", json_string_value(json_object_get(t->server, "name")));
    own.when = server;
  }
  if (own_scenario_states(t->server)) {
    own.wanted = own_scenario_states(t->server);
    own.tolerated = 0;
    own.failure = "Look at verdict: the scenario expects ";
  }
  char *verdict = scenario_result_summary(t);
  if (all_in(t, e->wanted) && (!e->answered || all_answered(t)) && !reason_missed(t))
    add_check(c, e->check, PASS, "%s: %s", e->when, verdict);
  else if (e->tolerated && all_in(t, e->tolerated))
    add_check(c, e->check, REMARK, "%s: %s. %s", e->when, verdict, e->remark);
  else
    add_failure(c, e, t, verdict);
  free(verdict);
}

static void check_unread(checker *c, const scenario_result *t) {
  strbuf text = { 0 };
  strbuf_add(&text, "it is not understood: look at read_list and verdict");
  if (t->story && strstr(t->story, "answered 404")) strbuf_add(&text, ", and at the routes of the server, which has none for this request");
  add_story(c, t, &text);
  add_check(c, "listing", FAIL, "%s", strbuf_text(&text));
  strbuf_free(&text);
}

static void check_listing(checker *c) {
  const scenario_result *t = &c->run->free[SCENARIO_GOOD];
  if (!t->ran) return;
  if (!t->pages)
    add_check(c, "listing", REMARK, "none is requested: each model is looked up by name");
  else if (!t->understood && t->server)
    check_unread(c, t);
  else if (!t->understood)
    add_check(c, "listing", FAIL, "the mock server's listing is not understood: look at 'list', and at the prefix of its path");
  else if (t->pages != c->run->pages && !t->server)
    add_check(c, "listing", FAIL, "%zu of its %zu pages were requested: look at the next request that read_list returns", t->pages,
              c->run->pages);
  else
    add_check(c, "listing", PASS, "understood, %zu page%s", t->pages, t->pages == 1 ? "" : "s");
}

static void check_good(checker *c) {
  static const expectation free_of_charge = { .check = "good key",
                                              .wanted = READY,
                                              .tolerated = UNDECIDED,
                                              .when = "for free",
                                              .remark = "Nothing free proves it: only check --deep or unproven = \"generate\" does",
                                              .failure = "A key that is good must make its models ready" };
  static const expectation billed = { .check = "request",
                                      .wanted = READY,
                                      .when = "the smallest billed one",
                                      .failure = "The mock server refused what a host would send, or its answer was not understood",
                                      .answered = true };
  static const expectation unlisted = { .check = "no listing",
                                        .wanted = UNDECIDED,
                                        .when = "where nothing is listed",
                                        .failure = "A missing listing proves nothing against a key or a model" };
  judge(c, &c->run->free[SCENARIO_GOOD], &free_of_charge);
  judge(c, &c->run->billed[SCENARIO_GOOD], &billed);
  judge(c, &c->run->free[SCENARIO_UNLISTED], &unlisted);
}

static void check_bad(checker *c) {
  static const expectation refused = {
    .check = "bad key", .wanted = DOUBTED, .when = "for free", .failure = "A key that is refused must make nothing ready"
  };
  static const expectation billed = {
    .check = "bad key", .wanted = REJECTED, .when = "billed", .failure = "A refused key is bad_credential: look at the verdict"
  };
  static const expectation open = { .check = "open listing",
                                    .wanted = DOUBTED,
                                    .tolerated = UNDECIDED,
                                    .when = "with a public listing, a bad key",
                                    .remark = "This is right only where the listing needs the key; otherwise write list_proves = \"names\"",
                                    .failure = "That is not a verdict on a bad key" };
  if (c->keyless) return;
  judge(c, &c->run->free[SCENARIO_REFUSED], &refused);
  judge(c, &c->run->billed[SCENARIO_REFUSED], &billed);
  judge(c, &c->run->free[SCENARIO_PUBLIC], &open);
}

static void check_rest(checker *c) {
  static const expectation unknown = {
    .check = "unknown model", .wanted = NOT_READY, .when = "for free", .failure = "A model that is not there must not be ready"
  };
  static const expectation blind = {
    .check = "no lookup", .wanted = NOT_READY, .when = "a model that is not listed", .failure = "It must not be ready"
  };
  static const expectation billed = {
    .check = "unknown model", .wanted = GONE, .when = "billed", .failure = "A model that does not exist must be not_listed"
  };
  static const expectation limit = {
    .check = "limit", .wanted = LIMITED, .when = "429", .failure = "Too many requests must be rate_limited", .canned = true
  };
  static const expectation outage = {
    .check = "outage", .wanted = DOWN, .when = "503", .failure = "An outage must be provider_error", .canned = true
  };
  static const expectation page = { .check = "page",
                                    .wanted = USELESS,
                                    .when = "an HTML page with status 200",
                                    .failure = "An HTML page is not a response of the API",
                                    .canned = true };
  judge(c, &c->run->free[SCENARIO_UNKNOWN], &unknown);
  judge(c, &c->run->billed[SCENARIO_UNKNOWN], &billed);
  judge(c, &c->run->free[SCENARIO_BLIND], &blind);
  judge(c, &c->run->free[SCENARIO_LIMITED], &limit);
  if (c->run->billed[SCENARIO_GOOD].ran)
    add_check(c, "limit", c->run->kept ? PASS : FAIL,
              c->run->kept ? "what was ready before stays usable" : "what was ready before is gone");
  judge(c, &c->run->free[SCENARIO_DOWN], &outage);
  judge(c, &c->run->free[SCENARIO_PAGE], &page);
  add_check(c, "secrets", c->run->leaked ? FAIL : PASS, "%s",
            c->run->leaked ? "one is in an address, a body, a document or a finding" : "in no address, body, document or finding");
}

static const char *first_path(const checker *c) {
  const json_t *sent = json_array_get(c->run->free[SCENARIO_REFUSED].sent, 0);
  const char *url = json_string_value(json_object_get(sent, "url")), *scheme_end = url ? strstr(url, "://") : NULL;
  return scheme_end && strchr(scheme_end + 3, '/') ? strchr(scheme_end + 3, '/') : "/";
}

/* No mock server of roster's knows how such a provider answers. */
static void check_untold(checker *c, const char *protocol) {
  char *path = own_scenario_path(json_string_value(json_object_get(c->provider->report, "defined_at")));
  add_check(c, "address", REMARK,
            "no mock server speaks %s, so how its answers are read is not tested. Write %s, or name it with --scenario: a server \"good\" "
            "that answers %s as the provider does, and a server \"refused\" that answers as it does to a bad key (man 5 roster-scenario)",
            protocol, path, first_path(c));
  free(path);
}

/* The author's own servers. */
static void check_more(checker *c) {
  for (size_t i = 0; i < c->run->more_count; i++) {
    const scenario_result *t = &c->run->more[i];
    const char *name = json_string_value(json_object_get(t->server, "name"));
    const bool billed = own_scenario_billed(t->server), held = own_scenario_states(t->server) || own_scenario_reason(t->server);
    const expectation e = { .check = name ? name : "?",
                            .wanted = held ? ~0u : 0,
                            .tolerated = held ? 0 : ~0u,
                            .when = billed ? "billed" : "for free",
                            .remark = "The server does not say what is right: write \"expect\": { \"state\": ... }",
                            .failure = "" };
    judge(c, t, &e);
  }
}

static char *listed(const json_t *names) {
  strbuf out = { 0 };
  for (size_t i = 0; i < json_array_size(names); i++)
    strbuf_format(&out, "%s%s", i ? ", " : "", json_string_value(json_array_get(names, i)));
  char *text = copied(out.length ? strbuf_text(&out) : "none");
  strbuf_free(&out);
  return text;
}

static void check_names(checker *c) {
  const json_t *wanted = own_scenario_models(c->run->free[SCENARIO_GOOD].server), *given = c->run->names;
  if (!given || !c->run->free[SCENARIO_GOOD].understood) return;
  bool same = json_array_size(wanted) == json_array_size(given);
  for (size_t i = 0; i < json_array_size(wanted); i++) same = same && is_in(given, json_array_get(wanted, i));
  char *expected = listed(wanted), *found = listed(given);
  if (same)
    add_check(c, "names", PASS, "the listing gives %s", found);
  else
    add_check(c, "names", FAIL, "the listing gives %s; the scenario expects %s: look at read_list and read_model", found, expected);
  free(expected);
  free(found);
}

static void check_address(checker *c) {
  const provider_under_test *s = c->provider;
  const json_t *place = json_object_get(s->report, "place");
  const char *url = json_string_value(json_object_get(place, "url")), *next = json_string_value(json_object_get(place, "next"));
  const char *protocol = json_string_value(json_object_get(s->report, "protocol"));
  if (s->binding_count)
    add_check(c, "address", PASS, "ends as those of %s do", protocol);
  else if (s->own.root && !own_scenario_server(&s->own, scenario_name(SCENARIO_GOOD)))
    add_check(c, "address", REMARK, "the servers of %s answer, but none is named \"good\", as the one that accepts the key must be",
              s->own.path);
  else if (s->own.root)
    add_check(c, "address", PASS, "the servers of %s answer in place of %s", s->own.path, url ? url : "it");
  else if (!dialect_map_for(protocol))
    check_untold(c, protocol);
  else if (url)
    add_check(c, "address", FAIL, "%s does not end as %s's do: look at base_url, prefix and chat_path", url, protocol);
  else
    add_check(c, "address", FAIL, "it has none: %s", next ? next : "write base_url");
}

/* ---- the report ---- */

static void add_result(json_t *results, const char *name, const char *behind, const scenario_result *t,
                       char *(*in_words)(const scenario_result *t)) {
  if (!t->ran) return;
  char *words = in_words(t);
  strbuf key = { 0 };
  strbuf_format(&key, "%s%s", name, behind);
  json_object_set_new(results, strbuf_text(&key), json_string(words));
  strbuf_free(&key);
  free(words);
}

/* By scenario, what `in_words` makes of its result. */
static json_t *results_of(const scenario_run *p, char *(*in_words)(const scenario_result *t)) {
  json_t *results = json_object();
  for (scenario_id scenario = 0; scenario < SCENARIO_COUNT; scenario++) {
    add_result(results, scenario_name(scenario), "", &p->free[scenario], in_words);
    add_result(results, scenario_name(scenario), ", billed", &p->billed[scenario], in_words);
  }
  return results;
}

void checks_add(provider_under_test *s, const scenario_run *p) {
  json_t *sends = json_array();
  const char *first = json_string_value(json_array_get(json_object_get(s->report, "credentials"), 0));
  checker c = { .provider = s, .run = p, .checks = json_array(), .keyless = first && strcmp(first, "keyless") == 0 };
  add_sent(sends, &p->free[SCENARIO_GOOD]);
  add_sent(sends, &p->billed[SCENARIO_GOOD]);
  if (!json_array_size(sends)) add_sent(sends, &p->free[SCENARIO_REFUSED]);
  sends = sorted(sends);
  check_address(&c);
  if (json_array_size(sends))
    check_key(&c, sends);
  else
    add_check(&c, "requests", REMARK, "none is made");
  check_listing(&c);
  check_names(&c);
  check_good(&c);
  check_bad(&c);
  check_rest(&c);
  check_more(&c);
  json_object_set_new(s->report, "sends", sends);
  json_object_set_new(s->report, "checks", c.checks);
  json_object_set_new(s->report, "verdicts", results_of(p, scenario_result_summary));
  json_object_set_new(s->report, "reason_codes", results_of(p, scenario_result_reasons));
}

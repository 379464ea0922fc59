/* scenario: a mock server for each scenario, all started at once; then one registry after the other is opened, redirected to one of them
 * and refreshed, at the usual level and, where it matters, with a billed request. */
#include "command/test/scenario.h"

#include "command/shared/memory.h"
#include "command/shared/output.h"
#include "command/shared/plugin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the mock servers ---- */

typedef struct mock_servers {
  mock_library library;
  mock_provider *servers;
  int index[SCENARIO_COUNT]; /* of a scenario among the servers; -1: no mock server can play it */
  int first_more;            /* of those in the author's scenario that have other names */
  size_t pages;              /* of the listing */
} mock_servers;

enum { LIFETIME_S = 120, PAGE_SIZE = 2, OTHERS = 3 };

/* The response about an account with a good key: each member is what some protocol looks for. */
static json_t *account(void) { return json_pack("{s:b, s:b}", "valid", 1, "is_available", 1); }

static json_t *route(int status, const char *body_key, json_t *body) {
  return json_pack("[{s:s, s:i, s:o}]", "path", "*", "status", status, body_key, body);
}

static json_t *limit(void) {
  json_t *body =
      json_pack("{s:{s:s, s:s, s:s}}", "error", "message", "Rate limit reached", "type", "rate_limit_error", "code", "rate_limit_exceeded");
  return route(429, "body", body);
}

static json_t *refusal(void) { return route(401, "body", json_pack("{s:{s:s}}", "error", "message", "that key is not known")); }

/* The same response for every request, whatever the protocol. NULL: it takes a dialect. */
static json_t *plain_routes(scenario_id scenario, bool has_dialect) {
  switch (scenario) {
  case SCENARIO_LIMITED: return limit();
  case SCENARIO_DOWN: return route(503, "text", json_string("upstream connect error"));
  case SCENARIO_PAGE: return route(200, "text", json_string("<!doctype html><title>Sign in</title>"));
  case SCENARIO_REFUSED: return has_dialect ? NULL : refusal();
  case SCENARIO_GOOD:
  case SCENARIO_UNLISTED:
  case SCENARIO_PUBLIC:
  case SCENARIO_UNKNOWN:
  case SCENARIO_BLIND:
  case SCENARIO_COUNT: break;
  }
  return NULL;
}

/* Others first, so that the tested ones are not on the first page. */
static json_t *models(const provider_under_test *s, scenario_id scenario) {
  json_t *list = json_array();
  for (int i = 1; i <= OTHERS; i++) json_array_append_new(list, json_sprintf("somebody-else-%d", i));
  bool known = scenario != SCENARIO_UNKNOWN && scenario != SCENARIO_BLIND;
  for (size_t i = 0; known && i < json_array_size(s->names); i++) {
    json_t *name = json_array_get(s->names, i);
    bool twice = false;
    for (size_t k = 0; k < i; k++) twice = twice || json_equal(name, json_array_get(s->names, k));
    if (!twice) json_array_append(list, name);
  }
  return list;
}

static json_t *mount_of(const provider_under_test *s, scenario_id scenario, size_t at, mock_servers *m) {
  const dialect_map *map = s->bindings[at].map;
  json_t *list = models(s, scenario);
  bool refuses = scenario == SCENARIO_REFUSED || scenario == SCENARIO_PUBLIC;
  if (scenario == SCENARIO_GOOD && at == 0 && map->paged) m->pages = (json_array_size(list) + PAGE_SIZE - 1) / PAGE_SIZE;
  json_t *server =
      json_pack("{s:s, s:o, s:s, s:o, s:i, s:o, s:b}", "name", scenario_name(scenario), "prefix", json_sprintf("/%zu", at), "protocol",
                map->dialect, "models", list, "page_size", PAGE_SIZE, "account", account(), "public_list", scenario == SCENARIO_PUBLIC);
  if (refuses) json_object_set_new(server, "keys", json_array());
  if (scenario == SCENARIO_UNLISTED) json_object_set_new(server, "serves", json_pack("[s, s, s]", "get", "count", "generate"));
  if (scenario == SCENARIO_BLIND) json_object_set_new(server, "serves", json_pack("[s, s]", "list", "generate"));
  return server;
}

static json_t *server_of(const provider_under_test *s, scenario_id scenario, mock_servers *m) {
  const json_t *own = own_scenario_server(&s->own, scenario_name(scenario));
  if (own) return json_deep_copy(own);
  json_t *routes = plain_routes(scenario, s->binding_count > 0), *mounts = json_array();
  json_t *server = json_pack("{s:s, s:s}", "name", scenario_name(scenario), "protocol", "none");
  for (size_t i = 0; !routes && i < s->binding_count; i++) json_array_append_new(mounts, mount_of(s, scenario, i, m));
  bool plays = routes || json_array_size(mounts);
  if (routes) json_object_set_new(server, "routes", routes);
  if (json_array_size(mounts)) json_object_set(server, "mounts", mounts);
  json_decref(mounts);
  if (!plays) json_decref(server);
  return plays ? server : NULL;
}

/* The servers of the author's scenario that play none of roster's; NULL past the end. */
static const json_t *more_at(const provider_under_test *s, size_t wanted) {
  for (size_t i = 0; own_scenario_server_at(&s->own, i); i++) {
    const json_t *server = own_scenario_server_at(&s->own, i);
    const char *name = json_string_value(json_object_get(server, "name"));
    bool plays = false;
    for (scenario_id id = 0; id < SCENARIO_COUNT; id++) plays = plays || strcmp(name ? name : "", scenario_name(id)) == 0;
    if (!plays && wanted-- == 0) return server;
  }
  return NULL;
}

static char *scenarios_of(const provider_under_test *s, mock_servers *m) {
  json_t *servers = json_array();
  for (scenario_id scenario = 0; scenario < SCENARIO_COUNT; scenario++) {
    json_t *server = server_of(s, scenario, m);
    m->index[scenario] = server ? (int)json_array_size(servers) : -1;
    if (server) json_array_append_new(servers, server);
  }
  m->first_more = (int)json_array_size(servers);
  for (size_t i = 0; more_at(s, i); i++) json_array_append_new(servers, json_deep_copy(more_at(s, i)));
  json_t *document = json_pack("{s:i, s:o}", "lifetime", LIFETIME_S, "servers", servers);
  char *text = json_dumps(document, JSON_COMPACT);
  json_decref(document);
  return text;
}

static bool mock_servers_start(mock_servers *m, const provider_under_test *s, roster_error *err) {
  *m = (mock_servers){ .pages = 1 };
  if (plugin_open_mock(&m->library, err) != ROSTER_OK) return false;
  char *json = scenarios_of(s, m);
  *err = (roster_error){ .status = ROSTER_ESYSTEM };
  snprintf(err->message, sizeof err->message, "%s%sthe mock servers cannot be started: ", s->own.root ? s->own.path : "",
           s->own.root ? ": " : "");
  size_t length = strlen(err->message);
  m->servers = m->library.start(json, err->message + length, sizeof err->message - length);
  free(json);
  return m->servers != NULL;
}

static void mock_servers_stop(mock_servers *m) {
  if (m->servers) m->library.stop(m->servers);
}

static const char *mock_servers_url(const mock_servers *m, scenario_id scenario) {
  return m->index[scenario] < 0 ? NULL : m->library.url(m->servers, (size_t)m->index[scenario]);
}

/* ---- results ---- */

static void add_verdict(scenario_result *t, const roster_model *m) {
  t->verdicts[t->verdict_count++] =
      (scenario_verdict){ copied(roster_model_id(m)), copied(roster_model_stage(m)), roster_model_state(m), roster_model_reason_code(m) };
  if (t->verdict_count > 1) return; /* they share one listing */
  t->understood = true;
  for (size_t i = 0; roster_model_request_at(m, i); i++) {
    const roster_request *q = roster_model_request_at(m, i);
    if (strcmp(roster_request_stage(q), "list") != 0) continue;
    t->pages++;
    t->understood = t->understood && strcmp(roster_request_outcome(q), "ready") == 0;
  }
}

static void free_result(scenario_result *t) {
  for (size_t i = 0; i < t->verdict_count; i++) {
    free(t->verdicts[i].id);
    free(t->verdicts[i].stage);
  }
  free(t->verdicts);
  free(t->story);
  json_decref(t->sent);
}

/* Checks every document that a host or a person may see. */
static bool leaks(const harness *h, const roster_snapshot *snapshot) {
  bool leaked = harness_has_secret(h, roster_snapshot_json(snapshot, NULL)) || harness_has_secret(h, strbuf_text(&h->findings));
  size_t size = roster_write_providers_json(snapshot, NULL, 0) + 1;
  char *text = grown(NULL, size);
  roster_write_providers_json(snapshot, text, size);
  leaked = leaked || harness_has_secret(h, text);
  free(text);
  for (size_t i = 0; i < roster_known_count(snapshot); i++) {
    char *story = document_model(snapshot, roster_model_id(roster_known_at(snapshot, i)));
    leaked = leaked || harness_has_secret(h, story);
    free(story);
  }
  return leaked;
}

/* ---- running ---- */

typedef struct runner {
  const provider_under_test *provider;
  mock_servers servers;
  redirect_transport redirect;
  scenario_run *run;
  roster_error *err;
} runner;

static roster *open_registry(runner *t, roster_level level) {
  open_options how = { t->provider->environment, t->provider->amendments, level, &t->redirect.transport, false };
  return harness_open(t->provider->harness, &how, t->err);
}

/* All of its models: what they cost is made up. */
static roster_status refresh(runner *t, roster *r) {
  const roster_snapshot *snapshot = roster_acquire(r);
  size_t count = 0;
  const char **names = grown(NULL, (roster_known_count(snapshot) + 1) * sizeof *names);
  names[count++] = "*"; /* and those that only its listing will have */
  for (size_t i = 0; i < roster_known_count(snapshot); i++)
    if (provider_under_test_has(t->provider, roster_known_at(snapshot, i))) names[count++] = roster_model_id(roster_known_at(snapshot, i));
  roster_status status = roster_refresh_named(r, names, count, t->err);
  free(names);
  roster_release(snapshot);
  return status;
}

/* "GET /v2/catalogue answered 200 (bad_credential)" for each request, then the reason; the findings since then where there is none. New. */
static char *story_of(const runner *t, const roster_model *m, size_t findings_before) {
  strbuf out = { 0 };
  const char *findings = strbuf_text(&t->provider->harness->findings) + findings_before;
  for (size_t i = 0; roster_model_request_at(m, i); i++) {
    const roster_request *q = roster_model_request_at(m, i);
    const char *path = strstr(roster_request_url(q), "://"), *slash = path ? strchr(path + 3, '/') : NULL;
    strbuf_format(&out, "%s%s %s answered %d, taken for %s", out.length ? "; " : "", roster_request_method(q), slash ? slash : "/",
                  roster_request_status(q), roster_request_outcome(q));
  }
  if (*roster_model_reason(m)) strbuf_format(&out, "%s%s", out.length ? ". " : "", roster_model_reason(m));
  for (size_t length; *findings && !*roster_model_reason(m); findings += length + 1) {
    length = strcspn(findings, "\n");
    strbuf_add(&out, out.length ? ". " : "");
    strbuf_bytes(&out, findings, length);
  }
  char *text = harness_redact(t->provider->harness, strbuf_text(&out));
  strbuf_free(&out);
  return text;
}

static bool refresh_at(runner *t, roster *r, const char *url, scenario_result *out) {
  const size_t before = t->provider->harness->findings.length;
  redirect_transport_to(&t->redirect, url);
  if (refresh(t, r) != ROSTER_OK) return false;
  const roster_snapshot *snapshot = roster_acquire(r);
  out->ran = true;
  out->verdicts = grown(NULL, (roster_known_count(snapshot) + 1) * sizeof *out->verdicts);
  for (size_t i = 0; i < roster_known_count(snapshot); i++)
    if (provider_under_test_has(t->provider, roster_known_at(snapshot, i))) {
      if (!out->story) out->story = story_of(t, roster_known_at(snapshot, i), before);
      add_verdict(out, roster_known_at(snapshot, i));
    }
  out->sent = json_copy(t->redirect.sent);
  t->run->leaked = t->run->leaked || t->redirect.leaked || leaks(t->provider->harness, snapshot);
  roster_release(snapshot);
  return true;
}

static bool refresh_in(runner *t, roster *r, scenario_id scenario, scenario_result *out) {
  t->redirect.refusing = scenario == SCENARIO_PUBLIC ? NULL : mock_servers_url(&t->servers, SCENARIO_REFUSED);
  out->server = own_scenario_server(&t->provider->own, scenario_name(scenario));
  return refresh_at(t, r, mock_servers_url(&t->servers, scenario), out);
}

static bool run_scenario(runner *t, scenario_id scenario, roster_level level, scenario_result *out) {
  if (!mock_servers_url(&t->servers, scenario)) return true;
  roster *r = open_registry(t, level);
  bool done = r && refresh_in(t, r, scenario, out);
  roster_close(r);
  return done;
}

static bool all_usable(const runner *t, const roster_snapshot *snapshot) {
  for (size_t i = 0; i < roster_known_count(snapshot); i++) {
    const roster_model *m = roster_known_at(snapshot, i);
    if (provider_under_test_has(t->provider, m) && !roster_model_usable(m)) return false;
  }
  return true;
}

/* The same registry, first while all is well. */
static bool run_limit(runner *t) {
  scenario_result before = { 0 }, after = { 0 };
  if (!mock_servers_url(&t->servers, SCENARIO_GOOD)) return true;
  roster *r = open_registry(t, ROSTER_LEVEL_GENERATE);
  bool done = r && refresh_in(t, r, SCENARIO_GOOD, &before) && refresh_in(t, r, SCENARIO_LIMITED, &after);
  const roster_snapshot *snapshot = done ? roster_acquire(r) : NULL;
  t->run->kept = snapshot && all_usable(t, snapshot);
  roster_release(snapshot);
  roster_close(r);
  free_result(&before);
  free_result(&after);
  return done;
}

/* What the author's further servers answer. */
static bool run_more(runner *t) {
  size_t count = 0;
  while (more_at(t->provider, count)) count++;
  t->run->more = count ? grown(NULL, count * sizeof *t->run->more) : NULL;
  for (size_t i = 0; i < count; i++) {
    const json_t *server = more_at(t->provider, i);
    t->run->more[t->run->more_count++] = (scenario_result){ .server = server };
    roster *r = open_registry(t, own_scenario_billed(server) ? ROSTER_LEVEL_GENERATE : ROSTER_LEVEL_PROVE);
    t->redirect.refusing = mock_servers_url(&t->servers, SCENARIO_REFUSED);
    const char *url = t->servers.library.url(t->servers.servers, (size_t)t->servers.first_more + i);
    bool done = r && refresh_at(t, r, url, &t->run->more[i]);
    roster_close(r);
    if (!done) return false;
  }
  return true;
}

static void add_names(const runner *t, const roster_snapshot *snapshot) {
  t->run->names = json_array();
  for (size_t i = 0; i < roster_known_count(snapshot); i++) {
    const roster_model *m = roster_known_at(snapshot, i);
    bool here = strcmp(roster_provider_id(roster_model_provider(m)), t->provider->id) == 0;
    if (here && roster_model_state(m) != ROSTER_NOT_LISTED) json_array_append_new(t->run->names, json_string(roster_model_api_name(m)));
  }
}

/* The names that the listing of the good server gives, where the author says which ones are right. */
static bool run_names(runner *t) {
  const json_t *good = own_scenario_server(&t->provider->own, scenario_name(SCENARIO_GOOD));
  if (!own_scenario_models(good)) return true;
  scenario_result ignored = { 0 };
  open_options how = { t->provider->environment, t->provider->amendments, ROSTER_LEVEL_LIST, &t->redirect.transport, true };
  roster *r = harness_open(t->provider->harness, &how, t->err);
  bool done = r && refresh_in(t, r, SCENARIO_GOOD, &ignored);
  const roster_snapshot *snapshot = done ? roster_acquire(r) : NULL;
  if (snapshot) add_names(t, snapshot);
  roster_release(snapshot);
  roster_close(r);
  free_result(&ignored);
  return done;
}

static bool run_all(runner *t) {
  for (scenario_id scenario = 0; scenario < SCENARIO_COUNT; scenario++) {
    bool billed = scenario == SCENARIO_GOOD || scenario == SCENARIO_REFUSED || scenario == SCENARIO_UNKNOWN;
    if (!run_scenario(t, scenario, ROSTER_LEVEL_PROVE, &t->run->free[scenario])) return false;
    if (billed && !run_scenario(t, scenario, ROSTER_LEVEL_GENERATE, &t->run->billed[scenario])) return false;
  }
  return run_limit(t) && run_more(t) && run_names(t);
}

bool scenarios_run(const provider_under_test *s, scenario_run *out, roster_error *err) {
  runner t = { .provider = s, .run = out, .err = err };
  *out = (scenario_run){ 0 };
  if (!mock_servers_start(&t.servers, s, err)) return false;
  bool done = redirect_transport_begin(&t.redirect, s->harness, err);
  t.redirect.bindings = s->bindings;
  t.redirect.binding_count = s->binding_count;
  t.redirect.plain = s->plain;
  if (done) done = run_all(&t);
  out->pages = t.servers.pages;
  redirect_transport_end(&t.redirect);
  mock_servers_stop(&t.servers);
  return done;
}

void scenario_run_free(scenario_run *p) {
  for (int i = 0; i < SCENARIO_COUNT; i++) {
    free_result(&p->free[i]);
    free_result(&p->billed[i]);
  }
  for (size_t i = 0; i < p->more_count; i++) free_result(&p->more[i]);
  free(p->more);
  json_decref(p->names);
}

/* ---- in words ---- */

const char *scenario_name(scenario_id id) {
  static const char *const names[] = { "good", "unlisted", "refused", "public", "unknown", "blind", "limited", "down", "page" };
  return names[id];
}

typedef void add_words(strbuf *out, const scenario_verdict *v);

static void add_state(strbuf *out, const scenario_verdict *v) {
  strbuf_add(out, roster_state_name(v->state));
  if (*v->stage) strbuf_format(out, " at %s", v->stage);
}

static void add_reason(strbuf *out, const scenario_verdict *v) { strbuf_add(out, roster_reason_name(v->reason)); }

static bool same_words(const scenario_verdict *a, const scenario_verdict *b, add_words *add) {
  strbuf one = { 0 }, other = { 0 };
  add(&one, a);
  add(&other, b);
  bool same = strcmp(strbuf_text(&one), strbuf_text(&other)) == 0;
  strbuf_free(&one);
  strbuf_free(&other);
  return same;
}

/* The words for a verdict, and the models that have it. */
static void add_group(strbuf *out, const scenario_result *t, size_t first, add_words *add) {
  int count = 0;
  if (out->length) strbuf_add(out, "; ");
  add(out, &t->verdicts[first]);
  strbuf_add(out, ": ");
  for (size_t i = first; i < t->verdict_count; i++)
    if (same_words(&t->verdicts[first], &t->verdicts[i], add)) strbuf_format(out, "%s%s", count++ ? ", " : "", t->verdicts[i].id);
}

static bool is_new(const scenario_result *t, size_t at, add_words *add) {
  for (size_t i = 0; i < at; i++)
    if (same_words(&t->verdicts[i], &t->verdicts[at], add)) return false;
  return true;
}

/* The words once where they are the same for all models, else group by group. New. */
static char *in_words(const scenario_result *t, add_words *add) {
  size_t kinds = 0;
  strbuf out = { 0 };
  for (size_t i = 0; i < t->verdict_count; i++) kinds += is_new(t, i, add);
  for (size_t i = 0; i < t->verdict_count && kinds > 1; i++)
    if (is_new(t, i, add)) add_group(&out, t, i, add);
  if (kinds == 1) add(&out, t->verdicts);
  char *text = copied(strbuf_text(&out));
  strbuf_free(&out);
  return text;
}

char *scenario_result_summary(const scenario_result *t) { return in_words(t, add_state); }
char *scenario_result_reasons(const scenario_result *t) { return in_words(t, add_reason); }

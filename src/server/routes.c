/* routes: which address leads to which response (declared in http_server.h). The table is searched from top to bottom, the most frequent
 * addresses first; a path that ends in "/" takes everything that follows. No GET makes a request to a provider. */
#include "command/shared/output.h"
#include "server/credentials.h"
#include "server/http_server.h"
#include "server/metrics.h"
#include "server/page.h"
#include "server/selection.h"
#include "server/status.h"
#include "server/v1_models.h"
#include "util/finding.h"
#include "util/writer.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ID_ROOM = MOST_ID_BYTES + 1, WORD_ROOM = 16 };

static enum MHD_Result refuse_parameter(const http_request *q, const char *hint) {
  return response_send_problem(q, MHD_HTTP_BAD_REQUEST, "invalid", "a part of the address cannot be read, or stands there twice", hint);
}

/* ---- all models ---- */

static enum MHD_Result send_cached(server_state *s, const http_request *q, cached_document which) {
  cached_responses *c = server_state_current(s);
  enum MHD_Result sent = cached_responses_send(c, which, q);
  cached_responses_release(c);
  return sent;
}

/* `rest` is what follows a path that ends in "/", still encoded. */
typedef enum MHD_Result handler(server_state *s, const http_request *q, const char *rest);

/* A whole number from 1 to MOST_V1_MODELS. */
static bool read_limit(const http_request *q, size_t *limit) {
  char value[WORD_ROOM], *end;
  bool given;
  if (!http_request_parameter(q, "limit", value, sizeof value, &given)) return false;
  if (!given) return true;
  unsigned long wanted = strtoul(value, &end, 10);
  *limit = wanted;
  return *value >= '0' && *value <= '9' && !*end && wanted >= 1 && wanted <= MOST_V1_MODELS;
}

static enum MHD_Result send_v1_page(server_state *s, const http_request *q, const v1_page *page) {
  strbuf body = { 0 };
  cached_responses *c = server_state_current(s);
  bool known = v1_models_write(&body, cached_snapshot(c), page);
  enum MHD_Result sent = known ? response_send_once(q, &body, TYPE_JSON, cached_checked(c))
                               : refuse_parameter(q, "no model has the id that after_id or before_id names");
  cached_responses_release(c);
  return sent;
}

/* The list in one piece for those who ask for no page: clients of OpenAI know none. */
static enum MHD_Result get_v1_models(server_state *s, const http_request *q, const char *rest) {
  char after[ID_ROOM], before[ID_ROOM];
  bool follows, precedes;
  v1_page page = { 0 };
  (void)rest;
  if (!read_limit(q, &page.limit)) return refuse_parameter(q, "limit is a whole number from 1 to 1000");
  if (!http_request_parameter(q, "after_id", after, sizeof after, &follows) ||
      !http_request_parameter(q, "before_id", before, sizeof before, &precedes) || (follows && precedes))
    return refuse_parameter(q, "one of after_id and before_id names the model where the page ends or begins");
  if (!page.limit && !follows && !precedes) return send_cached(s, q, CACHED_V1_MODELS);
  page.after_id = follows ? after : NULL;
  page.before_id = precedes ? before : NULL;
  return send_v1_page(s, q, &page);
}

static enum MHD_Result get_providers(server_state *s, const http_request *q, const char *rest) {
  (void)rest;
  return send_cached(s, q, CACHED_PROVIDERS);
}

static enum MHD_Result get_page(server_state *s, const http_request *q, const char *rest) {
  (void)rest;
  return send_cached(s, q, CACHED_PAGE);
}

static enum MHD_Result get_page_data(server_state *s, const http_request *q, const char *rest) {
  (void)rest;
  return send_cached(s, q, CACHED_PAGE_DATA);
}

/* "?verbose", "?verbose=true"; false for what is neither yes nor no. */
static bool read_switch(const http_request *q, const char *name, bool *on) {
  char value[WORD_ROOM];
  bool given;
  if (!http_request_parameter(q, name, value, sizeof value, &given)) return false;
  bool yes = !*value || strcmp(value, "true") == 0 || strcmp(value, "1") == 0, no = strcmp(value, "false") == 0 || strcmp(value, "0") == 0;
  *on = given && yes;
  return !given || yes || no;
}

static bool is_kind(const char *word) {
  const roster_field *f;
  for (size_t i = 0; (f = roster_field_at(i)); i++)
    for (const char *const *c = strcmp(f->name, "kind") == 0 ? f->choices : NULL; c && *c; c++)
      if (strcmp(*c, word) == 0) return true;
  return strcmp(word, "any") == 0;
}

/* There is one form at most: making it takes Lua, which is closed when an answer is there. */
static enum MHD_Result send_document(server_state *s, const http_request *q, const char *name) {
  const char *own = s->settings.document;
  if (own && strcmp(own, name) == 0) return send_cached(s, q, CACHED_DOCUMENT);
  return refuse_parameter(q, own ? "document is the form that this server was started with (--document)"
                                 : "this server makes no document of a host: start it with --document NAME");
}

static enum MHD_Result get_models(server_state *s, const http_request *q, const char *rest) {
  char provider[ID_ROOM], kind[WORD_ROOM], document[ID_ROOM];
  bool of_one, of_kind, in_form;
  roster_models_choice choice = ROSTER_MODELS_CHOICE_INIT;
  roster_error err;
  (void)rest;
  if (!selection_check_models(q, &err)) return response_send_error(q, MHD_HTTP_BAD_REQUEST, &err);
  if (!http_request_parameter(q, "document", document, sizeof document, &in_form)) return refuse_parameter(q, "document is a name");
  if (in_form) return send_document(s, q, document);
  if (!read_switch(q, "verbose", &choice.stories) || !read_switch(q, "available", &choice.usable_only) ||
      !http_request_parameter(q, "provider", provider, sizeof provider, &of_one) ||
      !http_request_parameter(q, "kind", kind, sizeof kind, &of_kind) || (of_kind && !is_kind(kind)))
    return refuse_parameter(q, "the query knows verbose, available=true, provider=ID and kind=KIND (chat, embedding ..., any)");
  if (!of_one && !of_kind && !(choice.stories && choice.usable_only))
    return send_cached(s, q, choice.stories ? CACHED_STORIES : choice.usable_only ? CACHED_USABLE : CACHED_MODELS);
  strbuf body = { 0 };
  cached_responses *c = server_state_current(s);
  if (of_one) choice.provider_id = provider;
  if (of_kind) choice.kind = kind;
  const bool known = !of_one || selection_check_provider(cached_snapshot(c), provider, &err);
  if (known) models_write(&body, cached_snapshot(c), &choice);
  enum MHD_Result sent =
      known ? response_send_once(q, &body, TYPE_JSON, cached_checked(c)) : response_send_error(q, MHD_HTTP_BAD_REQUEST, &err);
  cached_responses_release(c);
  return sent;
}

/* ---- one model ---- */

typedef void one_writer(strbuf *out, const roster_snapshot *s, const roster_model *m, const char *id);

static void write_entry(strbuf *out, const roster_snapshot *s, const roster_model *m, const char *id) {
  (void)id;
  model_write(out, roster_write_model_json, s, roster_model_id(m));
}

static void write_story(strbuf *out, const roster_snapshot *s, const roster_model *m, const char *id) {
  (void)id;
  model_write(out, roster_write_explain_json, s, roster_model_id(m));
}

static void write_resolution(strbuf *out, const roster_snapshot *s, const roster_model *m, const char *id) {
  (void)m;
  model_write(out, roster_write_resolve_json, s, id);
}

static void write_v1(strbuf *out, const roster_snapshot *s, const roster_model *m, const char *id) {
  (void)s, (void)id;
  v1_model_write(out, m);
}

static enum MHD_Result send_model(server_state *s, const http_request *q, const char *id, bool usable, one_writer *print) {
  cached_responses *c = server_state_current(s);
  const roster_model *m = NULL;
  roster_error err;
  const roster_snapshot *now = cached_snapshot(c);
  roster_status status = usable ? roster_require(&m, now, id, &err) : roster_resolve(&m, now, id, NULL, &err);
  /* To a client of a provider, a model that cannot be used does not exist. */
  unsigned code = usable && status == ROSTER_ENOTREADY ? MHD_HTTP_NOT_FOUND : response_status_for(status);
  enum MHD_Result sent;
  if (status == ROSTER_OK && usable && !v1_has(m)) {
    sent = response_send_problem(q, MHD_HTTP_NOT_FOUND, "unknown", "this model does not chat", "/api/models?kind=any has it");
  } else if (status == ROSTER_OK) {
    strbuf body = { 0 };
    print(&body, now, m, id);
    sent = response_send_once(q, &body, TYPE_JSON, cached_checked(c));
  } else {
    sent = response_send_error(q, code, &err);
  }
  cached_responses_release(c);
  return sent;
}

static bool read_id(const char *rest, char id[ID_ROOM]) { return percent_decode(rest, false, id, ID_ROOM) && *id; }

static enum MHD_Result refuse_id(const http_request *q) { return refuse_parameter(q, "an id has 1 to 200 bytes of UTF-8"); }

static enum MHD_Result about(server_state *s, const http_request *q, const char *rest, bool usable, one_writer *print) {
  char id[ID_ROOM];
  return read_id(rest, id) ? send_model(s, q, id, usable, print) : refuse_id(q);
}

static enum MHD_Result get_model(server_state *s, const http_request *q, const char *rest) { return about(s, q, rest, false, write_entry); }
static enum MHD_Result get_explain(server_state *s, const http_request *q, const char *rest) {
  return about(s, q, rest, false, write_story);
}

/* With a slash behind, too: some clients join addresses so. */
static enum MHD_Result get_v1_model(server_state *s, const http_request *q, const char *rest) {
  char id[ID_ROOM];
  if (!*rest) return get_v1_models(s, q, rest);
  if (!read_id(rest, id)) return refuse_id(q);
  size_t length = strlen(rest);
  if (rest[length - 1] == '/') id[strlen(id) - 1] = '\0';
  return *id ? send_model(s, q, id, true, write_v1) : refuse_id(q);
}

static enum MHD_Result get_resolve(server_state *s, const http_request *q, const char *rest) {
  char id[ID_ROOM];
  bool given;
  (void)rest;
  if (!http_request_parameter(q, "id", id, sizeof id, &given) || !*id) return refuse_parameter(q, "name the id: /api/resolve?id=ID");
  return send_model(s, q, id, false, write_resolution);
}

/* While the definitions on disk cannot be loaded, what a host would send by them is not known: the error instead. */
static roster_status check_definitions(const roster_snapshot *s, roster_error *err) {
  const char *file = "", *message;
  int line = 0;
  if (!(message = roster_definitions_error(s, &file, &line))) return ROSTER_OK;
  fail(err, ROSTER_EDEFINITIONS, "run `roster lint` to see every finding", "%s", message);
  snprintf(err->file, sizeof err->file, "%s", file ? file : "");
  err->line = line;
  return ROSTER_EDEFINITIONS;
}

/* The request was made when the definitions were read, so this costs no load. */
static enum MHD_Result get_request(server_state *s, const http_request *q, const char *rest) {
  char id[ID_ROOM];
  if (!read_id(rest, id)) return refuse_id(q);
  cached_responses *c = server_state_current(s);
  const roster_snapshot *now = cached_snapshot(c);
  const roster_model *m = NULL;
  const char *command;
  roster_error err;
  strbuf body = { 0 };
  roster_status status = roster_resolve(&m, now, id, NULL, &err);
  if (status == ROSTER_OK) status = check_definitions(now, &err);
  if (status == ROSTER_OK) status = roster_snapshot_curl_command(&command, now, roster_model_id(m), &err);
  if (status == ROSTER_OK) model_write(&body, roster_write_request_json, now, roster_model_id(m));
  cached_responses_release(c);
  return status == ROSTER_OK ? response_send_status(q, MHD_HTTP_OK, &body, TYPE_JSON, NULL)
                             : response_send_error(q, response_status_for(status), &err);
}

/* ---- the server itself ---- */

static enum MHD_Result get_history(server_state *s, const http_request *q, const char *rest) {
  strbuf body = { 0 };
  (void)rest;
  pthread_mutex_lock(&s->lock);
  history_write(s->history, &body);
  pthread_mutex_unlock(&s->lock);
  return response_send_once(q, &body, TYPE_JSON, 0);
}

static enum MHD_Result get_changes(server_state *s, const http_request *q, const char *rest) {
  strbuf body = { 0 };
  (void)rest;
  pthread_mutex_lock(&s->lock);
  timeline_write(history_changes(s->history), &body);
  pthread_mutex_unlock(&s->lock);
  return response_send_once(q, &body, TYPE_JSON, 0);
}

static enum MHD_Result get_events(server_state *s, const http_request *q, const char *rest) {
  static const char *const headers[] = { MHD_HTTP_HEADER_CONTENT_TYPE, "text/event-stream", NULL };
  char generation[32];
  bool given;
  (void)rest;
  enum MHD_Result sent;
  const bool trusted = access_claims(q);
  if (trusted && !access_trusts(s, q, &sent)) return sent;
  if (!http_request_parameter(q, "generation", generation, sizeof generation, &given))
    return refuse_parameter(q, "generation is the number of an answer");
  if (http_request_is(q, "HEAD")) return response_send_status(q, MHD_HTTP_OK, &(strbuf){ 0 }, NULL, headers);
  return events_join(s->events, q, q->last_event_id ? q->last_event_id : given ? generation : NULL, trusted);
}

static enum MHD_Result get_health(server_state *s, const http_request *q, const char *rest) {
  writer w = { 0 };
  (void)s, (void)rest;
  write_open(&w, NULL, '{');
  write_text(&w, "status", "ok");
  write_close(&w, '}');
  return response_send_status(q, MHD_HTTP_OK, &w.text, TYPE_JSON, NULL);
}

static enum MHD_Result get_ready(server_state *s, const http_request *q, const char *rest) {
  writer w = { 0 };
  cached_responses *c = server_state_current(s);
  const roster_snapshot *now = cached_snapshot(c);
  bool ready = cached_checked(c) != 0;
  (void)rest;
  write_open(&w, NULL, '{');
  write_flag(&w, "ready", ready);
  write_integer(&w, "generation", (int64_t)roster_generation(now));
  write_integer(&w, "models", (int64_t)roster_count(now));
  write_number_or_null(&w, "age_seconds", ready, (double)(time(NULL) - cached_checked(c)));
  write_close(&w, '}');
  cached_responses_release(c);
  return response_send_status(q, ready ? MHD_HTTP_OK : MHD_HTTP_SERVICE_UNAVAILABLE, &w.text, TYPE_JSON, NULL);
}

static enum MHD_Result get_metrics(server_state *s, const http_request *q, const char *rest) {
  strbuf body = { 0 };
  (void)rest;
  metrics_write(&body, s);
  return response_send_status(q, MHD_HTTP_OK, &body, "text/plain; version=0.0.4; charset=utf-8", NULL);
}

/* ---- the table ---- */

typedef struct route {
  const char *path;
  handler *get;
  const char *file;                        /* instead of get */
  size_t (*write)(char *out, size_t size); /* instead of file: a document that stays the same */
  bool refreshes;                          /* instead of both: taken by POST alone */
  handler *act;                            /* besides get: what POST does at those of its addresses that by_post names */
  bool (*by_post)(const char *rest);
} route;

static const route ROUTES[] = {
  { .path = "/api/models", .get = get_models },
  { .path = "/v1/models", .get = get_v1_models },
  { .path = "/", .get = get_page },
  { .path = "/page.json", .get = get_page_data },
  { .path = "/page.js", .file = "page.js" },
  { .path = "/api/openapi.json", .file = "openapi.json" },
  { .path = "/schema/overlay.json", .write = roster_write_json_schema },
  { .path = "/api/models/", .get = get_model },
  { .path = "/api/explain/", .get = get_explain },
  { .path = "/v1/models/", .get = get_v1_model },
  { .path = "/api/providers", .get = get_providers },
  { .path = "/api/resolve", .get = get_resolve },
  { .path = "/api/pick", .get = selection_get_pick },
  { .path = "/api/retirements", .get = selection_get_retirements },
  { .path = "/api/retirements.ics", .get = selection_get_calendar },
  { .path = "/api/history", .get = get_history },
  { .path = "/api/changes", .get = get_changes },
  { .path = "/api/status", .get = status_get },
  { .path = "/api/events", .get = get_events },
  { .path = "/api/request/", .get = get_request },
  { .path = "/api/refresh", .refreshes = true },
  { .path = "/api/credential", .get = credentials_get },
  { .path = "/api/credential/", .get = credentials_get, .act = credentials_act, .by_post = credentials_is_action },
  { .path = "/healthz", .get = get_health },
  { .path = "/readyz", .get = get_ready },
  { .path = "/metrics", .get = get_metrics },
};

enum { ROUTE_COUNT = sizeof ROUTES / sizeof *ROUTES };

/* Made when they are first requested: a server starts in less time without, and most of them are for the page alone. */
static _Atomic(response *) files[ROUTE_COUNT];
static pthread_mutex_t making = PTHREAD_MUTEX_INITIALIZER;

static response *written(size_t (*write)(char *out, size_t size)) {
  strbuf body = { 0 };
  const size_t size = write(NULL, 0);
  if (!size || !strbuf_reserve(&body, size)) return NULL;
  body.length = write(body.at, size + 1);
  return response_new(&body, TYPE_JSON, 0);
}

static response *make_file(const route *r) {
  size_t size;
  const char *type, *text = r->file ? page_file(r->file, &size, &type) : NULL;
  return text ? response_new_static(text, size, type) : written(r->write);
}

/* NULL when the system refused memory; the next request tries again. */
static response *file_of(const route *r) {
  _Atomic(response *) *file = &files[r - ROUTES];
  if (atomic_load(file)) return atomic_load(file);
  pthread_mutex_lock(&making);
  if (!atomic_load(file)) atomic_store(file, make_file(r));
  pthread_mutex_unlock(&making);
  return atomic_load(file);
}

bool routes_open(void) { return response_open(); }

void routes_close(void) {
  response_close();
  for (int i = 0; i < ROUTE_COUNT; i++) {
    response_free(files[i]);
    files[i] = NULL;
  }
}

static const route *find(const char *path, const char **rest) {
  for (const route *r = ROUTES; r < ROUTES + ROUTE_COUNT; r++) {
    size_t length = strlen(r->path);
    bool open = length > 1 && r->path[length - 1] == '/';
    if (strncmp(path, r->path, length) != 0 || (!open && path[length])) continue;
    *rest = path + length;
    return r;
  }
  return NULL;
}

static bool takes_post(const route *r, const char *rest) { return r->refreshes || (r->by_post && r->by_post(rest)); }

static const char *methods_of(const route *r, const char *rest) { return takes_post(r, rest) ? "POST, OPTIONS" : "GET, HEAD, OPTIONS"; }

/* Also for browsers, before they let a page of another origin refresh. */
static enum MHD_Result send_options(const server_state *s, const http_request *q, const char *methods) {
  const char *headers[] = {
    "Allow", methods, "Access-Control-Allow-Methods", methods, "Access-Control-Allow-Headers", "Authorization, Last-Event-ID", NULL
  };
  if (!s->settings.origin) headers[2] = NULL;
  return response_send_status(q, MHD_HTTP_NO_CONTENT, &(strbuf){ 0 }, NULL, headers);
}

static enum MHD_Result refuse_method(const http_request *q, const char *methods) {
  const char *headers[] = { "Allow", methods, "Connection", "close", NULL };
  if (!http_request_has_body(q)) headers[2] = NULL;
  return response_send_problem_with(q, MHD_HTTP_METHOD_NOT_ALLOWED, "method_not_allowed", "this address does not take that method",
                                    "the header Allow names those it takes", headers);
}

/* It is done when the body is there, which is dropped. */
static enum MHD_Result begin_change(const server_state *s, const http_request *q, const route *r, const char *rest,
                                    pending_response **out) {
  enum MHD_Result sent = MHD_YES;
  if (!access_trusts(s, q, &sent)) return sent;
  pending_response *p = pending_response_new(q->handle);
  if (!p) return response_send_exhausted(q);
  p->act = r->act;
  p->rest = rest;
  *out = p;
  return sent;
}

enum MHD_Result routes_respond(server_state *s, const http_request *q, pending_response **out) {
  const char *rest = "";
  const route *r = find(q->path, &rest);
  if (!r)
    return response_send_problem(q, MHD_HTTP_NOT_FOUND, "no_such_address", "nothing is served here", "/api/openapi.json lists what is");
  bool reads = http_request_is(q, "GET") || http_request_is(q, "HEAD");
  const bool posts = takes_post(r, rest);
  if (http_request_is(q, "OPTIONS")) return send_options(s, q, methods_of(r, rest));
  if (posts ? !http_request_is(q, "POST") : !reads) return refuse_method(q, methods_of(r, rest));
  if (posts) return begin_change(s, q, r, rest, out);
  if (http_request_has_body(q))
    return response_send_problem(q, MHD_HTTP_BAD_REQUEST, "malformed", "a request that only reads has no body", "send none");
  return r->file || r->write ? response_send(file_of(r), q) : r->get(s, q, rest);
}

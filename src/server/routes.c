/* routes: see routes.h. */
#include "server/routes.h"

#include "server/answers.h"
#include "server/gate.h"
#include "server/page.h"

#include <stdlib.h>
#include <string.h>

/* Answers, or sets *out to what has to be waited for. */
typedef enum MHD_Result beginner(site *s, const asked *a, const char *rest, errand **out);

typedef struct route {
  const char *path; /* ends in "/": whatever follows belongs to it */
  answerer *get;
  beginner *begin;
  bool posted;
  const char *file;
} route;

static enum MHD_Result begin_refresh(site *s, const asked *a, const char *rest, errand **out) {
  enum MHD_Result refused;
  (void)rest;
  if (!gate_trusts(s, a, &refused)) return refused;
  *out = errand_new(a->wire);
  return MHD_YES;
}

static const route ROUTES[] = {
  { .path = "/api/models", .get = answer_models },
  { .path = "/v1/models", .get = answer_v1_list },
  { .path = "/", .get = answer_page },
  { .path = "/page.css", .file = "page.css" },
  { .path = "/page.js", .file = "page.js" },
  { .path = "/api/openapi.json", .file = "openapi.json" },
  { .path = "/api/models/", .get = answer_model },
  { .path = "/api/explain/", .get = answer_explain },
  { .path = "/v1/models/", .get = answer_v1_model },
  { .path = "/api/providers", .get = answer_providers },
  { .path = "/api/resolve", .get = answer_resolve },
  { .path = "/api/history", .get = answer_history },
  { .path = "/api/events", .get = answer_events },
  { .path = "/api/request/", .begin = answer_request },
  { .path = "/api/refresh", .begin = begin_refresh, .posted = true },
  { .path = "/healthz", .get = answer_health },
  { .path = "/readyz", .get = answer_ready },
  { .path = "/metrics", .get = answer_metrics },
};

enum { ROUTE_COUNT = sizeof ROUTES / sizeof *ROUTES };

static reply *files[ROUTE_COUNT];

bool routes_open(void) {
  for (int i = 0; i < ROUTE_COUNT; i++) {
    size_t size;
    const char *type, *text = ROUTES[i].file ? page_file(ROUTES[i].file, &size, &type) : NULL;
    if (text && !(files[i] = reply_new_static(text, size, type))) return false;
  }
  return true;
}

void routes_close(void) {
  for (int i = 0; i < ROUTE_COUNT; i++) {
    reply_free(files[i]);
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

static const char *methods_of(const route *r) { return r->posted ? "POST, OPTIONS" : "GET, HEAD, OPTIONS"; }

/* Also what a browser asks before it lets a page of another origin refresh. */
static enum MHD_Result answer_options(const site *s, const asked *a, const route *r) {
  const char *headers[] = {
    "Allow", methods_of(r), "Access-Control-Allow-Methods", methods_of(r), "Access-Control-Allow-Headers", "Authorization, Last-Event-ID",
    NULL
  };
  if (!s->settings.origin) headers[2] = NULL;
  return reply_send_status(a, MHD_HTTP_NO_CONTENT, &(strbuf){ 0 }, NULL, headers);
}

static enum MHD_Result refuse_method(const asked *a, const route *r) {
  const char *headers[] = { "Allow", methods_of(r), "Connection", "close", NULL };
  static const char message[] = "{\"error\":{\"code\":\"method_not_allowed\",\"message\":\"this address does not take that method\","
                                "\"hint\":\"the header Allow names those it takes\"}}";
  strbuf text = { 0 };
  strbuf_add(&text, message);
  if (!asked_has_body(a)) headers[2] = NULL;
  return reply_send_status(a, MHD_HTTP_METHOD_NOT_ALLOWED, &text, TYPE_JSON, headers);
}

enum MHD_Result routes_answer(site *s, const asked *a, errand **out) {
  const char *rest = "";
  const route *r = find(a->path, &rest);
  if (!r) return reply_send_problem(a, MHD_HTTP_NOT_FOUND, "no_such_address", "nothing is served here", "/api/openapi.json lists what is");
  bool reads = asked_is(a, "GET") || asked_is(a, "HEAD");
  if (asked_is(a, "OPTIONS")) return answer_options(s, a, r);
  if (r->posted ? !asked_is(a, "POST") : !reads) return refuse_method(a, r);
  if (r->posted) return r->begin(s, a, rest, out);
  if (asked_has_body(a))
    return reply_send_problem(a, MHD_HTTP_BAD_REQUEST, "malformed", "a request that only reads has no body", "send none");
  if (r->begin) return r->begin(s, a, rest, out);
  return r->file ? reply_send(files[r - ROUTES], a) : r->get(s, a, rest);
}

/* response: see response.h. Each route of a server has a counter, under one lock; the first route that fits and is not used up responds. */
#include "mock/response.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

void response_clear(response *out) {
  free(out->owned);
  out->owned = NULL;
  out->body = NULL;
  out->size = 0;
  out->streamed = false;
}

void response_text(response *out, unsigned status, const char *text) {
  response_clear(out);
  out->status = status;
  out->type = "text/plain; charset=utf-8";
  out->body = text;
  out->size = strlen(text);
}

void response_not_found(response *out) { response_text(out, 404, "404 page not found\n"); }

void response_json(response *out, unsigned status, const char *type, json_t *document) {
  char *text = document ? json_dumps(document, JSON_COMPACT) : NULL;
  json_decref(document);
  if (!text) {
    response_text(out, 500, "the mock server is out of memory\n");
    return;
  }
  response_clear(out);
  out->status = status;
  out->type = type;
  out->body = out->owned = text;
  out->size = strlen(text);
}

/* ---- a generated answer as server-sent events: each dialect names and fills its own ---- */

void event_add(strbuf *events, const char *name, json_t *document) {
  char *text = document ? json_dumps(document, JSON_COMPACT) : NULL;
  json_decref(document);
  if (!text) events->failed = true;
  if (name) strbuf_format(events, "event: %s\n", name);
  if (text) strbuf_format(events, "data: %s\n\n", text);
  free(text);
}

void response_events(response *out, strbuf *events) {
  if (events->failed) {
    strbuf_free(events);
    response_text(out, 500, "the mock server is out of memory\n");
    return;
  }
  response_clear(out);
  out->status = 200;
  out->type = "text/event-stream";
  out->body = out->owned = events->at;
  out->size = events->length;
  out->streamed = true;
  *events = (strbuf){ 0 };
}

/* ---- routes ---- */

struct routes {
  const scenario_server *server;
  pthread_mutex_t one_counter;
  long seen[];
};

routes *routes_new(const scenario_server *server) {
  routes *r = calloc(1, sizeof *r + server->route_count * sizeof *r->seen);
  if (!r) return NULL;
  r->server = server;
  if (pthread_mutex_init(&r->one_counter, NULL) == 0) return r;
  free(r);
  return NULL;
}

void routes_free(routes *r) {
  if (!r) return;
  pthread_mutex_destroy(&r->one_counter);
  free(r);
}

static bool path_fits(const scenario_route *route, const char *path) {
  if (strncmp(route->path, path, route->path_size) != 0) return false;
  return route->prefix || path[route->path_size] == '\0';
}

static bool same(const char *a, const char *b) { return a && b ? strcmp(a, b) == 0 : a == b; }

static bool carries(const scenario_route *route, const request *req) {
  for (size_t i = 0; i < route->when_count; i++) {
    const char *value = request_header(req, route->when[i].name);
    if (!value || strcmp(value, route->when[i].value) != 0) return false;
  }
  for (size_t i = 0; i < route->query_count; i++)
    if (!same(request_parameter(req, route->query[i].name), route->query[i].value)) return false;
  return !route->holds || (req->body && memmem(req->body, req->body_size, route->holds, strlen(route->holds)));
}

static bool fits(const scenario_route *route, const request *req) {
  if (route->method && strcmp(route->method, request_method(req)) != 0) return false;
  if (!carries(route, req)) return false;
  return path_fits(route, json_string_value(req->path)) || path_fits(route, req->plain_path);
}

static bool applies(const scenario_route *route, long seen) {
  if (seen <= route->after) return false;
  return route->times < 0 || seen - route->after <= route->times;
}

const scenario_route *routes_match(routes *r, const request *req) {
  const scenario_route *found = NULL;
  pthread_mutex_lock(&r->one_counter);
  for (size_t i = 0; i < r->server->route_count && !found; i++) {
    const scenario_route *route = &r->server->routes[i];
    if (fits(route, req) && applies(route, ++r->seen[i])) found = route;
  }
  pthread_mutex_unlock(&r->one_counter);
  return found;
}

void route_respond(const scenario_route *route, response *out) {
  out->status = (unsigned)route->status;
  out->type = route->body_type;
  out->body = route->body;
  out->size = route->body_size;
}

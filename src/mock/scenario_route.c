/* scenario_route: see scenario_route.h. */
#include "mock/scenario_route.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef struct written_route {
  scenario_route route;
  json_t *headers, *when, *query, *body, *text;
} written_route;

static const field route_shape[] = {
  { "method", FIELD_TEXT, offsetof(written_route, route.method), 0, 0 },
  { "path", FIELD_TEXT, offsetof(written_route, route.path), 0, 0 },
  { "when", FIELD_TABLE, offsetof(written_route, when), 0, 0 },
  { "query", FIELD_TABLE, offsetof(written_route, query), 0, 0 },
  { "holds", FIELD_TEXT, offsetof(written_route, route.holds), 0, 0 },
  { "after", FIELD_WHOLE, offsetof(written_route, route.after), 0, MOST_REQUESTS },
  { "times", FIELD_WHOLE, offsetof(written_route, route.times), 0, MOST_REQUESTS },
  { "status", FIELD_WHOLE, offsetof(written_route, route.status), 200, 599 },
  { "headers", FIELD_TABLE, offsetof(written_route, headers), 0, 0 },
  { "body", FIELD_ANY, offsetof(written_route, body), 0, 0 },
  { "text", FIELD_BYTES, offsetof(written_route, text), 0, 0 },
  { "delay_ms", FIELD_WHOLE, offsetof(written_route, route.delay_ms), 0, LONGEST_WAIT_MS },
  { "hang", FIELD_FLAG, offsetof(written_route, route.hang), 0, 0 },
  { "close", FIELD_FLAG, offsetof(written_route, route.close), 0, 0 },
  FIELD_END,
};

static bool refuse_header(const error_path *at, const char *name, const char *value) {
  static const char mark[] = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  if (!*name || name[strspn(name, mark)]) return !error_path_refuse(at, "is not a header name; a raw server can send it");
  if (value[strcspn(value, "\r\n\t")]) return !error_path_refuse(at, "must not contain a tab or a line break; a raw server can send it");
  if (strcasecmp(name, "content-length") == 0 || strcasecmp(name, "transfer-encoding") == 0)
    return !error_path_refuse(at, "is written by the server itself; a raw server can send another");
  return false;
}

static bool read_headers(const error_path *at, json_t *table, scenario_route *out) {
  const char *name;
  json_t *value;
  if (!json_object_size(table)) return true;
  out->headers = calloc(json_object_size(table), sizeof *out->headers);
  if (!out->headers) return error_path_out_of_memory(at);
  json_object_foreach(table, name, value) {
    error_path here = error_path_key(at, name);
    scenario_header *h = &out->headers[out->header_count++];
    h->name = name;
    if (!fields_text(&here, value, &h->value) || refuse_header(&here, name, h->value)) return false;
    if (strcasecmp(name, "content-type") == 0) out->body_type = NULL;
  }
  return true;
}

static bool read_conditions(const error_path *at, json_t *table, scenario_route *out) {
  const char *name;
  json_t *value;
  if (!json_object_size(table)) return true;
  out->when = calloc(json_object_size(table), sizeof *out->when);
  if (!out->when) return error_path_out_of_memory(at);
  json_object_foreach(table, name, value) {
    error_path here = error_path_key(at, name);
    scenario_header *h = &out->when[out->when_count++];
    h->name = name;
    if (name[strcspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")]) return error_path_refuse(&here, "is written in lower case");
    if (!fields_text(&here, value, &h->value)) return false;
  }
  return true;
}

/* A page of a listing is chosen by its cursor, and the first by having none. */
static bool read_query(const error_path *at, json_t *table, scenario_route *out) {
  const char *name;
  json_t *value;
  if (!json_object_size(table)) return true;
  out->query = calloc(json_object_size(table), sizeof *out->query);
  if (!out->query) return error_path_out_of_memory(at);
  json_object_foreach(table, name, value) {
    error_path here = error_path_key(at, name);
    scenario_header *h = &out->query[out->query_count++];
    h->name = name;
    if (json_is_null(value)) continue;
    if (!json_is_string(value)) return error_path_refuse(&here, "must be a string, or null where the parameter must be absent");
    if (!fields_text(&here, value, &h->value)) return false;
  }
  return true;
}

static bool read_body(const error_path *at, const written_route *read, scenario_route *out) {
  if (read->body && read->text) return error_path_refuse(at, "has a body and a text; it can send only one");
  if (read->text) {
    out->body = json_string_value(read->text);
    out->body_size = json_string_length(read->text);
    out->body_type = "text/plain; charset=utf-8";
  }
  if (!read->body) return true;
  out->body = out->written_body = json_dumps(read->body, JSON_COMPACT | JSON_ENCODE_ANY);
  if (!out->body) return error_path_out_of_memory(at);
  out->body_size = strlen(out->body);
  out->body_type = "application/json";
  return true;
}

static bool read_path(const error_path *at, scenario_route *route) {
  const char *path = route->path;
  if (!path) return error_path_refuse(at, "needs a path");
  error_path here = error_path_key(at, "path");
  if (path[0] != '/' && strcmp(path, "*") != 0) return error_path_refuse(&here, "must begin with a slash, or be \"*\"");
  if (strchr(path, '?'))
    return error_path_refuse(
        &here, "must not contain a query: the route's query is an object of its own, for example \"query\": {\"cursor\": \"2\"}");
  route->path_size = strlen(path);
  route->prefix = path[route->path_size - 1] == '*';
  if (route->prefix) route->path_size--;
  return true;
}

bool scenario_route_read(const error_path *at, json_t *value, void *into) {
  scenario_route *out = into;
  written_route read = { .route = { .times = -1, .status = 200, .delay_ms = -1 } };
  if (!fields_read(at, value, route_shape, &read) || !read_path(at, &read.route)) return false;
  if (read.route.hang && read.route.close) return error_path_refuse(at, "hangs and closes; it can do only one");
  *out = read.route;
  error_path here = error_path_key(at, "headers"), when = error_path_key(at, "when"), query = error_path_key(at, "query");
  return read_body(at, &read, out) && read_headers(&here, read.headers, out) && read_conditions(&when, read.when, out) &&
         read_query(&query, read.query, out);
}

void scenario_route_free(scenario_route *route) {
  free(route->headers);
  free(route->when);
  free(route->query);
  free(route->written_body);
}

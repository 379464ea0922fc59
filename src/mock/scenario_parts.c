/* scenario_parts: models, routes and scripts. */
#include "mock/scenario_parts.h"

#include "mock/fields.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LONGEST_WAIT_MS = 600 * 1000, MOST_REQUESTS = 1000000000 };

bool scenario_read_words(const place *at, const json_t *list, scenario_words *out) {
  size_t count = json_array_size(list);
  if (!count) return true;
  out->at = calloc(count, sizeof *out->at);
  if (!out->at) return place_out_of_memory(at);
  out->count = count;
  for (size_t i = 0; i < count; i++) {
    place here = place_index(at, i);
    if (!fields_text(&here, json_array_get(list, i), &out->at[i])) return false;
  }
  return true;
}

/* models */

typedef struct written_model {
  scenario_model model;
  json_t *aliases;
} written_model;

static const field model_shape[] = {
  { "id", FIELD_TEXT, offsetof(written_model, model.id), 0, 0 },
  { "display_name", FIELD_TEXT, offsetof(written_model, model.display_name), 0, 0 },
  { "context_window", FIELD_WHOLE, offsetof(written_model, model.context_window), 1, 1000000000 },
  { "listed", FIELD_FLAG, offsetof(written_model, model.listed), 0, 0 },
  { "usable", FIELD_FLAG, offsetof(written_model, model.usable), 0, 0 },
  { "chat", FIELD_FLAG, offsetof(written_model, model.chat), 0, 0 },
  { "no_access", FIELD_FLAG, offsetof(written_model, model.no_access), 0, 0 },
  { "aliases", FIELD_LIST, offsetof(written_model, aliases), 0, 0 },
  FIELD_END,
};

static bool read_model(const place *at, json_t *value, scenario_model *out) {
  written_model read = { .model = { .listed = true, .usable = true, .chat = true } };
  *out = read.model;
  if (json_is_string(value)) return fields_text(at, value, &out->id);
  if (!json_is_object(value)) return place_refuse(at, "must be an id or an object with an id");
  if (!fields_read(at, value, model_shape, &read)) return false;
  if (!read.model.id) return place_refuse(at, "needs an id");
  *out = read.model;
  place here = place_key(at, "aliases");
  return scenario_read_words(&here, read.aliases, &out->aliases);
}

bool scenario_read_models(const place *at, const json_t *list, scenario_server *server) {
  size_t count = json_array_size(list);
  if (!count) return true;
  server->models = calloc(count, sizeof *server->models);
  if (!server->models) return place_out_of_memory(at);
  server->model_count = count;
  for (size_t i = 0; i < count; i++) {
    place here = place_index(at, i);
    if (!read_model(&here, json_array_get(list, i), &server->models[i])) return false;
  }
  return true;
}

/* routes */

typedef struct written_route {
  scenario_route route;
  json_t *headers, *when, *body, *text;
} written_route;

static const field route_shape[] = {
  { "method", FIELD_TEXT, offsetof(written_route, route.method), 0, 0 },
  { "path", FIELD_TEXT, offsetof(written_route, route.path), 0, 0 },
  { "when", FIELD_TABLE, offsetof(written_route, when), 0, 0 },
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

static bool refuse_header(const place *at, const char *name, const char *value) {
  static const char mark[] = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  if (!*name || name[strspn(name, mark)]) return !place_refuse(at, "is no header name; a raw server can send it");
  if (value[strcspn(value, "\r\n\t")]) return !place_refuse(at, "must not hold a tab or a line break; a raw server can send it");
  if (strcasecmp(name, "content-length") == 0 || strcasecmp(name, "transfer-encoding") == 0)
    return !place_refuse(at, "is written by the server itself; a raw server can send another");
  return false;
}

static bool read_headers(const place *at, json_t *table, scenario_route *out) {
  const char *name;
  json_t *value;
  if (!json_object_size(table)) return true;
  out->headers = calloc(json_object_size(table), sizeof *out->headers);
  if (!out->headers) return place_out_of_memory(at);
  json_object_foreach(table, name, value) {
    place here = place_key(at, name);
    scenario_header *h = &out->headers[out->header_count++];
    h->name = name;
    if (!fields_text(&here, value, &h->value) || refuse_header(&here, name, h->value)) return false;
    if (strcasecmp(name, "content-type") == 0) out->body_type = NULL;
  }
  return true;
}

static bool read_conditions(const place *at, json_t *table, scenario_route *out) {
  const char *name;
  json_t *value;
  if (!json_object_size(table)) return true;
  out->when = calloc(json_object_size(table), sizeof *out->when);
  if (!out->when) return place_out_of_memory(at);
  json_object_foreach(table, name, value) {
    place here = place_key(at, name);
    scenario_header *h = &out->when[out->when_count++];
    h->name = name;
    if (name[strcspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")]) return place_refuse(&here, "is written in lower case");
    if (!fields_text(&here, value, &h->value)) return false;
  }
  return true;
}

static bool read_body(const place *at, const written_route *read, scenario_route *out) {
  if (read->body && read->text) return place_refuse(at, "has a body and a text; it can send only one");
  if (read->text) {
    out->body = json_string_value(read->text);
    out->body_size = json_string_length(read->text);
    out->body_type = "text/plain; charset=utf-8";
  }
  if (!read->body) return true;
  out->body = out->written_body = json_dumps(read->body, JSON_COMPACT | JSON_ENCODE_ANY);
  if (!out->body) return place_out_of_memory(at);
  out->body_size = strlen(out->body);
  out->body_type = "application/json";
  return true;
}

static bool read_path(const place *at, scenario_route *route) {
  const char *path = route->path;
  if (!path) return place_refuse(at, "needs a path");
  place here = place_key(at, "path");
  if (path[0] != '/' && strcmp(path, "*") != 0) return place_refuse(&here, "must begin with a slash, or be \"*\"");
  if (strchr(path, '?')) return place_refuse(&here, "must not hold a query: routes are chosen by path");
  route->path_size = strlen(path);
  route->prefix = path[route->path_size - 1] == '*';
  if (route->prefix) route->path_size--;
  return true;
}

static bool read_route(const place *at, json_t *value, scenario_route *out) {
  written_route read = { .route = { .times = -1, .status = 200, .delay_ms = -1 } };
  if (!fields_read(at, value, route_shape, &read) || !read_path(at, &read.route)) return false;
  if (read.route.hang && read.route.close) return place_refuse(at, "hangs and closes; it can do only one");
  *out = read.route;
  place here = place_key(at, "headers"), when = place_key(at, "when");
  return read_body(at, &read, out) && read_headers(&here, read.headers, out) && read_conditions(&when, read.when, out);
}

bool scenario_read_routes(const place *at, const json_t *list, scenario_server *server) {
  size_t count = json_array_size(list);
  if (!count) return true;
  server->routes = calloc(count, sizeof *server->routes);
  if (!server->routes) return place_out_of_memory(at);
  server->route_count = count;
  for (size_t i = 0; i < count; i++) {
    place here = place_index(at, i);
    if (!read_route(&here, json_array_get(list, i), &server->routes[i])) return false;
  }
  return true;
}

/* scripts */

typedef struct written_step {
  json_t *send;
  long repeat, sleep_ms;
  bool hang, reset;
} written_step;

static const field step_shape[] = {
  { "send", FIELD_BYTES, offsetof(written_step, send), 0, 0 },
  { "repeat", FIELD_WHOLE, offsetof(written_step, repeat), 1, MOST_REQUESTS },
  { "sleep_ms", FIELD_WHOLE, offsetof(written_step, sleep_ms), 0, LONGEST_WAIT_MS },
  { "hang", FIELD_FLAG, offsetof(written_step, hang), 0, 0 },
  { "reset", FIELD_FLAG, offsetof(written_step, reset), 0, 0 },
  FIELD_END,
};

static bool read_step(const place *at, json_t *value, scenario_step *out) {
  written_step read = { .repeat = -1, .sleep_ms = -1 };
  if (!fields_read(at, value, step_shape, &read)) return false;
  int acts = (read.send != NULL) + (read.sleep_ms >= 0) + read.hang + read.reset;
  if (acts != 1) return place_refuse(at, "must do one thing: send, sleep_ms, hang or reset");
  if (read.repeat > 0 && !read.send) return place_refuse(at, "repeats, but sends nothing");
  out->kind = read.send ? STEP_SEND : read.hang ? STEP_HANG : read.reset ? STEP_RESET : STEP_SLEEP;
  out->sleep_ms = read.sleep_ms;
  out->repeat = read.repeat > 0 ? read.repeat : 1;
  out->bytes = json_string_value(read.send);
  out->size = json_string_length(read.send);
  return true;
}

bool scenario_read_script(const place *at, const json_t *list, scenario_server *server) {
  size_t count = json_array_size(list);
  if (!count) return true;
  server->script = calloc(count, sizeof *server->script);
  if (!server->script) return place_out_of_memory(at);
  server->step_count = count;
  for (size_t i = 0; i < count; i++) {
    place here = place_index(at, i);
    if (!read_step(&here, json_array_get(list, i), &server->script[i])) return false;
  }
  return true;
}

void scenario_server_clear(scenario_server *server) {
  for (size_t i = 0; i < server->model_count; i++) free(server->models[i].aliases.at);
  for (size_t i = 0; i < server->route_count; i++) {
    free(server->routes[i].headers);
    free(server->routes[i].when);
    free(server->routes[i].written_body);
  }
  free(server->keys.at);
  free(server->models);
  free(server->routes);
  free(server->script);
  for (size_t i = 0; i < server->mount_count; i++) scenario_server_clear(&server->mounts[i]);
  free(server->mounts);
}

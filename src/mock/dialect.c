/* dialect: see dialect.h. A request goes through the same checks in every dialect: endpoint, key, body, model. The first that fails calls
 * the dialect's refusal. */
#include "mock/dialect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool call_is(const call *c, const char *method, const char *path) {
  return strcmp(request_method(c->req), method) == 0 && strcmp(c->path, path) == 0;
}

const char *call_below(const call *c, const char *method, const char *folder) {
  size_t size = strlen(folder);
  if (strcmp(request_method(c->req), method) != 0 || strncmp(c->path, folder, size) != 0) return NULL;
  return c->path[size] ? c->path + size : NULL;
}

json_t *call_page(const call *c, size_t *from, size_t page, bool *more) {
  const scenario_server *server = c->server;
  json_t *list = json_array();
  *more = false;
  for (size_t i = *from; list && i < server->model_count; i++) {
    if (!server->models[i].listed) continue;
    *more = json_array_size(list) == page;
    if (*more) break;
    json_array_append_new(list, c->dialect->describe(&server->models[i]));
    *from = i + 1;
  }
  return list;
}

json_t *call_all(const call *c) {
  size_t from = 0;
  bool more = false;
  return call_page(c, &from, c->server->model_count, &more);
}

size_t call_page_size(const call *c, size_t asked) {
  size_t most = (size_t)c->server->page_size;
  return most && most < asked ? most : asked;
}

long call_floor(const call *c, long own) { return c->server->floor ? c->server->floor : own; }

static bool is_one(const json_t *limit) { return json_is_integer(limit) && json_integer_value(limit) <= 1; }

const char *call_ending(const call *c, const char *complete, const char *limit) {
  static const char *const names[] = { "max_tokens",      "max_completion_tokens", "max_output_tokens",
                                       "maxOutputTokens", "num_predict",           "maxTokens" };
  static const char *const places[] = { "generationConfig", "options", "inferenceConfig" };
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    if (is_one(json_object_get(c->body, names[i]))) return limit;
    for (size_t k = 0; k < sizeof places / sizeof *places; k++)
      if (is_one(json_object_get(json_object_get(c->body, places[k]), names[i]))) return limit;
  }
  return complete;
}

static const dialect *dialect_of(const scenario_server *server) {
  switch (server->protocol) {
  case PROTOCOL_ANTHROPIC: return &dialect_anthropic;
  case PROTOCOL_OPENAI: return &dialect_openai;
  case PROTOCOL_GEMINI: return &dialect_gemini;
  case PROTOCOL_COHERE: return &dialect_cohere;
  case PROTOCOL_BEDROCK: return &dialect_bedrock;
  case PROTOCOL_OLLAMA: return &dialect_ollama;
  case PROTOCOL_NONE:
  case PROTOCOL_RAW: break;
  }
  return NULL;
}

static bool admits_key(const call *c, const char *key) {
  const scenario_server *server = c->server;
  if (server->any_key || (server->public_list && c->endpoint == ENDPOINT_LIST)) return true;
  if (server->public_lookup && c->endpoint == ENDPOINT_GET) return true;
  for (size_t i = 0; key && i < server->keys.count; i++)
    if (strcmp(server->keys.at[i], key) == 0) return true;
  return false;
}

static bool admits_model(call *c) {
  bool use = c->endpoint != ENDPOINT_GET;
  c->model = c->id ? scenario_find(c->server, c->id) : NULL;
  if (!c->model)
    c->dialect->refuse(c, REFUSE_UNKNOWN_MODEL);
  else if (c->model->no_access)
    c->dialect->refuse(c, REFUSE_NO_ACCESS);
  else if (use && !c->model->usable)
    c->dialect->refuse(c, REFUSE_UNKNOWN_MODEL);
  else if (use && !c->model->chat && !c->responses)
    c->dialect->refuse(c, REFUSE_NOT_CHAT);
  else
    return true;
  return false;
}

static bool wants_stream(const call *c) {
  return c->dialect->stream && c->endpoint == ENDPOINT_GENERATE && (c->streams || json_is_true(json_object_get(c->body, "stream")));
}

static void stream_model(call *c) {
  strbuf events = { 0 };
  c->dialect->stream(c, &events);
  response_events(c->out, &events);
}

static void use_model(call *c) {
  const dialect *d = c->dialect;
  c->body = json_loadb(c->req->body ? c->req->body : "", c->req->body_size, 0, NULL);
  if (!json_is_object(c->body)) {
    d->refuse(c, REFUSE_NOT_JSON);
    return;
  }
  if (!c->id) c->id = json_string_value(json_object_get(c->body, "model"));
  if (!d->complete(c) || !admits_model(c)) return;
  if (wants_stream(c))
    stream_model(c);
  else
    response_json(c->out, 200, d->type, c->endpoint == ENDPOINT_COUNT ? d->count(c) : d->generate(c));
}

static void show_model(call *c) {
  if (admits_model(c)) response_json(c->out, 200, c->dialect->type, c->dialect->describe(c->model));
}

static void respond_to(call *c) {
  const dialect *d = c->dialect;
  const char *key = c->server->injects ? c->server->injects : d->key(c->req);
  d->recognise(c);
  c->id = c->path_id;
  bool account = c->endpoint == ENDPOINT_NONE && c->server->account;
  if (!account && !c->server->serves[c->endpoint]) {
    response_not_found(c->out);
    return;
  }
  c->out->id_header = d->id_header;
  snprintf(c->out->id, sizeof c->out->id, "req_standin_%ld", c->req->number);
  if (!admits_key(c, key))
    d->refuse(c, key ? REFUSE_BAD_KEY : REFUSE_NO_KEY);
  else if (account)
    response_json(c->out, 200, d->type, json_deep_copy(c->server->account));
  else if (c->endpoint == ENDPOINT_LIST)
    d->list(c);
  else if (c->endpoint == ENDPOINT_GET)
    show_model(c);
  else
    use_model(c);
}

/* The first whose prefix the path begins with; a server without mounts is its own. */
static const scenario_server *mounted(const scenario_server *server, const char *path) {
  for (size_t i = 0; i < server->mount_count; i++) {
    size_t size = strlen(server->mounts[i].prefix);
    if (strncmp(path, server->mounts[i].prefix, size) == 0 && path[size] == '/') return &server->mounts[i];
  }
  return server;
}

void dialect_respond(const scenario_server *server, const request *req, response *out) {
  server = mounted(server, req->plain_path);
  call c = { .dialect = dialect_of(server), .server = server, .req = req, .out = out };
  size_t size = strlen(server->prefix);
  if (!c.dialect || strncmp(req->plain_path, server->prefix, size) != 0) {
    response_not_found(out);
    return;
  }
  c.path = req->plain_path + size;
  respond_to(&c);
  free(c.path_id);
  json_decref(c.body);
}

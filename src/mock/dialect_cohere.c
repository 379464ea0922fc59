/* dialect_cohere: Cohere's second API: a flat error with an id, pages by token, a listing below another version than the chat. */
#include "mock/dialect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEFAULT_PAGE = 20, LARGEST_PAGE = 1000 };

static void recognise(call *c) {
  const char *id = call_below(c, "GET", "/v1/models/");
  if (call_is(c, "GET", "/v1/models"))
    c->endpoint = ENDPOINT_LIST;
  else if (call_is(c, "POST", "/v2/chat"))
    c->endpoint = ENDPOINT_GENERATE;
  else if (id && (c->path_id = strdup(id)))
    c->endpoint = ENDPOINT_GET;
}

/* Steals the message. */
static void fail(call *c, unsigned status, json_t *message) {
  answer_json(c->out, status, c->dialect->type, json_pack("{s:s, s:o}", "id", c->out->id, "message", message));
}

static void refuse(call *c, refusal why) {
  const char *id = c->id ? c->id : "";
  switch (why) {
  case REFUSE_NO_KEY: fail(c, 401, json_string("no api key supplied")); break;
  case REFUSE_BAD_KEY: fail(c, 401, json_string("invalid api token")); break;
  case REFUSE_UNKNOWN_MODEL: fail(c, 404, json_sprintf("model '%s' not found", id)); break;
  case REFUSE_NO_ACCESS: fail(c, 403, json_sprintf("you do not have access to model '%s'", id)); break;
  case REFUSE_NOT_CHAT: fail(c, 400, json_sprintf("model '%s' does not support chat", id)); break;
  case REFUSE_NOT_JSON: fail(c, 400, json_string("invalid request: the body is no JSON object")); break;
  }
}

static json_t *describe(const scenario_model *model) {
  json_t *m = json_pack("{s:s, s:[s], s:b}", "name", model->id, "endpoints", model->chat ? "chat" : "embed", "finetuned", 0);
  if (model->context_window) json_object_set_new(m, "context_length", json_integer(model->context_window));
  return m;
}

/* A token is where the next page begins. */
static bool read_token(call *c, size_t *from) {
  const char *token = request_parameter(c->ask, "page_token");
  char *end = NULL;
  if (!token || !*token) return true;
  *from = strtoul(token, &end, 10);
  if (!*end && *from <= c->server->model_count) return true;
  fail(c, 400, json_string("invalid page_token"));
  return false;
}

static void list(call *c) {
  const char *asked = request_parameter(c->ask, "page_size");
  long size = asked ? strtol(asked, NULL, 10) : DEFAULT_PAGE;
  size_t from = 0;
  bool more = false;
  if (size < 1 || size > LARGEST_PAGE) {
    fail(c, 400, json_sprintf("page_size must be from 1 to %d", LARGEST_PAGE));
    return;
  }
  if (!read_token(c, &from)) return;
  json_t *page = call_page(c, &from, call_page_size(c, (size_t)size), &more);
  json_t *document = json_pack("{s:o}", "models", page);
  if (more) json_object_set_new(document, "next_page_token", json_sprintf("%zu", from));
  answer_json(c->out, 200, c->dialect->type, document);
}

static bool complete(call *c) {
  const json_t *limit = json_object_get(c->body, "max_tokens");
  if (!c->id)
    fail(c, 400, json_string("invalid request: model is required"));
  else if (!json_is_array(json_object_get(c->body, "messages")))
    fail(c, 400, json_string("invalid request: messages is required"));
  else if (limit && (!json_is_integer(limit) || json_integer_value(limit) < call_floor(c, 1)))
    fail(c, 400, json_string("invalid request: max_tokens is too small"));
  else
    return true;
  return false;
}

static json_t *generate(const call *c) {
  (void)c;
  return json_pack("{s:s, s:s, s:{s:s, s:[{s:s, s:s}]}}", "id", "chat-standin", "finish_reason", "MAX_TOKENS", "message", "role",
                   "assistant", "content", "type", "text", "text", "Hi");
}

const dialect dialect_cohere = {
  .recognise = recognise,
  .key = request_bearer,
  .refuse = refuse,
  .list = list,
  .describe = describe,
  .complete = complete,
  .count = NULL, /* recognise never finds that endpoint */
  .generate = generate,
  .type = "application/json",
  .id_header = NULL,
};

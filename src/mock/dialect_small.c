/* dialect_small: the dialects that need only a page of code each: Cohere's, Bedrock's and Ollama's. */
#include "mock/dialect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Cohere's second API: a flat error with an id, pages by token, a listing below another version than the chat ---- */

enum { DEFAULT_PAGE = 20, LARGEST_PAGE = 1000, INPUT_TOKENS = 8 };

static void cohere_recognise(call *c) {
  const char *id = call_below(c, "GET", "/v1/models/");
  if (call_is(c, "GET", "/v1/models"))
    c->endpoint = ENDPOINT_LIST;
  else if (call_is(c, "POST", "/v2/chat"))
    c->endpoint = ENDPOINT_GENERATE;
  else if (id && (c->path_id = strdup(id)))
    c->endpoint = ENDPOINT_GET;
}

/* Steals the message. */
static void cohere_fail(call *c, unsigned status, json_t *message) {
  response_json(c->out, status, c->dialect->type, json_pack("{s:s, s:o}", "id", c->out->id, "message", message));
}

static void cohere_refuse(call *c, refusal why) {
  const char *id = c->id ? c->id : "";
  switch (why) {
  case REFUSE_NO_KEY: cohere_fail(c, 401, json_string("no api key supplied")); break;
  case REFUSE_BAD_KEY: cohere_fail(c, 401, json_string("invalid api token")); break;
  case REFUSE_UNKNOWN_MODEL: cohere_fail(c, 404, json_sprintf("model '%s' not found", id)); break;
  case REFUSE_NO_ACCESS: cohere_fail(c, 403, json_sprintf("you do not have access to model '%s'", id)); break;
  case REFUSE_NOT_CHAT: cohere_fail(c, 400, json_sprintf("model '%s' does not support chat", id)); break;
  case REFUSE_NOT_JSON: cohere_fail(c, 400, json_string("invalid request: the body is not a JSON object")); break;
  }
}

static json_t *cohere_describe(const scenario_model *model) {
  json_t *m = json_pack("{s:s, s:[s], s:b}", "name", model->id, "endpoints", model->chat ? "chat" : "embed", "finetuned", 0);
  if (model->context_window) json_object_set_new(m, "context_length", json_integer(model->context_window));
  return m;
}

/* A token is where the next page begins. */
static bool cohere_read_token(call *c, size_t *from) {
  const char *token = request_parameter(c->req, "page_token");
  char *end = NULL;
  if (!token || !*token) return true;
  *from = strtoul(token, &end, 10);
  if (!*end && *from <= c->server->model_count) return true;
  cohere_fail(c, 400, json_string("invalid page_token"));
  return false;
}

static void cohere_list(call *c) {
  const char *asked = request_parameter(c->req, "page_size");
  long size = asked ? strtol(asked, NULL, 10) : DEFAULT_PAGE;
  size_t from = 0;
  bool more = false;
  if (size < 1 || size > LARGEST_PAGE) {
    cohere_fail(c, 400, json_sprintf("page_size must be from 1 to %d", LARGEST_PAGE));
    return;
  }
  if (!cohere_read_token(c, &from)) return;
  json_t *page = call_page(c, &from, call_page_size(c, (size_t)size), &more);
  json_t *document = json_pack("{s:o}", "models", page);
  if (more) json_object_set_new(document, "next_page_token", json_sprintf("%zu", from));
  response_json(c->out, 200, c->dialect->type, document);
}

static bool cohere_complete(call *c) {
  const json_t *limit = json_object_get(c->body, "max_tokens");
  if (!c->id)
    cohere_fail(c, 400, json_string("invalid request: model is required"));
  else if (!json_is_array(json_object_get(c->body, "messages")))
    cohere_fail(c, 400, json_string("invalid request: messages is required"));
  else if (limit && (!json_is_integer(limit) || json_integer_value(limit) < call_floor(c, 1)))
    cohere_fail(c, 400, json_string("invalid request: max_tokens is too small"));
  else
    return true;
  return false;
}

static json_t *cohere_generate(const call *c) {
  return json_pack("{s:s, s:s, s:{s:s, s:[{s:s, s:s}]}}", "id", "chat-mock", "finish_reason", call_ending(c, "COMPLETE", "MAX_TOKENS"),
                   "message", "role", "assistant", "content", "type", "text", "text", "Hi");
}

const dialect dialect_cohere = {
  .recognise = cohere_recognise,
  .key = request_bearer,
  .refuse = cohere_refuse,
  .list = cohere_list,
  .describe = cohere_describe,
  .complete = cohere_complete,
  .count = NULL, /* recognise never finds that endpoint */
  .generate = cohere_generate,
  .type = "application/json",
  .id_header = NULL,
};

/* ---- the Converse API: models named by the path, no listing on this host, counting for free, errors by message alone ---- */

static void bedrock_recognise(call *c) {
  const char *rest = call_below(c, "POST", "/model/"), *action = rest ? strrchr(rest, '/') : NULL;
  scenario_endpoint endpoint = ENDPOINT_NONE;
  if (!action || action == rest) return;
  if (strcmp(action, "/count-tokens") == 0) endpoint = ENDPOINT_COUNT;
  if (strcmp(action, "/converse") == 0) endpoint = ENDPOINT_GENERATE;
  if (endpoint != ENDPOINT_NONE && (c->path_id = strndup(rest, (size_t)(action - rest)))) c->endpoint = endpoint;
}

static void bedrock_fail(call *c, unsigned status, const char *name, const char *message) {
  response_json(c->out, status, c->dialect->type, json_pack("{s:s, s:s}", "__type", name, "message", message));
}

static void bedrock_refuse(call *c, refusal why) {
  switch (why) {
  case REFUSE_NO_KEY: bedrock_fail(c, 403, "MissingAuthenticationToken", "Missing Authentication Token"); break;
  case REFUSE_BAD_KEY: bedrock_fail(c, 403, "UnrecognizedClientException", "The security token included in the request is invalid."); break;
  case REFUSE_UNKNOWN_MODEL: bedrock_fail(c, 400, "ValidationException", "The provided model identifier is invalid."); break;
  case REFUSE_NO_ACCESS:
    bedrock_fail(c, 403, "AccessDeniedException", "You don't have access to the model with the specified model ID.");
    break;
  case REFUSE_NOT_CHAT: bedrock_fail(c, 400, "ValidationException", "This action doesn't support the model that you provided."); break;
  case REFUSE_NOT_JSON: bedrock_fail(c, 400, "SerializationException", "The body is not a JSON object."); break;
  }
}

static bool bedrock_complete(call *c) {
  const json_t *asked = c->body;
  if (c->endpoint == ENDPOINT_COUNT) asked = json_object_get(json_object_get(c->body, "input"), "converse");
  if (json_is_array(json_object_get(asked, "messages"))) return true;
  bedrock_fail(c, 400, "ValidationException", "The field messages is missing.");
  return false;
}

static json_t *bedrock_count(const call *c) {
  (void)c;
  return json_pack("{s:i}", "inputTokens", INPUT_TOKENS);
}

static json_t *bedrock_generate(const call *c) {
  return json_pack("{s:{s:{s:s, s:[{s:s}]}}, s:s, s:{s:i, s:i, s:i}}", "output", "message", "role", "assistant", "content", "text", "Hi",
                   "stopReason", call_ending(c, "end_turn", "max_tokens"), "usage", "inputTokens", INPUT_TOKENS, "outputTokens", 1,
                   "totalTokens", INPUT_TOKENS + 1);
}

const dialect dialect_bedrock = {
  .recognise = bedrock_recognise,
  .key = request_bearer,
  .refuse = bedrock_refuse,
  .list = NULL, /* recognise never finds that endpoint */
  .describe = NULL,
  .complete = bedrock_complete,
  .count = bedrock_count,
  .generate = bedrock_generate,
  .type = "application/json",
  .id_header = "x-amzn-requestid",
};

/* ---- Ollama: no pages, models looked up by POST, `:latest` where a name has no tag, errors that are a string ---- */

static void ollama_recognise(call *c) {
  if (call_is(c, "GET", "/api/tags"))
    c->endpoint = ENDPOINT_LIST;
  else if (call_is(c, "POST", "/api/show"))
    c->endpoint = ENDPOINT_COUNT; /* free, and names its model in a body */
  else if (call_is(c, "POST", "/api/chat"))
    c->endpoint = ENDPOINT_GENERATE;
}

/* Steals the message. */
static void ollama_fail(call *c, unsigned status, json_t *message) {
  response_json(c->out, status, c->dialect->type, json_pack("{s:o}", "error", message));
}

static void ollama_refuse(call *c, refusal why) {
  const char *id = c->id ? c->id : "";
  switch (why) {
  case REFUSE_NO_KEY:
  case REFUSE_BAD_KEY: ollama_fail(c, 401, json_string("unauthorized")); break;
  case REFUSE_UNKNOWN_MODEL: ollama_fail(c, 404, json_sprintf("model '%s' not found", id)); break;
  case REFUSE_NO_ACCESS: ollama_fail(c, 403, json_sprintf("this model requires a subscription: %s", id)); break;
  case REFUSE_NOT_CHAT: ollama_fail(c, 400, json_sprintf("\"%s\" does not support chat", id)); break;
  case REFUSE_NOT_JSON: ollama_fail(c, 400, json_string("missing request body")); break;
  }
}

static json_t *ollama_describe(const scenario_model *model) {
  const char *tag = strchr(model->id, ':') ? "" : ":latest";
  return json_pack("{s:o, s:s, s:i, s:{s:s, s:s}}", "name", json_sprintf("%s%s", model->id, tag), "model", model->id, "size", 1, "details",
                   "format", "gguf", "family", "mock");
}

static void ollama_list(call *c) { response_json(c->out, 200, c->dialect->type, json_pack("{s:o}", "models", call_all(c))); }

static bool ollama_complete(call *c) {
  bool chats = c->endpoint == ENDPOINT_GENERATE;
  if (!c->id)
    ollama_fail(c, 400, json_string("model is required"));
  else if (chats && !json_is_array(json_object_get(c->body, "messages")))
    ollama_fail(c, 400, json_string("messages is required"));
  else
    return true;
  return false;
}

static json_t *ollama_show(const call *c) {
  json_t *capabilities = c->model->chat ? json_pack("[s, s]", "completion", "tools") : json_pack("[s]", "embedding");
  return json_pack("{s:{s:s, s:s}, s:{s:s}, s:o}", "details", "format", "gguf", "family", "mock", "model_info", "general.architecture",
                   "mock", "capabilities", capabilities);
}

static json_t *ollama_generate(const call *c) {
  return json_pack("{s:s, s:{s:s, s:s}, s:s, s:b}", "model", c->model->id, "message", "role", "assistant", "content", "Hi", "done_reason",
                   call_ending(c, "stop", "length"), "done", 1);
}

const dialect dialect_ollama = {
  .recognise = ollama_recognise,
  .key = request_bearer,
  .refuse = ollama_refuse,
  .list = ollama_list,
  .describe = ollama_describe,
  .complete = ollama_complete,
  .count = ollama_show,
  .generate = ollama_generate,
  .type = "application/json; charset=utf-8",
  .id_header = NULL,
};

/* dialect_anthropic: the Messages API: typed errors with a request id, pages by after_id, counting for free. */
#include "mock/dialect.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEFAULT_PAGE = 20, LARGEST_PAGE = 1000, LONGEST_OUTPUT = 64000, INPUT_TOKENS = 8 };

static void recognise(call *c) {
  const char *id = call_below(c, "GET", "/v1/models/");
  if (call_is(c, "GET", "/v1/models"))
    c->endpoint = ENDPOINT_LIST;
  else if (call_is(c, "POST", "/v1/messages"))
    c->endpoint = ENDPOINT_GENERATE;
  else if (call_is(c, "POST", "/v1/messages/count_tokens"))
    c->endpoint = ENDPOINT_COUNT;
  else if (id && (c->path_id = strdup(id)))
    c->endpoint = ENDPOINT_GET;
}

static const char *key(const request *req) {
  const char *given = request_header(req, "x-api-key");
  return given ? given : request_bearer(req);
}

__attribute__((format(printf, 4, 5))) static void fail(call *c, unsigned status, const char *type, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  json_t *message = json_vsprintf(format, arguments);
  va_end(arguments);
  json_t *document =
      json_pack("{s:s, s:{s:s, s:o}, s:s}", "type", "error", "error", "type", type, "message", message, "request_id", c->out->id);
  response_json(c->out, status, c->dialect->type, document);
}

static void refuse(call *c, refusal why) {
  const char *id = c->id ? c->id : "";
  switch (why) {
  case REFUSE_NO_KEY: fail(c, 401, "authentication_error", "x-api-key header is required"); break;
  case REFUSE_BAD_KEY: fail(c, 401, "authentication_error", "invalid x-api-key"); break;
  case REFUSE_UNKNOWN_MODEL: fail(c, 404, "not_found_error", "model: %s", id); break;
  case REFUSE_NO_ACCESS: fail(c, 403, "permission_error", "Your API key does not have permission to use the model %s.", id); break;
  case REFUSE_NOT_CHAT: fail(c, 400, "invalid_request_error", "model: %s cannot be used for messages", id); break;
  case REFUSE_NOT_JSON: fail(c, 400, "invalid_request_error", "The request body is not valid JSON."); break;
  }
}

static json_t *describe(const scenario_model *model) {
  const char *name = model->display_name ? model->display_name : model->id;
  json_t *m =
      json_pack("{s:s, s:s, s:s, s:s}", "type", "model", "id", model->id, "display_name", name, "created_at", "2026-09-01T00:00:00Z");
  if (model->context_window) {
    json_object_set_new(m, "max_input_tokens", json_integer(model->context_window));
    json_object_set_new(m, "max_tokens", json_integer(LONGEST_OUTPUT));
  }
  json_object_set_new(m, "lifecycle", json_string("active"));
  static const char *const unset[] = { "line", "deprecated_at", "retires_at", "capabilities" };
  for (size_t i = 0; i < sizeof unset / sizeof *unset; i++) json_object_set_new(m, unset[i], json_null());
  return m;
}

static bool read_limit(call *c, size_t *page) {
  const char *limit = request_parameter(c->req, "limit");
  char *end = NULL;
  long asked = limit ? strtol(limit, &end, 10) : DEFAULT_PAGE;
  if ((limit && (end == limit || *end)) || asked < 1 || asked > LARGEST_PAGE) {
    fail(c, 400, "invalid_request_error", "limit: Input should be a whole number from 1 to %d", LARGEST_PAGE);
    return false;
  }
  *page = call_page_size(c, (size_t)asked);
  return true;
}

static bool read_cursor(call *c, size_t *from) {
  const char *after = request_parameter(c->req, "after_id");
  for (size_t i = 0; after && i < c->server->model_count; i++) {
    if (strcmp(c->server->models[i].id, after) != 0) continue;
    *from = i + 1;
    return true;
  }
  if (after) fail(c, 400, "invalid_request_error", "after_id: there is no model %s", after);
  return !after;
}

static json_t *id_at(const json_t *page, size_t i) {
  json_t *id = json_object_get(json_array_get(page, i), "id");
  return id ? json_incref(id) : json_null();
}

static void list(call *c) {
  size_t from = 0, size = 0;
  bool more = false;
  if (!read_limit(c, &size) || !read_cursor(c, &from)) return;
  json_t *page = call_page(c, &from, size, &more);
  json_t *first = id_at(page, 0), *last = id_at(page, json_array_size(page) - 1);
  json_t *document = json_pack("{s:o, s:b, s:o, s:o}", "data", page, "has_more", more, "first_id", first, "last_id", last);
  response_json(c->out, 200, c->dialect->type, document);
}

static bool complete(call *c) {
  const json_t *limit = json_object_get(c->body, "max_tokens");
  long floor = call_floor(c, 1);
  const char *missing = NULL;
  if (!c->id)
    missing = "model";
  else if (!json_is_array(json_object_get(c->body, "messages")))
    missing = "messages";
  else if (c->endpoint == ENDPOINT_GENERATE && !json_is_integer(limit))
    missing = "max_tokens";
  if (missing)
    fail(c, 400, "invalid_request_error", "%s: Field required", missing);
  else if (limit && json_integer_value(limit) < floor)
    fail(c, 400, "invalid_request_error", "max_tokens: Input should be greater than or equal to %ld", floor);
  else
    return true;
  return false;
}

static json_t *count(const call *c) {
  (void)c;
  return json_pack("{s:i}", "input_tokens", INPUT_TOKENS);
}

/* Steals content and stop_reason. */
static json_t *message(const call *c, json_t *content, json_t *stop_reason, int output_tokens) {
  return json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:n, s:{s:i, s:i}}", "id", "msg_standin", "type", "message", "role", "assistant",
                   "model", c->model->id, "content", content, "stop_reason", stop_reason, "stop_sequence", "usage", "input_tokens",
                   INPUT_TOKENS, "output_tokens", output_tokens);
}

static const char *ending(const call *c) { return call_ending(c, "end_turn", "max_tokens"); }

static json_t *generate(const call *c) {
  return message(c, json_pack("[{s:s, s:s}]", "type", "text", "text", "Hi"), json_string(ending(c)), 1);
}

static void stream(const call *c, strbuf *events) {
  event_add(events, "message_start", json_pack("{s:s, s:o}", "type", "message_start", "message", message(c, json_array(), json_null(), 0)));
  event_add(events, "content_block_start",
            json_pack("{s:s, s:i, s:{s:s, s:s}}", "type", "content_block_start", "index", 0, "content_block", "type", "text", "text", ""));
  event_add(events, "ping", json_pack("{s:s}", "type", "ping"));
  event_add(events, "content_block_delta",
            json_pack("{s:s, s:i, s:{s:s, s:s}}", "type", "content_block_delta", "index", 0, "delta", "type", "text_delta", "text", "Hi"));
  event_add(events, "content_block_stop", json_pack("{s:s, s:i}", "type", "content_block_stop", "index", 0));
  event_add(events, "message_delta",
            json_pack("{s:s, s:{s:s, s:n}, s:{s:i}}", "type", "message_delta", "delta", "stop_reason", ending(c), "stop_sequence", "usage",
                      "output_tokens", 1));
  event_add(events, "message_stop", json_pack("{s:s}", "type", "message_stop"));
}

const dialect dialect_anthropic = {
  .recognise = recognise,
  .key = key,
  .refuse = refuse,
  .list = list,
  .describe = describe,
  .complete = complete,
  .count = count,
  .generate = generate,
  .stream = stream,
  .type = "application/json",
  .id_header = "request-id",
};

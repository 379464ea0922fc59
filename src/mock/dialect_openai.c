/* dialect_openai: chat completions and responses over one list of models, without pages. */
#include "mock/dialect.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { CREATED = 1790000000, SMALLEST_RESPONSE = 16, INPUT_TOKENS = 8 };

static void recognise(call *c) {
  const char *id = call_below(c, "GET", "/v1/models/");
  c->responses = call_is(c, "POST", "/v1/responses");
  if (call_is(c, "GET", "/v1/models"))
    c->endpoint = ENDPOINT_LIST;
  else if (c->responses || call_is(c, "POST", "/v1/chat/completions"))
    c->endpoint = ENDPOINT_GENERATE;
  else if (id && (c->path_id = strdup(id)))
    c->endpoint = ENDPOINT_GET;
}

typedef struct problem {
  unsigned status;
  const char *param, *code; /* NULL is null */
} problem;

__attribute__((format(printf, 3, 4))) static void fail(call *c, problem p, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  json_t *message = json_vsprintf(format, arguments);
  va_end(arguments);
  json_t *document = json_pack("{s:{s:o, s:s, s:s?, s:s?}}", "error", "message", message, "type", "invalid_request_error", "param", p.param,
                               "code", p.code);
  response_json(c->out, p.status, c->dialect->type, document);
}

/* The real response repeats both ends of the key: whatever prints it has to redact. */
static void fail_key(call *c) {
  const char *given = request_bearer(c->req);
  size_t size = given ? strlen(given) : 0;
  bool plain = size >= 12;
  for (size_t i = 0; i < size && plain; i++) plain = given[i] > ' ' && given[i] <= '~';
  fail(c, (problem){ 401, NULL, "invalid_api_key" }, "Incorrect API key provided: %.*s***%s.", plain ? 5 : 0, plain ? given : "",
       plain ? given + size - 4 : "");
}

static void refuse(call *c, refusal why) {
  const char *id = c->id ? c->id : "";
  switch (why) {
  case REFUSE_NO_KEY: fail(c, (problem){ 401, NULL, NULL }, "You didn't provide an API key: send it as Authorization: Bearer."); break;
  case REFUSE_BAD_KEY: fail_key(c); break;
  case REFUSE_UNKNOWN_MODEL:
    fail(c, (problem){ 404, "model", "model_not_found" }, "The model `%s` does not exist or you do not have access to it.", id);
    break;
  case REFUSE_NO_ACCESS: fail(c, (problem){ 403, NULL, "model_not_found" }, "This project does not have access to model `%s`", id); break;
  case REFUSE_NOT_CHAT:
    fail(c, (problem){ 404, "model", NULL }, "This is not a chat model and thus not supported in the v1/chat/completions endpoint.");
    break;
  case REFUSE_NOT_JSON: fail(c, (problem){ 400, NULL, NULL }, "We could not parse the JSON body of your request."); break;
  }
}

/* The last two are what compatible hosts add; OpenAI itself names neither. */
static json_t *describe(const scenario_model *model) {
  json_t *m =
      json_pack("{s:s, s:s, s:i, s:s, s:n}", "id", model->id, "object", "model", "created", CREATED, "owned_by", "system", "shutdown_date");
  if (model->display_name) json_object_set_new(m, "display_name", json_string(model->display_name));
  if (model->context_window) json_object_set_new(m, "context_length", json_integer(model->context_window));
  return m;
}

static void list(call *c) { response_json(c->out, 200, c->dialect->type, json_pack("{s:s, s:o}", "object", "list", "data", call_all(c))); }

static const char *limit_name(const call *c) {
  if (c->responses) return "max_output_tokens";
  return json_object_get(c->body, "max_completion_tokens") ? "max_completion_tokens" : "max_tokens";
}

static bool enough_tokens(call *c) {
  const char *name = limit_name(c);
  const json_t *limit = json_object_get(c->body, name);
  long floor = call_floor(c, c->responses ? SMALLEST_RESPONSE : 1);
  if (!limit || json_is_null(limit)) return true;
  if (!json_is_integer(limit))
    fail(c, (problem){ 400, name, "invalid_type" }, "Invalid type for '%s': expected an integer.", name);
  else if (json_integer_value(limit) < floor)
    fail(c, (problem){ 400, name, "integer_below_min_value" },
         "Invalid '%s': integer below minimum value. Expected a value >= %ld, but got %" JSON_INTEGER_FORMAT " instead.", name, floor,
         json_integer_value(limit));
  else
    return true;
  return false;
}

static bool complete(call *c) {
  const json_t *input = json_object_get(c->body, c->responses ? "input" : "messages");
  const char *missing = NULL;
  if (!c->id)
    missing = "model";
  else if (c->responses ? !json_is_array(input) && !json_is_string(input) : !json_is_array(input))
    missing = c->responses ? "input" : "messages";
  if (!missing) return enough_tokens(c);
  fail(c, (problem){ 400, missing, "missing_required_parameter" }, "Missing required parameter: '%s'.", missing);
  return false;
}

/* ---- responses ---- */

static json_t *part(const char *text) { return json_pack("{s:s, s:s, s:[]}", "type", "output_text", "text", text, "annotations"); }

/* Steals content. */
static json_t *item(const char *status, json_t *content) {
  return json_pack("{s:s, s:s, s:s, s:s, s:o}", "type", "message", "id", "msg_standin", "status", status, "role", "assistant", "content",
                   content);
}

/* Steals output and usage. */
static json_t *response_object(const call *c, const char *status, json_t *output, json_t *usage) {
  return json_pack("{s:s, s:s, s:i, s:s, s:n, s:n, s:s, s:o, s:o}", "id", "resp_standin", "object", "response", "created_at", CREATED,
                   "status", status, "error", "incomplete_details", "model", c->model->id, "output", output, "usage", usage);
}

static json_t *finished_item(void) { return item("completed", json_pack("[o]", part("Hi"))); }

static json_t *generate_response(const call *c) {
  json_t *usage = json_pack("{s:i, s:i, s:i}", "input_tokens", INPUT_TOKENS, "output_tokens", 1, "total_tokens", INPUT_TOKENS + 1);
  return response_object(c, "completed", json_pack("[o]", finished_item()), usage);
}

/* Adds what all of its events have; steals the document. */
static void add_event(strbuf *events, int *number, const char *type, json_t *document) {
  json_object_set_new(document, "type", json_string(type));
  json_object_set_new(document, "sequence_number", json_integer((*number)++));
  event_add(events, type, document);
}

/* The place of the only part of the only item. */
static json_t *at_part(void) { return json_pack("{s:s, s:i, s:i}", "item_id", "msg_standin", "output_index", 0, "content_index", 0); }

static json_t *with(json_t *document, const char *name, json_t *value) {
  json_object_set_new(document, name, value);
  return document;
}

static void stream_response(const call *c, strbuf *events) {
  int n = 0;
  json_t *begun = response_object(c, "in_progress", json_array(), json_null());
  add_event(events, &n, "response.created", json_pack("{s:O}", "response", begun));
  add_event(events, &n, "response.in_progress", json_pack("{s:o}", "response", begun));
  add_event(events, &n, "response.output_item.added",
            json_pack("{s:i, s:o}", "output_index", 0, "item", item("in_progress", json_array())));
  add_event(events, &n, "response.content_part.added", with(at_part(), "part", part("")));
  add_event(events, &n, "response.output_text.delta", with(with(at_part(), "delta", json_string("Hi")), "logprobs", json_array()));
  add_event(events, &n, "response.output_text.done", with(with(at_part(), "text", json_string("Hi")), "logprobs", json_array()));
  add_event(events, &n, "response.content_part.done", with(at_part(), "part", part("Hi")));
  add_event(events, &n, "response.output_item.done", json_pack("{s:i, s:o}", "output_index", 0, "item", finished_item()));
  add_event(events, &n, "response.completed", json_pack("{s:o}", "response", generate_response(c)));
}

/* ---- chat completions ---- */

static json_t *chat_usage(void) {
  return json_pack("{s:i, s:i, s:i}", "prompt_tokens", INPUT_TOKENS, "completion_tokens", 1, "total_tokens", INPUT_TOKENS + 1);
}

static json_t *generate_chat(const call *c) {
  return json_pack("{s:s, s:s, s:i, s:s, s:[{s:i, s:{s:s, s:s, s:n}, s:n, s:s}], s:o}", "id", "chatcmpl-mock", "object", "chat.completion",
                   "created", CREATED, "model", c->model->id, "choices", "index", 0, "message", "role", "assistant", "content", "Hi",
                   "refusal", "logprobs", "finish_reason", call_ending(c, "stop", "length"), "usage", chat_usage());
}

/* Steals choices. */
static json_t *chunk(const call *c, json_t *choices) {
  return json_pack("{s:s, s:s, s:i, s:s, s:o}", "id", "chatcmpl-mock", "object", "chat.completion.chunk", "created", CREATED, "model",
                   c->model->id, "choices", choices);
}

/* Steals delta. */
static json_t *piece(const call *c, json_t *delta, const char *finish) {
  return chunk(c, json_pack("[{s:i, s:o, s:n, s:s?}]", "index", 0, "delta", delta, "logprobs", "finish_reason", finish));
}

static void stream_chat(const call *c, strbuf *events) {
  event_add(events, NULL, piece(c, json_pack("{s:s, s:s}", "role", "assistant", "content", ""), NULL));
  event_add(events, NULL, piece(c, json_pack("{s:s}", "content", "Hi"), NULL));
  event_add(events, NULL, piece(c, json_object(), call_ending(c, "stop", "length")));
  if (json_is_true(json_object_get(json_object_get(c->body, "stream_options"), "include_usage")))
    event_add(events, NULL, with(chunk(c, json_array()), "usage", chat_usage()));
  strbuf_add(events, "data: [DONE]\n\n");
}

static json_t *generate(const call *c) { return c->responses ? generate_response(c) : generate_chat(c); }

static void stream(const call *c, strbuf *events) { (c->responses ? stream_response : stream_chat)(c, events); }

const dialect dialect_openai = {
  .recognise = recognise,
  .key = request_bearer,
  .refuse = refuse,
  .list = list,
  .describe = describe,
  .complete = complete,
  .count = NULL, /* recognise never finds that endpoint */
  .generate = generate,
  .stream = stream,
  .type = "application/json",
  .id_header = "x-request-id",
};

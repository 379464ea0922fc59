/* dialect_ollama: a server of one's own: no pages, models looked up by POST, `:latest` where a name has no tag, errors that are a text. */
#include "mock/dialect.h"

#include <string.h>

static void recognise(call *c) {
  if (call_is(c, "GET", "/api/tags"))
    c->endpoint = ENDPOINT_LIST;
  else if (call_is(c, "POST", "/api/show"))
    c->endpoint = ENDPOINT_COUNT; /* free, and names its model in a body */
  else if (call_is(c, "POST", "/api/chat"))
    c->endpoint = ENDPOINT_GENERATE;
}

/* Steals the message. */
static void fail(call *c, unsigned status, json_t *message) {
  answer_json(c->out, status, c->dialect->type, json_pack("{s:o}", "error", message));
}

static void refuse(call *c, refusal why) {
  const char *id = c->id ? c->id : "";
  switch (why) {
  case REFUSE_NO_KEY:
  case REFUSE_BAD_KEY: fail(c, 401, json_string("unauthorized")); break;
  case REFUSE_UNKNOWN_MODEL: fail(c, 404, json_sprintf("model '%s' not found", id)); break;
  case REFUSE_NO_ACCESS: fail(c, 403, json_sprintf("this model requires a subscription: %s", id)); break;
  case REFUSE_NOT_CHAT: fail(c, 400, json_sprintf("\"%s\" does not support chat", id)); break;
  case REFUSE_NOT_JSON: fail(c, 400, json_string("missing request body")); break;
  }
}

static json_t *describe(const scenario_model *model) {
  const char *tag = strchr(model->id, ':') ? "" : ":latest";
  return json_pack("{s:o, s:s, s:i, s:{s:s, s:s}}", "name", json_sprintf("%s%s", model->id, tag), "model", model->id, "size", 1, "details",
                   "format", "gguf", "family", "standin");
}

static void list(call *c) { answer_json(c->out, 200, c->dialect->type, json_pack("{s:o}", "models", call_all(c))); }

static bool complete(call *c) {
  bool chats = c->endpoint == ENDPOINT_GENERATE;
  if (!c->id)
    fail(c, 400, json_string("model is required"));
  else if (chats && !json_is_array(json_object_get(c->body, "messages")))
    fail(c, 400, json_string("messages is required"));
  else
    return true;
  return false;
}

static json_t *show(const call *c) {
  json_t *capabilities = c->model->chat ? json_pack("[s, s]", "completion", "tools") : json_pack("[s]", "embedding");
  return json_pack("{s:{s:s, s:s}, s:{s:s}, s:o}", "details", "format", "gguf", "family", "standin", "model_info", "general.architecture",
                   "standin", "capabilities", capabilities);
}

static json_t *generate(const call *c) {
  return json_pack("{s:s, s:{s:s, s:s}, s:s, s:b}", "model", c->model->id, "message", "role", "assistant", "content", "Hi", "done_reason",
                   "length", "done", 1);
}

const dialect dialect_ollama = {
  .recognise = recognise,
  .key = request_bearer,
  .refuse = refuse,
  .list = list,
  .describe = describe,
  .complete = complete,
  .count = show,
  .generate = generate,
  .type = "application/json; charset=utf-8",
  .id_header = NULL,
};

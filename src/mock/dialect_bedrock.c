/* dialect_bedrock: the Converse API: models named by the path, no listing on this host, counting for free, errors by message alone. */
#include "mock/dialect.h"

#include <stdio.h>
#include <string.h>

enum { INPUT_TOKENS = 8 };

static void recognise(call *c) {
  const char *rest = call_below(c, "POST", "/model/"), *action = rest ? strrchr(rest, '/') : NULL;
  scenario_endpoint endpoint = ENDPOINT_NONE;
  if (!action || action == rest) return;
  if (strcmp(action, "/count-tokens") == 0) endpoint = ENDPOINT_COUNT;
  if (strcmp(action, "/converse") == 0) endpoint = ENDPOINT_GENERATE;
  if (endpoint != ENDPOINT_NONE && (c->path_id = strndup(rest, (size_t)(action - rest)))) c->endpoint = endpoint;
}

static void fail(call *c, unsigned status, const char *name, const char *message) {
  answer_json(c->out, status, c->dialect->type, json_pack("{s:s, s:s}", "__type", name, "message", message));
}

static void refuse(call *c, refusal why) {
  switch (why) {
  case REFUSE_NO_KEY: fail(c, 403, "MissingAuthenticationToken", "Missing Authentication Token"); break;
  case REFUSE_BAD_KEY: fail(c, 403, "UnrecognizedClientException", "The security token included in the request is invalid."); break;
  case REFUSE_UNKNOWN_MODEL: fail(c, 400, "ValidationException", "The provided model identifier is invalid."); break;
  case REFUSE_NO_ACCESS: fail(c, 403, "AccessDeniedException", "You don't have access to the model with the specified model ID."); break;
  case REFUSE_NOT_CHAT: fail(c, 400, "ValidationException", "This action doesn't support the model that you provided."); break;
  case REFUSE_NOT_JSON: fail(c, 400, "SerializationException", "The body is no JSON object."); break;
  }
}

static bool complete(call *c) {
  const json_t *asked = c->body;
  if (c->endpoint == ENDPOINT_COUNT) asked = json_object_get(json_object_get(c->body, "input"), "converse");
  if (json_is_array(json_object_get(asked, "messages"))) return true;
  fail(c, 400, "ValidationException", "The field messages is missing.");
  return false;
}

static json_t *count(const call *c) {
  (void)c;
  return json_pack("{s:i}", "inputTokens", INPUT_TOKENS);
}

static json_t *generate(const call *c) {
  (void)c;
  return json_pack("{s:{s:{s:s, s:[{s:s}]}}, s:s, s:{s:i, s:i, s:i}}", "output", "message", "role", "assistant", "content", "text", "Hi",
                   "stopReason", "max_tokens", "usage", "inputTokens", INPUT_TOKENS, "outputTokens", 1, "totalTokens", INPUT_TOKENS + 1);
}

const dialect dialect_bedrock = {
  .recognise = recognise,
  .key = request_bearer,
  .refuse = refuse,
  .list = NULL, /* recognise never finds that endpoint */
  .describe = NULL,
  .complete = complete,
  .count = count,
  .generate = generate,
  .type = "application/json",
  .id_header = "x-amzn-requestid",
};

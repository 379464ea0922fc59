/* dialect_gemini: models named by the path, pages by token, a bad key that is a 400. */
#include "mock/dialect.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEFAULT_PAGE = 50, LARGEST_PAGE = 1000, LONGEST_OUTPUT = 65536, INPUT_TOKENS = 2 };

/* Characters that have to be escaped in a query, as in real tokens. */
#define TOKEN_BEFORE "from+"
#define TOKEN_BEHIND "/=="

/* An id may hold colons itself: the last one counts. */
static void recognise_use(call *c, const char *rest) {
  const char *colon = strrchr(rest, ':');
  scenario_endpoint endpoint = ENDPOINT_NONE;
  if (!colon || colon == rest) return;
  if (strcmp(colon, ":countTokens") == 0) endpoint = ENDPOINT_COUNT;
  c->streams = strcmp(colon, ":streamGenerateContent") == 0;
  if (c->streams || strcmp(colon, ":generateContent") == 0) endpoint = ENDPOINT_GENERATE;
  if (endpoint != ENDPOINT_NONE && (c->path_id = strndup(rest, (size_t)(colon - rest)))) c->endpoint = endpoint;
}

/* The stable version and the one with previews have the same paths. */
static const char *below_version(const char *path) {
  if (strncmp(path, "/v1beta/", 8) == 0) return path + 7;
  return strncmp(path, "/v1/", 4) == 0 ? path + 3 : "";
}

static void recognise(call *c) {
  c->path = below_version(c->path);
  const char *shown = call_below(c, "GET", "/models/"), *used = call_below(c, "POST", "/models/");
  if (call_is(c, "GET", "/models"))
    c->endpoint = ENDPOINT_LIST;
  else if (used)
    recognise_use(c, used);
  else if (shown && (c->path_id = strdup(shown)))
    c->endpoint = ENDPOINT_GET;
}

static const char *key(const request *req) { return request_header(req, "x-goog-api-key"); }

/* Steals details, which may be NULL. */
static void fail_with(call *c, unsigned status, const char *word, json_t *message, json_t *details) {
  json_t *document =
      json_pack("{s:{s:i, s:o, s:s, s:o*}}", "error", "code", (int)status, "message", message, "status", word, "details", details);
  response_json(c->out, status, c->dialect->type, document);
}

__attribute__((format(printf, 4, 5))) static void fail(call *c, unsigned status, const char *word, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  json_t *message = json_vsprintf(format, arguments);
  va_end(arguments);
  fail_with(c, status, word, message, NULL);
}

static void fail_key(call *c) {
  json_t *details = json_pack("[{s:s, s:s, s:s, s:{s:s}}]", "@type", "type.googleapis.com/google.rpc.ErrorInfo", "reason",
                              "API_KEY_INVALID", "domain", "googleapis.com", "metadata", "service", "generativelanguage.googleapis.com");
  fail_with(c, 400, "INVALID_ARGUMENT", json_string("API key not valid. Please pass a valid API key."), details);
}

static void fail_model(call *c) {
  const char *method = c->endpoint == ENDPOINT_COUNT ? "countTokens" : "generateContent";
  fail(c, 404, "NOT_FOUND", "models/%s is not found for API version v1beta, or is not supported for %s.", c->id, method);
}

static void refuse(call *c, refusal why) {
  switch (why) {
  case REFUSE_NO_KEY: fail(c, 403, "PERMISSION_DENIED", "Method doesn't allow unregistered callers. Please use an API key."); break;
  case REFUSE_BAD_KEY: fail_key(c); break;
  case REFUSE_UNKNOWN_MODEL:
  case REFUSE_NOT_CHAT: fail_model(c); break;
  case REFUSE_NO_ACCESS: fail(c, 403, "PERMISSION_DENIED", "You do not have permission to use models/%s.", c->id); break;
  case REFUSE_NOT_JSON: fail(c, 400, "INVALID_ARGUMENT", "Invalid JSON payload received."); break;
  }
}

static json_t *describe(const scenario_model *model) {
  const char *name = model->display_name ? model->display_name : model->id;
  json_t *methods =
      model->chat ? json_pack("[s, s, s]", "generateContent", "countTokens", "batchGenerateContent") : json_pack("[s]", "embedContent");
  json_t *m = json_pack("{s:o, s:s, s:s, s:s, s:o}", "name", json_sprintf("models/%s", model->id), "baseModelId", model->id, "version",
                        "001", "displayName", name, "supportedGenerationMethods", methods);
  if (model->context_window) {
    json_object_set_new(m, "inputTokenLimit", json_integer(model->context_window));
    json_object_set_new(m, "outputTokenLimit", json_integer(LONGEST_OUTPUT));
  }
  return m;
}

static bool read_size(call *c, size_t *page) {
  const char *size = request_parameter(c->req, "pageSize");
  char *end = NULL;
  long asked = size ? strtol(size, &end, 10) : DEFAULT_PAGE;
  if ((size && (end == size || *end)) || asked < 0) {
    fail(c, 400, "INVALID_ARGUMENT", "Invalid value at 'page_size'.");
    return false;
  }
  if (asked == 0) asked = DEFAULT_PAGE;
  *page = call_page_size(c, (size_t)(asked > LARGEST_PAGE ? LARGEST_PAGE : asked));
  return true;
}

static bool read_token(call *c, size_t *from) {
  const char *token = request_parameter(c->req, "pageToken");
  size_t before = strlen(TOKEN_BEFORE);
  char *end = NULL;
  if (!token || !*token) return true;
  bool ours = strncmp(token, TOKEN_BEFORE, before) == 0;
  unsigned long at = ours ? strtoul(token + before, &end, 10) : 0;
  if (!ours || end == token + before || strcmp(end, TOKEN_BEHIND) != 0 || at > c->server->model_count) {
    fail(c, 400, "INVALID_ARGUMENT", "Page token is invalid.");
    return false;
  }
  *from = at;
  return true;
}

static void list(call *c) {
  size_t from = 0, size = 0;
  bool more = false;
  if (!read_size(c, &size) || !read_token(c, &from)) return;
  json_t *models = call_page(c, &from, size, &more);
  json_t *token = more ? json_sprintf(TOKEN_BEFORE "%zu" TOKEN_BEHIND, from) : NULL;
  response_json(c->out, 200, c->dialect->type, json_pack("{s:o, s:o*}", "models", models, "nextPageToken", token));
}

static bool complete(call *c) {
  const json_t *limit = json_object_get(json_object_get(c->body, "generationConfig"), "maxOutputTokens");
  long floor = call_floor(c, 1);
  if (!json_is_array(json_object_get(c->body, "contents")))
    fail(c, 400, "INVALID_ARGUMENT", "* contents: contents is not specified");
  else if (limit && (!json_is_integer(limit) || json_integer_value(limit) < floor))
    fail(c, 400, "INVALID_ARGUMENT", "max_output_tokens must be at least %ld", floor);
  else
    return true;
  return false;
}

static json_t *count(const call *c) {
  (void)c;
  return json_pack("{s:i}", "totalTokens", INPUT_TOKENS);
}

/* A text and a reason to stop at, or the text alone. */
static json_t *candidate(const char *text, const char *finish) {
  return json_pack("{s:{s:[{s:s}], s:s}, s:s*, s:i}", "content", "parts", "text", text, "role", "model", "finishReason", finish, "index",
                   0);
}

/* Steals the candidate. */
static json_t *generated(const call *c, json_t *one, int output_tokens) {
  return json_pack("{s:[o], s:{s:i, s:i, s:i}, s:s}", "candidates", one, "usageMetadata", "promptTokenCount", INPUT_TOKENS,
                   "candidatesTokenCount", output_tokens, "totalTokenCount", INPUT_TOKENS + output_tokens, "modelVersion", c->model->id);
}

static json_t *generate(const call *c) { return generated(c, candidate("Hi", call_ending(c, "STOP", "MAX_TOKENS")), 1); }

static void stream(const call *c, strbuf *events) {
  event_add(events, NULL, generated(c, candidate("H", NULL), 0));
  event_add(events, NULL, generated(c, candidate("i", call_ending(c, "STOP", "MAX_TOKENS")), 1));
}

const dialect dialect_gemini = {
  .recognise = recognise,
  .key = key,
  .refuse = refuse,
  .list = list,
  .describe = describe,
  .complete = complete,
  .count = count,
  .generate = generate,
  .stream = stream,
  .type = "application/json; charset=UTF-8",
  .id_header = NULL,
};

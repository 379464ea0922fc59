/* body: see body.h. The prompt takes the place of the word "hi", and the limit that of the one of the request. */
#include "command/try/body.h"

#include <string.h>

static const char *const LIMITS[] = { "max_tokens",      "max_completion_tokens", "max_output_tokens",
                                      "maxOutputTokens", "num_predict",           "maxTokens" };

static bool is_limit(const char *name) {
  for (size_t i = 0; i < sizeof LIMITS / sizeof *LIMITS; i++)
    if (strcmp(LIMITS[i], name) == 0) return true;
  return false;
}

static bool is_hi(const json_t *value) { return json_is_string(value) && strcmp(json_string_value(value), "hi") == 0; }

static void fill(json_t *at, prompt *p) {
  const char *name;
  json_t *value;
  void *next;
  size_t index;
  json_object_foreach_safe(at, next, name, value) {
    if (is_limit(name) && json_is_integer(value)) { /* setting it frees `value` */
      json_object_set_new(at, name, json_integer(p->max_tokens));
      p->lost_limit = false;
    } else if (is_hi(value)) {
      json_object_set_new(at, name, json_string(p->text));
      p->lost_text = false;
    } else {
      fill(value, p);
    }
  }
  if (json_is_array(at)) json_array_foreach(at, index, value) fill(value, p);
}

/* False where nothing shows its place. */
static bool add_system(json_t *body, const char *protocol, const char *text) {
  if (strcmp(protocol, "anthropic-messages") == 0)
    json_object_set_new(body, "system", json_string(text));
  else if (strcmp(protocol, "gemini") == 0)
    json_object_set_new(body, "systemInstruction", json_pack("{s:[{s:s}]}", "parts", "text", text));
  else if (strcmp(protocol, "bedrock-converse") == 0)
    json_object_set_new(body, "system", json_pack("[{s:s}]", "text", text));
  else if (strcmp(protocol, "openai-responses") == 0)
    json_object_set_new(body, "instructions", json_string(text));
  else
    return json_array_insert_new(json_object_get(body, "messages"), 0, json_pack("{s:s, s:s}", "role", "system", "content", text)) == 0;
  return true;
}

static void ask_for_stream(json_t *body, const dialect *d, bool wanted) {
  if (!dialect_is_known(d) && json_is_boolean(json_object_get(body, "stream"))) json_object_set_new(body, "stream", json_false());
  if (!d->stream_member) return;
  if (wanted || json_object_get(body, d->stream_member)) json_object_set_new(body, d->stream_member, json_boolean(wanted));
  if (wanted && strcmp(d->protocol, "openai-chat") == 0)
    json_object_set_new(body, "stream_options", json_pack("{s:b}", "include_usage", 1));
}

char *prompt_body(const char *request_json, const dialect *d, prompt *p) {
  json_t *request = json_loads(request_json, 0, NULL), *body = json_object_get(request, "body");
  char *text = NULL;
  p->lost_text = p->lost_limit = true;
  if (json_is_object(body)) fill(body, p);
  if (!p->lost_text) p->lost_system = p->system && !add_system(body, d->protocol, p->system);
  if (!p->lost_text && !p->lost_system) {
    ask_for_stream(body, d, p->stream);
    text = json_dumps(body, JSON_COMPACT);
  }
  json_decref(request);
  return text;
}

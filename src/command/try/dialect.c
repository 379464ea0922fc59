/* dialect: see dialect.h. */
#include "command/try/dialect.h"

#include <string.h>
#include <strings.h>

static const dialect DIALECTS[] = {
  { .protocol = "openai-chat",
    .stream_member = "stream",
    .delta = "choices.*.delta.content",
    .whole = "choices.*.message.content",
    .end = "choices.*.finish_reason",
    .stop = { "choices.*.finish_reason" },
    .input = { "usage.prompt_tokens" },
    .output = { "usage.completion_tokens" },
    .cache_read = { "usage.prompt_tokens_details.cached_tokens" } },
  { .protocol = "openai-responses",
    .stream_member = "stream",
    .only = "response.output_text.delta",
    .delta = "delta",
    .whole = "output.*.content.*.text",
    .end = "response.usage",
    .stop = { "response.incomplete_details.reason", "incomplete_details.reason" },
    .input = { "response.usage.input_tokens", "usage.input_tokens" },
    .output = { "response.usage.output_tokens", "usage.output_tokens" },
    .cache_read = { "response.usage.input_tokens_details.cached_tokens", "usage.input_tokens_details.cached_tokens" } },
  { .protocol = "anthropic-messages",
    .stream_member = "stream",
    .only = "content_block_delta",
    .delta = "delta.text",
    .whole = "content.*.text",
    .end_type = "message_stop",
    .stop = { "delta.stop_reason", "stop_reason" },
    .input = { "message.usage.input_tokens", "usage.input_tokens" },
    .output = { "usage.output_tokens" },
    .cache_read = { "message.usage.cache_read_input_tokens", "usage.cache_read_input_tokens" },
    .cache_write = { "message.usage.cache_creation_input_tokens", "usage.cache_creation_input_tokens" },
    .input_lacks_cache = true },
  { .protocol = "gemini",
    .path = ":generateContent",
    .stream_path = ":streamGenerateContent?alt=sse",
    .delta = "candidates.*.content.parts.*.text",
    .whole = "candidates.*.content.parts.*.text",
    .end = "candidates.*.finishReason",
    .stop = { "candidates.*.finishReason", "promptFeedback.blockReason" },
    .input = { "usageMetadata.promptTokenCount" },
    .output = { "usageMetadata.candidatesTokenCount" },
    .cache_read = { "usageMetadata.cachedContentTokenCount" },
    .more_output = { "usageMetadata.thoughtsTokenCount" } },
  { .protocol = "ollama",
    .stream_member = "stream",
    .delta = "message.content",
    .whole = "message.content",
    .end = "done_reason",
    .stop = { "done_reason" },
    .input = { "prompt_eval_count" },
    .output = { "eval_count" } },
  { .protocol = "cohere-v2",
    .stream_member = "stream",
    .only = "content-delta",
    .delta = "delta.message.content.text",
    .whole = "message.content.*.text",
    .end_type = "message-end",
    .stop = { "delta.finish_reason", "finish_reason" },
    .input = { "delta.usage.tokens.input_tokens", "usage.tokens.input_tokens" },
    .output = { "delta.usage.tokens.output_tokens", "usage.tokens.output_tokens" } },
  { .protocol = "bedrock-converse",
    .whole = "output.message.content.*.text",
    .stop = { "stopReason" },
    .input = { "usage.inputTokens" },
    .output = { "usage.outputTokens" },
    .cache_read = { "usage.cacheReadInputTokens" },
    .cache_write = { "usage.cacheWriteInputTokens" },
    .input_lacks_cache = true },
};

static const dialect UNKNOWN = { .protocol = "" };

const dialect *dialect_find(const char *protocol) {
  for (size_t i = 0; i < sizeof DIALECTS / sizeof *DIALECTS; i++)
    if (strcmp(DIALECTS[i].protocol, protocol) == 0) return &DIALECTS[i];
  return &UNKNOWN;
}

bool dialect_is_known(const dialect *d) { return d != &UNKNOWN; }

typedef void visitor(void *payload, const json_t *value);

/* Calls `visit` for each value at a place. */
static void walk(const json_t *at, const char *place, visitor *visit, void *payload) {
  char name[64];
  size_t length = strcspn(place, ".");
  if (!at) return;
  if (!*place) {
    visit(payload, at);
    return;
  }
  const char *rest = place[length] ? place + length + 1 : "";
  if (*place == '*') {
    for (size_t i = 0; i < json_array_size(at); i++) walk(json_array_get(at, i), rest, visit, payload);
    return;
  }
  if (length >= sizeof name) return;
  memcpy(name, place, length);
  name[length] = '\0';
  walk(json_object_get(at, name), rest, visit, payload);
}

static void add_text(void *payload, const json_t *value) {
  if (json_is_string(value)) strbuf_bytes(payload, json_string_value(value), json_string_length(value));
}

static void take_count(void *payload, const json_t *value) {
  if (json_is_integer(value) && json_integer_value(value) >= 0) *(int64_t *)payload = (int64_t)json_integer_value(value);
  if (json_is_real(value) && json_real_value(value) >= 0 && json_real_value(value) < 1e15)
    *(int64_t *)payload = (int64_t)json_real_value(value);
}

static void note(void *payload, const json_t *value) { *(bool *)payload = *(bool *)payload || !json_is_null(value); }

void place_text(const json_t *from, const char *place, strbuf *out) {
  if (place) walk(from, place, add_text, out);
}

void place_word(const json_t *from, const char *const places[MOST_PLACES], strbuf *out) {
  for (size_t i = 0; i < MOST_PLACES && places[i] && !out->length; i++) place_text(from, places[i], out);
}

ending ending_of(const char *word) {
  static const char *const limits[] = { "length", "max_tokens", "max_output_tokens", "model_context_window_exceeded", NULL };
  static const char *const filters[] = { "content_filter",
                                         "refusal",
                                         "safety",
                                         "recitation",
                                         "blocklist",
                                         "prohibited_content",
                                         "spii",
                                         "language",
                                         "image_safety",
                                         "other",
                                         "guardrail_intervened",
                                         "content_filtered",
                                         NULL };
  for (const char *const *at = limits; *at; at++)
    if (strcasecmp(word, *at) == 0) return ENDING_LENGTH;
  for (const char *const *at = filters; *at; at++)
    if (strcasecmp(word, *at) == 0) return ENDING_WITHHELD;
  return ENDING_USUAL;
}

int64_t place_count(const json_t *from, const char *const places[MOST_PLACES]) {
  int64_t count = -1;
  for (size_t i = 0; i < MOST_PLACES && places[i] && count < 0; i++) walk(from, places[i], take_count, &count);
  return count;
}

bool place_is_there(const json_t *from, const char *place) {
  bool there = false;
  if (place) walk(from, place, note, &there);
  return there;
}

const dialect *dialect_of(const json_t *answer) {
  for (size_t i = 0; i < sizeof DIALECTS / sizeof *DIALECTS; i++) {
    strbuf text = { 0 };
    place_text(answer, DIALECTS[i].whole, &text);
    const bool found = text.length > 0;
    strbuf_free(&text);
    if (found) return &DIALECTS[i];
  }
  return NULL;
}

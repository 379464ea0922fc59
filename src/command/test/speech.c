/* speech: see speech.h. */
#include "command/test/speech.h"

#include "command/shared/memory.h"

#include <string.h>

static const speech SPEECHES[] = {
  { "openai-chat", "openai", "/chat/completions", "", "/v1", "/v1/models", false, false },
  { "openai-responses", "openai", "/responses", "", "/v1", "/v1/models", false, false },
  { "anthropic-messages", "anthropic-messages", "/v1/messages", "", "", "/v1/models", false, true },
  { "gemini", "gemini", "/models/", ":generateContent", "/v1beta", "/v1beta/models", true, true },
  { "cohere-v2", "cohere-v2", "/v2/chat", "", "", "/v1/models", false, true },
  { "ollama", "ollama", "/api/chat", "", "", "/api/tags", false, false },
  { "bedrock-converse", "bedrock-converse", "/model/", "/converse", "", NULL, true, false },
};

const speech *speech_of(const char *protocol) {
  for (size_t i = 0; i < sizeof SPEECHES / sizeof *SPEECHES; i++)
    if (strcmp(SPEECHES[i].protocol, protocol) == 0) return &SPEECHES[i];
  return NULL;
}

static const char *path_of(const char *url) {
  const char *host = strstr(url, "://");
  const char *path = host ? strchr(host + 3, '/') : NULL;
  return path ? path : "";
}

static bool ends_in(const char *text, size_t length, const char *tail) {
  size_t size = strlen(tail);
  return length >= size && strncmp(text + length - size, tail, size) == 0;
}

/* The last place where `before` stands, so that a base may hold it too. */
static const char *last(const char *text, size_t length, const char *part) {
  size_t size = strlen(part);
  for (size_t at = length; at-- > 0;)
    if (at + size <= length && strncmp(text + at, part, size) == 0) return text + at;
  return NULL;
}

char *speech_base(const speech *s, const char *url) {
  const char *path = path_of(url);
  size_t length = strcspn(path, "?");
  if (!ends_in(path, length, s->behind)) return NULL;
  length -= strlen(s->behind);
  const char *found = s->named                           ? last(path, length, s->before)
                      : ends_in(path, length, s->before) ? path + length - strlen(s->before)
                                                         : NULL;
  if (!found) return NULL;
  strbuf base = { 0 };
  strbuf_bytes(&base, path, (size_t)(found - path));
  char *result = copied(strbuf_text(&base));
  strbuf_free(&base);
  return result;
}

/* What stands behind a base, NULL when the path does not begin with it. */
static const char *behind(const char *path, const char *base) {
  size_t size = strlen(base);
  return strncmp(path, base, size) == 0 && path[size] == '/' ? path + size : NULL;
}

static bool begins(const char *text, const char *with) { return text && strncmp(text, with, strlen(with)) == 0; }

/* A listing beside the base (bare(get ...)) is the stand-in's listing; what else is there is about the account. */
static void translate(const voice *v, const char *path, strbuf *out) {
  const char *rest = behind(path, v->base);
  size_t length = strcspn(path, "?");
  if (rest)
    strbuf_format(out, "%s%s", v->speech->home, rest);
  else if (v->speech->listing && (ends_in(path, length, "/models") || ends_in(path, length, "/models.json")))
    strbuf_format(out, "%s%s", v->speech->listing, path + length);
  else
    strbuf_add(out, path);
}

void speech_translate(const voice *voices, size_t count, const char *url, strbuf *out) {
  const char *path = path_of(url);
  size_t chosen = 0;
  for (size_t i = 1; i < count && !chosen; i++)
    if (begins(behind(path, voices[i].base), voices[i].speech->before)) chosen = i;
  strbuf_format(out, "/%zu", chosen);
  translate(&voices[chosen], path, out);
}

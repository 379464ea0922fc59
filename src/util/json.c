/* json: see json.h. */
#include "util/json.h"

#include "util/text.h"

#include <string.h>

/* Jansson bounds its own recursion at 2048; a caller on a small stack wants less, and a count costs one pass. */
static bool too_deep(const char *text, size_t length) {
  size_t depth = 0;
  bool quoted = false;
  for (size_t i = 0; i < length; i++) {
    char c = text[i];
    if (quoted) {
      if (c == '\\') i++;
      if (c == '"') quoted = false;
    } else if (c == '"') {
      quoted = true;
    } else if (c == '[' || c == '{') {
      if (++depth > JSON_MAX_DEPTH) return true;
    } else if ((c == ']' || c == '}') && depth > 0) {
      depth--;
    }
  }
  return false;
}

json_t *json_read(arena *a, const char *text, size_t length, const char **why, int *line) {
  if (line) *line = 0;
  if (length > JSON_MAX_BYTES) {
    *why = "is larger than 8 MiB";
    return NULL;
  }
  if (too_deep(text, length)) {
    *why = "is nested deeper than 64 levels";
    return NULL;
  }
  json_error_t error;
  json_t *value = json_loadb(text, length, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
  if (value) return value;
  if (line) *line = error.line > 0 ? error.line : 0;
  *why = arena_printf(a, "is not valid JSON: %s", text_clean(a, error.text, strnlen(error.text, sizeof error.text), 120));
  return NULL;
}

static const char *text_member(const json_t *object, const char *key) {
  const char *text = json_string_value(json_object_get(object, key));
  return text && *text ? text : NULL;
}

static const char *first_of(const json_t *object, const char *const *keys) {
  for (; *keys; keys++)
    if (text_member(object, *keys)) return text_member(object, *keys);
  return NULL;
}

static const char *describe(const json_t *value) {
  static const char *const keys[] = { "message", "msg", "detail", "title", "type", "code", "status", NULL };
  if (json_is_string(value)) return *json_string_value(value) ? json_string_value(value) : NULL;
  if (json_is_array(value)) return json_array_size(value) ? describe(json_array_get(value, 0)) : NULL;
  return json_is_object(value) ? first_of(value, keys) : NULL;
}

const char *json_error_message(const json_t *body) {
  static const char *const holders[] = { "error", "detail", "errors", NULL };
  if (json_is_array(body)) return json_array_size(body) ? json_error_message(json_array_get(body, 0)) : NULL;
  for (const char *const *key = holders; *key; key++) {
    const json_t *inner = json_object_get(body, *key);
    if (json_is_object(inner) && json_is_object(json_object_get(inner, "error"))) inner = json_object_get(inner, "error");
    if (describe(inner)) return describe(inner);
  }
  static const char *const flat[] = { "message", "detail", "title", "msg", NULL };
  return json_is_object(body) ? first_of(body, flat) : NULL;
}

bool json_is_api_error(const json_t *body) {
  const json_t *error = json_object_get(json_is_array(body) ? json_array_get(body, 0) : body, "error");
  return json_is_object(error) && describe(error);
}

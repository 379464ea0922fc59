/* json_ids: see json_ids.h. */
#include "command/migrate/json_ids.h"

#include "util/writer.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

/* A string between its quotes, escapes as they are written: an id has none. */
typedef struct span {
  const char *at;
  size_t length;
} span;

static span string_at(const char *quote, const char *end) {
  const char *c = quote + 1;
  while (c < end && *c != '"') c += *c == '\\' && c + 1 < end ? 2 : 1;
  return (span){ quote + 1, (size_t)(c - quote - 1) };
}

static const char *behind(span s, const char *end) { return s.at + s.length < end ? s.at + s.length + 1 : end; }

static const char *skip_blanks(const char *c, const char *end) {
  while (c < end && memchr(" \t\r\n", *c, 4)) c++;
  return c;
}

static bool names_a_model(span name) {
  for (size_t i = 0; i + 5 <= name.length; i++)
    if (strncasecmp(name.at + i, "model", 5) == 0) return true;
  return false;
}

size_t json_ids_rename(const char *text, size_t length, json_ids_rule rule, void *payload, strbuf *out) {
  const char *end = text + length, *kept = text; /* up to here it is in `out` */
  size_t renamed = 0;
  for (const char *quote = memchr(text, '"', length), *after; quote; quote = memchr(after, '"', (size_t)(end - after))) {
    span name = string_at(quote, end);
    after = behind(name, end);
    const char *value = skip_blanks(after, end);
    if (value == end || *value != ':' || !names_a_model(name)) continue;
    value = skip_blanks(value + 1, end);
    if (value == end || *value != '"') continue;
    span id = string_at(value, end);
    after = behind(id, end);
    const char *to = rule(payload, id.at, id.length);
    if (!to) continue;
    renamed++;
    if (out) strbuf_bytes(out, kept, (size_t)(value - kept)), write_quoted(out, to);
    kept = after;
  }
  if (out) strbuf_bytes(out, kept, (size_t)(end - kept));
  return renamed;
}

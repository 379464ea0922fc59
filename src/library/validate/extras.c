/* extras: see extras.h. */
#include "library/validate/extras.h"

#include "util/text.h"
#include "util/writer.h"

#include <stdlib.h>
#include <string.h>

static void warn(findings *f, const char *variable, const char *what) {
  if (f) finding_warning(f, ((origin){ "", 0 }), "%s: %s", variable, what);
}

static const char *trimmed(arena *a, const char *from, const char *end) {
  size_t length = text_trim(&from, (size_t)(end - from));
  return arena_bytes(a, from, length);
}

static const char *keep_secret(arena *a, keyring *ring, const char *value, size_t length) {
  const secret *s = keyring_add(ring, value, length);
  if (!s) arena_exhaust(a);
  return secret_value(s);
}

/* ---- headers ---- */

/* The value is copied to the keyring only. */
static void take_line(extras *out, arena *a, keyring *ring, const char *from, const char *end, findings *f) {
  const char *colon = memchr(from, ':', (size_t)(end - from)), *value = colon ? colon + 1 : end;
  if (!colon && from + strspn(from, " \t\r") >= end) return;
  const char *name = colon ? trimmed(a, from, colon) : "";
  size_t length = text_trim(&value, (size_t)(end - value));
  if (!text_is_token(name)) {
    warn(f, "LLM_CUSTOM_HEADERS", "a line is not of the form \"Name: value\" and was left out");
  } else if (text_has_control(value, length)) {
    warn(f, "LLM_CUSTOM_HEADERS", arena_printf(a, "the value of '%s' contains a control character and was left out", name));
  } else if (length) {
    roster_header h = { name, keep_secret(a, ring, value, length) };
    LIST_PUSH(a, out->headers, out->header_count, out->header_room, h);
  }
}

/* The end of a line: a line break, or the two characters that stand for one where a file of variables holds no line breaks. */
static const char *line_end(const char *text) {
  const char *end = text + strcspn(text, "\n"), *spelled = strstr(text, "\\n");
  return spelled && spelled < end ? spelled : end;
}

static void read_headers(extras *out, arena *a, keyring *ring, const char *text, findings *f) {
  while (*text) {
    const char *end = line_end(text);
    take_line(out, a, ring, text, end, f);
    text = end + (*end == '\\' ? 2 : *end != 0);
  }
}

/* ---- tags ---- */

static bool take_tag(writer *w, arena *a, keyring *ring, const char *from, const char *end, findings *f) {
  const char *equals = memchr(from, '=', (size_t)(end - from));
  const char *name = equals ? trimmed(a, from, equals) : "", *value = equals ? trimmed(a, equals + 1, end) : "";
  if (!*name) {
    if (*trimmed(a, from, end)) warn(f, "LLM_REQUEST_TAGS", "a tag is not of the form key=value and was left out");
    return false;
  }
  if (*value) keep_secret(a, ring, value, strlen(value));
  write_text(w, name, value);
  return true;
}

static const char *read_tags(arena *a, keyring *ring, const char *text, findings *f) {
  writer w = { 0 };
  size_t count = 0;
  write_open(&w, NULL, '{');
  while (*text) {
    size_t length = strcspn(text, ",");
    count += take_tag(&w, a, ring, text, text + length, f);
    text += length + (text[length] == ',');
  }
  write_close(&w, '}');
  char *json = write_end(&w, NULL);
  const char *tags = json && count ? arena_text(a, json) : NULL;
  free(json);
  return tags;
}

/* ---- what others read ---- */

/* The headers of an SDK's own variable may be secret, so roster does not take them over unasked; but what it proves is then not what a host
 * with that SDK sends. */
static void warn_of_sdks(arena *a, const environment *e, findings *f) {
  static const char *const known[][2] = { { "ANTHROPIC_CUSTOM_HEADERS", "anthropic" }, { "OPENAI_CUSTOM_HEADERS", "openai" } };
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (environment_get(e, known[i][0]))
      warn(f, known[i][0],
           arena_printf(a,
                        "this provider's SDK sends these headers, and roster does not: put them in LLM_CUSTOM_HEADERS, or write provider "
                        "\"%s\" { headers = { ... } }",
                        known[i][1]));
}

/* ---- reading all ---- */

void extras_read(extras *out, arena *a, keyring *ring, const environment *e, findings *f) {
  *out = (extras){ 0 };
  const char *headers = environment_get(e, "LLM_CUSTOM_HEADERS"), *tags = environment_get(e, "LLM_REQUEST_TAGS");
  const char *scheme = environment_get(e, "LLM_AUTH_HEADER");
  if (headers) read_headers(out, a, ring, headers, f);
  warn_of_sdks(a, e, f);
  if (tags) out->tags = read_tags(a, ring, tags, f);
  out->bearer = scheme && text_same(scheme, "bearer");
  if (scheme && !out->bearer) warn(f, "LLM_AUTH_HEADER", "only \"bearer\" is known; it was left out");
}

void extras_tag(const extras *x, arena *a, api_request *q) {
  size_t n = q->body ? strlen(q->body) : 0;
  if (!x->tags || n < 2 || q->body[0] != '{' || q->body[n - 1] != '}') return;
  q->tags = x->tags;
  q->body = arena_printf(a, "%.*s%s\"tags\":%s}", (int)(n - 1), q->body, n > 2 ? "," : "", x->tags);
}

/* redactor: see redactor.h. */
#include "library/recording/redactor.h"

#include "util/text.h"
#include "util/hex.h"

#include <string.h>

enum { LEAST = 8 }; /* what is shorter may be any word */

/* ---- what is a secret ---- */

/* `provider` is roster's own: whom a request through a gateway is for. */
static bool is_harmless(const char *name) {
  static const char *const names[] = { "accept",         "accept-language", "anthropic-beta", "anthropic-version",
                                       "content-length", "content-type",    "host",           "http-referer",
                                       "openai-beta",    "origin",          "provider",       "referer",
                                       "user-agent",     "x-title" };
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (text_same(names[i], name)) return true;
  return false;
}

/* "Bearer abc": the scheme is no secret. */
static const char *behind_scheme(const roster_header *h) {
  const char *blank = strchr(h->value, ' ');
  if (!blank || !(text_same(h->name, "authorization") || text_same(h->name, "proxy-authorization"))) return h->value;
  return blank + strspn(blank, " ");
}

static bool learn(redactor *v, const char *value) {
  return strlen(value) < LEAST || keyring_has(&v->ring, value) || keyring_add(&v->ring, value, strlen(value));
}

bool redactor_learn(redactor *v, const roster_header *headers, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (!is_harmless(headers[i].name) && !learn(v, behind_scheme(&headers[i]))) return false;
  return true;
}

void redactor_wipe(redactor *v) { keyring_wipe(&v->ring); }

/* ---- taking it out ---- */

const char *redactor_text(const redactor *v, arena *a, const char *text) { return keyring_redact(&v->ring, a, text); }

/* The plain character that an escape of JSON stands for, and the escape's length in *n; 0 where it has to stay an escape. */
static char escaped(const char *s, size_t *n) {
  *n = s[1] == '/' ? 2 : 6;
  if (s[1] == '/') return '/';
  if (s[1] != 'u' || s[2] != '0' || s[3] != '0' || hex_byte(s + 4) < 0) return 0;
  int c = hex_byte(s + 4);
  return c >= 0x20 && c < 0x7f && c != '"' && c != '\\' ? (char)c : 0;
}

/* The same JSON with fewer escapes. */
static const char *unescape(arena *a, const char *text) {
  char *out = arena_alloc(a, strlen(text) + 1), *end = out;
  while (*text) {
    size_t n = 1;
    char c = *text == '\\' ? escaped(text, &n) : *text;
    if (!c) { /* a backslash and what it escapes */
      *end++ = *text++;
      n = *text ? 1 : 0;
      c = *text;
    }
    if (n) *end++ = c;
    text += n;
  }
  return out;
}

static const char *redact_part(const redactor *v, arena *a, const char *text) {
  const char *plain = strstr(text, "\\u00") || strstr(text, "\\/") ? unescape(a, text) : NULL;
  const char *clean = plain ? redactor_text(v, a, plain) : NULL;
  return clean != plain ? clean : redactor_text(v, a, text);
}

const char *redactor_bytes(const redactor *v, arena *a, const char *bytes, size_t *length) {
  if (!memchr(bytes, 0, *length)) {
    const char *clean = redact_part(v, a, bytes);
    *length = strlen(clean);
    return clean;
  }
  strbuf b = { .arena = a };
  for (size_t at = 0; at <= *length; at += strlen(bytes + at) + 1) {
    if (at) strbuf_bytes(&b, "", 1);
    strbuf_add(&b, redact_part(v, a, bytes + at));
  }
  *length = b.length;
  return strbuf_text(&b);
}

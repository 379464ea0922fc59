/* flaw: see flaw.h. */
#include "util/flaw.h"

#include "util/key_shape.h"
#include "util/text.h"
#include "util/utf8.h"

#include <string.h>
#include <unistd.h>

enum { LONGEST_SHOWN = 80 };

/* ---- what cannot be seen ---- */

static void add_escape(strbuf *b, codepoint c, unsigned char byte) {
  if (c == '\r' || c == '\n' || c == '\t')
    strbuf_add(b, c == '\r' ? "\\r" : c == '\n' ? "\\n" : "\\t");
  else if (c == UTF8_INVALID || c < 0x80)
    strbuf_format(b, "\\x%02x", byte);
  else
    strbuf_format(b, c > 0xffff ? "\\U%08x" : "\\u%04x", c);
}

/* Adds the character at s, which may be escaped; returns its length. */
static size_t add_character(strbuf *b, const char *s) {
  codepoint c;
  size_t n = utf8_read(s, &c);
  if (c == UTF8_INVALID || c < 0x20 || c == 0x7f || utf8_is_invisible(c))
    add_escape(b, c, (unsigned char)*s);
  else if (c == '"' || c == '\\')
    strbuf_format(b, "\\%c", (int)c);
  else
    strbuf_bytes(b, s, n);
  return n;
}

/* A key may be glued to anything here: behind a quote that is not closed, or behind "Bearer:". */
static bool may_be_secret(const char *value) {
  for (const char *at = value; *at; at++)
    if (*at == '@' || (key_begins(at) && strlen(at) > KEY_SHORTEST)) return true;
  return key_may_be(value, strlen(value));
}

const char *flaw_show(arena *a, const char *value) {
  strbuf b = { .arena = a };
  if (may_be_secret(value)) return "...";
  strbuf_add(&b, "\"");
  const char *at = value;
  while (*at && *at != '?' && b.length < LONGEST_SHOWN) at += add_character(&b, at);
  strbuf_add(&b, *at == '?' ? "?..." : *at ? "..." : "");
  strbuf_add(&b, "\"");
  return strbuf_text(&b);
}

static const char *shown(arena *a, const char *s) {
  strbuf b = { .arena = a };
  add_character(&b, s);
  return strbuf_text(&b);
}

/* ---- around it ---- */

#define BLANKS " \t\r\n\v\f"

static const char *flaw_at_ends(arena *a, const char *s, size_t n) {
  if (strspn(s, BLANKS) == n) return "contains only blanks";
  if (text_starts(s, "\xef\xbb\xbf")) return "begins with a byte order mark (\\ufeff)";
  if (strchr(" \t", s[0]) || strchr(" \t", s[n - 1])) return strchr(" \t", s[0]) ? "begins with a blank" : "ends with a blank";
  if (strchr("\r\n", s[n - 1]))
    return arena_printf(a, "ends with a control character (%s, a %s)", s[n - 1] == '\r' ? "\\r" : "\\n",
                        s[n - 1] == '\r' ? "carriage return" : "line break");
  return NULL;
}

static const char *flaw_inside(arena *a, const char *s) {
  for (size_t n; *s; s += n) {
    codepoint c;
    n = utf8_read(s, &c);
    if (c == UTF8_INVALID) return arena_printf(a, "contains a byte that is not UTF-8 (%s)", shown(a, s));
    if (c < 0x20 || c == 0x7f)
      return arena_printf(a, "contains a control character (%s%s)", shown(a, s), c == '\n' || c == '\r' ? ", a line break" : "");
    if (utf8_is_invisible(c)) return arena_printf(a, "contains %s, which is invisible", shown(a, s));
  }
  return NULL;
}

static bool is_quote(char c) { return c == '"' || c == '\'' || c == '`'; }

/* One pair around all of it; a text that begins and ends with words in quotes is none. */
static bool is_quoted(const char *s, size_t n) { return n >= 2 && is_quote(s[0]) && s[n - 1] == s[0] && !memchr(s + 1, s[0], n - 2); }

/* ---- in its place ---- */

#define NAME_BYTES "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"

static bool is_variable(const char *s) { return *s == '$' && s[1] >= 'A' && s[1] <= 'Z' && !s[1 + strspn(s + 1, NAME_BYTES)]; }

static bool is_percent_variable(const char *s, size_t n) {
  return n > 2 && s[0] == '%' && strspn(s + 1, NAME_BYTES) == n - 2 && s[n - 1] == '%';
}

static const char *flaw_of_reference(const char *s, size_t n) {
  static const struct {
    const char *begins, *flaw;
  } schemes[] = {
    { "op://", "is a reference to 1Password (op://...), which is not resolved" },
    { "vault:", "is a reference to a vault (vault:...), which is not resolved" },
    { "ref+", "is a reference (ref+...), which is not resolved" },
    { "arn:", "is a reference to AWS (arn:...), which is not resolved" },
    { "env:", "is a reference (env:...), which is not resolved" },
    { "keychain:", "is a reference (keychain:...), which is not resolved" },
    { "ENC[", "is encrypted (ENC[...]) and was not decrypted" },
  };
  if (strstr(s, "${") || is_variable(s) || is_percent_variable(s, n)) return "is a reference to a variable that was not filled in";
  if (strstr(s, "{{") && strstr(s, "}}")) return "is a template ({{...}}) that was not filled in";
  if (strstr(s, "$(")) return "is a command ($(...)) that was not run";
  for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
    if (text_starts(s, schemes[i].begins)) return schemes[i].flaw;
  return n > 2 && s[0] == '<' && s[n - 1] == '>' ? "is a placeholder (<...>)" : NULL;
}

const char *flaw_in_setting(arena *a, const char *value) {
  size_t n = strlen(value);
  const char *flaw = flaw_at_ends(a, value, n);
  if (!flaw) flaw = flaw_inside(a, value);
  if (!flaw && is_quoted(value, n)) flaw = "is in quotes";
  return flaw ? flaw : flaw_of_reference(value, n);
}

/* ---- keys ---- */

/* NAME=, as a line of a .env file has it. Keys in base64 may hold '=', but no '_' in capitals before it. */
static bool begins_with_name(const char *s) {
  size_t n = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
  return n > 2 && s[n] == '=' && s[n + 1] && memchr(s, '_', n) && !(s[0] >= '0' && s[0] <= '9');
}

static bool speaks_of_yours(arena *a, const char *s, size_t n) {
  const char *low = text_lower(a, s, n), *your = strstr(low, "your");
  return your && (strstr(your, "key") || strstr(your, "token") || strstr(your, "secret"));
}

static const char *flaw_of_placeholder(arena *a, const char *s, size_t n) {
  if (strstr(s, "...") || strstr(s, "\xe2\x80\xa6") || strstr(s, "***") || strstr(s, "\xe2\x80\xa2"))
    return "is shortened or masked (...): it is not the complete key";
  const char *low = text_lower(a, s, n);
  if (text_is(low, "null") || text_is(low, "undefined")) return "is what a program prints for a missing value";
  return speaks_of_yours(a, s, n) ? "is a placeholder for your key" : NULL;
}

static bool begins_with_scheme(arena *a, const char *s, size_t n) {
  const char *low = text_lower(a, s, n < 8 ? n : 8);
  return text_starts(low, "bearer ") || text_starts(low, "bearer:") || text_starts(low, "basic ");
}

const char *flaw_in_key(arena *a, const char *value, size_t length, bool *instead) {
  *instead = false;
  if (memchr(value, 0, length)) return "contains a control character (\\x00)";
  const char *flaw = flaw_at_ends(a, value, length);
  if (!flaw) flaw = flaw_inside(a, value);
  if (!flaw && is_quote(value[0])) flaw = is_quoted(value, length) ? "is in quotes" : "begins with a quote";
  if (!flaw && (text_starts(value, "\xe2\x80\x98") || text_starts(value, "\xe2\x80\x9c"))) flaw = "begins with a typographic quote";
  if (!flaw && begins_with_scheme(a, value, length)) flaw = "begins with the word that precedes a key (\"Bearer \")";
  if (!flaw && text_starts(value, "export ")) flaw = "begins with \"export \": it is a line of a shell script";
  if (!flaw && begins_with_name(value)) flaw = "begins with a name and \"=\" (NAME=...)";
  if (flaw) return flaw;
  flaw = flaw_of_reference(value, length);
  if (!flaw) flaw = flaw_of_placeholder(a, value, length);
  *instead = flaw != NULL;
  return flaw;
}

bool flaw_may_be_key(const char *path) { return !strchr("/.~", *path) && access(path, F_OK) != 0; }

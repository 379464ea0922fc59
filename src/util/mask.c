/* mask: see mask.h. */
#include "util/mask.h"

#include "util/key_shape.h"
#include "util/text.h"

#include <stdbool.h>
#include <string.h>

enum { SHORT_VALUE = 8, COVERED = '\1' };
#define PIECE_ENDS " \t\"',;&@" /* what a key does not have */

typedef struct span {
  char *at;
  size_t length;
} span;

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
static bool is_letter(char c) { return is_upper(c) || (c >= 'a' && c <= 'z'); }
static bool is_part(char c) { return is_digit(c) || is_letter(c) || c == '_' || c == '-'; }

/* The bytes behind the first of a character are taken out in the end. */
static void cover(span s) {
  for (size_t i = 0; i < s.length; i++) s.at[i] = ((unsigned char)s.at[i] & 0xc0) == 0x80 ? COVERED : '*';
}

static span word_at(char *at, const char *end) {
  span s = { at, 0 };
  while (at + s.length < end && is_part(at[s.length])) s.length++;
  return s;
}

static bool has(arena *a, span name, const char *const *parts) {
  const char *low = text_lower(a, name.at, name.length);
  for (; *parts; parts++)
    if (strstr(low, *parts)) return true;
  return false;
}

/* ACME_API_KEY, $ACME_API_KEY, ${ACME_API_KEY} */
static bool is_variable(span s) {
  for (size_t i = 0; i < s.length; i++)
    if (!is_upper(s.at[i]) && !is_digit(s.at[i]) && !strchr("_${}", s.at[i])) return false;
  return true;
}

static void mask_address(span s) {
  char *host = memmem(s.at, s.length, "://", 3);
  const char *at = host ? text_last(host, (size_t)(s.at + s.length - host), '@') : NULL;
  if (at) cover((span){ host + 3, (size_t)(at - host) - 3 });
}

static span piece_at(char *at, const char *end) {
  span s = { at, 0 };
  while (at + s.length < end && !strchr(PIECE_ENDS, at[s.length])) s.length++;
  return s;
}

/* Of the words of a string, those that may be keys, and those behind "key=". */
static void mask_words(arena *a, span s) {
  span name = { s.at, 0 };
  for (char *at = s.at, *end = s.at + s.length; at < end;) {
    const span word = word_at(at, end);
    const bool assigned = at > s.at && at[-1] == '=' && (key_is_name(a, name.at, name.length) || key_is_parameter(a, name.at, name.length));
    const span piece = piece_at(at, end);
    const bool key = word.length && (assigned || key_is_hidden(word.at, word.length) || (piece.length >= KEY_SHORTEST && key_begins(at)));
    if (key) cover(piece);
    if (word.length) name = word;
    at += key ? piece.length : word.length ? word.length : 1;
  }
}

static void mask_string(arena *a, span name, span s) {
  static const char *const always[] = { "authorization", "password", "cookie", NULL };
  const bool carried = key_is_name(a, name.at, name.length) && !is_variable(s);
  mask_address(s);
  mask_words(a, s);
  if (carried && (has(a, name, always) || (s.length >= SHORT_VALUE && (key_begins(s.at) || key_is_mixed(s.at, s.length))))) cover(s);
}

static size_t string_length(const char *at) {
  size_t n = 1;
  while (at[n] && at[n] != *at) n += at[n] == '\\' && at[n + 1] ? 2 : 1;
  return n + (at[n] != 0);
}

static const char *without_covered(char *line) {
  char *out = line;
  for (const char *at = line; *at; at++)
    if (*at != COVERED) *out++ = *at;
  *out = 0;
  return line;
}

/* Of the string before it: "name": value, ["name"] = value. */
static bool is_name(const char *at) {
  at += strspn(at, " \t");
  return *at == ':' || *at == ']';
}

/* In the middle of a word only what no name has: names are made of short parts. */
static bool has_key(span word) {
  if (key_is(word.at, word.length)) return true;
  if (!key_is_mixed(word.at, word.length)) return false;
  if (word.length >= KEY_SHORTEST && key_begins(word.at)) return true;
  for (size_t i = 1; i + KEY_SHORTEST <= word.length; i++) {
    const char *dash = memchr(word.at + i, '-', word.length - i);
    const size_t left = dash ? word.length - (size_t)(dash - word.at) - 1 : 0;
    if (left >= KEY_SHORTEST && key_begins(word.at + i) && !memchr(dash + 1, '-', KEY_SHORTEST)) return true;
  }
  return false;
}

void mask_keys(char *message) {
  for (char *at = message, *end = message + strlen(message); at < end;) {
    const span word = word_at(at, end);
    if (has_key(word)) cover(word);
    at += word.length ? word.length : 1;
  }
}

/* What mask_address and mask_words go by: an address with a user, a value behind "=", or a piece as long as a key. */
bool mask_may_hide(const char *literal) {
  size_t piece = 0;
  for (const char *at = literal; *at; at++) {
    piece = strchr(PIECE_ENDS, *at) ? 0 : piece + 1;
    if (*at == '=' || *at == '@' || piece >= KEY_SHORTEST) return true;
  }
  return false;
}

const char *mask_line(arena *a, const char *line) {
  char *copy = arena_text(a, line), *end = copy + strlen(copy);
  span name = { copy, 0 };
  for (char *at = copy; at < end;) {
    const bool quoted = *at == '"' || *at == '\'';
    const span word = word_at(at, end);
    size_t length = quoted ? string_length(at) : word.length ? word.length : 1;
    const span string = { at + 1, length > 2 ? length - 2 : 0 };
    if (quoted && string.length) { /* what is behind a string may be named by it: ["x-api-key"] = "..." */
      const span behind = { arena_bytes(a, string.at, string.length), string.length };
      mask_string(a, is_name(at + length) ? (span){ at, 0 } : name, string);
      name = behind;
    } else if (word.length) {
      const span piece = piece_at(at, end);
      const bool whole = piece.length >= KEY_SHORTEST && key_begins(at);
      if (whole || key_is_hidden(word.at, word.length)) cover(whole ? piece : word);
      name = word;
      length = whole ? piece.length : length;
    }
    at += length;
  }
  return without_covered(copy);
}

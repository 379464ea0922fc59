/* key_shape: see key_shape.h. */
#include "util/key_shape.h"

#include "util/text.h"

#include <string.h>

enum {
  SHORTEST_RUN = 16, /* behind a known beginning */
  LONG_RUN = 20,
  LONGEST_MIXED = 11, /* "20251101preview" would be the longest in the name of a model */
  LONGEST_WORD = 31,
  SHORTEST_RANDOM = 24,
  FEWEST_TURNS = 7
};

bool key_begins(const char *text) {
  static const char *const usual[] = { "sk-", "sk_",  "ghp_",   "gho_",  "github_pat_", "glpat-", "AKIA", "AIza", "ya29.", "eyJ",   "xoxb-",
                                       "hf_", "gsk_", "nvapi-", "pplx-", "xai-",        "fw_",    "cpk_", "syn_", "r8_",   "tgp_v1" };
  for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
    if (*usual[i] == *text && text_starts(text, usual[i])) return true;
  return false;
}

/* ---- runs of letters and digits ---- */

enum { DIGIT = 1, SMALL, CAPITAL };

/* 0 for what a key is divided by. */
static int class_of(char c) { return c >= '0' && c <= '9' ? DIGIT : c >= 'a' && c <= 'z' ? SMALL : c >= 'A' && c <= 'Z' ? CAPITAL : 0; }

typedef struct run {
  size_t length, turns; /* from one class to another */
  unsigned classes;     /* a bit for each */
} run;

static run measure(const char *s, const char *end) {
  run r = { 0 };
  for (; s + r.length < end && class_of(s[r.length]); r.length++) {
    r.turns += r.length && class_of(s[r.length]) != class_of(s[r.length - 1]);
    r.classes |= 1u << class_of(s[r.length]);
  }
  return r;
}

static bool has_both(run r) { return r.classes & 1u << DIGIT && r.classes & (1u << SMALL | 1u << CAPITAL); }

static bool any_run(const char *word, size_t length, bool (*good)(run)) {
  for (const char *at = word, *end = word + length; at < end;) {
    const run r = measure(at, end);
    if (good(r)) return true;
    at += r.length + 1;
  }
  return false;
}

static bool is_run(run r) { return r.length >= SHORTEST_RUN && has_both(r); }
static bool is_long(run r) { return r.length >= LONG_RUN && has_both(r); }
static bool is_random(run r) {
  return r.length >= SHORTEST_RANDOM && r.classes == (1u << DIGIT | 1u << SMALL | 1u << CAPITAL) && r.turns >= FEWEST_TURNS;
}
static bool is_doubtful(run r) { return r.length > LONGEST_WORD || (r.length > LONGEST_MIXED && has_both(r)); }

bool key_is_mixed(const char *text, size_t length) {
  bool digit = false, letter = false;
  for (size_t i = 0; i < length; i++) {
    digit = digit || class_of(text[i]) == DIGIT;
    letter = letter || class_of(text[i]) > DIGIT;
  }
  return digit && letter;
}

/* ---- the three levels ---- */

bool key_has_run(const char *word, size_t length) { return any_run(word, length, is_long); }

bool key_is(const char *word, size_t length) {
  return (length >= KEY_SHORTEST && key_begins(word) && any_run(word, length, is_run)) || any_run(word, length, is_random);
}

static bool is_uuid(const char *s, size_t length) {
  bool good = length == 36;
  for (size_t i = 0; good && i < length; i++)
    good = i == 8 || i == 13 || i == 18 || i == 23 ? s[i] == '-' : s[i] && strchr("0123456789abcdefABCDEF", s[i]);
  return good;
}

bool key_is_hidden(const char *word, size_t length) {
  return (length >= KEY_SHORTEST && key_begins(word)) || is_uuid(word, length) || any_run(word, length, is_long) || key_is(word, length);
}

bool key_may_be(const char *text, size_t length) {
  const char *end = text + length;
  for (const char *at = text, *word; at < end; at = word + 1) {
    for (word = at; word < end && *word && strchr(KEY_BYTES, *word);) word++;
    if (key_is_hidden(at, (size_t)(word - at))) return true;
  }
  return any_run(text, length, is_doubtful);
}

/* ---- names ---- */

bool key_is_name(arena *a, const char *name, size_t length) {
  static const char *const parts[] = { "authorization", "key", "token", "secret", "credential", "password", "cookie", "signature" };
  const char *low = length ? text_lower(a, name, length) : "";
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
    if (strstr(low, parts[i])) return true;
  return text_is(low, "sig");
}

bool key_is_parameter(arena *a, const char *name, size_t length) {
  static const char *const names[] = {
    "key", "apikey", "api_key", "api-key", "token", "access_token", "auth", "secret", "password", "sig"
  };
  const char *low = length ? text_lower(a, name, length) : "";
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (text_is(low, names[i])) return true;
  return false;
}

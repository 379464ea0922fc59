/* text: see text.h. */
#include "util/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void build_bytes(builder *b, const char *bytes, size_t length) {
  if (b->length + length + 1 > b->room) {
    size_t room = (b->length + length + 1) * 2;
    b->at = arena_grow(b->arena, b->at, b->length, room);
    b->room = room;
  }
  if (length) memcpy(b->at + b->length, bytes, length);
  b->length += length;
  b->at[b->length] = 0;
}

void build(builder *b, const char *text) { build_bytes(b, text, strlen(text)); }

void build_format(builder *b, const char *format, ...) {
  char small[512];
  va_list args;
  va_start(args, format);
  int length = vsnprintf(small, sizeof small, format, args);
  va_end(args);
  if (length < 0) return;
  if ((size_t)length < sizeof small) {
    build_bytes(b, small, (size_t)length);
    return;
  }
  char *large = arena_alloc(b->arena, (size_t)length + 1);
  va_start(args, format);
  vsnprintf(large, (size_t)length + 1, format, args);
  va_end(args);
  build_bytes(b, large, (size_t)length);
}

const char *built(const builder *b) { return b->at ? b->at : ""; }

bool text_is(const char *a, const char *b) { return a && b && strcmp(a, b) == 0; }

bool text_starts(const char *s, const char *prefix) { return strncmp(s, prefix, strlen(prefix)) == 0; }

bool text_ends(const char *s, const char *suffix) {
  size_t n = strlen(s), k = strlen(suffix);
  return n >= k && memcmp(s + n - k, suffix, k) == 0;
}

static char lower(char c) { return (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c); }

bool text_same(const char *a, const char *b) {
  for (; *a && *b; a++, b++)
    if (lower(*a) != lower(*b)) return false;
  return *a == *b;
}

size_t text_character(const char *text) {
  const unsigned char *s = (const unsigned char *)text;
  if (s[0] < 0x80) return 1;
  size_t n = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
  unsigned code = s[0] & (0x7fu >> n);
  for (size_t i = 1; i < n; i++) {
    if ((s[i] & 0xc0) != 0x80) return 0;
    code = code << 6 | (s[i] & 0x3f);
  }
  static const unsigned least[] = { 0, 0, 0x80, 0x800, 0x10000 };
  bool surrogate = code >= 0xd800 && code < 0xe000;
  return s[0] >= 0xc2 && s[0] < 0xf5 && code >= least[n] && code < 0x110000 && !surrogate ? n : 0;
}

bool text_is_token(const char *s) {
  static const char token[] = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  return *s && strspn(s, token) == strlen(s);
}

bool text_has_control(const char *s, size_t length) {
  for (size_t i = 0; i < length; i++)
    if ((unsigned char)s[i] < 0x20 || s[i] == 0x7f) return true;
  return false;
}

bool text_glob(const char *s, const char *pattern) {
  const char *star = NULL, *mark = NULL;
  while (*s) {
    if (*pattern == '*') {
      star = ++pattern;
      mark = s;
    } else if (*pattern == '?' || *pattern == *s) {
      pattern++;
      s++;
    } else if (star) {
      pattern = star;
      s = ++mark;
    } else {
      return false;
    }
  }
  while (*pattern == '*') pattern++;
  return *pattern == 0;
}

char *text_lower(arena *a, const char *s, size_t length) {
  char *copy = arena_bytes(a, s, length);
  for (size_t i = 0; i < length; i++) copy[i] = lower(copy[i]);
  return copy;
}

static size_t character_start(const char *s, size_t at) {
  while (at > 0 && ((unsigned char)s[at] & 0xc0) == 0x80) at--;
  return at;
}

char *text_clean(arena *a, const char *s, size_t length, size_t most) {
  char *out = arena_alloc(a, length + 4);
  size_t n = 0;
  for (size_t i = 0; i < length; i++) {
    char c = (unsigned char)s[i] < 0x20 || s[i] == 0x7f ? ' ' : s[i];
    if (c == ' ' && (n == 0 || out[n - 1] == ' ')) continue;
    out[n++] = c;
  }
  if (n && out[n - 1] == ' ') n--;
  out[n] = 0;
  if (n > most) memcpy(out + character_start(out, most), "...", 4);
  return out;
}

bool texts_have(const texts *list, const char *s) {
  for (size_t i = 0; i < list->count; i++)
    if (text_is(list->at[i], s)) return true;
  return false;
}

static size_t least(size_t a, size_t b, size_t c) {
  size_t m = a < b ? a : b;
  return m < c ? m : c;
}

size_t text_distance(const char *a, const char *b) {
  enum { MOST = 63 };
  size_t n = strnlen(a, MOST), m = strnlen(b, MOST);
  unsigned char row[3][MOST + 1];
  for (size_t j = 0; j <= m; j++) row[0][j] = (unsigned char)j;
  for (size_t i = 1; i <= n; i++) {
    unsigned char *now = row[i % 3], *last = row[(i - 1) % 3], *before = row[(i + 1) % 3];
    now[0] = (unsigned char)i;
    for (size_t j = 1; j <= m; j++) {
      bool same = lower(a[i - 1]) == lower(b[j - 1]);
      now[j] = (unsigned char)least(last[j] + 1u, now[j - 1] + 1u, last[j - 1] + (same ? 0u : 1u));
      bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped && before[j - 2] + 1 < now[j]) now[j] = (unsigned char)(before[j - 2] + 1);
    }
  }
  return row[n % 3][m];
}

const char *text_nearest(const char *word, const char *const *candidates, size_t count) {
  const char *nearest = NULL;
  size_t best = strlen(word) / 3 + 2;
  for (size_t i = 0; i < count; i++) {
    size_t d = text_distance(word, candidates[i]);
    if (d >= best || d >= strlen(candidates[i])) continue;
    best = d;
    nearest = candidates[i];
  }
  return nearest;
}

/* The eight bytes at s; fewer where the text ends before. */
static uint64_t hash_word(const char *s, size_t length) {
  uint64_t word = 0;
  if (length >= 8)
    memcpy(&word, s, 8);
  else
    for (size_t i = 0; i < length; i++) word |= (uint64_t)(unsigned char)s[i] << 8 * i;
  return word;
}

uint64_t text_hash(const char *s, size_t length, uint64_t seed) {
  uint64_t h = seed ^ (length * 0x9e3779b97f4a7c15u);
  for (size_t at = 0; at < length; at += 8) {
    h = (h ^ hash_word(s + at, length - at)) * 0xff51afd7ed558ccdu;
    h ^= h >> 32;
  }
  h *= 0xc4ceb9fe1a85ec53u;
  return h ^ (h >> 29);
}

const char *text_fill(arena *a, const char *pattern, const char *slot, const char *value) {
  const char *at = strstr(pattern, slot);
  if (!at) return pattern;
  return arena_printf(a, "%.*s%s%s", (int)(at - pattern), pattern, value, at + strlen(slot));
}

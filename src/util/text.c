/* text: see text.h. */
#include "util/text.h"

#include "util/utf8.h"

#include <string.h>

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

bool text_is_token(const char *s) {
  static const char token[] = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  return *s && strspn(s, token) == strlen(s);
}

bool text_has_control(const char *s, size_t length) {
  for (size_t i = 0; i < length; i++)
    if ((unsigned char)s[i] < 0x20 || s[i] == 0x7f) return true;
  return false;
}

/* Where what follows a star can begin, from here on; NULL: nowhere. */
static const char *next_beginning(const char *s, char first) { return first == '?' || first == '*' ? s : strchr(s, first); }

bool text_glob(const char *s, const char *pattern) {
  const char *star = NULL, *mark = NULL;
  while (*s) {
    if (*pattern == '*') {
      star = ++pattern;
      if (!*star) return true;
      mark = s = next_beginning(s, *star);
    } else if (*pattern == '?' || *pattern == *s) {
      pattern++;
      s++;
    } else if (star) {
      pattern = star;
      mark = s = next_beginning(mark + 1, *star);
    } else {
      return false;
    }
    if (!s) return false;
  }
  while (*pattern == '*') pattern++;
  return *pattern == 0;
}

char *text_lower(arena *a, const char *s, size_t length) {
  char *copy = arena_bytes(a, s, length);
  for (size_t i = 0; i < length; i++) copy[i] = lower(copy[i]);
  return copy;
}

/* The length of a character that nobody sees; 0 where there is another. *blank: it stands between words. */
static size_t unseen_at(const char *s, size_t length, bool *blank) {
  char bytes[5] = "";
  codepoint c;
  *blank = (unsigned char)*s <= 0x20 || *s == 0x7f;
  if ((unsigned char)*s < 0x80) return *blank && *s != ' ';
  memcpy(bytes, s, length < 4 ? length : 4);
  const size_t n = utf8_read(bytes, &c);
  *blank = c < 0x100 || (c >= 0x2000 && c <= 0x200a) || (c >= 0x2028 && c <= 0x202f && (c < 0x202a || c > 0x202e)) || c == 0x3000;
  return c != UTF8_INVALID && utf8_is_invisible(c) ? n : 0;
}

char *text_clean(arena *a, const char *s, size_t length, size_t most) {
  char *out = arena_alloc(a, length + 4);
  size_t n = 0;
  for (size_t i = 0; i < length; i++) {
    bool blank = false;
    const size_t unseen = unseen_at(s + i, length - i, &blank);
    const char c = unseen ? ' ' : s[i];
    if (unseen) i += unseen - 1;
    if ((unseen && !blank) || (c == ' ' && (n == 0 || out[n - 1] == ' '))) continue;
    out[n++] = c;
  }
  if (n && out[n - 1] == ' ') n--;
  out[n] = 0;
  if (n > most) memcpy(out + utf8_boundary(out, most), "...", 4);
  return out;
}

size_t text_trim(const char **s, size_t length) {
  for (; length > 0 && (**s == ' ' || **s == '\t'); length--) ++*s;
  while (length > 0 && strchr(" \t\r", (*s)[length - 1]) && (*s)[length - 1]) length--;
  return length;
}

bool texts_have(const texts *list, const char *s) {
  for (size_t i = 0; i < list->count; i++)
    if (text_is(list->at[i], s)) return true;
  return false;
}

const char *text_fill(arena *a, const char *pattern, const char *slot, const char *value) {
  const char *at = strstr(pattern, slot);
  if (!at) return pattern;
  return arena_printf(a, "%.*s%s%s", (int)(at - pattern), pattern, value, at + strlen(slot));
}

const char *text_last(const char *s, size_t length, char byte) {
  while (length > 0)
    if (s[--length] == byte) return s + length;
  return NULL;
}

bool texts_equal(const texts *a, const texts *b) {
  for (size_t i = 0; i < a->count && i < b->count; i++)
    if (!text_is(a->at[i], b->at[i])) return false;
  return a->count == b->count;
}

texts texts_copy(arena *a, const texts *list) {
  texts copy = { 0 };
  for (size_t i = 0; i < list->count; i++) LIST_PUSH(a, copy.at, copy.count, copy.room, arena_text(a, list->at[i]));
  return copy;
}

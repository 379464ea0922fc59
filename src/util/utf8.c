/* utf8: see utf8.h. */
#include "util/utf8.h"

/* How many bytes a character has by its first one; 0 when nothing starts with it. */
static size_t length_of(unsigned char first) {
  if (first < 0x80) return 1;
  if (first < 0xc2) return 0;
  if (first < 0xe0) return 2;
  if (first < 0xf0) return 3;
  return first < 0xf5 ? 4 : 0;
}

static bool is_valid(codepoint c, size_t length) {
  static const codepoint least[] = { 0, 0, 0x80, 0x800, 0x10000 };
  return c >= least[length] && c <= 0x10ffff && !(c >= 0xd800 && c <= 0xdfff);
}

size_t utf8_read(const char *s, codepoint *out) {
  static const unsigned char mask[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
  size_t length = length_of((unsigned char)*s);
  codepoint c = length ? (unsigned char)*s & mask[length] : 0u;
  for (size_t i = 1; i < length; i++) {
    unsigned char next = (unsigned char)s[i];
    if ((next & 0xc0) != 0x80) length = 0; /* also at the end of the text */
    c = c << 6 | (next & 0x3f);
  }
  bool valid = length && is_valid(c, length);
  *out = valid ? c : UTF8_INVALID;
  return valid ? length : 1;
}

size_t utf8_length(const char *s) {
  codepoint c;
  size_t length = utf8_read(s, &c);
  return c == UTF8_INVALID ? 0 : length;
}

bool utf8_is_text(const char *s, size_t length) {
  for (size_t at = 0, n; at < length; at += n)
    if (!(n = (unsigned char)s[at] < 0x80 ? s[at] != 0 : utf8_length(s + at))) return false;
  return true;
}

size_t utf8_boundary(const char *s, size_t at) {
  while (at > 0 && ((unsigned char)s[at] & 0xc0) == 0x80) at--;
  return at;
}

/* The last two ranges reorder text. */
bool utf8_is_control(codepoint c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029 || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

bool utf8_is_invisible(codepoint c) {
  static const codepoint ranges[][2] = {
    { 0x80, 0xa0 },     { 0xad, 0xad },     { 0x34f, 0x34f },   { 0x61c, 0x61c },   { 0x115f, 0x1160 },   { 0x1680, 0x1680 },
    { 0x180e, 0x180e }, { 0x2000, 0x200f }, { 0x2028, 0x202f }, { 0x205f, 0x206f }, { 0x2800, 0x2800 },   { 0x3000, 0x3000 },
    { 0x3164, 0x3164 }, { 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff }, { 0xffa0, 0xffa0 }, { 0xe0000, 0xe0fff },
  };
  for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
    if (c >= ranges[i][0] && c <= ranges[i][1]) return true;
  return false;
}

static bool is_hidden(codepoint c) { return c < 0x20 || c == 0x7f || c == UTF8_INVALID || utf8_is_invisible(c); }

bool utf8_hides(const char *text) {
  while (*text >= 0x20 && *text < 0x7f) text++; /* most names are nothing but these */
  for (codepoint c = 0; *text;) {
    text += utf8_read(text, &c);
    if (is_hidden(c)) return true;
  }
  return false;
}

const char *utf8_spell(arena *a, const char *text) {
  strbuf b = { .arena = a };
  for (codepoint c = 0; *text;) {
    const size_t length = utf8_read(text, &c);
    if (is_hidden(c))
      strbuf_format(&b, "\\u{%02X}", c == UTF8_INVALID ? (unsigned)(unsigned char)*text : (unsigned)c);
    else
      strbuf_bytes(&b, text, length);
    text += length;
  }
  return strbuf_text(&b);
}

static bool is_zero_wide(codepoint c) { return (c >= 0x300 && c <= 0x36f) || (c >= 0x200b && c <= 0x200f) || (c >= 0xfe00 && c <= 0xfe0f); }

static bool is_double_wide(codepoint c) {
  static const codepoint ranges[][2] = { { 0x1100, 0x115f },   { 0x2e80, 0xa4cf },   { 0xac00, 0xd7a3 },   { 0xf900, 0xfaff },
                                         { 0xfe30, 0xfe6f },   { 0xff00, 0xff60 },   { 0xffe0, 0xffe6 },   { 0x1f300, 0x1f64f },
                                         { 0x1f680, 0x1f6ff }, { 0x1f900, 0x1f9ff }, { 0x1fa70, 0x1faff }, { 0x20000, 0x3fffd } };
  for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
    if (c >= ranges[i][0] && c <= ranges[i][1]) return true;
  return false;
}

size_t utf8_columns(codepoint c) {
  if (is_zero_wide(c)) return 0;
  return c != UTF8_INVALID && is_double_wide(c) ? 2 : 1;
}

size_t utf8_text_columns(const char *s) {
  size_t columns = 0;
  while (*s) {
    codepoint c = (unsigned char)*s;
    if (c >= ' ' && c <= '~') {
      columns++, s++;
      continue;
    }
    s += utf8_read(s, &c);
    columns += utf8_columns(c);
  }
  return columns;
}

static bool is_wide_blank(codepoint c) {
  return c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x202f || c == 0x205f || c == 0x2800 || c == 0x3000;
}

void utf8_add_clean(strbuf *b, const char *text) {
  for (const char *s = text; *s;) {
    codepoint c;
    size_t length = utf8_read(s, &c);
    if (c == UTF8_INVALID)
      strbuf_add(b, "?");
    else if (utf8_is_control(c) || is_wide_blank(c))
      strbuf_add(b, " ");
    else if (!utf8_is_invisible(c))
      strbuf_bytes(b, s, length);
    s += length;
  }
}

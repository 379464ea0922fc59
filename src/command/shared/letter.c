/* letter: see letter.h. */
#include "command/shared/letter.h"

/* How many bytes a character has by its first one; 0 when nothing starts with it. */
static size_t length_of(unsigned char first) {
  if (first < 0x80) return 1;
  if (first < 0xc2) return 0;
  if (first < 0xe0) return 2;
  if (first < 0xf0) return 3;
  return first < 0xf5 ? 4 : 0;
}

static bool is_valid(letter l, size_t length) {
  static const letter least[] = { 0, 0, 0x80, 0x800, 0x10000 };
  return l >= least[length] && l <= 0x10ffff && !(l >= 0xd800 && l <= 0xdfff);
}

size_t letter_read(const char *s, letter *out) {
  static const unsigned char mask[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
  size_t length = length_of((unsigned char)*s);
  letter l = length ? (unsigned char)*s & mask[length] : 0u;
  for (size_t i = 1; i < length; i++) {
    unsigned char next = (unsigned char)s[i];
    if ((next & 0xc0) != 0x80) length = 0; /* also at the end of the text */
    l = l << 6 | (next & 0x3f);
  }
  bool valid = length && is_valid(l, length);
  *out = valid ? l : LETTER_NONE;
  return valid ? length : 1;
}

/* The last two ranges reorder text: a name that holds them could show something else than it is. */
bool letter_is_control(letter l) {
  return l < 0x20 || (l >= 0x7f && l < 0xa0) || l == 0x2028 || l == 0x2029 || (l >= 0x202a && l <= 0x202e) || (l >= 0x2066 && l <= 0x2069);
}

static bool is_zero_wide(letter l) { return (l >= 0x300 && l <= 0x36f) || (l >= 0x200b && l <= 0x200f) || (l >= 0xfe00 && l <= 0xfe0f); }

static bool is_double_wide(letter l) {
  static const letter ranges[][2] = { { 0x1100, 0x115f },   { 0x2e80, 0xa4cf },  { 0xac00, 0xd7a3 }, { 0xf900, 0xfaff },
                                      { 0xfe30, 0xfe6f },   { 0xff00, 0xff60 },  { 0xffe0, 0xffe6 }, { 0x1f300, 0x1f64f },
                                      { 0x1f900, 0x1f9ff }, { 0x20000, 0x3fffd } };
  for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
    if (l >= ranges[i][0] && l <= ranges[i][1]) return true;
  return false;
}

size_t letter_columns(letter l) {
  if (is_zero_wide(l)) return 0;
  return l != LETTER_NONE && is_double_wide(l) ? 2 : 1;
}

size_t text_columns(const char *s) {
  size_t columns = 0;
  while (*s) {
    letter l;
    s += letter_read(s, &l);
    columns += letter_columns(l);
  }
  return columns;
}

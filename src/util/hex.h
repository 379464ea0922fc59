/* hex: hexadecimal digits, read and written. */
#ifndef ROSTER_UTIL_HEX_H
#define ROSTER_UTIL_HEX_H

#define HEX_LOWER "0123456789abcdef"
#define HEX_UPPER "0123456789ABCDEF"

/* 0 to 15; -1 for what is no digit, the end of the text included. */
static inline int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The byte that two digits stand for; -1 where they are not two. Reads nothing behind a first one that is no digit. */
static inline int hex_byte(const char *s) {
  int high = hex_digit(s[0]), low = high < 0 ? -1 : hex_digit(s[1]);
  return low < 0 ? -1 : high * 16 + low;
}

#endif

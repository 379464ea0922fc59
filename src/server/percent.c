/* percent: see percent.h. */
#include "server/percent.h"

#include "command/shared/letter.h"

static int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = (char)(c | 0x20);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool is_clean(const char *text) {
  while (*text) {
    letter l;
    text += letter_read(text, &l);
    if (l == LETTER_NONE || letter_is_control(l)) return false;
  }
  return true;
}

bool percent_decode(const char *text, bool plus_is_blank, char *out, size_t size) {
  size_t length = 0;
  for (; *text; text++) {
    int c = (unsigned char)*text;
    if (c == '%') {
      int high = digit(text[1]), low = high < 0 ? -1 : digit(text[2]);
      if (low < 0) return false;
      c = high * 16 + low;
      text += 2;
    } else if (c == '+' && plus_is_blank) {
      c = ' ';
    }
    if (!c || length + 1 >= size) return false;
    out[length++] = (char)c;
  }
  out[length] = '\0';
  return is_clean(out);
}

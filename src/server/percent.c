/* percent: see percent.h. */
#include "server/percent.h"

#include "util/utf8.h"
#include "util/hex.h"

static bool is_clean(const char *text) {
  while (*text) {
    codepoint l;
    text += utf8_read(text, &l);
    if (l == UTF8_INVALID || utf8_is_control(l)) return false;
  }
  return true;
}

bool percent_decode(const char *text, bool plus_is_blank, char *out, size_t size) {
  size_t length = 0;
  for (; *text; text++) {
    int c = (unsigned char)*text;
    if (c == '%') {
      c = hex_byte(text + 1);
      if (c < 0) return false;
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

/* amount: see amount.h. */
#include "command/shared/amount.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Hundredths without the zeros behind. */
static void add_hundredths(strbuf *p, int64_t hundredths, const char *unit) {
  strbuf_format(p, "%" PRId64, hundredths / 100);
  int64_t rest = hundredths % 100;
  if (rest) strbuf_format(p, rest % 10 ? ".%02d" : ".%d", (int)(rest % 10 ? rest : rest / 10));
  strbuf_add(p, unit);
}

void add_tokens(strbuf *p, int64_t tokens) {
  if (tokens <= 0)
    strbuf_add(p, "-");
  else if (tokens >= 999500)
    add_hundredths(p, (tokens + 5000) / 10000, "M");
  else if (tokens >= 1000)
    strbuf_format(p, "%" PRId64 "K", (tokens + 500) / 1000);
  else
    strbuf_format(p, "%" PRId64, tokens);
}

void add_dollars(strbuf *p, double dollars) {
  char text[64];
  if (dollars < 0) {
    strbuf_add(p, "-");
    return;
  }
  snprintf(text, sizeof text, "%.4f", dollars);
  size_t length = strlen(text);
  while (text[length - 1] == '0') length--;
  if (text[length - 1] == '.') length--;
  strbuf_bytes(p, text, length);
}

void add_count(strbuf *p, size_t count, const char *one) { strbuf_format(p, "%zu %s%s", count, one, count == 1 ? "" : "s"); }

/* amount: see amount.h. */
#include "command/shared/amount.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Hundredths without the zeros behind. */
static void add_hundredths(paper *p, int64_t hundredths, const char *unit) {
  paper_format(p, "%" PRId64, hundredths / 100);
  int64_t rest = hundredths % 100;
  if (rest) paper_format(p, rest % 10 ? ".%02d" : ".%d", (int)(rest % 10 ? rest : rest / 10));
  paper_add(p, unit);
}

void add_tokens(paper *p, int64_t tokens) {
  if (tokens <= 0)
    paper_add(p, "-");
  else if (tokens >= 999500)
    add_hundredths(p, (tokens + 5000) / 10000, "M");
  else if (tokens >= 1000)
    paper_format(p, "%" PRId64 "K", (tokens + 500) / 1000);
  else
    paper_format(p, "%" PRId64, tokens);
}

void add_dollars(paper *p, double dollars) {
  char text[64];
  if (dollars < 0) {
    paper_add(p, "-");
    return;
  }
  snprintf(text, sizeof text, "%.4f", dollars);
  size_t length = strlen(text);
  while (text[length - 1] == '0') length--;
  if (text[length - 1] == '.') length--;
  paper_bytes(p, text, length);
}

void add_count(paper *p, size_t count, const char *one) { paper_format(p, "%zu %s%s", count, one, count == 1 ? "" : "s"); }

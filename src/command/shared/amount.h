/* amount: numbers in the short forms that people read: 200K, 1.05M, 0.25/1.25. */
#ifndef ROSTER_SHARED_AMOUNT_H
#define ROSTER_SHARED_AMOUNT_H

#include "util/strbuf.h"
#include "roster.h"

void add_tokens(strbuf *p, int64_t tokens);               /* "-" when unknown */
void add_dollars(strbuf *p, double dollars);              /* "-" when unknown */
void add_count(strbuf *p, size_t count, const char *one); /* "1 model", "2 models" */

#endif

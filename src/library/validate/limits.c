/* limits: see limits.h. Providers name one header for each of limit, remaining and reset, and put what is counted (requests, tokens) and
 * the window (minute, day) before or after: "x-ratelimit-remaining-tokens-minute", "anthropic-ratelimit-tokens-remaining". */
#include "library/validate/limits.h"

#include "library/validate/foreign.h"
#include "library/validate/retry_after.h"
#include "util/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const int64_t MOST_COUNT = (int64_t)1 << 53; /* what JSON holds exactly */

static int64_t number(const char *text) {
  char *end = NULL;
  if (!text || !(*text >= '0' && *text <= '9')) return -1;
  double n = strtod(text, &end);
  return !*end && n <= (double)MOST_COUNT ? (int64_t)n : -1;
}

static void lower(rate *known, int64_t left, int64_t most) {
  if (left < 0 || (known->left >= 0 && (known->left < left || (known->left == left && known->most >= most)))) return;
  *known = (rate){ left, most };
}

static void note(limits *into, rate *known, int64_t left, int64_t most, int64_t reset_ms, int64_t at_ms) {
  lower(known, left, most);
  if (left >= 0 && reset_ms > into->reset_ms) into->reset_ms = reset_ms;
  if (left >= 0 && at_ms > into->at_ms) into->at_ms = at_ms;
}

/* ---- one header for each ---- */

static rate *counted(limits *into, const char *name) {
  if (strstr(name, "token")) return &into->tokens;
  bool other = strstr(name, "image") || strstr(name, "audio") || strstr(name, "concurrent");
  return other ? NULL : &into->requests;
}

/* The header that is named as this one, with another word in the place of `at`. */
static const char *sibling(const api_response *r, const char *name, const char *at, const char *word) {
  char other[100];
  int n = snprintf(other, sizeof other, "%.*s%s%s", (int)(at - name), name, word, at + strlen("remaining"));
  return n > 0 && (size_t)n < sizeof other ? response_header(r, other) : NULL;
}

static void take_one(limits *into, const api_response *r, const roster_header *h, int64_t at_ms) {
  const char *at = strstr(h->name, "remaining");
  rate *known = at && (strstr(h->name, "ratelimit") || strstr(h->name, "tokenlimit")) ? counted(into, h->name) : NULL;
  if (!known) return;
  const char *reset = sibling(r, h->name, at, "reset");
  int64_t seconds = reset ? retry_after_reset(reset, at_ms) : 0;
  note(into, known, number(h->value), number(sibling(r, h->name, at, "limit")), seconds > 0 ? at_ms + seconds * 1000 : 0, at_ms);
}

/* ---- one for all: RateLimit: "default";r=50;t=30, and RateLimit-Policy: "default";q=100;w=60 ---- */

static int64_t parameter(const char *of, const char *name) {
  const char *at = of ? strstr(of, name) : NULL;
  char digits[20];
  size_t n = at ? strspn(at + strlen(name), "0123456789") : 0;
  if (!n || n >= sizeof digits) return -1;
  snprintf(digits, sizeof digits, "%.*s", (int)n, at + strlen(name));
  return number(digits);
}

static void take_structured(limits *into, const api_response *r, int64_t at_ms) {
  const char *now = response_header(r, "ratelimit");
  int64_t seconds = parameter(now, ";t=");
  note(into, &into->requests, parameter(now, ";r="), parameter(response_header(r, "ratelimit-policy"), ";q="),
       seconds > 0 ? at_ms + seconds * 1000 : 0, at_ms);
}

void limits_take_headers(limits *into, const api_response *r, int64_t at_ms) {
  for (size_t i = 0; i < r->header_count; i++) take_one(into, r, &r->headers[i], at_ms);
  take_structured(into, r, at_ms);
}

/* ---- credit ---- */

void limits_take_credit(limits *into, const api_credit *c, int64_t at_ms) {
  if (isnan(c->left) || (!isnan(into->credit.left) && into->credit.left <= c->left)) return;
  into->credit = *c;
  if (at_ms > into->at_ms) into->at_ms = at_ms;
}

void limits_merge(limits *into, const limits *from) {
  lower(&into->requests, from->requests.left, from->requests.most);
  lower(&into->tokens, from->tokens.left, from->tokens.most);
  if (from->reset_ms > into->reset_ms) into->reset_ms = from->reset_ms;
  limits_take_credit(into, &from->credit, from->at_ms);
  if (from->at_ms > into->at_ms) into->at_ms = from->at_ms;
}

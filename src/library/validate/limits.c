/* limits: see limits.h. Providers name one header for each of limit, remaining and reset, and put what is counted (requests, tokens) and
 * the window (minute, day) before or after: "x-ratelimit-remaining-tokens-minute", "anthropic-ratelimit-tokens-remaining". */
#include "library/validate/limits.h"

#include "library/validate/foreign.h"
#include "library/validate/retry_after.h"
#include "util/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const int64_t MOST_COUNT = (int64_t)1 << 53; /* what JSON holds exactly */

/* Moves *at past a whole number; -1: there is none, or none that JSON holds. */
static int64_t take_digits(const char **at) {
  int64_t n = 0;
  const char *digits = *at, *s = digits;
  for (; *s >= '0' && *s <= '9' && n <= MOST_COUNT; s++) n = n * 10 + (*s - '0');
  *at = s;
  return s == digits || n > MOST_COUNT ? -1 : n;
}

/* A whole number, or one with a fraction, which is dropped; a limit may have its policy behind it: "100, 100;w=60". */
static int64_t number(const char *text) {
  const char *s = text ? text + strspn(text, " \t") : "";
  const int64_t n = take_digits(&s);
  if (*s == '.') s += 1 + strspn(s + 1, "0123456789");
  s += strspn(s, " \t");
  return !*s || *s == ';' || text_starts(s, ", ") ? n : -1;
}

static void lower(rate *known, int64_t left, int64_t most) {
  if (left < 0 || (known->left >= 0 && (known->left < left || (known->left == left && known->most >= most)))) return;
  *known = (rate){ left, most >= left ? most : -1 };
}

static void note(limits *into, rate *known, int64_t left, int64_t most, int64_t reset_ms, int64_t at_ms) {
  lower(known, left, most);
  if (left >= 0 && reset_ms > into->reset_ms) into->reset_ms = reset_ms;
  if (left >= 0 && at_ms > into->at_ms) into->at_ms = at_ms;
}

/* ---- one header for each ---- */

static bool has_one_of(const char *name, const char *const *words) {
  for (; *words; words++)
    if (strstr(name, *words)) return true;
  return false;
}

/* Mistral's "bysize" and Kong's "x-ai-ratelimit" count tokens too. */
static rate *counted(limits *into, const char *name) {
  static const char *const tokens[] = { "token", "bysize", "ai-ratelimit", NULL };
  static const char *const others[] = { "image", "audio", "concurren", "credit", "cost", "dollar", "budget", "percent", "unified", NULL };
  if (has_one_of(name, others)) return NULL;
  return has_one_of(name, tokens) ? &into->tokens : &into->requests;
}

/* The header that is named as this one, with another word in the place of `at`. */
static const char *sibling(const api_response *r, const char *name, const char *at, const char *word) {
  char other[100];
  int n = snprintf(other, sizeof other, "%.*s%s%s", (int)(at - name), name, word, at + strlen("remaining"));
  return n > 0 && (size_t)n < sizeof other ? response_header(r, other) : NULL;
}

static void take_one(limits *into, const api_response *r, const roster_header *h, int64_t at_ms) {
  const char *at = strstr(h->name, "remaining");
  static const char *const families[] = { "ratelimit", "tokenlimit", "trial-endpoint-call", NULL }; /* the last is Cohere's */
  rate *known = at && has_one_of(h->name, families) ? counted(into, h->name) : NULL;
  if (!known) return;
  const char *reset = sibling(r, h->name, at, "reset");
  int64_t seconds = reset ? retry_after_reset(reset, at_ms) : 0;
  note(into, known, number(h->value), number(sibling(r, h->name, at, "limit")), seconds > 0 ? at_ms + seconds * 1000 : 0, at_ms);
}

/* ---- one for all: RateLimit: "default";r=50;t=30, and RateLimit-Policy: "default";q=100;w=60, with an item for each policy; as it was
 * drafted before, in one item: limit=100, remaining=50, reset=30 ---- */

/* The number of ";r=50" or ", remaining=50" within an item. */
static int64_t parameter(const char *item, size_t length, const char *name) {
  const size_t n = strlen(name);
  for (const char *s = item; s && s + n < item + length; s++)
    if (strncmp(s, name, n) == 0 && s[n] == '=' && (s == item || strchr(" ;,\t", s[-1]))) {
      s += n + 1;
      return take_digits(&s);
    }
  return -1;
}

static size_t item_length(const char *item) { return strcspn(item, ","); }

/* The item of the same policy, which begins with its name. */
static const char *policy_of(const char *list, const char *item, size_t name) {
  for (; list && *list; list += item_length(list) + (list[item_length(list)] == ',')) {
    list += strspn(list, " \t");
    if (strncmp(list, item, name) == 0) return list;
  }
  return NULL;
}

static void take_item(limits *into, const char *item, size_t length, int64_t most, const char *const names[2], int64_t at_ms) {
  int64_t seconds = parameter(item, length, names[1]);
  note(into, &into->requests, parameter(item, length, names[0]), most, seconds > 0 ? at_ms + seconds * 1000 : 0, at_ms);
}

static void take_structured(limits *into, const api_response *r, int64_t at_ms) {
  const char *now = response_header(r, "ratelimit"), *policies = response_header(r, "ratelimit-policy");
  if (now && strstr(now, "remaining="))
    take_item(into, now, strlen(now), parameter(now, strlen(now), "limit"), (const char *const[]){ "remaining", "reset" }, at_ms);
  while (now && *now) {
    now += strspn(now, " \t,");
    const size_t length = item_length(now);
    const char *same = policy_of(policies, now, strcspn(now, ";,"));
    take_item(into, now, length, same ? parameter(same, item_length(same), "q") : -1, (const char *const[]){ "r", "t" }, at_ms);
    now += length;
  }
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

/* needs: see needs.h. */
#include "command/shared/needs.h"

#include "util/finding.h"
#include "util/text.h"

#include <stdio.h>
#include <string.h>

typedef enum need_value { NEED_SWITCH, NEED_TOKENS, NEED_DOLLARS, NEED_TEXT, NEED_LIST } need_value;

static const struct {
  const char *word;
  need_value value;
  size_t offset;
} WORDS[] = {
  { "tools", NEED_SWITCH, offsetof(written_needs, needs.tools) },
  { "vision", NEED_SWITCH, offsetof(written_needs, needs.vision) },
  { "reasoning", NEED_SWITCH, offsetof(written_needs, needs.reasoning) },
  { "json-schema", NEED_SWITCH, offsetof(written_needs, needs.json_schema) },
  { "context", NEED_TOKENS, offsetof(written_needs, needs.context_tokens) },
  { "max-output", NEED_TOKENS, offsetof(written_needs, needs.max_output_tokens) },
  { "max-price", NEED_DOLLARS, offsetof(written_needs, needs.max_price) },
  { "max-output-price", NEED_DOLLARS, offsetof(written_needs, needs.max_output_price) },
  { "provider", NEED_TEXT, offsetof(written_needs, provider) },
  { "family", NEED_TEXT, offsetof(written_needs, family) },
  { "proved", NEED_LIST, 0 },
  { "maybe", NEED_SWITCH, offsetof(written_needs, needs.maybe) },
};

enum { WORD_COUNT = sizeof WORDS / sizeof *WORDS };

void needs_begin(written_needs *n) {
  memset(n, 0, sizeof *n);
  n->needs = (roster_needs)ROSTER_NEEDS_INIT;
}

static int find(const char *word) {
  if (text_starts(word, "--")) word += 2;
  for (int i = 0; i < WORD_COUNT; i++) {
    const char *known = WORDS[i].word, *given = word;
    while (*known && (*known == *given || (*known == '-' && *given == '_'))) known++, given++;
    if (!*known && !*given) return i;
  }
  return -1;
}

bool needs_knows(const char *word) { return find(word) >= 0; }

/* ---- values ---- */

/* "2.5", whatever decimal point the locale has; *end becomes what follows it. Negative when it begins with no number. */
static double number(const char *text, const char **end) {
  double digits = 0, scale = 1;
  bool any = false, fraction = false;
  for (; (*text >= '0' && *text <= '9') || (*text == '.' && !fraction); text++) {
    if (*text == '.') {
      fraction = true;
      continue;
    }
    any = true;
    digits = digits * 10 + (*text - '0');
    if (fraction) scale *= 10;
  }
  *end = text;
  return any ? digits / scale : -1;
}

static roster_status take_tokens(int64_t *into, const char *word, const char *value, roster_error *err) {
  const char *end;
  double tokens = number(value, &end);
  if (*end == 'K' || *end == 'k') tokens *= 1e3, end++;
  if (*end == 'M' || *end == 'm') tokens *= 1e6, end++;
  if (*end || tokens < 1 || tokens > 1e9)
    return fail(err, ROSTER_EINVALID, "write it like 200000, 200K or 1M", "%s: '%.60s' is not a number of tokens", word, value);
  *into = (int64_t)(tokens + 0.5);
  return ROSTER_OK;
}

static roster_status take_dollars(double *into, const char *word, const char *value, roster_error *err) {
  const char *end;
  const double dollars = number(value, &end);
  if (*end || dollars < 0 || dollars > 1e6)
    return fail(err, ROSTER_EINVALID, "write it like 3 or 0.5: US dollars per million tokens", "%s: '%.60s' is not a price", word, value);
  *into = dollars;
  return ROSTER_OK;
}

static roster_status take_switch(bool *into, const char *word, const char *value, roster_error *err) {
  const bool yes = !*value || strcmp(value, "true") == 0 || strcmp(value, "1") == 0;
  if (!yes && strcmp(value, "false") != 0 && strcmp(value, "0") != 0)
    return fail(err, ROSTER_EINVALID, "write true or false; without a value it is true", "%s: '%.60s' is neither true nor false", word,
                value);
  *into = yes;
  return ROSTER_OK;
}

static roster_status take_string(char *into, const char *word, const char *value, roster_error *err) {
  if (!*value || strlen(value) >= NEED_TEXT_ROOM)
    return fail(err, ROSTER_EINVALID, "give it a value or leave it out", *value ? "%s: it has more than 200 bytes" : "%s needs a value",
                word);
  snprintf(into, NEED_TEXT_ROOM, "%s", value);
  return ROSTER_OK;
}

/* The library knows which words there are. */
static roster_status take_proved(written_needs *n, const char *word, const char *value, roster_error *err) {
  if (n->needs.proved_count) return fail(err, ROSTER_EINVALID, "list them in one option, as in chat,tools", "%s is given twice", word);
  if (take_string(n->proved_text, word, value, err)) return ROSTER_EINVALID;
  for (char *at = n->proved_text, *next = at; next && n->needs.proved_count < MOST_PROVED; at = next + 1) {
    next = strchr(at, ',');
    if (next) *next = '\0';
    n->proved[n->needs.proved_count++] = at;
    if (!next) break;
  }
  n->needs.proved = n->proved;
  return ROSTER_OK;
}

roster_status needs_take(written_needs *n, const char *word, const char *value, roster_error *err) {
  const int i = find(word);
  if (i < 0) return fail(err, ROSTER_EINVALID, NULL, "unknown need '%.60s'", word);
  void *into = (char *)n + WORDS[i].offset;
  if (WORDS[i].value == NEED_SWITCH) return take_switch(into, word, value, err);
  if (WORDS[i].value == NEED_TOKENS) return take_tokens(into, word, value, err);
  if (WORDS[i].value == NEED_DOLLARS) return take_dollars(into, word, value, err);
  if (WORDS[i].value == NEED_LIST) return take_proved(n, word, value, err);
  if (take_string(into, word, value, err)) return ROSTER_EINVALID;
  if (into == n->family) n->needs.family = n->family;
  if (into == n->provider) n->needs.provider_id = n->provider;
  return ROSTER_OK;
}

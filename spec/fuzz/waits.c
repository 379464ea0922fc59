/* waits: fuzzes what an answer says of when to come back and of how much is left: the input is an answer, as in fuzz.h. Whatever it says,
 * the wait has an end, and no limit is below what is left of it.
 *
 * Runs: 150000
 */
#include "fuzz.h"

#include "library/validate/limits.h"
#include "library/validate/retry_after.h"

#include <ctype.h>

static const int64_t NOW_MS = 1795000000000, MOST_SECONDS = 999999;

static void out_of_memory(void *unused) {
  (void)unused;
  abort();
}

static void check_rate(const rate *r) { MUST(r->left >= -1 && (r->most == -1 || r->most >= r->left)); }

static void check(const api_response *r) {
  const int64_t seconds = retry_after_seconds(r, NOW_MS);
  MUST(seconds >= 0 && seconds <= MOST_SECONDS);
  limits one = LIMITS_INIT, both = LIMITS_INIT;
  limits_take_headers(&one, r, NOW_MS);
  check_rate(&one.requests);
  check_rate(&one.tokens);
  MUST(one.reset_ms == 0 || one.reset_ms > NOW_MS);
  limits_merge(&both, &one);
  limits_merge(&both, &one);
  MUST(both.requests.left == one.requests.left && both.tokens.left == one.tokens.left && both.reset_ms == one.reset_ms);
  for (size_t i = 0; i < r->header_count; i++) {
    const int64_t reset = retry_after_reset(r->headers[i].value, NOW_MS);
    MUST(reset >= 0 && reset <= MOST_SECONDS);
  }
}

/* As a transport gives them. */
static void lower_names(char *text) {
  for (char *line = text; line && *line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
    for (char *c = line; *c && *c != ':' && *c != '\n'; c++) *c = (char)tolower((unsigned char)*c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  arena *a = arena_new();
  MUST(a != NULL);
  arena_on_exhausted(a, out_of_memory, NULL, NULL, NULL);
  char *text = fuzz_text(data, size);
  lower_names(text);
  fuzz_answer answer = { 0 };
  fuzz_answer_read(&answer, text);
  const char *why = NULL;
  int line = 0;
  json_t *body = json_read(a, answer.body, strlen(answer.body), &why, &line);
  check(&(api_response){ .stage = "list",
                         .status = answer.status,
                         .headers = answer.headers,
                         .header_count = answer.header_count,
                         .text = answer.body,
                         .length = strlen(answer.body),
                         .body = body });
  json_decref(body);
  arena_free(a);
  free(text);
  return 0;
}

/* json: fuzzes the reader of JSON: what it accepts, it accepts again as it is written, with the same value.
 *
 * Runs: 350000
 */
#include "fuzz.h"

#include "util/json.h"

static void out_of_memory(void *unused) {
  (void)unused;
  abort();
}

static void check_again(arena *a, json_t *value) {
  const char *why = NULL;
  int line = 0;
  char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
  MUST(text != NULL);
  json_t *again = json_read(a, text, strlen(text), &why, &line);
  MUST(again && json_equal(again, value));
  json_decref(again);
  free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  arena *a = arena_new();
  MUST(a != NULL);
  arena_on_exhausted(a, out_of_memory, NULL, NULL, NULL);
  char *text = fuzz_text(data, size);
  const char *why = NULL;
  int line = 0;
  json_t *value = json_read(a, text, size, &why, &line);
  MUST(value || (why && *why && line >= 0));
  if (value) {
    check_again(a, value);
    json_error_message(value);
    MUST(!json_is_api_error(value) || json_error_message(value));
  }
  json_decref(value);
  arena_free(a);
  free(text);
  return 0;
}

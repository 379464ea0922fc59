/* imports: fuzzes a row of a models.dev catalogue that becomes a block. Whatever it has, the block is one that definitions take, and the
 * row itself is left as it was.
 *
 * Runs: 2500
 */
#include "fuzz.h"

#include "util/models_dev.h"

static size_t refused;

static void out_of_memory(void *unused) {
  (void)unused;
  abort();
}

static void on_refused(void *payload, const char *member) {
  (void)payload;
  MUST(member && *member);
  refused++;
}

static void check_loads(json_t *block) {
  json_object_set_new(block, "provider", json_string("acme"));
  json_t *whole = json_pack("{s:{s:{s:s, s:s, s:{s:s}}}, s:{s:O}}", "provider", "acme", "protocol", "openai-chat", "base_url",
                            "https://api.example.test", "credential", "secret", "ACME_API_KEY", "model", "alpha", block);
  char *text = json_dumps(whole, 0);
  roster_definition d;
  roster_options o = fuzz_options(&d, "import.json", text);
  roster_error err;
  const roster_status status = roster_lint(&o, NULL, &err);
  if (status != ROSTER_OK) fprintf(stderr, "%s\n%s\n", err.message, text);
  MUST(status == ROSTER_OK);
  json_decref(whole);
  free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  arena *a = arena_new();
  MUST(a != NULL);
  arena_on_exhausted(a, out_of_memory, NULL, NULL, NULL);
  char *text = fuzz_text(data, size);
  const char *why = NULL;
  int line = 0;
  json_t *row = json_read(a, text, size, &why, &line);
  if (json_is_object(row)) {
    json_t *before = json_deep_copy(row), *copy = json_deep_copy(row);
    json_t *quiet = models_dev_block(row, roster_field_at, NULL, NULL), *block = models_dev_block(copy, roster_field_at, on_refused, NULL);
    MUST(json_equal(before, row) && json_is_object(quiet) && json_is_object(block));
    check_loads(block);
    check_loads(quiet);
    json_decref(before);
    json_decref(copy);
    json_decref(quiet);
    json_decref(block);
  }
  json_decref(row);
  arena_free(a);
  free(text);
  return 0;
}

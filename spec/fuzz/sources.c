/* sources: fuzzes the documents of sources of facts: the first line is the format, the rest the document. Only facts come out of it.
 *
 * Runs: 120000
 */
#include "fuzz.h"

#include "library/source/format.h"
#include "library/source/hold.h"
#include "util/text.h"

static void out_of_memory(void *unused) {
  (void)unused;
  abort();
}

static void check_fields(const json_t *fields) {
  static const char *const closed[] = { "base_url", "override", "headers", "credential", "auth", "tls", "proxy", "enabled", "protocol" };
  MUST(json_is_object(fields));
  for (size_t i = 0; i < sizeof closed / sizeof *closed; i++) MUST(!json_object_get(fields, closed[i]));
}

static size_t check_rows(json_t *rows) {
  const char *provider, *name;
  json_t *models, *fields;
  size_t count = 0;
  json_object_foreach(rows, provider, models) {
    MUST(!text_has_control(provider, strlen(provider)) && json_object_size(models) > 0);
    json_object_foreach(models, name, fields) {
      MUST(*name && !text_has_control(name, strlen(name)));
      check_fields(fields);
      count++;
    }
  }
  return count;
}

/* The same rows once more differ in nothing. */
static void check_hold(json_t *rows) {
  json_t *copy = json_deep_copy(rows);
  held h = hold_back(copy, rows, true);
  MUST(h.added == 0 && h.removed == 0 && h.changed == 0 && json_array_size(h.list) == 0 && !held_is_shrunk(&h));
  MUST(json_equal(copy, rows));
  json_decref(h.list);
  json_decref(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  arena *a = arena_new();
  MUST(a != NULL);
  arena_on_exhausted(a, out_of_memory, NULL, NULL, NULL);
  char *text = fuzz_text(data, size), *rest = text;
  fact_source s = { .format = fuzz_line(&rest) };
  source_document d;
  const char *problem = source_document_read(a, &s, roster_field_at, rest ? rest : "", rest ? strlen(rest) : 0, &d);
  MUST(problem ? *problem && !d.rows : d.count > 0 && check_rows(d.rows) == d.count);
  MUST((d.closed > 0) == (d.first_closed != NULL));
  if (!problem) check_hold(d.rows);
  json_decref(d.rows);
  arena_free(a);
  free(text);
  return 0;
}

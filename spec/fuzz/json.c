/* json: fuzzes the reader of JSON: what it accepts, it accepts again as it is written, with the same value. The reader of answers, which
 * leaves rows as text, accepts the same, and its rows are the same values: of the input, and of a list that has the input nine times. So
 * does the reader of documents with many blocks. A plain object is one that is accepted.
 *
 * Runs: 350000
 */
#include "fuzz.h"

#include "util/json_rows.h"

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

/* The list that the rows are of, with all of them. */
static void restore(arena *a, const json_answer *x) {
  json_t *list = x->rows.member ? json_object_getn(x->value, x->rows.member, x->rows.member_length) : x->value;
  MUST(json_array_size(list) == 1);
  json_array_clear(list);
  for (size_t i = 0; i < x->rows.count; i++) {
    const char *why = NULL;
    size_t length = 0;
    const char *row = json_row(&x->rows, i, &length);
    json_t *value = json_read(a, row, length, &why, NULL), *held;
    MUST(json_is_object(value));
    const char *name;
    json_object_foreach(value, name, held) {
      size_t bytes = 0, inside = 0;
      const char *member = json_row_member(row, name, strlen(name), &bytes), *text = json_plain_text(member, bytes, &inside);
      json_t *again = member ? json_read(a, member, bytes, &why, NULL) : NULL;
      MUST(again && json_equal(again, held));
      MUST(!text || (json_string_length(held) == inside && memcmp(json_string_value(held), text, inside) == 0));
      json_decref(again);
    }
    json_array_append_new(list, value);
  }
}

static void check_rows(arena *a, const char *text, size_t length) {
  const char *why = NULL, *why_not = NULL;
  json_answer x;
  json_t *value = json_read(a, text, length, &why, NULL);
  MUST(json_answer_read(a, text, length, &x, &why_not) == (value != NULL));
  MUST(value || strcmp(why, why_not) == 0);
  MUST(json_is_object(value) || !json_is_plain_object(text, length));
  if (x.rows.count) restore(a, &x);
  MUST(!value || json_equal(value, x.value));
  json_decref(value);
  json_answer_drop(&x);
}

/* Not terminated, so that a look behind the end is seen. */
static void check_listing(arena *a, const char *text, size_t size) {
  enum { TIMES = 9 };
  char *list = malloc(TIMES * (size + 1) + 1), *at = list;
  MUST(list != NULL);
  for (int i = 0; i < TIMES; i++) {
    *at++ = i ? ',' : '[';
    memcpy(at, text, size);
    at += size;
  }
  *at++ = ']';
  check_rows(a, list, (size_t)(at - list));
  free(list);
}

/* Nine blocks, each the input. */
static void check_blocks(arena *a, const char *text) {
  const char *document = "{\"model\":{", *why = NULL, *why_not = NULL;
  for (int i = 0; i < 9; i++) document = arena_printf(a, "%s%s\"k%d\":%s", document, i ? "," : "", i, text);
  document = arena_printf(a, "%s}}", document);
  json_answer x;
  int line = 0, line_not = 0;
  json_t *value = json_read(a, document, strlen(document), &why, &line);
  MUST(json_blocks_read(a, document, strlen(document), "model", &x, &why_not, &line_not) == (value != NULL));
  MUST(value || (strcmp(why, why_not) == 0 && line == line_not));
  json_t *blocks = json_object_get(x.value, "model");
  if (x.rows.count) json_object_clear(blocks);
  for (size_t i = 0; i < x.rows.count; i++) {
    size_t length = 0;
    const char *key = json_row(&x.rows, i, &length), *end = json_past_value(key), *at = json_past_separators(end);
    json_t *block = json_read(a, at, length - (size_t)(at - key), &why, NULL);
    MUST(json_is_object(block));
    json_object_setn_new(blocks, key + 1, (size_t)(end - key) - 2, block);
  }
  MUST(!value || json_equal(value, x.value));
  json_decref(value);
  json_answer_drop(&x);
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
  check_rows(a, text, size);
  check_listing(a, text, size);
  if (size < 4096) check_blocks(a, text);
  arena_free(a);
  free(text);
  return 0;
}

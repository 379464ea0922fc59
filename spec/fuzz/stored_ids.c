/* stored_ids: fuzzes what `roster migrate --include-json` makes of a stored text: JSON stays JSON, of the same shape, in which nothing but
 * former ids under members that are named after a model has changed, each of them to what it is now; a second time nothing changes.
 *
 * Links with: build/obj/command/migrate/renaming.o build/obj/command/migrate/database.o build/obj/shared.a -lsqlite3
 * Runs: 60000
 */
#include "fuzz.h"

#include "command/migrate/renaming.h"

#include <strings.h>

/* A former id in JSON's own characters, and one that begins like it. */
static const char *const PAIRS[][2] = {
  { "old-a", "new-a" }, { "old", "a \"new\" \\ one" }, { "old-a-latest", "n" }, { "maker/old", "maker/new" }
};
enum { PAIR_COUNT = sizeof PAIRS / sizeof *PAIRS };

static database open_memory(roster_error *err) {
  database d = { .file = "memory", .err = err };
  MUST(sqlite3_open(":memory:", &d.handle) == SQLITE_OK);
  MUST(renaming_install(&d));
  for (int i = 0; i < PAIR_COUNT; i++) renaming_add(d.renaming, PAIRS[i][0], PAIRS[i][1]);
  return d;
}

/* What a statement gives for a text; the caller finalizes. */
static sqlite3_stmt *ask(database *d, const char *sql, const char *text, size_t size) {
  sqlite3_stmt *s = NULL;
  MUST(sqlite3_prepare_v2(d->handle, sql, -1, &s, NULL) == SQLITE_OK);
  MUST(sqlite3_bind_text(s, 1, text, (int)size, SQLITE_STATIC) == SQLITE_OK);
  MUST(sqlite3_step(s) == SQLITE_ROW);
  return s;
}

static int64_t number(database *d, const char *sql, const char *text, size_t size) {
  sqlite3_stmt *s = ask(d, sql, text, size);
  int64_t result = sqlite3_column_int64(s, 0);
  sqlite3_finalize(s);
  return result;
}

static const char *to_of(const json_t *id) {
  for (int i = 0; i < PAIR_COUNT; i++)
    if (strlen(PAIRS[i][0]) == json_string_length(id) && strcmp(PAIRS[i][0], json_string_value(id)) == 0) return PAIRS[i][1];
  return NULL;
}

/* ---- the same again, over the values ---- */

/* How many ids have changed; each must have been due. */
static int64_t compare(const char *name, const json_t *was, const json_t *is) {
  int64_t changed = 0;
  MUST(json_typeof(was) == json_typeof(is));
  if (json_is_object(was)) {
    const char *key;
    json_t *value;
    MUST(json_object_size(was) == json_object_size(is));
    json_object_foreach((json_t *)(uintptr_t)was, key, value) {
      MUST(json_object_get(is, key) != NULL);
      changed += compare(key, value, json_object_get(is, key));
    }
  } else if (json_is_array(was)) {
    MUST(json_array_size(was) == json_array_size(is));
    for (size_t i = 0; i < json_array_size(was); i++) changed += compare("", json_array_get(was, i), json_array_get(is, i));
  } else {
    const char *to = json_is_string(was) && strcasestr(name, "model") ? to_of(was) : NULL;
    if (to) MUST(strcmp(json_string_value(is), to) == 0);
    if (!to) MUST(json_equal(was, is));
    changed = to != NULL;
  }
  return changed;
}

static void check_values(const char *text, size_t size, const char *after, size_t after_size, int64_t renamed) {
  json_t *was = json_loadb(text, size, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, NULL);
  if (!was) return; /* SQLite takes more for JSON: a name that is there twice, say */
  json_t *is = json_loadb(after, after_size, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, NULL);
  MUST(is != NULL);
  MUST(compare("", was, is) == renamed);
  json_decref(was);
  json_decref(is);
}

static void check(database *d, const char *text, size_t size) {
  int64_t renames = number(d, "SELECT roster_json_renames(?)", text, size);
  MUST(renames >= 0 && !(renames && memchr(text, 0, size))); /* what is behind a NUL is not JSON, though SQLite does not look there */
  sqlite3_stmt *s = ask(d, "SELECT roster_rename_json(?)", text, size);
  const char *after = (const char *)sqlite3_column_text(s, 0);
  size_t after_size = (size_t)sqlite3_column_bytes(s, 0);
  MUST(after != NULL);
  MUST(renames || (after_size == size && memcmp(after, text, size) == 0));
  if (number(d, "SELECT json_valid(?)", text, size)) {
    MUST(number(d, "SELECT json_valid(?)", after, after_size));
    MUST(number(d, "SELECT roster_json_renames(?)", after, after_size) == 0);
    check_values(text, size, after, after_size, renames);
  }
  sqlite3_finalize(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static database d; /* opening one for each input takes most of the time */
  static roster_error err;
  if (!d.handle) d = open_memory(&err);
  char *text = fuzz_text(data, size);
  check(&d, text, size);
  free(text);
  return 0;
}

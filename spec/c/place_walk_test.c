/* place_walk: a place in a block is found by reading that block alone, and a further place in the same table without reading it again. What
 * was read is counted in bytes, so that no clock is needed.
 *
 * Links with: build/obj/library/definitions/place_walk.o build/obj/library/definitions/lua_lexer.o build/obj/util.a
 */
#include "library/definitions/place_walk.h"
#include "util/arena.h"

#include "check.h"

enum { BLOCKS = 2000, ENTRIES = 3000, LINE = 120 };

static const char BLOCK[] = "model \"acme-large\" {\n"
                            "  provider = \"acme\", price = { input = 2, [\"cache.read\"] = 1, above = { [272 * K] = { input = 4 } } },\n"
                            "  headers = { [\"x-one\"] = \"1\" }, tags = { \"a\", \"b\" },\n"
                            "}";

static const char *const PATHS[] = { "provider",      "price",   "price.input", "price.cache.read", "price.above[272000].input",
                                     "headers.x-one", "tags[2]", "nobody",      "price.nobody",     "price.input.deep",
                                     "tags",          "tags[3]", "price.above" };

static char *many(const char *first, const char *entry, int count, const char *last) {
  char *text = malloc(strlen(first) + strlen(last) + (size_t)count * LINE), *at = text + sprintf(text, "%s", first);
  for (int i = 0; i < count; i++) at += sprintf(at, entry, i, i);
  strcpy(at, last);
  return text;
}

static span whole(const char *text) { return (span){ text, strlen(text) }; }
static bool equal(span a, span b) { return a.at == b.at && a.length == b.length; }
static bool same(const place_found *a, const place_found *b) {
  return equal(a->at, b->at) && equal(a->entry, b->entry) && equal(a->value, b->value) && equal(a->block, b->block);
}

static void a_block_ends_with_its_table(void) {
  char *text = many(BLOCK, "\nmodel \"other-%d\" { provider = \"p%d\" }", BLOCKS, "\n");
  const finding_place where = { .id = "acme-large" };
  place_found found;
  size_t read = 0;
  const bool known = place_walk(whole(text), text, false, &where, NULL, &found, &read);
  const char *end = text + strlen(BLOCK);
  check(known && found.block.at + found.block.length == end, "a block ends with its table");
  check(read <= strlen(BLOCK), "what follows a block is not read");
  free(text);
}

static void a_block_may_have_strings_alone(void) {
  static const char text[] = "role \"quick\" \"acme-large\"\nmodel \"acme-large\" { provider = \"acme\" }\n";
  const finding_place where = { .id = "quick" };
  place_found found;
  size_t read;
  const bool known = place_walk(whole(text), text, false, &where, NULL, &found, &read);
  const char *end = strchr(text, '\n');
  check(known && found.block.at + found.block.length == end, "a block of strings ends with the last one");
}

static void tables_change_no_answer(arena *a) {
  place_tables *tables = place_tables_new(a);
  bool alike = true;
  for (int turn = 0; turn < 2; turn++)
    for (size_t i = 0; i < sizeof PATHS / sizeof *PATHS; i++) {
      const finding_place where = { .path = PATHS[i], .id = "acme-large" };
      place_found plain, kept;
      size_t read;
      const bool one = place_walk(whole(BLOCK), BLOCK, false, &where, NULL, &plain, &read);
      const bool other = place_walk(whole(BLOCK), BLOCK, false, &where, tables, &kept, &read);
      alike = alike && one && other && same(&plain, &kept);
    }
  check(alike, "a place in a table that was read already is the same place");
}

static size_t read_all(arena *a, const char *text, bool json, const char *id, const char *path) {
  place_tables *tables = place_tables_new(a);
  size_t sum = 0, right = 0;
  for (int i = 0; i < ENTRIES; i++) {
    char name[32], value[32];
    place_found found;
    size_t read;
    snprintf(name, sizeof name, path, i);
    const int length = snprintf(value, sizeof value, "\"value-%d\"", i);
    const finding_place where = { .path = name, .id = id };
    right += place_walk(whole(text), text, json, &where, tables, &found, &read) && found.value.length == (size_t)length &&
             memcmp(found.value.at, value, (size_t)length) == 0;
    sum += read;
  }
  return right == ENTRIES ? sum : SIZE_MAX;
}

static void a_long_table_is_read_once(arena *a) {
  char *lua = many("ids \"ours\" {\n", "  [\"old-%d\"] = \"value-%d\",\n", ENTRIES, "}\n");
  char *json = many("\"ours\": {\n", "  \"old-%d\": \"value-%d\",\n", ENTRIES, "  \"last\": 0 }\n");
  const size_t heads = ENTRIES * sizeof "ids \"ours\" {";
  check(read_all(a, lua, false, "ours", "old-%d") <= strlen(lua) + heads, "all entries of a long table are found by reading it once");
  check(read_all(a, json, true, "ours", "old-%d") <= strlen(json) + heads, "the same in JSON");
  free(lua);
  free(json);
}

int main(void) {
  arena *a = arena_new();
  a_block_ends_with_its_table();
  a_block_may_have_strings_alone();
  tables_change_no_answer(a);
  a_long_table_is_read_once(a);
  arena_free(a);
  return check_close();
}

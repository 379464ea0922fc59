/* plain_lua: which texts are read without Lua, and what that saves. What is read of them is compared with Lua in spec/fuzz/plain_lua.c.
 *
 * Links with: build/obj/library/[!r]*[a-z]/?*.o build/obj/library/rec*[a-z]/?*.o
 * Links with: build/obj/library/registry/[!t]*.o build/obj/library/registry/transport_static.o build/obj/util.a
 */
#include "library/definitions/state.h"

#include "check.h"

static bool is_plain(const char *text, size_t length) {
  size_t models;
  return plain_is(text, length, &models);
}

static void plain(const char *sentence, const char *text) { check(is_plain(text, strlen(text)), sentence); }
static void left_to_lua(const char *sentence, const char *text) { check(!is_plain(text, strlen(text)), sentence); }

static void what_is_plain(void) {
  plain("an empty file is plain", "");
  plain("a file of comments is plain", "-- one\n-- another");
  plain("blocks of texts, numbers, flags and tables are plain",
        "provider \"acme\" { title = 'Acme', enabled = true }\n"
        "model \"m\" { provider = \"acme\", aliases = { \"a\", \"b\" }, price = { input = 0.5, output = 5 }, tool_call = false }");
  plain("a number with a unit is plain", "model \"m\" { context_window = 200 * K }");
  plain("keys in brackets are plain",
        "model \"m\" { [\"tier\"] = \"fast\", extra = { [\"a b\"] = 1 }, price = { above = { [2 * K] = { } } } }");
  plain("every way to separate entries is plain", "model \"m\" {\r\n\ttier = \"fast\"; family = \"f\" -- the end\n, }");
}

static void what_is_not(void) {
  left_to_lua("another statement is left to Lua", "model \"m\" {}\nlocal a = 1");
  left_to_lua("a word of the language is left to Lua", "provider \"acme\" { credential = secret \"KEY\" }");
  left_to_lua("none is left to Lua", "model \"m\" { tier = none }");
  left_to_lua("an escape is left to Lua", "model \"m\" { description = \"a\\n\" }");
  left_to_lua("an operator is left to Lua", "model \"m\" { context_window = 2 * 100 * K }");
  left_to_lua("a word that is no unit is left to Lua", "model \"m\" { context_window = 200 * KB }");
  left_to_lua("a number with an exponent is left to Lua", "model \"m\" { context_window = 1e6 }");
  left_to_lua("an unknown key is left to Lua", "model \"m\" { teir = \"fast\" }");
  left_to_lua("a key that is there twice is left to Lua", "model \"m\" { tier = \"fast\", [\"tier\"] = \"fast\" }");
  left_to_lua("an item without a key is left to Lua", "model \"m\" { \"fast\" }");
  left_to_lua("a keyword as a key is left to Lua", "model \"m\" { extra = { end = 1 } }");
  left_to_lua("a missing comma is left to Lua", "model \"m\" { tier = \"fast\" family = \"f\" }");
  left_to_lua("two commas are left to Lua", "model \"m\" { tier = \"fast\",, family = \"f\" }");
  left_to_lua("a string that does not end is left to Lua", "model \"m\" { tier = \"fast");
  left_to_lua("a table that does not end is left to Lua", "model \"m\" { tier = \"fast\",");
  left_to_lua("a long comment is left to Lua", "--[[ ]] model \"m\" {}");
  left_to_lua("a long string is left to Lua", "model \"m\" { description = [[a]] }");
  left_to_lua("a head on two lines is left to Lua", "model \"m\"\n{}");
  left_to_lua("an id that is none is left to Lua", "model \"\" {}");
  left_to_lua("a file that begins like a script of the shell is left to Lua", "#!/usr/bin/lua\nmodel \"m\" {}");
  left_to_lua("a block that is called again is left to Lua", "model \"m\" {} {}");
  size_t models = 5;
  check(plain_is("model 'a' {} family 'f' {} model 'b' {}", 39, &models) && models == 2, "the models of a plain text are counted");
  check(!is_plain("-- a\0b\nmodel \"m\" {}", 20), "a text with a NUL is left to Lua");
}

int main(void) {
  what_is_plain();
  what_is_not();
  return check_close();
}

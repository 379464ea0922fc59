/* lua_lexer: the tokens of a text, with their places, are those that Lua reads; what Lua refuses is one bad token, and the rest follows.
 *
 * Links with: build/obj/library/definitions/lua_lexer.o
 */
#include "library/definitions/lua_lexer.h"

#include "check.h"

/* "name@line:column" for each token, bad ones with a '!', so that a text reads as one line. */
static const char *tokens_of(const char *text, size_t length) {
  static char out[4096];
  lua_lexer l;
  size_t used = 0;
  out[0] = '\0';
  lua_lexer_begin(&l, text, length);
  for (lua_token t = lua_lexer_next(&l); t.kind != LUA_TOKEN_END && used < sizeof out - 200; t = lua_lexer_next(&l))
    used += (size_t)snprintf(out + used, sizeof out - used, "%s%s%.*s@%d:%d", used ? " " : "", t.kind == LUA_TOKEN_BAD ? "!" : "",
                             (int)t.length, t.text, t.line, t.column);
  return out;
}

static void reads(const char *sentence, const char *text, const char *tokens) {
  const char *got = tokens_of(text, strlen(text));
  check(strcmp(got, tokens) == 0, sentence);
  if (strcmp(got, tokens) != 0) printf("  expected %s\n  got      %s\n", tokens, got);
}

/* A copy on the heap, so that a sanitizer sees a byte too many. */
static bool ends(const char *text, size_t length) {
  char *copy = malloc(length ? length : 1);
  lua_lexer l;
  size_t count = 0;
  memcpy(copy, text, length);
  lua_lexer_begin(&l, copy, length);
  lua_token t = lua_lexer_next(&l);
  for (; t.kind != LUA_TOKEN_END && count <= length; count++) t = lua_lexer_next(&l);
  free(copy);
  return t.kind == LUA_TOKEN_END && t.length == 0 && lua_lexer_next(&l).kind == LUA_TOKEN_END;
}

static bool every_text_ends(void) {
  static const char bytes[] = "\"'[]=-\\z\n\r a0x.e+\xe2\x80\x9c{";
  char text[12];
  unsigned seed = 1;
  for (int round = 0; round < 200 * 1000; round++) {
    size_t length = (seed = seed * 1664525u + 1013904223u) >> 16 & 7;
    for (size_t i = 0; i < length; i++) text[i] = bytes[((seed = seed * 1664525u + 1013904223u) >> 16) % (sizeof bytes - 1)];
    if (!ends(text, length)) return false;
  }
  return true;
}

static void kinds(void) {
  lua_lexer l;
  static const lua_token_kind expected[] = { LUA_TOKEN_NAME,   LUA_TOKEN_STRING, LUA_TOKEN_SYMBOL,
                                             LUA_TOKEN_NUMBER, LUA_TOKEN_BAD,    LUA_TOKEN_END };
  bool same = true;
  lua_lexer_begin(&l, "a 'b' = 1.5e3 2x", 16);
  for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) same = same && lua_lexer_next(&l).kind == expected[i];
  check(same, "names, strings, symbols, numbers, what is bad and the end are told apart");
}

int main(void) {
  kinds();
  reads("a block is read with its places", "provider \"a\" {\n  base_url = 'x',\n}",
        "provider@1:1 \"a\"@1:10 {@1:14 base_url@2:3 =@2:12 'x'@2:14 ,@2:17 }@3:1");
  reads("comments of both kinds are skipped", "a -- b\n--[==[ ]] \n ]==] c --[[d]] e --", "a@1:1 c@3:7 e@3:17");
  reads("columns count characters, and a tab is one", "\t\"\xc3\xa9\xe2\x82\xac\" x", "\"\xc3\xa9\xe2\x82\xac\"@1:2 x@1:7");
  reads("lines end as they do on every system", "a\r\nb\rc\n\nd", "a@1:1 b@2:1 c@3:1 d@5:1");
  reads("a byte order mark takes no column", "\xef\xbb\xbfx", "x@1:1");
  reads("escapes do not end a string", "'a\\'b' \"\\\\\" \"\\z  \n \t\" \"\\\n\" x",
        "'a\\'b'@1:1 \"\\\\\"@1:8 \"\\z  \n \t\"@1:13 \"\\\n\"@2:5 x@3:3");
  reads("long strings end at their own bracket", "[[a]] [==[\n]]=]==] x [=a", "[[a]]@1:1 [==[\n]]=]==]@1:7 x@2:9 [@2:11 =@2:12 a@2:13");
  reads("symbols are as long as they can be", "a...b..c~=d//e::f.g[1]",
        "a@1:1 ...@1:2 b@1:5 ..@1:6 c@1:8 ~=@1:9 d@1:11 //@1:12 e@1:14 ::@1:15 f@1:17 .@1:18 g@1:19 [@1:20 1@1:21 ]@1:22");
  reads("numbers of every form are good", "3 3. .5 1e5 1E-5 0xA 0x.8p-1 0x1e+1",
        "3@1:1 3.@1:3 .5@1:6 1e5@1:9 1E-5@1:13 0xA@1:18 0x.8p-1@1:22 0x1e@1:30 +@1:34 1@1:35");
  reads("a number with more behind it is one bad token", "128K 1_000 1.5.2 1e 0x 0xg x",
        "!128K@1:1 !1_000@1:6 !1.5.2@1:12 !1e@1:18 !0x@1:21 !0xg@1:24 x@1:28");
  reads("a string that does not end is bad up to the end of its line", "a = \"b,\nc", "a@1:1 =@1:3 !\"b,@1:5 c@2:1");
  reads("a long string that does not end is bad up to the end", "a = [[b\nc", "a@1:1 =@1:3 ![[b\nc@1:5");
  reads("a comment that does not end is bad up to the end", "a --[[b\nc", "a@1:1 !--[[b\nc@1:3");
  reads("a character that Lua does not have is bad, and the rest follows",
        "\xe2\x80\x9c"
        "a\xe2\x80\x9d !b",
        "!\xe2\x80\x9c@1:1 a@1:2 !\xe2\x80\x9d@1:3 !!@1:5 b@1:6");
  check(every_text_ends(), "every text ends, within as many tokens as it has bytes");
  return check_close();
}

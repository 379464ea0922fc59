/* text_words: the table `text`. Lua's own patterns cannot be interrupted; these functions are linear in their input, except glob, whose
 * input is bounded. */
#include "library/definitions/state.h"

#include <string.h>

static bool starts(const char *s, size_t n, const char *p, size_t k) { return n >= k && memcmp(s, p, k) == 0; }

static int text_word_starts(lua_State *L) {
  size_t n, k;
  const char *s = luaL_checklstring(L, 1, &n), *p = luaL_checklstring(L, 2, &k);
  lua_pushboolean(L, starts(s, n, p, k));
  return 1;
}

static int text_word_ends(lua_State *L) {
  size_t n, k;
  const char *s = luaL_checklstring(L, 1, &n), *p = luaL_checklstring(L, 2, &k);
  lua_pushboolean(L, n >= k && memcmp(s + n - k, p, k) == 0);
  return 1;
}

static int text_word_contains(lua_State *L) {
  size_t n, k;
  const char *s = luaL_checklstring(L, 1, &n), *part = luaL_checklstring(L, 2, &k);
  lua_pushboolean(L, memmem(s, n, part, k) != NULL); /* glibc's is linear */
  return 1;
}

static int text_word_split(lua_State *L) {
  size_t n, k;
  const char *s = luaL_checklstring(L, 1, &n), *gap = luaL_checklstring(L, 2, &k), *end = s + n;
  luaL_argcheck(L, k > 0, 2, "the separator is empty");
  lua_newtable(L);
  for (lua_Integer i = 1;; i++) {
    const char *found = memmem(s, (size_t)(end - s), gap, k);
    lua_pushlstring(L, s, (size_t)((found ? found : end) - s));
    set_item(L, -2, i);
    if (!found) return 1;
    s = found + k;
  }
}

static bool blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

static int text_word_trim(lua_State *L) {
  size_t n;
  const char *s = luaL_checklstring(L, 1, &n);
  while (n > 0 && blank(*s)) {
    s++;
    n--;
  }
  while (n > 0 && blank(s[n - 1])) n--;
  lua_pushlstring(L, s, n);
  return 1;
}

enum { LONGEST_GLOB = 4096, STEPS_FOR_ONE = 8 }; /* its worst case is length times length, and it cannot be interrupted */

typedef struct globbing {
  const char *text;
  size_t length, bytes, steps;
} globbing;

/* By the pattern on top. Those of a list count together; at worst the lengths multiply. */
static bool globs_one(lua_State *L, globbing *g) {
  size_t k = 0;
  const char *pattern = lua_tolstring(L, -1, &k);
  luaL_argcheck(L, pattern, 2, "a pattern is a string or a list of strings");
  g->bytes += k;
  g->steps += 1 + g->length * k / STEPS_FOR_ONE;
  if (g->bytes > LONGEST_GLOB) return luaL_error(L, "text.glob: string and pattern have at most 4096 bytes");
  return text_glob(g->text, pattern);
}

static int text_word_glob(lua_State *L) {
  globbing g = { 0 };
  g.text = luaL_checklstring(L, 1, &g.length);
  const bool list = lua_istable(L, 2);
  settle_rows(L, 2);
  lua_settop(L, 2);
  if (g.length > LONGEST_GLOB) return luaL_error(L, "text.glob: string and pattern have at most 4096 bytes");
  const lua_Integer count = list ? (lua_Integer)lua_rawlen(L, 2) : 0;
  bool found = !list && globs_one(L, &g);
  for (lua_Integer i = 1; !found && i <= count; i++, lua_pop(L, 1)) {
    push_item(L, 2, i);
    found = globs_one(L, &g);
  }
  spend(L, g.steps);
  lua_pushboolean(L, found);
  return 1;
}

static int text_word_strip_prefix(lua_State *L) {
  size_t n, k;
  const char *s = luaL_checklstring(L, 1, &n), *p = luaL_checklstring(L, 2, &k);
  size_t skip = starts(s, n, p, k) ? k : 0;
  lua_pushlstring(L, s + skip, n - skip);
  return 1;
}

static const luaL_Reg text_words[] = {
  { "starts", text_word_starts }, { "ends", text_word_ends }, { "contains", text_word_contains },         { "split", text_word_split },
  { "trim", text_word_trim },     { "glob", text_word_glob }, { "strip_prefix", text_word_strip_prefix }, { NULL, NULL },
};

void fill_text(lua_State *L) {
  luaL_newlib(L, text_words);
  push_read_only(L);
  lua_setfield(L, -2, "text");
}

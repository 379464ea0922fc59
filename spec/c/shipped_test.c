/* shipped_code: what the build compiled of each shipped file is, byte for byte, what the running Lua makes of its text; with another
 * release of Lua the text is compiled, once in a process; and blocks that were prepared become the entities that the file itself makes.
 *
 * Links with: build/obj/library/definitions/[!s]*.o build/obj/library/definitions/s[!h]*.o build/obj/library/definitions/shipped.o
 * Links with: build/obj/util.a -DSHIPPED_MADE="build/prepared/shipped.made"
 */
#define lua_ident (*release)
#include "library/definitions/shipped_code.c"
#undef lua_ident

extern const char lua_ident[];
const char (*release)[];
#define main prepare_main
#include "../../scripts/prepare.c"
#undef main

#include "check.h"

static const char another[] = "$LuaVersion: Lua 5.4.99 $";

static bool load_text(lua_State *L, const shipped_file *f) {
  char name[32];
  snprintf(name, sizeof name, "@#%d", (int)(f - shipped_files));
  return luaL_loadbufferx(L, f->text, (size_t)(f->end - f->text), name, "t") == LUA_OK;
}

static bool same_code(lua_State *L) { /* [-2, +0] */
  strbuf a = { 0 }, b = { 0 };
  lua_dump(L, add_code, &a, 0);
  lua_pop(L, 1);
  lua_dump(L, add_code, &b, 0);
  lua_pop(L, 1);
  bool same = a.length > 0 && a.length == b.length && memcmp(a.at, b.at, a.length) == 0;
  strbuf_free(&a);
  strbuf_free(&b);
  return same;
}

static bool pushes_what_its_text_means(lua_State *L, const shipped_file *f) {
  bool same = load_text(L, f) && shipped_push(L, f) && same_code(L);
  lua_settop(L, 0);
  return same;
}

static bool is_kept_once_compiled(lua_State *L, const shipped_file *f) {
  if (shipped_push(L, f) || !load_text(L, f)) return false;
  shipped_keep(L, f);
  lua_settop(L, 0);
  return pushes_what_its_text_means(L, f);
}

static bool all(lua_State *L, bool (*holds)(lua_State *, const shipped_file *)) {
  bool good = true;
  for (const shipped_file *f = shipped_files; f->name; f++) good = holds(L, f) && good;
  return good;
}

/* Read, and written once more. */
static bool reads_as_it_was_written(lua_State *L, const shipped_file *f) {
  (void)L;
  part code, blocks;
  find_parts(f, &code, &blocks);
  strbuf again = { 0 };
  const bool same =
      !blocks.length || (write_blocks(&again, f) && again.length == blocks.length && memcmp(again.at, blocks.at, blocks.length) == 0);
  strbuf_free(&again);
  return same;
}

static bool is_prepared(const char *name) {
  const shipped_file *f = shipped_files;
  while (f->name && strcmp(f->name, name) != 0) f++;
  return f->name && shipped_blocks(f);
}

int main(void) {
  lua_State *L = luaL_newstate();
  release = (const char(*)[])lua_ident;
  if (shipped_made_end - shipped_made == 0) {
    check(!shipped_push(L, shipped_files), "without code from the build, the text is to be compiled");
    check(!is_prepared("models.lua"), "without blocks from the build, the files are to be run");
  } else {
    check(all(L, pushes_what_its_text_means), "what the build compiled is what this Lua makes of each text");
    check(is_prepared("models.lua") && is_prepared("protocols/openai-listing.lua"), "models and protocols are prepared");
    check(!is_prepared("providers.lua") && !is_prepared("rules.lua"), "what has keys or functions is to be run");
    check(all(L, reads_as_it_was_written), "prepared blocks become what the files define, with each value and line");
  }
  release = (const char(*)[])another;
  check(all(L, is_kept_once_compiled), "with another release of Lua the text is compiled, and kept for the next load");
  lua_close(L);
  return check_close();
}

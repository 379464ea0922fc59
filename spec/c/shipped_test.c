/* shipped_code: what the build compiled of each shipped file is, byte for byte, what the running Lua makes of its text; and with another
 * release of Lua the text is compiled, once in a process.
 *
 * Links with: build/obj/library/definitions/shipped.o -DSHIPPED_CODE="build/obj/shipped.code"
 */
#define lua_ident (*release)
#include "library/definitions/shipped_code.c"
#undef lua_ident

#include "check.h"

extern const char lua_ident[];
const char (*release)[];
static const char another[] = "$LuaVersion: Lua 5.4.99 $";

static bool load_text(lua_State *L, const shipped_file *f) {
  char name[32];
  snprintf(name, sizeof name, "@#%d", (int)(f - shipped_files));
  return luaL_loadbufferx(L, f->text, (size_t)(f->end - f->text), name, "t") == LUA_OK;
}

static bool same_code(lua_State *L) { /* [-2, +0] */
  code a = { 0 }, b = { 0 };
  lua_dump(L, write_code, &a, 0);
  lua_pop(L, 1);
  lua_dump(L, write_code, &b, 0);
  lua_pop(L, 1);
  bool same = a.length > 0 && a.length == b.length && memcmp(a.at, b.at, a.length) == 0;
  free(a.at);
  free(b.at);
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

int main(void) {
  lua_State *L = luaL_newstate();
  release = (const char(*)[])lua_ident;
  if (shipped_code_end - shipped_code == 0)
    check(!shipped_push(L, shipped_files), "without code from the build, the text is to be compiled");
  else
    check(all(L, pushes_what_its_text_means), "what the build compiled is what this Lua makes of each text");
  release = (const char(*)[])another;
  check(all(L, is_kept_once_compiled), "with another release of Lua the text is compiled, and kept for the next load");
  lua_close(L);
  return check_close();
}

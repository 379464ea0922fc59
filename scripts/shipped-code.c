/* shipped-code: compiles the shipped files with the Lua that it is linked with, for src/library/definitions/shipped_code.c, which tells the
 * format. It is linked with shipped.o, so that the texts and their names are those of the library. Part of the build, not of roster.
 *
 *     shipped-code OUTPUT      writes nothing but a complete file */
#include "library/definitions/script.h"

#include <lauxlib.h>
#include <lua.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct chunk {
  char *at;
  size_t length;
} chunk;

static int add(lua_State *L, const void *bytes, size_t length, void *payload) {
  (void)L;
  chunk *c = payload;
  char *more = realloc(c->at, c->length + length + 1);
  if (!more) return 1;
  c->at = more;
  memcpy(c->at + c->length, bytes, length);
  c->length += length;
  return 0;
}

static bool write_chunk(lua_State *L, int which, FILE *out) {
  const shipped_file *f = &shipped_files[which];
  char name[32];
  snprintf(name, sizeof name, "@#%d", which); /* as load.c names it */
  chunk c = { 0 };
  bool ok = luaL_loadbufferx(L, f->text, (size_t)(f->end - f->text), name, "t") == LUA_OK;
  if (!ok) fprintf(stderr, "shipped-code: %s: %s\n", f->name, lua_tostring(L, -1));
  ok = ok && lua_dump(L, add, &c, 0) == 0 && c.length <= UINT32_MAX;
  const uint32_t length = (uint32_t)c.length;
  ok = ok && fwrite(&length, sizeof length, 1, out) == 1 && fwrite(c.at, 1, c.length, out) == c.length;
  free(c.at);
  lua_settop(L, 0);
  return ok;
}

static bool write_all(lua_State *L, FILE *out) {
  bool ok = fwrite(lua_ident, 1, strlen(lua_ident) + 1, out) == strlen(lua_ident) + 1;
  for (int i = 0; ok && shipped_files[i].name; i++) ok = write_chunk(L, i, out);
  return ok;
}

int main(int argc, char **argv) {
  lua_State *L = luaL_newstate();
  FILE *out = argc == 2 ? fopen(argv[1], "wb") : NULL;
  bool ok = L && out && write_all(L, out);
  if (out && fclose(out) != 0) ok = false;
  if (L) lua_close(L);
  if (!ok && argc == 2) remove(argv[1]);
  return ok ? 0 : 1;
}

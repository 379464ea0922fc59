/* shipped_code: what Lua's compiler makes of the shipped files. scripts/shipped-code.c compiles them once the program is built, and its
 * output is embedded: a name of the release of Lua, then the length and the bytes of each chunk, in the order of the files. Where that is
 * another release than the one that runs, or nothing was embedded, the text is compiled at the first load and kept for later ones. No other
 * file is ever loaded like this, since Lua does not check bytecode. */
#include "library/definitions/state.h"
#include "util/embed.h"

#include <stdlib.h>
#include <string.h>

#ifdef SHIPPED_CODE
EMBED(shipped_code, SHIPPED_CODE)
#else
static const char shipped_code[1], *const shipped_code_end = shipped_code;
#endif

typedef struct code {
  char *at;
  size_t length, room;
} code;

/* ---- made by the build ---- */

/* Opcodes may change between releases whose bytecode has the same version; other sizes of numbers are refused by Lua itself. */
static bool made_by_this_lua(void) {
  const size_t room = (size_t)(shipped_code_end - shipped_code), length = strlen(lua_ident) + 1;
  return room > length && memcmp(shipped_code, lua_ident, length) == 0;
}

static bool embedded(size_t which, const char **at, size_t *length) {
  if (!made_by_this_lua()) return false;
  *at = shipped_code + strlen(lua_ident) + 1;
  for (size_t i = 0;; i++) {
    uint32_t n;
    memcpy(&n, *at, sizeof n);
    *at += sizeof n;
    *length = n;
    if (i == which) return true;
    *at += n;
  }
}

/* ---- made by an earlier load ---- */

enum { MOST_SHIPPED = 32 };

static _Atomic(code *) kept[MOST_SHIPPED];
static atomic_size_t readers;

static void code_free(code *c) {
  if (!c) return;
  free(c->at);
  free(c);
}

static int write_code(lua_State *L, const void *bytes, size_t length, void *payload) {
  (void)L;
  code *c = payload;
  if (c->length + length > c->room) {
    size_t room = (c->length + length) * 2;
    char *more = realloc(c->at, room);
    if (!more) return 1;
    c->at = more;
    c->room = room;
  }
  memcpy(c->at + c->length, bytes, length);
  c->length += length;
  return 0;
}

static bool push_kept(lua_State *L, const shipped_file *f, size_t at) {
  atomic_fetch_add(&readers, 1);
  const code *c = at < MOST_SHIPPED ? atomic_load(&kept[at]) : NULL;
  int status = c ? luaL_loadbufferx(L, c->at, c->length, f->name, "b") : LUA_OK;
  atomic_fetch_sub(&readers, 1);
  if (status != LUA_OK) lua_error(L);
  return c != NULL;
}

bool shipped_push(lua_State *L, const shipped_file *f) {
  const size_t which = (size_t)(f - shipped_files);
  const char *at;
  size_t length;
  if (!embedded(which, &at, &length)) return push_kept(L, f, which);
  if (luaL_loadbufferx(L, at, length, f->name, "b") != LUA_OK) lua_error(L);
  return true;
}

/* Several registries may load at once: the first one is kept. */
void shipped_keep(lua_State *L, const shipped_file *f) {
  const size_t at = (size_t)(f - shipped_files);
  code *c = at < MOST_SHIPPED ? calloc(1, sizeof *c) : NULL, *none = NULL;
  if (!c) return;
  bool written = lua_dump(L, write_code, c, 0) == 0;
  char *fitting = written ? realloc(c->at, c->length) : NULL; /* without spare room, since it is kept as long as the process runs */
  if (fitting) c->at = fitting;
  if (!written || !atomic_compare_exchange_strong(&kept[at], &none, c)) code_free(c);
}

/* When the library is unloaded, or the process ends, perhaps in the middle of a load. */
__attribute__((destructor)) static void free_kept(void) {
  for (size_t i = 0; i < MOST_SHIPPED; i++) {
    code *c = atomic_exchange(&kept[i], NULL);
    if (atomic_load(&readers) == 0) code_free(c);
  }
}

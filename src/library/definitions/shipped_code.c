/* shipped_code: what the build has made of the shipped files (scripts/prepare.c), embedded: the name of the release of Lua, then for each
 * file, in their order, the length and the bytes of its bytecode, and the length and the bytes of its blocks (prepared.c), if it can have
 * them. Where the bytecode is another release's than the one that runs, or nothing was embedded, the text is compiled at the first load and
 * kept for later ones. No other file is ever loaded like this, since Lua does not check bytecode. */
#include "library/definitions/state.h"
#include "util/embed.h"

#include <stdlib.h>
#include <string.h>

#ifdef SHIPPED_MADE
EMBED(shipped_made, SHIPPED_MADE)
#else
static const char shipped_made[1], *const shipped_made_end = shipped_made;
#endif

/* ---- made by the build ---- */

typedef struct part {
  const char *at;
  uint32_t length;
} part;

static part part_at(const char *at) {
  part p = { .at = at + sizeof p.length };
  memcpy(&p.length, at, sizeof p.length);
  return p;
}

/* Of a file; both empty where nothing was embedded. */
static void find_parts(const shipped_file *f, part *code, part *blocks) {
  const char *at = shipped_made + strlen(shipped_made) + 1;
  *code = *blocks = (part){ 0 };
  if (shipped_made_end == at - 1) return;
  for (const shipped_file *i = shipped_files; i <= f; i++) {
    *code = part_at(at);
    *blocks = part_at(code->at + code->length);
    at = blocks->at + blocks->length;
  }
}

/* Opcodes may change between releases whose bytecode has the same version; other sizes of numbers are refused by Lua itself. */
static bool made_by_this_lua(void) { return strcmp(shipped_made, lua_ident) == 0; }

const char *shipped_blocks(const shipped_file *f) {
  part code, blocks;
  find_parts(f, &code, &blocks);
  return blocks.length ? blocks.at : NULL;
}

/* ---- made by an earlier load ---- */

typedef struct kept_code {
  char *at;
  size_t length, room;
} kept_code;

static _Atomic(kept_code *) kept[MOST_SHIPPED];
static atomic_size_t readers;

static void code_free(kept_code *c) {
  if (!c) return;
  free(c->at);
  free(c);
}

static int write_code(lua_State *L, const void *bytes, size_t length, void *payload) {
  (void)L;
  kept_code *c = payload;
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
  const kept_code *c = at < MOST_SHIPPED ? atomic_load(&kept[at]) : NULL;
  int status = c ? luaL_loadbufferx(L, c->at, c->length, f->name, "b") : LUA_OK;
  atomic_fetch_sub(&readers, 1);
  if (status != LUA_OK) lua_error(L);
  return c != NULL;
}

bool shipped_push(lua_State *L, const shipped_file *f) {
  part code, blocks;
  find_parts(f, &code, &blocks);
  if (!code.length || !made_by_this_lua()) return push_kept(L, f, (size_t)(f - shipped_files));
  if (luaL_loadbufferx(L, code.at, code.length, f->name, "b") != LUA_OK) lua_error(L);
  return true;
}

/* Several registries may load at once: the first one is kept. */
void shipped_keep(lua_State *L, const shipped_file *f) {
  const size_t at = (size_t)(f - shipped_files);
  kept_code *c = at < MOST_SHIPPED ? calloc(1, sizeof *c) : NULL, *none = NULL;
  if (!c) return;
  bool written = lua_dump(L, write_code, c, 0) == 0;
  char *fitting = written ? realloc(c->at, c->length) : NULL; /* without spare room, since it is kept as long as the process runs */
  if (fitting) c->at = fitting;
  if (!written || !atomic_compare_exchange_strong(&kept[at], &none, c)) code_free(c);
}

/* When the library is unloaded, or the process ends, perhaps in the middle of a load. */
__attribute__((destructor)) static void free_kept(void) {
  for (size_t i = 0; i < MOST_SHIPPED; i++) {
    kept_code *c = atomic_exchange(&kept[i], NULL);
    if (atomic_load(&readers) == 0) code_free(c);
  }
}

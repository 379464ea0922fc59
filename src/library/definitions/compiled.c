/* compiled: see compiled.h. A reload would spend a third of its time on compiling the same protocols again. */
#include "library/definitions/compiled.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_SHIPPED = 32 };

typedef struct code {
  char *at;
  size_t length, room;
} code;

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

bool compiled_push(lua_State *L, const shipped_file *f) {
  const size_t at = (size_t)(f - shipped_files);
  atomic_fetch_add(&readers, 1);
  const code *c = at < MOST_SHIPPED ? atomic_load(&kept[at]) : NULL;
  int status = c ? luaL_loadbufferx(L, c->at, c->length, f->name, "b") : LUA_OK;
  atomic_fetch_sub(&readers, 1);
  if (status != LUA_OK) lua_error(L);
  return c != NULL;
}

/* Several registries may load at once: the first stays. */
void compiled_keep(lua_State *L, const shipped_file *f) {
  const size_t at = (size_t)(f - shipped_files);
  code *c = at < MOST_SHIPPED ? calloc(1, sizeof *c) : NULL, *none = NULL;
  if (!c) return;
  bool written = lua_dump(L, write_code, c, 0) == 0;
  char *fitting = written ? realloc(c->at, c->length) : NULL; /* it stays for as long as the process */
  if (fitting) c->at = fitting;
  if (!written || !atomic_compare_exchange_strong(&kept[at], &none, c)) code_free(c);
}

/* When the library is unloaded, or the process ends, perhaps in the middle of a load. */
__attribute__((destructor)) static void let_go(void) {
  for (size_t i = 0; i < MOST_SHIPPED; i++) {
    code *c = atomic_exchange(&kept[i], NULL);
    if (atomic_load(&readers) == 0) code_free(c);
  }
}

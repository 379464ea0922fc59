/* define: makes an entity of each block and hands it to the catalog. */
#include "library/definitions/decode.h"

#include <stdlib.h>
#include <string.h>

static void take_items(context *p, int at, const char *what, texts *into) {
  field list = { .name = what, .kind = KIND_TEXT };
  lua_State *L = p->lua;
  for (lua_Integer i = 1; i <= (lua_Integer)lua_rawlen(L, at); i++) {
    const char *s = NULL;
    lua_rawgeti(L, at, i);
    if (take_text(p, &list, lua_gettop(L), &s)) LIST_PUSH(script_of(L)->arena, into->at, into->count, into->room, s);
    lua_pop(L, 1);
  }
}

static void define_role(lua_State *L, const char *id, int at, origin where) {
  script *s = script_of(L);
  context p = { .lua = L, .verb = "role", .id = id, .where = where };
  role *r = arena_alloc(s->arena, sizeof *r);
  entity unused = { 0 };
  p.block = &unused;
  *r = (role){ .name = id, .at = where, .directory = s->directory };
  for (lua_pushnil(L); lua_next(L, at); lua_pop(L, 1))
    if (lua_type(L, -2) != LUA_TNUMBER) WRONG(&p, "%s", "holds a list of model ids and nothing else");
  take_items(&p, at, "an id in the list", &r->models);
  catalog_take(s->catalog, "role", r);
}

static int by_message(const void *a, const void *b) {
  return strcmp(((const roster_finding *)a)->message, ((const roster_finding *)b)->message);
}

/* A variable that the block read, that cannot be used and that is in none of its fields has decided something else about it: say, whether
 * it is enabled. */
static void take_reads(script *s, const schema *sh, entity *block) {
  const field *enabled = schema_field(sh, "enabled");
  for (size_t i = s->block_reads; enabled && i < s->refused_count && !block->refused; i++) {
    const setting *read = settings_marked(s->catalog, s->refused_reads[i]);
    if (settings_in_block(s->catalog, sh, block, read)) continue;
    block->refused = read;
    block->refused_fields |= (uint64_t)1 << (enabled - sh->fields);
  }
  s->refused_count = s->block_reads;
}

/* A table has no order, and findings should not differ from run to run. */
static void take_sorted(context *p, const schema *sh, int at, entity *block) {
  findings *f = script_of(p->lua)->catalog->findings;
  size_t before = f->count;
  take_fields(p, sh, at, block);
  if (f->count > before + 1) qsort(f->at + before, f->count - before, sizeof *f->at, by_message);
}

/* Its address may hold the path of any protocol's requests. */
static bool may_be_of_any(const entity *block) {
  const provider *p = (const provider *)block;
  const char *base = p->base_url ? p->base_url : "";
  return p->override || text_ends(base, "/completions") || text_ends(base, "/messages") || text_ends(base, "/responses");
}

void define(lua_State *L, const char *verb, const char *id, int at, origin where) {
  script *s = script_of(L);
  const schema *sh = schema_of(verb);
  if (!sh) {
    define_role(L, id, at, where);
    return;
  }
  context p = { .lua = L, .verb = verb, .id = id, .where = where };
  entity *block = arena_alloc(s->arena, sh->size);
  *block = (entity){ .id = id, .at = where, .directory = s->directory };
  if (sh->defaults) sh->defaults(block);
  p.block = block;
  take_sorted(&p, sh, at, block);
  take_reads(s, sh, block);
  if (text_is(verb, "protocol")) need_protocol(L, id);
  if (text_is(verb, "protocol") && ((protocol *)block)->inherit) need_protocol(L, ((protocol *)block)->inherit);
  if (text_is(verb, "provider") && may_be_of_any(block)) need_protocol(L, "");
  if (text_is(verb, "provider") && ((provider *)block)->protocol) need_protocol(L, ((provider *)block)->protocol);
  if (text_is(verb, "model") && ((model *)block)->protocol) need_protocol(L, ((model *)block)->protocol);
  if (sh->items) take_items(&p, at, "an id in the list", (texts *)((char *)block + sh->items_offset));
  catalog_take(s->catalog, sh->verb, block);
}

/* nested_keys: keys that belong into a table of the block: `vision = true` of a role's require, `input_cost_per_token` of a model's price.
 * What is in the block of one such table is put together for the first of its keys, since two tables of one name would lose one. */
#include "library/definitions/plausibility.h"
#include "library/definitions/state.h"

#include <string.h>

/* The value as it is written again; in dollars per million tokens where it is a price. NULL where it is no plain one. */
static const char *value_of(context *p, const field *f) { /* on top */
  lua_State *L = p->lua;
  arena *a = script_of(L)->arena;
  const bool number = lua_isnumber(L, -1), text = lua_type(L, -1) == LUA_TSTRING;
  const double value = number ? lua_tonumber(L, -1) : 0;
  if (f->kind == KIND_FLAG) return lua_isboolean(L, -1) ? (lua_toboolean(L, -1) ? "true" : "false") : NULL;
  if (f->kind == KIND_AMOUNT && number && value >= 0) return arena_printf(a, "%.10g", value < f->per_token ? value * 1e6 : value);
  return number && !text ? arena_printf(a, "%.14g", value) : NULL;
}

/* The key of the block that means this field of its table, with its value on top; [-0, +0] and NULL where there is none. */
static const char *push_meaning(context *p, const schema *s, const char *path) {
  lua_State *L = p->lua;
  for (lua_pushnil(L); next_pair(L, p->table); lua_pop(L, 1)) {
    const char *key = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : NULL;
    if (!key || schema_field(s, key) || !text_is(key_meant(p, s, key), path)) continue;
    key = keep_text(L, -2);
    lua_remove(L, -2);
    return key;
  }
  return NULL;
}

typedef struct gathered {
  const char *first; /* key of the block */
  strbuf all;        /* input = 3, output = 15 */
  bool plain;        /* all values are known */
} gathered;

static void gather(context *p, const schema *s, const field *outer, gathered *out) {
  arena *a = script_of(p->lua)->arena;
  *out = (gathered){ .all = { .arena = a }, .plain = true };
  for (size_t i = 0; i < outer->schema->count; i++) {
    const field *f = &outer->schema->fields[i];
    const char *key = push_meaning(p, s, arena_printf(a, "%s.%s", outer->name, f->name));
    if (!key) continue;
    const char *value = value_of(p, f);
    lua_pop(p->lua, 1);
    if (!out->first) out->first = key;
    out->plain = out->plain && value;
    strbuf_format(&out->all, in_json(p->lua) ? "%s\"%s\": %s" : "%s%s = %s", out->all.length ? ", " : "", f->name, value ? value : "...");
  }
}

/* Whether the block has the table; *part: whether that has the field. */
static bool has_table(context *p, const field *outer, const field *inner, bool *part) {
  lua_State *L = p->lua;
  lua_pushstring(L, outer->name);
  const bool has = lua_rawget(L, p->table) != LUA_TNIL, table = lua_istable(L, -1);
  lua_pushstring(L, inner->name);
  *part = table && lua_rawget(L, -2) != LUA_TNIL;
  lua_pop(L, 2);
  return has;
}

static void say_beside(context *p, const char *key, const char *hint, const field *outer, const field *inner, bool part) {
  const char *value = value_of(p, inner), *shown = value ? value : "...";
  if (part)
    WRONG_KEY(p, key, NULL, "unknown key '%s'%s: '%s.%s' is there already: remove this one", key, hint, outer->name, inner->name);
  else
    WRONG_KEY(p, key, NULL, "unknown key '%s'%s: write %s into '%s', which is there already", key, hint,
              fix_line(script_of(p->lua)->arena, p->where, inner->name, shown, shown), outer->name);
}

bool report_nested_key(context *p, const schema *s, const char *key, const char *meant, bool named) { /* the value on top */
  arena *a = script_of(p->lua)->arena;
  const char *dot = meant && !p->outer && p->table ? strchr(meant, '.') : NULL;
  const field *outer = dot ? schema_field(s, arena_bytes(a, meant, (size_t)(dot - meant))) : NULL;
  const field *inner = outer && outer->kind == KIND_BLOCK ? schema_field(outer->schema, dot + 1) : NULL;
  bool part = false;
  gathered all;
  if (!inner) return false;
  const char *hint = named ? "" : arena_printf(a, " (did you mean '%s.%s'?)", outer->name, inner->name);
  luaL_checkstack(p->lua, 8, "a block is nested too deep");
  if (has_table(p, outer, inner, &part)) {
    say_beside(p, key, hint, outer, inner, part);
    return true;
  }
  gather(p, s, outer, &all);
  const char *table = arena_printf(a, "{ %s }", strbuf_text(&all.all)), *line = fix_line(a, p->where, outer->name, table, table);
  if (text_is(all.first, key))
    WRONG_KEY(p, key, all.plain ? line : NULL, "unknown key '%s'%s: write %s", key, hint, line);
  else
    WRONG_KEY(p, key, NULL, "unknown key '%s'%s: write it with '%s', in %s, and remove this one", key, hint, all.first, line);
  return true;
}

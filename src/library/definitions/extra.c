/* extra: what a deployer tells hosts about a model in members of its own, of any value that JSON has a form for. Each member is kept as
 * JSON, sorted by name in every table, so that an overlay amends member by member and a host is handed what was written. */
#include "library/definitions/state.h"

#include "util/utf8.h"
#include "util/writer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_BYTES = 4096, DEEPEST = 16 };

/* Where a value stands: a member of `in`, or an item of it. */
typedef struct place {
  context *block;
  const struct place *in; /* NULL: it is the field itself, and its name that of the field */
  const char *name;       /* NULL for an item */
  lua_Integer item;
  int at, depth;
} place;

static const char *name_of(arena *a, const place *p) {
  if (!p->in) return p->name;
  return p->name ? arena_printf(a, "%s.%.60s", name_of(a, p->in), p->name) : arena_printf(a, "%s[%d]", name_of(a, p->in), (int)p->item);
}

static bool refuse(const place *p, const char *what) {
  arena *a = script_of(p->block->lua)->arena;
  WRONG_VALUE(p->block, name_of(a, p), NULL, "'%s' is %s, which JSON cannot hold", name_of(a, p), what);
  return false;
}

/* ---- from Lua to JSON ---- */

static bool add(writer *w, const char *name, const place *p);

static bool add_list(writer *w, const char *name, const place *p) {
  lua_State *L = p->block->lua;
  bool good = true;
  write_open(w, name, '[');
  for (lua_Integer i = 1; good && i <= (lua_Integer)lua_rawlen(L, p->at); i++) {
    push_item(L, p->at, i);
    good = add(w, NULL, &(place){ p->block, p, NULL, i, lua_gettop(L), p->depth + 1 });
    lua_pop(L, 1);
  }
  write_close(w, ']');
  return good;
}

static int by_text(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

/* The names of the table's members, sorted; false after a finding. */
static bool take_names(const place *p, texts *names) {
  lua_State *L = p->block->lua;
  arena *a = script_of(L)->arena;
  for (lua_pushnil(L); next_pair(L, p->at); lua_pop(L, 1)) {
    const bool text = lua_type(L, -2) == LUA_TSTRING && utf8_is_text(lua_tostring(L, -2), lua_rawlen(L, -2));
    if (text) {
      LIST_PUSH(a, names->at, names->count, names->room, keep_text(L, -2));
      continue;
    }
    lua_pop(L, 2);
    return refuse(p, lua_rawlen(L, p->at) ? "a list with gaps or named members" : "a table with a key that is not a string");
  }
  if (names->count) qsort(names->at, names->count, sizeof *names->at, by_text);
  return true;
}

static bool add_members(writer *w, const char *name, const place *p) {
  lua_State *L = p->block->lua;
  texts names = { 0 };
  bool good = take_names(p, &names);
  write_open(w, name, '{');
  for (size_t i = 0; good && i < names.count; i++) {
    lua_pushstring(L, names.at[i]);
    lua_rawget(L, p->at);
    good = add(w, names.at[i], &(place){ p->block, p, names.at[i], 0, lua_gettop(L), p->depth + 1 });
    lua_pop(L, 1);
  }
  write_close(w, '}');
  return good;
}

static bool is_list(lua_State *L, int at) {
  lua_Integer members = 0;
  for (lua_pushnil(L); next_pair(L, at); lua_pop(L, 1)) members++;
  return members == (lua_Integer)lua_rawlen(L, at) && (members > 0 || is_value(L, at, LIST_VALUE));
}

static bool add_table(writer *w, const char *name, const place *p) {
  lua_State *L = p->block->lua;
  for (const place *outer = p->in; outer; outer = outer->in)
    if (lua_rawequal(L, outer->at, p->at)) return refuse(p, "a table within itself");
  if (is_value(L, p->at, REQUEST_VALUE)) return refuse(p, "a request");
  if (p->depth > DEEPEST || !lua_checkstack(L, 16)) return refuse(p, "a table deeper than 16 others");
  return is_list(L, p->at) ? add_list(w, name, p) : add_members(w, name, p);
}

static bool add_text(writer *w, const char *name, const place *p) {
  lua_State *L = p->block->lua;
  const char *text = lua_tostring(L, p->at);
  const setting *refused = settings_marked(script_of(L)->catalog, text);
  if (refused) {
    p->block->block->refused = refused;
    p->block->block->refused_fields |= p->block->field;
    return false;
  }
  if (!utf8_is_text(text, lua_rawlen(L, p->at))) return refuse(p, "a string that is not UTF-8 or contains a NUL byte");
  write_text(w, name, text);
  return true;
}

static bool add_number(writer *w, const char *name, const place *p) {
  lua_State *L = p->block->lua;
  if (lua_isinteger(L, p->at)) {
    write_integer(w, name, lua_tointeger(L, p->at));
    return true;
  }
  if (!isfinite(lua_tonumber(L, p->at))) return refuse(p, "a number that is not finite");
  write_real(w, name, lua_tonumber(L, p->at));
  return true;
}

static bool add(writer *w, const char *name, const place *p) {
  lua_State *L = p->block->lua;
  if (w->text.length > MOST_BYTES) return true; /* which is reported of the whole */
  switch (lua_type(L, p->at)) {
  case LUA_TTABLE: return add_table(w, name, p);
  case LUA_TSTRING: return add_text(w, name, p);
  case LUA_TNUMBER: return add_number(w, name, p);
  case LUA_TBOOLEAN: write_flag(w, name, lua_toboolean(L, p->at)); return true;
  default: break;
  }
  if (is_value(L, p->at, UNKNOWN_VALUE)) return false; /* reported where it was used */
  if (!is_value(L, p->at, NONE_VALUE)) return refuse(p, describe(L, p->at));
  const char *path = name_of(script_of(L)->arena, p);
  WRONG_VALUE(p->block, path, NULL, "'%s' is none, which removes only complete members", path);
  return false;
}

/* ---- the field ---- */

static int by_name(const void *a, const void *b) { return strcmp(((const pair *)a)->name, ((const pair *)b)->name); }

/* The members as one object. */
static void join(arena *a, json_members *m) {
  writer w = { .text = { .arena = a } };
  if (m->list.count) qsort(m->list.at, m->list.count, sizeof *m->list.at, by_name);
  write_open(&w, NULL, '{');
  for (size_t i = 0; i < m->list.count; i++)
    if (m->list.at[i].value) write_raw(&w, m->list.at[i].name, m->list.at[i].value, strlen(m->list.at[i].value));
  write_close(&w, '}');
  m->json = write_end(&w, NULL);
}

bool take_extra(context *p, const field *f, int at, void *into) {
  lua_State *L = p->lua;
  arena *a = script_of(L)->arena;
  const place whole = { .block = p, .name = f->name, .at = at };
  json_members all = { 0 };
  texts names = { 0 };
  bool good = take_names(&whole, &names);
  for (size_t i = 0; i < names.count; i++) {
    writer w = { .text = { .arena = a } };
    pair one = { .name = names.at[i] };
    lua_pushstring(L, one.name);
    lua_rawget(L, at);
    const bool none = is_value(L, -1, NONE_VALUE);
    good = (none || add(&w, NULL, &(place){ p, &whole, one.name, 0, lua_gettop(L), 1 })) && good;
    lua_pop(L, 1);
    one.value = none ? NULL : write_end(&w, NULL);
    LIST_PUSH(a, all.list.at, all.list.count, all.list.room, one);
  }
  if (good) join(a, &all);
  if (good && strlen(all.json) > MOST_BYTES) WRONG_VALUE(p, f->name, NULL, "'%s' takes more than %d bytes as JSON", f->name, MOST_BYTES);
  *(json_members *)into = all;
  return good && strlen(all.json) <= MOST_BYTES;
}

void extra_amend(arena *a, json_members *base, const json_members *over) {
  json_members merged = { 0 };
  for (size_t i = 0; i < base->list.count; i++) {
    bool replaced = false;
    for (size_t k = 0; k < over->list.count; k++) replaced = replaced || text_is(base->list.at[i].name, over->list.at[k].name);
    if (!replaced) LIST_PUSH(a, merged.list.at, merged.list.count, merged.list.room, base->list.at[i]);
  }
  for (size_t k = 0; k < over->list.count; k++) LIST_PUSH(a, merged.list.at, merged.list.count, merged.list.room, over->list.at[k]);
  join(a, &merged);
  *base = merged;
}

/* ---- from JSON ---- */

/* Nothing in it is a word of the language: { "get": true } is such a member. */
void push_extra(lua_State *L, const json_t *value) {
  luaL_checkstack(L, 8, "JSON is nested too deep");
  if (json_is_null(value)) {
    push_value(L, 1, NONE_VALUE);
  } else if (json_is_array(value)) {
    lua_createtable(L, (int)json_array_size(value), 0);
    luaL_setmetatable(L, LIST_VALUE);
    for (size_t i = 0; i < json_array_size(value); i++) {
      push_extra(L, json_array_get(value, i));
      set_item(L, -2, (lua_Integer)i + 1);
    }
  } else if (json_is_object(value)) {
    lua_createtable(L, 0, (int)json_object_size(value));
    for (void *at = json_object_iter((json_t *)value); at; at = json_object_iter_next((json_t *)value, at)) {
      push_extra(L, json_object_iter_value(at));
      lua_setfield(L, -2, json_object_iter_key(at));
    }
  } else {
    push_json(L, value);
  }
}

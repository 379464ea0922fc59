/* table_json: what a script hands over to be sent or shown, as JSON with the members of each table in the order of their names. The text
 * grows in one buffer that belongs to the script, so an error may be raised anywhere; each value counts against the call. */
#include "library/definitions/state.h"

#include "util/utf8.h"
#include "util/writer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DEEPEST = 32, MOST_SHOWN = 60, MIB = 1024 * 1024 };
#define ONE_OR_OTHER "items are counted from 1 without gaps, and a table with names has no items"

/* Where a value stands: a member of `in`, or an item of it. */
typedef struct place {
  const struct place *in; /* NULL: it is the whole */
  const char *name;       /* NULL for an item */
  lua_Integer item;
  int at, depth;
} place;

typedef struct taking {
  lua_State *lua;
  writer *out; /* the script's */
  const char *what;
  size_t most;
} taking;

/* ---- what JSON cannot represent ---- */

/* "models[3].price" */
static const char *name_of(arena *a, const place *p) {
  if (!p->in) return "";
  const char *outer = name_of(a, p->in);
  if (!p->name) return arena_printf(a, "%s[%lld]", outer, (long long)p->item);
  return arena_printf(a, "%s%s%s", outer, *outer ? "." : "", text_clean(a, p->name, strlen(p->name), MOST_SHOWN));
}

static void refuse(const taking *t, const place *p, const char *unfit, const char *advice) {
  const char *name = name_of(script_of(t->lua)->arena, p);
  luaL_error(t->lua, "%s contains something that JSON cannot represent: %s%s%s: %s", t->what, unfit, *name ? " in " : "", name, advice);
}

bool is_item(lua_State *L, int key, size_t count) {
  int whole = 0;
  const lua_Integer i = lua_type(L, key) == LUA_TNUMBER ? lua_tointegerx(L, key, &whole) : 0;
  return whole && i >= 1 && (size_t)i <= count;
}

static const char *name_key(lua_State *L, int key) {
  arena *a = script_of(L)->arena;
  if (lua_type(L, key) != LUA_TSTRING) return arena_printf(a, "%s as a key", describe(L, key));
  return arena_printf(a, "the key '%s'", text_clean(a, lua_tostring(L, key), lua_rawlen(L, key), 40));
}

const char *odd_key(lua_State *L, int at) {
  const size_t count = lua_rawlen(L, at);
  size_t items = 0;
  for (lua_pushnil(L); next_pair(L, at); lua_pop(L, 1), items++) {
    if (is_item(L, lua_gettop(L) - 1, count)) continue;
    const char *odd = name_key(L, lua_gettop(L) - 1);
    lua_pop(L, 2);
    return odd;
  }
  return items < count ? "a gap" : NULL;
}

/* ---- tables ---- */

static void add_value(taking *t, const char *name, const place *p);

static void add_list(taking *t, const char *name, const place *p) {
  const lua_Integer count = (lua_Integer)lua_rawlen(t->lua, p->at);
  write_open(t->out, name, '[');
  for (lua_Integer i = 1; i <= count; i++) {
    push_item(t->lua, p->at, i);
    add_value(t, NULL, &(place){ p, NULL, i, lua_gettop(t->lua), p->depth + 1 });
    lua_pop(t->lua, 1);
  }
  write_close(t->out, ']');
}

static int by_text(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

/* The names of so many members, sorted; in memory of Lua's, on top: they stay where they are as long as the table holds them. [-0, +1] */
static const char **take_names(const taking *t, const place *p, size_t count) {
  lua_State *L = t->lua;
  const char **names = lua_newuserdatauv(L, (count + 1) * sizeof *names, 0);
  size_t taken = 0;
  for (lua_pushnil(L); next_pair(L, p->at); lua_pop(L, 1)) {
    size_t length = 0;
    const char *name = lua_type(L, -2) == LUA_TSTRING ? lua_tolstring(L, -2, &length) : NULL;
    const char *key = name ? "a name that is not UTF-8" : arena_printf(script_of(L)->arena, "a table with %s as a key", describe(L, -2));
    if (!name) refuse(t, p, key, ONE_OR_OTHER);
    if (!utf8_is_text(name, length)) refuse(t, p, key, "write the names of members as UTF-8");
    names[taken++] = name;
  }
  if (count) qsort(names, count, sizeof *names, by_text);
  return names;
}

static void add_members(taking *t, const char *name, const place *p, size_t count) {
  lua_State *L = t->lua;
  const char **names = take_names(t, p, count);
  write_open(t->out, name, '{');
  for (size_t i = 0; i < count; i++) {
    lua_pushstring(L, names[i]);
    lua_rawget(L, p->at);
    add_value(t, names[i], &(place){ p, names[i], 0, lua_gettop(L), p->depth + 1 });
    lua_pop(L, 1);
  }
  write_close(t->out, '}');
  lua_pop(L, 1);
}

static void check_depth(const taking *t, const place *p) {
  for (const place *outer = p->in; outer; outer = outer->in)
    if (lua_rawequal(t->lua, outer->at, p->at)) refuse(t, p, "a table within itself", "leave that member out, or write its parts");
  if (p->depth > DEEPEST || !lua_checkstack(t->lua, 16))
    refuse(t, p, "a table deeper than 32 others", "no API reads that: write less deep");
}

static void add_table(taking *t, const char *name, const place *p) {
  lua_State *L = t->lua;
  settle_rows(L, p->at);
  const size_t items = lua_rawlen(L, p->at);
  size_t members = 0;
  check_depth(t, p);
  if (is_value(L, p->at, REQUEST_VALUE)) refuse(t, p, "a request", "write a plain table");
  for (lua_pushnil(L); next_pair(L, p->at); lua_pop(L, 1)) members++;
  if (members == items && (items || is_value(L, p->at, LIST_VALUE)))
    add_list(t, name, p);
  else if (!items)
    add_members(t, name, p, members);
  else
    refuse(t, p, arena_printf(script_of(L)->arena, "a list with gaps or named members, with %s", odd_key(L, p->at)), ONE_OR_OTHER);
}

/* ---- texts and numbers ---- */

static void add_text(taking *t, const char *name, const place *p) {
  size_t length;
  const char *text = lua_tolstring(t->lua, p->at, &length);
  const setting *refused = settings_marked(script_of(t->lua)->catalog, text);
  if (refused) luaL_error(t->lua, "%s", settings_sentence(script_of(t->lua)->arena, refused));
  if (memchr(text, 0, length)) refuse(t, p, "a string that contains a NUL byte", "leave it out");
  if (!utf8_is_text(text, length)) refuse(t, p, "a text that is not UTF-8", "save the file as UTF-8, or write \\u{...} for a character");
  spend(t->lua, length / BYTES_FOR_ONE);
  if (length <= t->most)
    write_text(t->out, name, text);
  else
    t->out->text.length += length;
}

/* With at most 12 digits, as prices are written everywhere; always recognizable as a fraction. */
static void add_number(taking *t, const char *name, const place *p) {
  const double value = lua_tonumber(t->lua, p->at);
  char digits[40];
  if (lua_isinteger(t->lua, p->at)) {
    write_integer(t->out, name, lua_tointeger(t->lua, p->at));
    return;
  }
  if (!isfinite(value)) refuse(t, p, "a number that is not finite", "leave it out");
  snprintf(digits, sizeof digits - 2, "%.12g", value);
  if (!strpbrk(digits, ".e")) memcpy(digits + strlen(digits), ".0", 3);
  write_raw(t->out, name, digits, strlen(digits));
}

/* ---- any value ---- */

static void check_size(const taking *t) {
  script *s = script_of(t->lua);
  spend(t->lua, VALUE_COST);
  if (t->out->text.failed) {
    s->budget.starved = true;
    luaL_error(t->lua, "not enough memory");
  }
  if (t->out->text.length > t->most) luaL_error(t->lua, "%s takes more than %d MiB as JSON", t->what, (int)(t->most / MIB));
}

static void add_value(taking *t, const char *name, const place *p) {
  check_size(t);
  switch (lua_type(t->lua, p->at)) {
  case LUA_TTABLE: add_table(t, name, p); break;
  case LUA_TSTRING: add_text(t, name, p); break;
  case LUA_TNUMBER: add_number(t, name, p); break;
  case LUA_TBOOLEAN: write_flag(t->out, name, lua_toboolean(t->lua, p->at)); break;
  case LUA_TFUNCTION: refuse(t, p, "a function", "write what it returns"); break;
  default:
    if (!is_value(t->lua, p->at, NONE_VALUE))
      refuse(t, p, arena_printf(script_of(t->lua)->arena, "a value of the definitions (%s)", describe(t->lua, p->at)), "leave it out");
    write_raw(t->out, name, "null", 4);
    break;
  }
}

const char *take_json(lua_State *L, int at, const char *what, size_t most) {
  script *s = script_of(L);
  taking t = { .lua = L, .out = &s->json, .what = what, .most = most };
  s->json.text.length = 0;
  s->json.text.failed = s->json.behind = false;
  add_value(&t, NULL, &(place){ NULL, NULL, 0, at, 0 });
  check_size(&t);
  return write_end(&s->json, NULL);
}

/* price_words: what is said of days and tiers of a price that are written in another shape: a day as other countries write it, a number of
 * tokens with its unit in a string, one table where a table by day or by tokens is due. */
#include "library/definitions/state.h"

#include "library/definitions/lua_syntax.h"
#include "library/definitions/plausibility.h"
#include "util/clock.h"

#include <math.h>
#include <string.h>

/* ---- a key ---- */

/* Both are words, so that they take the place of the key alone. */
static const char *day_meant(const context *p, const char *text) {
  const char *day = date_meant(script_of(p->lua)->arena, text);
  return day && strlen(day) == 10 ? day : NULL;
}

/* [2026-12-01], of which Lua has made 2013. */
static bool report_bare_day(context *p, const field *f, double value) {
  lua_token from = { 0 };
  syntax_view v;
  const char *end = NULL, *day = bare_day_as_written(p, value, &v, &from, &end);
  if (!day) return false;
  const finding_place place = { .at = { p->where.file, from.line }, .column = from.column, .length = (int)(end - from.text) };
  WRONG_AT(p, place, syntax_fix(&v, from.text, end, arena_printf(v.arena, "\"%s\"", day)),
           "'%s' names a day without quotes: write [\"%s\"]", path_to(p, f->name), day);
  return true;
}

void report_day(context *p, const field *f, int key) {
  lua_State *L = p->lua;
  const bool text = lua_type(L, key) == LUA_TSTRING;
  const char *way = in_json(L) ? "\"%s\": { \"2026-12-01\": { \"input\": 4 } }" : "%s = { [\"2026-12-01\"] = { input = 4 } }";
  if (lua_type(L, key) == LUA_TNUMBER && report_bare_day(p, f, lua_tonumber(L, key))) return;
  const char *path = text ? arena_printf(script_of(L)->arena, "%s[%s]", f->name, lua_tostring(L, key)) : f->name;
  const finding_place place = place_in(p, path, text ? PART_KEY : PART_VALUE);
  WRONG_AT(p, place, text ? day_meant(p, lua_tostring(L, key)) : NULL, "'%s' names a day by %s: write it as in %s", path_to(p, f->name),
           describe(L, key), text_fill(script_of(L)->arena, way, "%s", f->name));
}

void report_tokens(context *p, const field *f, int key) {
  lua_State *L = p->lua;
  arena *a = script_of(L)->arena;
  const char *text = lua_type(L, key) == LUA_TSTRING ? lua_tostring(L, key) : NULL;
  const char *way = in_json(L) ? "\"%s\": { \"272000\": { \"input\": 4 } }" : "%s = { [272 * K] = { input = 4 } }";
  const finding_place place = place_in(p, text ? arena_printf(a, "%s[%s]", f->name, text) : f->name, text ? PART_KEY : PART_VALUE);
  WRONG_AT(p, place, text ? tokens_meant(a, text) : NULL, "'%s' names a tier by %s: write its number of tokens, as in %s",
           path_to(p, f->name), describe(L, key), text_fill(a, way, "%s", f->name));
}

/* ---- a table without keys: { date = "2026-12-01", input = 4 }, { { tokens = 200 * K, input = 4 } } ---- */

static bool is_start(const char *name, bool days) {
  static const char *const of_days[] = { "date", "day", "on", "at", "since", "start", "effective", "from", NULL };
  static const char *const of_tokens[] = { "tokens", "above", "threshold", "size", "context", "over", "limit", "min", "from", NULL };
  const char *const *one = days ? of_days : of_tokens;
  while (*one && !text_is(*one, name)) one++;
  return *one;
}

/* Adds `["2026-12-01"] = { input = 4 }` for the table on top; false where it says no start, or more than amounts. */
static bool add_step(lua_State *L, const field *f, strbuf *into) {
  const bool days = f->kind == KIND_CHANGES, json = in_json(L);
  const int at = lua_gettop(L);
  const char *start = NULL;
  strbuf amounts = { .arena = into->arena };
  bool plain = true;
  for (lua_pushnil(L); next_pair(L, at); lua_pop(L, 1)) {
    const char *name = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "";
    const bool number = lua_type(L, -1) == LUA_TNUMBER;
    const field *part = schema_field(f->schema, name);
    if (is_start(name, days) && days && lua_type(L, -1) == LUA_TSTRING)
      start = date_meant(into->arena, lua_tostring(L, -1));
    else if (is_start(name, days) && !days && number)
      start = arena_printf(into->arena, "%.0f", floor(lua_tonumber(L, -1)));
    else if (part && part->kind == KIND_AMOUNT && number)
      strbuf_format(&amounts, json ? "%s\"%s\": %.14g" : "%s%s = %.14g", amounts.length ? ", " : "", name, lua_tonumber(L, -1));
    else
      plain = false;
  }
  if (!plain || !start || !amounts.length || (days && strlen(start) != 10)) return false;
  const char *form = json ? "%s\"%s\": { %s }" : days ? "%s[\"%s\"] = { %s }" : "%s[%s] = { %s }";
  strbuf_format(into, form, into->length ? ", " : "", start, strbuf_text(&amounts));
  return true;
}

/* Whether the table on top has a day, or a number of tokens, as a member. */
static bool has_start(lua_State *L, bool days) {
  const int at = lua_gettop(L), kind = days ? LUA_TSTRING : LUA_TNUMBER;
  bool found = false;
  if (!lua_istable(L, at)) return false;
  for (lua_pushnil(L); next_pair(L, at); lua_pop(L, 1))
    found = found || (lua_type(L, -2) == LUA_TSTRING && is_start(lua_tostring(L, -2), days) && lua_type(L, -1) == kind);
  return found;
}

/* Whether the table has what belongs into a table by day or by tokens, or is a list of such. */
static bool is_flat(lua_State *L, const field *f, int at) {
  const bool list = lua_rawlen(L, at) && !odd_key(L, at);
  if (list)
    push_item(L, at, 1);
  else
    lua_pushvalue(L, at);
  const bool flat = has_start(L, f->kind == KIND_CHANGES);
  lua_pop(L, 1);
  return flat;
}

bool report_flat_steps(context *p, const field *f, int at) {
  lua_State *L = p->lua;
  strbuf steps = { .arena = script_of(L)->arena };
  if (!is_flat(L, f, at)) return false;
  const lua_Integer count = (lua_Integer)lua_rawlen(L, at);
  bool good = true;
  for (lua_Integer i = count ? 1 : 0; good && i <= count; i++) {
    if (i)
      push_item(L, at, i);
    else
      lua_pushvalue(L, at);
    good = lua_istable(L, -1) && add_step(L, f, &steps);
    lua_pop(L, 1);
  }
  const char *value = good ? arena_printf(steps.arena, "{ %s }", strbuf_text(&steps)) : NULL;
  const char *way = f->kind == KIND_CHANGES ? in_json(L) ? "{ \"2026-12-01\": { \"input\": 4 } }" : "{ [\"2026-12-01\"] = { input = 4 } }"
                    : in_json(L)            ? "{ \"272000\": { \"input\": 4 } }"
                                            : "{ [272 * K] = { input = 4 } }";
  WRONG_VALUE(p, f->name, value ? fix_line(steps.arena, p->where, f->name, value, value) : NULL, "'%s' is a table by %s: write %s",
              path_to(p, f->name), f->kind == KIND_CHANGES ? "day" : "number of tokens", value ? value : way);
  return true;
}

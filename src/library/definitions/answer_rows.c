/* answer_rows: the rows of a long answer as scripts see them: a list, and a table for each row, that are empty until somebody looks. An
 * index finds the member in the row's text; who reads more of a row than its names, walks through it or writes to it, gets it as a table
 * like any other, and so does the list. A script cannot tell the difference, since it has no function that passes a metatable by. The text
 * is Lua's own copy, so a row may outlive the answer. */
#include "library/definitions/state.h"

#include "util/json_rows.h"

#include <string.h>

enum { FEW_READS = 5 }; /* from one row, before it becomes a table: reading names takes no more */

/* What the hidden keys of such a table are; their addresses are the keys. */
static const char ROWS_KEY = 0, PLACE_KEY = 0, KNOWN_KEY = 0;

/* ---- the copy of the text ---- */

static json_rows *copy_rows(lua_State *L, const json_rows *from) { /* [-0, +1] */
  const size_t head = from->at[0], bytes = from->at[from->count] - head, places = (from->count + 1) * sizeof *from->at;
  spend(L, (bytes + places) / BYTES_GIVEN_FOR_ONE);
  const size_t largest = script_of(L)->budget.largest;
  json_rows *x = lua_newuserdatauv(L, sizeof *x + places + bytes, 0);
  budget_spare_block(script_of(L), largest);
  *x = (json_rows){ .at = (uint32_t *)(x + 1), .count = from->count };
  for (size_t i = 0; i <= x->count; i++) x->at[i] = from->at[i] - (uint32_t)head;
  memcpy(x->met, from->met, sizeof x->met);
  x->text = memcpy((char *)(x + 1) + places, from->text + head, bytes);
  return x;
}

/* ---- one row ---- */

static void set_hidden(lua_State *L, int at, const char *key) { /* [-1, +0] */
  lua_rawsetp(L, at, key);
}

/* Those of the table at `at`; both are of a row, the first alone of a list. */
static const json_rows *rows_of(lua_State *L, int at) { /* [-0, +0] */
  lua_rawgetp(L, at, &ROWS_KEY);
  const json_rows *rows = lua_touserdata(L, -1);
  lua_pop(L, 1);
  return rows;
}

static size_t place_of(lua_State *L, int at) { /* [-0, +0] */
  lua_rawgetp(L, at, &PLACE_KEY);
  const size_t place = (size_t)lua_tointeger(L, -1);
  lua_pop(L, 1);
  return place;
}

/* Whoever makes a row of a table writes it down here, so that a table at this address is this row as long as it is one. */
static void know_row(lua_State *L, int at, const json_rows *rows, size_t place) {
  script *s = script_of(L);
  s->row = lua_topointer(L, at);
  s->row_of = rows;
  s->row_place = place;
}

static void push_row(lua_State *L, int rows, size_t i) { /* [-0, +1] */
  spend(L, 1);
  lua_createtable(L, 0, 2);
  know_row(L, -1, lua_touserdata(L, rows), i);
  lua_pushvalue(L, rows);
  set_hidden(L, -2, &ROWS_KEY);
  lua_pushinteger(L, (lua_Integer)i);
  set_hidden(L, -2, &PLACE_KEY);
  luaL_setmetatable(L, ROW_VALUE);
}

static void reveal(lua_State *L, int at) { /* [-0, +0] an ordinary table, still without what it was to hold */
  static const char *const keys[] = { &ROWS_KEY, &PLACE_KEY, &KNOWN_KEY };
  lua_pushnil(L);
  lua_setmetatable(L, at);
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
    lua_pushnil(L);
    set_hidden(L, at, keys[i]);
  }
}

static int fill_row(lua_State *L) { /* the table, the object */
  json_t *value = lua_touserdata(L, 2);
  lua_settop(L, 1);
  fill_table(L, value);
  return 0;
}

/* Protected, so that the JSON does not leak when memory runs out. */
static void settle_row(lua_State *L, int at) {
  size_t length;
  const char *text = json_row(rows_of(L, at), place_of(L, at), &length);
  spend(L, length / BYTES_FOR_ONE);
  json_t *value = json_read_own(script_of(L)->arena, text, length);
  lua_pushcfunction(L, fill_row);
  lua_pushvalue(L, at);
  lua_pushlightuserdata(L, value);
  reveal(L, at);
  const int status = lua_pcall(L, 2, 0, 0);
  json_decref(value);
  if (status != LUA_OK) lua_error(L);
}

/* Whether the text of the value alone is enough to push it. */
static bool push_simple(lua_State *L, const char *value, size_t length) { /* [-0, +1], or [-0, +0] */
  size_t inside;
  const char *text = json_plain_text(value, length, &inside);
  if (text)
    lua_pushlstring(L, text, inside);
  else if (!value || *value == 'n')
    lua_pushnil(L);
  else if (*value == 't' || *value == 'f')
    lua_pushboolean(L, *value == 't');
  else
    return false;
  return true;
}

static bool reads_much(script *s, const json_rows *rows, size_t place) {
  const bool same = s->read_rows == rows && s->read_place == place;
  s->read_rows = rows;
  s->read_place = place;
  s->reads = same ? s->reads + 1 : 1;
  return s->reads > FEW_READS;
}

static int row_index(lua_State *L) {
  size_t length, name_length;
  if (lua_type(L, 2) != LUA_TSTRING) return 0;
  const script *s = script_of(L);
  const bool latest = s->row == lua_topointer(L, 1);
  const json_rows *rows = latest ? s->row_of : rows_of(L, 1);
  const size_t place = latest ? s->row_place : place_of(L, 1);
  if (place >= rows->count) return 0;
  const char *name = lua_tolstring(L, 2, &name_length), *row = json_row(rows, place, &length);
  spend(L, 1 + length / BYTES_GIVEN_FOR_ONE);
  const char *value = json_rows_may_have(rows, name, name_length) ? json_row_member(row, name, name_length, &length) : NULL;
  if (!reads_much(script_of(L), rows, place) && push_simple(L, value, length)) return 1;
  settle_row(L, 1);
  lua_settop(L, 2);
  lua_rawget(L, 1);
  return 1;
}

static int row_length(lua_State *L) {
  lua_pushinteger(L, 0); /* its members have names */
  return 1;
}

/* ---- the list ---- */

/* Row i, counted from 1: the one that somebody has looked at already, or else a new one. The rows are at `rows`, and those at `known`,
 * which may be nil. */
static void push_one(lua_State *L, int rows, int known, lua_Integer i) { /* [-0, +1] */
  if (lua_istable(L, known) && push_item(L, known, i) != LUA_TNIL) return;
  lua_settop(L, known);
  push_row(L, rows, (size_t)i - 1);
}

/* What a list is made of, in this order. */
static void push_parts(lua_State *L, int list) { /* [-0, +2] */
  lua_rawgetp(L, list, &ROWS_KEY);
  lua_rawgetp(L, list, &KNOWN_KEY);
}

static void settle_list(lua_State *L, int at) {
  push_parts(L, at);
  const int known = lua_gettop(L);
  const lua_Integer count = (lua_Integer)((const json_rows *)lua_touserdata(L, known - 1))->count;
  reveal(L, at);
  for (lua_Integer i = 1; i <= count; i++) {
    push_one(L, known - 1, known, i);
    set_item(L, at, i);
  }
  lua_pop(L, 2);
}

static bool is_row_of(const json_rows *rows, lua_State *L, int at) {
  int whole = 0;
  const lua_Integer i = lua_type(L, at) == LUA_TNUMBER ? lua_tointegerx(L, at, &whole) : 0;
  return whole && i >= 1 && (size_t)i <= rows->count;
}

/* Kept, so that it is the same row next time. */
static int list_index(lua_State *L) {
  if (!is_row_of(rows_of(L, 1), L, 2)) return 0;
  lua_settop(L, 2);
  push_parts(L, 1);
  if (lua_isnil(L, 4)) {
    lua_newtable(L);
    lua_copy(L, -1, 4);
    set_hidden(L, 1, &KNOWN_KEY);
  }
  push_one(L, 3, 4, lua_tointeger(L, 2));
  lua_pushvalue(L, -1);
  set_item(L, 4, lua_tointeger(L, 2));
  return 1;
}

static int list_length(lua_State *L) {
  lua_pushinteger(L, (lua_Integer)rows_of(L, 1)->count);
  return 1;
}

/* ---- both ---- */

void settle_rows(lua_State *L, int at) {
  if (!lua_istable(L, at)) return;
  if (is_value(L, at, ROW_VALUE)) settle_row(L, at);
  if (is_value(L, at, ROWS_VALUE)) settle_list(L, at);
}

static int assign(lua_State *L) {
  settle_rows(L, 1);
  lua_rawset(L, 1);
  return 0;
}

static int walk(lua_State *L) {
  settle_rows(L, 1);
  lua_pushcfunction(L, word_next);
  lua_pushvalue(L, 1);
  return 2;
}

int word_next(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 2);
  settle_rows(L, 1);
  return next_pair(L, 1) ? 2 : (lua_pushnil(L), 1);
}

/* Lua's own would hand out Lua's own `next`, which shows the hidden keys. */
int word_pairs(lua_State *L) {
  luaL_checkany(L, 1);
  lua_settop(L, 1);
  if (luaL_getmetafield(L, 1, "__pairs") != LUA_TNIL) {
    lua_insert(L, 1);
    lua_call(L, 1, 3);
    return 3;
  }
  lua_pushcfunction(L, word_next);
  lua_pushvalue(L, 1);
  return 2;
}

static void make_kind(lua_State *L, const char *kind, lua_CFunction index, lua_CFunction length) { /* [-0, +0] */
  const luaL_Reg events[] = { { "__index", index }, { "__len", length }, { "__newindex", assign }, { "__pairs", walk }, { NULL, NULL } };
  if (luaL_newmetatable(L, kind)) {
    luaL_setfuncs(L, events, 0);
    hide_metatable(L);
  }
  lua_pop(L, 1);
}

void push_rows(lua_State *L, const json_rows *rows) {
  make_kind(L, ROW_VALUE, row_index, row_length);
  make_kind(L, ROWS_VALUE, list_index, list_length);
  lua_createtable(L, 0, 2);
  copy_rows(L, rows);
  set_hidden(L, -2, &ROWS_KEY);
  luaL_setmetatable(L, ROWS_VALUE);
}

size_t list_count_of(lua_State *L, int at, int parts) {
  return lua_isnil(L, parts) ? lua_rawlen(L, at) : ((const json_rows *)lua_touserdata(L, parts))->count;
}

size_t list_count(lua_State *L, int at) { return is_value(L, at, ROWS_VALUE) ? rows_of(L, at)->count : lua_rawlen(L, at); }

int list_begin(lua_State *L, int at) {
  if (is_value(L, at, ROWS_VALUE))
    push_parts(L, at);
  else
    lua_settop(L, lua_gettop(L) + 2);
  return lua_gettop(L) - 1;
}

void push_list_item(lua_State *L, int at, int parts, lua_Integer i) {
  if (lua_isnil(L, parts))
    push_item(L, at, i);
  else
    push_one(L, parts, parts + 1, i);
}

static const char *row_name(lua_State *L, const json_rows *rows, size_t i, const texts *named_by) {
  size_t length = 0, inside = 0;
  const char *row = json_row(rows, i, &length), *value = NULL;
  spend(L, 1 + length / BYTES_GIVEN_FOR_ONE);
  for (size_t m = 0; !value && m < named_by->count; m++) {
    const char *member = named_by->at[m];
    const size_t member_length = strlen(member);
    if (json_rows_may_have(rows, member, member_length)) value = json_row_member(row, member, member_length, &length);
  }
  const char *text = json_plain_text(value, length, &inside);
  return text ? arena_bytes(script_of(L)->arena, text, inside) : NULL;
}

const char *list_item_name(lua_State *L, int parts, lua_Integer i, const texts *named_by) {
  if (!named_by->count || lua_isnil(L, parts)) return NULL;
  const bool seen = lua_istable(L, parts + 1) && push_item(L, parts + 1, i) != LUA_TNIL;
  lua_settop(L, parts + 1);
  return seen ? NULL : row_name(L, lua_touserdata(L, parts), (size_t)i - 1, named_by);
}

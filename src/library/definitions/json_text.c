/* json_text: the blocks of a long overlay in JSON and the rows of a source, from their text to tables, without a JSON value in between. The
 * text is valid, and what is out of the ordinary in it is left to whoever asked: escapes, calls of words, what is no part of the language.
 */
#include "library/definitions/state.h"

#include <string.h>

enum { EXACT_DIGITS = 15, LONGEST_NUMBER = 48 }; /* so many in a double, which one power of ten up to 10^22 leaves correctly rounded */

bool exact_number(const char *text, size_t length, literal_number *out) {
  static const double powers[] = { 1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15 };
  const bool negative = *text == '-';
  size_t digits = 0, places = 0;
  int64_t value = 0;
  for (size_t i = negative; i < length; i++) {
    if (text[i] >= '0' && text[i] <= '9')
      value = value * 10 + (text[i] - '0'), digits++;
    else if (text[i] == '.' && digits && !places)
      places = digits;
    else
      return false;
    if (digits > EXACT_DIGITS) return false;
  }
  *out = (literal_number){ .whole = !places, .integer = negative ? -value : value };
  out->real = (negative ? -1 : 1) * ((double)value / powers[places ? digits - places : 0]);
  return digits > 0;
}

/* Lua reads what has more digits, and whole numbers as integers, in any locale. */
static bool push_number(lua_State *L, const char *text, size_t length) {
  literal_number n;
  char copy[LONGEST_NUMBER + 1];
  if (exact_number(text, length, &n)) {
    if (n.whole)
      lua_pushinteger(L, n.integer);
    else
      lua_pushnumber(L, n.real);
    return true;
  }
  if (length > LONGEST_NUMBER) return false;
  memcpy(copy, text, length);
  copy[length] = 0;
  return lua_stringtonumber(L, copy) != 0;
}

static bool push_part(lua_State *L, const char *at);

static bool push_items(lua_State *L, const char *at, bool (*push_one)(lua_State *L, const char *at)) {
  lua_newtable(L);
  lua_Integer i = 0;
  for (at = json_past_separators(at + 1); *at != ']'; at = json_past_separators(json_past_value(at))) {
    if (!push_one(L, at)) return false;
    set_item(L, -2, ++i);
  }
  if (!i) luaL_setmetatable(L, LIST_VALUE);
  return true;
}

/* Members with the values that are pushed so; *members becomes how many. */
static bool push_members(lua_State *L, const char *at, const char *plain, size_t *members, bool (*push_one)(lua_State *L, const char *at)) {
  lua_newtable(L);
  for (at = json_past_separators(at + 1); *at != '}'; at = json_past_separators(json_past_value(at)), ++*members) {
    const char *end = json_past_value(at);
    const size_t length = (size_t)(end - at) - 2;
    if (plain && length == strlen(plain) && memcmp(at + 1, plain, length) == 0) return false;
    lua_pushlstring(L, at + 1, length);
    at = json_past_separators(end);
    if (!push_one(L, at)) return false;
    lua_rawset(L, -3);
  }
  return true;
}

/* What is neither an object, a list nor null. */
static bool push_single(lua_State *L, const char *at) {
  const size_t length = (size_t)(json_past_value(at) - at);
  size_t inside = 0;
  const char *text = json_plain_text(at, length, &inside);
  spend(L, 1 + inside / BYTES_GIVEN_FOR_ONE);
  if (*at == '"' && !text) return false;
  if (text)
    lua_pushlstring(L, text, inside);
  else if (*at == 't' || *at == 'f')
    lua_pushboolean(L, *at == 't');
  else
    return push_number(L, at, length);
  return true;
}

/* An object of one member may be a call. */
static bool push_part(lua_State *L, const char *at) {
  luaL_checkstack(L, 8, "JSON is nested too deep");
  if (*at == '[') return push_items(L, at, push_part);
  if (*at == '{') return push_plain_object(L, at, NULL, 2);
  if (*at != 'n') return push_single(L, at);
  spend(L, 1);
  push_value(L, 1, NONE_VALUE);
  return true;
}

bool push_plain_object(lua_State *L, const char *at, const char *plain, size_t least) {
  size_t members = 0;
  return push_members(L, at, plain, &members, push_part) && members >= least;
}

bool push_plain_json(lua_State *L, const char *at) {
  size_t members = 0;
  luaL_checkstack(L, 8, "JSON is nested too deep");
  if (*at == 'n') return false;
  if (*at != '[' && *at != '{') return push_single(L, at);
  spend(L, 1);
  return *at == '[' ? push_items(L, at, push_plain_json) : push_members(L, at, NULL, &members, push_plain_json);
}

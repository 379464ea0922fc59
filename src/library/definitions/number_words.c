/* number_words: numbers that a script makes of texts. The mark of a variable that cannot be used stays that mark through tonumber and
 * arithmetic, so that `tonumber(setting "T") * seconds` costs a block and not the rest of its file. */
#include "library/definitions/state.h"

static const char *mark_at(lua_State *L, int at) {
  const char *text = lua_type(L, at) == LUA_TSTRING ? lua_tostring(L, at) : NULL;
  return settings_marked(script_of(L)->catalog, text) ? text : NULL;
}

/* The text is all that a variable held, and no number. */
static const char *refuse_number(lua_State *L, int at) {
  catalog *c = script_of(L)->catalog;
  const char *text = lua_type(L, at) == LUA_TSTRING ? lua_tostring(L, at) : NULL;
  for (size_t i = 0; text && script_of(L)->loading && i < c->settings.count; i++)
    if (text_is(c->settings.at[i]->value, text)) return settings_refuse(c, c->settings.at[i]->name, text, "is no number");
  return mark_at(L, at);
}

int word_tonumber(lua_State *L) { /* upvalue: Lua's own */
  int count = lua_gettop(L);
  lua_pushvalue(L, lua_upvalueindex(1));
  for (int i = 1; i <= count; i++) lua_pushvalue(L, i);
  lua_call(L, count, 1);
  const char *mark = lua_isnil(L, -1) && count == 1 ? refuse_number(L, 1) : NULL;
  if (mark) lua_pushstring(L, mark);
  return 1;
}

static int arithmetic(lua_State *L) {
  const char *mark = mark_at(L, 1) ? mark_at(L, 1) : mark_at(L, 2);
  if (!mark) return luaL_error(L, "attempt to perform arithmetic on a string value");
  lua_pushstring(L, mark);
  return 1;
}

void fill_arithmetic(lua_State *L) {
  static const char *const events[] = { "__add", "__sub", "__mul", "__div", "__idiv", "__mod", "__pow", "__unm", NULL };
  for (const char *const *event = events; *event; event++) {
    lua_pushcfunction(L, arithmetic);
    lua_setfield(L, -2, *event);
  }
}

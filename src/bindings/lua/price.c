/* price: what a model costs, as tables in which an amount that is not known is absent. */
#include "bindings/lua/module.h"

#include <string.h>

/* [-0, +1] the parts that are known; false: none is */
static bool push_prices(lua_State *L, const roster_prices *p) {
  bool known = false;
  lua_newtable(L);
  for (int i = 0; *roster_price_name((roster_price)i); i++) {
    double amount = roster_prices_get(p, (roster_price)i);
    if (amount < 0) continue;
    known = true;
    lua_pushnumber(L, amount);
    lua_setfield(L, -2, roster_price_name((roster_price)i));
  }
  return known;
}

void push_price(lua_State *L, const roster_model *m) {
  if (!push_prices(L, roster_model_prices(m))) lua_pushnil(L);
}

static void push_tiers(lua_State *L, const roster_prices *p) {
  const roster_prices *tier;
  int64_t above;
  lua_newtable(L);
  for (size_t i = 0; (tier = roster_prices_tier_at(p, i, &above)); i++) {
    push_prices(L, tier);
    lua_pushinteger(L, above);
    lua_setfield(L, -2, "above");
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
}

void push_price_tiers(lua_State *L, const roster_model *m) { push_tiers(L, roster_model_prices(m)); }

void push_price_changes(lua_State *L, const roster_model *m) {
  const roster_prices *change;
  const char *from;
  lua_newtable(L);
  for (size_t i = 0; (change = roster_prices_change_at(roster_model_prices(m), i, &from)); i++) {
    push_prices(L, change);
    lua_pushstring(L, from);
    lua_setfield(L, -2, "from");
    push_tiers(L, change);
    lua_setfield(L, -2, "price_tiers");
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
}

/* ---- what a request costs ---- */

static int64_t tokens_at(lua_State *L, int usage, const char *name) {
  int whole = 1;
  lua_getfield(L, usage, name);
  const int64_t tokens = lua_isnil(L, -1) ? 0 : lua_tointegerx(L, -1, &whole);
  if (!whole || lua_type(L, -1) == LUA_TSTRING) luaL_error(L, "usage: '%s' must be a whole number", name);
  lua_pop(L, 1);
  return tokens;
}

static void set_dollars(lua_State *L, const char *name, double dollars) {
  if (dollars < 0) return;
  lua_pushnumber(L, dollars);
  lua_setfield(L, -2, name);
}

static void check_names(lua_State *L, int usage) {
  static const char *const known[] = { "input", "cached", "cache_write", "output", "on" };
  for (lua_pushnil(L); lua_next(L, usage); lua_pop(L, 1)) {
    const char *name = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "?";
    size_t i = 0, count = sizeof known / sizeof *known;
    while (i < count && strcmp(known[i], name) != 0) i++;
    if (i == count) luaL_error(L, "usage: unknown key '%s'%s", name, push_suggestion(L, name, known, count, sizeof *known));
  }
}

int push_cost(lua_State *L, const roster_model *m, int usage) {
  roster_usage u = ROSTER_USAGE_INIT;
  roster_cost c = ROSTER_COST_INIT;
  roster_error err;
  luaL_checktype(L, usage, LUA_TTABLE);
  check_names(L, usage);
  u.input_tokens = tokens_at(L, usage, "input");
  u.cache_read_tokens = tokens_at(L, usage, "cached");
  u.cache_write_tokens = tokens_at(L, usage, "cache_write");
  u.output_tokens = tokens_at(L, usage, "output");
  lua_getfield(L, usage, "on");
  const char *on = lua_isnil(L, -1) ? NULL : check_text(L, lua_gettop(L));
  if (roster_model_cost(&c, m, &u, on, &err) != ROSTER_OK) return push_failure(L, &err);
  lua_createtable(L, 0, 8);
  set_text(L, "id", roster_model_id(m));
  set_dollars(L, "usd", c.usd);
  set_dollars(L, "input_usd", c.input_usd);
  set_dollars(L, "output_usd", c.output_usd);
  set_dollars(L, "cached_usd", c.cache_read_usd);
  set_dollars(L, "cache_write_usd", c.cache_write_usd);
  set_count(L, "tier", c.tier);
  set_text(L, "on", c.on);
  return 1;
}

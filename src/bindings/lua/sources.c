/* sources: sources of facts as tables: how each is, and what came of looking at it. */
#include "bindings/lua/module.h"

#include <stdio.h>

void push_sources(lua_State *L, const roster_snapshot *s) {
  const roster_source_state *one;
  lua_newtable(L);
  for (size_t i = 0; (one = roster_source_at(s, i)); i++) {
    lua_createtable(L, 0, 14);
    set_text(L, "id", one->id);
    set_text(L, "url", one->url);
    set_text(L, "format", one->format);
    set_text(L, "may", one->may);
    set_flag(L, "on", one->on);
    set_flag(L, "signed", one->is_signed);
    set_text(L, "day", one->day);
    set_text(L, "fetched_at", one->fetched_at);
    set_text(L, "checked_at", one->checked_at);
    set_text(L, "problem", one->problem);
    set_number(L, "rows", one->rows);
    set_number(L, "models", one->models);
    set_number(L, "held", one->held);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
}

/* ---- looks ---- */

static const char *kept(char *into, const char *text) {
  snprintf(into, 400, "%s", text);
  return into;
}

void keep_look(void *payload, const roster_source_update *u) {
  told_looks *all = payload;
  if (all->count == 64) return;
  roster_source_update *one = &all->at[all->count];
  char(*texts)[400] = all->texts[all->count++];
  *one = *u;
  one->id = kept(texts[0], u->id);
  one->problem = kept(texts[1], u->problem);
  one->first_held = kept(texts[2], u->first_held);
}

void push_looks(lua_State *L, const told_looks *all) {
  lua_createtable(L, (int)all->count, 0);
  for (size_t i = 0; i < all->count; i++) {
    const roster_source_update *u = &all->at[i];
    lua_createtable(L, 0, 8);
    set_text(L, "id", u->id);
    set_text(L, "outcome", u->outcome);
    set_text(L, "problem", u->problem);
    set_text(L, "first_held", u->first_held);
    set_number(L, "rows", u->rows);
    set_number(L, "added", u->added);
    set_number(L, "removed", u->removed);
    set_number(L, "changed", u->changed);
    set_number(L, "held", u->held);
    set_number(L, "left_out", u->left_out);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
}

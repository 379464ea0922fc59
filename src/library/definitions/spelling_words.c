/* spelling_words: ids "NAME" { [spelling] = "id", [spelling] = { model = "id", context_window = 200 * K }, [spelling] = none }. */
#include "library/definitions/state.h"

#include "library/definitions/catalog.h"

#include <string.h>

/* A text is short for the table that has nothing but `model`. */
static bool take_spelling(context *p, int at, spelling *into) {
  lua_State *L = p->lua;
  const field name = { .name = into->head.id, .kind = KIND_TEXT };
  if (is_value(L, at, NONE_VALUE)) return true;
  if (lua_type(L, at) == LUA_TSTRING) return take_text(p, &name, at, &into->model) && *into->model;
  if (lua_type(L, at) != LUA_TTABLE) {
    WRONG_VALUE(p, into->head.id, NULL, "'%s' must be the id of a model, or { model = \"ID\", context_window = 200 * K }", into->head.id);
    return false;
  }
  context below = *p;
  below.outer = p;
  below.name = into->head.id;
  take_fields(&below, &spelling_schema, at, &into->head);
  if (!into->model && !into->head.wrong)
    WRONG_KEY(p, into->head.id, NULL, "'%s' names no model: write { model = \"ID\", ... }", into->head.id);
  return into->model;
}

static bool take_id(context *p, int at, const char **out) {
  size_t length = 0;
  const char *id = lua_type(p->lua, at) == LUA_TSTRING ? lua_tolstring(p->lua, at, &length) : "";
  const char *wrong = id_problem(id, length);
  if (wrong) WRONG(p, "each entry is written [\"SPELLING\"] = \"id of a model\"; %s", wrong);
  return !wrong && (*out = keep_text(p->lua, at));
}

id_set *take_ids(context *p, int at) {
  lua_State *L = p->lua;
  script *s = script_of(L);
  id_set *set = arena_alloc(s->arena, sizeof *set);
  *set = (id_set){ .head = { .id = p->id, .at = p->where, .directory = s->directory } };
  p->block = &set->head;
  luaL_checkstack(L, 8, "ids");
  for (lua_pushnil(L); next_pair(L, at); lua_pop(L, 1)) {
    const int value = lua_gettop(L);
    spelling *one = arena_alloc(s->arena, sizeof *one);
    *one = (spelling){ .head = set->head };
    if (take_id(p, value - 1, &one->head.id) && take_spelling(p, value, one)) LIST_PUSH(s->arena, set->at, set->count, set->room, one);
  }
  return set;
}

/* sandbox: a Lua state with bounds on instructions, processor time and memory, in which scripts reach nothing but the words of the
 * language. It contains mistakes; it is not a defence against a hostile author. */
#include "library/definitions/state.h"

#include "util/suggest.h"

#include <stdlib.h>
#include <string.h>

enum { LARGEST_REPEAT = 1024 * 1024 };

script *script_of(lua_State *L) {
  script *s;
  memcpy(&s, lua_getextraspace(L), sizeof s);
  return s;
}

origin script_line(const script *s, const lua_Debug *of, int line) {
  bool ours = line > 0 && of->source[0] == '@' && of->source[1] == '#';
  size_t file = ours ? (size_t)strtoul(of->source + 2, NULL, 10) : s->file_count;
  return file < s->file_count ? (origin){ s->files[file], line } : (origin){ NULL, 0 };
}

origin script_where(lua_State *L) {
  lua_Debug at;
  for (int level = 0; lua_getstack(L, level, &at); level++) {
    lua_getinfo(L, "Sl", &at);
    origin where = script_line(script_of(L), &at, at.currentline);
    if (where.file) return where;
  }
  return script_of(L)->plain_at;
}

const char *keep_text(lua_State *L, int at) {
  size_t length = 0;
  const char *text = lua_tolstring(L, at, &length);
  spend(L, length / BYTES_FOR_ONE);
  return text ? arena_bytes(script_of(L)->arena, text, length) : NULL;
}

enum { LONGEST_MESSAGE = 1000 };

/* "#3:12: message" becomes "models.lua:12: message", of a length that can be read. */
static const char *name_files(script *s, const char *message) {
  strbuf out = { .arena = s->arena };
  if (strlen(message) > LONGEST_MESSAGE) message = text_clean(s->arena, message, strlen(message), LONGEST_MESSAGE);
  while (*message) {
    char *end = NULL;
    size_t file = message[0] == '#' ? (size_t)strtoul(message + 1, &end, 10) : 0;
    if (end && end > message + 1 && *end == ':' && file < s->file_count) {
      strbuf_add(&out, s->files[file]);
      message = end;
    } else {
      strbuf_bytes(&out, message++, 1);
    }
  }
  return strbuf_text(&out);
}

/* A pcall that does not catch a broken limit, which ends the call from C. */
static int words_pcall(lua_State *L) {
  luaL_checkany(L, 1);
  int status = lua_pcall(L, lua_gettop(L) - 1, LUA_MULTRET, 0);
  if (script_of(L)->budget.exceeded || status == LUA_ERRMEM) {
    script_of(L)->budget.exceeded = true;
    return lua_error(L);
  }
  if (status != LUA_OK && lua_type(L, -1) == LUA_TSTRING) {
    lua_pushstring(L, name_files(script_of(L), lua_tostring(L, -1)));
    lua_replace(L, -2);
  }
  lua_pushboolean(L, status == LUA_OK);
  lua_insert(L, 1);
  return lua_gettop(L);
}

/* ---- the environment of a script ---- */

static int words_rep(lua_State *L) {
  size_t length, gap;
  luaL_checklstring(L, 1, &length);
  lua_Integer times = luaL_checkinteger(L, 2);
  luaL_optlstring(L, 3, "", &gap);
  if (times > 0 && (times > LARGEST_REPEAT || (length + gap) > (size_t)(LARGEST_REPEAT / times)))
    return luaL_error(L, "string.rep: the result would be larger than 1 MiB");
  lua_settop(L, 3);
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, 3, 1);
  return 1;
}

static void copy_words(lua_State *L, const char *const *names) { /* from the table below the top to the one on top */
  for (; *names; names++) {
    lua_getfield(L, -2, *names);
    lua_setfield(L, -2, *names);
  }
}

static void open_library(lua_State *L, const char *name, lua_CFunction open, const char *const *names) { /* [-0, +1] */
  lua_pushcfunction(L, open);
  lua_pushstring(L, name);
  lua_call(L, 1, 1);
  lua_newtable(L);
  copy_words(L, names);
  lua_remove(L, -2);
}

static int assign_to_words(lua_State *L) { return luaL_error(L, "the words of the language cannot be changed"); }

static int pairs_of_words(lua_State *L) { /* upvalue: the table; iterates over a copy */
  lua_pushcfunction(L, word_next);
  lua_newtable(L);
  for (lua_pushnil(L); next_pair(L, lua_upvalueindex(1)); lua_pop(L, 1)) {
    lua_pushvalue(L, -2);
    lua_pushvalue(L, -2);
    lua_settable(L, -5);
  }
  return 2;
}

void hide_metatable(lua_State *L) {
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
}

/* No file may change what all files share, so they see an empty table with the one on top behind it. [-1, +1] */
void push_read_only(lua_State *L) {
  lua_newtable(L);
  lua_createtable(L, 0, 4);
  lua_pushvalue(L, -3);
  lua_pushcclosure(L, pairs_of_words, 1);
  lua_setfield(L, -2, "__pairs");
  lua_pushvalue(L, -3);
  lua_setfield(L, -2, "__index");
  lua_pushcfunction(L, assign_to_words);
  lua_setfield(L, -2, "__newindex");
  hide_metatable(L);
  lua_setmetatable(L, -2);
  lua_remove(L, -2);
}

static void fill_strings(lua_State *L) {
  static const char *const names[] = { "upper", "lower", "sub", "len", "byte", "char", "reverse", "format", NULL };
  lua_pushcfunction(L, luaopen_string);
  lua_call(L, 0, 1);
  lua_newtable(L);
  copy_words(L, names);
  lua_getfield(L, -2, "rep");
  lua_pushcclosure(L, words_rep, 1);
  lua_setfield(L, -2, "rep");
  lua_remove(L, -2);
  lua_pushliteral(L, "");
  lua_newtable(L); /* the metatable of all strings: its methods cannot be changed */
  lua_pushvalue(L, -3);
  lua_setfield(L, -2, "__index");
  fill_arithmetic(L);
  hide_metatable(L);
  lua_setmetatable(L, -2);
  lua_pop(L, 1);
  push_read_only(L);
  lua_setfield(L, -2, "string");
}

/* Lua's own comparison of long strings cannot be interrupted; a function in Lua can. */
static int words_sort(lua_State *L) { /* upvalues: table.sort, the comparison */
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 2);
  if (!lua_isnil(L, 2)) luaL_checktype(L, 2, LUA_TFUNCTION);
  if (lua_isnil(L, 2)) {
    lua_pushvalue(L, lua_upvalueindex(2));
    lua_replace(L, 2);
  }
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, 2, 0);
  return 0;
}

static void wrap_sort(lua_State *L) {
  lua_getfield(L, -1, "sort");
  static const char compare[] = "local a, b = ... return a < b";
  if (luaL_loadbuffer(L, compare, sizeof compare - 1, "=table.sort") != LUA_OK) lua_error(L);
  lua_pushcclosure(L, words_sort, 2);
  lua_setfield(L, -2, "sort");
}

static void fill_libraries(lua_State *L) {
  static const char *const basics[] = { "ipairs", "type", "tostring", "tonumber", "select", "error", "assert", NULL };
  static const char *const tables[] = { "insert", "remove", "concat", "sort", "unpack", NULL };
  static const char *const numbers[] = { "floor", "ceil", "max", "min", "abs", NULL };
  lua_pushcfunction(L, luaopen_base);
  lua_call(L, 0, 1);
  lua_insert(L, -2);
  copy_words(L, basics);
  lua_remove(L, -2);
  lua_getfield(L, -1, "tonumber");
  lua_pushcclosure(L, word_tonumber, 1);
  lua_setfield(L, -2, "tonumber");
  lua_pushcfunction(L, words_pcall);
  lua_setfield(L, -2, "pcall");
  lua_pushcfunction(L, word_next);
  lua_setfield(L, -2, "next");
  lua_pushcfunction(L, word_pairs);
  lua_setfield(L, -2, "pairs");
  fill_strings(L);
  open_library(L, "table", luaopen_table, tables);
  wrap_sort(L);
  push_read_only(L);
  lua_setfield(L, -2, "table");
  open_library(L, "math", luaopen_math, numbers);
  push_read_only(L);
  lua_setfield(L, -2, "math");
}

void push_words(lua_State *L) {
  push_ref(L, script_of(L)->environment_ref);
  lua_getmetatable(L, -1);
  lua_getfield(L, -1, "__index");
  lua_insert(L, -3);
  lua_pop(L, 2);
}

const char *nearest_word(lua_State *L, int at, const char *word) {
  texts words = { 0 };
  arena *a = script_of(L)->arena;
  for (lua_pushnil(L); next_pair(L, at); lua_pop(L, 1)) LIST_PUSH(a, words.at, words.count, words.room, lua_tostring(L, -2));
  return suggest(word, words.at, words.count);
}

int push_unknown(lua_State *L) {
  lua_newuserdatauv(L, 1, 0);
  luaL_setmetatable(L, UNKNOWN_VALUE);
  return 1;
}

static int unknown_word(lua_State *L) {
  script *s = script_of(L);
  const char *word = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "?";
  const char *nearest = findings_full(s->catalog->findings, script_where(L).file) ? NULL : nearest_word(L, lua_upvalueindex(1), word);
  const char *advice = foreign_advice(word);
  if (!s->loading && advice) return luaL_error(L, "unknown word '%s': %s", word, advice);
  if (!s->loading) return luaL_error(L, "unknown word '%s'%s%s%s", word, SUGGESTION(nearest));
  report_unknown_word(L, word, nearest);
  return push_unknown(L);
}

static int assign_word(lua_State *L) {
  const char *word = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "?";
  const script *s = script_of(L);
  const origin at = script_where(L);
  const bool found = is_value(L, 3, UNKNOWN_VALUE) && s->reported.line == at.line && text_is(s->reported.file, at.file);
  if (found && strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") == strlen(word)) return 0; /* as a line for a shell */
  return luaL_error(L, "%s", assignment_advice(script_of(L), word, lua_type(L, 3) == LUA_TSTRING || is_value(L, 3, UNKNOWN_VALUE)));
}

static void make_unknown_value(lua_State *L) {
  static const char *const events[] = {
    "__index", "__call", "__add", "__sub", "__mul", "__div", "__mod", "__pow", "__unm", "__concat", NULL
  };
  luaL_newmetatable(L, UNKNOWN_VALUE);
  for (const char *const *event = events; *event; event++) {
    lua_pushcfunction(L, push_unknown);
    lua_setfield(L, -2, *event);
  }
  hide_metatable(L);
  lua_pop(L, 1);
}

/* Chunks get an empty table as their globals, with the words behind it: no file can change a word for another. */
void sandbox_fill(lua_State *L) {
  make_unknown_value(L);
  lua_newtable(L); /* the words */
  fill_libraries(L);
  words_fill(L);
  lua_newtable(L); /* the words' metatable: for a word that does not exist */
  lua_pushvalue(L, -2);
  lua_pushcclosure(L, unknown_word, 1);
  lua_setfield(L, -2, "__index");
  lua_setmetatable(L, -2);
  lua_newtable(L); /* the environment */
  lua_newtable(L); /* its metatable */
  lua_pushvalue(L, -3);
  lua_setfield(L, -2, "__index");
  lua_pushcfunction(L, assign_word);
  lua_setfield(L, -2, "__newindex");
  hide_metatable(L);
  lua_setmetatable(L, -2);
  lua_remove(L, -2);
}

/* ---- the state and its protected calls ---- */

static int begin_state(lua_State *L) {
  script *s = script_of(L);
  sandbox_fill(L);
  s->environment_ref = luaL_ref(L, LUA_REGISTRYINDEX);
  return 0;
}

bool script_open(script **out, catalog *c, const environment *e) {
  script *s = arena_alloc(c->arena, sizeof *s);
  *s = (script){ .catalog = c, .arena = c->arena, .environment = e, .budget = budget_make(e), .loading = true };
  s->lua = lua_newstate(budget_allocate, s);
  if (!s->lua) {
    heap_destroy(&s->heap);
    return false;
  }
  *out = s; /* before anything can run out of memory: the caller closes it */
  register_shipped(s);
  memcpy(lua_getextraspace(s->lua), &s, sizeof s);
  lua_gc(s->lua, LUA_GCSTOP); /* a load is short, so collecting costs more than it frees; at the limit Lua still collects */
  return script_protect(s, begin_state, NULL) == NULL;
}

void script_close(script *s) {
  if (!s || !s->lua) return;
  lua_close(s->lua);
  heap_destroy(&s->heap);
  s->lua = NULL;
  strbuf_free(&s->json.text);
  free(s->reread);
  text_pages_close(&s->text);
  json_answer_drop(&s->overlay);
  json_decref(s->overlay_block);
}

void script_seal(script *s) {
  report_read_secrets(s);
  s->loading = false;
  lua_gc(s->lua, LUA_GCRESTART);
}

void script_use_arena(script *s, arena *a) { s->arena = a; }

void script_use_ring(script *s, keyring *ring) { s->ring = ring; }

/* A message handler: Lua gives no line to an error in one of its own functions, as in ipairs(nil), and what is raised may be no text. */
static int add_place(lua_State *L) {
  script *s = script_of(L);
  if (s->budget.exceeded || s->budget.starved) return 1;
  if (!lua_isstring(L, 1)) {
    lua_settop(L, 0);
    lua_pushliteral(L, "the script raised an error that is not a string: write error \"what is wrong\"");
  }
  origin at = *lua_tostring(L, 1) != '#' ? script_where(L) : (origin){ NULL, 0 };
  if (!at.file) return 1;
  lua_pushfstring(L, "%s:%d: ", at.file, at.line);
  lua_insert(L, 1);
  lua_concat(L, 2);
  return 1;
}

const char *script_protect(script *s, lua_CFunction f, void *argument) {
  budget_begin(s);
  lua_settop(s->lua, 0);
  lua_pushcfunction(s->lua, add_place); /* light: allocates nothing, cannot raise */
  lua_pushcfunction(s->lua, f);
  lua_pushlightuserdata(s->lua, argument);
  const int status = lua_pcall(s->lua, 1, 0, 1);
  s->interest = NULL;
  budget_end(s, status);
  const bool failed = status != LUA_OK || s->budget.exceeded;
  /* a string or a number: converting a number may allocate, but cannot raise past the cap */
  const char *raised = status != LUA_OK && status != LUA_ERRMEM ? lua_tostring(s->lua, -1) : NULL;
  const char *message = failed ? budget_message(s, status, raised ? name_files(s, raised) : NULL) : NULL;
  lua_settop(s->lua, 0);
  return message;
}

const char *script_call(script *s, script_ref ref, lua_CFunction f, void *argument) {
  for (size_t i = 0; i < s->stopped_count; i++)
    if (s->stopped[i].ref == ref) return s->stopped[i].why;
  const char *wrong = script_protect(s, f, argument);
  arena *a = s->catalog->arena;
  if (wrong && s->budget.exceeded)
    LIST_PUSH(a, s->stopped, s->stopped_count, s->stopped_room, ((stopped_function){ ref, arena_text(a, wrong) }));
  return wrong;
}

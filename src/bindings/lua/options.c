/* options: a Lua table as roster_options. Every reader finds its value on top of the stack; what it leaves above is borrowed by the options
 * and kept for the time of the call. */
#include "bindings/lua/module.h"

#include "util/writer.h"

#include <stdlib.h>
#include <string.h>

/* ---- single values ---- */

static const char *text_at(lua_State *L, int at, const char *name, const char *wanted) {
  size_t bytes;
  if (lua_type(L, at) != LUA_TSTRING) luaL_error(L, "options: '%s' must be %s; here is a %s", name, wanted, luaL_typename(L, at));
  const char *text = lua_tolstring(L, at, &bytes);
  if (strlen(text) != bytes) luaL_error(L, "options: '%s' contains a NUL byte", name);
  return text;
}

static long milliseconds(lua_State *L, const char *name) {
  lua_Number seconds = lua_type(L, -1) == LUA_TNUMBER ? lua_tonumber(L, -1) : -1;
  if (!(seconds >= 0 && seconds <= 86400)) luaL_error(L, "options: '%s' must be seconds, 0 to 86400", name);
  return seconds > 0 && seconds < 0.001 ? 1 : (long)(seconds * 1000 + 0.5); /* 0 would mean the default */
}

static bool flag(lua_State *L, const char *name) {
  if (!lua_isboolean(L, -1)) luaL_error(L, "options: '%s' must be true or false; here is a %s", name, luaL_typename(L, -1));
  return lua_toboolean(L, -1);
}

static void read_threads(lua_State *L, const char *name, roster_options *out) {
  const lua_Integer most = lua_isinteger(L, -1) ? lua_tointeger(L, -1) : 0;
  if (most < 1 || most > 16) luaL_error(L, "options: '%s' must be a whole number, 1 to 16", name);
  out->transport_threads = (size_t)most;
}

static void read_config(lua_State *L, const char *name, roster_options *out) { out->config = text_at(L, -1, name, "a string"); }
static void read_builtin(lua_State *L, const char *name, roster_options *out) { out->no_builtin = !flag(L, name); }
static void read_mock(lua_State *L, const char *name, roster_options *out) { out->enable_mock = flag(L, name); }
static void read_timeout(lua_State *L, const char *name, roster_options *out) { out->timeout_ms = milliseconds(L, name); }
static void read_deadline(lua_State *L, const char *name, roster_options *out) { out->deadline_ms = milliseconds(L, name); }

static void read_level(lua_State *L, const char *name, roster_options *out) {
  static const char *const levels[] = { "credential", "list", "prove", "generate" };
  const char *said = text_at(L, -1, name, "a string");
  for (int i = 0; i < 4; i++)
    if (strcmp(levels[i], said) == 0) out->level = (roster_level)(ROSTER_LEVEL_CREDENTIAL + i);
  if (out->level == ROSTER_LEVEL_DEFAULT) luaL_error(L, "options: '%s' must be credential, list, prove or generate, not %s", name, said);
}

static void read_cache(lua_State *L, const char *name, roster_options *out) { out->cache_file = text_at(L, -1, name, "a string"); }
/* Only checked here: registry_open makes the transport. */
static void read_recording(lua_State *L, const char *name, roster_options *out) {
  (void)out;
  if (!*text_at(L, -1, name, "the name of a file")) luaL_error(L, "options: '%s' must be the name of a file", name);
}

static void read_discover_all(lua_State *L, const char *name, roster_options *out) { out->discover_all = flag(L, name); }
static void read_sources(lua_State *L, const char *name, roster_options *out) { out->sources = flag(L, name); }
static void read_document(lua_State *L, const char *name, roster_options *out) { out->document = text_at(L, -1, name, "a string"); }
static void read_helper_wait(lua_State *L, const char *name, roster_options *out) { out->helper_wait_ms = milliseconds(L, name); }

static void read_interactive(lua_State *L, const char *name, roster_options *out) { out->interactive_helpers = flag(L, name); }
static void read_attended(lua_State *L, const char *name, roster_options *out) { out->attended = flag(L, name); }
static void read_no_document(lua_State *L, const char *name, roster_options *out) { out->no_document = flag(L, name); }
static void read_requests(lua_State *L, const char *name, roster_options *out) { out->keep_requests = flag(L, name); }

/* Only checked here: reports_new takes it. */
static void read_function(lua_State *L, const char *name, roster_options *out) {
  (void)out;
  if (!lua_isfunction(L, -1)) luaL_error(L, "options: '%s' must be a function; here is a %s", name, luaL_typename(L, -1));
}

/* ---- tables of strings ---- */

/* Definitions and variables alike, so that one function reads both. */
typedef struct named_text {
  const char *name, *text;
} named_text;

_Static_assert(sizeof(named_text) == sizeof(roster_definition) && sizeof(named_text) == sizeof(roster_variable), "lists of pairs of texts");

static size_t count_entries(lua_State *L, const char *name, const char *wanted) {
  size_t count = 0;
  if (!lua_istable(L, -1)) luaL_error(L, "options: '%s' must be %s; here is a %s", name, wanted, luaL_typename(L, -1));
  for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) count++;
  return count;
}

static int by_name(const void *a, const void *b) { return strcmp(((const named_text *)a)->name, ((const named_text *)b)->name); }

/* A Lua table has no order, but that of files matters: they are sorted. The array stays on the stack. */
static void *named_texts(lua_State *L, const char *name, size_t *count) {
  static const char wanted[] = "a table of strings by name";
  size_t room = count_entries(L, name, wanted);
  int table = lua_gettop(L);
  named_text *list = lua_newuserdatauv(L, (room + 1) * sizeof *list, 0);
  for (lua_pushnil(L); lua_next(L, table); lua_pop(L, 1))
    list[(*count)++] = (named_text){ text_at(L, -2, name, wanted), text_at(L, -1, name, wanted) };
  qsort(list, *count, sizeof *list, by_name);
  return list;
}

static void read_definitions(lua_State *L, const char *name, roster_options *out) {
  out->definitions = named_texts(L, name, &out->definition_count);
}

static void read_environment(lua_State *L, const char *name, roster_options *out) {
  out->environment = named_texts(L, name, &out->environment_count);
}

static void read_protocols(lua_State *L, const char *name, roster_options *out) {
  static const char wanted[] = "a list of strings";
  size_t count = count_entries(L, name, wanted);
  int table = lua_gettop(L);
  const char **list = lua_newuserdatauv(L, (count + 1) * sizeof *list, 0);
  for (size_t i = 0; i < count; i++) {
    lua_rawgeti(L, table, (lua_Integer)i + 1);
    list[i] = text_at(L, -1, name, wanted);
    lua_pop(L, 1);
  }
  out->host_protocols = list;
  out->host_protocol_count = count;
}

/* ---- ids: a name, or a table of the host's own, which becomes a definition: { ["their-id"] = "id" }, or { model = "id", context_window =
 * N }
 * ---- */

static const char IDS_WANTED[] = "a name, or a table of ids by spelling";

static lua_Integer window_at(lua_State *L, int at, const char *spelling) {
  if (!lua_isinteger(L, at)) luaL_error(L, "options: 'ids.%s.context_window' must be a whole number", spelling);
  return lua_tointeger(L, at);
}

/* Without a writer it only raises what is wrong: what it raised later would lose the writer's memory. */
static void write_spelling(lua_State *L, writer *w) { /* key and value on top */
  if (lua_type(L, -2) != LUA_TSTRING)
    luaL_error(L, "options: 'ids' has an entry without a spelling: each is written [\"SPELLING\"] = \"id of a model\"");
  const char *spelling = lua_tostring(L, -2);
  const bool whole = lua_istable(L, -1);
  if (whole)
    lua_getfield(L, -1, "model");
  else
    lua_pushvalue(L, -1);
  const char *model = text_at(L, -1, "ids", IDS_WANTED);
  if (whole)
    lua_getfield(L, -2, "context_window");
  else
    lua_pushnil(L);
  const lua_Integer tokens = lua_isnil(L, -1) ? 0 : window_at(L, -1, spelling);
  lua_pop(L, 2);
  if (!w) return;
  write_open(w, spelling, '{');
  write_text(w, "model", model);
  if (tokens) write_integer(w, "context_window", tokens);
  write_close(w, '}');
}

static void push_ids_block(lua_State *L, int table, const char *name) {
  writer w = { 0 };
  for (lua_pushnil(L); lua_next(L, table); lua_pop(L, 1)) write_spelling(L, NULL);
  write_open(&w, NULL, '{');
  write_open(&w, "ids", '{');
  write_open(&w, name, '{');
  for (lua_pushnil(L); lua_next(L, table); lua_pop(L, 1)) write_spelling(L, &w);
  for (int i = 0; i < 3; i++) write_close(&w, '}');
  char *text = write_end(&w, NULL);
  lua_pushstring(L, text ? text : "");
  free(text);
}

static void read_ids(lua_State *L, const char *name, roster_options *out) {
  out->ids = lua_istable(L, -1) ? "roster.open" : text_at(L, -1, name, IDS_WANTED);
  if (!lua_istable(L, -1)) return;
  push_ids_block(L, lua_gettop(L), out->ids);
  roster_definition *list = lua_newuserdatauv(L, (out->definition_count + 1) * sizeof *list, 0);
  if (out->definition_count) memcpy(list, out->definitions, out->definition_count * sizeof *list);
  list[out->definition_count++] = (roster_definition){ "options.ids.json", lua_tostring(L, -2) };
  out->definitions = list;
}

/* ---- the table ---- */

static const struct {
  const char *name;
  void (*read)(lua_State *L, const char *name, roster_options *out);
} known[] = {
  { "config", read_config },
  { "builtin", read_builtin },
  { "mock", read_mock },
  { "definitions", read_definitions },
  { "environment", read_environment },
  { "protocols", read_protocols },
  { "level", read_level },
  { "timeout", read_timeout },
  { "deadline", read_deadline },
  { "on_finding", read_function },
  { "on_source", read_function },
  { "cache_file", read_cache },
  { "helper_wait", read_helper_wait },
  { "interactive_helpers", read_interactive },
  { "attended", read_attended },
  { "on_helper", read_function },
  { "keep_requests", read_requests },
  { "document", read_document },
  { "no_document", read_no_document },
  { "sources", read_sources },
  { "transport_threads", read_threads },
  { "record", read_recording },
  { "replay", read_recording },
  { "discover_all", read_discover_all },
  { "ids", read_ids }, /* after the definitions, to which it adds one */
};

enum { KNOWN = sizeof known / sizeof *known };

static void check_key(lua_State *L) { /* below the value on top */
  if (lua_type(L, -2) != LUA_TSTRING) luaL_error(L, "options: a key is a %s, not a string", luaL_typename(L, -2));
  const char *key = lua_tostring(L, -2);
  for (size_t i = 0; i < KNOWN; i++)
    if (strcmp(known[i].name, key) == 0) return;
  luaL_error(L, "options: unknown key '%s'%s", key, push_suggestion(L, key, known, KNOWN, sizeof *known));
}

void options_read(lua_State *L, int at, roster_options *out) {
  *out = (roster_options)ROSTER_OPTIONS_INIT;
  if (lua_isnoneornil(L, at)) return;
  luaL_checktype(L, at, LUA_TTABLE);
  luaL_checkstack(L, 2 * KNOWN + LUA_MINSTACK, "options");
  for (lua_pushnil(L); lua_next(L, at); lua_pop(L, 1)) check_key(L);
  for (size_t i = 0; i < KNOWN; i++)
    if (lua_getfield(L, at, known[i].name) != LUA_TNIL) known[i].read(L, known[i].name, out);
}

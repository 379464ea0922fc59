/* words: the verbs of the definition language, and the words that make its values: requests, the results of rules, settings, numbers. */
#include "library/definitions/state.h"

#include "library/definitions/literal_keys.h"
#include "util/suggest.h"
#include "util/utf8.h"

#include <string.h>

/* ---- values ---- */

void *push_value(lua_State *L, size_t size, const char *kind) {
  void *value = lua_newuserdatauv(L, size, 0);
  memset(value, 0, size);
  luaL_setmetatable(L, kind);
  return value;
}

static bool names_a_secret(arena *a, const char *as_written) {
  const char *name = text_lower(a, as_written, strlen(as_written));
  return text_ends(name, "_key") || text_ends(name, "_token") || text_ends(name, "_secret") || text_ends(name, "_password");
}

static const char *credential_line(lua_State *L, const char *name) {
  return arena_printf(script_of(L)->arena, in_json(L) ? "\"credential\": { \"secret\": \"%s\" }" : "credential = secret \"%s\"", name);
}

static void note_refused(lua_State *L, const char *mark) {
  script *s = script_of(L);
  if (s->loading) LIST_PUSH(s->arena, s->refused_reads, s->refused_count, s->refused_room, mark);
  lua_pushstring(L, mark);
}

/* A fallback is read although it is not used: what is wrong with it then does not matter. */
static void forget_fallback(lua_State *L, int at) {
  script *s = script_of(L);
  const setting *unused = lua_type(L, at) == LUA_TSTRING ? settings_marked(s->catalog, lua_tostring(L, at)) : NULL;
  if (unused && s->refused_count && settings_marked(s->catalog, s->refused_reads[s->refused_count - 1]) == unused) s->refused_count--;
}

/* The text that takes the place of the variable's value, and disables the block that holds it. */
static int push_unusable(lua_State *L, const char *name, const char *problem) {
  script *s = script_of(L);
  const char *value = environment_get(s->environment, name);
  note_refused(L, settings_refuse(s->catalog, name, value ? value : "", problem));
  return 1;
}

static int push_setting(lua_State *L, const char *name, bool as_is) { /* the fallback is on top, at 2 */
  script *s = script_of(L);
  environment_tell(s->environment, name, false);
  const char *value = environment_get(s->environment, name);
  if (!value && lua_isnil(L, 2) && s->directory != SHIPPED_DIRECTORY) {
    s->unset = arena_text(s->arena, name);
    s->unset_at = script_where(L);
  }
  if (!value) return 1;
  forget_fallback(L, 2);
  const char *given = settings_read(s->catalog, name, value, as_is);
  if (given == value)
    lua_pushstring(L, value);
  else
    note_refused(L, given);
  return 1;
}

/* setting "NAME", setting("NAME", fallback); setting { "NAME", as_is = true } whatever is pasted around it; setting { "NAME", unusable =
 * "names a Unix socket" } for the author who finds that the value cannot be used, and why. */
static int word_setting(lua_State *L) {
  bool as_is = false;
  const char *unusable = NULL;
  lua_settop(L, 2);
  if (lua_istable(L, 1)) {
    lua_getfield(L, 1, "as_is");
    as_is = lua_toboolean(L, -1);
    lua_getfield(L, 1, "unusable");
    if (!lua_isnil(L, -1)) luaL_checkstring(L, -1);
    unusable = keep_text(L, -1);
    push_item(L, 1, 1);
    lua_replace(L, 1);
    lua_settop(L, 2);
  }
  if (lua_type(L, 1) != LUA_TSTRING)
    return luaL_error(L, "setting: takes the name of a variable, as in %s", in_json(L) ? "{ \"setting\": \"NAME\" }" : "setting \"NAME\"");
  const char *name = lua_tostring(L, 1);
  if (literal_keys_in(script_of(L)->catalog, name))
    return luaL_error(L, "setting: that looks like a key, and not like the name of a variable: write %s", credential_line(L, "NAME"));
  if (names_a_secret(script_of(L)->arena, name))
    return luaL_error(L, "setting '%s': looks like a secret: write %s", name, credential_line(L, name));
  refuse_secret(L, name);
  return unusable ? push_unusable(L, name, unusable) : push_setting(L, name, as_is);
}

static int new_request(lua_State *L, int query, int body) { /* path at 1 */
  luaL_checktype(L, 1, LUA_TSTRING);
  if (!lua_isnoneornil(L, query)) luaL_checktype(L, query, LUA_TTABLE);
  if (body) luaL_checktype(L, body, LUA_TTABLE);
  lua_settop(L, 3);
  if (!lua_isnil(L, query)) check_query(L, query);
  const char *sent = body ? take_body(L, body) : NULL; /* what is wrong with it is an error here, and not when it is sent */
  script *s = script_of(L);
  if (s->loading && (literal_keys_in(s->catalog, sent) || literal_keys_in(s->catalog, lua_tostring(L, 1))))
    finding_warning(s->catalog->findings, script_where(L), "%s: contains what looks like a key: write credential = secret \"NAME\"",
                    body ? "post" : "get");
  lua_createtable(L, 0, 3);
  lua_pushvalue(L, 1);
  lua_setfield(L, 4, "path");
  lua_pushvalue(L, query);
  lua_setfield(L, 4, "query");
  if (body) {
    lua_pushvalue(L, body);
    lua_setfield(L, 4, "body");
  }
  luaL_setmetatable(L, REQUEST_VALUE);
  return 1;
}

static int word_get(lua_State *L) { return new_request(L, 2, 0); }
static int word_post(lua_State *L) { return new_request(L, 3, 2); }

/* The same request without the protocol's prefix: some providers have accounts and catalogues outside it. */
static int word_bare(lua_State *L) {
  if (!is_value(L, 1, REQUEST_VALUE)) return luaL_error(L, "bare: takes a request, as in bare(get \"/key/info\")");
  lua_settop(L, 1);
  lua_pushboolean(L, 1);
  lua_setfield(L, 1, "bare");
  return 1;
}

/* list { ... }: a table that stays a list in JSON when it is empty. */
static int word_list(lua_State *L) {
  lua_settop(L, 1);
  if (lua_isnil(L, 1)) {
    lua_newtable(L);
    lua_replace(L, 1);
  }
  if (!lua_istable(L, 1)) return luaL_error(L, "list: takes a table, as in list { ... }");
  settle_rows(L, 1);
  if (!is_table(L, 1)) return luaL_error(L, "list: takes a table of your own, as in list { ... }");
  luaL_setmetatable(L, LIST_VALUE);
  return 1;
}

/* [-0, +1] */
static int push_result(lua_State *L, const char *word, rule_value result) {
  *(rule_value *)push_value(L, sizeof result, RULE_VALUE) = result;
  script_of(L)->made = word;
  return 1;
}

static int word_refuse(lua_State *L) {
  const char *reason = luaL_checkstring(L, 1);
  const setting *refused = settings_marked(script_of(L)->catalog, reason);
  rule_value a = { .refusal = *reason ? keep_text(L, 1) : "a rule refused it" };
  if (refused) a.refusal = settings_sentence(script_of(L)->arena, refused);
  return push_result(L, "refuse", a);
}

/* A gateway that is off, like an unset address, decides nothing. */
static int via_gateway(lua_State *L, const gateway *g) {
  const bool on = g->enabled && (g->base_url || g->head.refused);
  return on ? push_result(L, "via", (rule_value){ .gateway = g }) : 0;
}

/* An address, or the id of a gateway, which a word that no address can be is meant for. What a variable holds is an address: it is judged
 * where it is used. */
static int via_text(lua_State *L) {
  const char *text = keep_text(L, 1);
  catalog *c = script_of(L)->catalog;
  const gateway *g = lookup_get(&c->gateways.ids, text);
  if (g) return via_gateway(L, g);
  if (strpbrk(text, ".:/") || settings_marked(c, text) || settings_source(c, text))
    return push_result(L, "via", (rule_value){ .address = text });
  const char *nearest = NEAREST(c, gateways, text);
  return luaL_error(L, "via: no gateway has the id '%s'%s%s%s, and an address begins with https:// or http://", text, SUGGESTION(nearest));
}

static int word_via(lua_State *L) {
  if (lua_isnil(L, 1)) return 0; /* an unset address decides nothing: the next rule is called */
  const view_value *view = luaL_testudata(L, 1, VIEW_VALUE);
  if (lua_type(L, 1) == LUA_TSTRING) return via_text(L);
  if (!view || !text_is(view->schema->verb, "gateway"))
    return luaL_error(L, "via: takes the id of a gateway or an address, not %s: write via \"ID\" or via \"https://...\"", describe(L, 1));
  return push_result(L, "via", (rule_value){ .gateway = (const gateway *)view->entity });
}

/* ---- verbs ---- */

static void check_loading(lua_State *L, const char *verb) {
  if (!script_of(L)->loading) luaL_error(L, "%s: the definitions have been read already: this belongs at the top level of a file", verb);
}

bool is_id(const char *id, size_t length) { return length > 0 && length <= 200 && !text_has_control(id, length); }

bool id_is_plain(const char *id, size_t length) {
  for (size_t i = 0; i < length; i++)
    if ((unsigned char)id[i] >= 0x80) return false;
  return !length || (*id != ' ' && id[length - 1] != ' ');
}

const char *id_problem(const char *id, size_t length) {
  if (!is_id(id, length)) return ID_RULE;
  return utf8_is_text(id, length) ? NULL : "the id " NOT_UTF8;
}

/* A bad id does not stop the file: the block is reported and left out. */
static const char *block_id(lua_State *L, const char *verb) {
  size_t length;
  const char *id = luaL_checklstring(L, 1, &length);
  const char *wrong = id_problem(id, length);
  if (!wrong) return keep_text(L, 1);
  const setting *refused = settings_marked(script_of(L)->catalog, id);
  if (refused) {
    finding_warning(script_of(L)->catalog->findings, script_where(L), "%s: %s: it is left out", verb,
                    settings_sentence(script_of(L)->arena, refused));
    return NULL;
  }
  finding_error(script_of(L)->catalog->findings, script_where(L), "%s: %s", verb, wrong);
  return NULL;
}

static const char *way_to_write(arena *a, const unfinished *u) {
  if (!u->takes) return arena_printf(a, "%s \"%s\" { ... }", u->verb, u->id);
  return arena_printf(a, "%s \"%s\" (function (%s) ... end)", u->verb, u->id, u->takes);
}

void report_unfinished(script *s, size_t since) {
  findings *f = s->catalog->findings;
  for (size_t i = since; i < s->begun_count; i++) {
    const unfinished *u = s->begun[i];
    if (!u->done)
      finding_at(f, ROSTER_ERROR, place_named(u->at, u->id), way_to_write(s->arena, u), "%s '%s': has no %s: write %s", u->verb, u->id,
                 u->takes ? "function" : "table", way_to_write(s->arena, u));
  }
  s->begun_count = since;
}

/* [-0, +1] Its second call, of which it is the first upvalue. */
static int push_begun(lua_State *L, const char *verb, const char *takes, lua_CFunction second) {
  script *s = script_of(L);
  const char *id = block_id(L, verb);
  if (!id) return push_unknown(L);
  unfinished *u = arena_alloc(s->arena, sizeof *u);
  *u = (unfinished){ verb, takes, id, script_where(L), false };
  LIST_PUSH(s->arena, s->begun, s->begun_count, s->begun_room, u);
  s->block_id = id;
  lua_pushlightuserdata(L, u);
  lua_pushinteger(L, (lua_Integer)s->refused_count);
  lua_pushcclosure(L, second, 2);
  return 1;
}

/* The block in which the string at 1 is what it is the most likely to be: role "quick" { "gpt-5" }. NULL: nobody knows. */
static const char *table_meant(lua_State *L, const char *verb, const char *id) {
  static const char *const keys[][2] = {
    { "model", "provider = " }, { "gateway", "base_url = " }, { "source", "url = " },    { "retired", "replacement = " }, { "role", "" },
    { "default", "wanted = " }, { "protocol", "inherit = " }, { "validate", "level = " }
  };
  const char *given = lua_type(L, 1) == LUA_TSTRING ? lua_tostring(L, 1) : "\"";
  size_t i = 0;
  while (i < sizeof keys / sizeof *keys && !text_is(keys[i][0], verb)) i++;
  if (i == sizeof keys / sizeof *keys || strlen(given) > 100 || strpbrk(given, "\"\\\n")) return NULL;
  const char *name = id ? arena_printf(script_of(L)->arena, " \"%s\"", id) : "";
  const bool chooses = text_is(verb, "role") || text_is(verb, "default");
  if (chooses && lookup_get(&script_of(L)->catalog->providers.ids, given)) /* the best of its models */
    return arena_printf(script_of(L)->arena, "%s%s { provider = \"%s\" }", verb, name, given);
  return arena_printf(script_of(L)->arena, "%s%s { %s\"%s\" }", verb, name, keys[i][1], given);
}

static int named_block(lua_State *L) { /* upvalues: what was begun, the refused reads before it */
  unfinished *u = lua_touserdata(L, lua_upvalueindex(1));
  check_loading(L, u->verb);
  u->done = true;
  script_of(L)->block_id = NULL;
  if (is_value(L, 1, UNKNOWN_VALUE)) return 0;
  if (!lua_istable(L, 1))
    return fail_word(
        L, table_meant(L, u->verb, u->id),
        arena_printf(script_of(L)->arena, "%s '%s': takes a table, as in %s", u->verb, u->id, way_to_write(script_of(L)->arena, u)));
  script_of(L)->block_reads = (size_t)lua_tointeger(L, lua_upvalueindex(2));
  define(L, u->verb, u->id, 1, script_where(L));
  return 0;
}

/* provider("acme", { ... }) */
static int both_at_once(lua_State *L, const char *verb, const char *rest) {
  const char *id = text_clean(script_of(L)->arena, luaL_checkstring(L, 1), lua_rawlen(L, 1), 60);
  finding_at(script_of(L)->catalog->findings, ROSTER_ERROR, (finding_place){ .at = script_where(L), .word = verb }, NULL,
             "%s '%s': there is no comma between a name and what follows it: write %s \"%s\" %s", verb, id, verb, id, rest);
  return push_unknown(L);
}

static int named_verb(lua_State *L) { /* upvalue: verb */
  const char *verb = lua_touserdata(L, lua_upvalueindex(1));
  check_loading(L, verb);
  if (lua_gettop(L) < 1 || lua_type(L, 1) != LUA_TSTRING)
    return luaL_error(L, "%s: begins with a name, as in %s \"name\" { ... }", verb, verb);
  if (lua_gettop(L) > 1) return both_at_once(L, verb, "{ ... }");
  return push_begun(L, verb, NULL, named_block);
}

static int plain_verb(lua_State *L) { /* upvalue: verb */
  const char *verb = lua_tostring(L, lua_upvalueindex(1));
  check_loading(L, verb);
  if (report_named(L, verb)) return push_unknown(L);
  if (!lua_istable(L, 1))
    return fail_word(L, table_meant(L, verb, NULL), arena_printf(script_of(L)->arena, "%s: takes a table, as in %s { ... }", verb, verb));
  script_of(L)->block_reads = script_of(L)->refused_count;
  define(L, verb, NULL, 1, script_where(L));
  return 0;
}

static int named_function(lua_State *L) { /* upvalue: what was begun */
  script *s = script_of(L);
  unfinished *u = lua_touserdata(L, lua_upvalueindex(1));
  check_loading(L, u->verb);
  u->done = true;
  if (!lua_isfunction(L, 1)) return luaL_error(L, "%s '%s': takes a function, as in %s", u->verb, u->id, way_to_write(s->arena, u));
  origin at = script_where(L);
  lua_settop(L, 1);
  rule r = { .name = u->id, .at = at, .directory = s->directory, .function = luaL_ref(L, LUA_REGISTRYINDEX) };
  catalog_take_function(s->catalog, u->verb, r);
  return 0;
}

static int function_verb(lua_State *L) { /* upvalues: verb, what its function takes */
  const char *verb = lua_touserdata(L, lua_upvalueindex(1));
  check_loading(L, verb);
  if (lua_type(L, 1) != LUA_TSTRING) return luaL_error(L, "%s: begins with a name, as in %s \"name\" (function (...) ... end)", verb, verb);
  if (lua_gettop(L) > 1) return both_at_once(L, verb, "(function (...) ... end)");
  return push_begun(L, verb, lua_touserdata(L, lua_upvalueindex(2)), named_function);
}

/* ---- numbers that a script makes of texts: the mark of a variable that cannot be used stays that mark through tonumber and arithmetic, so
 * that `tonumber(setting "T") * seconds` costs a block and not the rest of its file ---- */

static const char *mark_at(lua_State *L, int at) {
  const char *text = lua_type(L, at) == LUA_TSTRING ? lua_tostring(L, at) : NULL;
  return settings_marked(script_of(L)->catalog, text) ? text : NULL;
}

/* The text is all that a variable held, and no number. */
static const char *refuse_number(lua_State *L, int at) {
  catalog *c = script_of(L)->catalog;
  const char *text = lua_type(L, at) == LUA_TSTRING ? lua_tostring(L, at) : NULL;
  for (size_t i = 0; text && script_of(L)->loading && i < c->settings.count; i++)
    if (text_is(c->settings.at[i]->value, text)) return settings_refuse(c, c->settings.at[i]->name, text, "is not a number");
  return mark_at(L, at);
}

int word_tonumber(lua_State *L) { /* upvalue: Lua's own */
  const int count = lua_gettop(L) < 2 ? lua_gettop(L) : 2;
  lua_settop(L, count);
  lua_pushvalue(L, lua_upvalueindex(1));
  for (int i = 1; i <= count; i++) lua_pushvalue(L, i);
  lua_call(L, count, 1);
  const char *mark = lua_isnil(L, -1) && count == 1 ? refuse_number(L, 1) : NULL;
  if (mark) lua_pushstring(L, mark);
  return 1;
}

static int arithmetic(lua_State *L) {
  const char *mark = mark_at(L, 1) ? mark_at(L, 1) : mark_at(L, 2);
  if (!mark) return luaL_error(L, "attempt to perform arithmetic on a string value: strings are joined with '..'");
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

/* ---- the environment ---- */

static void make_kinds(lua_State *L) {
  static const char *const kinds[] = { SECRET_VALUE, AUTH_VALUE, NONE_VALUE, RULE_VALUE, REQUEST_VALUE, LIST_VALUE, NULL };
  for (const char *const *kind = kinds; *kind; kind++) {
    luaL_newmetatable(L, *kind);
    hide_metatable(L);
    lua_pop(L, 1);
  }
}

static void fill_verbs(lua_State *L) {
  static const char *const named[] = { "provider", "model", "gateway", "protocol", "retired", "family", "role", "ids", "source", NULL };
  static const char *const plain[] = { "default", "validate", NULL };
  static const char *const functions[][2] = { { "rule", "model, host" }, { "document", "snapshot" } };
  for (const char *const *verb = named; *verb; verb++) {
    lua_pushlightuserdata(L, (void *)*verb);
    lua_pushcclosure(L, named_verb, 1);
    lua_setfield(L, -2, *verb);
  }
  for (const char *const *verb = plain; *verb; verb++) {
    lua_pushstring(L, *verb);
    lua_pushcclosure(L, plain_verb, 1);
    lua_setfield(L, -2, *verb);
  }
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
    lua_pushlightuserdata(L, (void *)functions[i][0]);
    lua_pushlightuserdata(L, (void *)functions[i][1]);
    lua_pushcclosure(L, function_verb, 2);
    lua_setfield(L, -2, functions[i][0]);
  }
}

static const struct {
  const char *name;
  lua_Integer value;
} units[] = { { "K", 1000 }, { "M", 1000000 }, { "seconds", 1 }, { "minutes", 60 }, { "hours", 3600 }, { "days", 86400 } };

int64_t unit_of(const char *name, size_t length) {
  for (size_t i = 0; i < sizeof units / sizeof *units; i++)
    if (length == strlen(units[i].name) && memcmp(units[i].name, name, length) == 0) return units[i].value;
  return 0;
}

static const luaL_Reg words[] = {
  { "setting", word_setting },
  { "secret", word_secret },
  { "header", word_header },
  { "aws_sigv4", word_aws_sigv4 },
  { "get", word_get },
  { "post", word_post },
  { "bare", word_bare },
  { "refuse", word_refuse },
  { "via", word_via },
  { "list", word_list },
  { NULL, NULL },
};

void words_fill(lua_State *L) {
  make_kinds(L);
  luaL_setfuncs(L, words, 0);
  fill_verbs(L);
  for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
    lua_pushinteger(L, units[i].value);
    lua_setfield(L, -2, units[i].name);
  }
  push_bearer(L);
  lua_setfield(L, -2, "bearer");
  push_value(L, 1, NONE_VALUE);
  lua_setfield(L, -2, "none");
  fill_text(L);
}

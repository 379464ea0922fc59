/* bare_listing: the minimum that C and liblua need to list models defined in Lua: run the files, copy the fields into an arena, index ids
 * and aliases, write JSON. No sandbox, no checks, no lines, no reasons: the ratio to this shows what roster adds.
 * It must never include roster.h.
 *
 *     bare_listing FILE.lua ... */
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))

static const char *const text_keys[] = { "provider", "protocol",     "api_name",         "description", "family",     "tier",
                                         "status",   "release_date", "knowledge_cutoff", "retires",     "replacement" };
static const char *const number_keys[] = { "context_window", "max_input_tokens", "max_output_tokens" };
static const char *const flag_keys[] = { "reasoning", "tool_call", "recommended" };
static const char *const list_keys[] = { "aliases", "formerly", "input_modalities", "reasoning_levels" };
static const char *const price_keys[] = { "input", "output", "cache_read", "cache_write" };

typedef struct list {
  const char **at;
  size_t count;
} list;

typedef struct model {
  const char *id, *texts[COUNT(text_keys)];
  lua_Integer numbers[COUNT(number_keys)];
  double prices[COUNT(price_keys)];
  list lists[COUNT(list_keys)];
  int flags[COUNT(flag_keys)];
} model;

typedef struct provider {
  const char *id, *title, *protocol, *base_url;
} provider;

static model models[1024];
static provider providers[256];
static size_t model_count, provider_count;

static void *no_less(void *block) {
  if (!block) abort();
  return block;
}

/* ---- the arena ---- */

static char *chunk;
static size_t chunk_left;

static void *take(size_t bytes) {
  bytes = (bytes + 7) & ~(size_t)7;
  if (bytes > chunk_left) {
    chunk_left = bytes > 65536 ? bytes : 65536;
    chunk = no_less(malloc(chunk_left));
  }
  chunk_left -= bytes;
  chunk += bytes;
  return chunk - bytes;
}

static const char *keep(const char *text, size_t length) { return memcpy(take(length + 1), text, length + 1); }

static const char *keep_top(lua_State *L) { /* [-1, +0] */
  size_t length;
  const char *text = lua_tolstring(L, -1, &length), *kept = text ? keep(text, length) : NULL;
  lua_pop(L, 1);
  return kept;
}

static const char *keep_field(lua_State *L, const char *key) {
  lua_getfield(L, 1, key);
  return keep_top(L);
}

/* ---- reading ---- */

static list keep_list(lua_State *L, const char *key) {
  list l = { NULL, 0 };
  if (lua_getfield(L, 1, key) == LUA_TTABLE) {
    l.count = lua_rawlen(L, -1);
    l.at = take(l.count * sizeof *l.at);
    for (size_t i = 0; i < l.count; i++) {
      lua_rawgeti(L, 2, (lua_Integer)i + 1);
      l.at[i] = keep_top(L);
    }
  }
  lua_settop(L, 1);
  return l;
}

static void keep_prices(lua_State *L, double *out) {
  int there = lua_getfield(L, 1, "price") == LUA_TTABLE;
  for (size_t i = 0; i < COUNT(price_keys); i++) {
    out[i] = -1;
    if (there && lua_getfield(L, 2, price_keys[i]) != LUA_TNIL) out[i] = lua_tonumber(L, -1);
    lua_settop(L, 2);
  }
  lua_settop(L, 1);
}

static int take_model(lua_State *L) {
  if (model_count == COUNT(models)) return luaL_error(L, "too many models");
  model *m = &models[model_count++];
  m->id = lua_touserdata(L, lua_upvalueindex(1));
  for (size_t i = 0; i < COUNT(text_keys); i++) m->texts[i] = keep_field(L, text_keys[i]);
  for (size_t i = 0; i < COUNT(list_keys); i++) m->lists[i] = keep_list(L, list_keys[i]);
  keep_prices(L, m->prices);
  for (size_t i = 0; i < COUNT(number_keys); i++) {
    lua_getfield(L, 1, number_keys[i]);
    m->numbers[i] = lua_tointeger(L, -1);
  }
  for (size_t i = 0; i < COUNT(flag_keys); i++) {
    lua_getfield(L, 1, flag_keys[i]);
    m->flags[i] = lua_toboolean(L, -1);
  }
  return 0;
}

static int take_provider(lua_State *L) {
  if (provider_count == COUNT(providers)) return luaL_error(L, "too many providers");
  providers[provider_count++] =
      (provider){ lua_touserdata(L, lua_upvalueindex(1)), keep_field(L, "title"), keep_field(L, "protocol"), keep_field(L, "base_url") };
  return 0;
}

static int begin_block(lua_State *L) { /* upvalue: the function that takes the table */
  size_t length;
  const char *id = luaL_checklstring(L, 1, &length);
  lua_pushlightuserdata(L, (void *)keep(id, length));
  lua_pushcclosure(L, lua_tocfunction(L, lua_upvalueindex(1)), 1);
  return 1;
}

static int look_up(lua_State *L) {
  if (lua_istable(L, 1)) { /* { "NAME", ... } */
    lua_geti(L, 1, 1);
    lua_replace(L, 1);
  }
  const char *value = getenv(luaL_checkstring(L, 1));
  lua_settop(L, 2);
  if (value) lua_pushstring(L, value);
  return 1;
}

static int same(lua_State *L) {
  lua_settop(L, 1);
  return 1;
}

static int pass_over(lua_State *L) { /* gateway, rule, role ...: their blocks are read but not kept */
  lua_pushcfunction(L, pass_over);
  return 1;
}

static void add_words(lua_State *L) {
  static const luaL_Reg verbs[] = { { "model", take_model }, { "provider", take_provider } };
  static const luaL_Reg words[] = { { "setting", look_up },   { "secret", same },        { "header", same },    { "family", pass_over },
                                    { "gateway", pass_over }, { "retired", pass_over },  { "rule", pass_over }, { "role", pass_over },
                                    { "default", pass_over }, { "validate", pass_over }, { "get", same },       { "post", same },
                                    { "bare", same },         { "aws_sigv4", same },     { NULL, NULL } };
  static const struct {
    const char *name;
    lua_Integer value;
  } units[] = { { "K", 1000 }, { "M", 1000000 }, { "seconds", 1 }, { "minutes", 60 }, { "hours", 3600 }, { "days", 86400 } };
  lua_pushglobaltable(L);
  luaL_setfuncs(L, words, 0);
  for (size_t i = 0; i < COUNT(verbs); i++) {
    lua_pushcfunction(L, verbs[i].func);
    lua_pushcclosure(L, begin_block, 1);
    lua_setfield(L, -2, verbs[i].name);
  }
  for (size_t i = 0; i < COUNT(units); i++) {
    lua_pushinteger(L, units[i].value);
    lua_setfield(L, -2, units[i].name);
  }
  lua_pushliteral(L, "bearer");
  lua_setfield(L, -2, "bearer");
  lua_settop(L, 0);
}

/* ---- the index ---- */

static const model *slots[4096];

static void add_name(const char *name, const model *m) {
  uint64_t h = 0xcbf29ce484222325u;
  for (const char *c = name; *c; c++) h = (h ^ (unsigned char)*c) * 0x100000001b3u;
  size_t i = h % COUNT(slots);
  while (slots[i]) i = (i + 1) % COUNT(slots);
  slots[i] = m;
}

static void index_models(void) {
  for (size_t i = 0; i < model_count; i++) {
    add_name(models[i].id, &models[i]);
    for (size_t k = 0; k < 2; k++) /* aliases, formerly */
      for (size_t n = 0; n < models[i].lists[k].count; n++) add_name(models[i].lists[k].at[n], &models[i]);
  }
}

/* ---- writing ---- */

static char *out;
static size_t out_length, out_room;

static void put(const char *bytes, size_t length) {
  if (out_length + length > out_room) {
    out_room = (out_length + length) * 2 + 32768;
    out = no_less(realloc(out, out_room));
  }
  memcpy(out + out_length, bytes, length);
  out_length += length;
}

static void put_raw(const char *text) { put(text, strlen(text)); }

__attribute__((format(printf, 1, 2))) static void put_format(const char *format, ...) {
  char small[64];
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(small, sizeof small, format, arguments);
  va_end(arguments);
  put(small, (size_t)length);
}

static void put_text(const char *text) {
  if (!text) {
    put_raw("null");
    return;
  }
  put_raw("\"");
  for (; *text; text++) {
    size_t plain = 0;
    while ((unsigned char)text[plain] >= 0x20 && text[plain] != '"' && text[plain] != '\\') plain++;
    put(text, plain);
    text += plain;
    if (!*text) break;
    put_format((unsigned char)*text < 0x20 ? "\\u%04x" : "\\%c", *text);
  }
  put_raw("\"");
}

static void put_key(const char *key) {
  put_raw(",\"");
  put_raw(key);
  put_raw("\":");
}

static const char *title_of(const char *id) {
  for (size_t i = 0; id && i < provider_count; i++)
    if (strcmp(providers[i].id, id) == 0) return providers[i].title;
  return NULL;
}

static void put_list(const list *l) {
  put_raw("[");
  for (size_t i = 0; i < l->count; i++) {
    if (i) put_raw(",");
    put_text(l->at[i]);
  }
  put_raw("]");
}

static void put_prices(const model *m) {
  put_raw(",\"price\":{\"unit\":1");
  for (size_t i = 0; i < COUNT(price_keys); i++) {
    if (m->prices[i] < 0) continue;
    put_key(price_keys[i]);
    put_format("%.15g", m->prices[i]);
  }
  put_raw("}");
}

static void put_model(const model *m) {
  put_raw("{\"id\":");
  put_text(m->id);
  put_key("title");
  put_text(title_of(m->texts[0]));
  for (size_t i = 0; i < COUNT(text_keys); i++) {
    put_key(text_keys[i]);
    put_text(m->texts[i]);
  }
  for (size_t i = 0; i < COUNT(number_keys); i++) {
    put_key(number_keys[i]);
    put_format("%lld", (long long)m->numbers[i]);
  }
  for (size_t i = 0; i < COUNT(flag_keys); i++) {
    put_key(flag_keys[i]);
    put_raw(m->flags[i] ? "true" : "false");
  }
  for (size_t i = 0; i < COUNT(list_keys); i++) {
    put_key(list_keys[i]);
    put_list(&m->lists[i]);
  }
  put_prices(m);
  put_raw("}");
}

static void put_models(void) {
  put_raw("{\"models\":[");
  for (size_t i = 0; i < model_count; i++) {
    if (i) put_raw(",");
    put_model(&models[i]);
  }
  put_raw("]}\n");
}

int main(int argc, char **argv) {
  lua_State *L = no_less(luaL_newstate());
  luaL_requiref(L, "_G", luaopen_base, 1);
  luaL_requiref(L, "string", luaopen_string, 1);
  luaL_requiref(L, "table", luaopen_table, 1);
  lua_settop(L, 0);
  add_words(L);
  for (int i = 1; i < argc; i++) {
    if (luaL_loadfilex(L, argv[i], "t") == LUA_OK && lua_pcall(L, 0, 0, 0) == LUA_OK) continue;
    fprintf(stderr, "bare_listing: %s\n", lua_tostring(L, -1));
    return 1;
  }
  index_models();
  put_models();
  fwrite(out, 1, out_length, stdout);
  return 0; /* the process ends here: freeing memory would only cost time */
}

/* decode_fix: what to write in place of a value that a field cannot hold, where it says plainly what was meant: "30s", "128k", "yes", one
 * string where a list is due. Nothing is guessed from a value that may be a key. */
#include "library/definitions/state.h"

#include "library/definitions/plausibility.h"
#include "util/clock.h"
#include "util/key_shape.h"
#include "util/suggest.h"
#include "util/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* How a value is written in Lua, and in JSON; both NULL where nobody knows. */
typedef struct written {
  const char *lua, *json;
} written;

static written both(const char *text) { return (written){ text, text }; }

const char *flag_meant(const char *text) {
  static const char *const words[][2] = { { "true", "true" },   { "yes", "true" }, { "on", "true" },   { "1", "true" },
                                          { "false", "false" }, { "no", "false" }, { "off", "false" }, { "0", "false" } };
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (text_same(words[i][0], text)) return words[i][1];
  return NULL;
}

static written flag_of(lua_State *L, int at) {
  const char *given = lua_type(L, at) == LUA_TNUMBER   ? (lua_tonumber(L, at) > 0 ? "1" : "0")
                      : lua_type(L, at) == LUA_TSTRING ? lua_tostring(L, at)
                                                       : "";
  return both(flag_meant(given));
}

/* A comma before other than three digits, as in 0,25. */
static bool has_decimal_comma(const char *text) {
  const char *comma = strchr(text, ',');
  return comma && !strpbrk(comma + 1, ",.") && strspn(comma + 1, "0123456789") != 3;
}

/* A number, and behind blanks what its unit is; a negative one for none. Separators of thousands are left out. */
static double number_at(arena *a, const char *text, const char **unit) {
  strbuf digits = { .arena = a };
  const bool decimal = has_decimal_comma(text);
  while (*text == ' ' || *text == '$') text++;
  for (; (*text >= '0' && *text <= '9') || *text == '.' || *text == ',' || *text == '_'; text++)
    if (*text == ',' && decimal)
      strbuf_add(&digits, ".");
    else if (*text != ',' && *text != '_')
      strbuf_bytes(&digits, text, 1);
  *unit = text + strspn(text, " ");
  return digits.length ? strtod(strbuf_text(&digits), NULL) : -1;
}

static written tokens_of(arena *a, const char *text) {
  static const struct {
    const char *name, *lua;
    double times;
  } units[] = { { "", "", 1 }, { "tokens", "", 1 }, { "k", " * K", 1e3 }, { "k tokens", " * K", 1e3 }, { "m", " * M", 1e6 } };
  const char *unit = "";
  const double number = number_at(a, text, &unit);
  for (size_t i = 0; number > 0 && number < 1e9 && i < sizeof units / sizeof *units; i++)
    if (text_same(unit, units[i].name))
      return (written){ arena_printf(a, "%.14g%s", number, units[i].lua), arena_printf(a, "%.14g", number * units[i].times) };
  return both(NULL);
}

static written seconds_of(arena *a, const char *text) {
  static const struct {
    const char *letters, *lua;
    double times;
  } units[] = { { "s", "seconds", 1 }, { "m", "minutes", 60 }, { "h", "hours", 3600 }, { "d", "days", 86400 }, { "ms", NULL, 0.001 } };
  const char *unit = "";
  const double number = number_at(a, text, &unit);
  size_t found = *unit && (text_starts(unit, "ms") || text_starts(unit, "mil")) ? 4 : 0;
  for (size_t i = 0; *unit && !found && i < 4; i++)
    if (*unit == *units[i].letters) found = i;
  if (number < 0 || (*unit && *unit != *units[found].letters)) return both(NULL);
  const char *seconds = arena_printf(a, "%.14g", number * units[found].times);
  return (written){ units[found].lua ? arena_printf(a, "%.14g * %s", number, units[found].lua) : arena_printf(a, "%s * seconds", seconds),
                    seconds };
}

/* "24.9.2026", "2026/9/24", "20260924", "2026-09-24T00:00:00Z", "09/24/2026" */
static written date_of(arena *a, const char *text) {
  int part[3] = { 0 }, count = 0;
  const size_t digits = strspn(text, "0123456789"), day_length = strcspn(text, "T");
  if (digits == 8 && !text[8]) text = arena_printf(a, "%.4s-%.2s-%.2s", text, text + 4, text + 6);
  if (day_length == 10 && text[10]) text = arena_bytes(a, text, 10);
  char *end = (char *)text;
  while (count < 3 && *end >= '0' && *end <= '9') {
    part[count++] = (int)strtol(end, &end, 10);
    if (*end && strchr("./-", *end)) end++;
  }
  if (count < 3 || *end) return both(NULL);
  const bool year_first = part[0] > 999;
  const bool american = !year_first && strchr(text, '/') && part[1] > 12; /* else 4/9 is a day in May or in September */
  const int year = part[year_first ? 0 : 2], month = part[american ? 0 : 1], day = part[american ? 1 : year_first ? 2 : 0];
  if (year < 2000 || year > 2199 || month < 1 || month > 12 || day < 1 || day > 31) return both(NULL);
  const char *date = arena_printf(a, "%04d-%02d-%02d", year, month, day);
  const bool plain = date_is_valid(date) && (year_first || american || strchr(text, '.'));
  return both(plain ? arena_printf(a, "\"%s\"", date) : NULL);
}

const char *date_meant(arena *a, const char *text) {
  if (date_is_valid(text)) return text;
  const char *quoted_date = date_of(a, text).lua;
  return quoted_date ? arena_bytes(a, quoted_date + 1, strlen(quoted_date) - 2) : NULL;
}

const char *tokens_meant(arena *a, const char *text) { return tokens_of(a, text).json; }

static written choice_of(arena *a, const field *f, const char *text) {
  size_t count = 0;
  while (f->choices && f->choices[count]) count++;
  static const char *const synonyms[][2] = { { "llm", "chat" },       { "completion", "chat" },   { "text", "chat" },
                                             { "tts", "speech" },     { "stt", "transcription" }, { "ga", "current" },
                                             { "stable", "current" }, { "active", "current" },    { "preview", "beta" },
                                             { "cheap", "fast" },     { "small", "fast" },        { "mini", "fast" },
                                             { "mid", "balanced" },   { "medium", "balanced" },   { "large", "flagship" },
                                             { "best", "flagship" } };
  for (size_t i = 0; i < sizeof synonyms / sizeof *synonyms; i++)
    for (size_t k = 0; k < count; k++)
      if (text_same(synonyms[i][0], text) && text_is(synonyms[i][1], f->choices[k])) return both(arena_printf(a, "\"%s\"", f->choices[k]));
  const char *nearest = count ? suggest(text, f->choices, count) : NULL;
  return both(nearest ? arena_printf(a, "\"%s\"", nearest) : NULL);
}

const char *choice_meant(arena *a, const field *f, const char *text) { return choice_of(a, f, text).lua; }

/* $ACME_API_KEY, ${ACME_API_KEY} and ACME_API_KEY name their variable; what else is there may be a key. */
static written secret_of(arena *a, const char *text) {
  const char *name = text + strspn(text, "${");
  const size_t length = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
  const bool plain = length > 3 && memchr(name, '_', length) && !name[length + strspn(name + length, "}")];
  const char *shown = plain ? arena_bytes(a, name, length) : "NAME";
  return (written){ arena_printf(a, "secret \"%s\"", shown), arena_printf(a, "{ \"secret\": \"%s\" }", shown) };
}

static written of_number(arena *a, const field *f, double value, const char *divided) {
  if (f->kind == KIND_DATE || f->kind == KIND_END) return date_of(a, arena_printf(a, "%.14g", value));
  if (divided) return both(divided);
  if (text_is(f->name, "reasoning_budget"))
    return (written){ arena_printf(a, "{ max = %.14g }", value), arena_printf(a, "{ \"max\": %.14g }", value) };
  if (f->kind == KIND_TEXT || f->kind == KIND_CHOICE) return both(arena_printf(a, "\"%.14g\"", value));
  if (f->kind == KIND_BLOCK && text_is(f->name, "price"))
    return (written){ arena_printf(a, "{ input = %.14g }", value), arena_printf(a, "{ \"input\": %.14g }", value) };
  return both(NULL);
}

/* "x-api-key" names a header, "Bearer" and "Authorization" the usual one. */
static written auth_of(arena *a, const char *text) {
  const bool header = strchr(text, '-') && text_is_token(text) && strlen(text) < 30;
  const char *low = text_lower(a, text, strlen(text));
  if (!header && !strstr(low, "bearer") && !text_is(low, "authorization") && !text_is(low, "token")) return both(NULL);
  if (!header) return (written){ "bearer", "\"bearer\"" };
  return (written){ arena_printf(a, "header \"%s\"", text), arena_printf(a, "{ \"header\": \"%s\" }", text) };
}

/* "text, image" has two items. */
static written list_of(arena *a, const char *text) {
  strbuf items = { .arena = a };
  for (size_t n; *text; text += n + (text[n] == ',')) {
    text += strspn(text, " ");
    n = strcspn(text, ",");
    strbuf_format(&items, "%s\"%.*s\"", items.length ? ", " : "", (int)n, text);
  }
  return (written){ arena_printf(a, "{ %s }", strbuf_text(&items)), arena_printf(a, "[%s]", strbuf_text(&items)) };
}

/* "$3/$15", "3 / 15", "free" */
static written price_of(arena *a, const char *text) {
  const char *slash = strchr(text, '/'), *unit = "", *none = "";
  const double input = number_at(a, text, &unit), output = slash ? number_at(a, slash + 1, &none) : -1;
  if (text_same(text, "free")) return (written){ "{ input = 0, output = 0 }", "{ \"input\": 0, \"output\": 0 }" };
  if (input < 0 || output < 0 || unit != slash || *none) return both(NULL);
  return (written){ arena_printf(a, "{ input = %.14g, output = %.14g }", input, output),
                    arena_printf(a, "{ \"input\": %.14g, \"output\": %.14g }", input, output) };
}

/* Where a table is due, and a string says what would be in it. */
static written table_of(arena *a, const field *f, const char *text) {
  static const char *const needs[] = { "tools", "vision", "reasoning", "json_schema", NULL };
  if (text_is(f->name, "price")) return price_of(a, text);
  if (text_is(f->name, "tls") && (strchr("/~.", *text) || text_ends(text, ".pem") || text_ends(text, ".crt")))
    return (written){ arena_printf(a, "{ ca_file = \"%s\" }", text), arena_printf(a, "{ \"ca_file\": \"%s\" }", text) };
  for (const char *const *need = needs; text_is(f->name, "require") && *need; need++)
    if (text_is(*need, text)) return (written){ arena_printf(a, "{ %s = true }", text), arena_printf(a, "{ \"%s\": true }", text) };
  return both(NULL);
}

static written of_string(arena *a, const field *f, const char *text) {
  switch (f->kind) {
  case KIND_BLOCK: return table_of(a, f, text);
  case KIND_COUNT: return tokens_of(a, text);
  case KIND_SECONDS: return seconds_of(a, text);
  case KIND_DATE:
  case KIND_END: return date_of(a, text);
  case KIND_CHOICE:
  case KIND_ENUM: return choice_of(a, f, text);
  case KIND_CREDENTIAL: return secret_of(a, text);
  case KIND_AUTH: return auth_of(a, text);
  case KIND_REQUEST: return (written){ *text == '/' ? arena_printf(a, "get \"%s\"", text) : NULL, NULL };
  case KIND_TEXTS: return list_of(a, text);
  case KIND_TEXT: return f->choices ? choice_of(a, f, text) : both(NULL);
  default: return both(NULL);
  }
}

/* ---- headers, in the shapes that others give them ---- */

static const char *member_of(lua_State *L, int at, const char *const *names) { /* [-0, +0] of the table at `at` */
  const char *found = NULL;
  for (; *names && !found; names++) {
    lua_pushstring(L, *names);
    lua_rawget(L, at);
    if (lua_type(L, -1) == LUA_TSTRING) found = keep_text(L, -1);
    lua_pop(L, 1);
  }
  return found;
}

/* "x-one: 1", or { name = "x-one", value = "1" }; false for anything else, and for what may be a key. */
static bool add_header(lua_State *L, int at, strbuf *into) {
  static const char *const names[] = { "name", "key", "header", NULL }, *const values[] = { "value", NULL };
  arena *a = script_of(L)->arena;
  const char *name = NULL, *value = NULL, *text = lua_type(L, at) == LUA_TSTRING ? lua_tostring(L, at) : "", *colon = strchr(text, ':');
  if (colon && text_starts(colon, "://")) return false; /* an address */
  if (colon) {
    name = arena_bytes(a, text, (size_t)(colon - text));
    value = colon + 1 + strspn(colon + 1, " ");
  } else if (lua_istable(L, at)) {
    name = member_of(L, at, names);
    value = member_of(L, at, values);
  }
  if (!name || !value || !text_is_token(name) || strlen(value) > 60 || strpbrk(value, "\"\\\n")) return false;
  strbuf_format(into, in_json(L) ? "%s\"%s\": \"%s\"" : "%s[\"%s\"] = \"%s\"", into->length ? ", " : "", name, value);
  return true;
}

const char *fix_of_headers(const context *p, const field *f, int at) {
  lua_State *L = p->lua;
  strbuf all = { .arena = script_of(L)->arena };
  const bool list = lua_istable(L, at);
  bool good = text_is(f->name, "headers") && (list || add_header(L, at, &all));
  for (lua_Integer i = 1; good && list && i <= (lua_Integer)lua_rawlen(L, at); i++) {
    push_item(L, at, i);
    good = add_header(L, lua_gettop(L), &all);
    lua_pop(L, 1);
  }
  const char *value = arena_printf(script_of(L)->arena, "{ %s }", strbuf_text(&all));
  return good && all.length ? fix_line(script_of(L)->arena, p->where, f->name, value, value) : NULL;
}

static written amount_of(arena *a, const char *text) {
  const char *unit = "";
  const double number = number_at(a, text, &unit);
  return both(number >= 0 && !*unit ? arena_printf(a, "%.14g", number) : NULL);
}

/* ---- tables where a word of the language is due ---- */

/* { header = "x-api-key" }, { type = "bearer" } */
static written auth_in(lua_State *L, int at) {
  static const char *const headers[] = { "header", "name", "header_name", NULL }, *const types[] = { "type", "kind", "scheme", NULL };
  const char *header = member_of(L, at, headers), *type = header ? NULL : member_of(L, at, types);
  arena *a = script_of(L)->arena;
  if (header && text_is_token(header) && strlen(header) < 30 && !text_same(header, "authorization"))
    return (written){ arena_printf(a, "header \"%s\"", header), arena_printf(a, "{ \"header\": \"%s\" }", header) };
  return type || header ? auth_of(a, type ? type : header) : both(NULL);
}

/* discover = { "gpt-*" }: what is allowed has a key of its own. */
static const char *discover_in(const context *p, int at) {
  lua_State *L = p->lua;
  strbuf items = { .arena = script_of(L)->arena };
  const lua_Integer count = (lua_Integer)lua_rawlen(L, at);
  if (!count || odd_key(L, at)) return NULL;
  for (lua_Integer i = 1; i <= count; i++) {
    push_item(L, at, i);
    const char *s = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
    const bool plain = *s && !strpbrk(s, "\"\\\n") && strlen(s) <= 100;
    if (plain) strbuf_format(&items, "%s\"%s\"", i > 1 ? ", " : "", s);
    lua_pop(L, 1);
    if (!plain) return NULL;
  }
  return arena_printf(items.arena, in_json(L) ? "\"discover\": true, \"discover_allow\": [%s]" : "discover = true, discover_allow = { %s }",
                      strbuf_text(&items));
}

/* { "A_KEY", "B_KEY" }: the names of several variables. */
static const char *secrets_in(lua_State *L, int at) {
  strbuf items = { .arena = script_of(L)->arena };
  const lua_Integer count = (lua_Integer)lua_rawlen(L, at);
  if (count < 2 || odd_key(L, at)) return NULL;
  for (lua_Integer i = 1; i <= count; i++) {
    push_item(L, at, i);
    const char *s = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
    const written one = secret_of(items.arena, s);
    strbuf_format(&items, "%s%s", i > 1 ? ", " : "", in_json(L) ? one.json : one.lua);
    lua_pop(L, 1);
    if (strstr(one.lua, "\"NAME\"")) return NULL;
  }
  return arena_printf(items.arena, in_json(L) ? "[%s]" : "{ %s }", strbuf_text(&items));
}

const char *fix_of(const context *p, const field *f, int at) {
  if (f->kind == KIND_DISCOVER && lua_istable(p->lua, at)) return discover_in(p, at);
  if (f->kind == KIND_PAIRS) return fix_of_headers(p, f, at);
  lua_State *L = p->lua;
  arena *a = script_of(L)->arena;
  const bool string = lua_type(L, at) == LUA_TSTRING;
  const bool short_text = string && lua_rawlen(L, at) < 60 && !strpbrk(lua_tostring(L, at), "\"\\\n\r") && !key_begins(lua_tostring(L, at));
  written value = both(NULL);
  if (f->kind == KIND_FLAG || f->kind == KIND_TRI || f->kind == KIND_DISCOVER)
    value = flag_of(L, at);
  else if (short_text)
    value = f->kind == KIND_AMOUNT ? amount_of(a, lua_tostring(L, at)) : of_string(a, f, lua_tostring(L, at));
  else if (lua_type(L, at) == LUA_TNUMBER)
    value = of_number(a, f, lua_tonumber(L, at), text_is(f->name, "price") ? price_as_divided(p) : NULL);
  if (f->kind == KIND_DISCOVER && string && text_is(lua_tostring(L, at), "all")) value = both("true");
  if (f->kind == KIND_CREDENTIAL && string && !short_text) value = secret_of(a, "");
  if (f->kind == KIND_CREDENTIAL && lua_istable(L, at)) value = both(secret_meant(L, at));
  if (f->kind == KIND_CREDENTIAL && lua_istable(L, at) && !value.lua) value = both(secrets_in(L, at));
  if (f->kind == KIND_AUTH && is_table(L, at)) value = auth_in(L, at);
  const char *shown = in_json(L) ? value.json : value.lua;
  if (!shown) return NULL;
  return strchr(f->name, '[') ? shown : fix_line(a, p->where, f->name, shown, shown);
}

const char *fix_of_range(const context *p, const field *f, double value) {
  arena *a = script_of(p->lua)->arena;
  const double seconds = value / 1000;
  if (f->kind != KIND_SECONDS || seconds < f->least || seconds > f->most || value < f->most) return NULL;
  return fix_line(a, p->where, f->name, arena_printf(a, "%.14g * seconds", seconds), arena_printf(a, "%.14g", seconds));
}

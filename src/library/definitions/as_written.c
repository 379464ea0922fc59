/* as_written: mistakes that a value no longer shows, since Lua has done sums with them: a date without quotes is a difference, and a comma
 * within a number makes two of it. The text is read again from the head of the block on, and only for a value that was refused. */
#include "library/definitions/state.h"

#include "library/definitions/lua_syntax.h"
#include "library/definitions/plausibility.h"
#include "util/clock.h"

#include <stdlib.h>
#include <string.h>

/* ---- the block once more ---- */

typedef struct block_text {
  lua_lexer lexer;
  lua_token token;
  int depth; /* of the brackets around the token */
} block_text;

static bool begin(const context *p, block_text *b, syntax_view *v) {
  script *s = script_of(p->lua);
  size_t length = 0;
  *v = (syntax_view){ .arena = s->arena };
  if (in_json(p->lua) || findings_full(s->catalog->findings, p->where.file) || !script_reread(s, p->where.file, &v->text, &length))
    return false;
  spend(p->lua, length / BYTES_FOR_ONE);
  v->end = v->text + length;
  *b = (block_text){ .depth = 0 };
  lua_lexer_begin(&b->lexer, v->text, length);
  do b->token = lua_lexer_next(&b->lexer);
  while (b->token.kind != LUA_TOKEN_END && b->token.line < p->where.line);
  return b->token.kind != LUA_TOKEN_END;
}

/* False behind the block. */
static bool advance(block_text *b) {
  const bool opens = lua_token_is(&b->token, "{"), closes = lua_token_is(&b->token, "}");
  b->depth += opens - closes;
  if ((closes && !b->depth) || b->token.kind == LUA_TOKEN_END) return false;
  b->token = lua_lexer_next(&b->lexer);
  return b->token.kind != LUA_TOKEN_END;
}

/* The number behind `NAME =`, when the token is that name; what follows it is the token then. */
static bool number_behind_name(block_text *b, lua_token *name, lua_token *number) {
  *name = b->token;
  if (!is_name(name) || !b->depth || !advance(b) || !lua_token_is(&b->token, "=") || !advance(b)) return false;
  *number = b->token;
  return number->kind == LUA_TOKEN_NUMBER && advance(b);
}

/* More numbers, each behind `mark` without blanks: the end of the last. Counts all of them. */
static const char *numbers_joined(block_text *b, const lua_token *first, const char *mark, lua_token *second, int *count) {
  const char *end = end_of(first);
  for (*count = 1; b->token.text == end && lua_token_is(&b->token, mark); ++*count) {
    block_text ahead = *b;
    if (!advance(&ahead) || ahead.token.text != end + 1 || ahead.token.kind != LUA_TOKEN_NUMBER) break;
    if (*count == 1) *second = ahead.token;
    end = end_of(&ahead.token);
    advance(&ahead);
    *b = ahead;
  }
  return end;
}

/* ---- dates ---- */

/* 2026-09-24 and 2026 - 09 - 24, of which Lua has made 1993; "" for no date. What follows it is the token then. */
static const char *date_at(arena *a, block_text *b, const lua_token *year) {
  strbuf date = { .arena = a };
  strbuf_bytes(&date, year->text, year->length);
  while (lua_token_is(&b->token, "-")) {
    block_text ahead = *b;
    if (!advance(&ahead) || ahead.token.kind != LUA_TOKEN_NUMBER) break;
    strbuf_format(&date, "-%s%.*s", ahead.token.length == 1 ? "0" : "", (int)ahead.token.length, ahead.token.text);
    advance(&ahead);
    *b = ahead;
  }
  return date.length > year->length && date_is_valid(strbuf_text(&date)) ? strbuf_text(&date) : "";
}

static const char *date_as_written(context *p, const field *f) {
  block_text b;
  syntax_view v;
  lua_token name, first;
  if (!begin(p, &b, &v)) return NULL;
  do {
    if (!number_behind_name(&b, &name, &first) || !lua_token_is(&name, f->name)) continue;
    const char *date = date_at(v.arena, &b, &first);
    if (*date) return arena_printf(v.arena, "\"%s\"", date);
  } while (advance(&b));
  return NULL;
}

const char *bare_day_as_written(context *p, double value, syntax_view *v, lua_token *from, const char **end) {
  block_text b;
  if (!begin(p, &b, v)) return NULL;
  do {
    if (!lua_token_is(&b.token, "[") || !advance(&b) || b.token.kind != LUA_TOKEN_NUMBER) continue;
    *from = b.token;
    advance(&b);
    const char *day = date_at(v->arena, &b, from);
    *end = b.token.text;
    const double difference = strlen(day) == 10 ? atoi(day) - atoi(day + 5) - atoi(day + 8) : 0;
    if (lua_token_is(&b.token, "]") && difference > 0 && !(difference < value) && !(difference > value)) return day;
  } while (advance(&b));
  return NULL;
}

bool report_bare_date(context *p, const field *f, int at) {
  const bool may = (f->kind == KIND_DATE || f->kind == KIND_END) && lua_type(p->lua, at) == LUA_TNUMBER;
  const char *date = may ? date_as_written(p, f) : NULL;
  if (date)
    WRONG_VALUE(p, f->name, fix_line(script_of(p->lua)->arena, p->where, f->name, date, NULL), "'%s' is a date without quotes: write %s",
                path_to(p, f->name), date);
  return date;
}

/* ---- numbers with commas ---- */

/* 3,5 is 3.5, and 128,000 is 128000: three digits behind each comma, where the field counts something. */
static const char *without_commas(arena *a, const field *f, const char *text, size_t length, int count) {
  strbuf b = { .arena = a };
  const bool decimal = count == 2 && (f->kind != KIND_COUNT || length - strcspn(text, ",") != 4);
  for (size_t i = 0; i < length; i++) {
    if (text[i] == ',' && decimal) strbuf_add(&b, ".");
    if (text[i] != ',') strbuf_bytes(&b, text + i, 1);
  }
  return strbuf_text(&b);
}

static void say_commas(context *p, const syntax_view *v, const field *f, const lua_token *at, const char *end, int count) {
  const size_t length = (size_t)(end - at->text);
  const char *good = without_commas(v->arena, f, at->text, length, count);
  const finding_place place = { .at = { p->where.file, at->line }, .column = at->column, .length = (int)length };
  WRONG_AT(p, place, syntax_fix(v, at->text, end, good), "'%s' is %.*s, and a number has no commas within: write %s", path_to(p, f->name),
           (int)length, at->text, good);
}

bool report_commas(context *p, const schema *s) {
  block_text b;
  syntax_view v;
  lua_token name, first, second;
  bool found = false;
  if (!begin(p, &b, &v)) return false;
  do {
    int count = 0;
    if (!number_behind_name(&b, &name, &first)) continue;
    const char *end = numbers_joined(&b, &first, ",", &second, &count);
    const field *f = count > 1 ? schema_field(s, arena_bytes(v.arena, name.text, name.length)) : NULL;
    if (f) say_commas(p, &v, f, &first, end, count);
    found = found || f;
  } while (advance(&b));
  return found;
}

/* ---- prices without names ---- */

static const char *price_as_meant(const context *p, int at) {
  lua_State *L = p->lua;
  static const char *const names[] = { "input", "output", "cache_read", "cache_write" }; /* in the order in which prices are listed */
  strbuf b = { .arena = script_of(L)->arena };
  double before = 0;
  const lua_Integer count = lua_istable(L, at) ? (lua_Integer)lua_rawlen(L, at) : 0;
  if (count < 1 || count > 4) return NULL;
  for (lua_Integer i = 1; i <= count; i++) {
    push_item(L, at, i);
    const double one = lua_type(L, -1) == LUA_TNUMBER ? lua_tonumber(L, -1) : -1;
    lua_pop(L, 1);
    if (one < 0 || (i == 3 && one > before)) return NULL; /* what is read from the cache is cheaper than what is not */
    if (i == 1) before = one;
    strbuf_format(&b, in_json(L) ? "%s\"%s\": %.14g" : "%s%s = %.14g", i > 1 ? ", " : "", names[i - 1], one);
  }
  return arena_printf(b.arena, "{ %s }", strbuf_text(&b));
}

const char *price_as_divided(const context *p) {
  block_text b;
  syntax_view v;
  lua_token name, first;
  if (!begin(p, &b, &v)) return NULL;
  do {
    if (!number_behind_name(&b, &name, &first) || !lua_token_is(&name, "price") || !lua_token_is(&b.token, "/") || !advance(&b)) continue;
    if (b.token.kind == LUA_TOKEN_NUMBER)
      return arena_printf(v.arena, "{ input = %.*s, output = %.*s }", (int)first.length, first.text, (int)b.token.length, b.token.text);
  } while (advance(&b));
  return NULL;
}

/* ---- items where keys are due: require = { "tools", "vision" }, reasoning_budget = { 1024, 32000 } ---- */

static const char *with_keys(const context *p, const field *f, int at) {
  lua_State *L = p->lua;
  strbuf b = { .arena = script_of(L)->arena };
  const lua_Integer count = (lua_Integer)lua_rawlen(L, at);
  for (lua_Integer i = 1; i <= count; i++) {
    push_item(L, at, i);
    const bool number = lua_isinteger(L, -1), text = lua_type(L, -1) == LUA_TSTRING;
    const field *flag = text ? schema_field(f->schema, lua_tostring(L, -1)) : NULL;
    const char *key = flag && flag->kind == KIND_FLAG                 ? flag->name
                      : number && count == 2 && f->schema->count == 2 ? f->schema->fields[i - 1].name
                                                                      : NULL;
    const char *value = number ? arena_printf(b.arena, "%lld", (long long)lua_tointeger(L, -1)) : "true";
    lua_pop(L, 1);
    if (!key) return NULL;
    strbuf_format(&b, in_json(L) ? "%s\"%s\": %s" : "%s%s = %s", i > 1 ? ", " : "", key, value);
  }
  return arena_printf(b.arena, "{ %s }", strbuf_text(&b));
}

bool report_bare_list(context *p, const field *f, int at) {
  lua_State *L = p->lua;
  if (!is_table(L, at) || !lua_rawlen(L, at) || odd_key(L, at)) return false;
  const char *meant = with_keys(p, f, at);
  WRONG_VALUE(p, f->name, meant ? fix_line(script_of(L)->arena, p->where, f->name, meant, meant) : NULL,
              "'%s' is %s: every entry is written %s", path_to(p, f->name), in_json(L) ? "an array" : "a list",
              in_json(L) ? "\"key\": value" : "key = value");
  return true;
}

/* price = { 3, 15 } */
bool report_bare_price(context *p, const field *f, int at) {
  lua_State *L = p->lua;
  if (!text_is(f->name, "price") || !lua_istable(L, at) || !lua_rawlen(L, at) || odd_key(L, at)) return false;
  const char *meant = price_as_meant(p, at);
  WRONG_VALUE(p, f->name, meant ? fix_line(script_of(L)->arena, p->where, f->name, meant, meant) : NULL,
              "'%s' has numbers without keys: write %s", path_to(p, f->name),
              meant        ? meant
              : in_json(L) ? "{ \"input\": 3, \"output\": 15 }"
                           : "{ input = 3, output = 15 }");
  return true;
}

/* ---- an address that is written, and not there ---- */

/* Goes on to the block of that name, where several begin in this line. */
static void go_to_block(block_text *b, const context *p) {
  block_text ahead = *b;
  const size_t length = strlen(p->id);
  for (; ahead.token.kind != LUA_TOKEN_END && ahead.token.line == p->where.line; ahead.token = lua_lexer_next(&ahead.lexer)) {
    const lua_token *t = &ahead.token;
    if (t->kind != LUA_TOKEN_STRING || t->length != length + 2 || memcmp(t->text + 1, p->id, length) != 0) continue;
    *b = ahead;
    return;
  }
}

/* The variable of setting "NAME"; "" for another value, NULL for a plain nil. */
static const char *unset_in(block_text *b, arena *a) {
  const bool reads = lua_token_is(&b->token, "setting");
  if (lua_token_is(&b->token, "nil")) return NULL;
  if (reads && advance(b) && lua_token_is(&b->token, "(")) advance(b);
  const lua_token name = b->token;
  if (!reads || name.kind != LUA_TOKEN_STRING || *name.text == '[' || !advance(b)) return "";
  if (lua_token_is(&b->token, ")")) advance(b);
  const bool all = lua_token_is(&b->token, ",") || lua_token_is(&b->token, ";") || lua_token_is(&b->token, "}");
  return all ? arena_bytes(a, name.text + 1, name.length - 2) : "";
}

void note_unset_url(context *p, provider *of) {
  const schema *s = schema_of("provider");
  const uint64_t bit = (uint64_t)1 << (schema_field(s, "base_url") - s->fields);
  block_text b;
  syntax_view v;
  if (((of->head.given | of->head.removed | of->head.wrong) & bit) || of->needs || of->override) return;
  const script *of_all = script_of(p->lua);
  of->unset_url = in_json(p->lua) ? of_all->unset_url : NULL;
  const bool unset = of_all->unset && of_all->unset_at.line >= p->where.line && text_is(of_all->unset_at.file, p->where.file);
  if (in_json(p->lua) || !(unset || of_all->catalog->thorough) || !begin(p, &b, &v)) return; /* most such blocks only amend */
  go_to_block(&b, p);
  do {
    if (b.depth != 1 || !lua_token_is(&b.token, "base_url") || !advance(&b) || !lua_token_is(&b.token, "=") || !advance(&b)) continue;
    of->unset_url = unset_in(&b, v.arena);
    return;
  } while (advance(&b));
}

/* lua_strangers: what other languages have and Lua has not, in a text that does not compile: their strings, numbers, calls with names and
 * functions. Each rule knows one kind, as in lua_slips.c. */
#include "library/definitions/lua_syntax.h"

#include "library/definitions/schema.h"
#include "util/text.h"

#include <string.h>

/* Up to the end of the line. */
static const char *line_end(const syntax_view *v, const char *at) {
  const text_line line = syntax_line(v, at);
  return line.at + line.length;
}

/* """text""", which Lua reads as three strings */
static bool triple_quotes(const syntax_view *v, syntax_mistake *out) {
  const lua_token *empty = P(0);
  if (empty->kind != LUA_TOKEN_STRING || empty->length != 2 || !touch(empty, &v->at) || *v->at.text != *empty->text) return false;
  const char mark[] = { *empty->text, *empty->text, *empty->text, '\0' };
  const char *from = v->at.text + 1, *end = line_end(v, from), *last = memmem(from, (size_t)(end - from), mark, 3);
  const char *good = last ? arena_printf(v->arena, "\"%.*s\"", (int)(last - from), from) : NULL;
  return syntax_say(v, out, *empty, 3, good ? syntax_fix(v, empty->text, last + 3, good) : NULL,
                    last ? "a string has one quote at each end in Lua" : "a string of several lines is written [[...]] in Lua, not %s",
                    mark);
}

/* provider("acme", protocol = "openai-chat"), provider(id = "acme") */
static bool named_arguments(const syntax_view *v, syntax_mistake *out) {
  const bool behind = lua_token_is(P(1), ",") && P(2)->kind == LUA_TOKEN_STRING && lua_token_is(P(3), "(");
  const lua_token *bracket = behind ? P(3) : P(1), *verb = behind ? P(4) : P(2);
  if (!lua_token_is(&v->at, "=") || !is_name(P(0)) || !lua_token_is(bracket, "(") || !is_name(verb)) return false;
  if (!schema_of(arena_bytes(v->arena, verb->text, verb->length))) return false;
  const char *end = line_end(v, P(0)->text), *close = end > P(0)->text && end[-1] == ')' ? end - 1 : NULL;
  const char *good = behind && close && same_line(verb, P(0))
                         ? arena_printf(v->arena, "%.*s %.*s { %.*s }", (int)verb->length, verb->text, (int)P(2)->length, P(2)->text,
                                        (int)(close - P(0)->text), P(0)->text)
                         : NULL;
  return syntax_say(v, out, *P(0), P(0)->length, good ? syntax_fix(v, verb->text, end, good) : NULL,
                    "Lua has no arguments with names: the fields are in a table, as in %.*s \"NAME\" { %.*s = ... }", (int)verb->length,
                    verb->text, (int)P(0)->length, P(0)->text);
}

/* The body of a function of another language, from `body` to the bracket that ends it, as Lua has it. */
static const char *as_function(const syntax_view *v, const char *from, text_line arguments, const char *body) {
  const char *end = syntax_expression_end(v, body);
  if (end - body > 4 && strncmp(end - 4, " end", 4) == 0) end -= 4;
  if (end <= body || *body == '{') return NULL;
  const char *word = strncmp(body, "return", 6) == 0 ? "" : "return ";
  return syntax_fix(
      v, from, end,
      arena_printf(v->arena, "function (%.*s) %s%.*s end", (int)arguments.length, arguments.at, word, (int)(end - body), body));
}

/* (model, host) => ..., (model, host) -> ... */
static bool arrow(const syntax_view *v, syntax_mistake *out) {
  const bool ends = lua_token_is(N(1), ")") && (lua_token_is(N(2), "=") || lua_token_is(N(2), "-")) && lua_token_is(N(3), ">");
  if (!lua_token_is(&v->at, ",") || !is_name(P(0)) || !lua_token_is(P(1), "(") || !is_name(N(0)) || !ends) return false;
  const char *body = end_of(N(3));
  body += strspn(body, " ");
  const char *fix = as_function(v, P(1)->text, (text_line){ P(0)->text, (size_t)(end_of(N(0)) - P(0)->text) }, body);
  return syntax_say(v, out, *P(1), (size_t)(end_of(N(3)) - P(1)->text), fix, "a function is written function (%.*s) return ... end in Lua",
                    (int)(end_of(N(0)) - P(0)->text), P(0)->text);
}

/* (model) => ..., model => ... */
static bool arrow_of_one(const syntax_view *v, syntax_mistake *out) {
  const bool closed = lua_token_is(P(0), ")") && is_name(P(1)) && lua_token_is(P(2), "(");
  const lua_token *argument = closed ? P(1) : P(0), *from = closed ? P(2) : P(0);
  const bool handed = closed || lua_token_is(P(1), "(");
  if (!lua_token_is(&v->at, "=") || !lua_token_is(N(0), ">") || !touch(&v->at, N(0)) || !is_name(argument) || !handed) return false;
  const char *body = end_of(N(0));
  body += strspn(body, " ");
  const char *fix = as_function(v, from->text, (text_line){ argument->text, argument->length }, body);
  return syntax_say(v, out, *from, (size_t)(end_of(N(0)) - from->text), fix, "a function is written function (%.*s) return ... end in Lua",
                    (int)argument->length, argument->text);
}

/* The last of these words before `at` in its line; of no length: none. */
static lua_token word_before(const syntax_view *v, const char *const *words) {
  const text_line line = syntax_line(v, v->at.text);
  lua_token found = { .text = line.at }, t;
  lua_lexer l;
  lua_lexer_begin(&l, line.at, (size_t)(v->at.text - line.at));
  while ((t = lua_lexer_next(&l)).kind != LUA_TOKEN_END)
    for (const char *const *word = words; *word; word++)
      if (lua_token_is(&t, *word)) found = t;
  found.line = v->at.line;
  return found;
}

/* def (model, host): ..., fn(model, host) { ... }, func (model, host) { ... } */
static bool other_function(const syntax_view *v, syntax_mistake *out) {
  static const char *const words[] = { "def", "fn", "func", "fun", NULL };
  const bool colon = lua_token_is(P(0), ":"); /* Lua takes it for the call of a method, and stops behind it */
  const lua_token *stop = colon ? P(0) : &v->at, *close = colon ? P(1) : P(0);
  if (!(colon || lua_token_is(stop, ":") || lua_token_is(stop, "{")) || !lua_token_is(close, ")")) return false;
  const lua_token word = word_before(v, words);
  const char *open = word.length ? memchr(word.text, '(', (size_t)(close->text - word.text)) : NULL;
  if (!open || !same_line(close, &v->at)) return false;
  const char *body = end_of(stop);
  body += strspn(body, " ");
  const char *fix = NULL;
  if (!lua_token_is(stop, "{") && strncmp(body, "return", 6) == 0)
    fix = as_function(v, word.text, (text_line){ open + 1, (size_t)(close->text - open - 1) }, body);
  return syntax_say(v, out, word, word.length, fix, "'%.*s' is written 'function' in Lua, and its end is 'end'", (int)word.length,
                    word.text);
}

/* { 200 * K = { ... } } */
static bool computed_key(const syntax_view *v, syntax_mistake *out) {
  const bool product = is_name(P(0)) && lua_token_is(P(1), "*") && P(2)->kind == LUA_TOKEN_NUMBER;
  if (!lua_token_is(&v->at, "=") || !product || !v->depth || !same_line(P(2), &v->at)) return false;
  const size_t length = (size_t)(end_of(P(0)) - P(2)->text);
  const char *good = arena_printf(v->arena, "[%.*s]", (int)length, P(2)->text);
  return syntax_say(v, out, *P(2), length, syntax_fix(v, P(2)->text, end_of(P(0)), good), "a key that is a number is in brackets: write %s",
                    good);
}

/* 128'000, as C++ and the Swiss write it */
static bool grouped_number(const syntax_view *v, syntax_mistake *out) {
  const lua_token *number = P(0);
  if (*v->at.text != '\'' || number->kind != LUA_TOKEN_NUMBER || !touch(number, &v->at)) return false;
  strbuf digits = { .arena = v->arena };
  const char *end = number->text;
  for (; (*end >= '0' && *end <= '9') || (*end == '\'' && end[1] >= '0' && end[1] <= '9'); end++)
    if (*end != '\'') strbuf_bytes(&digits, end, 1);
  if (end <= end_of(number)) return false;
  const char *good = strbuf_text(&digits);
  return syntax_say(v, out, *number, (size_t)(end - number->text), syntax_fix(v, number->text, end, good),
                    "a number is written without marks between its digits: write %s", good);
}

/* [[models]] in a line of its own, which Lua reads as a string */
static bool toml_list(const syntax_view *v, syntax_mistake *out) {
  const lua_token *t = &v->at;
  if (v->depth || t->kind != LUA_TOKEN_STRING || !syntax_starts(v, t->text, "[[") || !syntax_is_first(v, t->text)) return false;
  return syntax_say(v, out, *t, t->length, NULL,
                    "this is TOML, and a .lua file has Lua: write provider \"NAME\" { protocol = \"openai-chat\", ... }");
}

/* provider "acme" = { }, provider "acme": { }, provider "acme" => { } */
static bool sign_before_table(const syntax_view *v, syntax_mistake *out) {
  const bool colon = lua_token_is(&v->at, "{") && lua_token_is(P(0), ":");
  const lua_token *sign = colon ? P(0) : &v->at, *name = colon ? P(1) : P(0), *word = colon ? P(2) : P(1);
  if (v->depth || !(colon || lua_token_is(sign, "=")) || name->kind != LUA_TOKEN_STRING || !is_name(word)) return false;
  const char *end = end_of(sign) + (end_of(sign) < v->end && *end_of(sign) == '>');
  return syntax_say(v, out, *sign, (size_t)(end - sign->text), syntax_fix(v, end_of(name), end, ""),
                    "there is no '%.*s' between the name of a block and its table", (int)(end - sign->text), sign->text);
}

/* model "acme-large": provider = "acme" */
static bool fields_without_braces(const syntax_view *v, syntax_mistake *out) {
  const lua_token *colon = P(1), *name = P(2), *verb = P(3);
  if (v->depth || !lua_token_is(&v->at, "=") || !is_name(P(0)) || !lua_token_is(colon, ":") || name->kind != LUA_TOKEN_STRING) return false;
  if (!is_name(verb) || !schema_of(arena_bytes(v->arena, verb->text, verb->length))) return false;
  const char *end = line_end(v, P(0)->text);
  const char *good = arena_printf(v->arena, " { %.*s }", (int)(end - P(0)->text), P(0)->text);
  return syntax_say(v, out, *colon, 1, same_line(P(0), name) ? syntax_fix(v, colon->text, end, good) : NULL,
                    "the fields of a block are in braces: write %.*s %.*s { ... }", (int)verb->length, verb->text, (int)name->length,
                    name->text);
}

/* { end = "3" }, { end: "3" }, { function: "3" } */
static bool keyword_as_key(const syntax_view *v, syntax_mistake *out) {
  const bool behind = lua_token_is(&v->at, "=") || lua_token_is(&v->at, ":");
  const lua_token *key = behind ? P(0) : &v->at, *sign = behind ? &v->at : N(0), *before = behind ? P(1) : P(0);
  if (!is_name(key) || !lua_is_keyword(key->text, key->length) || !(lua_token_is(sign, "=") || lua_token_is(sign, ":"))) return false;
  if (!v->depth || !(lua_token_is(before, "{") || lua_token_is(before, ","))) return false;
  const char *good = arena_printf(v->arena, "[\"%.*s\"] =", (int)key->length, key->text);
  return syntax_say(v, out, *key, key->length, syntax_fix(v, key->text, end_of(sign), good),
                    "'%.*s' is a word of Lua: as a key it is written [\"%.*s\"]", (int)key->length, key->text, (int)key->length, key->text);
}

syntax_rule *const syntax_strangers[] = { triple_quotes,     named_arguments,       arrow,          arrow_of_one,
                                          other_function,    computed_key,          grouped_number, toml_list,
                                          sign_before_table, fields_without_braces, keyword_as_key, NULL };

/* lua_loops: loops as other languages write them, and names that are in a variable, in a text that does not compile. Each rule knows one
 * kind, as in lua_slips.c. */
#include "library/definitions/lua_syntax.h"

#include "library/definitions/schema.h"
#include "util/text.h"

#include <string.h>

#define A_LOOP "for _, one in ipairs(list) do ... end"

/* The last `for` or `while` before `at` without its `do`; of no length: none. */
static lua_token loop_before(const syntax_view *v) {
  lua_token found = { .text = v->text }, t;
  lua_lexer l;
  lua_lexer_begin(&l, v->text, (size_t)(v->at.text - v->text));
  while ((t = lua_lexer_next(&l)).kind != LUA_TOKEN_END) {
    if (lua_token_is(&t, "for") || lua_token_is(&t, "while")) found = t;
    if (lua_token_is(&t, "do")) found.length = 0;
  }
  return found;
}

/* The braces in a line that are in no others: the last pair of them, if it ends the line. */
static bool last_braces(text_line line, const char *from, text_line *out) {
  int depth = 0;
  lua_lexer l;
  lua_token t, open = { .text = "" }, close = open;
  lua_lexer_begin(&l, from, (size_t)(line.at + line.length - from));
  while ((t = lua_lexer_next(&l)).kind != LUA_TOKEN_END) {
    const bool opens = lua_token_is(&t, "{"), closes = lua_token_is(&t, "}");
    if (opens && depth++ == 0) open = t;
    close.length = 0;
    if (closes && --depth == 0) close = t;
  }
  if (!close.length || depth) return false;
  *out = (text_line){ open.text, (size_t)(end_of(&close) - open.text) };
  return true;
}

/* The line of the loop with `do`, and with `end` where its body is in the same line. */
static const char *with_do(const syntax_view *v, const lua_token *loop) {
  const text_line line = syntax_line(v, loop->text);
  const char *end = line.at + line.length;
  text_line braces;
  while (end > loop->text && strchr(" \t\r", end[-1])) end--;
  const bool colon = end[-1] == ':';
  const bool alone = P(0)->line == loop->line && (v->at.kind == LUA_TOKEN_END || v->at.line == loop->line);
  if (!colon && alone && last_braces(line, loop->text, &braces)) {
    const char *inner = braces.at + 1;
    const size_t length = text_trim(&inner, braces.length - 2);
    return syntax_fix(v, braces.at, end, arena_printf(v->arena, "do %.*s end", (int)length, inner));
  }
  return !alone || colon ? syntax_fix(v, end - colon, end, " do") : NULL;
}

/* for _, id in ipairs(ids) { ... }, for ... in ...: */
static bool loop_without_do(const syntax_view *v, syntax_mistake *out) {
  if (!strstr(v->said, "'do' expected")) return false;
  const lua_token loop = loop_before(v);
  if (!loop.length) return false;
  return syntax_say(v, out, loop, loop.length, with_do(v, &loop), "a loop is written %s ... do ... end in Lua: this one has no 'do'",
                    lua_token_is(&loop, "for") ? "for" : "while");
}

/* for (const id of ids), foreach (id in ids) */
static bool loop_in_parentheses(const syntax_view *v, syntax_mistake *out) {
  const bool opened = lua_token_is(P(0), "for") && lua_token_is(&v->at, "(");
  const bool each = lua_token_is(&v->at, "in") && lua_token_is(P(1), "(") && (lua_token_is(P(2), "foreach") || lua_token_is(P(2), "each"));
  const lua_token *word = opened ? P(0) : P(2);
  if (!opened && !each) return false;
  return syntax_say(v, out, *word, word->length, NULL, "a loop is written " A_LOOP " in Lua, without parentheses");
}

/* for id in ["a", "b"] */
static bool loop_over_brackets(const syntax_view *v, syntax_mistake *out) {
  if (!lua_token_is(&v->at, "[") || !lua_token_is(P(0), "in")) return false;
  return syntax_say(v, out, v->at, 1, NULL,
                    "a list is in braces in Lua, and a loop goes through it with ipairs: for _, one in ipairs { ... } do");
}

static bool is_declared_before(const syntax_view *v, const lua_token *name) {
  lua_lexer l;
  lua_token t;
  bool declares = false;
  const char *word = arena_bytes(v->arena, name->text, name->length);
  lua_lexer_begin(&l, v->text, (size_t)(name->text - v->text));
  while ((t = lua_lexer_next(&l)).kind != LUA_TOKEN_END) {
    if (declares && lua_token_is(&t, word)) return true;
    declares = lua_token_is(&t, "local") || lua_token_is(&t, "for") ||
               (declares && (is_name(&t) || lua_token_is(&t, ",")) && !lua_token_is(&t, "in"));
  }
  return false;
}

/* for _, id in ipairs(ids) do model id { ... } end */
static bool name_in_variable(const syntax_view *v, syntax_mistake *out) {
  const lua_token *name = &v->at, *verb = P(0);
  if (!is_name(name) || !lua_token_is(N(0), "{") || !is_name(verb) || !same_line(verb, name)) return false;
  if (!schema_of(arena_bytes(v->arena, verb->text, verb->length)) || !is_declared_before(v, name)) return false;
  const char *good = arena_printf(v->arena, "(%.*s)", (int)name->length, name->text);
  const char *from = touch(verb, name) ? name->text : end_of(verb);
  return syntax_say(v, out, *name, name->length, syntax_fix(v, from, end_of(name), good),
                    "a name that is in a variable is in parentheses: write %.*s%s { ... }", (int)verb->length, verb->text, good);
}

syntax_rule *const syntax_loops[] = { loop_without_do, loop_in_parentheses, loop_over_brackets, name_in_variable, NULL };

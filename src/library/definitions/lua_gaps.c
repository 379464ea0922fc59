/* lua_gaps: the rules for what is missing in a Lua text that does not compile, or one too many: quotes, parentheses, brackets, words that
 * close, commas, values. A mistake is reported where it was made, which may be lines before the one at which Lua stopped. */
#include "library/definitions/lua_syntax.h"

#include "util/text.h"

#include <string.h>

static const opener *top(const syntax_view *v) { return v->depth ? &v->open[v->depth - 1] : NULL; }
static bool in_table(const syntax_view *v) { return v->depth && lua_token_is(&top(v)->token, "{"); }

static bool is_one_of(const lua_token *t, const char *const *words) {
  while (*words && !lua_token_is(t, *words)) words++;
  return *words && t->kind == LUA_TOKEN_NAME;
}

static bool is_keyword(const lua_token *t) { return t->kind == LUA_TOKEN_NAME && lua_is_keyword(t->text, t->length); }

static bool is_plain_name(const lua_token *t) { return is_name(t) && !is_keyword(t); }

static bool ends_value(const lua_token *t) {
  static const char *const values[] = { "true", "false", "nil", "end", NULL };
  return t->length && (is_plain_name(t) || is_one_of(t, values) || t->kind == LUA_TOKEN_STRING || t->kind == LUA_TOKEN_NUMBER ||
                       lua_token_is(t, "}") || lua_token_is(t, ")") || lua_token_is(t, "]"));
}

/* ---- texts without quotes ---- */

static bool is_of_word(char c) { return c > ' ' && !strchr(",;{}()[]\"'=", c); }

enum { LONGEST_WORD = 400 }; /* a longer one is no name, and nobody wants to read it */

/* The end of what is written without a blank from here on; a path or a URL may have {slots}. */
const char *syntax_word_end(const syntax_view *v, const char *s) {
  const char *last = v->end - s > LONGEST_WORD ? s + LONGEST_WORD : v->end;
  bool address = *s == '/' || *s == '~' || *s == '.';
  for (bool slot = false; s < last; s++) {
    if (address && *s == '{') slot = true;
    if (!is_of_word(*s) && !slot && !(*s == '=' && address)) break;
    if (*s == '\n' || (*s == '}' && !slot)) break;
    if (*s == '}') slot = false;
    address = address || *s == '/';
  }
  return s;
}

/* The end of the value that begins here: up to the comma, the brace or the end of the line. */
static const char *value_end(const syntax_view *v, const char *s) {
  const char *last = v->end - s > LONGEST_WORD ? s + LONGEST_WORD : v->end;
  while (s < last && !strchr("\r\n,;}", *s)) s++;
  while (s[-1] == ' ' || s[-1] == '\t') s--;
  return s;
}

static bool say_quotes(const syntax_view *v, syntax_mistake *out, lua_token from, const char *end, const char *what) {
  const size_t length = (size_t)(end - from.text);
  if (key_may_be(from.text, length))
    return syntax_say(v, out, from, length, NULL,
                      "a string is missing its quotes, and this one looks like a key: set a variable and write secret \"NAME\"");
  const char *good = arena_printf(v->arena, "\"%.*s\"", (int)(length < 200 ? length : 200), from.text);
  const char *fix = length < 200 ? syntax_fix(v, from.text, end, good) : NULL;
  return syntax_say(v, out, from, length, fix, "%s is missing its quotes: write %s", what, good);
}

/* secret NAME, provider acme { } */
static bool word_without_quotes(const syntax_view *v, syntax_mistake *out) {
  static const char *const words[] = { "secret", "setting", "header", "get", "refuse", "via", NULL };
  static const char *const verbs[] = { "provider", "model", "gateway", "protocol", "retired",  "family",
                                       "role",     "ids",   "source",  "rule",     "document", NULL };
  for (int i = 0; i < 4; i++) {
    const lua_token *verb = P(i), *value = i ? P(i - 1) : &v->at;
    const bool is_verb = is_one_of(verb, verbs) && syntax_is_first(v, verb->text);
    if ((!is_verb && !is_one_of(verb, words)) || !same_line(verb, value) || !value->length) continue;
    const bool path = lua_token_is(verb, "get") && lua_token_is(value, "/");
    if (!path && !is_plain_name(value) && value->kind != LUA_TOKEN_BAD && value->kind != LUA_TOKEN_NUMBER && !lua_token_is(value, "$"))
      continue;
    if (value->kind == LUA_TOKEN_BAD && strchr("\"'[", *value->text)) continue;
    const char *end = syntax_word_end(v, value->text);
    if (end == value->text) continue;
    const lua_token *next = i > 1 ? P(i - 2) : i ? &v->at : N(0);
    if (is_verb && lua_token_is(next, "="))
      return syntax_say(v, out, *verb, verb->length, NULL, "a block is written %.*s \"NAME\" { %.*s = ... }", (int)verb->length, verb->text,
                        (int)value->length, value->text);
    lua_token name = *value;
    if (*name.text == '$') { /* as a shell has it */
      name.text++;
      name.length = (size_t)(end - name.text);
      return syntax_say(v, out, *value, (size_t)(end - value->text),
                        syntax_fix(v, value->text, end, arena_printf(v->arena, "\"%.*s\"", (int)name.length, name.text)),
                        "the name of a variable is written in quotes and without a '$'");
    }
    return say_quotes(v, out, *value, end,
                      lua_token_is(verb, "secret") || lua_token_is(verb, "setting") ? "the name of the variable"
                      : is_verb                                                     ? "the name"
                                                                                    : "the string");
  }
  return false;
}

/* My Provider, and not secret "NAME" protocol = "...", where a comma is missing. */
static bool are_words(const char *s, const char *end) {
  while (s < end && *s != '"' && *s != '=') s++;
  return s == end;
}

/* base_url = https://..., api_name = gpt-4o, title = My Provider, path = /v1, key = $KEY */
static bool value_without_quotes(const syntax_view *v, syntax_mistake *out) {
  for (int i = 0; i < SEEN_BEFORE - 1; i++) {
    const lua_token *sign = P(i), *name = P(i + 1), *value = i ? P(i - 1) : &v->at;
    if (!sign->length || !same_line(sign, &v->at)) return false;
    if (!lua_token_is(sign, "=") || !is_name(name)) continue;
    if (!same_line(sign, value) || strchr("{}[]\"'(),;", *value->text)) return false;
    if (*value->text == '$' && end_of(value) < v->end && *end_of(value) >= '0' && *end_of(value) <= '9') return false;
    if (*value->text == '$')
      return syntax_say(v, out, *value, (size_t)(syntax_word_end(v, value->text) - value->text), NULL,
                        "a variable is read with setting \"NAME\", or with secret \"NAME\" where it holds a key");
    const bool starts = is_plain_name(value) || *value->text == '/' || *value->text == '~' || *value->text == '<' ||
                        value->kind == LUA_TOKEN_NUMBER || value->kind == LUA_TOKEN_BAD;
    if (!starts || (value->kind == LUA_TOKEN_NUMBER && i < 1)) return false;
    const char *end = syntax_word_end(v, value->text), *more = value_end(v, value->text);
    const bool several = i >= 1 && end < more && is_plain_name(P(i - 1)) && v->at.text < more && is_name(&v->at) && !touch(P(0), &v->at) &&
                         are_words(value->text, more);
    if (!several && (end <= end_of(value) || end < v->at.text)) return false;
    return say_quotes(v, out, *value, several ? more : end, "a string");
  }
  return false;
}

/* ---- ':' for '=' ---- */

static bool is_bare_word(const lua_token *value, const lua_token *next) {
  static const char *const words[] = { "secret", "setting", "header", "get", "post", "bearer", "none", "list", NULL };
  return is_plain_name(value) && !is_one_of(value, words) && !lua_token_is(next, "*");
}

/* The line with '=' in place of each ':' behind a key, and quotes around a word that lacks them. */
static const char *with_equals(const syntax_view *v, const lua_token *key) {
  const text_line line = syntax_line(v, key->text);
  const char *begin = line.at, *done = line.at, *end = line.at + line.length;
  strbuf b = { .arena = v->arena };
  lua_lexer l;
  lua_lexer_begin(&l, begin, line.length);
  for (lua_token t = lua_lexer_next(&l), next; t.kind != LUA_TOKEN_END; t = next) {
    next = lua_lexer_next(&l);
    if (t.text < done) continue; /* of a word that got its quotes */
    if (!lua_token_is(&next, ":") || (t.kind != LUA_TOKEN_STRING && !is_name(&t)) || (end_of(&next) < end && *end_of(&next) == '/'))
      continue;
    const bool plain = is_name(&t);
    strbuf_bytes(&b, done, (size_t)(t.text - done));
    if (plain || strspn(t.text + 1, "abcdefghijklmnopqrstuvwxyz_0123456789") + 2 == t.length)
      strbuf_bytes(&b, t.text + !plain, plain ? t.length : t.length - 2);
    else
      strbuf_format(&b, "[%.*s]", (int)t.length, t.text);
    strbuf_add(&b, " =");
    done = end_of(&next);
    lua_lexer ahead = l;
    const lua_token value = lua_lexer_next(&ahead), after = lua_lexer_next(&ahead);
    if (!is_bare_word(&value, &after)) continue;
    const char *stop = syntax_word_end(v, value.text);
    strbuf_format(&b, " \"%.*s\"", (int)(stop - value.text), value.text);
    done = stop;
  }
  if (done < end) strbuf_bytes(&b, done, (size_t)(end - done));
  return strbuf_text(&b);
}

static bool colon(const syntax_view *v, syntax_mistake *out) {
  const lua_token *key = NULL, *sign = NULL;
  if (lua_token_is(&v->at, ":") && P(0)->kind == LUA_TOKEN_STRING)
    key = P(0), sign = &v->at;
  else if (lua_token_is(P(0), ":") && is_name(P(1)) && *v->at.text != '/')
    key = P(1), sign = P(0);
  else if (is_name(P(0)) && lua_token_is(P(1), ":") && is_name(P(2)))
    key = P(2), sign = P(1);
  if (!key || !in_table(v)) return false;
  const bool has_quotes = key->kind == LUA_TOKEN_STRING;
  const text_line line = syntax_line(v, key->text);
  const char *fix = line.length > 400 ? NULL : syntax_fix(v, line.at, line.at + line.length, with_equals(v, key));
  while (fix && (*fix == ' ' || *fix == '\t')) fix++;
  return syntax_say(v, out, has_quotes ? *key : *sign, has_quotes ? (size_t)(end_of(sign) - key->text) : 1, fix,
                    "a key is followed by '=' in Lua, not by ':'%s", has_quotes ? ", and has no quotes" : "");
}

static bool say_braces(const syntax_view *v, syntax_mistake *out, const lua_token *open) {
  const text_line line = syntax_line(v, open->text);
  const char *close = memchr(open->text, ']', (size_t)(line.at + line.length - open->text));
  const char *inner = close ? arena_bytes(v->arena, open->text + 1, (size_t)(close - open->text) - 1) : "";
  text_trim(&inner, strlen(inner));
  const char *good = arena_printf(v->arena, "{ %.*s }", (int)text_trim(&inner, strlen(inner)), inner);
  return syntax_say(v, out, *open, close ? (size_t)(close + 1 - open->text) : 1, close ? syntax_fix(v, open->text, close + 1, good) : NULL,
                    "a list is written in braces in Lua: { ... }");
}

/* [ "a", "b" ]: behind a name Lua takes the bracket for that of a key. */
static bool square_list(const syntax_view *v, syntax_mistake *out) {
  if (lua_token_is(&v->at, "[") && (lua_token_is(P(0), "=") || lua_token_is(P(0), "return"))) return say_braces(v, out, &v->at);
  const int closed = !v->depth && lua_token_is(P(0), "]"); /* one alone */
  if (!closed && !lua_token_is(&v->at, ",")) return false;
  if (P(closed)->kind != LUA_TOKEN_STRING || !lua_token_is(P(closed + 1), "[") || !is_plain_name(P(closed + 2))) return false;
  return say_braces(v, out, P(closed + 1));
}

/* ---- functions and statements ---- */

/* rule "x" function (model) ... end: Lua takes `function` for the beginning of a statement, and wants a name behind it. */
static bool rule_without_parentheses(const syntax_view *v, syntax_mistake *out) {
  static const char *const verbs[] = { "rule", "document", NULL };
  const lua_token *t = P(0);
  if (!lua_token_is(t, "function") || P(1)->kind != LUA_TOKEN_STRING || !is_one_of(P(2), verbs)) return false;
  const text_line line = syntax_line(v, t->text);
  const char *end = line.at + line.length;
  while (end > t->text && strchr(" \t", end[-1])) end--;
  const bool complete = end - t->text > 11 && memcmp(end - 3, "end", 3) == 0;
  const char *good = arena_printf(v->arena, "(%.*s%s", (int)(end - t->text), t->text, complete ? ")" : "");
  return syntax_say(v, out, *t, t->length, syntax_fix(v, t->text, end, good),
                    "the function of a %s is in parentheses: '(' before 'function', and 'end)' at its end", quoted(v, P(2)));
}

static bool foreign_statement(const syntax_view *v, syntax_mistake *out) {
  static const char *const locals[] = { "let", "var", "const", "my", "auto", NULL }, *const functions[] = { "def", "func", "fn", "fun",
                                                                                                            NULL };
  const lua_token *t = P(0);
  if (lua_token_is(&v->at, "elif") || lua_token_is(&v->at, "elsif"))
    return syntax_say(v, out, v->at, v->at.length, syntax_fix(v, v->at.text, end_of(&v->at), "elseif"), "'%s' is written 'elseif' in Lua",
                      quoted(v, &v->at));
  if (lua_token_is(P(0), "{") && is_keyword(&v->at) && !lua_token_is(N(0), "="))
    return syntax_say(v, out, *P(0), 1, NULL, "statements are not in braces in Lua: write if ... then ... end, or function (...) ... end");
  for (int i = 0; i < SEEN_BEFORE; i++)
    if (lua_token_is(P(i), "elif") || lua_token_is(P(i), "elsif"))
      return syntax_say(v, out, *P(i), P(i)->length, syntax_fix(v, P(i)->text, end_of(P(i)), "elseif"), "'%s' is written 'elseif' in Lua",
                        quoted(v, P(i)));
  if (is_one_of(t, locals) && is_name(&v->at) && syntax_is_first(v, t->text))
    return syntax_say(v, out, *t, t->length, syntax_fix(v, t->text, end_of(t), "local"), "'%s' is written 'local' in Lua", quoted(v, t));
  if (is_one_of(t, functions) && is_name(&v->at))
    return syntax_say(v, out, *t, t->length, syntax_fix(v, t->text, end_of(t), "function"), "'%s' is written 'function' in Lua",
                      quoted(v, t));
  if (strstr(v->said, "'then' expected") && lua_token_is(&v->at, "="))
    return syntax_say(v, out, v->at, 1, syntax_fix(v, v->at.text, end_of(&v->at), "=="), "a comparison is written '==': '=' gives a value");
  if (strstr(v->said, "'then' expected") &&
      (lua_token_is(&v->at, "{") || lua_token_is(&v->at, ":") || lua_token_is(&v->at, "return") || !same_line(&v->at, t))) {
    const bool foreign = same_line(&v->at, t) && !lua_token_is(&v->at, "return");
    const lua_token at = foreign ? v->at : *t;
    return syntax_say(v, out, at, at.length,
                      foreign ? syntax_fix(v, at.text, end_of(&at), "then") : syntax_fix(v, end_of(t), end_of(t), " then"),
                      "'then' is missing: write if ... then ... end");
  }
  if (lua_token_is(t, ":") && is_keyword(&v->at) && !in_table(v))
    return syntax_say(v, out, *t, 1, syntax_fix(v, t->text, end_of(t), " then"), "a condition is followed by 'then' in Lua, not by ':'");
  return false;
}

/* model "a", "b" { }; a comma behind a block */
static bool comma_between(const syntax_view *v, syntax_mistake *out) {
  if (!lua_token_is(&v->at, ",") || v->depth) return false;
  if (P(0)->kind == LUA_TOKEN_STRING && is_plain_name(P(1)))
    return syntax_say(v, out, v->at, 1, NULL, "a block has one name: write one %s \"NAME\" { ... } for each", quoted(v, P(1)));
  if (!lua_token_is(P(0), "}")) return false;
  if (is_name(N(0)) && lua_token_is(N(1), "="))
    return syntax_say(v, out, *P(0), 1, syntax_fix(v, end_of(P(1)), end_of(P(0)), ""),
                      "this '}' closes the block, but more of it follows in line %d: remove it here", N(0)->line);
  return syntax_say(v, out, v->at, 1, syntax_fix(v, v->at.text, end_of(&v->at), ""), "there is no comma between blocks");
}

/* ---- brackets, and what an `end` closes ---- */

static const char *closer_of(const lua_token *t) {
  return lua_token_is(t, "{") ? "}" : lua_token_is(t, "(") ? ")" : lua_token_is(t, "[") ? "]" : lua_token_is(t, "repeat") ? "until" : "end";
}

/* secret("NAME", with the parenthesis in its place; only the word for the others, which may end anywhere below. */
static const char *with_closer(const syntax_view *v, const lua_token *open, const lua_token *before, const char *closer) {
  const text_line line = syntax_line(v, open->text);
  const char *end = before->length && same_line(open, before) ? before->text : line.at + line.length;
  while (end > end_of(open) && strchr(" \t,;", end[-1])) end--;
  return lua_token_is(open, "(") && end > end_of(open) ? syntax_fix(v, end, end, closer) : closer;
}

static bool say_unclosed(const syntax_view *v, syntax_mistake *out, const lua_token *open, const lua_token *before) {
  const char *closer = closer_of(open);
  const char *where = before->length ? arena_printf(v->arena, " before line %d", before->line) : " at the end of the file";
  if (same_line(open, before) || !before->length) where = before->length ? "" : where;
  return syntax_say(v, out, *open, open->length, with_closer(v, open, before, closer), "this '%s' is never closed: '%s' is missing%s",
                    quoted(v, open), closer, where);
}

/* The `else` before it. */
static lua_token else_before(const syntax_view *v) {
  lua_token t = v->else_if;
  while (t.text > v->text && memcmp(t.text, "else", 4) != 0) {
    t.text--;
    t.column--;
  }
  return t;
}

static bool unclosed(const syntax_view *v, syntax_mistake *out) {
  static const lua_token none = { .kind = LUA_TOKEN_END, .text = "" };
  const bool over = v->at.kind == LUA_TOKEN_END, closing = strchr("})]", *v->at.text) || lua_token_is(&v->at, "end");
  if (v->depth && (over || closing) && v->else_if.length) {
    const lua_token at = else_before(v);
    return syntax_say(v, out, at, (size_t)(end_of(&v->else_if) - at.text), syntax_fix(v, at.text, end_of(&v->else_if), "elseif"),
                      "'else if' begins an 'if' that needs an 'end' of its own: write 'elseif'");
  }
  const bool suspected = v->unclosed.token.length && (over || closing || ends_value(P(0)));
  if (suspected && lua_token_is(&v->unclosed.token, "(") && lua_token_is(P(0), "end"))
    return syntax_say(v, out, *P(0), 3, syntax_fix(v, P(0)->text, end_of(P(0)), "end)"),
                      "')' is missing after this 'end': the function began after a '('");
  if (suspected) return say_unclosed(v, out, &v->unclosed.token, &v->resumes);
  if (!v->depth || (!over && !closing)) return false;
  const lua_token *open = &top(v)->token;
  if (lua_token_is(open, "(") && lua_token_is(P(0), "end"))
    return syntax_say(v, out, *P(0), 3, syntax_fix(v, P(0)->text, end_of(P(0)), "end)"),
                      "')' is missing after this 'end': the function began after a '('");
  return say_unclosed(v, out, open, over ? &none : &v->at);
}

static bool one_too_many(const syntax_view *v, syntax_mistake *out) {
  const bool closing = (v->at.kind == LUA_TOKEN_SYMBOL && strchr("})]", *v->at.text)) || lua_token_is(&v->at, "end");
  if (!closing) return false;
  for (size_t i = 0; i < v->depth; i++) /* it may close what is further out */
    if (lua_token_is(&v->at, closer_of(&v->open[i].token))) return false;
  const text_line line = syntax_line(v, v->at.text);
  const bool alone = syntax_is_first(v, v->at.text) && end_of(&v->at) == line.at + line.length;
  return syntax_say(v, out, v->at, v->at.length, alone ? NULL : syntax_fix(v, v->at.text, end_of(&v->at), ""),
                    "this '%s' has nothing to close: remove it", quoted(v, &v->at));
}

/* ---- commas and values ---- */

static bool missing_comma(const syntax_view *v, syntax_mistake *out) {
  const lua_token *t = P(0);
  const bool begins = is_name(&v->at) || v->at.kind == LUA_TOKEN_STRING || v->at.kind == LUA_TOKEN_NUMBER || lua_token_is(&v->at, "{") ||
                      lua_token_is(&v->at, "[");
  if (!in_table(v) || !ends_value(t) || !begins) return false;
  lua_token at = *t;
  at.column += (int)t->length; /* behind it */
  for (const char *s = t->text; s < end_of(t); s++) at.column -= (*s & 0xc0) == 0x80;
  at.text = end_of(t);
  return syntax_say(v, out, at, 1, syntax_fix(v, end_of(t), end_of(t), ","), "a comma is missing after %s", quoted(v, t));
}

static bool no_value(const syntax_view *v, syntax_mistake *out) {
  const bool next = lua_token_is(&v->at, "=") && is_name(P(0)) && lua_token_is(P(1), "=") && is_name(P(2)); /* a = b = */
  const lua_token *sign = next ? P(1) : P(0), *name = next ? P(2) : P(1);
  if (!lua_token_is(sign, "=") || !is_name(name)) return false;
  if (!next && !strchr(",;})", *v->at.text) && v->at.kind != LUA_TOKEN_END) return false;
  return syntax_say(v, out, *name, name->length, NULL, "'%s' has no value: write one after the '='", quoted(v, name));
}

/* 50%, 128 * */
static bool no_operand(const syntax_view *v, syntax_mistake *out) {
  static const char *const operators[] = { "+", "-", "*", "/", "%", "^", "..", "==", "~=", "<", ">", "<=", ">=", NULL };
  const char *const *o = operators;
  while (*o && !lua_token_is(P(0), *o)) o++;
  if (!*o || !ends_value(P(1)) || !(v->at.kind == LUA_TOKEN_END || strchr(",;})", *v->at.text))) return false;
  return syntax_say(v, out, *P(0), P(0)->length, NULL, "there is nothing after this '%s'", *o);
}

static bool two_commas(const syntax_view *v, syntax_mistake *out) {
  if (!lua_token_is(&v->at, ",") || !in_table(v)) return false;
  if (!lua_token_is(P(0), ",") && !lua_token_is(P(0), "{")) return false;
  return syntax_say(v, out, v->at, 1, syntax_fix(v, v->at.text, end_of(&v->at), ""), "there is one comma too many here");
}

static bool bad_escape(const syntax_view *v, syntax_mistake *out) {
  if (v->at.kind != LUA_TOKEN_STRING || !strstr(v->said, "escape")) return false;
  strbuf b = { .arena = v->arena };
  for (size_t i = 0; i < v->at.length; i++) strbuf_bytes(&b, v->at.text[i] == '\\' ? "/" : v->at.text + i, 1);
  return syntax_say(v, out, v->at, v->at.length, syntax_fix(v, v->at.text, end_of(&v->at), strbuf_text(&b)),
                    "a '\\' in a string begins an escape: in a path write '/', elsewhere '\\\\'");
}

/* A word alone at the top, or a sentence. */
static bool bare_words(const syntax_view *v, syntax_mistake *out) {
  if (v->depth || !is_plain_name(P(0)) || strncmp(v->said, "syntax error near", 17) != 0) return false;
  return syntax_say(v, out, *P(0), P(0)->length, NULL, "'%s' alone is not a definition: write a block, as in provider \"NAME\" { ... }",
                    quoted(v, P(0)));
}

/* ---- blocks and keys of another shape ---- */

/* provider "acme" ( ) */
static bool block_shape(const syntax_view *v, syntax_mistake *out) {
  const lua_token *open = v->depth == 1 ? &top(v)->token : NULL;
  if (!open || !strchr("([", *open->text) || !(lua_token_is(&v->at, "=") || lua_token_is(&v->at, ","))) return false;
  const char *before = open->text;
  while (before > v->text && before[-1] == ' ') before--;
  if (before == v->text || before[-1] != '"') return false;
  const text_line line = syntax_line(v, open->text);
  const char *end = line.at + line.length;
  while (end > end_of(open) && (end[-1] == ' ' || end[-1] == '\t')) end--;
  const bool closes = end > end_of(open) && (end[-1] == ')' || end[-1] == ']');
  const char *good = arena_printf(v->arena, "{%.*s%s", (int)(end - closes - end_of(open)), end_of(open), closes ? "}" : "");
  return syntax_say(v, out, *open, 1, syntax_fix(v, open->text, end, good), "a block is in braces, { ... }");
}

/* x-api-key = "a", "x-api-key" = "a" */
static bool key_shape(const syntax_view *v, syntax_mistake *out) {
  if (strstr(v->said, "']' expected") && P(0)->kind == LUA_TOKEN_STRING && v->depth && lua_token_is(&top(v)->token, "["))
    return syntax_say(v, out, *P(0), P(0)->length, syntax_fix(v, end_of(P(0)), end_of(P(0)), "]"), "']' is missing after this key");
  if (!in_table(v) || !lua_token_is(&v->at, "=")) return false;
  if (P(0)->kind == LUA_TOKEN_STRING)
    return syntax_say(v, out, *P(0), P(0)->length,
                      syntax_fix(v, P(0)->text, end_of(P(0)), arena_printf(v->arena, "[%.*s]", (int)P(0)->length, P(0)->text)),
                      "a key in quotes is written in brackets: [%s]", quoted(v, P(0)));
  int i = 0;
  while (i + 1 < SEEN_BEFORE && P(i + 1)->length && touch(P(i + 1), P(i))) i++;
  const char *key = arena_bytes(v->arena, P(i)->text, (size_t)(end_of(P(0)) - P(i)->text));
  if (i == 0 || strlen(key) > 60) return false;
  const char *good = arena_printf(v->arena, "[\"%s\"]", key);
  return syntax_say(v, out, *P(i), strlen(key), syntax_fix(v, P(i)->text, end_of(P(0)), good),
                    "a key with other characters than letters, digits and '_' is written %s", good);
}

static bool function_shape(const syntax_view *v, syntax_mistake *out) {
  if (lua_token_is(P(0), "function") && strstr(v->said, "'(' expected"))
    return syntax_say(v, out, v->at, v->at.length, syntax_fix(v, v->at.text, v->at.text, "("),
                      "what a function takes is in parentheses: function (model, host)");
  if (lua_token_is(&v->at, "{") && lua_token_is(P(0), ")") && v->depth && lua_token_is(&top(v)->token, "function"))
    return syntax_say(v, out, v->at, 1, syntax_fix(v, v->at.text, end_of(&v->at), ""),
                      "a function is not in braces in Lua: write function (...) ... end");
  if (lua_token_is(&v->at, "in") && strstr(v->said, "'then' expected"))
    return syntax_say(v, out, v->at, 2, NULL, "Lua has no 'in' for this: compare with each, as in model.id == \"a\" or model.id == \"b\"");
  return false;
}

syntax_rule *const syntax_gaps[] = { word_without_quotes,
                                     colon,
                                     square_list,
                                     value_without_quotes,
                                     syntax_number,
                                     bad_escape,
                                     rule_without_parentheses,
                                     foreign_statement,
                                     comma_between,
                                     no_operand,
                                     block_shape,
                                     key_shape,
                                     function_shape,
                                     two_commas,
                                     no_value,
                                     one_too_many,
                                     unclosed,
                                     missing_comma,
                                     bare_words,
                                     NULL };

/* lua_slips: the mistakes that people make in a Lua text that does not compile, those above all who know another language better. Each rule
 * knows one kind, by the tokens around the one at which Lua stopped: here, what is foreign to Lua. */
#include "library/definitions/lua_syntax.h"

#include "util/text.h"
#include "util/utf8.h"

#include <stdlib.h>
#include <string.h>

/* ---- one character ---- */

typedef struct foreign {
  codepoint from, to;
  const char *name, *instead; /* what Lua has */
  char own[2];
} foreign;

static const foreign FOREIGN[] = {
  { 0x60, 0x60, "a backtick", "\"", "" },
  { 0xa0, 0xa0, "a no-break space", " ", "" },
  { 0xab, 0xab, "a typographic quote", "\"", "" },
  { 0xbb, 0xbb, "a typographic quote", "\"", "" },
  { 0xad, 0xad, "a soft hyphen", "", "" },
  { 0xd7, 0xd7, "a multiplication sign", "*", "" },
  { 0x2000, 0x200a, "a space that is not an ordinary one", " ", "" },
  { 0x200b, 0x200f, "an invisible character", "", "" },
  { 0x2010, 0x2015, "a typographic dash", "-", "" },
  { 0x2018, 0x201f, "a typographic quote", "\"", "" },
  { 0x2026, 0x2026, "a typographic ellipsis", "...", "" },
  { 0x202f, 0x202f, "a space that is not an ordinary one", " ", "" },
  { 0x2032, 0x2033, "a typographic quote", "\"", "" },
  { 0x2039, 0x203a, "a typographic quote", "\"", "" },
  { 0x205f, 0x205f, "a space that is not an ordinary one", " ", "" },
  { 0x2060, 0x2064, "an invisible character", "", "" },
  { 0x2192, 0x2192, "an arrow", "=", "" },
  { 0x2212, 0x2212, "a typographic minus", "-", "" },
  { 0x2260, 0x2260, "a typographic sign", "~=", "" },
  { 0x2264, 0x2264, "a typographic sign", "<=", "" },
  { 0x2265, 0x2265, "a typographic sign", ">=", "" },
  { 0x3000, 0x3000, "a space that is not an ordinary one", " ", "" },
  { 0x3001, 0x3001, "a comma of another script", ",", "" },
  { 0x300c, 0x300f, "a typographic quote", "\"", "" },
  { 0xfeff, 0xfeff, "an invisible character", "", "" },
  { 0xff02, 0xff02, "a full-width quote", "\"", "" },
};

static const foreign *foreign_of(codepoint c, foreign *wide) {
  for (size_t i = 0; i < sizeof FOREIGN / sizeof *FOREIGN; i++)
    if (c >= FOREIGN[i].from && c <= FOREIGN[i].to) return &FOREIGN[i];
  if (c < 0xff01 || c > 0xff5e) return NULL;
  *wide = (foreign){ c, c, "a full-width character", wide->own, { (char)(c - 0xfee0), '\0' } };
  return wide;
}

/* The text with what Lua has in place of each such character. */
static const char *plain(const syntax_view *v, const char *s, const char *end) {
  strbuf b = { .arena = v->arena };
  codepoint c;
  for (size_t n; s < end; s += n) {
    foreign wide;
    n = utf8_read(s, &c);
    const foreign *f = (unsigned char)*s >= 0x80 || *s == '`' ? foreign_of(c, &wide) : NULL;
    if (f)
      strbuf_add(&b, f->instead);
    else
      strbuf_bytes(&b, s, n);
  }
  return strbuf_text(&b);
}

/* Up to the quote that closes it, or it alone. */
static size_t quoted_length(const syntax_view *v, const lua_token *quote) {
  const text_line line = syntax_line(v, quote->text);
  codepoint c;
  for (const char *s = end_of(quote), *end = line.at + line.length; s < end; s += utf8_read(s, &c)) {
    foreign wide;
    utf8_read(s, &c);
    const foreign *f = c >= 0x80 || c == '`' ? foreign_of(c, &wide) : NULL;
    if (c == '"' || (f && text_is(f->instead, "\""))) return (size_t)(s - quote->text) + utf8_length(s);
  }
  return quote->length;
}

static bool say_foreign(const syntax_view *v, syntax_mistake *out, lua_token at, const foreign *f, codepoint c) {
  const text_line line = syntax_line(v, at.text);
  const char *end = line.at + line.length, *fix = line.length > 400 ? NULL : syntax_fix(v, line.at, end, plain(v, line.at, end));
  while (fix && (*fix == ' ' || *fix == '\t')) fix++;
  if (text_is(f->instead, "\""))
    return syntax_say(v, out, at, quoted_length(v, &at), fix, "%s (U+%04X): strings are written in straight quotes, \"...\"", f->name,
                      (unsigned)c);
  const char *advice = text_is(f->instead, " ") ? "write an ordinary space"
                       : *f->instead            ? arena_printf(v->arena, "write '%s'", f->instead)
                                                : "delete it";
  return syntax_say(v, out, at, at.length, fix, "%s (U+%04X): %s", f->name, (unsigned)c, advice);
}

static bool character(const syntax_view *v, syntax_mistake *out) {
  lua_token at = v->at;
  codepoint c;
  foreign wide;
  if (at.kind != LUA_TOKEN_BAD || ((unsigned char)*at.text < 0x80 && *at.text != '`')) return false;
  char copy[5] = { 0 };
  memcpy(copy, at.text, at.length < 4 ? at.length : 4);
  utf8_read(copy, &c);
  if (c == UTF8_INVALID)
    return syntax_say(v, out, at, 1, NULL, "is not UTF-8 (byte 0x%02X): save the file as UTF-8", (unsigned)(unsigned char)*at.text);
  const foreign *f = foreign_of(c, &wide);
  if (f) return say_foreign(v, out, at, f, c);
  return syntax_say(v, out, at, at.length, NULL,
                    "'%s' is outside a string: words have only the letters a to z, digits and '_', and everything else is in quotes", copy);
}

/* ---- what does not end ---- */

static const foreign *foreign_in(const lua_token *t, const char **where, codepoint *c, foreign *wide) {
  for (const char *s = t->text; s < end_of(t); s += utf8_read(s, c)) {
    utf8_read(s, c);
    const foreign *f = *c >= 0x80 && *c != UTF8_INVALID ? foreign_of(*c, wide) : NULL;
    *where = s;
    if (f && text_is(f->instead, "\"")) return f;
  }
  return NULL;
}

static bool unclosed_text(const syntax_view *v, syntax_mistake *out) {
  lua_token at = v->at;
  const char *where = NULL;
  codepoint c;
  foreign wide;
  if (at.kind != LUA_TOKEN_BAD) return false;
  if (syntax_starts(v, at.text, "--["))
    return syntax_say(v, out, at, 4, NULL, "this comment is never closed: write ]] after it, or begin each of its lines with --");
  if (*at.text == '[') return syntax_say(v, out, at, 2, NULL, "this string is never closed: write ]] after it");
  if (*at.text != '"' && *at.text != '\'') return false;
  const foreign *f = foreign_in(&at, &where, &c, &wide);
  const text_line line = syntax_line(v, at.text);
  const char *end = line.at + line.length;
  if (f) {
    const char *fix = syntax_fix(v, where, end, plain(v, where, end));
    return syntax_say(v, out, at, at.length, fix, "a string that begins with %c ends with %s (U+%04X): write %c", *at.text, f->name,
                      (unsigned)c, *at.text);
  }
  const char *other = memchr(at.text, *at.text == '"' ? '\'' : '"', at.length), quotes[2] = { *at.text, '\0' };
  if (other)
    return syntax_say(v, out, at, (size_t)(other + 1 - at.text), syntax_fix(v, other, other + 1, quotes),
                      "a string that begins with %c ends with %c: write %c", *at.text, *other, *at.text);
  const char *comma = memchr(at.text, ',', at.length);
  if (comma) end = comma;
  while (end > at.text + 1 && strchr(" \t,}", end[-1])) end--;
  return syntax_say(v, out, at, (size_t)(end - at.text), syntax_fix(v, end, end, quotes),
                    "this string is never closed: %s is missing at its end", quotes);
}

/* "openai-chat”, base_url = " and "openai-chat, base_url = ": strings that end where the next should begin. */
static bool swallowed(const syntax_view *v, syntax_mistake *out) {
  const lua_token *t = P(0);
  const char *where = NULL, *comma = t->kind == LUA_TOKEN_STRING ? memchr(t->text, ',', t->length) : NULL;
  codepoint c;
  foreign wide;
  if (t->kind != LUA_TOKEN_STRING || *t->text == '[') return false;
  const foreign *f = foreign_in(t, &where, &c, &wide);
  if (f)
    return syntax_say(v, out, *t, (size_t)(where - t->text) + utf8_length(where),
                      syntax_fix(v, where, where + utf8_length(where), arena_printf(v->arena, "%c", *t->text)),
                      "a string that begins with %c ends with %s (U+%04X): write %c", *t->text, f->name, (unsigned)c, *t->text);
  const char quotes[2] = { *t->text, '\0' }, *last = end_of(t) - 1;
  if (comma && touch(t, &v->at) && t->length > 3) {
    const char *rest = comma + 1;
    while (rest < last && *rest == ' ') rest++;
    if (rest == last || memchr(comma, '=', (size_t)(end_of(t) - comma)))
      return syntax_say(v, out, *t, (size_t)(comma - t->text), syntax_fix(v, comma, comma, quotes),
                        "this string is never closed: %s is missing at its end", quotes);
  }
  if (*t->text != '\'' || !touch(t, &v->at) || !is_name(&v->at)) return false;
  return syntax_say(v, out, *t, t->length, NULL, "this string ends at its second ': write one with a ' in double quotes");
}

/* ---- numbers ---- */

static const char *const UNITS[][2] = { { "k", "K" },
                                        { "K", "K" },
                                        { "tokens", "" },
                                        { "ktokens", "K" },
                                        { "m", "M" },
                                        { "M", "M" },
                                        { "s", "seconds" },
                                        { "sec", "seconds" },
                                        { "secs", "seconds" },
                                        { "second", "seconds" },
                                        { "seconds", "seconds" },
                                        { "min", "minutes" },
                                        { "mins", "minutes" },
                                        { "minute", "minutes" },
                                        { "minutes", "minutes" },
                                        { "h", "hours" },
                                        { "hour", "hours" },
                                        { "hours", "hours" },
                                        { "d", "days" },
                                        { "day", "days" },
                                        { "days", "days" } };

/* Of a number for the field `name`; NULL: none. */
static const char *unit_of(const char *s, size_t length, const lua_token *name) {
  static const char *const times[] = { "timeout", "keep_stale", "deadline", "warn_ahead", "billed_holds", "every", "ttl" };
  bool time = false;
  for (size_t i = 0; i < sizeof times / sizeof *times; i++) time = time || lua_token_is(name, times[i]);
  if (time && length == 1 && *s == 'm') return "minutes";
  for (size_t i = 0; i < sizeof UNITS / sizeof *UNITS; i++)
    if (strlen(UNITS[i][0]) == length && memcmp(UNITS[i][0], s, length) == 0) return UNITS[i][1];
  return NULL;
}

static size_t digits_of(const char *s, size_t length) {
  size_t n = 0;
  while (n < length && ((s[n] >= '0' && s[n] <= '9') || s[n] == '.')) n++;
  return n;
}

static bool say_unit(const syntax_view *v, syntax_mistake *out, lua_token at, const char *end, int digits, const char *unit) {
  if (*unit && digits > 1 && at.text[digits - 1] == '.') digits--; /* 24.hours */
  const char *good = *unit ? arena_printf(v->arena, "%.*s * %s", digits, at.text, unit) : arena_printf(v->arena, "%.*s", digits, at.text);
  return syntax_say(v, out, at, (size_t)(end - at.text), syntax_fix(v, at.text, end, good), "'%.*s' is not a number: write %s",
                    (int)(end - at.text), at.text, good);
}

bool syntax_number(const syntax_view *v, syntax_mistake *out) {
  lua_token at = v->at;
  if (at.kind == LUA_TOKEN_NAME && P(0)->kind == LUA_TOKEN_NUMBER && same_line(P(0), &at)) { /* 30 seconds */
    const char *unit = unit_of(at.text, at.length, P(2));
    return unit && say_unit(v, out, *P(0), end_of(&at), (int)P(0)->length, unit);
  }
  if (lua_token_is(&at, "$") && N(0)->kind == LUA_TOKEN_NUMBER)
    return syntax_say(v, out, at, (size_t)(end_of(N(0)) - at.text), syntax_fix(v, at.text, at.text + 1, ""),
                      "a price is a number of US dollars per million tokens, without a sign");
  if (at.kind != LUA_TOKEN_BAD || *at.text < '0' || *at.text > '9' || at.length > 40) return false;
  const size_t digits = digits_of(at.text, at.length);
  const char *unit = unit_of(at.text + digits, at.length - digits, P(1));
  if (unit) return say_unit(v, out, at, end_of(&at), (int)digits, unit);
  if (at.length == digits + 2 && syntax_starts(v, at.text + digits, "ms")) {
    const char *good = arena_printf(v->arena, "%.4g * seconds", strtod(at.text, NULL) / 1000);
    return syntax_say(v, out, at, at.length, syntax_fix(v, at.text, end_of(&at), good), "'%s' is not a number: write %s", quoted(v, &at),
                      good);
  }
  strbuf b = { .arena = v->arena };
  bool grouped = true;
  for (size_t i = 0; i < at.length; i++) {
    grouped = grouped && (at.text[i] == '_' || (at.text[i] >= '0' && at.text[i] <= '9'));
    if (at.text[i] != '_') strbuf_bytes(&b, at.text + i, 1);
  }
  if (grouped)
    return syntax_say(v, out, at, at.length, syntax_fix(v, at.text, end_of(&at), strbuf_text(&b)),
                      "'%.*s' is not a number: write its digits without '_', %s", (int)at.length, at.text, strbuf_text(&b));
  const char *text = arena_printf(v->arena, "\"%.*s\"", (int)at.length, at.text);
  return syntax_say(v, out, at, at.length, syntax_fix(v, at.text, end_of(&at), text), "'%s' is not a number: a string is written in quotes",
                    quoted(v, &at));
}

/* ---- comments of other languages ---- */

static bool say_comment(const syntax_view *v, syntax_mistake *out, lua_token at) {
  const size_t length = *at.text == '#' ? 1 : 2;
  const text_line line = syntax_line(v, at.text);
  const char *end = line.at + line.length;
  const char *rest = arena_bytes(v->arena, at.text + length, (size_t)(end - at.text) - length), *close = strstr(rest, "*/");
  const char *with = arena_printf(v->arena, "--%.*s", (int)(close ? (size_t)(close - rest) : strlen(rest)), rest);
  const bool over_lines = at.text[1] == '*' && !close;
  return syntax_say(v, out, at, length, over_lines ? NULL : syntax_fix(v, at.text, end, with),
                    over_lines ? "a comment over several lines is written --[[ ... ]] in Lua" : "a comment begins with -- in Lua");
}

static bool begins_comment(const syntax_view *v, const lua_token *t) {
  if (!t->length || t->kind != LUA_TOKEN_SYMBOL) return false;
  const char next = end_of(t) < v->end ? *end_of(t) : '\n';
  const bool apart = next == ' ' || next == '\t' || next == '#' || next == '\n' || syntax_is_first(v, t->text);
  return (*t->text == '#' && apart) || lua_token_is(t, "//") || syntax_starts(v, t->text, "/*");
}

static bool comment(const syntax_view *v, syntax_mistake *out) {
  const bool url = lua_token_is(&v->at, "//") && lua_token_is(P(0), ":");
  if (url) return false;
  if (begins_comment(v, &v->at)) return say_comment(v, out, v->at);
  for (int i = SEEN_BEFORE - 1; i >= 0; i--) /* what follows it may look like Lua for a while */
    if (v->at.line - P(i)->line <= 1 && begins_comment(v, P(i))) return say_comment(v, out, *P(i));
  return false;
}

/* ---- operators of other languages ---- */

static bool foreign_operator(const syntax_view *v, syntax_mistake *out) {
  static const char *const operators[][2] = { { "!==", "~=" }, { "===", "==" }, { "!=", "~=" }, { "<>", "~=" }, { "&&", "and" },
                                              { "||", "or" },  { "=>", "=" },   { "->", "=" },  { ":=", "=" },  { "??", "or" } };
  const char *const places[] = { v->at.text, P(0)->length && touch(P(0), &v->at) ? P(0)->text : NULL };
  for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
    for (size_t k = 0; k < 2; k++) {
      if (!places[k] || !syntax_starts(v, places[k], operators[i][0])) continue;
      const lua_token at = k ? *P(0) : v->at;
      const lua_token *left = k ? P(1) : P(0);
      if (operators[i][0][1] == '>' && strchr("=-", *operators[i][0]) && v->depth && lua_token_is(&v->open[v->depth - 1].token, "(") &&
          (is_name(left) || lua_token_is(left, ")")))
        return syntax_say(v, out, at, 2, NULL, "a function is written function (model, host) ... end in Lua");
      const size_t length = strlen(operators[i][0]);
      return syntax_say(v, out, at, length, syntax_fix(v, at.text, at.text + length, operators[i][1]), "'%s' is written '%s' in Lua",
                        operators[i][0], operators[i][1]);
    }
  if (lua_token_is(&v->at, "!"))
    return syntax_say(v, out, v->at, 1, syntax_fix(v, v->at.text, v->at.text + 1, "not "), "'!' is written 'not' in Lua");
  if (lua_token_is(&v->at, "?")) return syntax_say(v, out, v->at, 1, NULL, "Lua has no 'a ? b : c': write a and b or c");
  return false;
}

/* x += 1, x++ */
static bool assigning_operator(const syntax_view *v, syntax_mistake *out) {
  const lua_token *t = &v->at;
  if (!is_name(P(0)) || t->length != 1 || !strchr("+-*/", *t->text) || !touch(t, N(0))) return false;
  const bool twice = lua_token_is(N(0), "+");
  if (!twice && !lua_token_is(N(0), "=")) return false;
  const char *way =
      arena_printf(v->arena, "%.*s = %.*s %c %s", (int)P(0)->length, P(0)->text, (int)P(0)->length, P(0)->text, *t->text, twice ? "1" : "");
  const char *rest = end_of(N(0));
  while (!twice && rest < v->end && *rest == ' ') rest++;
  return syntax_say(v, out, *t, 2, syntax_fix(v, P(0)->text, rest, way), "Lua has no '%c%c': write %s%s", *t->text, *N(0)->text, way,
                    twice ? "" : "...");
}

/* ---- statements of other languages ---- */

static bool no_continue(const syntax_view *v, syntax_mistake *out) {
  const lua_token *t = lua_token_is(&v->at, "continue") ? &v->at : P(0);
  const lua_token *before = t == P(0) ? P(1) : P(0);
  if (!lua_token_is(t, "continue") || lua_token_is(before, "goto") || lua_token_is(before, "::") || lua_token_is(before, ".")) return false;
  return syntax_say(v, out, *t, t->length, syntax_fix(v, t->text, end_of(t), "goto continue"),
                    "Lua has no 'continue': write goto continue, and ::continue:: before the end of the loop");
}

const char *syntax_expression_end(const syntax_view *v, const char *from) {
  const text_line line = syntax_line(v, from);
  int depth = 0;
  const char *s = from;
  for (; s < line.at + line.length; s++) {
    if (strchr("([{", *s)) depth++;
    if (strchr(")]}", *s) && depth-- == 0) break;
    if (*s == ',' && !depth) break;
  }
  while (s > from && s[-1] == ' ') s--;
  return s;
}

/* lambda x: x + 1 */
static bool lambda(const syntax_view *v, syntax_mistake *out) {
  const lua_token *t = NULL;
  for (int i = 0; i < SEEN_BEFORE && !t; i++)
    if (lua_token_is(P(i), "lambda")) t = P(i);
  if (!t || !same_line(t, &v->at)) return false;
  const text_line line = syntax_line(v, t->text);
  const char *colon = memchr(t->text, ':', (size_t)(line.at + line.length - t->text)), *args = end_of(t), *body = colon ? colon + 1 : NULL;
  if (!colon) return false;
  args += strspn(args, " ");
  body += strspn(body, " ");
  const char *end = syntax_expression_end(v, body);
  const char *way = arena_printf(v->arena, "function (%.*s) return %.*s end", (int)(colon - args), args, (int)(end - body), body);
  return syntax_say(v, out, *t, t->length, end > body ? syntax_fix(v, t->text, end, way) : NULL,
                    "a function is written function (...) return ... end in Lua");
}

/* ---- files in other languages, and in none ---- */

/* What is copied with the frame of its block. */
static bool fence(const syntax_view *v, syntax_mistake *out) {
  if (!v->at.length || !syntax_starts(v, v->at.text, "```") || !syntax_is_first(v, v->at.text)) return false;
  return syntax_say(v, out, v->at, syntax_line(v, v->at.text).length, NULL, A_FENCE);
}

/* A path or an address alone in its line. */
static bool bare_path(const syntax_view *v, syntax_mistake *out) {
  const bool path = lua_token_is(&v->at, "/") || lua_token_is(&v->at, "~");
  const bool url = lua_token_is(&v->at, "//") && lua_token_is(P(0), ":") && is_name(P(1));
  const lua_token at = url ? *P(1) : v->at;
  if (!(path || url) || !syntax_is_first(v, at.text)) return false;
  const char *end = syntax_word_end(v, at.text);
  return syntax_say(v, out, at, (size_t)(end - at.text), NULL,
                    url ? "an address is the value of a key: write base_url = \"https://...\" in a block"
                        : "a path is the value of a key, and in quotes: write list = get \"/models\" in a block");
}

static bool conflict(const syntax_view *v, syntax_mistake *out) {
  static const char *const marks[] = { "<<<<<<<", "=======", ">>>>>>>", "|||||||" };
  for (int i = -1; i < SEEN_BEFORE; i++) {
    const lua_token *t = i < 0 ? &v->at : P(i);
    for (size_t k = 0; t->length && t->column == 1 && k < sizeof marks / sizeof *marks; k++)
      if (syntax_starts(v, t->text, marks[k]))
        return syntax_say(v, out, *t, 7, NULL,
                          "a merge conflict is not resolved here: keep one of the two versions, and delete the lines with the marks");
  }
  return false;
}

#define AS_BLOCK "write provider \"NAME\" { protocol = \"openai-chat\", ... }"

static bool other_language(const syntax_view *v, syntax_mistake *out) {
  const lua_token *t = &v->at, *before = P(0);
  const bool begins = !before->length;
  if (v->depth) return false;
  if (begins && lua_token_is(t, "{"))
    return syntax_say(v, out, *t, 1, NULL,
                      "this is JSON or a Lua table without a verb: give the file a name that ends in .json, or " AS_BLOCK);
  if (begins && lua_token_is(t, "<"))
    return syntax_say(v, out, *t, 1, NULL, "this is HTML or XML: a file of definitions has Lua, or JSON where its name ends in .json");
  if (lua_token_is(t, "[") && syntax_is_first(v, t->text)) {
    const text_line line = syntax_line(v, t->text);
    return syntax_say(v, out, *t, line.length, NULL, "this is TOML or INI, and a .lua file has Lua: " AS_BLOCK);
  }
  const bool list = lua_token_is(t, "-") && syntax_is_first(v, t->text),
             pair = lua_token_is(before, ":") && is_name(P(1)) && syntax_is_first(v, P(1)->text);
  const bool nested = lua_token_is(t, ":") && is_name(before) && lua_token_is(P(1), ":") && is_name(P(2));
  if (list || pair || nested) {
    const lua_token *first = list ? t : pair ? P(1) : P(2);
    return syntax_say(v, out, *first, first->length, NULL, "this is YAML, and a .lua file has Lua: " AS_BLOCK);
  }
  return false;
}

syntax_rule *const syntax_slips[] = {
  conflict,           fence,       character, unclosed_text,  swallowed, comment, bare_path, foreign_operator,
  assigning_operator, no_continue, lambda,    other_language, NULL
};

/* json_syntax: what is wrong with a text that is not JSON, where, and the line to write instead. One walk over the text, which remembers
 * the brackets that are open and what may come next; the first token that may not is explained. It is asked only once a file was refused.
 */
#include "library/definitions/json_syntax.h"

#include "util/clock.h"
#include "util/text.h"
#include "util/utf8.h"

#include <string.h>

typedef enum expected { A_VALUE, A_FIRST_VALUE, A_KEY, A_FIRST_KEY, A_COLON, A_COMMA, THE_END } expected;

enum { DEEPEST = 70 };

typedef struct walk {
  const syntax_view *v;
  const char *at; /* the token that is looked at */
  size_t length;
  const char *before; /* the one before it, and its end */
  const char *before_end;
  const char *open[DEEPEST];
  size_t depth;
  expected next;
} walk;

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
static bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80 ||
         (c && strchr("_+-.$", c));
}
static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static lua_token token_at(const syntax_view *v, const char *at, size_t length) {
  lua_token t = { .kind = LUA_TOKEN_SYMBOL, .text = at, .length = length, .line = 1, .column = 1 };
  const char *begin = syntax_line(v, at).at;
  for (const char *s = v->text; s < begin; s++) t.line += *s == '\n';
  for (const char *s = begin; s < at; s++) t.column += (*s & 0xc0) != 0x80;
  return t;
}

#define SAY(w, from, bytes, fix, ...)                                                                                                      \
  syntax_say((w)->v, out, token_at((w)->v, (from), (bytes)), (bytes), fix, "is not valid JSON: " __VA_ARGS__)
#define INSTEAD(w, from, to, with) syntax_fix((w)->v, (from), (to), (with))

static const char *show(const walk *w, const char *at, size_t length) {
  return key_may_be(at, length) ? "..." : text_clean(w->v->arena, at, length, 60);
}

/* ---- tokens ---- */

/* Of a string in these quotes; without the closing one where it does not end in its line. */
static size_t string_length(const walk *w, const char *s) {
  const char *end = s + 1;
  while (end < w->v->end && *end != *s && *end != '\n') end += *end == '\\' && end + 1 < w->v->end && end[1] != '\n' ? 2 : 1;
  return (size_t)(end - s) + (end < w->v->end && *end == *s);
}

static bool step(walk *w) {
  w->before = w->at;
  w->before_end = w->at + w->length;
  const char *s = w->before_end;
  while (s < w->v->end && is_blank(*s)) s++;
  w->at = s;
  w->length = 0;
  if (s == w->v->end) return false;
  w->length = *s == '"' || *s == '\'' ? string_length(w, s) : 1;
  while (is_word(*s) && s + w->length < w->v->end && is_word(s[w->length])) w->length++;
  return true;
}

/* ---- what is wrong with one token, wherever it is ---- */

static bool explain_comment(const walk *w, syntax_mistake *out) {
  const bool block = syntax_starts(w->v, w->at, "/*");
  if (!block && !syntax_starts(w->v, w->at, "//") && *w->at != '#' && !syntax_starts(w->v, w->at, "--")) return false;
  const text_line line = syntax_line(w->v, w->at);
  const char *end = line.at + line.length, *close = block ? memmem(w->at, (size_t)(end - w->at), "*/", 2) : NULL;
  if (close) end = close + 2;
  const char *fix = INSTEAD(w, w->at, end, "");
  return SAY(w, w->at, (size_t)(end - w->at), fix && *fix ? fix : NULL, "it has no comments: remove this one");
}

static bool explain_conflict(const walk *w, syntax_mistake *out) {
  static const char *const marks[] = { "<<<<<<<", "=======", ">>>>>>>" };
  if (syntax_starts(w->v, w->at, "```")) return SAY(w, w->at, syntax_line(w->v, w->at).length, NULL, A_FENCE);
  for (size_t i = 0; i < 3; i++)
    if (syntax_starts(w->v, w->at, marks[i]))
      return SAY(w, w->at, 7, NULL, "a merge conflict is not resolved here: keep one of the two versions");
  return false;
}

/* The string with two backslashes for each that does not stand before a quote. */
static const char *doubled(const walk *w) {
  strbuf b = { .arena = w->v->arena };
  for (const char *s = w->at, *end = w->at + w->length; s < end; s++) {
    strbuf_bytes(&b, s, 1);
    if (*s == '\\' && s[1] != '"') strbuf_add(&b, "\\");
    if (*s == '\\' && s[1] == '\\') s++;
  }
  return strbuf_text(&b);
}

/* The same in double quotes; NULL where it has no end. */
static const char *requoted(const walk *w) {
  strbuf b = { .arena = w->v->arena };
  const char *end = w->at + w->length - 1;
  if (w->length < 2 || *end != '\'') return NULL;
  strbuf_add(&b, "\"");
  for (const char *s = w->at + 1; s < end; s++) {
    if (*s == '"') strbuf_add(&b, "\\");
    if (*s == '\\' && s + 1 < end && *++s != '\'') strbuf_add(&b, "\\");
    strbuf_bytes(&b, s, 1);
  }
  strbuf_add(&b, "\"");
  return strbuf_text(&b);
}

static size_t digits_of_escape(const char *s) { return s[1] == 'u' ? strspn(s + 2, "0123456789abcdefABCDEF") : 0; }

/* UTF-16 writes a character outside of the first 65,536 as two: first d800 to dbff, then dc00 to dfff. */
static bool is_half(const char *s, const char *third) {
  return *s == '\\' && digits_of_escape(s) >= 4 && (s[2] == 'd' || s[2] == 'D') && strchr(third, s[3]);
}

static bool is_first_half(const char *s) { return is_half(s, "89abAB"); }
static bool is_second_half(const char *s) { return is_half(s, "cdefCDEF"); }

static size_t escape_length(const char *s) { return is_first_half(s) ? 12 : s[1] == 'u' ? 6 : 2; }

/* s: at a backslash in a string that is closed. */
static bool explain_escape(const walk *w, const char *s, syntax_mistake *out) {
  const char *end = w->at + w->length;
  const size_t digits = digits_of_escape(s);
  if (s[1] == '\'') return SAY(w, s, 2, INSTEAD(w, s, s + 2, "'"), "a single quote in a string has no '\\' before it");
  if (!strchr("\"\\/bfnrtu", s[1]) || (s[1] == 'u' && !digits))
    return SAY(w, s, 2, INSTEAD(w, w->at, end, doubled(w)), "a '\\' in a string begins an escape: in a path write '/', elsewhere '\\\\'");
  if (s[1] != 'u') return false;
  if (digits < 4) return SAY(w, s, 2 + digits, NULL, "'\\u' is followed by four hexadecimal digits, as in \\u00e9");
  if (strncmp(s + 2, "0000", 4) == 0) return SAY(w, s, 6, INSTEAD(w, s, s + 6, ""), "a string has no zero byte: remove '\\u0000'");
  if (is_second_half(s) || (is_first_half(s) && !is_second_half(s + 6)))
    return SAY(w, s, 6, NULL, "'%.6s' is half of a character: write both halves, as in \\ud83d\\ude00, or the character itself", s);
  return false;
}

static bool explain_string(const walk *w, syntax_mistake *out) {
  const char *end = w->at + w->length;
  if (*w->at == '\'') {
    const char *good = requoted(w);
    return SAY(w, w->at, w->length, good ? INSTEAD(w, w->at, end, good) : NULL, "keys and strings are written in double quotes");
  }
  if (*w->at != '"') return false;
  if (w->length < 2 || end[-1] != '"') {
    while (end > w->at + 1 && strchr(" \t\r,}", end[-1])) end--;
    return SAY(w, w->at, (size_t)(end - w->at), INSTEAD(w, end, end, "\""), "this string is never closed: \" is missing at its end");
  }
  for (const char *s = w->at + 1; s < end - 1; s++) {
    if ((unsigned char)*s < 0x20)
      return SAY(w, s, 1, *s == '\t' ? INSTEAD(w, s, s + 1, "\\t") : NULL,
                 "a control character in a string is written as an escape, a tab as \\t");
    if (*s != '\\') continue;
    if (explain_escape(w, s, out)) return true;
    s += escape_length(s) - 1;
  }
  return false;
}

/* Typographic quotes, and bytes that are no text. */
static bool explain_character(const walk *w, syntax_mistake *out) {
  codepoint c;
  if ((unsigned char)*w->at < 0x80) return false;
  const size_t n = utf8_read(w->at, &c);
  if (w->at == w->v->text && (syntax_starts(w->v, w->at, "\xff\xfe") || syntax_starts(w->v, w->at, "\xfe\xff")))
    return SAY(w, w->at, 1, NULL, AS_UTF16);
  if (c == UTF8_INVALID)
    return SAY(w, w->at, 1, NULL, "a byte is not UTF-8 (0x%02X): save the file as UTF-8", (unsigned)(unsigned char)*w->at);
  const bool quote = (c >= 0x2018 && c <= 0x201f) || c == 0xab || c == 0xbb;
  if (!quote) return SAY(w, w->at, n, NULL, "a character is outside a string (U+%04X): remove it", (unsigned)c);
  const text_line line = syntax_line(w->v, w->at);
  strbuf b = { .arena = w->v->arena };
  for (const char *s = line.at; s < line.at + line.length;) {
    codepoint one;
    const size_t length = utf8_read(s, &one);
    if ((one >= 0x2018 && one <= 0x201f) || one == 0xab || one == 0xbb)
      strbuf_add(&b, "\"");
    else
      strbuf_bytes(&b, s, length);
    s += length;
  }
  const char *fix = INSTEAD(w, line.at, line.at + line.length, strbuf_text(&b));
  while (fix && is_blank(*fix)) fix++;
  return SAY(w, w->at, w->length, fix, "a typographic quote (U+%04X): strings are written in straight quotes, \"...\"", (unsigned)c);
}

static bool is_json_number(const char *s, size_t length) {
  const char *end = s + length;
  if (s < end && *s == '-') s++;
  if (s == end || !is_digit(*s) || (*s == '0' && s + 1 < end && is_digit(s[1]))) return false;
  while (s < end && is_digit(*s)) s++;
  if (s < end && *s == '.') {
    if (++s == end || !is_digit(*s)) return false;
    while (s < end && is_digit(*s)) s++;
  }
  if (s < end && (*s == 'e' || *s == 'E')) {
    s++;
    if (s < end && (*s == '+' || *s == '-')) s++;
    if (s == end || !is_digit(*s)) return false;
    while (s < end && is_digit(*s)) s++;
  }
  return s == end;
}

/* A number that is none: 128K, 1_000. */
static bool explain_number(const walk *w, syntax_mistake *out) {
  strbuf b = { .arena = w->v->arena };
  size_t digits = 0;
  while (digits < w->length && (is_digit(w->at[digits]) || w->at[digits] == '_')) {
    if (w->at[digits] != '_') strbuf_bytes(&b, w->at + digits, 1);
    digits++;
  }
  const char last = digits + 1 == w->length ? w->at[digits] : digits == w->length ? '\0' : '?';
  const bool thousands = last == 'K' || last == 'k', millions = last == 'M' || last == 'm';
  const char *good = !last       ? strbuf_text(&b)
                     : thousands ? arena_printf(w->v->arena, "%s000", strbuf_text(&b))
                     : millions  ? arena_printf(w->v->arena, "%s000000", strbuf_text(&b))
                                 : NULL;
  if (good && *good == '0') good = NULL;
  const char *date = w->length < 11 ? arena_bytes(w->v->arena, w->at, w->length) : "";
  if (strchr(date, '-') && date_is_valid(date))
    return SAY(w, w->at, w->length, INSTEAD(w, w->at, w->at + w->length, arena_printf(w->v->arena, "\"%s\"", date)),
               "'%s' is not a number: a date is written in quotes", date);
  return SAY(w, w->at, w->length, good ? INSTEAD(w, w->at, w->at + w->length, good) : NULL, "'%s' is not a number%s%s",
             show(w, w->at, w->length), good ? ": write " : "", good ? good : "");
}

/* False where the word is one that JSON has. */
static bool explain_word(const walk *w, syntax_mistake *out) {
  static const char *const words[][2] = { { "true", NULL },   { "false", NULL },  { "null", NULL },     { "True", "true" },
                                          { "TRUE", "true" }, { "yes", "true" },  { "False", "false" }, { "FALSE", "false" },
                                          { "no", "false" },  { "None", "null" }, { "nil", "null" },    { "undefined", "null" },
                                          { "NULL", "null" }, { "Null", "null" } };
  const char *word = arena_bytes(w->v->arena, w->at, w->length < 20 ? w->length : 20), *end = w->at + w->length;
  if (is_json_number(w->at, w->length)) return false;
  if (text_is(word, "NaN") || text_is(word, "Infinity") || text_is(word, "-Infinity"))
    return SAY(w, w->at, w->length, NULL, "'%s' is not a number that it has", word);
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (text_is(words[i][0], word))
      return words[i][1] && SAY(w, w->at, w->length, INSTEAD(w, w->at, end, words[i][1]), "'%s' is written %s", word, words[i][1]);
  if (is_digit(*w->at) || (strchr("+-.", *w->at) && w->length > 1 && is_digit(w->at[1]))) return explain_number(w, out);
  while (end < w->v->end && !is_blank(*end) && !strchr(",]}\"", *end)) end++;
  const size_t length = (size_t)(end - w->at);
  if (key_may_be(w->at, length)) return SAY(w, w->at, length, NULL, "a string is missing its quotes");
  const char *good = arena_printf(w->v->arena, "\"%.*s\"", (int)(length < 200 ? length : 200), w->at);
  return SAY(w, w->at, length, INSTEAD(w, w->at, end, good), "a string is missing its quotes: write %s", good);
}

/* ---- what may not come here ---- */

static bool explain_key(const walk *w, syntax_mistake *out) {
  const char *end = w->at + w->length, close = *w->at;
  if ((close == '}' || close == ']') && w->next == A_KEY)
    return SAY(w, w->before, 1, INSTEAD(w, w->before, w->before_end, ""), "there is no comma after the last entry: remove it");
  if (close == ',') return SAY(w, w->at, 1, INSTEAD(w, w->at, end, ""), "there is one comma too many here");
  if (is_digit(close) && *w->before == ',' && w->before > w->v->text && is_digit(w->before[-1]) && w->at == w->before_end)
    return SAY(w, w->before, 1, INSTEAD(w, w->before, w->before_end, w->length == 3 ? "" : "."),
               "a number has no comma: thousands are not divided, and a decimal is written with '.'");
  if (is_word(close)) {
    const char *good = arena_printf(w->v->arena, "\"%.*s\"", (int)w->length, w->at);
    return SAY(w, w->at, w->length, INSTEAD(w, w->at, end, good), "keys are written in double quotes: write %s",
               key_may_be(w->at, w->length) ? "\"...\"" : good);
  }
  return SAY(w, w->at, w->length, NULL, "a key in double quotes is missing here");
}

static bool explain_close(const walk *w, syntax_mistake *out) {
  const char *end = w->at + w->length;
  if (!w->depth) return SAY(w, w->at, 1, INSTEAD(w, w->at, end, ""), "this '%c' has nothing to close: remove it", *w->at);
  const char *open = w->open[w->depth - 1], good[2] = { *open == '{' ? '}' : ']', '\0' };
  return SAY(w, w->at, 1, INSTEAD(w, w->at, end, good), "a '%c' is closed by '%s', not by '%c'", *open, good, *w->at);
}

static bool explain_value(const walk *w, syntax_mistake *out) {
  const char c = *w->at;
  if (c == ']' && w->next == A_VALUE && *w->before == ',')
    return SAY(w, w->before, 1, INSTEAD(w, w->before, w->before_end, ""), "there is no comma after the last entry: remove it");
  if (strchr(",}])", c) && *w->before != ',')
    return SAY(w, w->before, (size_t)(w->before_end - w->before), NULL, "a value is missing after this");
  if (c == ',') return SAY(w, w->at, 1, INSTEAD(w, w->at, w->at + 1, ""), "there is one comma too many here");
  return SAY(w, w->at, w->length, NULL, "a value is missing here");
}

/* "openai-chat, "base_url": the string went on to where the next begins. */
static bool explain_swallowed(const walk *w, syntax_mistake *out) {
  const char *last = w->before_end - 1, *end = last;
  if (*w->before != '"' || w->at != w->before_end || !is_word(*w->at)) return false;
  while (end > w->before + 1 && strchr(", \t", end[-1])) end--;
  if (end == last) return false;
  return SAY(w, w->before, (size_t)(end - w->before), INSTEAD(w, end, end, "\""), "this string is never closed: \" is missing at its end");
}

static bool explain_comma(const walk *w, syntax_mistake *out) {
  if (strchr("}])", *w->at)) return explain_close(w, out);
  if (explain_swallowed(w, out)) return true;
  const char *end = w->at + w->length;
  if (*w->at == ';' || *w->at == ':')
    return SAY(w, w->at, 1, INSTEAD(w, w->at, end, ","), "entries are separated by ',', not by '%c'", *w->at);
  if (strchr("*+/", *w->at)) return SAY(w, w->at, 1, NULL, "it does not calculate: write the number itself");
  return SAY(w, w->before_end, 1, INSTEAD(w, w->before_end, w->before_end, ","), "a comma is missing after %s",
             show(w, w->before, (size_t)(w->before_end - w->before)));
}

static bool explain_colon(const walk *w, syntax_mistake *out) {
  const char *end = w->at + w->length;
  if (*w->at == '=' || *w->at == ';')
    return SAY(w, w->at, 1, INSTEAD(w, w->at, end + (*w->at == '=' && end < w->v->end && *end == '>'), ":"),
               "a key is followed by ':', not by '%c'", *w->at);
  return SAY(w, w->before_end, 1, INSTEAD(w, w->before_end, w->before_end, ":"), "':' is missing after the key %s",
             show(w, w->before, (size_t)(w->before_end - w->before)));
}

/* ---- the walk ---- */

static expected after_value(const walk *w) { return w->depth ? A_COMMA : THE_END; }

/* True when the token may be here, and the walk goes on. */
static bool take_value(walk *w) {
  if (*w->at == '{' || *w->at == '[') {
    if (w->depth == DEEPEST) return false;
    w->open[w->depth++] = w->at;
    w->next = *w->at == '{' ? A_FIRST_KEY : A_FIRST_VALUE;
    return true;
  }
  if (*w->at == ']' && w->next == A_FIRST_VALUE) {
    w->depth--;
    w->next = after_value(w);
    return true;
  }
  if (*w->at != '"' && !is_word(*w->at)) return false;
  w->next = after_value(w);
  return true;
}

static bool take(walk *w) {
  const char c = *w->at;
  switch (w->next) {
  case A_VALUE:
  case A_FIRST_VALUE: return take_value(w);
  case A_KEY:
  case A_FIRST_KEY:
    if (c == '}' && w->next == A_FIRST_KEY) {
      w->depth--;
      w->next = after_value(w);
      return true;
    }
    w->next = A_COLON;
    return c == '"';
  case A_COLON: w->next = A_VALUE; return c == ':';
  case A_COMMA:
    if (c == ',') w->next = *w->open[w->depth - 1] == '{' ? A_KEY : A_VALUE;
    if (c == ',') return true;
    if (c != (*w->open[w->depth - 1] == '{' ? '}' : ']')) return false;
    w->depth--;
    w->next = after_value(w);
    return true;
  default: return false;
  }
}

static bool explain_place(const walk *w, expected was, syntax_mistake *out) {
  switch (was) {
  case A_VALUE:
  case A_FIRST_VALUE: return explain_value(w, out);
  case A_KEY:
  case A_FIRST_KEY: {
    walk at_key = *w;
    at_key.next = was;
    return explain_key(&at_key, out);
  }
  case A_COLON: return explain_colon(w, out);
  case A_COMMA: return explain_comma(w, out);
  default:
    return strchr("}])", *w->at) ? explain_close(w, out)
                                 : SAY(w, w->at, w->length, NULL, "there is something after its end: a file has one object");
  }
}

static bool explain_end(const walk *w, syntax_mistake *out) {
  if (w->before_end == w->v->text) return SAY(w, w->v->text, 1, "{}", "the file is empty: write {}, or remove it");
  if (!w->depth) return false;
  const char *open = w->open[w->depth - 1], *closer = *open == '{' ? "}" : "]";
  return SAY(w, open, 1, closer, "this '%c' is never closed: '%s' is missing at the end of the file", *open, closer);
}

/* Another language, by how the file begins. */
static bool explain_language(const walk *w, syntax_mistake *out) {
  if (syntax_starts(w->v, w->at, "--") || (is_word(*w->at) && w->length > 3 && (w->at[w->length] == ' ' && w->at[w->length + 1] == '"')))
    return SAY(w, w->at, w->length, NULL, "this is Lua: give the file a name that ends in .lua");
  if (*w->at == '<' && !syntax_starts(w->v, w->at, "<<<<")) return SAY(w, w->at, 1, NULL, "this is HTML or XML");
  if (is_word(*w->at) && (w->at[w->length] == ':' || w->at[w->length] == '=' || syntax_starts(w->v, w->at + w->length, " =")))
    return SAY(w, w->at, w->length, NULL, "this is YAML or TOML: write { \"provider\": { \"NAME\": { ... } } }");
  return false;
}

bool json_syntax_explain(const syntax_view *v, syntax_mistake *out) {
  walk w = { .v = v, .at = v->text, .before = v->text, .before_end = v->text, .next = A_VALUE };
  for (bool first = true; step(&w); first = false) {
    const expected was = w.next;
    if (first && explain_language(&w, out)) return true;
    if (explain_conflict(&w, out) || explain_comment(&w, out) || explain_string(&w, out) || explain_character(&w, out)) return true;
    const bool value = was == A_VALUE || was == A_FIRST_VALUE;
    if (value && is_word(*w.at) && explain_word(&w, out)) return true;
    if (!take(&w)) return explain_place(&w, was, out);
  }
  w.before_end = w.before == w.at && w.at == v->text ? v->text : w.before_end;
  return explain_end(&w, out);
}

/* The line without the entry at `key`, where all of it is here, behind the comma of another one. */
static const char *without_entry(const syntax_view *v, text_line line, const char *behind, const char *key) {
  walk w = { .v = v, .at = behind };
  const char *comma = key;
  while (comma > line.at && is_blank(comma[-1])) comma--;
  if (comma == line.at || comma[-1] != ',') return NULL;
  for (int depth = 0; step(&w) && w.at < line.at + line.length;) {
    if (!depth && strchr(",}", *w.at)) return syntax_fix(v, comma - 1, w.before_end, "");
    depth += strchr("{[", *w.at) ? 1 : strchr("}]", *w.at) ? -1 : 0;
  }
  return NULL;
}

bool json_duplicate_explain(const syntax_view *v, const char *why, int line, syntax_mistake *out) {
  const char *near = strstr(why, "duplicate object key near '"), *s = v->text, *last = NULL;
  if (!near) return false;
  near += strlen("duplicate object key near '");
  const char *key = arena_bytes(v->arena, near, strcspn(near, "'"));
  for (int i = 1; s && i < line; i++) {
    s = memchr(s, '\n', (size_t)(v->end - s));
    if (s) s++;
  }
  if (!s || !*key) return false;
  const text_line here = syntax_line(v, s);
  for (const char *end = here.at + here.length; (s = memmem(s, (size_t)(end - s), key, strlen(key))); s++) last = s;
  return last && syntax_say(v, out, token_at(v, last, strlen(key)), strlen(key), without_entry(v, here, last + strlen(key), last),
                            "is not valid JSON: the key %s is in this object twice: remove one", key);
}

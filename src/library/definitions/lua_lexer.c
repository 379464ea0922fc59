/* lua_lexer: see lua_lexer.h. One function for each kind of token moves the cursor past it; only `step` counts lines and columns. */
#include "library/definitions/lua_lexer.h"

#include <string.h>

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
static bool is_end_of_line(char c) { return c == '\n' || c == '\r'; }
static bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/* NUL past the end. */
static char peek(const lua_lexer *l, size_t ahead) { return ahead < (size_t)(l->end - l->at) ? l->at[ahead] : '\0'; }

/* One byte, or one end of a line of two. */
static void step(lua_lexer *l) {
  const char c = *l->at++;
  if (is_end_of_line(c)) {
    if (l->at < l->end && is_end_of_line(*l->at) && *l->at != c) l->at++;
    l->line++;
    l->column = 1;
  } else if (l->at == l->end || (*l->at & 0xc0) != 0x80) { /* the last byte of a character */
    l->column++;
  }
}

static void steps(lua_lexer *l, size_t count) {
  for (; count > 0 && l->at < l->end; count--) step(l);
}

static void skip_line(lua_lexer *l) {
  while (l->at < l->end && !is_end_of_line(*l->at)) step(l);
}

/* ---- long brackets ---- */

/* The bytes of the "[==[" at this distance; 0 where there is none. */
static size_t bracket_length(const lua_lexer *l, size_t ahead, char bracket) {
  size_t n = ahead;
  if (peek(l, n++) != bracket) return 0;
  while (peek(l, n) == '=') n++;
  return peek(l, n) == bracket ? n + 1 - ahead : 0;
}

/* Past the closing bracket of this length; false at the end of the text. */
static bool skip_long(lua_lexer *l, size_t length) {
  steps(l, length);
  while (l->at < l->end) {
    const size_t closing = bracket_length(l, 0, ']');
    if (closing == length) {
      steps(l, length);
      return true;
    }
    steps(l, closing > 1 ? closing - 1 : 1); /* the last bracket may begin the next one */
  }
  return false;
}

/* ---- kinds of tokens ---- */

/* False for a comment that does not end. */
static bool skip_comment(lua_lexer *l) {
  const size_t bracket = bracket_length(l, 2, '[');
  if (!bracket) skip_line(l);
  if (!bracket) return true;
  steps(l, 2);
  return skip_long(l, bracket);
}

static bool skip_string(lua_lexer *l) {
  const char quote = *l->at;
  step(l);
  while (l->at < l->end && *l->at != quote && !is_end_of_line(*l->at)) {
    const bool skips_blanks = *l->at == '\\' && peek(l, 1) == 'z';
    steps(l, *l->at == '\\' ? 2 : 1);
    while (skips_blanks && l->at < l->end && is_blank(*l->at)) step(l);
  }
  if (l->at == l->end || *l->at != quote) return false;
  step(l);
  return true;
}

static const char *digits(const char *s, const char *end, bool hex) {
  while (s < end && (hex ? is_hex(*s) : is_digit(*s))) s++;
  return s;
}

static bool is_number(const char *s, const char *end) {
  const bool hex = end - s > 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X');
  if (hex) s += 2;
  const char *begin = s;
  s = digits(s, end, hex);
  size_t count = (size_t)(s - begin);
  if (s < end && *s == '.') {
    begin = s + 1;
    s = digits(begin, end, hex);
    count += (size_t)(s - begin);
  }
  if (count > 0 && s < end && (hex ? *s == 'p' || *s == 'P' : *s == 'e' || *s == 'E')) {
    s += 1 + (end - s > 1 && (s[1] == '+' || s[1] == '-'));
    begin = s;
    s = digits(begin, end, false);
    if (s == begin) return false;
  }
  return count > 0 && s == end;
}

/* All that looks like a part of it, so that "128K" is one token. */
static bool skip_number(lua_lexer *l) {
  const char *begin = l->at;
  const bool hex = begin[0] == '0' && (peek(l, 1) == 'x' || peek(l, 1) == 'X');
  while (l->at < l->end && (is_letter(*l->at) || is_digit(*l->at) || *l->at == '.')) {
    const char c = *l->at;
    step(l);
    const bool exponent = hex ? c == 'p' || c == 'P' : c == 'e' || c == 'E';
    if (exponent && l->at < l->end && (*l->at == '+' || *l->at == '-')) step(l);
  }
  return is_number(begin, l->at);
}

static size_t symbol_length(const lua_lexer *l) {
  static const char *const symbols[] = { "...", "==", "~=", "<=", ">=", "//", "::", "<<", ">>", "..", NULL };
  for (const char *const *s = symbols; *s && strchr(".=/:<>", peek(l, 1)); s++)
    if (strlen(*s) <= (size_t)(l->end - l->at) && memcmp(*s, l->at, strlen(*s)) == 0) return strlen(*s);
  return *l->at && strchr("+-*/%^#&~|<>=(){}[];:,.", *l->at);
}

static void skip_character(lua_lexer *l) {
  step(l);
  for (int more = 3; more > 0 && l->at < l->end && (*l->at & 0xc0) == 0x80; more--) step(l);
}

static lua_token_kind skip_token(lua_lexer *l) {
  const char c = *l->at;
  const size_t bracket = bracket_length(l, 0, '[');
  if (bracket) return skip_long(l, bracket) ? LUA_TOKEN_STRING : LUA_TOKEN_BAD;
  if (c == '"' || c == '\'') return skip_string(l) ? LUA_TOKEN_STRING : LUA_TOKEN_BAD;
  if (is_digit(c) || (c == '.' && is_digit(peek(l, 1)))) return skip_number(l) ? LUA_TOKEN_NUMBER : LUA_TOKEN_BAD;
  if (is_letter(c)) {
    while (l->at < l->end && (is_letter(*l->at) || is_digit(*l->at))) step(l);
    return LUA_TOKEN_NAME;
  }
  const size_t symbol = symbol_length(l);
  if (symbol)
    steps(l, symbol);
  else
    skip_character(l);
  return symbol ? LUA_TOKEN_SYMBOL : LUA_TOKEN_BAD;
}

/* ---- what others call ---- */

void lua_lexer_begin(lua_lexer *l, const char *text, size_t length) {
  const size_t mark = length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
  *l = (lua_lexer){ text + mark, text + length, 1, 1 };
}

lua_token lua_lexer_next(lua_lexer *l) {
  lua_token t = { LUA_TOKEN_END, l->at, 0, l->line, l->column };
  bool ends = true;
  while (ends && l->at < l->end && (is_blank(*l->at) || (*l->at == '-' && peek(l, 1) == '-'))) {
    t = (lua_token){ LUA_TOKEN_BAD, l->at, 0, l->line, l->column };
    if (is_blank(*l->at))
      step(l);
    else
      ends = skip_comment(l);
  }
  if (ends) {
    t = (lua_token){ LUA_TOKEN_END, l->at, 0, l->line, l->column };
    if (l->at < l->end) t.kind = skip_token(l);
  }
  t.length = (size_t)(l->at - t.text);
  return t;
}

bool lua_token_is(const lua_token *t, const char *text) {
  return t->length > 0 && *t->text == *text && strlen(text) == t->length && memcmp(t->text, text, t->length) == 0;
}

bool lua_is_keyword(const char *text, size_t length) {
  static const char *const words[] = { "and", "break", "do",  "else", "elseif", "end",    "false",  "for",  "function", "goto",  "if",
                                       "in",  "local", "nil", "not",  "or",     "repeat", "return", "then", "true",     "until", "while" };
  if (length < 2 || length > 8) return false;
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (*text == *words[i] && strncmp(text, words[i], length) == 0 && !words[i][length]) return true;
  return false;
}

/* lua_syntax: see lua_syntax.h. Lua names the line in which it stopped, and a token that may be there many times. So the text is compiled
 * again, token by token: how many of them Lua has asked for shows which one it refused. What encloses that token is then known from a
 * second look, and the rules of lua_slips.c, each of which knows one kind of mistake, are asked in order. */
#include "library/definitions/state.h"

#include "library/definitions/lua_syntax.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* ---- which token Lua refused ---- */

typedef struct feed {
  lua_lexer lexer;
  const char *given; /* up to here */
  size_t count;
  lua_token last, before;
} feed;

static const char *next_token(lua_State *L, void *payload, size_t *bytes) {
  feed *f = payload;
  const char *begin = f->given;
  f->before = f->last;
  f->last = lua_lexer_next(&f->lexer);
  f->given = f->last.text + f->last.length;
  f->count++;
  *bytes = (size_t)(f->given - begin);
  spend(L, 1 + *bytes / BYTES_FOR_ONE);
  return *bytes ? begin : NULL;
}

/* Whether Lua's message is about this token. */
static bool is_named(const char *message, const lua_token *t) {
  const char *near = strstr(message, " near '");
  return near && t->length && strncmp(near + 7, t->text, t->length) == 0 && near[7 + t->length] == '\'';
}

/* Lua refuses a number, a string or a character while it reads it. */
static bool is_refused_inside(const char *message, const feed *f) {
  static const char *const escapes[] = { "escape", "UTF-8 value", "missing '{'", "missing '}'", "hexadecimal digit", NULL };
  if (f->last.kind == LUA_TOKEN_BAD) return !is_named(message, &f->before);
  for (const char *const *e = escapes; f->last.kind == LUA_TOKEN_STRING && *e; e++)
    if (strstr(message, *e)) return true;
  return false;
}

static size_t number_of_stop(const char *message, const feed *f) {
  const bool open_ended = strstr(message, "unfinished");
  if (open_ended ? f->last.kind == LUA_TOKEN_BAD : is_refused_inside(message, f) || strstr(message, "near <eof>")) return f->count;
  return f->count > 1 ? f->count - 1 : 1;
}

/* The number of the token that Lua stopped at, from 1; 0 when it compiles. That any other token is over, Lua knows by what follows. */
static size_t find_stop(lua_State *L, const char *text, size_t length) {
  feed f = { .given = text };
  lua_lexer_begin(&f.lexer, text, length);
  f.given = f.lexer.at;
  const int status = lua_load(L, next_token, &f, "=text", "t");
  const char *message = status == LUA_ERRSYNTAX ? lua_tostring(L, -1) : NULL;
  const size_t stop = message ? number_of_stop(message, &f) : 0;
  lua_pop(L, 1);
  return stop;
}

/* ---- what encloses it ---- */

static bool is_any(const lua_token *t, const char *const *words) {
  while (*words && !lua_token_is(t, *words)) words++;
  return *words;
}

static bool opens(const lua_token *t) {
  static const char *const words[] = { "{", "(", "[", "function", "if", "do", "repeat", NULL };
  return (t->kind == LUA_TOKEN_NAME || t->kind == LUA_TOKEN_SYMBOL) && is_any(t, words);
}

static bool closes(const lua_token *t) {
  static const char *const words[] = { "}", ")", "]", "end", "until", "else", "elseif", NULL };
  return (t->kind == LUA_TOKEN_NAME || t->kind == LUA_TOKEN_SYMBOL) && is_any(t, words);
}

static bool begins_block(const lua_token *t, const lua_token *next) {
  static const char *const words[] = { "provider", "model",  "gateway", "protocol", "retired", "family",   "role",
                                       "ids",      "source", "rule",    "document", "default", "validate", NULL };
  return t->kind == LUA_TOKEN_NAME && is_any(t, words) &&
         (next->kind == LUA_TOKEN_STRING || lua_token_is(next, "{") || lua_token_is(next, "("));
}

/* A token at the beginning of a line, further left than it could be if the bracket around it were closed later. */
static void suspect(syntax_view *v, const lua_token *t, const lua_token *next) {
  const opener *top = v->depth ? &v->open[v->depth - 1] : NULL;
  if (!top || v->unclosed.token.length || top->token.line == t->line) return;
  if (closes(t) ? t->column >= top->indent : t->column > top->indent || !begins_block(t, next)) return;
  v->unclosed = *top;
  v->resumes = *t;
}

static void note(syntax_view *v, const lua_token *t, int indent) {
  const bool middle = lua_token_is(t, "else") || lua_token_is(t, "elseif");
  if (opens(t) && v->depth < MOST_OPEN) v->open[v->depth++] = (opener){ *t, indent };
  if (closes(t) && !middle && v->depth) v->depth--;
}

static void look(syntax_view *v, lua_State *L, size_t stop) {
  lua_lexer l;
  lua_lexer_begin(&l, v->text, (size_t)(v->end - v->text));
  lua_token t = lua_lexer_next(&l), next;
  int line = 0, indent = 0;
  for (size_t i = 1; i < stop && t.kind != LUA_TOKEN_END; i++, t = next) {
    spend(L, 1 + t.length / BYTES_FOR_ONE);
    next = lua_lexer_next(&l);
    if (t.line != line) {
      line = t.line;
      indent = t.column;
      suspect(v, &t, &next);
    }
    note(v, &t, indent);
    if (!v->depth) v->else_if.length = 0;
    if (lua_token_is(&t, "if") && lua_token_is(&v->before[0], "else") && v->before[0].line == t.line) v->else_if = t;
    memmove(v->before + 1, v->before, (SEEN_BEFORE - 1) * sizeof *v->before);
    v->before[0] = t;
  }
  v->at = t;
  for (size_t i = 0; i < SEEN_AFTER; i++) v->after[i] = lua_lexer_next(&l);
  if (t.line != line) suspect(v, &t, &v->after[0]);
}

/* ---- helpers of the rules ---- */

text_line syntax_line(const syntax_view *v, const char *at) {
  const char *begin = at, *end = at;
  while (begin > v->text && begin[-1] != '\n' && begin[-1] != '\r') begin--;
  while (end < v->end && *end != '\n' && *end != '\r') end++;
  return (text_line){ begin, (size_t)(end - begin) };
}

enum { LONGEST_SHOWN = 400 };

const char *syntax_fix(const syntax_view *v, const char *from, const char *to, const char *with) {
  text_line line = syntax_line(v, from);
  const char *end = line.at + line.length;
  while (end > to && (end[-1] == ' ' || end[-1] == '\t')) end--;
  if (to > end || line.length > LONGEST_SHOWN || key_may_be(line.at, line.length)) return NULL;
  while (line.at < from && (*line.at == ' ' || *line.at == '\t')) line.at++;
  char *fix = arena_printf(v->arena, "%.*s%s%.*s", (int)(from - line.at), line.at, with, (int)(end - to), to);
  for (size_t n = strlen(fix); n > 0 && (fix[n - 1] == ' ' || fix[n - 1] == '\t'); n--) fix[n - 1] = '\0';
  return fix;
}

static int characters(const char *s, size_t length) {
  int count = 0;
  for (size_t i = 0; i < length && s[i] != '\n' && s[i] != '\r'; i++) count += (s[i] & 0xc0) != 0x80;
  return count;
}

bool syntax_say(const syntax_view *v, syntax_mistake *out, lua_token token, size_t length, const char *fix, const char *format, ...) {
  char message[600];
  va_list args;
  va_start(args, format);
  vsnprintf(message, sizeof message, format, args);
  va_end(args);
  const size_t left = token.text < v->end ? (size_t)(v->end - token.text) : 0;
  const int count = characters(token.text, length < left ? length : left);
  *out = (syntax_mistake){ token.line, token.column, count > 1 ? count : 1, arena_text(v->arena, message), fix };
  return true;
}

bool syntax_is_first(const syntax_view *v, const char *at) {
  const char *begin = syntax_line(v, at).at;
  while (begin < at && (*begin == ' ' || *begin == '\t')) begin++;
  return begin == at;
}

bool syntax_starts(const syntax_view *v, const char *at, const char *prefix) {
  const size_t length = strlen(prefix);
  return at >= v->text && length <= (size_t)(v->end - at) && memcmp(at, prefix, length) == 0;
}

/* ---- tokens that are repeated ---- */

const char *quoted(const syntax_view *v, const lua_token *t) {
  return key_may_be(t->text, t->length) ? "..." : text_clean(v->arena, t->text, t->length, 60);
}

/* ---- all of it ---- */

static bool fall_back(const syntax_view *v, syntax_mistake *out) {
  const lua_token *t = &v->at;
  if (t->kind == LUA_TOKEN_END && v->before[0].length) t = &v->before[0];
  return syntax_say(v, out, *t, t->length, NULL, "%s", v->said);
}

/* False when Lua compiles the text after all. */
static bool explain(lua_State *L, const char *text, size_t length, const char *lua_message, syntax_mistake *out) {
  script *s = script_of(L);
  const size_t stop = find_stop(L, text, length);
  if (!stop) return false;
  syntax_view *v = arena_alloc(s->arena, sizeof *v);
  *v = (syntax_view){ .arena = s->arena, .text = text, .end = text + length, .said = lua_message };
  look(v, L, stop);
  syntax_rule *const *const tables[] = { syntax_strangers, syntax_loops, syntax_slips, syntax_gaps };
  for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
    for (syntax_rule *const *ask = tables[i]; *ask; ask++)
      if ((*ask)(v, out)) return true;
  return fall_back(v, out);
}

/* ---- the finding ---- */

typedef struct explain_call {
  const char *text, *said;
  size_t length;
  bool found;
  syntax_mistake out;
} explain_call;

static int run_explain(lua_State *L) {
  explain_call *call = lua_touserdata(L, 1);
  call->found = explain(L, call->text, call->length, call->said, &call->out);
  return 0;
}

bool report_syntax(script *s, origin where, const char *text, size_t length, const char *said) {
  explain_call call = { .text = text ? arena_bytes(s->arena, text, length) : NULL, .said = said, .length = length };
  if (!call.text && !script_reread(s, where.file, &call.text, &call.length)) return false;
  const char *failed = script_protect(s, run_explain, &call);
  if (failed || !call.found) return false;
  where.line = call.out.line;
  finding_at(s->catalog->findings, ROSTER_ERROR, (finding_place){ .at = where, .column = call.out.column, .length = call.out.length },
             call.out.fix, "%s", call.out.message);
  return true;
}

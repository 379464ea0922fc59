/* lua_syntax: what is wrong with a Lua text that does not compile, where it is wrong, and the line to write instead. It is asked only
 * once Lua has refused the text, and looks at each token once. */
#ifndef ROSTER_DEFINITIONS_LUA_SYNTAX_H
#define ROSTER_DEFINITIONS_LUA_SYNTAX_H

#include "library/definitions/lua_lexer.h"
#include "util/arena.h"
#include "util/key_shape.h"

typedef struct syntax_mistake {
  int line, column, length; /* as a finding has them */
  const char *message, *fix;
} syntax_mistake;

/* ---- what the rules look at ---- */

enum { SEEN_BEFORE = 6, SEEN_AFTER = 4, MOST_OPEN = 256 };

/* A bracket, or a word that an `end` closes. */
typedef struct opener {
  lua_token token;
  int indent; /* the column of the first token of its line */
} opener;

typedef struct syntax_view {
  arena *arena;
  const char *text, *end;
  const char *said;              /* by Lua */
  lua_token at;                  /* where Lua stopped */
  lua_token before[SEEN_BEFORE]; /* the nearest first; of no length before the first token */
  lua_token after[SEEN_AFTER];
  opener open[MOST_OPEN]; /* those that enclose `at`, the outermost first */
  size_t depth;
  opener unclosed; /* by the looks of the indentation, one that was not closed before `resumes`; of no length: none */
  lua_token resumes;
  lua_token else_if; /* an `if` behind an `else` of the same line, in this block; of no length: none */
} syntax_view;

typedef bool syntax_rule(const syntax_view *v, syntax_mistake *out);
/* In order; NULL after the last. In lua_strangers.c, what only other languages have; in lua_loops.c, loops; in lua_slips.c, what is foreign
 * to Lua; in lua_gaps.c, what is missing, or one too many. */
extern syntax_rule *const syntax_strangers[], *const syntax_loops[], *const syntax_slips[], *const syntax_gaps[];
syntax_rule syntax_number; /* one that is none */

#define A_FENCE  "this is the frame of a code block in Markdown: remove the lines that begin with ```"
#define AS_UTF16 "the file is UTF-16, which some editors call Unicode: save it as UTF-8"
#define P(i)     (&v->before[i])
#define N(i)     (&v->after[i])
static inline const char *end_of(const lua_token *t) { return t->text + t->length; }
static inline bool same_line(const lua_token *a, const lua_token *b) { return a->line == b->line; }
static inline bool touch(const lua_token *a, const lua_token *b) { return end_of(a) == b->text; }
static inline bool is_name(const lua_token *t) { return t->length && t->kind == LUA_TOKEN_NAME; }
/* The end of what is written without a blank from here on, as a string without quotes is. */
const char *syntax_word_end(const syntax_view *v, const char *s);
/* The token for a message, unless it may be a key. */
const char *quoted(const syntax_view *v, const lua_token *t);

/* The line that holds this place, without its end. */
typedef struct text_line {
  const char *at;
  size_t length;
} text_line;
text_line syntax_line(const syntax_view *v, const char *at);
/* That line, without its indentation, with `with` in place of the bytes from `from` to `to`; NULL when it is too long to show, spans lines
 * or may hold a key. */
const char *syntax_fix(const syntax_view *v, const char *from, const char *to, const char *with);
/* Fills *out; `length` in bytes of the text from `token` on. Returns true. */
bool syntax_say(const syntax_view *v, syntax_mistake *out, lua_token token, size_t length, const char *fix, const char *format, ...)
    __attribute__((format(printf, 6, 7)));
/* Up to the bracket or comma that ends the expression, or the end of the line. */
const char *syntax_expression_end(const syntax_view *v, const char *from);
bool syntax_is_first(const syntax_view *v, const char *at); /* nothing but blanks before it in its line */
bool syntax_starts(const syntax_view *v, const char *at, const char *prefix);

#endif

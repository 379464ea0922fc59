/* unreached_words: words and fields that do not exist, and decisions that are not returned, in a part of a Lua file that was not run: a
 * branch that no model reaches, or a function that nobody called. Lua would find them when it gets there. They are found by the tokens of
 * the text, in a file that is checked thoroughly, and told last: where Lua did get there, its own finding stands, and gets the line to
 * write instead. */
#include "library/definitions/lua_syntax.h"
#include "library/definitions/state.h"
#include "util/suggest.h"

#include <string.h>

enum { MOST_WORDS = 100 }; /* of all files */

/* The tokens around one; those before it are the older. */
typedef struct word_window {
  lua_token before[2], at, after[2];
} word_window;

typedef struct word_search {
  script *script;
  const char *file;
  lua_lexer lexer;
  lookup declared; /* wherever in the file: a name that is out of scope is not found, and none is found that is in it */
  lookup models;   /* of these, the first arguments of rules */
  lookup others;   /* and all others */
} word_search;

/* ---- the names that the file itself declares ---- */

static void declare(word_search *s, const lua_token *t, lookup *as) {
  arena *a = s->script->arena;
  const char *name = arena_bytes(a, t->text, t->length);
  lookup_add(&s->declared, a, name, s);
  lookup_add(as, a, name, s);
}

/* a, b <const>, c: up to what follows the last. */
static lua_token declare_list(word_search *s, lua_token t) {
  while (is_name(&t) || lua_token_is(&t, ",") || lua_token_is(&t, "<") || lua_token_is(&t, ">")) {
    declare(s, &t, &s->others);
    t = lua_lexer_next(&s->lexer);
  }
  return t;
}

/* name.of.it:method(a, b) behind `function`; the first argument of a rule is a model. */
static lua_token declare_function(word_search *s, lua_token t, bool of_rule) {
  while (is_name(&t) || lua_token_is(&t, ".") || lua_token_is(&t, ":")) {
    if (lua_token_is(&t, ":")) lookup_add(&s->declared, s->script->arena, "self", s);
    declare(s, &t, &s->others);
    t = lua_lexer_next(&s->lexer);
  }
  if (!lua_token_is(&t, "(")) return t;
  t = lua_lexer_next(&s->lexer);
  if (of_rule && is_name(&t)) {
    declare(s, &t, &s->models);
    t = lua_lexer_next(&s->lexer);
  }
  return declare_list(s, t);
}

static void declare_all(word_search *s) {
  lua_token back[3] = { { .text = "" }, { .text = "" }, { .text = "" } }; /* the nearest first */
  for (lua_token t = lua_lexer_next(&s->lexer); t.kind != LUA_TOKEN_END;) {
    const bool local = lua_token_is(&t, "local"), loop = lua_token_is(&t, "for"), function = lua_token_is(&t, "function");
    const bool of_rule = function && lua_token_is(&back[0], "(") && back[1].kind == LUA_TOKEN_STRING && lua_token_is(&back[2], "rule");
    memmove(back + 1, back, 2 * sizeof *back);
    back[0] = t;
    t = lua_lexer_next(&s->lexer);
    if (function)
      t = declare_function(s, t, of_rule);
    else if (loop || (local && !lua_token_is(&t, "function")))
      t = declare_list(s, t);
  }
}

/* ---- the words that nobody declares ---- */

/* Not the name of a field, of a key, of a label or of an attribute. */
static bool is_word(const word_window *w) {
  static const char *const before[] = { ".", ":", "::", "goto", NULL }, *const entry[] = { "{", ",", ";", NULL };
  if (!is_name(&w->at) || lua_is_keyword(w->at.text, w->at.length)) return false;
  for (const char *const *b = before; *b; b++)
    if (lua_token_is(&w->before[0], *b)) return false;
  for (const char *const *e = entry; *e && lua_token_is(&w->after[0], "="); e++)
    if (lua_token_is(&w->before[0], *e)) return false;
  return !(lua_token_is(&w->before[0], "<") && lua_token_is(&w->after[0], ">"));
}

static bool is_known(lua_State *L, const word_search *s, const char *word) {
  if (lookup_get(&s->declared, word) || text_is(word, "_ENV")) return true;
  push_words(L);
  lua_pushstring(L, word);
  const bool known = lua_rawget(L, -2) != LUA_TNIL;
  lua_pop(L, 2);
  return known;
}

/* refuse "reason" as a statement, return refuse */
static bool say_decision(const word_search *s, const word_window *w, const syntax_view *v, const char *word, syntax_mistake *out) {
  static const char *const within[] = { "return", "=", "(", ",", "{", "[", "and", "or", "not", "==", "~=", NULL };
  const bool called = w->after[0].kind == LUA_TOKEN_STRING || lua_token_is(&w->after[0], "(") || lua_token_is(&w->after[0], "{");
  const char *const *b = within;
  if (!(text_is(word, "refuse") || text_is(word, "via")) || lookup_get(&s->declared, word)) return false;
  if (!called && lua_token_is(&w->before[0], "return"))
    return syntax_say(v, out, w->at, w->at.length,
                      text_is(word, "via") ? NULL : syntax_fix(v, end_of(&w->at), end_of(&w->at), " \"reason\""),
                      "'%s' is not called: write return %s \"%s\"", word, word, text_is(word, "via") ? "ID" : "reason");
  while (*b && !lua_token_is(&w->before[0], *b)) b++;
  if (*b || !called) return false;
  return syntax_say(v, out, w->at, w->at.length, syntax_fix(v, w->at.text, w->at.text, "return "),
                    "what %s(...) makes is not returned, so it decides nothing: write return %s(...)", word, word);
}

/* model.contxt, of the first argument of a rule */
static bool say_field(const word_search *s, const word_window *w, const syntax_view *v, const char *word, syntax_mistake *out) {
  arena *a = v->arena;
  const schema *fields = schema_of("model");
  const char *of = arena_bytes(a, w->before[1].text, w->before[1].length);
  if (!lua_token_is(&w->before[0], ".") || !lookup_get(&s->models, of) || lookup_get(&s->others, of)) return false;
  if (schema_field(fields, word) || text_is(word, "id") || strstr(v->text, "pcall")) return false; /* which may catch it on purpose */
  const char *nearest = schema_nearest(a, fields, word);
  return syntax_say(v, out, w->at, w->at.length, nearest ? syntax_fix(v, w->at.text, end_of(&w->at), nearest) : NULL,
                    "a model has no '%s'%s%s%s", word, SUGGESTION(nearest));
}

/* Whether anything is to be said of the word. */
static bool say(lua_State *L, const word_search *s, const word_window *w, syntax_view *v, const char *word, syntax_mistake *out) {
  if (!is_word(w)) return say_field(s, w, v, word, out);
  if (say_decision(s, w, v, word, out)) return true;
  if (is_known(L, s, word)) return false;
  if (lua_token_is(&w->after[0], "=")) {
    const char *advice = assignment_advice(s->script, word, w->after[1].kind == LUA_TOKEN_STRING);
    const char *fix = text_starts(advice, "assignment ") ? declared_line(v, &w->before[0], &w->at, &w->after[0]) : NULL;
    syntax_say(v, out, w->at, w->at.length, fix, "%s", advice);
  } else {
    say_unknown_word(L, v, word, out);
  }
  s->script->assigned = NULL;
  return true;
}

static void keep_word(lua_State *L, const word_search *s, const word_window *w, syntax_view *v) {
  script *of = s->script;
  const char *word = arena_bytes(of->arena, w->at.text, w->at.length);
  if (of->unreached_count == MOST_WORDS) return;
  v->before[0] = w->before[0];
  v->before[1] = w->before[1];
  v->at = w->at;
  v->after[0] = w->after[0];
  v->after[1] = w->after[1];
  syntax_mistake found = { 0 };
  if (!say(L, s, w, v, word, &found)) return;
  unreached_word one = {
    { .at = { s->file, found.line }, .column = found.column, .length = found.length }, word, found.message, found.fix
  };
  LIST_PUSH(of->arena, of->unreached, of->unreached_count, of->unreached_room, one);
}

int find_unreached_words(lua_State *L) { /* [-0, +0] of the file that a pointer at 1 names */
  word_search s = { .script = script_of(L), .file = lua_touserdata(L, 1) };
  syntax_view *v = arena_alloc(s.script->arena, sizeof *v);
  size_t length = 0;
  *v = (syntax_view){ .arena = s.script->arena };
  if (!script_reread(s.script, s.file, &v->text, &length)) return 0;
  v->end = v->text + length;
  lua_lexer_begin(&s.lexer, v->text, length);
  declare_all(&s);
  lua_lexer_begin(&s.lexer, v->text, length);
  word_window w = { .after = { { .text = "" }, { .text = "" } } };
  do {
    w = (word_window){ { w.at, w.before[0] }, w.after[0], { w.after[1], lua_lexer_next(&s.lexer) } };
    if (is_name(&w.at)) keep_word(L, &s, &w, v);
  } while (w.after[1].kind != LUA_TOKEN_END || w.after[0].kind != LUA_TOKEN_END);
  spend(L, length / BYTES_FOR_ONE);
  return 0;
}

/* ---- what was not run into ---- */

/* Of the errors that are known in its line, the one about that word. One about anything else may be the cause, as in a line that is no Lua.
 */
static bool is_known_line(const findings *f, const unreached_word *u, size_t *same) {
  bool known = false;
  *same = f->count;
  for (size_t i = 0; i < f->count; i++) {
    const roster_finding *one = &f->at[i];
    const bool of_rule = f->places[i].word && text_is(f->places[i].word, u->word) && one->line <= u->place.at.line; /* by the rule's line */
    if ((one->line != u->place.at.line && !of_rule) || !text_is(one->file, u->place.at.file)) continue;
    const bool about = of_rule || strstr(one->message, u->word);
    known = known || about || one->severity == ROSTER_ERROR;
    if (*same == f->count && about && one->line == u->place.at.line) *same = i;
  }
  return known;
}

void script_report_unreached(script *s) {
  findings *f = s->catalog->findings;
  for (size_t i = 0; i < s->unreached_count; i++) {
    const unreached_word *u = &s->unreached[i];
    size_t same;
    if (!is_known_line(f, u, &same)) {
      finding_at(f, ROSTER_ERROR, u->place, u->fix, "%s", u->message);
    } else if (same < f->count && !f->at[same].fix && u->fix) {
      f->at[same].fix = u->fix;
      f->at[same].column = u->place.column;
      f->at[same].length = u->place.length;
      f->places[same] = u->place;
    }
  }
}

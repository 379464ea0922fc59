/* repeated_keys: a key that is written twice in one table of a Lua file. Lua keeps the last without a word, so the first line says what
 * does not hold. Found by the tokens of the text, for a file that is checked thoroughly. */
#include "library/definitions/lua_lexer.h"
#include "library/definitions/state.h"

#include <string.h>

enum { DEEPEST = 200 };

/* What is open: a table, a bracket, or a block of a function, in which names before '=' are no keys. */
typedef struct opened {
  bool table, starts; /* an entry of it starts with the next token */
  lookup keys;        /* their tokens, by their text */
} opened;

typedef struct key_finder {
  script *script;
  const char *file;
  lua_lexer lexer;
  opened *open;
  size_t depth;
} key_finder;

static bool is_one_of(const lua_token *t, const char *const *words) {
  while (*words && !lua_token_is(t, *words)) words++;
  return *words;
}

/* The text of a key: of a string without its quotes, of a number in brackets, since it is another key than a string; NULL for one that
 * would have to be read. */
static const char *key_text(arena *a, const lua_token *t) {
  const bool string = t->kind == LUA_TOKEN_STRING;
  if (t->kind == LUA_TOKEN_NUMBER) return arena_printf(a, "[%.*s]", (int)t->length, t->text);
  if (string && (*t->text == '[' || memchr(t->text, '\\', t->length))) return NULL;
  return arena_bytes(a, t->text + string, t->length - (string ? 2 : 0));
}

/* The key that begins with this token, `name =` or `["name"] =`; of no length for none. Nothing is consumed. */
static lua_token key_at(const key_finder *f, lua_token t) {
  lua_lexer ahead = f->lexer;
  const bool bracket = lua_token_is(&t, "[");
  lua_token key = bracket ? lua_lexer_next(&ahead) : t, next = lua_lexer_next(&ahead);
  const bool closed = !bracket || lua_token_is(&next, "]");
  if (bracket && closed) next = lua_lexer_next(&ahead);
  const bool kind = bracket ? key.kind == LUA_TOKEN_STRING || key.kind == LUA_TOKEN_NUMBER : key.kind == LUA_TOKEN_NAME;
  if (!closed || !kind || !lua_token_is(&next, "=")) key.length = 0;
  return key;
}

static void take_key(key_finder *f, opened *table, lua_token t) {
  const lua_token key = key_at(f, t);
  arena *a = f->script->arena;
  const char *text = key.length ? key_text(a, &key) : NULL;
  const lua_token *first = text ? lookup_get(&table->keys, text) : NULL;
  if (text && !first) lookup_add(&table->keys, a, text, memcpy(arena_alloc(a, sizeof key), &key, sizeof key));
  if (first)
    finding_at(f->script->catalog->findings, ROSTER_WARNING,
               (finding_place){ .at = { f->file, key.line }, .column = key.column, .length = (int)key.length }, NULL,
               "'%s' is twice in this table, and Lua keeps this one: remove the one in line %d, or this one", text, first->line);
}

static void step(key_finder *f, lua_token t) {
  static const char *const opening[] = { "{", "(", "[", "function", "if", "do", "repeat", NULL };
  static const char *const closing[] = { "}", ")", "]", "end", "until", NULL };
  opened *top = f->depth ? &f->open[f->depth - 1] : NULL;
  if (top && top->table && top->starts) take_key(f, top, t);
  if (top) top->starts = lua_token_is(&t, ",") || lua_token_is(&t, ";");
  if (t.kind != LUA_TOKEN_SYMBOL && t.kind != LUA_TOKEN_NAME) return;
  if (is_one_of(&t, opening) && f->depth < DEEPEST)
    f->open[f->depth++] = (opened){ .table = lua_token_is(&t, "{"), .starts = true };
  else if (is_one_of(&t, closing) && f->depth)
    f->depth--;
}

void report_repeated_keys(script *s, const char *file) {
  const char *text = NULL;
  size_t length = 0;
  if (!script_reread(s, file, &text, &length)) return;
  key_finder f = { .script = s, .file = file, .open = arena_array(s->arena, DEEPEST, sizeof *f.open) };
  lua_lexer_begin(&f.lexer, text, length);
  for (lua_token t = lua_lexer_next(&f.lexer); t.kind != LUA_TOKEN_END; t = lua_lexer_next(&f.lexer)) step(&f, t);
}

/* idle_lines: what Lua takes without a word and what says nothing: a key that is written twice in one table, of which the last counts; a
 * key of a block that is nil; a block without a line for what is there already; what is behind `secret "NAME" or`. Found by the tokens of
 * the text, for a file that is checked thoroughly. */
#include "library/definitions/lua_syntax.h"
#include "library/definitions/state.h"

#include <string.h>

enum { DEEPEST = 200 };

/* What is open: a table, a bracket, or a block of a function, in which names before '=' are no keys. */
typedef struct opened {
  bool table, block; /* of a block, or within one */
  bool starts;       /* an entry of it starts with the next token */
  lookup keys;       /* their tokens, by their text */
} opened;

typedef struct idle_finder {
  script *script;
  const char *file;
  syntax_view view; /* of its text */
  lua_lexer lexer;
  lua_token before[2]; /* the nearest first */
  opened *open;
  size_t depth;
} idle_finder;

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

/* The key that begins with this token, `name =` or `["name"] =`; of no length for none. *behind is then behind the sign. */
static lua_token key_at(const idle_finder *f, lua_token t, lua_lexer *behind) {
  *behind = f->lexer;
  const bool bracket = lua_token_is(&t, "[");
  lua_token key = bracket ? lua_lexer_next(behind) : t, next = lua_lexer_next(behind);
  const bool closed = !bracket || lua_token_is(&next, "]");
  if (bracket && closed) next = lua_lexer_next(behind);
  const bool kind = bracket ? key.kind == LUA_TOKEN_STRING || key.kind == LUA_TOKEN_NUMBER : key.kind == LUA_TOKEN_NAME;
  if (!closed || !kind || !lua_token_is(&next, "=")) key.length = 0;
  return key;
}

#define WARN(f, token, ...)                                                                                                                \
  finding_at((f)->script->catalog->findings, ROSTER_WARNING,                                                                               \
             (finding_place){ .at = { (f)->file, (token)->line }, .column = (token)->column, .length = (int)(token)->length }, NULL,       \
             __VA_ARGS__)

/* base_url = nil, and nothing more than that. */
static void check_nil(const idle_finder *f, lua_lexer behind, const char *text) {
  const lua_token value = lua_lexer_next(&behind), end = lua_lexer_next(&behind);
  if (lua_token_is(&value, "nil") && (lua_token_is(&end, ",") || lua_token_is(&end, ";") || lua_token_is(&end, "}")))
    WARN(f, &value, "'%s' = nil is as if the line were not there: leave it out, or write none to remove a shipped value", text);
}

static void take_key(idle_finder *f, opened *table, lua_token t) {
  lua_lexer behind;
  const lua_token key = key_at(f, t, &behind);
  arena *a = f->script->arena;
  const char *text = key.length ? key_text(a, &key) : NULL;
  const lua_token *first = text ? lookup_get(&table->keys, text) : NULL;
  if (text && !first) lookup_add(&table->keys, a, text, memcpy(arena_alloc(a, sizeof key), &key, sizeof key));
  if (first)
    WARN(f, &key, "'%s' is twice in this table, and Lua keeps this one: remove the one in line %d, or this one", text, first->line);
  if (text && table->block) check_nil(f, behind, text);
}

/* Whether another block has this name, and may have. */
static bool amends(const idle_finder *f, const char *verb, const char *id, int line) {
  const catalog *c = f->script->catalog;
  const entity *e = text_is(verb, "provider")   ? lookup_get(&c->providers.ids, id)
                    : text_is(verb, "model")    ? lookup_get(&c->models.ids, id)
                    : text_is(verb, "gateway")  ? lookup_get(&c->gateways.ids, id)
                    : text_is(verb, "protocol") ? lookup_get(&c->protocols.ids, id)
                                                : NULL;
  const findings *known = c->findings;
  for (size_t i = 0; i < known->count; i++)
    if (known->at[i].line == line && text_is(known->at[i].file, f->file)) return false;
  return e && (e->at.line != line || !text_is(e->at.file, f->file));
}

/* provider "openai" {} */
static void check_empty(const idle_finder *f, lua_token brace) {
  lua_lexer ahead = f->lexer;
  const lua_token end = lua_lexer_next(&ahead), *name = &f->before[0], *verb = &f->before[1];
  if (!lua_token_is(&brace, "{") || !lua_token_is(&end, "}") || name->kind != LUA_TOKEN_STRING || verb->kind != LUA_TOKEN_NAME) return;
  const char *word = arena_bytes(f->script->arena, verb->text, verb->length), *id = key_text(f->script->arena, name);
  if (id && amends(f, word, id, verb->line))
    WARN(f, name, "%s '%s': an empty block changes nothing: write what is to change, or remove it", word, id);
}

/* Past the string or the table of a secret, and what that is; the token behind it. Empty for neither. */
static lua_token skip_secret(lua_lexer *l, lua_token *last) {
  int depth = 0;
  do {
    *last = lua_lexer_next(l);
    depth += lua_token_is(last, "{") - lua_token_is(last, "}");
  } while (depth > 0 && last->kind != LUA_TOKEN_END);
  return lua_lexer_next(l);
}

/* secret "A" or secret "B": the first is a secret, whether its variable is set or not. */
static void check_alternative(const idle_finder *f, lua_token first) {
  lua_lexer l = f->lexer;
  lua_token word = first, last, next = skip_secret(&l, &last), sign = next;
  if (!lua_token_is(&sign, "or") || lua_token_is(&f->before[0], ".") || lua_token_is(&f->before[0], "and")) return;
  strbuf all = { .arena = f->script->arena };
  strbuf_bytes(&all, word.text, (size_t)(end_of(&last) - word.text));
  while (lua_token_is(&next, "or")) {
    word = lua_lexer_next(&l);
    if (!lua_token_is(&word, "secret")) break;
    next = skip_secret(&l, &last);
    strbuf_format(&all, ", %.*s", (int)(end_of(&last) - word.text), word.text);
  }
  const bool plain = lua_token_is(&word, "secret") && !lua_token_is(&next, "or"), is_field = lua_token_is(&f->before[1], "credential");
  const char *list = arena_printf(all.arena, "{ %s }", strbuf_text(&all));
  const char *fix = plain && is_field ? syntax_fix(&f->view, first.text, end_of(&last), list) : NULL;
  finding_at(f->script->catalog->findings, ROSTER_WARNING,
             (finding_place){ .at = { f->file, sign.line }, .column = sign.column, .length = (int)sign.length }, fix,
             "a secret is never nil, so what is behind 'or' is not used: for the first that is set, write %s",
             plain ? list : "a list of secrets");
}

/* Whether the table that opens now is that of a block: behind its name, or behind a verb without one. */
static bool opens_block(const idle_finder *f) {
  const lua_token *verb = f->before[0].kind == LUA_TOKEN_STRING ? &f->before[1] : &f->before[0];
  return verb->kind == LUA_TOKEN_NAME && schema_of(arena_bytes(f->script->arena, verb->text, verb->length));
}

static void step(idle_finder *f, lua_token t) {
  static const char *const opening[] = { "{", "(", "[", "function", "if", "do", "repeat", NULL };
  static const char *const closing[] = { "}", ")", "]", "end", "until", NULL };
  opened *top = f->depth ? &f->open[f->depth - 1] : NULL;
  if (top && top->table && top->starts) take_key(f, top, t);
  if (top) top->starts = lua_token_is(&t, ",") || lua_token_is(&t, ";");
  if (t.kind != LUA_TOKEN_SYMBOL && t.kind != LUA_TOKEN_NAME) return;
  if (lua_token_is(&t, "secret") && !lua_token_is(&f->before[0], "or")) check_alternative(f, t);
  if (is_one_of(&t, opening) && f->depth < DEEPEST) {
    const bool table = lua_token_is(&t, "{"), block = table && (top ? top->block : opens_block(f));
    f->open[f->depth++] = (opened){ .table = table, .block = block, .starts = true };
    check_empty(f, t);
  } else if (is_one_of(&t, closing) && f->depth) {
    f->depth--;
  }
}

void report_idle_lines(script *s, const char *file) {
  const char *text = NULL;
  size_t length = 0;
  if (!script_reread(s, file, &text, &length)) return;
  idle_finder f = { .script = s, .file = file, .open = arena_array(s->arena, DEEPEST, sizeof *f.open) };
  f.view = (syntax_view){ .arena = s->arena, .text = text, .end = text + length };
  lua_lexer_begin(&f.lexer, text, length);
  for (lua_token t = lua_lexer_next(&f.lexer); t.kind != LUA_TOKEN_END; t = lua_lexer_next(&f.lexer)) {
    step(&f, t);
    f.before[1] = f.before[0];
    f.before[0] = t;
  }
}

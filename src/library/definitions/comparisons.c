/* comparisons: rules that compare a field of a model with what it never equals: a table or a list with one value, a number with a string, a
 * word that is none of the field's. Lua takes them, and they are never true, or always. They are found by the tokens of the text, within
 * the function of a rule and about its first argument, in a file that is checked thoroughly. */
#include "library/definitions/lua_syntax.h"
#include "library/definitions/schema.h"
#include "library/definitions/state.h"

#include <string.h>

enum { MOST_NAMES = 4, SEEN = 2 * MOST_NAMES };

typedef struct rule_text {
  script *script;
  const char *file;
  syntax_view view;
  lua_lexer lexer;
  lookup rules;           /* functions that are rules by name: rule "x" (cheap) */
  lua_token before[SEEN]; /* the nearest first */
  int depth;              /* of functions and statements that an `end` closes */
  const char *argument;   /* of the rule that this is in; "": in none */
  int inside, hidden;     /* the depth of its body, and that of another variable of its name; 0: there is none */
} rule_text;

/* model.price.input == 0, or 0 == model.price.input */
typedef struct comparison {
  lua_token names[MOST_NAMES], value, sign;
  size_t count;           /* of the names, the argument among them */
  bool empty;             /* the value is {} */
  const char *path;       /* "model.price.input" */
  const char *from, *end; /* all of it */
} comparison;

static bool is_one_of(const lua_token *t, const char *const *words) {
  while (*words && !lua_token_is(t, *words)) words++;
  return *words;
}

/* ---- where a rule's argument is in scope ---- */

/* Whether the names that are declared here have the argument among them: up to what follows the last. */
static bool declares(const rule_text *r, lua_lexer l) {
  lua_token t = lua_lexer_next(&l);
  for (; is_name(&t) && !lua_is_keyword(t.text, t.length); t = lua_lexer_next(&l)) {
    if (lua_token_is(&t, r->argument)) return true;
    t = lua_lexer_next(&l);
    if (!lua_token_is(&t, ",")) break;
  }
  return false;
}

/* The lexer is behind `function`. */
static void enter_function(rule_text *r) {
  lua_lexer ahead = r->lexer;
  const lua_token *b = r->before; /* `function` itself is not among them */
  lua_token t = lua_lexer_next(&ahead), name = lua_token_is(&b[0], "=") ? b[1] : t;
  while (is_name(&t) || lua_token_is(&t, ".") || lua_token_is(&t, ":")) t = lua_lexer_next(&ahead);
  r->depth++;
  const bool named = is_name(&name) && lookup_get(&r->rules, arena_bytes(r->script->arena, name.text, name.length));
  if (!r->inside && (named || (lua_token_is(&b[0], "(") && b[1].kind == LUA_TOKEN_STRING && lua_token_is(&b[2], "rule")))) {
    const lua_token first = lua_lexer_next(&ahead);
    r->argument = is_name(&first) ? arena_bytes(r->script->arena, first.text, first.length) : "";
    r->inside = r->depth;
  } else if (!r->hidden && declares(r, ahead)) {
    r->hidden = r->depth;
  }
}

static void follow(rule_text *r, const lua_token *t) {
  static const char *const opening[] = { "if", "do", "repeat", NULL }, *const closing[] = { "end", "until", NULL };
  if (t->kind != LUA_TOKEN_NAME || lua_token_is(&r->before[0], ".")) return;
  const bool loop = lua_token_is(t, "for");
  if ((loop || lua_token_is(t, "local")) && r->inside && !r->hidden && declares(r, r->lexer)) r->hidden = r->depth + loop;
  if (lua_token_is(t, "function")) enter_function(r);
  if (is_one_of(t, opening)) r->depth++;
  if (!is_one_of(t, closing)) return;
  r->depth--;
  if (r->depth < r->inside) r->inside = 0, r->argument = "";
  if (r->depth < r->hidden) r->hidden = 0;
}

/* ---- both sides of a comparison ---- */

static bool is_literal(const lua_token *t) {
  static const char *const words[] = { "true", "false", "none", NULL };
  return t->kind == LUA_TOKEN_STRING || t->kind == LUA_TOKEN_NUMBER || is_one_of(t, words);
}

/* What binds more closely than a comparison, or as closely. */
static bool is_operator(const lua_token *t) {
  static const char *const all[] = { "..", "+",  "-",  "*", "/", "//", "%",  "^",  "&",  "|",
                                     "~",  "<<", ">>", "<", ">", "<=", ">=", "==", "~=", NULL };
  return t->kind == LUA_TOKEN_SYMBOL && is_one_of(t, all);
}

static bool may_precede(const lua_token *t) {
  static const char *const words[] = { "#", "not", ".", ":", NULL };
  return !is_operator(t) && !is_one_of(t, words);
}

static bool may_follow(const lua_token *t) {
  static const char *const words[] = { ".", ":", "[", "(", "{", NULL };
  return !is_operator(t) && !is_one_of(t, words) && t->kind != LUA_TOKEN_STRING;
}

/* The names that end before the sign. */
static bool names_before(const rule_text *r, comparison *c) {
  size_t i = 0;
  while (i + 2 < SEEN && is_name(&r->before[i]) && lua_token_is(&r->before[i + 1], ".")) i += 2;
  if (i < 2 || !lua_token_is(&r->before[i], r->argument) || i + 1 == SEEN || !may_precede(&r->before[i + 1])) return false;
  for (size_t k = 0; k <= i; k += 2) c->names[c->count++] = r->before[i - k];
  c->from = c->names[0].text;
  return true;
}

/* The names that begin behind it. */
static bool names_behind(const rule_text *r, lua_lexer l, comparison *c) {
  lua_token t = lua_lexer_next(&l);
  if (!lua_token_is(&t, r->argument)) return false;
  for (; is_name(&t) && c->count < MOST_NAMES; t = lua_lexer_next(&l)) {
    c->names[c->count++] = t;
    t = lua_lexer_next(&l);
    if (!lua_token_is(&t, ".")) break;
  }
  c->end = end_of(&c->names[c->count - 1]);
  return c->count > 1 && may_follow(&t);
}

static bool value_behind(lua_lexer l, comparison *c) {
  c->value = lua_lexer_next(&l);
  const lua_token next = lua_lexer_next(&l);
  c->empty = lua_token_is(&c->value, "{") && lua_token_is(&next, "}");
  c->end = c->empty ? end_of(&next) : end_of(&c->value);
  return (is_literal(&c->value) && may_follow(&next)) || lua_token_is(&c->value, "{");
}

/* The sign is read, and the lexer behind it. */
static bool comparison_at(const rule_text *r, const lua_token *sign, comparison *c) {
  *c = (comparison){ .sign = *sign };
  if (names_before(r, c) ? !value_behind(r->lexer, c) : !is_literal(&r->before[0]) || !may_precede(&r->before[1])) return false;
  if (!c->count) {
    c->value = r->before[0];
    c->from = c->value.text;
    if (!names_behind(r, r->lexer, c)) return false;
  }
  strbuf path = { .arena = r->script->arena };
  for (size_t i = 0; i < c->count; i++) strbuf_format(&path, "%s%.*s", i ? "." : "", (int)c->names[i].length, c->names[i].text);
  c->path = strbuf_text(&path);
  return true;
}

/* ---- what the field is ---- */

/* NULL where nobody knows. */
static const field *field_of(const rule_text *r, const comparison *c) {
  static const field text = { .name = "id", .kind = KIND_TEXT }, flag = { .name = "has_credential", .kind = KIND_FLAG };
  const schema *s = schema_of("model");
  const field *f = NULL;
  for (size_t i = 1; i < c->count; i++) {
    const char *name = arena_bytes(r->script->arena, c->names[i].text, c->names[i].length);
    const bool of_provider = text_is(s->verb, "provider"), last = i + 1 == c->count;
    if (text_is(name, "id") || (of_provider && text_is(name, "label"))) return last ? &text : NULL;
    if (of_provider && text_is(name, "has_credential")) return last ? &flag : NULL;
    f = schema_field(s, name);
    const bool to_provider = f && text_is(s->verb, "model") && text_is(name, "provider");
    if (!f || last) return f;
    s = to_provider ? schema_of("provider") : f->kind == KIND_BLOCK ? f->schema : NULL;
    if (!s) return NULL;
  }
  return f;
}

static const char *nature(const field *f) {
  switch (f->kind) {
  case KIND_TEXT:
  case KIND_URL:
  case KIND_DATE:
  case KIND_CHOICE:
  case KIND_ENUM: return "a string";
  case KIND_COUNT:
  case KIND_SECONDS:
  case KIND_AMOUNT: return "a number";
  case KIND_FLAG:
  case KIND_TRI: return "true, false or nil";
  case KIND_TEXTS: return "a list";
  case KIND_PAIRS:
  case KIND_WINDOWS:
  case KIND_TIERS:
  case KIND_CHANGES:
  case KIND_BLOCK: return "a table of fields";
  default: return NULL;
  }
}

static const char *nature_of_value(const comparison *c) {
  if (c->value.kind == LUA_TOKEN_STRING) return "a string";
  if (c->value.kind == LUA_TOKEN_NUMBER) return "a number";
  return lua_token_is(&c->value, "{") ? "a new table" : "true or false";
}

/* What is between the quotes; NULL for what would have to be read. */
static const char *string_of(const rule_text *r, const comparison *c) {
  const lua_token *t = &c->value;
  if (t->kind != LUA_TOKEN_STRING || *t->text == '[' || memchr(t->text, '\\', t->length)) return NULL;
  return arena_bytes(r->script->arena, t->text + 1, t->length - 2);
}

/* ---- findings ---- */

#define SAY(r, severity, token, fix, ...)                                                                                                  \
  finding_at((r)->script->catalog->findings, severity,                                                                                     \
             (finding_place){ .at = { (r)->file, (token)->line }, .column = (token)->column, .length = (int)(token)->length }, (fix),      \
             __VA_ARGS__)

static const char *with_value(const rule_text *r, const comparison *c, const char *good) {
  return good ? syntax_fix(&r->view, c->value.text, end_of(&c->value), good) : NULL;
}

/* All of the comparison in other words. */
static const char *with_all(const rule_text *r, const comparison *c, const char *good) {
  return syntax_fix(&r->view, c->from, c->end, good);
}

/* model.input_modalities == "image" */
static void say_list(const rule_text *r, const comparison *c) {
  arena *a = r->script->arena;
  const lua_token *at = &c->names[c->count - 1];
  if (c->value.kind != LUA_TOKEN_STRING) {
    SAY(r, ROSTER_WARNING, at, NULL, "'%s' is a list, which never equals %s: write %s and #%s for the number of its items", c->path,
        nature_of_value(c), c->path, c->path);
    return;
  }
  const char *has = arena_printf(a, "%s and text.glob(%s, %s)", c->path, quoted(&r->view, &c->value), c->path);
  const char *good = lua_token_is(&c->sign, "~=") ? arena_printf(a, "not (%s)", has) : has;
  SAY(r, ROSTER_WARNING, at, with_all(r, c, good), "'%s' is a list, which never equals a string: write %s", c->path, good);
}

/* model.price == 0 */
static void say_table(const rule_text *r, const comparison *c, const field *f) {
  arena *a = r->script->arena;
  const lua_token *at = &c->names[c->count - 1];
  const char *part = text_is(f->name, "price") ? "input" : text_is(f->name, "reasoning_budget") ? "max" : NULL;
  const char *good =
      part ? arena_printf(a, "%s and %s.%s %.*s %s", c->path, c->path, part, (int)c->sign.length, c->sign.text, quoted(&r->view, &c->value))
           : NULL;
  const bool number = good && c->value.kind == LUA_TOKEN_NUMBER;
  SAY(r, ROSTER_WARNING, at, number ? with_all(r, c, good) : NULL, "'%s' is %s, which never equals %s: write which of them%s%s", c->path,
      nature(f), nature_of_value(c), number ? ", as in " : "", number ? good : "");
}

/* model.context_window == "128000", model.tool_call == 1, model.family == 4 */
static void say_kind(const rule_text *r, const comparison *c, const field *f) {
  arena *a = r->script->arena;
  const char *string = string_of(r, c), *good = NULL;
  if (f->kind == KIND_FLAG || f->kind == KIND_TRI)
    good = flag_meant(string ? string : arena_bytes(a, c->value.text, c->value.length));
  else if (text_is(nature(f), "a number"))
    good = string ? tokens_meant(a, string) : NULL;
  else if (c->value.kind == LUA_TOKEN_NUMBER)
    good = arena_printf(a, "\"%.*s\"", (int)c->value.length, c->value.text);
  SAY(r, ROSTER_WARNING, &c->value, with_value(r, c, good), "'%s' is %s, which never equals %s%s%s", c->path, nature(f), nature_of_value(c),
      good ? ": write " : "", good ? good : "");
}

static bool is_choice(const field *f, const char *word) {
  for (const char *const *one = f->choices; *one; one++)
    if (text_is(*one, word)) return true;
  return false;
}

/* model.tier == "cheap" */
static void say_choice(const rule_text *r, const comparison *c, const field *f, const char *word) {
  arena *a = r->script->arena;
  const char *meant = choice_meant(a, f, word);
  strbuf all = { .arena = a };
  for (const char *const *one = f->choices; *one; one++)
    strbuf_format(&all, "%s\"%s\"", one == f->choices ? "" : one[1] ? ", " : " or ", *one);
  SAY(r, ROSTER_WARNING, &c->value, with_value(r, c, meant), "'%s' is never %s: it is %s%s%s%s", c->path, quoted(&r->view, &c->value),
      strbuf_text(&all), meant ? " (did you mean " : "", meant ? meant : "", meant ? "?)" : "");
}

static void say_provider(const rule_text *r, const comparison *c) {
  const lua_token *at = &c->names[1];
  SAY(r, ROSTER_ERROR, at, syntax_fix(&r->view, end_of(at), end_of(at), ".id"),
      "'%s' is the provider itself, which never equals a string: write %s.id", c->path, c->path);
}

static void check(const rule_text *r, const comparison *c) {
  const field *f = field_of(r, c);
  const char *what = f ? nature(f) : NULL, *string = string_of(r, c);
  if (!what) return;
  if (lua_token_is(&c->value, "none"))
    SAY(r, ROSTER_WARNING, &c->value, with_value(r, c, "nil"), "'%s' never equals none: what is not known is nil in a rule: write nil",
        c->path);
  else if (c->count == 2 && text_is(f->name, "provider") && c->value.kind == LUA_TOKEN_STRING)
    say_provider(r, c);
  else if (c->count == 2 && text_is(f->name, "provider"))
    return;
  else if (f->kind == KIND_TEXTS)
    say_list(r, c);
  else if (text_is(what, "a table of fields"))
    say_table(r, c, f);
  else if (!text_starts(what, nature_of_value(c)) && !(text_starts(what, "true") && text_starts(nature_of_value(c), "true")))
    say_kind(r, c, f);
  else if (f->choices && string && !is_choice(f, string))
    say_choice(r, c, f, string);
}

static void find_rules(rule_text *r) {
  lua_lexer l = r->lexer;
  lua_token t[5] = { { .text = "" } }; /* the oldest first */
  do {
    memmove(t, t + 1, 4 * sizeof *t);
    t[4] = lua_lexer_next(&l);
    const bool by_name =
        lua_token_is(&t[0], "rule") && t[1].kind == LUA_TOKEN_STRING && lua_token_is(&t[2], "(") && lua_token_is(&t[4], ")");
    if (by_name && is_name(&t[3]))
      lookup_add(&r->rules, r->script->arena, arena_bytes(r->script->arena, t[3].text, t[3].length), r->script);
  } while (t[4].kind != LUA_TOKEN_END);
}

void report_compared(script *s, const char *file) {
  size_t length = 0;
  rule_text r = { .script = s, .file = file, .view = { .arena = s->arena }, .argument = "" };
  if (findings_full(s->catalog->findings, file) || !script_reread(s, file, &r.view.text, &length) || !strstr(r.view.text, "rule")) return;
  r.view.end = r.view.text + length;
  lua_lexer_begin(&r.lexer, r.view.text, length);
  find_rules(&r);
  for (lua_token t = lua_lexer_next(&r.lexer); t.kind != LUA_TOKEN_END; t = lua_lexer_next(&r.lexer)) {
    comparison c;
    follow(&r, &t);
    const bool sign = lua_token_is(&t, "==") || lua_token_is(&t, "~=");
    if (sign && *r.argument && !r.hidden && comparison_at(&r, &t, &c)) check(&r, &c);
    memmove(r.before + 1, r.before, (SEEN - 1) * sizeof *r.before);
    r.before[0] = t;
  }
}

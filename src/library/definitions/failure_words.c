/* failure_words: what is said where Lua fails while a file runs, in words that tell what to write instead. Most of it are values that are
 * called, words that are given a value, and settings that have none. */
#include "library/definitions/state.h"

#include "library/definitions/lua_syntax.h"

#include <string.h>

static const struct {
  const char *said, *advice, *word, *fix; /* word: what is underlined; fix: what takes its place, with what is handed to it */
} FAILURES[] = {
  { "attempt to call a roster.auth value", "bearer is a value and takes nothing: write auth = bearer", "bearer", "bearer" },
  { "attempt to concatenate a roster.secret value",
    "a secret cannot be joined to a string: write secret { env = \"NAME\", prefix = \"Bearer \" }", "secret", NULL },
  { "attempt to call a roster.none value", "none is a value and takes nothing: write none", "none", "none" },
  { "bad argument #1 to 'get'", "get takes a path, as in get \"/models\"", "get", NULL },
  { "bad argument #2 to 'get'", "the query of get is a table, as in get(\"/models\", { limit = 1000 })", "get", NULL },
  { "bad argument #3 to 'post'", "the query of post is a table, as in post(\"/chat\", { ... }, { beta = true })", "post", NULL },
  { "bad argument #1 to 'post'", "post takes a path and a table, as in post(\"/chat\", { ... })", "post", NULL },
  { "bad argument #2 to 'post'", "post takes a path and a table, as in post(\"/chat\", { ... })", "post", NULL },
  { "bad argument #1 to 'refuse'", "refuse takes the reason, as in refuse \"not in the EU\"", "refuse", NULL },
  { "bad argument #1 to 'aws_sigv4'",
    "aws_sigv4 takes a table, as in aws_sigv4 { region = \"eu-north-1\", key_id = secret \"AWS_ACCESS_KEY_ID\" }", "aws_sigv4", NULL },
};

static void say(script *s, origin where, const char *word, const char *fix, const char *message) {
  finding_at(s->catalog->findings, ROSTER_ERROR, (finding_place){ .at = where, .word = word }, fix, "%s", message);
}

int fail_word(lua_State *L, const char *fix, const char *message) { return fail_part(L, fix, NULL, message); }

int fail_part(lua_State *L, const char *fix, const char *inside, const char *message) {
  script_of(L)->mend_inside = inside;
  script_of(L)->mend = fix;
  script_of(L)->mended = message;
  return luaL_error(L, "%s", message);
}

const char *fix_of_failure(script *s, const char *message, const char **inside) {
  const bool same = s->mended && text_ends(message, s->mended);
  const char *fix = same ? s->mend : NULL;
  *inside = same ? s->mend_inside : NULL;
  s->mend = s->mended = NULL;
  return fix;
}

/* The name in "attempt to index a function value (global 'provider')". */
static const char *named_in(script *s, const char *message, const char *before) {
  const char *at = strstr(message, before);
  if (!at) return NULL;
  at += strlen(before);
  return arena_bytes(s->arena, at, strcspn(at, "'"));
}

static const char *block_of(script *s, const char *verb) {
  if (text_is(verb, "default") || text_is(verb, "validate")) return arena_printf(s->arena, "%s { ... }", verb);
  if (text_is(verb, "rule")) return "rule \"NAME\" (function (model, host) ... end)";
  return arena_printf(s->arena, "%s \"NAME\" { ... }", verb);
}

static bool is_verb(const char *word) {
  return schema_of(word) || text_is(word, "ids") || text_is(word, "rule") || text_is(word, "document");
}

/* What it does to a value that is not there: joins, counts, compares or opens it. */
static bool is_about_nothing(const char *message) { return strstr(message, " nil value") || strstr(message, "with nil"); }

/* The line in which the setting has a default; its name is then in *place. NULL where it is not found. */
static const char *with_default(script *s, finding_place *place, const char *way) {
  syntax_view v = { .arena = s->arena };
  size_t length = 0;
  lua_lexer l;
  if (!script_reread(s, place->at.file, &v.text, &length)) return NULL;
  v.end = v.text + length;
  lua_lexer_begin(&l, v.text, length);
  for (lua_token t = lua_lexer_next(&l); t.kind != LUA_TOKEN_END; t = lua_lexer_next(&l)) {
    if (t.line != place->at.line || !lua_token_is(&t, "setting")) continue;
    lua_token name = lua_lexer_next(&l);
    const bool open = lua_token_is(&name, "(");
    if (open) name = lua_lexer_next(&l);
    const lua_token last = open ? lua_lexer_next(&l) : name;
    const char *word = name.length > 2 ? arena_bytes(s->arena, name.text + 1, name.length - 2) : "";
    if (name.kind != LUA_TOKEN_STRING || !text_is(word, s->unset) || (open && !lua_token_is(&last, ")"))) continue;
    place->column = name.column + 1;
    place->length = (int)name.length - 2;
    return syntax_fix(&v, t.text, end_of(&last), way);
  }
  return NULL;
}

static bool explain_setting(script *s, origin where, const char *message) {
  if (!s->unset || s->unset_at.line != where.line || !text_is(s->unset_at.file, where.file) || !is_about_nothing(message)) return false;
  const char *way = arena_printf(s->arena, "setting(\"%s\", \"...\")", s->unset);
  finding_place place = { .at = where, .word = s->unset };
  const char *fix = with_default(s, &place, way);
  finding_at(s->catalog->findings, ROSTER_ERROR, place, fix,
             "setting '%s' is not set, so there is nothing to work with: give it a default, as in %s", s->unset, way);
  return true;
}

static const char *absent_words(arena *a, const char *name) {
  static const char *const patterns[] = { "find", "match", "gmatch", "gsub" };
  static const char *const words[][2] = {
    { "startswith", "starts(s, prefix)" },
    { "starts_with", "starts(s, prefix)" },
    { "startsWith", "starts(s, prefix)" },
    { "starts", "starts(s, prefix)" },
    { "hasPrefix", "starts(s, prefix)" },
    { "endswith", "ends(s, ending)" },
    { "ends_with", "ends(s, ending)" },
    { "endsWith", "ends(s, ending)" },
    { "ends", "ends(s, ending)" },
    { "includes", "contains(s, part)" },
    { "contains", "contains(s, part)" },
    { "strip", "trim(s)" },
    { "trim", "trim(s)" },
    { "split", "split(s, separator)" },
    { "removeprefix", "strip_prefix(s, prefix)" },
  };
  for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++)
    if (text_is(name, patterns[i]))
      return arena_printf(a, "there is no function '%s' here: use text.starts, ends, contains, split, trim, glob or strip_prefix", name);
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (text_is(name, words[i][0])) return arena_printf(a, "there is no function '%s' here: write text.%s", name, words[i][1]);
  return arena_printf(a, "there is no function '%s' here", name);
}

#define A_LOOP_OVER "'in' is followed by ipairs(...) or pairs(...): write for _, one in ipairs(list) do"

/* The same of a function that was called for models. */
const char *failure_in_words(script *s, const char *message) {
  const char *absent = NULL;
  if (text_starts(message, "attempt to call ") && strstr(message, "(for iterator")) return A_LOOP_OVER;
  if (text_starts(message, "attempt to compare") && strstr(message, "roster.view"))
    return "what is compared is a table of fields: write which of them, as in model.price.input";
  if (text_is(message, "attempt to compare string with number") || text_is(message, "attempt to compare number with string"))
    return "a string is compared with a number: write the number without quotes";
  if (!text_starts(message, "attempt to call a nil value")) return message;
  absent = named_in(s, message, "(method '");
  if (!absent) absent = named_in(s, message, "(field '");
  return absent ? absent_words(s->arena, absent) : message;
}

static bool explain_absent(script *s, origin where, const char *message) {
  if (text_starts(message, "attempt to call ") && strstr(message, "(for iterator")) {
    say(s, where, "in", NULL, A_LOOP_OVER);
    return true;
  }
  if (!text_starts(message, "attempt to call a nil value")) return false;
  const char *absent = named_in(s, message, "(field '");
  if (!absent) absent = named_in(s, message, "(method '");
  if (!absent) return false;
  say(s, where, absent, NULL, absent_words(s->arena, absent));
  return true;
}

/* "header: takes ..." is about that word, and an assignment about the name that got a value. */
static const char *blamed(script *s, const char *message) {
  const size_t length = strspn(message, "abcdefghijklmnopqrstuvwxyz_0123456789");
  const char *word = s->assigned ? s->assigned : length && message[length] == ':' ? arena_bytes(s->arena, message, length) : NULL;
  s->assigned = NULL;
  return word;
}

typedef struct part_of_call {
  const char *word, *inside, *fix;
} part_of_call;

/* A fix that is a word takes the place of the part, any other that of the call. */
static void say_of_call(script *s, origin where, part_of_call c, const char *message) {
  const bool part = c.fix && c.inside && !strpbrk(c.fix, " \"");
  const finding_place place = { .at = where, .word = part ? c.inside : c.word, .call = c.fix && !part, .inside = part ? NULL : c.inside };
  finding_at(s->catalog->findings, ROSTER_ERROR, place, c.fix, "%s", message);
}

/* provider.acme = { ... }, secret["ACME_API_KEY"] */
static const char *indexed_words(script *s, const char *word) {
  static const char *const named[] = { "secret", "setting", "header", "query" };
  if (is_verb(word)) return arena_printf(s->arena, "a block is written %s", block_of(s, word));
  for (size_t i = 0; i < sizeof named / sizeof *named; i++)
    if (text_is(word, named[i])) return arena_printf(s->arena, "%s is followed by a name: write %s \"NAME\"", word, word);
  return arena_printf(s->arena, "%s is a function: what it takes is in parentheses, as in %s(...)", word, word);
}

/* ---- words that are given a value: provider = { ... }, base_url = "..." at the top of a file ---- */

static const char *block_with(const char *key) {
  static const char *const verbs[] = { "provider", "model", "gateway", "protocol", "source", "validate", "default" };
  for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
    if (schema_field(schema_of(verbs[i]), key)) return verbs[i];
  return NULL;
}

#define UNDECLARED "assignment to undeclared '"

const char *assignment_advice(script *s, const char *word, bool text) {
  arena *a = s->arena;
  const size_t length = strlen(word);
  s->assigned = arena_text(a, word);
  const char *single = length > 1 && word[length - 1] == 's' ? arena_bytes(a, word, length - 1) : word;
  if (is_verb(word) || is_verb(single))
    return arena_printf(a, "a block is written %s, without '='", block_of(s, is_verb(word) ? word : single));
  if (block_with(word))
    return arena_printf(a, "'%s' is a key of a block: write it within the braces of %s", word, block_of(s, block_with(word)));
  if (text && strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") == length && strchr(word, '_'))
    return arena_printf(a, "'%s' " A_SHELL_LINE, word);
  return arena_printf(a, UNDECLARED "%s': write `local %s = ...`", word, word);
}

const char *declared_line(const syntax_view *v, const lua_token *before, const lua_token *name, const lua_token *behind) {
  static const char *const starts[] = { ";", "then", "do", "else", "repeat", "end", ")", "}", NULL };
  const bool function = lua_token_is(before, "function");
  const char *const *word = starts;
  while (*word && !lua_token_is(before, *word)) word++;
  if (function && lua_token_is(behind, "(")) return syntax_fix(v, before->text, before->text, "local ");
  const bool first = !before->length || before->line != name->line || *word;
  return first && lua_token_is(behind, "=") ? syntax_fix(v, name->text, name->text, "local ") : NULL;
}

/* The name that got a value in this line. */
static bool explain_assignment(script *s, origin where, const char *message) {
  syntax_view v = { .arena = s->arena };
  size_t length = 0;
  lua_lexer l;
  lua_token before = { .text = "" }, name = before, behind;
  if (!s->assigned || !text_starts(message, UNDECLARED) || !script_reread(s, where.file, &v.text, &length)) return false;
  v.end = v.text + length;
  lua_lexer_begin(&l, v.text, length);
  for (behind = lua_lexer_next(&l); name.kind != LUA_TOKEN_END; before = name, name = behind, behind = lua_lexer_next(&l))
    if (name.line == where.line && lua_token_is(&name, s->assigned)) break;
  if (name.kind == LUA_TOKEN_END) return false;
  const finding_place place = { .at = where, .column = name.column, .length = (int)name.length };
  s->assigned = NULL;
  finding_at(s->catalog->findings, ROSTER_ERROR, place, declared_line(&v, &before, &name, &behind), "%s", message);
  return true;
}

/* ---- all of it ---- */

bool report_failure(script *s, origin where, const char *message) {
  for (size_t i = 0; i < sizeof FAILURES / sizeof *FAILURES; i++)
    if (text_starts(message, FAILURES[i].said)) {
      finding_at(s->catalog->findings, ROSTER_ERROR, (finding_place){ .at = where, .word = FAILURES[i].word, .call = FAILURES[i].fix },
                 FAILURES[i].fix, "%s", FAILURES[i].advice);
      return true;
    }
  if (explain_setting(s, where, message) || explain_absent(s, where, message) || explain_assignment(s, where, message)) return true;
  const char *inside = NULL, *fix = fix_of_failure(s, message, &inside);
  const char *word = fix ? arena_bytes(s->arena, message, strcspn(message, ": ")) : blamed(s, message);
  const char *indexed = text_starts(message, "attempt to index a function value") ? named_in(s, message, "(global '") : NULL;
  if (indexed)
    say(s, where, indexed, NULL, indexed_words(s, indexed));
  else if (word)
    say_of_call(s, where, (part_of_call){ word, inside, fix }, message);
  return indexed || word;
}

/* ---- a block without a name that has one ---- */

bool report_named(lua_State *L, const char *verb) {
  script *s = script_of(L);
  const origin where = script_where(L);
  syntax_view v = { .arena = s->arena };
  size_t length = 0;
  lua_lexer l;
  if (lua_type(L, 1) != LUA_TSTRING || !where.file || !script_reread(s, where.file, &v.text, &length)) return false;
  spend(L, length / BYTES_FOR_ONE);
  v.end = v.text + length;
  lua_lexer_begin(&l, v.text, length);
  lua_token word = lua_lexer_next(&l), name = lua_lexer_next(&l), behind = lua_lexer_next(&l);
  for (; behind.kind != LUA_TOKEN_END; word = name, name = behind, behind = lua_lexer_next(&l)) {
    if (word.line != where.line || !lua_token_is(&word, verb) || name.kind != LUA_TOKEN_STRING || !lua_token_is(&behind, "{")) continue;
    const finding_place place = { .at = { where.file, name.line }, .column = name.column, .length = (int)name.length };
    finding_at(s->catalog->findings, ROSTER_ERROR, place, syntax_fix(&v, end_of(&word), behind.text, " "),
               "%s: has no name: write %s { ... }%s", verb, verb,
               text_is(verb, "default") ? ", or role \"NAME\" { ... } for another purpose" : "");
    return true;
  }
  return false;
}

/* ---- a file that returns something ---- */

/* The line of the last `return` of the file that is in no function. */
static int line_of_return(const char *text, size_t length) {
  lua_lexer l;
  lua_lexer_begin(&l, text, length);
  int line = 0, depth = 0;
  for (lua_token t = lua_lexer_next(&l); t.kind != LUA_TOKEN_END; t = lua_lexer_next(&l)) {
    if (t.kind != LUA_TOKEN_NAME) continue;
    if (lua_token_is(&t, "function") || lua_token_is(&t, "if") || lua_token_is(&t, "do") || lua_token_is(&t, "repeat")) depth++;
    if (lua_token_is(&t, "end") || lua_token_is(&t, "until")) depth--;
    if (depth == 0 && lua_token_is(&t, "return")) line = t.line;
  }
  return line;
}

void report_returned(lua_State *L, const char *file) { /* the value on top */
  script *s = script_of(L);
  const char *text = NULL;
  size_t length = 0;
  if (lua_isnil(L, -1) || is_value(L, -1, UNKNOWN_VALUE)) return;
  const int line = script_reread(s, file, &text, &length) ? line_of_return(text, length) : 0;
  spend(L, length / BYTES_FOR_ONE);
  say(s, (origin){ file, line }, "return", NULL,
      "what a file returns is not used: write blocks, as in provider \"NAME\" { ... }, without return");
}

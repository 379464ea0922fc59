/* foreign_words: what is said of a word that the language does not have. People bring words from other languages and from other programs,
 * and leave quotes away; where the text around the word shows which it was, the finding has the line to write instead. */
#include "library/definitions/state.h"

#include "library/definitions/lua_syntax.h"
#include "util/suggest.h"
#include "util/text_file.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define NO_VALUE   "leave the line out, or write none to remove a shipped value"
#define A_NIL      "write nil"
#define A_VARIABLE "a variable is read with setting \"NAME\", or with secret \"NAME\" where it holds a key"
#define NO_FILES   "a file loads no other: every .lua and .json file of the folder is read, in the order of their names"
#define NO_IO      "definitions neither read nor write files, and print nothing: error \"...\" shows a value while you try"
#define A_REFUSAL  "a rule refuses a model by return refuse \"reason\""
#define NOT_HERE   "that part of Lua is not available in definitions"

static const struct {
  const char *word, *advice, *instead; /* instead: what may take its place in the line */
} FOREIGN_WORDS[] = {
  { "null", NO_VALUE, "none" },
  { "Null", NO_VALUE, "none" },
  { "NULL", NO_VALUE, "none" },
  { "None", NO_VALUE, "none" },
  { "Nil", NO_VALUE, "none" },
  { "NIL", NO_VALUE, "none" },
  { "undefined", NO_VALUE, "none" },
  { "nullptr", NO_VALUE, "none" },
  { "True", "write true", "true" },
  { "TRUE", "write true", "true" },
  { "yes", "write true", "true" },
  { "on", "write true", "true" },
  { "False", "write false", "false" },
  { "FALSE", "write false", "false" },
  { "no", "write false", "false" },
  { "off", "write false", "false" },
  { "os", A_VARIABLE, NULL },
  { "env", A_VARIABLE, NULL },
  { "ENV", A_VARIABLE, NULL },
  { "getenv", A_VARIABLE, NULL },
  { "environ", A_VARIABLE, NULL },
  { "process", A_VARIABLE, NULL },
  { "require", NO_FILES, NULL },
  { "dofile", NO_FILES, NULL },
  { "loadfile", NO_FILES, NULL },
  { "include", NO_FILES, NULL },
  { "import", NO_FILES, NULL },
  { "io", NO_IO, NULL },
  { "print", NO_IO, NULL },
  { "printf", NO_IO, NULL },
  { "console", NO_IO, NULL },
  { "load", NOT_HERE, NULL },
  { "loadstring", NOT_HERE, NULL },
  { "setmetatable", NOT_HERE, NULL },
  { "getmetatable", NOT_HERE, NULL },
  { "rawget", NOT_HERE, NULL },
  { "rawset", NOT_HERE, NULL },
  { "rawequal", NOT_HERE, NULL },
  { "rawlen", NOT_HERE, NULL },
  { "xpcall", "write pcall", "pcall" },
  { "debug", NOT_HERE, NULL },
  { "coroutine", NOT_HERE, NULL },
  { "package", NOT_HERE, NULL },
  { "collectgarbage", NOT_HERE, NULL },
  { "utf8", NOT_HERE, NULL },
  { "len", "the length of x is #x", NULL },
  { "reject", A_REFUSAL, NULL },
  { "deny", A_REFUSAL, NULL },
  { "disable", A_REFUSAL, NULL },
  { "exclude", A_REFUSAL, NULL },
  { "forbid", A_REFUSAL, NULL },
  { "block", A_REFUSAL, NULL },
  { "skip", A_REFUSAL, NULL },
  { "hide", A_REFUSAL, NULL },
  { "allow", "a rule that returns nothing leaves a model as it is", NULL },
  { "k", "a thousand is K", "K" },
  { "m", "a million is M", "M" },
  { "s", "write seconds", "seconds" },
  { "sec", "write seconds", "seconds" },
  { "second", "write seconds", "seconds" },
  { "min", "write minutes", "minutes" },
  { "minute", "write minutes", "minutes" },
  { "h", "write hours", "hours" },
  { "hour", "write hours", "hours" },
  { "d", "write days", "days" },
  { "day", "write days", "days" },
  { "ms", "a time is a number of seconds, as in 0.5 * seconds", NULL },
  { "milliseconds", "a time is a number of seconds, as in 0.5 * seconds", NULL },
  { "weeks", "the longest unit is days", NULL },
  { "months", "the longest unit is days", NULL },
};

/* What is known of a word of another language: its place in the table; -1: nothing. */
static int find_foreign(const char *word) {
  for (size_t i = 0; i < sizeof FOREIGN_WORDS / sizeof *FOREIGN_WORDS; i++)
    if (text_is(FOREIGN_WORDS[i].word, word)) return (int)i;
  return -1;
}

const char *foreign_advice(const char *word) {
  const int i = find_foreign(word);
  return i < 0 ? NULL : text_is(FOREIGN_WORDS[i].advice, NO_VALUE) ? A_NIL : FOREIGN_WORDS[i].advice;
}

/* ---- the members at the top of JSON files of other programs ---- */

#define AS_BLOCKS "write \"provider\": { \"NAME\": { ... } }, \"model\": { \"ID\": { \"provider\": \"NAME\" } }"
#define A_LISTING "this is a provider's list of models: " AS_BLOCKS

static const char *const TOPS[][2] = {
  { "model_list", "this is a configuration of LiteLLM: " AS_BLOCKS },
  { "litellm_settings", "this is a configuration of LiteLLM: " AS_BLOCKS },
  { "router_settings", "this is a configuration of LiteLLM: " AS_BLOCKS },
  { "general_settings", "this is a configuration of LiteLLM: " AS_BLOCKS },
  { "data", A_LISTING },
  { "object", A_LISTING },
  { "mcpServers", "this is a configuration of another program: " AS_BLOCKS },
  { "model_providers", AS_BLOCKS },
  { "modelProviders", AS_BLOCKS },
  { "base_url", "it is the key of a provider: " AS_BLOCKS },
  { "protocol", "it is the key of a provider: " AS_BLOCKS },
  { "api_key", "a key is not written into a file: a provider has \"credential\": { \"secret\": \"NAME\" }" },
  { "apiKey", "a key is not written into a file: a provider has \"credential\": { \"secret\": \"NAME\" }" },
};

const char *foreign_top(const char *word, bool list) {
  if (list && (text_is(word, "models") || text_is(word, "providers"))) return AS_BLOCKS;
  for (size_t i = 0; i < sizeof TOPS / sizeof *TOPS; i++)
    if (text_is(TOPS[i][0], word)) return TOPS[i][1];
  return NULL;
}

/* ---- the text around it ---- */

bool script_reread(script *s, const char *file, const char **text, size_t *length) {
  const char *why = NULL;
  if (!s->reread || !text_is(s->reread_file, file)) {
    free(s->reread);
    s->reread = text_file_read(file, false, LARGEST_LUA, &why);
    s->reread_file = file;
  }
  *text = s->reread;
  *length = s->reread ? strlen(s->reread) : 0;
  return s->reread;
}

static const char *line_at(const syntax_view *v, int line) {
  const char *s = v->text;
  for (int i = 1; s && i < line; i++) {
    s = memchr(s, '\n', (size_t)(v->end - s));
    if (s) s++;
  }
  return s;
}

/* The word in its line, behind what was already reported; v->before, v->at and v->after are then around it. */
static bool find_word(syntax_view *v, const script *s, origin where, const char *word) {
  const char *begin = line_at(v, where.line);
  if (!begin) return false;
  const text_line line = syntax_line(v, begin);
  const int from = s->reported.line == where.line && text_is(s->reported.file, where.file) ? s->reported_to : 0;
  lua_lexer l;
  lua_lexer_begin(&l, line.at, line.length);
  lua_token earlier = { .text = "" }, before = earlier, t = lua_lexer_next(&l);
  bool found = false;
  for (lua_token next; t.kind != LUA_TOKEN_END && !found; earlier = before, before = t, t = next) {
    next = lua_lexer_next(&l);
    found = t.kind == LUA_TOKEN_NAME && lua_token_is(&t, word) && (t.column >= from || !from);
    if (!found) continue;
    v->before[0] = before;
    v->before[1] = earlier;
    v->at = t;
    v->after[0] = next;
    v->at.line = where.line;
    v->after[1] = lua_lexer_next(&l);
  }
  return found;
}

/* ---- what it was ---- */

/* Of any block. */
static bool is_key(const char *word) {
  static const char *const verbs[] = { "provider", "model", "gateway", "source", "validate", "protocol", "family" };
  for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
    if (schema_field(schema_of(verbs[i]), word)) return true;
  return false;
}

static bool is_one_of(const lua_token *t, const char *const *words) {
  while (*words && !lua_token_is(t, *words)) words++;
  return *words;
}

static bool begins_value(const lua_token *before) {
  static const char *const all[] = { "=", "{", ",", "get", "secret", "setting", "header", "via", "refuse", "(", "[", NULL };
  return is_one_of(before, all);
}

#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"

/* The name before it, where it is in place of a key: credential = os.getenv("NAME"), api_key: process.env.NAME. NULL: it is not. */
static const char *name_for_key(const syntax_view *v, text_line line) {
  static const char *const keys[] = { "credential", "api_key", "apiKey", "key", "token" };
  size_t before = (size_t)(v->at.text - line.at);
  while (before && strchr(" \t=(:", line.at[before - 1])) before--;
  size_t begin = before;
  while (begin && (line.at[begin - 1] == '_' || isalnum((unsigned char)line.at[begin - 1]))) begin--;
  const char *name = arena_bytes(v->arena, line.at + begin, before - begin);
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
    if (text_ends(name, keys[i])) return line.at + begin;
  return NULL;
}

/* ACME_API_KEY=... at the beginning of a line */
static bool is_variable_line(const syntax_view *v, const lua_token *name) {
  return syntax_is_first(v, name->text) && strspn(name->text, UPPER) == name->length && memchr(name->text, '_', name->length);
}

/* protocol = openai-chat, provider = acme, list = get /models */
static bool lacks_quotes(const syntax_view *v, const char *nearest, syntax_mistake *out) {
  const bool path = lua_token_is(P(0), "/") && touch(P(0), &v->at) && begins_value(P(1));
  const lua_token at = path ? *P(0) : v->at;
  const char *end = syntax_word_end(v, at.text);
  const bool run = path || (end > end_of(&v->at) && *end != '(' && begins_value(P(0)) && strchr(nearest ? "-/" : "-/:.", *end_of(&v->at)));
  const bool variable = strchr("({", *P(0)->text) && (lua_token_is(P(1), "secret") || lua_token_is(P(1), "setting"));
  const bool alone = !nearest && (variable || lua_token_is(P(0), "=")) && N(0)->length == 1 && strchr(",;})", *N(0)->text);
  if (!run && !alone) return false;
  const size_t length = (size_t)(end - at.text);
  if (lua_token_is(P(0), "=") && is_name(P(1)) && is_variable_line(v, P(1)))
    return syntax_say(v, out, *P(1), P(1)->length, NULL, "'%.*s' " A_SHELL_LINE, (int)P(1)->length, P(1)->text);
  if (key_may_be(at.text, length))
    return syntax_say(v, out, at, length, NULL,
                      "a string is missing its quotes, and this one looks like a key: set a variable and write secret \"NAME\"");
  const bool key = alone && lua_token_is(P(0), "=") && name_for_key(v, syntax_line(v, at.text)) && strspn(at.text, UPPER) == length;
  const char *good = arena_printf(v->arena, "%s\"%.*s\"", key ? "secret " : "", (int)(length < 200 ? length : 200), at.text);
  return syntax_say(v, out, at, length, syntax_fix(v, at.text, end, good), "a string is missing its quotes: write %s", good);
}

/* credential: secret "NAME", which Lua takes for the call of a method */
static bool has_colon(const syntax_view *v, syntax_mistake *out) {
  if (!lua_token_is(N(0), ":") || N(1)->kind != LUA_TOKEN_NAME) return false;
  return syntax_say(v, out, v->at, (size_t)(end_of(N(0)) - v->at.text), syntax_fix(v, end_of(&v->at), end_of(N(0)), " ="),
                    "a key is followed by '=' in Lua, not by ':'");
}

/* f"...", r'...' */
static bool is_prefix(const syntax_view *v, syntax_mistake *out) {
  if (v->at.length > 2 || N(0)->kind != LUA_TOKEN_STRING || !touch(&v->at, N(0)) || !strchr("frbuFRBU", *v->at.text)) return false;
  return syntax_say(v, out, v->at, v->at.length, syntax_fix(v, v->at.text, end_of(&v->at), ""),
                    "a string has nothing before its quote in Lua, and nothing is filled in: strings are joined by '..'");
}

/* { enabled == false }, of which Lua makes an item */
static bool is_compared(const syntax_view *v, const char *word, syntax_mistake *out) {
  if (!lua_token_is(N(0), "==") || !(lua_token_is(P(0), "{") || lua_token_is(P(0), ",") || !P(0)->length) || !is_key(word)) return false;
  return syntax_say(v, out, *N(0), 2, syntax_fix(v, N(0)->text, end_of(N(0)), "="), "'==' compares: a key is followed by '='");
}

/* price { ... } within a block */
static bool lacks_sign(const syntax_view *v, const char *word, syntax_mistake *out) {
  const bool value = lua_token_is(N(0), "{") || N(0)->kind == LUA_TOKEN_STRING;
  if (!value || !(lua_token_is(P(0), "{") || lua_token_is(P(0), ",") || !P(0)->length) || !is_key(word)) return false;
  return syntax_say(v, out, v->at, v->at.length, syntax_fix(v, end_of(&v->at), end_of(&v->at), " ="), "'%s' is a key: write %s = ...", word,
                    word);
}

/* os.getenv("NAME") and what others have for it: the line with setting "NAME", or with secret "NAME" where it is a key. */
static const char *with_setting(const syntax_view *v) {
  const text_line line = syntax_line(v, v->at.text);
  const char *name = name_for_key(v, line), *from = v->at.text, *word = name ? "secret" : "setting";
  if (name && !syntax_starts(v, name, "credential")) from = name, word = "credential = secret";
  lua_lexer l;
  lua_lexer_begin(&l, v->at.text, (size_t)(line.at + line.length - v->at.text));
  bool open = false;
  for (int i = 0; i < 6; i++) {
    const lua_token t = lua_lexer_next(&l), next = t.kind == LUA_TOKEN_STRING ? lua_lexer_next(&l) : t;
    open = open || lua_token_is(&t, "(") || lua_token_is(&t, "[");
    const bool member = t.kind == LUA_TOKEN_NAME && t.length > 1 && t.text[-1] == '.' && strspn(t.text, UPPER) >= t.length;
    if (member) return syntax_fix(v, from, end_of(&t), arena_printf(v->arena, "%s \"%.*s\"", word, (int)t.length, t.text));
    if (t.kind != LUA_TOKEN_STRING) continue;
    const char *end = open && (lua_token_is(&next, ")") || lua_token_is(&next, "]")) ? end_of(&next) : end_of(&t);
    return syntax_fix(v, from, end, arena_printf(v->arena, "%s %.*s", word, (int)t.length, t.text));
  }
  return NULL;
}

/* reject "reason", reject(), return disable */
static bool say_refusal(const syntax_view *v, const char *word, syntax_mistake *out) {
  const bool open = lua_token_is(N(0), "("), empty = open && lua_token_is(N(1), ")");
  const bool says_why = !empty && (open || N(0)->kind == LUA_TOKEN_STRING);
  const char *end = empty ? end_of(N(1)) : end_of(&v->at);
  return syntax_say(v, out, v->at, v->at.length, syntax_fix(v, v->at.text, end, says_why ? "refuse" : "refuse \"reason\""),
                    "unknown word '%s': " A_REFUSAL, word);
}

/* model(id) { and provider "acme" {, by what is before the brace */
static bool opens_block(const lua_token *last, const lua_token *earlier) {
  return last->kind == LUA_TOKEN_STRING ? is_name(earlier) : lua_token_is(last, ")");
}

/* Whether the innermost function that encloses it is within the innermost block: there a value is nil, and none is for a key of a block. */
static bool is_in_function(const syntax_view *v) {
  static const char *const opening[] = { "{", "function", "if", "do", "repeat", NULL }, *const closing[] = { "}", "end", "until", NULL };
  bool within[MOST_OPEN] = { false }; /* what each that is open makes of its inside */
  size_t depth = 0;
  lua_lexer l;
  lua_token before = { .text = "" }, earlier = before;
  lua_lexer_begin(&l, v->text, (size_t)(v->end - v->text));
  for (lua_token t = lua_lexer_next(&l); t.text < v->at.text; earlier = before, before = t, t = lua_lexer_next(&l)) {
    const bool function = lua_token_is(&t, "function"), block = lua_token_is(&t, "{") && opens_block(&before, &earlier);
    if (is_one_of(&t, opening) && depth + 1 < MOST_OPEN) within[depth + 1] = function || (within[depth] && !block), depth++;
    if (is_one_of(&t, closing) && depth) depth--;
  }
  return within[depth];
}

static bool is_comparison(const lua_token *t) { return lua_token_is(t, "==") || lua_token_is(t, "~="); }

/* model.price == null */
static bool say_nil(const syntax_view *v, const char *word, syntax_mistake *out) {
  if (!is_comparison(P(0)) && !is_comparison(N(0)) && !is_in_function(v)) return false;
  return syntax_say(v, out, v->at, v->at.length, syntax_fix(v, v->at.text, end_of(&v->at), "nil"), "unknown word '%s': " A_NIL, word);
}

static bool is_foreign(const syntax_view *v, const char *word, syntax_mistake *out) {
  const int i = find_foreign(word);
  if (i < 0) return false;
  const char *instead = FOREIGN_WORDS[i].instead;
  if (text_is(FOREIGN_WORDS[i].advice, NO_VALUE) && say_nil(v, word, out)) return true;
  if (text_is(FOREIGN_WORDS[i].advice, A_REFUSAL)) return say_refusal(v, word, out);
  const char *fix = text_is(FOREIGN_WORDS[i].advice, A_VARIABLE) ? with_setting(v)
                    : instead                                    ? syntax_fix(v, v->at.text, end_of(&v->at), instead)
                                                                 : NULL;
  return syntax_say(v, out, v->at, v->at.length, fix, "unknown word '%s': %s", word, FOREIGN_WORDS[i].advice);
}

/* providers { acme = { ... } } */
static bool is_plural(const syntax_view *v, const char *word, const char *nearest, syntax_mistake *out) {
  const size_t length = nearest ? strlen(nearest) : 0;
  if (!nearest || strncmp(word, nearest, length) != 0 || !text_is(word + length, "s") || schema_of(nearest) == NULL) return false;
  return syntax_say(v, out, v->at, v->at.length, NULL, "unknown word '%s': write one %s \"NAME\" { ... } for each", word, nearest);
}

static bool is_near(const syntax_view *v, const char *word, const char *nearest, syntax_mistake *out) {
  if (!nearest) return false;
  return syntax_say(v, out, v->at, v->at.length, syntax_fix(v, v->at.text, end_of(&v->at), nearest), "unknown word '%s'%s%s%s", word,
                    SUGGESTION(nearest));
}

/* base_url = "..." outside of a block, or a key that is nobody's. */
static bool say_plain(const syntax_view *v, const char *word, syntax_mistake *out) {
  if (key_may_be(word, strlen(word))) return syntax_say(v, out, v->at, v->at.length, NULL, "unknown word");
  return syntax_say(v, out, v->at, v->at.length, NULL, "unknown word '%s'", word);
}

static void say_word(const syntax_view *v, const char *word, const char *nearest, syntax_mistake *out) {
  (void)(is_prefix(v, out) || is_foreign(v, word, out) || lacks_quotes(v, nearest, out) || is_plural(v, word, nearest, out) ||
         lacks_sign(v, word, out) || is_near(v, word, nearest, out) || say_plain(v, word, out));
}

void say_unknown_word(lua_State *L, syntax_view *v, const char *word, syntax_mistake *out) {
  push_words(L);
  say_word(v, word, find_foreign(word) < 0 ? nearest_word(L, lua_gettop(L), word) : NULL, out);
  lua_pop(L, 1);
}

/* The rest of a string without quotes was reported with its beginning. */
static bool is_reported(const script *s, origin where, const syntax_view *v) {
  return s->reported.line == where.line && text_is(s->reported.file, where.file) && v->at.column < s->reported_to;
}

static void report(script *s, origin where, const syntax_mistake *m) {
  s->reported = where;
  s->reported_to = m->column + m->length;
  finding_at(s->catalog->findings, ROSTER_ERROR, (finding_place){ .at = where, .column = m->column, .length = m->length }, m->fix, "%s",
             m->message);
}

void report_unknown_word(lua_State *L, const char *word, const char *nearest) {
  script *s = script_of(L);
  const origin where = script_where(L);
  syntax_view *v = arena_alloc(s->arena, sizeof *v);
  syntax_mistake found;
  size_t length = 0;
  *v = (syntax_view){ .arena = s->arena };
  if (find_foreign(word) >= 0) nearest = NULL;
  if (!where.file || findings_full(s->catalog->findings, where.file) || !script_reread(s, where.file, &v->text, &length)) {
    finding_error(s->catalog->findings, where, "unknown word '%s'%s%s%s", key_may_be(word, strlen(word)) ? "..." : word,
                  SUGGESTION(nearest));
    return;
  }
  spend(L, length / 64);
  v->end = v->text + length;
  if (!find_word(v, s, where, word)) {
    const bool rest = s->reported.line == where.line && text_is(s->reported.file, where.file);
    if (!rest) finding_error(s->catalog->findings, where, "unknown word '%s'%s%s%s", word, SUGGESTION(nearest));
    return;
  }
  if (is_reported(s, where, v)) return;
  if (!has_colon(v, &found) && !is_compared(v, word, &found)) say_word(v, word, nearest, &found);
  report(s, where, &found);
  if (found.column < v->at.column) s->reported_to = INT_MAX; /* it was found before the word: the rest of the line belongs to it */
}

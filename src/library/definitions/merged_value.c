/* merged_value: the values of fields, as they are written in Lua and in JSON. No key is ever among them: a credential is the name of a
 * variable, a file or a program, and what looks like a key in any other text is covered, as in the lines of findings. */
#include "library/definitions/lua_lexer.h"
#include "library/definitions/merged_tree.h"
#include "library/definitions/state.h"

#include "util/mask.h"
#include "util/utf8.h"

#include <string.h>

node *value_word(arena *a, const char *key, const char *lua, const char *json) {
  node *n = arena_alloc(a, sizeof *n);
  *n = (node){ .kind = NODE_VALUE, .key = key, .lua = lua, .json = json };
  return n;
}

/* ---- texts ---- */

/* What steers a terminal or is not seen is spelt. */
static void add_character(strbuf *out, const char *s, size_t length, codepoint c) {
  if (c == '\n')
    strbuf_add(out, "\\n");
  else if (c == '"' || c == '\\')
    strbuf_format(out, "\\%c", (char)c);
  else if (c == UTF8_INVALID)
    strbuf_format(out, "\\x%02x", (unsigned char)*s);
  else if (utf8_is_control(c) || utf8_is_invisible(c))
    strbuf_format(out, "\\u{%X}", (unsigned)c);
  else
    strbuf_bytes(out, s, length);
}

/* Of printable ASCII that is written as it is. */
static size_t plain_length(const char *text) {
  size_t n = 0;
  while (text[n] >= ' ' && text[n] <= '~' && text[n] != '"' && text[n] != '\\') n++;
  return n;
}

void add_lua_text(strbuf *out, const char *text) {
  strbuf_add(out, "\"");
  for (codepoint c; *text;) {
    const size_t plain = plain_length(text);
    strbuf_bytes(out, text, plain);
    text += plain;
    if (!*text) break;
    const size_t length = utf8_read(text, &c);
    add_character(out, text, length, c);
    text += length;
  }
  strbuf_add(out, "\"");
}

static bool is_name(const char *key) {
  if (lua_is_keyword(key, strlen(key))) return false;
  const char *at = key;
  while ((*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') || (*at >= '0' && *at <= '9') || *at == '_') at++;
  return *key && !*at && !(*key >= '0' && *key <= '9');
}

void add_lua_key(strbuf *out, const char *key) {
  if (is_name(key)) {
    strbuf_add(out, key);
    return;
  }
  strbuf_add(out, "[");
  add_lua_text(out, key);
  strbuf_add(out, "]");
}

static const char *lua_text(arena *a, const char *text) {
  strbuf b = { .arena = a };
  add_lua_text(&b, text);
  return strbuf_text(&b);
}

static const char *json_text(arena *a, const char *text) {
  strbuf b = { .arena = a };
  write_quoted(&b, text);
  return strbuf_text(&b);
}

/* The literal as it may be shown behind that name. */
static const char *covered(arena *a, const char *name, const char *literal) {
  const char *line = arena_printf(a, "%s = %s", name ? name : "", literal), *shown = mask_line(a, line);
  const char *behind = strstr(shown, " = ");
  return strcmp(line, shown) == 0 ? literal : behind ? behind + 3 : "\"***\"";
}

void value_cover(arena *a, node *n, const char *name) {
  const char *shown = n->lua ? covered(a, name, n->lua) : NULL;
  if (shown == n->lua) return;
  n->lua = shown;
  n->json = "\"***\"";
  n->hidden = true;
}

node *value_text(tree_maker *t, const char *key, const char *text) {
  const setting *refused = settings_marked(t->catalog, text);
  if (refused) t->refused = refused;
  node *n = value_word(t->arena, key, lua_text(t->arena, text), json_text(t->arena, text));
  n->text = text;
  if (mask_may_hide(n->lua)) value_cover(t->arena, n, NULL);
  return n;
}

/* ---- numbers ---- */

const char *tokens_word(arena *a, int64_t tokens) {
  const bool millions = tokens >= 1000000 && tokens % 1000000 == 0, thousands = tokens >= 1000 && tokens % 1000 == 0;
  if (!millions && !thousands) return arena_printf(a, "%lld", (long long)tokens);
  return arena_printf(a, "%lld * %s", (long long)tokens / (millions ? 1000000 : 1000), millions ? "M" : "K");
}

node *value_tokens(arena *a, const char *key, int64_t tokens, bool unit) {
  const char *digits = arena_printf(a, "%lld", (long long)tokens);
  return value_word(a, key, unit ? tokens_word(a, tokens) : digits, digits);
}

node *value_amount(arena *a, const char *key, double amount) {
  writer w = { .text = { .arena = a } };
  write_real(&w, NULL, amount);
  const char *digits = write_end(&w, NULL);
  return value_word(a, key, digits, digits);
}

node *value_seconds(arena *a, const char *key, int64_t ms) {
  static const struct {
    const char *name;
    int64_t ms, least;
  } units[] = { { "days", 86400000, 172800000 }, { "hours", 3600000, 7200000 }, { "minutes", 60000, 120000 }, { "seconds", 1000, 1000 } };
  node *n = value_amount(a, key, (double)ms / 1000);
  for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
    if (ms < units[i].least || ms % units[i].ms) continue;
    n->lua = arena_printf(a, "%lld * %s", (long long)(ms / units[i].ms), units[i].name);
    break;
  }
  return n;
}

/* ---- tables of words, in both languages at once ---- */

typedef struct words {
  strbuf lua, json;
  bool behind;
} words;

static words words_begin(arena *a) {
  words w = { { .arena = a }, { .arena = a }, false };
  strbuf_add(&w.lua, "{ ");
  strbuf_add(&w.json, "{");
  return w;
}

static void words_add(words *w, const char *name, const char *lua, const char *json) {
  strbuf_format(&w->lua, "%s%s = %s", w->behind ? ", " : "", name, lua);
  strbuf_format(&w->json, "%s\"%s\":%s", w->behind ? "," : "", name, json);
  w->behind = true;
}

static void words_text(tree_maker *t, words *w, const char *name, const char *text) {
  const node *n = text ? value_text(t, name, text) : NULL;
  if (n) words_add(w, name, n->lua, n->json);
}

static void words_end(words *w) {
  strbuf_add(&w->lua, " }");
  strbuf_add(&w->json, "}");
}

/* ---- keys, and where they go ---- */

static void add_helper(tree_maker *t, words *w, const texts *helper) {
  strbuf lua = { .arena = t->arena }, json = { .arena = t->arena };
  for (size_t i = 0; i < helper->count; i++) {
    const node *n = value_text(t, NULL, helper->at[i]);
    strbuf_format(&lua, "%s%s", i ? ", " : "{ ", n->lua);
    strbuf_format(&json, "%s%s", i ? "," : "[", n->json);
  }
  strbuf_add(&lua, " }");
  strbuf_add(&json, "]");
  if (helper->count) words_add(w, "helper", strbuf_text(&lua), strbuf_text(&json));
}

static void add_seconds(arena *a, words *w, const char *name, int64_t ms) {
  const node *n = ms ? value_seconds(a, name, ms) : NULL;
  if (n) words_add(w, name, n->lua, n->json);
}

static bool is_plain(const credential *c) {
  return c->env && !c->file && !c->helper.count && !c->prefix && !c->auth && !c->label && !c->profile;
}

/* The names of variables and files are shown as they are: `secret` refuses what looks like a key. */
static void add_name(tree_maker *t, words *w, const char *name, const char *text) {
  const setting *refused = settings_marked(t->catalog, text);
  if (refused) t->refused = refused;
  if (text) words_add(w, name, lua_text(t->arena, text), json_text(t->arena, text));
}

node *value_credential(tree_maker *t, const char *key, const credential *c) {
  arena *a = t->arena;
  words w = words_begin(a);
  add_name(t, &w, "env", c->env);
  if (is_plain(c))
    return value_word(a, key, arena_printf(a, "secret %s", lua_text(a, c->env)), arena_printf(a, "{\"secret\":%s}", json_text(a, c->env)));
  add_name(t, &w, "file", c->file);
  add_helper(t, &w, &c->helper);
  if (c->interactive) words_add(&w, "interactive", "true", "true");
  add_seconds(a, &w, "ttl", c->ttl);
  add_seconds(a, &w, "timeout", c->timeout);
  words_text(t, &w, "prefix", c->prefix);
  words_text(t, &w, "profile", c->profile);
  words_text(t, &w, "label", c->label);
  const node *way = c->auth ? value_auth(t, "auth", c->auth) : NULL;
  if (way) words_add(&w, "auth", way->lua, way->json);
  words_end(&w);
  return value_word(a, key, arena_printf(a, "secret %s", strbuf_text(&w.lua)), arena_printf(a, "{\"secret\":%s}", strbuf_text(&w.json)));
}

static node *signed_way(tree_maker *t, const char *key, const auth *from) {
  arena *a = t->arena;
  words w = words_begin(a);
  add_name(t, &w, "region", from->region);
  add_name(t, &w, "service", from->service);
  const node *id = value_credential(t, NULL, from->key_id), *token = from->token ? value_credential(t, NULL, from->token) : NULL;
  words_add(&w, "key_id", id->lua, id->json);
  if (token) words_add(&w, "token", token->lua, token->json);
  words_end(&w);
  return value_word(a, key, arena_printf(a, "aws_sigv4 %s", strbuf_text(&w.lua)),
                    arena_printf(a, "{\"aws_sigv4\":%s}", strbuf_text(&w.json)));
}

node *value_auth(tree_maker *t, const char *key, const auth *from) {
  arena *a = t->arena;
  if (from->kind == AUTH_BEARER) return value_word(a, key, "bearer", "\"bearer\"");
  if (from->kind == AUTH_AWS_SIGV4) return signed_way(t, key, from);
  const setting *refused = settings_marked(t->catalog, from->header);
  if (refused) t->refused = refused;
  return value_word(a, key, arena_printf(a, "header %s", lua_text(a, from->header)),
                    arena_printf(a, "{\"header\":%s}", json_text(a, from->header)));
}

/* ---- JSON as Lua ---- */

/* The string of JSON at *s, as a C string; *s moves behind it. */
static const char *read_string(arena *a, const char **s) {
  strbuf b = { .arena = a };
  const char *c = *s + 1;
  for (; *c && *c != '"'; c++) {
    unsigned code = 0;
    if (*c == '\\' && c[1] == 'u' && sscanf(c + 2, "%4x", &code) == 1) {
      strbuf_bytes(&b, &(char){ (char)code }, 1); /* the writer escapes nothing above ASCII */
      c += 5;
    } else if (*c == '\\') {
      c++;
      strbuf_bytes(&b, *c == 'n' ? "\n" : c, 1);
    } else {
      strbuf_bytes(&b, c, 1);
    }
  }
  *s = *c ? c + 1 : c;
  return strbuf_text(&b);
}

static void add_string(strbuf *out, arena *a, const char **s) {
  const char *text = read_string(a, s);
  if (**s != ':') {
    add_lua_text(out, text);
    return;
  }
  add_lua_key(out, text);
  strbuf_add(out, " = ");
  ++*s;
}

/* Of what this library has written: without blanks. An empty list is written `list {}`, since `{}` is an object. */
static const char *lua_of_json(arena *a, const char *s) {
  strbuf out = { .arena = a };
  while (*s) {
    if (*s == '"') {
      add_string(&out, a, &s);
      continue;
    }
    const bool opens = *s == '{' || *s == '[', empty = opens && (s[1] == '}' || s[1] == ']');
    if (opens)
      strbuf_add(&out, empty ? *s == '[' ? "list {" : "{" : "{ ");
    else if (*s == '}' || *s == ']')
      strbuf_add(&out, s[-1] == '{' || s[-1] == '[' ? "}" : " }");
    else
      strbuf_bytes(&out, *s == ',' ? ", " : s, *s == ',' ? 2 : 1);
    s++;
  }
  return strbuf_text(&out);
}

node *value_json(tree_maker *t, const char *key, const char *json) {
  node *n = value_word(t->arena, key, lua_of_json(t->arena, json), json);
  value_cover(t->arena, n, NULL);
  return n;
}

/* ---- functions and requests ---- */

typedef struct reference {
  script_ref ref;
  const char *path, *query, *body;
  bool bare;
} reference;

static const char *part_json(lua_State *L, int at, const char *name, const char *what) {
  const char *json = lua_getfield(L, at, name) == LUA_TTABLE ? take_json(L, lua_gettop(L), what, LARGEST_LUA) : NULL;
  lua_pop(L, 1);
  return json ? arena_text(script_of(L)->arena, json) : NULL;
}

static int read_request(lua_State *L) {
  reference *r = lua_touserdata(L, 1);
  push_ref(L, r->ref);
  const int at = lua_gettop(L);
  if (!is_value(L, at, REQUEST_VALUE)) return 0;
  r->query = part_json(L, at, "query", "the query");
  r->body = part_json(L, at, "body", "the body");
  lua_getfield(L, at, "bare");
  r->bare = lua_toboolean(L, -1);
  lua_getfield(L, at, "path");
  r->path = lua_type(L, -1) == LUA_TSTRING ? keep_text(L, -1) : NULL;
  return 0;
}

static const char *request_lua(arena *a, const reference *r) {
  strbuf out = { .arena = a };
  strbuf_add(&out, r->bare ? "bare(" : "");
  strbuf_add(&out, r->body ? "post(" : r->query ? "get(" : "get ");
  add_lua_text(&out, r->path);
  if (r->body) strbuf_format(&out, ", %s", lua_of_json(a, r->body));
  if (r->query) strbuf_format(&out, ", %s", lua_of_json(a, r->query));
  strbuf_add(&out, r->body || r->query ? ")" : "");
  strbuf_add(&out, r->bare ? ")" : "");
  return strbuf_text(&out);
}

static const char *request_json(arena *a, const reference *r) {
  strbuf out = { .arena = a };
  strbuf_format(&out, "{\"%s\":%s", r->body ? "post" : "get", json_text(a, r->path));
  if (r->body) strbuf_format(&out, ",\"body\":%s", r->body);
  if (r->query) strbuf_format(&out, ",\"query\":%s", r->query);
  strbuf_add(&out, r->bare ? ",\"bare\":true}" : "}");
  return strbuf_text(&out);
}

node *value_request(tree_maker *t, const char *key, script_ref ref) {
  reference r = { .ref = ref };
  if (script_protect(t->script, read_request, &r) || !r.path) return NULL;
  const setting *refused = settings_marked(t->catalog, r.path);
  if (refused) t->refused = refused;
  node *n = value_word(t->arena, key, request_lua(t->arena, &r), request_json(t->arena, &r));
  value_cover(t->arena, n, NULL);
  return n;
}

node *value_function(tree_maker *t, const char *key, script_ref ref, const char *what) {
  node *n = value_word(t->arena, key, what, "null");
  n->kind = NODE_REMARK;
  n->at = script_place(t->script, ref);
  return n;
}

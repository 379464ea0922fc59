/* credential_words: the words for where a key comes from, `secret`, and for where it goes: `header`, `aws_sigv4`, `bearer`. A secret is the
 * name of a variable, a file or a program, never a value. */
#include "library/definitions/state.h"

#include "library/definitions/literal_keys.h"
#include "library/definitions/lua_syntax.h"
#include "util/suggest.h"

#include <string.h>

/* The keys of the table at 1. */
static void check_keys(lua_State *L, const char *word, const char *const *known, size_t count, const char *takes) {
  for (lua_pushnil(L); next_pair(L, 1); lua_pop(L, 1)) {
    const char *name = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "?";
    bool good = false;
    for (size_t i = 0; i < count; i++) good = good || text_is(known[i], name);
    if (good) continue;
    const char *nearest = suggest(name, known, count);
    const char *ending = nearest ? arena_printf(script_of(L)->arena, "%s%s%s", SUGGESTION(nearest))
                                 : arena_printf(script_of(L)->arena, " (it takes %s)", takes);
    fail_part(L, in_json(L) ? NULL : nearest, name, arena_printf(script_of(L)->arena, "%s: unknown key '%s'%s", word, name, ending));
  }
}

/* ---- what was meant by other names ---- */

static const char *const SECRET_KEYS[][2] = {
  { "env", " env environment variable var env_var envvar env_name env_key key_env api_key_env from_env name " },
  { "file", " file path filename file_path filepath file_name key_file keyfile api_key_file from_file " },
  { "helper", " helper command cmd exec program run shell script api_key_helper credential_command " },
  { "label", " label " },
  { "prefix", " prefix " },
  { "profile", " profile " },
};

static const char *secret_key(const char *name) {
  const size_t length = strlen(name);
  for (size_t i = 0; i < sizeof SECRET_KEYS / sizeof *SECRET_KEYS; i++)
    for (const char *at = SECRET_KEYS[i][1]; length && (at = strstr(at, name)); at += length)
      if (at[-1] == ' ' && at[length] == ' ') return SECRET_KEYS[i][0];
  return NULL;
}

/* The mark that takes the place of a text from a variable; NULL where the author wrote it. */
static const char *refused(lua_State *L, const char *text, const char *problem) {
  return settings_refuse_text(script_of(L)->catalog, text, problem);
}

/* ---- where it comes from ---- */

enum { MOST_ARGUMENTS = 64, MOST_SECRETS = 16, LONGEST_LABEL = 32 };
#define LONGEST_SECONDS (365.0 * 24 * 3600)
#define KEY_FOR_NAME    "that is not the name of a variable: put the key into a variable and name that one here"

static int fail_secret(lua_State *L) {
  return luaL_error(
      L, in_json(L) ? "secret: give the name of a variable, as in { \"secret\": \"ACME_API_KEY\" }, or { \"secret\": { \"env\": "
                      "\"ACME_API_KEY\", \"file\": \"/path\" } }"
                    : "secret: give the name of a variable, as in secret \"ACME_API_KEY\", or secret { env = \"ACME_API_KEY\", file = "
                      "\"/path\" }");
}

/* ---- what was meant by a string that names no variable ---- */

#define NAME_BYTES "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"

/* The name in $NAME, ${NAME}, %NAME%, env:NAME, os.environ/NAME; NULL for anything else. */
static const char *name_within(arena *a, const char *given) {
  static const char *const before[] = { "${env:", "${", "{{", "$", "%", "env:", "env.", "os.environ/", "process.env.", NULL };
  const char *const *lead = before;
  while (*lead && !text_starts(given, *lead)) lead++;
  const char *name = *lead ? given + strlen(*lead) : "";
  name += strspn(name, " ");
  const size_t n = strspn(name, NAME_BYTES);
  return n > 2 && !name[n + strspn(name + n, " }%")] && !strchr("0123456789", *name) ? arena_bytes(a, name, n) : NULL;
}

/* ACME_API_KEY for the block 'acme', and for "acme-api-key" where the string is no key. */
static const char *name_like(arena *a, const char *text, const char *ending) {
  strbuf b = { .arena = a };
  for (const char *s = text; *s; s++) {
    const char c = *s >= 'a' && *s <= 'z' ? (char)(*s - 'a' + 'A') : *s;
    strbuf_bytes(&b, strchr(NAME_BYTES, c) ? &c : "_", 1);
  }
  strbuf_add(&b, ending);
  return strchr("0123456789_", *strbuf_text(&b)) || b.length > 60 ? "NAME" : strbuf_text(&b);
}

static const char *secret_way(lua_State *L, const char *key, const char *value) {
  arena *a = script_of(L)->arena;
  if (!key) return arena_printf(a, in_json(L) ? "{ \"secret\": \"%s\" }" : "secret \"%s\"", value);
  return arena_printf(a, in_json(L) ? "{ \"secret\": { \"%s\": %s } }" : "secret { %s = %s }", key, value);
}

/* Of a table that names nothing else. */
static const char *secret_alone(lua_State *L, const char *name) {
  int count = 0;
  for (lua_pushnil(L); next_pair(L, 1); lua_pop(L, 1)) count++;
  return count == 1 ? secret_way(L, NULL, name) : NULL;
}

static int refuse_name(lua_State *L, const char *given) {
  script *s = script_of(L);
  arena *a = s->arena;
  const bool key = literal_keys_in(s->catalog, given) || key_may_be(given, strlen(given)) || strpbrk(given, "\"\\\n") || !*given;
  const char *name = key ? NULL : name_within(a, given);
  if (name)
    return fail_part(L, secret_way(L, NULL, name), given,
                     arena_printf(a, "secret: a variable is named by its name alone: write %s", secret_way(L, NULL, name)));
  if (!key && (*given == '/' || text_starts(given, "~/") || text_starts(given, "./"))) {
    const char *way = secret_way(L, "file", arena_printf(a, "\"%s\"", given));
    return fail_part(L, way, given, arena_printf(a, "secret: that is a file, and not the name of a variable: write %s", way));
  }
  if (!key && text_starts(given, "op://")) {
    const char *way =
        secret_way(L, "helper", arena_printf(a, in_json(L) ? "[\"op\", \"read\", \"%s\"]" : "{ \"op\", \"read\", \"%s\" }", given));
    return fail_part(L, way, given, arena_printf(a, "secret: a reference is resolved by its program: write %s", way));
  }
  const bool word = !key && !given[strspn(given, NAME_BYTES "-.")];
  name = word ? name_like(a, given, "") : s->block_id ? name_like(a, s->block_id, "_API_KEY") : "NAME";
  return fail_part(L, lua_istable(L, 1) ? secret_alone(L, name) : secret_way(L, NULL, name), given, "secret: " KEY_FOR_NAME);
}

static bool variable_name(const char *s) {
  return *s && strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") == strlen(s) && !(*s >= '0' && *s <= '9');
}

/* The program and its arguments, of a command with blanks between them; NULL where a shell would do more with it. */
static const char *helper_meant(lua_State *L, int at) {
  strbuf b = { .arena = script_of(L)->arena };
  const char *text = lua_type(L, at) == LUA_TSTRING ? lua_tostring(L, at) : NULL;
  if (!text || strlen(text) > 100 || strpbrk(text, "\"\\\n'$|<>&;*`~")) return NULL;
  for (size_t n; *(text += strspn(text, " ")); text += n) {
    n = strcspn(text, " ");
    strbuf_format(&b, "%s\"%.*s\"", b.length ? ", " : "", (int)n, text);
  }
  return b.length ? arena_printf(b.arena, in_json(L) ? "[%s]" : "{ %s }", strbuf_text(&b)) : NULL;
}

/* A value as it is to be written, NULL: not known, or it may be a key. */
static const char *part_meant(lua_State *L, const char *key, int at) {
  const char *text = lua_type(L, at) == LUA_TSTRING ? lua_tostring(L, at) : NULL;
  if (!text || literal_keys_in(script_of(L)->catalog, text) || key_may_be(text, strlen(text))) return NULL;
  if (text_is(key, "helper")) return helper_meant(L, at);
  if (strlen(text) > 100 || strpbrk(text, "\"\\\n") || (text_is(key, "env") && !variable_name(text))) return NULL;
  return arena_printf(script_of(L)->arena, "\"%s\"", text);
}

/* The parts of the table in the order of SECRET_KEYS; false when one is not known. */
static bool parts_meant(lua_State *L, int at, const char **values) {
  for (lua_pushnil(L); next_pair(L, at); lua_pop(L, 1)) {
    const bool first = lua_isinteger(L, -2) && lua_tointeger(L, -2) == 1;
    const char *key = first ? "env" : lua_type(L, -2) == LUA_TSTRING ? secret_key(lua_tostring(L, -2)) : NULL;
    size_t i = 0;
    while (key && !text_is(SECRET_KEYS[i][0], key)) i++;
    const char *value = key && !values[i] ? part_meant(L, key, lua_gettop(L)) : NULL;
    if (value) {
      values[i] = value;
      continue;
    }
    lua_pop(L, 2);
    return false;
  }
  return true;
}

const char *secret_meant(lua_State *L, int at) {
  enum { KEYS = sizeof SECRET_KEYS / sizeof *SECRET_KEYS };
  const char *values[KEYS] = { 0 }, *only = NULL;
  strbuf b = { .arena = script_of(L)->arena };
  if (!parts_meant(L, at, values)) return NULL;
  for (size_t i = 0; i < KEYS; i++) {
    if (!values[i]) continue;
    only = !b.length && i == 0 ? values[i] : NULL;
    strbuf_format(&b, in_json(L) ? "%s\"%s\": %s" : "%s%s = %s", b.length ? ", " : "", SECRET_KEYS[i][0], values[i]);
  }
  if (!values[0] && !values[1] && !values[2]) return NULL;
  if (only) return arena_printf(b.arena, in_json(L) ? "{ \"secret\": %s }" : "secret %s", only);
  return arena_printf(b.arena, in_json(L) ? "{ \"secret\": { %s } }" : "secret { %s }", strbuf_text(&b));
}

/* Of keys that others call otherwise, the first by name: a table has no order. */
static const char *foreign_part(lua_State *L) {
  const char *first = NULL;
  for (lua_pushnil(L); next_pair(L, 1); lua_pop(L, 1)) {
    const char *name = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "", *meant = secret_key(name);
    if (meant && !text_is(meant, name) && (!first || strcmp(name, first) < 0)) first = keep_text(L, -2);
  }
  return first;
}

/* secret { path = "/run/key" } */
static void check_secret_keys(lua_State *L) {
  arena *a = script_of(L)->arena;
  const char *name = foreign_part(L), *meant = name ? secret_key(name) : NULL, *fix = name ? secret_meant(L, 1) : NULL;
  if (!name) return;
  const char *way = in_json(L) ? "write \"helper\": [\"PROGRAM\", \"ARGUMENT\"]" : "write helper = { \"PROGRAM\", \"ARGUMENT\" }";
  const char *message = text_is(meant, "helper") ? arena_printf(a, "secret: unknown key '%s': %s", name, way)
                                                 : arena_printf(a, "secret: unknown key '%s'%s%s%s", name, SUGGESTION(meant));
  fail_part(L, fix, name, message);
}

/* Something is wrong with the part of this name; the fix is all of the secret, where its other parts are plain. */
static int fail_named(lua_State *L, const char *name, const char *message) { return fail_part(L, secret_meant(L, 1), name, message); }

/* secret { "A_KEY", "B_KEY" } */
static void check_secret_list(lua_State *L) {
  const lua_Integer count = (lua_Integer)lua_rawlen(L, 1);
  strbuf b = { .arena = script_of(L)->arena };
  if (!count) return;
  if (odd_key(L, 1)) fail_secret(L);
  for (lua_Integer i = 1; i <= count; i++) {
    push_item(L, 1, i);
    const char *name = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
    const bool plain = variable_name(name) && !literal_keys_in(script_of(L)->catalog, name) && !key_may_be(name, strlen(name));
    if (plain) strbuf_format(&b, "%s%s", i > 1 ? ", " : "", secret_way(L, NULL, name));
    lua_pop(L, 1);
    if (!plain) fail_secret(L);
  }
  const char *way = count == 1 ? strbuf_text(&b) : arena_printf(b.arena, in_json(L) ? "[%s]" : "{ %s }", strbuf_text(&b));
  fail_word(L, way, arena_printf(b.arena, "secret: takes one name, and several are a list of secrets: write %s", way));
}

static const char *text_part(lua_State *L, const char *name) {
  lua_getfield(L, 1, name);
  if (!lua_isnil(L, -1) && (lua_type(L, -1) != LUA_TSTRING || *lua_tostring(L, -1) == 0)) fail_secret(L);
  const char *part = keep_text(L, -1);
  lua_pop(L, 1);
  return part;
}

static int64_t seconds_part(lua_State *L, const char *name) {
  lua_getfield(L, 1, name);
  double seconds = lua_type(L, -1) == LUA_TNUMBER ? lua_tonumber(L, -1) : 0;
  if (!lua_isnil(L, -1) && !(seconds >= 0.001 && seconds <= LONGEST_SECONDS))
    fail_named(L, name, arena_printf(script_of(L)->arena, "secret: '%s' is a time, as in %s = 2 * hours", name, name));
  lua_pop(L, 1);
  return (int64_t)(seconds * 1000 + 0.5);
}

static bool is_argument(lua_State *L, int at) {
  size_t length = 0;
  const char *s = lua_type(L, at) == LUA_TSTRING ? lua_tolstring(L, at, &length) : NULL;
  return s && strlen(s) == length;
}

static bool flag_part(lua_State *L, const char *name) {
  int type = lua_getfield(L, 1, name);
  bool flag = lua_toboolean(L, -1);
  if (type != LUA_TNIL && type != LUA_TBOOLEAN)
    fail_named(L, name, arena_printf(script_of(L)->arena, "secret: '%s' is true or false", name));
  lua_pop(L, 1);
  return flag;
}

/* A list of strings, the program first. It is run without a shell. */
static texts helper_part(lua_State *L) {
  texts list = { 0 };
  lua_getfield(L, 1, "helper");
  lua_Integer count = lua_istable(L, -1) ? (lua_Integer)lua_rawlen(L, -1) : 0;
  if (!lua_isnil(L, -1) && (count < 1 || count > MOST_ARGUMENTS))
    fail_named(L, "helper", "secret: 'helper' is a list, the program and its arguments, as in helper = { \"/usr/bin/vault\", \"read\" }");
  for (lua_Integer i = 1; i <= count; i++) {
    push_item(L, -1, i);
    if (!is_argument(L, -1) || (i == 1 && !*lua_tostring(L, -1)))
      fail_named(L, "helper", "secret: 'helper' contains something that is not a string");
    const char *argument = keep_text(L, -1);
    LIST_PUSH(script_of(L)->arena, list.at, list.count, list.room, argument);
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
  return list;
}

static bool label_fits(const char *s) {
  return strlen(s) <= LONGEST_LABEL && strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.") == strlen(s);
}

/* How this key is sent, where that differs from the provider's others. */
static const auth *auth_part(lua_State *L) {
  lua_getfield(L, 1, "auth");
  const auth *given = luaL_testudata(L, -1, AUTH_VALUE);
  if (!lua_isnil(L, -1) && (!given || given->kind == AUTH_AWS_SIGV4)) luaL_error(L, "secret: 'auth' is bearer or header \"NAME\"");
  auth *own = given ? memcpy(arena_alloc(script_of(L)->arena, sizeof *own), given, sizeof *given) : NULL;
  lua_pop(L, 1);
  return own;
}

static void take_table(lua_State *L, credential *c) {
  static const char *const known[] = { "env", "file", "helper", "ttl", "timeout", "label", "prefix", "auth", "profile", "interactive" };
  check_secret_list(L);
  check_secret_keys(L);
  check_keys(L, "secret", known, sizeof known / sizeof *known,
             "env, file, helper, interactive, ttl, timeout, label, prefix, auth and profile");
  c->auth = auth_part(L);
  c->env = text_part(L, "env");
  c->file = text_part(L, "file");
  c->helper = helper_part(L);
  c->prefix = text_part(L, "prefix");
  c->profile = text_part(L, "profile");
  c->label = text_part(L, "label");
  const char *mark = c->label && !label_fits(c->label) ? refused(L, c->label, "is not a short word, as a label is") : NULL;
  if (mark)
    c->label = mark;
  else if (c->label && !label_fits(c->label))
    fail_part(L, NULL, "label", "secret: 'label' is a short word of letters, digits, '-', '_' and '.', as in label = \"work\"");
  c->ttl = seconds_part(L, "ttl");
  c->timeout = seconds_part(L, "timeout");
  c->interactive = flag_part(L, "interactive");
  if ((c->ttl || c->timeout || c->interactive) && !c->helper.count)
    fail_part(L, NULL,
              c->ttl       ? "ttl"
              : c->timeout ? "timeout"
                           : "interactive",
              "secret: 'ttl', 'timeout' and 'interactive' are for a helper, and there is none");
}

int word_secret(lua_State *L) {
  credential c = { 0 };
  if (lua_gettop(L) > 1 && lua_type(L, 1) == LUA_TSTRING && variable_name(lua_tostring(L, 1)))
    return fail_word(L, secret_way(L, NULL, lua_tostring(L, 1)), "secret: takes one name, and there is no default for a key");
  lua_settop(L, 1);
  if (is_value(L, 1, UNKNOWN_VALUE)) return push_unknown(L);
  if (lua_type(L, 1) == LUA_TSTRING)
    c.env = keep_text(L, 1);
  else if (lua_istable(L, 1))
    take_table(L, &c);
  if (!c.env && !c.file && !c.helper.count) fail_secret(L);
  const char *mark = c.env && !variable_name(c.env) ? refused(L, c.env, "is not the name of a variable") : NULL;
  if (c.env && !mark && (!variable_name(c.env) || literal_keys_in(script_of(L)->catalog, c.env))) return refuse_name(L, c.env);
  if (mark) c.env = mark;
  if (c.env && !mark) note_secret(L, c.env);
  *(credential *)push_value(L, sizeof c, SECRET_VALUE) = c;
  return 1;
}

credential *credential_at(lua_State *L, int at) {
  const credential *one = luaL_testudata(L, at, SECRET_VALUE);
  arena *a = script_of(L)->arena;
  if (one) return memcpy(arena_alloc(a, sizeof *one), one, sizeof *one);
  lua_Integer count = lua_istable(L, at) ? (lua_Integer)lua_rawlen(L, at) : 0;
  credential *first = NULL;
  if (count > MOST_SECRETS) return NULL;
  for (lua_Integer i = count; i > 0; i--) {
    push_item(L, at, i);
    one = luaL_testudata(L, -1, SECRET_VALUE);
    credential *here = one ? memcpy(arena_alloc(a, sizeof *one), one, sizeof *one) : NULL;
    lua_pop(L, 1);
    if (!here) return NULL;
    here->next = first;
    first = here;
  }
  return first;
}

/* ---- helpers that several name ---- */

static bool same_program(const credential *one, const credential *other) {
  bool same = one->helper.count == other->helper.count;
  for (size_t i = 0; same && i < one->helper.count; i++) same = text_is(one->helper.at[i], other->helper.at[i]);
  return same;
}

static void make_interactive(catalog *c, const credential *careful) {
  for (size_t i = 0; i < c->providers.count; i++)
    for (credential *o = c->providers.at[i]->credential; o; o = o->next)
      if (o->helper.count && same_program(o, careful)) o->interactive = true;
}

/* One program has one state, so it would else be as whoever asked last says, and run by the clock. */
void catalog_share_helpers(catalog *c) {
  for (size_t i = 0; i < c->providers.count; i++)
    for (const credential *one = c->providers.at[i]->credential; one; one = one->next)
      if (one->helper.count && one->interactive) make_interactive(c, one);
}

/* ---- where it goes ---- */

static auth *push_auth(lua_State *L, auth_kind kind, const char *header) {
  auth *a = push_value(L, sizeof *a, AUTH_VALUE);
  a->kind = kind;
  a->header = header;
  return a;
}

/* "x-api-key:" and "x-api-key: " are that name. */
static int refuse_header(lua_State *L, const char *name) {
  arena *a = script_of(L)->arena;
  size_t n = strlen(name);
  while (n && strchr(" :", name[n - 1])) n--;
  const char *bare = arena_bytes(a, name, n), *shown = text_clean(a, name, strlen(name), 60);
  const char *way = text_is_token(bare) ? arena_printf(a, in_json(L) ? "{ \"header\": \"%s\" }" : "header \"%s\"", bare) : NULL;
  return fail_part(L, way, name, arena_printf(a, "header: '%s' is not the name of a header", shown));
}

int word_header(lua_State *L) {
  if (lua_type(L, 1) != LUA_TSTRING)
    return luaL_error(L, "header: takes the name of a header, as in %s",
                      in_json(L) ? "{ \"header\": \"x-api-key\" }" : "header \"x-api-key\"");
  if (lua_gettop(L) > 1)
    return luaL_error(L, "header: takes only the name of a header: the key is its value, as in auth = header \"x-api-key\"");
  const char *name = lua_tostring(L, 1);
  const char *mark = text_is_token(name) ? NULL : refused(L, name, "is not the name of a header");
  if (!text_is_token(name) && !mark) return refuse_header(L, name);
  push_auth(L, AUTH_HEADER, mark ? mark : keep_text(L, 1));
  return 1;
}

void push_bearer(lua_State *L) { push_auth(L, AUTH_BEARER, "authorization"); }

/* ---- aws_sigv4 { region = ..., service = ..., key_id = secret "...", token = secret "..." } ---- */

/* A colon would begin the next part of the option that libcurl gets. */
static const char *name_part(lua_State *L, const char *part, const char *otherwise) {
  lua_getfield(L, 1, part);
  const char *name = lua_type(L, -1) == LUA_TSTRING ? keep_text(L, -1) : otherwise;
  bool plain = *name && text_is_token(name);
  const char *mark = plain ? NULL : refused(L, name, "is not a plain name");
  if (mark)
    name = mark;
  else if ((!lua_isnil(L, -1) && lua_type(L, -1) != LUA_TSTRING) || !plain)
    luaL_error(L, "aws_sigv4: '%s' is a name, as in \"eu-north-1\"", part);
  lua_pop(L, 1);
  return name;
}

static const credential *secret_part(lua_State *L, const char *part) {
  lua_getfield(L, 1, part);
  const credential *c = lua_isnil(L, -1) ? NULL : credential_at(L, lua_gettop(L));
  if (!c && !lua_isnil(L, -1)) luaL_error(L, "aws_sigv4: '%s' is a secret, as in secret \"AWS_ACCESS_KEY_ID\"", part);
  lua_pop(L, 1);
  return c;
}

int word_aws_sigv4(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  static const char *const known[] = { "region", "service", "key_id", "token" };
  check_keys(L, "aws_sigv4", known, sizeof known / sizeof *known, "region, service, key_id and token");
  const char *region = name_part(L, "region", "us-east-1"), *service = name_part(L, "service", "bedrock");
  const credential *key_id = secret_part(L, "key_id"), *token = secret_part(L, "token");
  if (!key_id) return luaL_error(L, "aws_sigv4: 'key_id' is missing: the secret that holds the id of the key");
  auth *a = push_auth(L, AUTH_AWS_SIGV4, "authorization");
  a->region = region;
  a->service = service;
  a->key_id = key_id;
  a->token = token;
  return 1;
}

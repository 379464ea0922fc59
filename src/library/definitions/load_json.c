/* load_json: a file of definitions in JSON. Each block becomes the table that a Lua file would have written, and is defined as such. The
 * blocks of models, of which there may be thousands, are read one after the other from the text. */
#include "library/definitions/state.h"

#include "library/definitions/json_syntax.h"
#include "util/suggest.h"

#include <string.h>

/* ---- JSON: { "provider": { "acme": { ... } }, "role": { "cheap": ["id"] }, "default": { "wanted": ..., "models": ["id"] } } ---- */

/* What is being read, from the block inwards: its path is only made for a finding. */
typedef struct member {
  const struct member *outer;
  origin where;
  const char *id, *key; /* of the block; NULL for an item */
  size_t item;
} member;

static const char *path_of(arena *a, const member *m) {
  if (!m->outer) return "";
  const char *outer = path_of(a, m->outer);
  return m->key ? arena_printf(a, "%s%s%s", outer, *outer ? "." : "", m->key) : arena_printf(a, "%s[%zu]", outer, m->item);
}

static void report_word(lua_State *L, const member *m, const char *word, const char *message) {
  script *s = script_of(L);
  finding_place place = { .at = m->where, .id = m->id, .path = *path_of(s->arena, m) ? path_of(s->arena, m) : NULL };
  const bool path = text_is(word, "get") && text_starts(message, "bad argument");
  const char *fix = fix_of_failure(s, message, &place.inside);
  finding_at(s->catalog->findings, ROSTER_ERROR, place, fix, "%s", path ? "get: takes a path, as in { \"get\": \"/models\" }" : message);
}

/* An object whose only key is a word of the language calls that word: { "secret": "ACME_API_KEY" }. When the word fails, that is a finding,
 * and the rest of the file is still read. */
static bool push_word(lua_State *L, const json_t *value, const member *m) {
  static const char *const words[] = { "secret", "setting", "header", "get", NULL };
  if (json_object_size(value) != 1) return false;
  void *only = json_object_iter((json_t *)value);
  const char *const *word = words;
  while (*word && !text_is(*word, json_object_iter_key(only))) word++;
  if (!*word) return false;
  push_ref(L, script_of(L)->environment_ref);
  lua_getfield(L, -1, *word);
  lua_remove(L, -2);
  push_json(L, json_object_iter_value(only));
  script_of(L)->plain_at = m->where;
  const int status = lua_pcall(L, 1, 1, 0);
  script_of(L)->plain_at = (origin){ NULL, 0 };
  if (script_of(L)->budget.exceeded || status == LUA_ERRMEM) lua_error(L);
  const bool unset = text_is(*word, "setting") && status == LUA_OK && lua_isnil(L, -1);
  if (unset && m->outer && !m->outer->outer && text_is(m->key, "base_url"))
    script_of(L)->unset_url = arena_text(script_of(L)->arena, json_string_value(json_object_iter_value(only)));
  if (status == LUA_OK) return true;
  report_word(L, m, *word, luaL_tolstring(L, -1, NULL));
  lua_pop(L, 2);
  push_unknown(L);
  return true;
}

static void push_block(lua_State *L, const json_t *block, const char *plain, const member *m);

/* A list may contain such calls too. */
static void push_member(lua_State *L, const json_t *value, const member *m) {
  if (json_is_array(value)) {
    luaL_checkstack(L, 8, "JSON is nested too deep");
    lua_createtable(L, (int)json_array_size(value), 0);
    if (!json_array_size(value)) luaL_setmetatable(L, LIST_VALUE);
    for (size_t i = 0; i < json_array_size(value); i++) {
      if (json_is_null(json_array_get(value, i)))
        push_value(L, 1, NONE_VALUE); /* a Lua list must have no holes */
      else
        push_member(L, json_array_get(value, i), &(member){ m, m->where, m->id, NULL, i + 1 });
      set_item(L, -2, (lua_Integer)i + 1);
    }
  } else if (!json_is_object(value)) {
    push_json(L, value);
  } else if (!push_word(L, value, m)) {
    push_block(L, value, "", m);
  }
}

/* The member `plain` is no part of the language. */
static void push_block(lua_State *L, const json_t *block, const char *plain, const member *m) {
  luaL_checkstack(L, 8, "JSON is nested too deep");
  lua_newtable(L);
  for (void *at = json_object_iter((json_t *)block); at; at = json_object_iter_next((json_t *)block, at)) {
    const json_t *value = json_object_iter_value(at);
    if (json_is_null(value)) {
      push_value(L, 1, NONE_VALUE);
    } else if (text_is(json_object_iter_key(at), plain)) {
      push_extra(L, value);
    } else {
      push_member(L, value, &(member){ m, m->where, m->id, json_object_iter_key(at), 0 });
    }
    lua_setfield(L, -2, json_object_iter_key(at));
  }
}

/* Its member `models` becomes the list part. */
static void push_with_models(lua_State *L, const json_t *block, const member *m) {
  push_block(L, block, "", m);
  const json_t *models = json_object_get(block, "models");
  if (!json_is_array(models)) return;
  lua_pushnil(L);
  lua_setfield(L, -2, "models");
  for (size_t i = 0; i < json_array_size(models); i++) {
    push_json(L, json_array_get(models, i));
    set_item(L, -2, (lua_Integer)i + 1);
  }
}

/* Jansson gives no lines: the next `"id"` in the file is a good guess. The search only goes forward. */
static int line_of(const json_file *f, const char **cursor, int *line, const char *id) {
  const char *end = f->text + f->length;
  size_t n = strlen(id);
  for (const char *s = *cursor; s < end && (s = memmem(s, (size_t)(end - s), id, n)); s++) {
    if (s == f->text || s[-1] != '"' || s + n >= end || s[n] != '"') continue;
    for (const char *c = *cursor; (c = memchr(c, '\n', (size_t)(s - c))); c++) ++*line;
    *cursor = s;
    break;
  }
  return *line;
}

/* "acme-old": { "replacement": "acme-large" }, where the file has the id alone. */
static const char *block_fix(arena *a, const char *verb, const char *id, const json_t *given) {
  const char *word = json_string_value(given);
  if (!word || strlen(word) > 100 || strpbrk(word, "\"\\") || strpbrk(id, "\"\\")) return NULL;
  if (text_is(verb, "retired")) return arena_printf(a, "\"%s\": { \"replacement\": \"%s\" }", id, word);
  return text_is(verb, "role") ? arena_printf(a, "\"%s\": [\"%s\"]", id, word) : NULL;
}

static void report_unknown_verb(lua_State *L, origin where, const char *verb, const char *nearest, bool list) {
  const bool of_lua = text_is(verb, "rule") || text_is(verb, "document") || text_is(verb, "protocol");
  findings *f = script_of(L)->catalog->findings;
  if (of_lua)
    finding_at(f, ROSTER_ERROR, place_named(where, verb), NULL, "unknown word '%s': it has functions, so write it into a .lua file", verb);
  else if (foreign_top(verb, list))
    finding_at(f, ROSTER_ERROR, place_named(where, verb), NULL, "unknown word '%s': %s", verb, foreign_top(verb, list));
  else
    finding_at(f, ROSTER_ERROR, place_named(where, verb), nearest, "unknown word '%s'%s%s%s", verb, SUGGESTION(nearest));
}

/* The id in "default": "acme-large" and in "default": ["acme-large"]. */
static const char *only_id(arena *a, const json_t *given) {
  const char *id = json_string_value(json_is_array(given) ? json_array_get(given, 0) : given);
  return id && strlen(id) < 100 && !strpbrk(id, "\"\\") ? arena_text(a, id) : "ID";
}

enum { LONGEST_BLOCKS = 300 };

/* "acme-large": { "provider": "acme" }, of an item that has its id within; false where it has none, or is long. */
static bool add_block(strbuf *into, const json_t *item) {
  const char *id = json_string_value(json_object_get(item, "id")), *separator = "";
  char value[LONGEST_BLOCKS];
  if (!id || strpbrk(id, "\"\\")) return false;
  strbuf_format(into, "%s\"%s\": { ", into->length ? ", " : "", id);
  for (void *at = json_object_iter((json_t *)item); at; at = json_object_iter_next((json_t *)item, at)) {
    if (text_is(json_object_iter_key(at), "id")) continue;
    const size_t n = json_dumpb(json_object_iter_value(at), value, sizeof value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(12));
    if (!n || n > sizeof value || into->length > LONGEST_BLOCKS) return false;
    strbuf_format(into, "%s\"%s\": %.*s", separator, json_object_iter_key(at), (int)n, value);
    separator = ", ";
  }
  strbuf_add(into, " }");
  return *separator;
}

/* The rest of the line from here on closes all that it opens, and one more for the file at most. */
static bool is_in_line(const char *at, const char *end) {
  int depth = 0;
  for (bool opened = false; at < end && *at != '\n' && !(opened && depth <= 0); at++) {
    depth += strchr("[{", *at) ? 1 : strchr("]}", *at) ? -1 : 0;
    opened = opened || depth > 0;
  }
  return depth <= 0;
}

/* The blocks of [ { "id": "acme-large", ... } ]; NULL where nobody knows. */
static const char *blocks_meant(arena *a, const char *verb, const json_t *given) {
  strbuf all = { .arena = a };
  for (size_t i = 0; i < json_array_size(given); i++)
    if (!add_block(&all, json_array_get(given, i))) return NULL;
  if (!all.length || all.length > LONGEST_BLOCKS || key_may_be(strbuf_text(&all), all.length)) return NULL;
  return arena_printf(a, "\"%s\": { %s }", verb, strbuf_text(&all));
}

static void report_no_object(lua_State *L, const json_file *f, origin where, const char *verb, const json_t *given, const char *at) {
  arena *a = script_of(L)->arena;
  const char *blocks = is_in_line(at, f->text + f->length) ? blocks_meant(a, verb, given) : NULL;
  const char *fix = text_is(verb, "default")    ? arena_printf(a, "\"default\": { \"wanted\": \"%s\" }", only_id(a, given))
                    : text_is(verb, "validate") ? "\"validate\": { \"level\": \"prove\" }"
                                                : blocks;
  finding_at(script_of(L)->catalog->findings, ROSTER_ERROR, place_named(where, verb), fix, "%s: must be an object: write %s", verb,
             fix ? fix : arena_printf(a, "\"%s\": { \"ID\": { ... } }", verb));
}

static void run_block(lua_State *L, const char *verb, const char *id, origin where, const json_t *block) {
  const member head = { .where = where, .id = id };
  if (json_is_array(block))
    push_json(L, block);
  else if (text_is(verb, "role"))
    push_with_models(L, block, &head);
  else
    push_block(L, block, text_is(verb, "model") ? "extra" : "", &head);
}

/* The table of a block on top; begins and ends what belongs to it. */
static void define_block(lua_State *L, const char *verb, const char *id, origin where) {
  script_of(L)->block_id = NULL;
  define(L, verb, id, lua_gettop(L), where);
  lua_pop(L, 1);
}

static void begin_block(lua_State *L, const char *id) {
  script_of(L)->block_reads = script_of(L)->refused_count;
  script_of(L)->block_id = id;
  script_of(L)->unset_url = NULL;
}

/* The blocks of models that are text so far. */
static void run_models(lua_State *L, const json_file *f, const char **cursor, int *line) {
  script *s = script_of(L);
  for (size_t i = 0; i < s->overlay.rows.count; i++) {
    size_t length = 0;
    const char *key = json_row(&s->overlay.rows, i, &length), *end = json_past_value(key), *block = json_past_separators(end);
    const char *id = arena_bytes(s->arena, key + 1, (size_t)(end - key) - 2);
    const origin where = { f->name, line_of(f, cursor, line, id) };
    if (!is_id(id, strlen(id))) {
      finding_error(s->catalog->findings, place_named(where, id), "model: " ID_RULE);
      continue;
    }
    const int top = lua_gettop(L);
    begin_block(L, id);
    if (!push_plain_object(L, block, "extra", 0)) {
      lua_settop(L, top);
      s->overlay_block = json_read_own(s->arena, block, length - (size_t)(block - key));
      run_block(L, "model", id, where, s->overlay_block);
      json_decref(s->overlay_block);
      s->overlay_block = NULL;
    }
    define_block(L, "model", id, where);
  }
}

static void run_section(lua_State *L, const json_file *f, const char *verb, const json_t *blocks, const char **cursor, int *line) {
  for (void *at = json_object_iter((json_t *)blocks); at; at = json_object_iter_next((json_t *)blocks, at)) {
    const json_t *block = json_object_iter_value(at);
    const char *id = arena_text(script_of(L)->arena, json_object_iter_key(at));
    origin where = { f->name, line_of(f, cursor, line, id) };
    if (!json_is_object(block) && !(text_is(verb, "role") && json_is_array(block))) {
      finding_at(script_of(L)->catalog->findings, ROSTER_ERROR, place_named(where, id), block_fix(script_of(L)->arena, verb, id, block),
                 "%s '%s': must be %s", verb, id, text_is(verb, "role") ? "an array of model ids" : "an object");
      continue;
    }
    if (!is_id(id, strlen(id))) {
      finding_error(script_of(L)->catalog->findings, place_named(where, id), "%s: " ID_RULE, verb);
      continue;
    }
    begin_block(L, id);
    run_block(L, verb, id, where, block);
    define_block(L, verb, id, where);
  }
}

static void run_verb(lua_State *L, const json_file *f, const char *verb, const json_t *value, const char **cursor, int *line) {
  static const char *const verbs[] = {
    "provider", "model", "gateway", "retired", "family", "role", "ids", "source", "default", "validate"
  };
  origin where = { f->name, line_of(f, cursor, line, verb) };
  bool known = false;
  for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) known = known || text_is(verbs[i], verb);
  if (!known) {
    const char *nearest = suggest(verb, verbs, sizeof verbs / sizeof *verbs);
    report_unknown_verb(L, where, verb, nearest, json_is_array(value));
  } else if (!json_is_object(value)) {
    report_no_object(L, f, where, verb, value, *cursor);
  } else if (text_is(verb, "default") || text_is(verb, "validate")) {
    script_of(L)->block_reads = script_of(L)->refused_count;
    push_with_models(L, value, &(member){ .where = where, .id = verb });
    define(L, verb, NULL, lua_gettop(L), where);
    lua_pop(L, 1);
  } else if (text_is(verb, "model") && script_of(L)->overlay.rows.count) {
    run_models(L, f, cursor, line);
  } else {
    run_section(L, f, verb, value, cursor, line);
  }
}

/* Editors find the schema of the file by its member "$schema". */
static int run_json(lua_State *L) {
  const json_file *f = lua_touserdata(L, 1);
  const char *cursor = f->text;
  int line = 1;
  json_t *whole = script_of(L)->overlay.value;
  if (json_object_get(whole, "data")) json_object_del(whole, "object"); /* a listing: one finding */
  for (void *at = json_object_iter(whole); at; at = json_object_iter_next(whole, at))
    if (!text_is(json_object_iter_key(at), "$schema"))
      run_verb(L, f, arena_text(script_of(L)->arena, json_object_iter_key(at)), json_object_iter_value(at), &cursor, &line);
  return 0;
}

/* What Jansson refuses is looked at once more, since it tells the place and not the mistake. */
static bool report_json(script *s, const json_file *f, const char *why, int line) {
  syntax_mistake m;
  if (f->length > 1 && (!f->text[0] || !f->text[1])) {
    finding_error(s->catalog->findings, ((finding_place){ .at = { f->name, 1 }, .column = 1 }), "is not valid JSON: " AS_UTF16);
    return true;
  }
  const char *text = arena_bytes(s->arena, f->text, f->length);
  const syntax_view v = { .arena = s->arena, .text = text, .end = text + strlen(text) };
  if (!json_syntax_explain(&v, &m) && !json_duplicate_explain(&v, why, line, &m)) return false;
  const finding_place place = { .at = { f->name, m.line }, .column = m.column, .length = m.length };
  finding_at(s->catalog->findings, ROSTER_ERROR, place, m.fix, "%s", m.message);
  return true;
}

void load_json(script *s, const json_file *f) {
  const char *why = NULL;
  int line = 0;
  const bool read = json_blocks_read(s->arena, f->text, f->length, "model", &s->overlay, &why, &line);
  if (read && !json_is_object(s->overlay.value)) {
    json_answer_drop(&s->overlay);
    why = "must hold one object: { \"provider\": { ... }, \"model\": { ... } }";
    line = 1;
  }
  const char *wrong = why ? why : script_protect(s, run_json, (void *)f);
  json_answer_drop(&s->overlay);
  json_decref(s->overlay_block);
  s->overlay_block = NULL;
  if (why && text_starts(why, "is not valid JSON") && report_json(s, f, why, line)) return;
  if (wrong) finding_error(s->catalog->findings, ((origin){ f->name, line }), "%s", wrong);
}

/* load: runs one file of definitions, Lua in the sandbox or JSON object by object, and makes an entity of each block for the catalog. */
#include "library/definitions/json_syntax.h"
#include "library/definitions/merged.h"
#include "library/definitions/state.h"
#include "util/suggest.h"

#include <stdlib.h>
#include <string.h>

typedef struct file_text {
  const char *name, *text;
  size_t length;
  json_t *json;
  const script_file *pieces; /* NULL: all of it is at `text` */
  bool begun;
  bool refused; /* Lua does not compile it */
} file_text;

static size_t register_file(script *s, const char *name) {
  LIST_PUSH(s->arena, s->files, s->file_count, s->file_room, name);
  return s->file_count - 1;
}

/* Shipped files get the first numbers, so that those in code compiled by an earlier load are right in this one. */
void register_shipped(script *s) {
  for (const shipped_file *f = shipped_files; f->name; f++) register_file(s, f->name);
}

static const shipped_file *shipped_of(const file_text *f) {
  for (const shipped_file *shipped = shipped_files; shipped->name; shipped++)
    if (shipped->text == f->text) return shipped;
  return NULL;
}

static bool has_bom(const char *text, size_t length) { return length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0; }

/* Without the byte order mark that some editors write. */
static const char *next_piece(lua_State *L, void *payload, size_t *bytes) {
  file_text *f = payload;
  const char *piece = f->pieces->more(f->pieces->payload, bytes);
  spend(L, *bytes / BYTES_FOR_ONE);
  bool marked = piece && !f->begun && has_bom(piece, *bytes);
  f->begun = true;
  if (!marked) return piece;
  *bytes -= 3;
  return piece + 3;
}

static void push_chunk(lua_State *L, file_text *f) { /* [-0, +1] */
  const shipped_file *shipped = shipped_of(f);
  if (shipped && shipped_push(L, shipped)) return;
  char chunk[32];
  snprintf(chunk, sizeof chunk, "@#%zu", shipped ? (size_t)(shipped - shipped_files) : register_file(script_of(L), f->name));
  int status = f->pieces ? lua_load(L, next_piece, f, chunk, "t") : luaL_loadbufferx(L, f->text, f->length, chunk, "t");
  if (status == LUA_ERRRUN && text_starts(lua_tostring(L, -1), "C stack overflow"))
    lua_pushliteral(L, "is nested too deeply (C stack overflow)");
  f->refused = status == LUA_ERRSYNTAX;
  if (status != LUA_OK) lua_error(L);
  if (shipped) shipped_keep(L, shipped);
}

static void run_text(lua_State *L, file_text *f) {
  script *s = script_of(L);
  const size_t begun = s->begun_count;
  const shipped_file *shipped = shipped_of(f);
  if (shipped && prepared_read(L, shipped)) return;
  push_chunk(L, f);
  push_ref(L, s->environment_ref);
  lua_setupvalue(L, -2, 1);
  lua_call(L, 0, 1);
  report_returned(L, f->name);
  lua_pop(L, 1);
  report_unfinished(s, begun);
}

static int run_lua(lua_State *L) {
  run_text(L, lua_touserdata(L, 1));
  return 0;
}

/* ---- shipped protocols are half of all that is shipped, and most loads need only some: each is read when it is first named ---- */

bool script_has_protocol(const script *s, const char *id) { return lookup_get(&s->protocols, id) != NULL; }

void run_shipped(lua_State *L, const shipped_file *f) {
  script *s = script_of(L);
  file_text text = { .name = f->name, .text = f->text, .length = (size_t)(f->end - f->text) };
  int directory = s->directory;
  s->directory = SHIPPED_DIRECTORY;
  run_text(L, &text);
  s->directory = directory;
}

static void read_protocol(lua_State *L, const shipped_file *f) {
  script *s = script_of(L);
  if (!lookup_add(&s->protocols, s->arena, f->protocol, (void *)f)) run_shipped(L, f);
}

void need_protocol(lua_State *L, const char *id) {
  const shipped_file *named = shipped_files;
  while (named->name && !text_is(named->protocol, id)) named++;
  for (const shipped_file *f = shipped_files; f->name; f++)
    if (f->protocol && (!named->name || f == named)) read_protocol(L, f);
}

/* ---- a block becomes an entity ---- */

static void take_items(context *p, int at, const char *what, texts *into) {
  field list = { .name = what, .kind = KIND_TEXT };
  lua_State *L = p->lua;
  for (lua_Integer i = 1; i <= (lua_Integer)lua_rawlen(L, at); i++) {
    const char *s = NULL;
    push_item(L, at, i);
    if (take_text(p, &list, lua_gettop(L), &s)) LIST_PUSH(script_of(L)->arena, into->at, into->count, into->room, s);
    lua_pop(L, 1);
  }
}

/* A variable that the block read, that cannot be used and that is in none of its fields has decided something else about it: say, whether
 * it is enabled. */
static void take_reads(script *s, const schema *sh, entity *block) {
  const field *enabled = schema_field(sh, "enabled");
  for (size_t i = s->block_reads; enabled && i < s->refused_count && !block->refused; i++) {
    const setting *read = settings_marked(s->catalog, s->refused_reads[i]);
    if (settings_in_block(s->catalog, sh, block, read)) continue;
    block->refused = read;
    block->refused_fields |= (uint64_t)1 << (enabled - sh->fields);
  }
  s->refused_count = s->block_reads;
}

/* Its address may hold the path of any protocol's requests. */
static bool may_be_of_any(const entity *block) {
  const provider *p = (const provider *)block;
  const char *base = p->base_url ? p->base_url : "";
  return p->override || text_ends(base, "/completions") || text_ends(base, "/messages") || text_ends(base, "/responses");
}

void take_block(lua_State *L, const schema *sh, entity *block) {
  const char *verb = sh->verb;
  if (block->directory != SHIPPED_DIRECTORY) block->local = block->given | block->removed;
  if (text_is(verb, "protocol")) need_protocol(L, block->id);
  if (text_is(verb, "protocol") && ((protocol *)block)->inherit) need_protocol(L, ((protocol *)block)->inherit);
  if (text_is(verb, "provider") && may_be_of_any(block)) need_protocol(L, "");
  if (text_is(verb, "provider") && ((provider *)block)->protocol) need_protocol(L, ((provider *)block)->protocol);
  if (text_is(verb, "model") && ((model *)block)->protocol) need_protocol(L, ((model *)block)->protocol);
  merged_note(script_of(L)->catalog, sh, block);
  catalog_take(script_of(L)->catalog, verb, block);
}

void define(lua_State *L, const char *verb, const char *id, int at, origin where) {
  script *s = script_of(L);
  const schema *sh = schema_of(verb);
  if (text_is(verb, "ids")) {
    catalog_take(s->catalog, verb, take_ids(&(context){ .lua = L, .verb = verb, .id = id, .where = where }, at));
    return;
  }
  context p = { .lua = L, .verb = verb, .id = id, .where = where };
  entity *block = arena_alloc(s->arena, sh->size);
  *block = (entity){ .id = id, .at = where, .directory = s->directory };
  if (sh->defaults) sh->defaults(block);
  p.block = block;
  take_fields(&p, sh, at, block);
  take_reads(s, sh, block);
  if (sh->items) take_items(&p, at, "an id in the list", (texts *)((char *)block + sh->items_offset));
  if (s->running)
    prepared_take_functions(s, (protocol *)block);
  else
    take_block(L, sh, block);
}

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
  const finding_place place = { .at = m->where, .id = m->id, .path = *path_of(s->arena, m) ? path_of(s->arena, m) : NULL };
  const bool path = text_is(word, "get") && text_starts(message, "bad argument");
  finding_at(s->catalog->findings, ROSTER_ERROR, place, fix_of_failure(s, message), "%s",
             path ? "get: takes a path, as in { \"get\": \"/models\" }" : message);
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
  const int status = lua_pcall(L, 1, 1, 0);
  if (script_of(L)->budget.exceeded || status == LUA_ERRMEM) lua_error(L);
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
static int line_of(const file_text *f, const char **cursor, int *line, const char *id) {
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

static void report_unknown_verb(lua_State *L, origin where, const char *verb, const char *nearest) {
  const bool of_lua = text_is(verb, "rule") || text_is(verb, "document") || text_is(verb, "protocol");
  findings *f = script_of(L)->catalog->findings;
  if (of_lua)
    finding_at(f, ROSTER_ERROR, place_named(where, verb), NULL, "unknown word '%s': it has functions, so write it into a .lua file", verb);
  else
    finding_at(f, ROSTER_ERROR, place_named(where, verb), nearest, "unknown word '%s'%s%s%s", verb, SUGGESTION(nearest));
}

/* The id in "default": "acme-large" and in "default": ["acme-large"]. */
static const char *only_id(arena *a, const json_t *given) {
  const char *id = json_string_value(json_is_array(given) ? json_array_get(given, 0) : given);
  return id && strlen(id) < 100 && !strpbrk(id, "\"\\") ? arena_text(a, id) : "ID";
}

static void report_no_object(lua_State *L, origin where, const char *verb, const json_t *given) {
  arena *a = script_of(L)->arena;
  const char *fix = text_is(verb, "default")    ? arena_printf(a, "\"default\": { \"wanted\": \"%s\" }", only_id(a, given))
                    : text_is(verb, "validate") ? "\"validate\": { \"level\": \"prove\" }"
                                                : arena_printf(a, "\"%s\": { \"ID\": { ... } }", verb);
  finding_at(script_of(L)->catalog->findings, ROSTER_ERROR, place_named(where, verb), fix, "%s: must be an object: write %s", verb, fix);
}

static void run_section(lua_State *L, const file_text *f, const char *verb, const json_t *blocks, const char **cursor, int *line) {
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
    const member head = { .where = where, .id = id };
    script_of(L)->block_reads = script_of(L)->refused_count;
    script_of(L)->block_id = id;
    if (json_is_array(block))
      push_json(L, block);
    else if (text_is(verb, "role"))
      push_with_models(L, block, &head);
    else
      push_block(L, block, text_is(verb, "model") ? "extra" : "", &head);
    script_of(L)->block_id = NULL;
    define(L, verb, id, lua_gettop(L), where);
    lua_pop(L, 1);
  }
}

static void run_verb(lua_State *L, const file_text *f, const char *verb, const json_t *value, const char **cursor, int *line) {
  static const char *const verbs[] = {
    "provider", "model", "gateway", "retired", "family", "role", "ids", "source", "default", "validate"
  };
  origin where = { f->name, line_of(f, cursor, line, verb) };
  bool known = false;
  for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) known = known || text_is(verbs[i], verb);
  if (!known) {
    const char *nearest = suggest(verb, verbs, sizeof verbs / sizeof *verbs);
    report_unknown_verb(L, where, verb, nearest);
  } else if (!json_is_object(value)) {
    report_no_object(L, where, verb, value);
  } else if (text_is(verb, "default") || text_is(verb, "validate")) {
    script_of(L)->block_reads = script_of(L)->refused_count;
    push_with_models(L, value, &(member){ .where = where, .id = verb });
    define(L, verb, NULL, lua_gettop(L), where);
    lua_pop(L, 1);
  } else {
    run_section(L, f, verb, value, cursor, line);
  }
}

/* Editors find the schema of the file by its member "$schema". */
static int run_json(lua_State *L) {
  const file_text *f = lua_touserdata(L, 1);
  const char *cursor = f->text;
  int line = 1;
  for (void *at = json_object_iter(f->json); at; at = json_object_iter_next(f->json, at))
    if (!text_is(json_object_iter_key(at), "$schema"))
      run_verb(L, f, arena_text(script_of(L)->arena, json_object_iter_key(at)), json_object_iter_value(at), &cursor, &line);
  return 0;
}

/* What Jansson refuses is looked at once more, since it tells the place and not the mistake. */
static bool report_json(script *s, const file_text *f, const char *why, int line) {
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

static void load_json(script *s, file_text *f) {
  const char *why = NULL;
  int line = 0;
  f->json = json_read(s->arena, f->text, f->length, &why, &line);
  if (f->json && !json_is_object(f->json)) {
    json_decref(f->json);
    f->json = NULL;
    why = "must hold one object: { \"provider\": { ... }, \"model\": { ... } }";
    line = 1;
  }
  s->overlay = f->json;
  const char *wrong = why ? why : script_protect(s, run_json, f);
  s->overlay = NULL;
  json_decref(f->json);
  if (why && text_starts(why, "is not valid JSON") && report_json(s, f, why, line)) return;
  if (wrong) finding_error(s->catalog->findings, ((origin){ f->name, line }), "%s", wrong);
}

/* By what Lua says of a byte order mark of UTF-16, and of a zero between two letters. */
static bool is_utf16(const char *message) {
  static const char *const bytes[] = { "near '<\\255>'", "near '<\\254>'", "near '<\\0>'" };
  for (size_t i = 0; i < sizeof bytes / sizeof *bytes; i++)
    if (strstr(message, bytes[i])) return true;
  return false;
}

/* Splits "providers.lua:7: unexpected symbol" into where and what. */
static void report_error(script *s, const file_text *f, const char *message) {
  origin where = { f->name, 0 };
  size_t n = strlen(f->name);
  if (strncmp(message, f->name, n) == 0 && message[n] == ':') {
    char *end = NULL;
    where.line = (int)strtol(message + n + 1, &end, 10);
    if (end && text_starts(end, ": ")) message = end + 2;
  }
  if (is_utf16(message)) {
    finding_error(s->catalog->findings, ((finding_place){ .at = where, .column = 1 }), AS_UTF16);
    return;
  }
  if (f->refused ? report_syntax(s, where, f->text, f->length, message) : report_failure(s, where, message)) return;
  finding_error(s->catalog->findings, where, "%s", message);
}

enum { LARGE = 1024 * 1024 };

/* Collects the garbage of a large file before the next large one; before a small one that costs more than it gains. */
static void make_room(script *s, size_t length) {
  if (length > LARGE && s->budget.bytes > LARGE) lua_gc(s->lua, LUA_GCCOLLECT);
}

void script_load(script *s, const script_file *given) {
  file_text f = { .name = arena_text(s->arena, given->name), .text = given->text, .length = given->length };
  s->directory = given->directory;
  if (!given->more && has_bom(f.text, f.length)) {
    f.text += 3;
    f.length -= 3;
  }
  if (given->json) {
    load_json(s, &f);
    return;
  }
  if (f.length > LARGEST_LUA) {
    finding_error(s->catalog->findings, ((origin){ f.name, 0 }), "is larger than 4 MiB: put large catalogues into a .json file");
    return;
  }
  if (given->more) f.pieces = given;
  make_room(s, f.length);
  const char *wrong = script_protect(s, run_lua, &f);
  if (wrong) report_error(s, &f, wrong);
}

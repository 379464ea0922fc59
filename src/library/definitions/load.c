/* load: runs one file of definitions, Lua in the sandbox or JSON object by object, and makes an entity of each block for the catalog. */
#include "library/definitions/json_syntax.h"
#include "library/definitions/merged.h"
#include "library/definitions/state.h"

#include "util/flaw.h"
#include "util/utf8.h"

#include <stdlib.h>
#include <string.h>

typedef struct file_text {
  const char *name, *text;
  size_t length;
  const script_file *pieces; /* where it comes from, before all of it is at `text`; NULL: it always was */
  size_t given;              /* of it, to Lua */
  bool utf16;                /* it looks like it */
  bool refused;              /* Lua does not compile it */
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

/* By its byte order mark, or by the zero in its first letter. */
static bool is_utf16(const char *text, size_t length) {
  return length >= 2 && (memcmp(text, "\xff\xfe", 2) == 0 || memcmp(text, "\xfe\xff", 2) == 0 || !text[0] || !text[1]);
}

/* Without the byte order mark that some editors write. */
static void skip_bom(file_text *f) {
  if (!has_bom(f->text, f->length)) return;
  f->text += 3;
  f->length -= 3;
}

/* Puts all pieces together; a NUL follows. */
static void gather(lua_State *L, file_text *f) {
  script *s = script_of(L);
  size_t bytes = 0, length = 0;
  if (!text_pages_open(&s->text, f->length + 1)) arena_exhaust(s->arena);
  for (const char *piece; length < f->length && (piece = f->pieces->more(f->pieces->payload, &bytes)); length += bytes) {
    spend(L, bytes / BYTES_FOR_ONE);
    memcpy(s->text.at + length, piece, bytes);
  }
  f->text = s->text.at;
  f->length = length;
  skip_bom(f);
}

enum { PIECE = 16 * 1024 };

/* What Lua has read is given back. */
static const char *next_piece(lua_State *L, void *payload, size_t *bytes) {
  file_text *f = payload;
  const char *piece = f->text + f->given;
  *bytes = f->length - f->given < PIECE ? f->length - f->given : PIECE;
  f->given += *bytes;
  text_pages_drop(&script_of(L)->text, piece);
  return *bytes ? piece : NULL;
}

static void push_chunk(lua_State *L, file_text *f) { /* [-0, +1] */
  const shipped_file *shipped = shipped_of(f);
  if (shipped && shipped_push(L, shipped)) return;
  char chunk[32];
  snprintf(chunk, sizeof chunk, "@#%zu", shipped ? (size_t)(shipped - shipped_files) : register_file(script_of(L), f->name));
  f->utf16 = is_utf16(f->text, f->length); /* Lua's pieces are gone when it has read them */
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
  if (f->pieces) gather(L, f);
  size_t models = 0;
  if (!shipped && plain_is(f->text, f->length, &models)) {
    catalog_expect_models(s->catalog, models);
    plain_read(L, f->name, f->text);
    return;
  }
  push_chunk(L, f);
  push_ref(L, s->environment_ref);
  lua_setupvalue(L, -2, 1);
  lua_call(L, 0, 1);
  report_returned(L, f->name);
  if (!shipped && s->catalog->thorough) report_compared(s, f->name);
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

entity *new_block(context *p, const schema *sh) {
  const script *s = script_of(p->lua);
  p->block = arena_alloc(s->arena, sh->size);
  *p->block = (entity){ .id = p->id, .at = p->where, .directory = s->directory };
  if (sh->defaults) sh->defaults(p->block);
  return p->block;
}

/* The id without what nobody sees; NULL where all of it is seen. */
static const char *visible_id(arena *a, const char *id) {
  const char *from = id;
  strbuf b = { .arena = a };
  const size_t length = text_trim(&from, strlen(id));
  codepoint c;
  for (size_t i = 0, n; i < length; i += n) {
    n = utf8_read(from + i, &c);
    if (!utf8_is_invisible(c)) strbuf_bytes(&b, from + i, n);
  }
  return text_is(strbuf_text(&b), id) ? NULL : strbuf_text(&b);
}

/* It is another id than the one that is read, and nobody would find out why. */
static void doubt_id(script *s, const char *verb, const char *id, origin where) {
  const char *meant = id_is_plain(id, strlen(id)) ? NULL : visible_id(s->arena, id);
  if (!meant) return;
  finding_at(s->catalog->findings, ROSTER_WARNING, (finding_place){ .at = where, .word = id }, *meant ? meant : NULL,
             "%s %s: the id has blanks at an end, or characters that are not seen%s%s%s", verb, flaw_show(s->arena, id),
             *meant ? ": write \"" : "", meant, *meant ? "\"" : "");
}

void define(lua_State *L, const char *verb, const char *id, int at, origin where) {
  script *s = script_of(L);
  if (id) doubt_id(s, verb, id, where);
  const schema *sh = schema_of(verb);
  if (text_is(verb, "ids")) {
    catalog_take(s->catalog, verb, take_ids(&(context){ .lua = L, .verb = verb, .id = id, .where = where }, at));
    return;
  }
  context p = { .lua = L, .verb = verb, .id = id, .where = where };
  entity *block = new_block(&p, sh);
  take_fields(&p, sh, at, block);
  take_reads(s, sh, block);
  if (text_is(verb, "provider") && s->directory != SHIPPED_DIRECTORY) note_unset_url(&p, (provider *)block);
  if (sh->items) take_items(&p, at, "an id in the list", (texts *)((char *)block + sh->items_offset));
  if (s->running)
    prepared_take_functions(s, (protocol *)block);
  else
    take_block(L, sh, block);
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
  if (f->refused && f->utf16) {
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
  if (!given->more) skip_bom(&f);
  if (given->json) {
    load_json(s, &(json_file){ f.name, f.text, f.length });
    return;
  }
  if (f.length > LARGEST_LUA) {
    finding_error(s->catalog->findings, ((origin){ f.name, 0 }), "is larger than 4 MiB: put large catalogues into a .json file");
    return;
  }
  if (given->more) f.pieces = given;
  make_room(s, f.length);
  const char *wrong = script_protect(s, run_lua, &f);
  if (given->more) f.text = NULL;
  text_pages_close(&s->text);
  s->plain_at = (origin){ NULL, 0 };
  if (wrong)
    report_error(s, &f, wrong);
  else if (s->catalog->thorough && s->directory != SHIPPED_DIRECTORY) {
    report_idle_lines(s, f.name);
    script_protect(s, find_unreached_words, (void *)f.name);
  }
}

/* place_walk: see place_walk.h. A path such as "price.above[272000].input" is followed from table to table: of the keys of one, the longest
 * counts that the rest of the path begins with, since names may hold dots. */
#include "library/definitions/place_walk.h"

#include "library/definitions/lua_lexer.h"
#include "util/lookup.h"
#include "util/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- tokens ---- */

typedef struct reader {
  bool json;
  lua_lexer lua;
  const char *at, *end; /* of JSON */
  lua_token token;      /* that is to be read next */
  const char *before;   /* the end of the one that was read last */
} reader;

static size_t json_string_length(const char *at, const char *end) {
  const char *c = at + 1;
  while (c < end && *c != '"' && *c != '\n') c += *c == '\\' && c + 1 < end ? 2 : 1;
  return (size_t)(c - at) + (c < end && *c == '"');
}

static bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '+' || c == '-' || c == '.';
}

static lua_token json_next(reader *r) {
  while (r->at < r->end && strchr(" \t\r\n", *r->at) && *r->at) r->at++;
  lua_token t = { .kind = LUA_TOKEN_END, .text = r->at };
  if (r->at == r->end) return t;
  const char *c = r->at;
  t.kind = *c == '"' ? LUA_TOKEN_STRING : is_word(*c) ? LUA_TOKEN_NAME : LUA_TOKEN_SYMBOL;
  t.length = *c == '"' ? json_string_length(c, r->end) : 1;
  while (t.kind == LUA_TOKEN_NAME && c + t.length < r->end && is_word(c[t.length])) t.length++;
  r->at += t.length;
  return t;
}

static void advance(reader *r) {
  r->before = r->token.text + r->token.length;
  r->token = r->json ? json_next(r) : lua_lexer_next(&r->lua);
}

static reader begin(span text, bool json) {
  reader r = { .json = json, .at = text.at, .end = text.at + text.length, .token = { .text = text.at } };
  lua_lexer_begin(&r.lua, text.at, text.length);
  advance(&r);
  return r;
}

/* Mostly the first letter decides. */
static bool is(const reader *r, const char *text) {
  return r->token.length > 0 && *r->token.text == *text && r->token.kind != LUA_TOKEN_STRING && lua_token_is(&r->token, text);
}

static bool is_end(const reader *r) { return r->token.kind == LUA_TOKEN_END; }
static span span_of(const lua_token *t) { return (span){ t->text, t->length }; }

/* What is within its quotes, as it is written. */
static span inside(span s) {
  size_t quote = 1;
  if (*s.at == '[') {
    while (quote < s.length && s.at[quote] != '[') quote++;
    quote++;
  }
  return s.length >= 2 * quote ? (span){ s.at + quote, s.length - 2 * quote } : s;
}

static bool span_is(span s, const char *text) { return strlen(text) == s.length && memcmp(s.at, text, s.length) == 0; }

/* ---- values ---- */

static int step_into(const reader *r) {
  static const char *const opening[] = { "{", "[", "(", "function", "if", "do", "repeat" };
  static const char *const closing[] = { "}", "]", ")", "end", "until" };
  if (r->token.kind == LUA_TOKEN_STRING) return 0;
  for (size_t i = 0; i < sizeof opening / sizeof *opening; i++)
    if (is(r, opening[i])) return 1;
  for (size_t i = 0; i < sizeof closing / sizeof *closing; i++)
    if (is(r, closing[i])) return -1;
  return 0;
}

static bool is_separator(const reader *r) { return is(r, ",") || is(r, ";"); }

/* Past one value, up to what separates it from the next or closes the table. */
static span skip_value(reader *r) {
  const char *from = r->token.text;
  for (int depth = 0; !is_end(r); advance(r)) {
    const int step = step_into(r);
    if (depth == 0 && (step < 0 || is_separator(r))) break;
    depth += step;
  }
  return (span){ from, r->before > from ? (size_t)(r->before - from) : 0 };
}

/* ---- keys ---- */

enum { LONGEST_KEY = 256 };

/* As it is written in a path. */
typedef struct key {
  span at; /* in the text; empty for an item without a key */
  char text[LONGEST_KEY];
} key;

static double unit(const lua_token *t) {
  static const struct {
    const char *name;
    double value;
  } units[] = { { "K", 1e3 }, { "M", 1e6 }, { "minutes", 60 }, { "hours", 3600 }, { "days", 86400 } };
  for (size_t i = 0; i < sizeof units / sizeof *units; i++)
    if (lua_token_is(t, units[i].name)) return units[i].value;
  return 1;
}

static void write_key(key *k, span s) {
  const size_t length = s.length < LONGEST_KEY ? s.length : LONGEST_KEY - 1;
  memcpy(k->text, s.at, length);
  k->text[length] = 0;
}

/* A key in brackets: a string, or a product such as 272 * K. */
static void bracket_key(reader *r, key *k) {
  double product = 1;
  const char *from = r->token.text;
  advance(r);
  const lua_token first = r->token;
  for (int depth = 1; !is_end(r); advance(r)) {
    depth += step_into(r);
    if (depth == 0) break;
    char digits[32] = "";
    if (r->token.kind == LUA_TOKEN_NUMBER && r->token.length < sizeof digits) memcpy(digits, r->token.text, r->token.length);
    product *= *digits ? strtod(digits, NULL) : unit(&r->token);
  }
  advance(r);
  k->at = first.kind == LUA_TOKEN_STRING ? span_of(&first) : (span){ from, (size_t)(r->before - from) };
  if (first.kind == LUA_TOKEN_STRING)
    write_key(k, inside(k->at));
  else
    snprintf(k->text, sizeof k->text, "%.14g", product);
}

/* Reads a key and what separates it from its value. `item` counts what has none. */
static void read_key(reader *r, bool list, int *item, key *k) {
  const reader before = *r;
  *k = (key){ 0 };
  if (!list && !r->json && is(r, "[")) {
    bracket_key(r, k);
  } else if (!list && r->token.kind == (r->json ? LUA_TOKEN_STRING : LUA_TOKEN_NAME)) {
    k->at = span_of(&r->token);
    write_key(k, r->json ? inside(k->at) : k->at);
    advance(r);
  }
  if (k->at.length && is(r, r->json ? ":" : "=")) {
    advance(r);
    return;
  }
  *r = before;
  *k = (key){ 0 };
  snprintf(k->text, sizeof k->text, "%d", ++*item);
}

/* What of the path is behind this key; NULL when it does not begin with it. */
static const char *behind(const char *path, const key *k) {
  const size_t length = strlen(k->text);
  const bool bracket = *path == '[';
  if (bracket) path++;
  if ((!bracket && !k->at.length) || strncmp(path, k->text, length) != 0) return NULL;
  path += length;
  if (bracket && *path++ != ']') return NULL;
  return *path == '.' ? path + 1 : *path == '\0' || *path == '[' ? path : NULL;
}

typedef struct match {
  const char *from; /* where its key begins, or its value where it has none */
  span key, value;
  const char *rest; /* of the path */
  reader at;        /* its value is next */
} match;

/* Reads the entry that is next, and what separates it from the one behind it. */
static match read_entry(reader *r, bool list, int *item, key *k) {
  match one = { .from = r->token.text };
  read_key(r, list, item, k);
  one.key = k->at;
  one.at = *r;
  one.value = skip_value(r);
  if (one.at.token.text == r->token.text && !is_separator(r)) advance(r); /* what fits nowhere */
  while (is_separator(r)) advance(r);
  return one;
}

/* Keeps the better one. Nothing is better than what all of the path names. */
static bool take_better(match *best, const match *one, const char *rest) {
  if (rest && (!best->rest || strlen(rest) < strlen(best->rest))) {
    *best = *one;
    best->rest = rest;
  }
  return best->rest && !*best->rest;
}

static bool closes(const reader *r) { return is_end(r) || is(r, "}") || is(r, "]"); }

/* The entry of the table that is next to be read which the path is about; false when none is. */
static bool find_entry(reader *r, const char *path, match *best) {
  const bool list = r->json && is(r, "[");
  int item = 0;
  best->rest = NULL;
  for (advance(r); !closes(r);) {
    key k;
    const match one = read_entry(r, list, &item, &k);
    if (take_better(best, &one, behind(path, &k))) break;
  }
  return best->rest;
}

/* ---- tables that were read already ---- */

enum { TABLES = 4, MANY_ENTRIES = 32 };

typedef struct table_entry {
  match found;
  key *key;
} table_entry;

typedef struct walked_table {
  const char *at; /* in the text */
  table_entry *entries;
  size_t count, room;
  lookup names; /* of many entries: their positions plus 1 */
} walked_table;

struct place_tables {
  arena *arena;
  walked_table all[TABLES];
  size_t next, read;
};

place_tables *place_tables_new(arena *a) {
  place_tables *t = arena_alloc(a, sizeof *t);
  *t = (place_tables){ .arena = a };
  return t;
}

/* In the place of the oldest one, whose memory serves again. */
static void read_table(place_tables *tables, walked_table *t, reader r) {
  const bool list = r.json && is(&r, "[");
  int item = 0;
  *t = (walked_table){ .at = r.token.text, .entries = t->entries, .room = t->room };
  for (advance(&r); !closes(&r); t->count++) {
    const size_t before = t->room;
    if (t->count == before) {
      t->room = arena_list_room(before);
      t->entries = arena_grow(tables->arena, t->entries, before * sizeof *t->entries, t->room * sizeof *t->entries);
      for (size_t i = before; i < t->room; i++) t->entries[i].key = NULL;
    }
    table_entry *e = &t->entries[t->count];
    if (!e->key) e->key = arena_alloc(tables->arena, sizeof *e->key);
    e->found = read_entry(&r, list, &item, e->key);
  }
  tables->read += (size_t)(r.token.text - t->at);
  for (size_t i = 0; i < t->count && t->count > MANY_ENTRIES; i++)
    if (t->entries[i].key->at.length) lookup_add(&t->names, tables->arena, t->entries[i].key->text, &t->entries[i]);
}

static walked_table *table_at(place_tables *tables, const reader *r) {
  for (size_t i = 0; i < TABLES; i++)
    if (tables->all[i].at == r->token.text) return &tables->all[i];
  walked_table *t = &tables->all[tables->next++ % TABLES];
  read_table(tables, t, *r);
  return t;
}

/* The same as find_entry. */
static bool look_up_entry(place_tables *tables, const reader *r, const char *path, match *best) {
  const walked_table *t = table_at(tables, r);
  const table_entry *exact = lookup_get(&t->names, path);
  best->rest = NULL;
  if (exact) take_better(best, &exact->found, "");
  for (size_t i = 0; !exact && i < t->count; i++)
    if (take_better(best, &t->entries[i].found, behind(path, t->entries[i].key))) break;
  return best->rest;
}

/* To the table that the value holds: it may be an argument, as in post("/x", { ... }). */
static bool to_table(reader *r, span value) {
  while (!is_end(r) && r->token.text < value.at + value.length && !is(r, "{") && !(r->json && is(r, "["))) advance(r);
  return !is_end(r) && r->token.text < value.at + value.length;
}

static bool spans_lines(span s) { return memchr(s.at, '\n', s.length) != NULL; }

/* A table of several lines shows best by its key. */
static span part_of(const match *m, finding_part part) {
  const bool by_key = part == PART_KEY || (spans_lines(m->value) && m->value.at[0] == '{') || m->value.length == 0;
  return m->key.length && by_key ? m->key : m->value;
}

/* The table of the block is next. False when it does not have what the path names first. */
static bool follow(reader *r, const char *path, finding_part part, place_tables *tables, place_found *out) {
  match m;
  bool found = false;
  while (*path && (tables ? look_up_entry(tables, r, path, &m) : find_entry(r, path, &m))) {
    found = true;
    out->at = part_of(&m, *m.rest ? PART_VALUE : part);
    out->value = m.value;
    out->entry = (span){ m.from, (size_t)(m.value.at + m.value.length - m.from) };
    path = m.rest;
    *r = m.at;
    if (*path && !to_table(r, m.value)) break;
  }
  if (*path) out->entry = out->value = (span){ 0 };
  return found;
}

/* ---- the head of a block ---- */

static bool is_verb(const lua_token *t) {
  static const char *const verbs[] = { "provider", "model",  "gateway", "protocol", "retired", "family",  "role",
                                       "ids",      "source", "default", "validate", "rule",    "document" };
  for (size_t i = 0; t->kind == LUA_TOKEN_NAME && i < sizeof verbs / sizeof *verbs; i++)
    if (lua_token_is(t, verbs[i])) return true;
  return false;
}

/* Past the verb and the name; *out is the name, or the verb where it has none. */
static bool lua_head(reader *r, span *out) {
  *out = span_of(&r->token);
  if (!is_verb(&r->token)) return false;
  advance(r);
  reader name = *r;
  if (is(&name, "(")) advance(&name);
  if (name.token.kind != LUA_TOKEN_STRING) return is(r, "(") || is(r, "{");
  *out = span_of(&name.token);
  advance(&name);
  *r = name;
  return true;
}

static bool json_head(reader *r, span *out) {
  *out = span_of(&r->token);
  if (r->token.kind != LUA_TOKEN_STRING) return false;
  advance(r);
  if (!is(r, ":")) return false;
  advance(r);
  return true;
}

/* The block whose head is in the text before `until`; of several, the one of this id (or verb, where it has none), else the first. *r is
 * behind its head. */
static bool find_head(reader *r, const char *until, const char *id, span *out) {
  bool any = false;
  reader at = *r;
  while (!is_end(&at) && at.token.text < until) {
    span head;
    const char *from = at.token.text;
    if (r->json ? json_head(&at, &head) : lua_head(&at, &head)) {
      const bool meant = id && (span_is(head.at == from && !r->json ? head : inside(head), id));
      if (meant || !any) {
        *out = head;
        *r = at;
      }
      any = true;
      if (meant || !id) return true;
    } else if (at.token.text == from) {
      advance(&at);
    }
  }
  return any;
}

static const char *line_above(span text, const char *line) {
  if (line == text.at) return line;
  const char *before = text_last(text.at, (size_t)(line - 1 - text.at), '\n');
  return before ? before + 1 : text.at;
}

static bool block_of(span text, const char *line, const finding_place *where, reader *r, span *head) {
  const char *end = text.at + text.length, *until = memchr(line, '\n', (size_t)(end - line)), *from = line;
  const bool named = (where->path || where->id) && !r->json; /* else the line is what matters */
  for (int above = 0; above <= (named ? PLACE_LINES_ABOVE : 0); above++, from = line_above(text, from)) {
    *r = begin((span){ from, (size_t)(end - from) }, r->json);
    if (find_head(r, until ? until : end, where->id, head)) return true;
  }
  return false;
}

/* Past what is handed to the block: strings, and one table or function. A statement of Lua has no separator behind it. */
static void skip_call(reader *r) {
  for (int depth = 0; !is_end(r); advance(r)) {
    const int step = step_into(r);
    if (depth == 0 && step <= 0 && r->token.kind != LUA_TOKEN_STRING) return;
    depth += step;
    if (depth == 0 && step < 0) {
      advance(r);
      return;
    }
  }
}

/* In JSON the block is an entry, too. */
static void take_block(reader r, bool json, place_found *out) {
  const char *from = out->at.at;
  const bool within = json || r.before[-1] == '('; /* then something separates or closes it */
  const span value = within ? skip_value(&r) : (span){ 0 };
  if (!within) skip_call(&r);
  out->block = (span){ from, (size_t)(r.before - from) };
  if (json) out->value = value;
  if (json) out->entry = out->block;
}

bool place_walk(span text, const char *line, bool json, const finding_place *where, place_tables *tables, place_found *out, size_t *read) {
  reader r = { .json = json };
  *out = (place_found){ 0 };
  *read = 0;
  if (!block_of(text, line, where, &r, &out->at)) return false;
  const span head = out->at;
  while (is(&r, "(") || is(&r, ")")) advance(&r);
  const bool table = is(&r, "{") || (json && is(&r, "["));
  const bool list_inside = where->path && json && *where->path == '[' && is(&r, "{");
  char path[LONGEST_KEY];
  snprintf(path, sizeof path, "%s%s", list_inside ? "models" : "", where->path ? where->path : "");
  const reader whole = r;
  if (tables) tables->read = 0;
  if (!where->path || !table || !follow(&r, path, where->part, tables, out)) out->at = head;
  if (!where->path) take_block(whole, json, out);
  const char *end = out->block.length ? out->block.at + out->block.length : tables ? whole.token.text : r.token.text;
  *read = (size_t)(end - head.at) + (tables ? tables->read : 0);
  return true;
}

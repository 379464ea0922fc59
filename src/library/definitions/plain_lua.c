/* plain_lua: Lua files that are nothing but blocks of literals, as long lists of models are, read without Lua: compiling them costs more
 * than everything else in a load, and their tables are garbage at once. A first pass over the whole text decides whether it is of that
 * kind; what is out of the ordinary anywhere in it (a mistake, a word of the language, an operator but `200 * K`, an escape, a key that no
 * schema has) leaves all of it to Lua. The second pass decodes each block at once. A value that is not plainly right goes the way of every
 * other value, so findings are worded in one place. */
#include "library/definitions/lua_lexer.h"
#include "library/definitions/state.h"

#include "util/clock.h"
#include "util/hash.h"
#include "util/utf8.h"

#include <string.h>

enum { DEEPEST = 8, LONGEST_SHARED = 24, MOST_ITEMS = 16, GARBAGE = 512 * 1024 };

typedef enum literal_kind { LITERAL_STRING, LITERAL_NUMBER, LITERAL_BOOLEAN, LITERAL_TABLE } literal_kind;

typedef struct literal {
  literal_kind kind;
  const char *at; /* what is between the quotes; a table's brace */
  size_t length;
  bool clean; /* a string of printable ASCII */
  bool yes;   /* a boolean */
  literal_number number;
} literal;

/* The fields of a block come in the same order as in the block before, mostly: where the one behind each was. */
typedef struct order {
  const schema *of;
  uint8_t last, after[65];
} order;

typedef struct reader {
  const char *at; /* there is a NUL at the end; one before it is left to Lua */
  int line;
  order blocks, inner;
} reader;

/* ---- tokens ---- */

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
static bool is_of_name(char c) { return is_letter(c) || is_digit(c); }
static bool is_end_of_line(char c) { return c == '\n' || c == '\r'; }

static void next_line(reader *r) {
  const char first = *r->at++;
  if (is_end_of_line(*r->at) && *r->at != first) r->at++;
  r->line++;
}

/* Past blanks and comments; false at a comment that may be a long one. */
static bool skip_blanks(reader *r) {
  for (;;) {
    const char c = *r->at;
    if (c == ' ' || c == '\t' || c == '\v' || c == '\f')
      r->at++;
    else if (is_end_of_line(c))
      next_line(r);
    else if (c != '-' || r->at[1] != '-')
      return true;
    else if (r->at[2] == '[')
      return false;
    else
      while (*r->at && !is_end_of_line(*r->at)) r->at++;
  }
}

static bool take_symbol(reader *r, char symbol) {
  if (*r->at != symbol) return false;
  r->at++;
  return true;
}

static size_t name_length(const reader *r) {
  size_t length = 0;
  if (!is_letter(*r->at)) return 0;
  while (is_of_name(r->at[length])) length++;
  return length;
}

static bool is_word(const char *at, size_t length, const char *word) { return strncmp(at, word, length) == 0 && !word[length]; }

static bool scan_string(reader *r, literal *v) {
  const char quote = *r->at, *s = ++r->at;
  bool clean = true;
  for (; *s != quote; s++) {
    if (*s >= ' ' && *s < 0x7f && *s != '\\') continue;
    if (*s == '\\' || is_end_of_line(*s) || !*s) return false;
    clean = false;
  }
  *v = (literal){ .kind = LITERAL_STRING, .at = r->at, .length = (size_t)(s - r->at), .clean = clean };
  r->at = s + 1;
  return true;
}

/* `200 * K`: the word behind a number. */
static bool scan_unit(reader *r, literal *v) {
  reader ahead = *r;
  if (!skip_blanks(&ahead) || !take_symbol(&ahead, '*')) return true; /* there is none, or whoever called finds what it is */
  const int64_t unit = skip_blanks(&ahead) ? unit_of(ahead.at, name_length(&ahead)) : 0;
  if (!unit) return false;
  v->number.integer = (int64_t)((uint64_t)v->number.integer * (uint64_t)unit);
  v->number.real *= (double)unit;
  r->at = ahead.at + name_length(&ahead);
  r->line = ahead.line;
  return true;
}

static bool scan_number(reader *r, literal *v) {
  size_t length = 0;
  while (is_digit(r->at[length]) || r->at[length] == '.') length++;
  *v = (literal){ .kind = LITERAL_NUMBER };
  if (is_of_name(r->at[length]) || !exact_number(r->at, length, &v->number)) return false;
  r->at += length;
  return scan_unit(r, v);
}

static bool scan_word(reader *r, literal *v) {
  const size_t length = name_length(r);
  *v = (literal){ .kind = LITERAL_BOOLEAN, .yes = is_word(r->at, length, "true") };
  if (!v->yes && !is_word(r->at, length, "false")) return false;
  r->at += length;
  return true;
}

static bool scan_table(reader *r, int depth);

/* False where it is no literal, or a table deeper than DEEPEST. */
static bool scan_value(reader *r, literal *v, int depth) {
  if (*r->at == '"' || *r->at == '\'') return scan_string(r, v);
  if (is_digit(*r->at)) return scan_number(r, v);
  if (*r->at != '{') return scan_word(r, v);
  *v = (literal){ .kind = LITERAL_TABLE, .at = r->at };
  return scan_table(r, depth + 1);
}

/* Past "key =", "["key"] =" or "[200 * K] =". The key is a table where an item comes. */
static bool scan_key(reader *r, literal *key) {
  const size_t length = name_length(r);
  *key = (literal){ .kind = LITERAL_TABLE };
  if (take_symbol(r, '[')) {
    if (!skip_blanks(r) || !scan_value(r, key, DEEPEST) || key->kind > LITERAL_NUMBER || !skip_blanks(r) || !take_symbol(r, ']'))
      return false;
  } else if (length && !is_word(r->at, length, "true") && !is_word(r->at, length, "false")) {
    *key = (literal){ .kind = LITERAL_STRING, .at = r->at, .length = length, .clean = true };
    if (lua_is_keyword(r->at, length)) return false;
    r->at += length;
  } else {
    return true;
  }
  return skip_blanks(r) && take_symbol(r, '=') && skip_blanks(r);
}

/* Past what separates two entries. *more: another one may come. */
static bool scan_separator(reader *r, bool *more) {
  if (!skip_blanks(r)) return false;
  *more = *r->at == ',' || *r->at == ';';
  if (*more) r->at++;
  return skip_blanks(r);
}

/* Where a number is a key, Lua has an order of its own in which items come. */
static bool scan_table(reader *r, int depth) {
  literal key, value;
  bool items = false, numbers = false;
  r->at++;
  if (depth > DEEPEST || !skip_blanks(r)) return false;
  for (bool more = true; *r->at != '}';) {
    if (!more || !scan_key(r, &key) || !scan_value(r, &value, depth) || !scan_separator(r, &more)) return false;
    items = items || key.kind == LITERAL_TABLE;
    numbers = numbers || key.kind == LITERAL_NUMBER;
  }
  r->at++;
  return !items || !numbers;
}

/* ---- the first pass ---- */

static const field *field_of(order *o, const schema *s, const literal *key) {
  if (o->of != s) *o = (order){ .of = s };
  const field *f = &s->fields[o->after[o->last]];
  if (!is_word(key->at, key->length, f->name)) {
    for (f = s->fields; f < s->fields + s->count && !is_word(key->at, key->length, f->name);) f++;
    if (f == s->fields + s->count) return NULL;
    o->after[o->last] = (uint8_t)(f - s->fields);
  }
  o->last = (uint8_t)(f - s->fields + 1);
  return f;
}

/* Past the table of a block; false where it has what is no field of the schema, or a field twice. */
static bool scan_fields(reader *r, order *o, const schema *s, int depth) {
  uint64_t seen = 0;
  literal key, value;
  r->at++;
  if (!skip_blanks(r)) return false;
  o->last = 0;
  for (bool more = true; *r->at != '}';) {
    const field *f = more && scan_key(r, &key) && key.kind == LITERAL_STRING ? field_of(o, s, &key) : NULL;
    const uint64_t bit = f ? (uint64_t)1 << (f - s->fields) : 0;
    if (!f || seen & bit) return false;
    seen |= bit;
    const bool inner = f->kind == KIND_BLOCK && *r->at == '{' && depth == 0;
    if (!(inner ? scan_fields(r, &r->inner, f->schema, 1) : scan_value(r, &value, depth)) || !scan_separator(r, &more)) return false;
  }
  r->at++;
  return true;
}

/* The schema of the block that begins here; NULL where none does, or one that is left to Lua. Its head is on one line, which is then the
 * line that Lua gives to it too, whatever its version. */
static const schema *scan_head(reader *r, literal *id) {
  static const char *const verbs[] = { "model", "provider", "gateway", "retired", "family", "source" };
  const size_t length = name_length(r);
  const int line = r->line;
  size_t verb = 0;
  while (verb < sizeof verbs / sizeof *verbs && !is_word(r->at, length, verbs[verb])) verb++;
  if (verb == sizeof verbs / sizeof *verbs) return NULL;
  r->at += length;
  if (!skip_blanks(r) || (*r->at != '"' && *r->at != '\'') || !scan_string(r, id) || !skip_blanks(r)) return NULL;
  return *r->at == '{' && r->line == line && !id_problem(id->at, id->length) && id_is_plain(id->at, id->length) ? schema_of(verbs[verb])
                                                                                                                : NULL;
}

bool plain_is(const char *text, size_t length, size_t *models) {
  reader r = { .at = text, .line = 1 };
  literal id;
  *models = 0;
  while (skip_blanks(&r)) {
    if (r.at == text + length) return true;
    const schema *s = scan_head(&r, &id);
    if (!s || !scan_fields(&r, &r.blocks, s, 0)) return false;
    *models += text_is(s->verb, "model");
  }
  return false;
}

/* ---- the second pass: values that are plainly right ---- */

/* A short text that was met lately is the same one again: most values of a long list are few. */
static const char *shared(script *s, const literal *v) {
  if (v->length > LONGEST_SHARED) return arena_bytes(s->arena, v->at, v->length);
  const char **place = &s->recent[hash_bytes(v->at, v->length, 0) % RECENT_TEXTS];
  if (!*place || !is_word(v->at, v->length, *place)) *place = arena_bytes(s->arena, v->at, v->length);
  return *place;
}

/* NULL where it is none of them. */
static const char *choice_of(const field *f, const literal *v) {
  const char *const *c = f->choices;
  while (*c && !is_word(v->at, v->length, *c)) c++;
  return *c;
}

static const char *plain_text(script *s, const field *f, const literal *v) {
  if (v->kind != LITERAL_STRING || !(v->clean || (utf8_is_text(v->at, v->length) && !text_has_control(v->at, v->length)))) return NULL;
  return f->choices ? choice_of(f, v) : shared(s, v);
}

static bool take_plain_text(script *s, const field *f, const literal *v, const char **into) {
  const char *text = plain_text(s, f, v);
  if (!text || (f->kind == KIND_DATE && !date_is_valid(text))) return false;
  *into = text;
  return true;
}

/* One whose items are those of the last one of the field is the same list again. */
static bool take_plain_list(context *p, const field *f, const literal *v, texts *into) {
  script *s = script_of(p->lua);
  const char *items[MOST_ITEMS];
  size_t count = 0;
  reader r = { .at = v->at + 1 };
  literal key, item;
  skip_blanks(&r);
  for (bool more = true; *r.at != '}'; count++) {
    if (count == MOST_ITEMS || !scan_key(&r, &key) || key.kind != LITERAL_TABLE || !scan_value(&r, &item, 1) || !scan_separator(&r, &more))
      return false;
    items[count] = item.kind == LITERAL_STRING && item.length ? plain_text(s, f, &item) : NULL;
    if (!items[count]) return false;
    spend(p->lua, 1);
  }
  texts *last = &s->recent_lists[(uintptr_t)f / sizeof *f % RECENT_LISTS];
  if (last->at && last->count == count && memcmp(last->at, items, count * sizeof *items) == 0) {
    *into = *last;
    return true;
  }
  *into = (texts){ arena_array(s->arena, count, sizeof *items), (uint32_t)count, (uint32_t)count };
  if (count) memcpy(into->at, items, count * sizeof *items);
  *last = *into;
  return true;
}

/* ---- the others, as values of Lua ---- */

static void push_literal(lua_State *L, const literal *v);

static void push_table(lua_State *L, const literal *v) {
  reader r = { .at = v->at + 1 };
  literal key, item;
  bool more;
  lua_Integer i = 0;
  luaL_checkstack(L, 4, "a block is nested too deep");
  lua_newtable(L);
  for (skip_blanks(&r); *r.at != '}'; scan_separator(&r, &more)) {
    scan_key(&r, &key);
    scan_value(&r, &item, 1);
    const bool named = key.kind != LITERAL_TABLE;
    if (named) push_literal(L, &key);
    push_literal(L, &item);
    if (named)
      lua_rawset(L, -3);
    else
      set_item(L, -2, ++i);
  }
}

static void push_literal(lua_State *L, const literal *v) { /* [-0, +1] */
  spend(L, 1 + v->length / BYTES_GIVEN_FOR_ONE);
  switch (v->kind) {
  case LITERAL_STRING: lua_pushlstring(L, v->at, v->length); break;
  case LITERAL_BOOLEAN: lua_pushboolean(L, v->yes); break;
  case LITERAL_TABLE: push_table(L, v); break;
  default:
    if (v->number.whole)
      lua_pushinteger(L, v->number.integer);
    else
      lua_pushnumber(L, v->number.real);
    break;
  }
}

/* ---- blocks ---- */

static bool take_plain(context *p, const field *f, const literal *v, void *into) {
  script *s = script_of(p->lua);
  spend(p->lua, 1 + v->length / BYTES_FOR_ONE);
  switch (f->kind) {
  case KIND_TEXT:
  case KIND_DATE:
  case KIND_CHOICE: return v->kind == LITERAL_STRING && take_plain_text(s, f, v, into);
  case KIND_TEXTS: return v->kind == LITERAL_TABLE && take_plain_list(p, f, v, into);
  default: return false;
  }
}

static void read_fields(context *p, reader *r, order *o, const schema *s, entity *into) {
  lua_State *L = p->lua;
  const bool leads = may_be_filled(p); /* somewhere: its texts are looked at more closely */
  literal key, v;
  bool more;
  r->at++;
  o->last = 0;
  for (skip_blanks(r); *r->at != '}'; scan_separator(r, &more)) {
    scan_key(r, &key);
    const field *f = field_of(o, s, &key);
    void *at = (char *)into + f->offset;
    const uint64_t bit = (uint64_t)1 << (f - s->fields);
    if (f->kind == KIND_BLOCK && *r->at == '{' && !p->outer) {
      context below = inner_context(p, f);
      entity *block = arena_alloc(script_of(L)->arena, f->schema->size);
      read_fields(&below, r, &r->inner, f->schema, block);
      settle_inner(p, block);
      *(void **)at = block;
      into->given |= bit;
      continue;
    }
    scan_value(r, &v, p->outer != NULL);
    if (!leads && take_plain(p, f, &v, at)) {
      into->given |= bit;
      continue;
    }
    push_literal(L, &v);
    take_value(p, s, f, lua_gettop(L), into);
    lua_pop(L, 1);
  }
  r->at++;
}

static void read_block(lua_State *L, reader *r, const char *file) {
  script *s = script_of(L);
  literal id;
  s->plain_at = (origin){ file, r->line };
  const schema *sh = scan_head(r, &id);
  spend(L, 1 + id.length / BYTES_FOR_ONE);
  context p = { .lua = L, .verb = sh->verb, .id = arena_bytes(s->arena, id.at, id.length), .where = s->plain_at };
  entity *block = new_block(&p, sh);
  read_fields(&p, r, &r->blocks, sh, block);
  take_block(L, sh, block);
}

void plain_read(lua_State *L, const char *file, const char *text) {
  script *s = script_of(L);
  const size_t before = s->budget.bytes;
  reader r = { .at = text, .line = 1 };
  for (skip_blanks(&r); *r.at; skip_blanks(&r)) {
    read_block(L, &r, file);
    text_pages_drop(&s->text, r.at);
    if (s->budget.bytes > before + GARBAGE) lua_gc(L, LUA_GCCOLLECT);
  }
}

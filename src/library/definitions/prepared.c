/* prepared: takes the blocks of a shipped file in the form in which the build wrote them (scripts/prepare.c), so that neither Lua nor
 * decode.c has anything to do for them. Texts stay where they are embedded.
 *
 * A file has this form if all its blocks consist of plain values, and it is used while no variable is set that the file reads: otherwise
 * the file is run. The functions of a protocol are left out, and have a reference from DEFERRED on. The file is run for them when the first
 * of them is called, which most loads never do.
 *
 * A block: the place of its verb in schema_at, its line, its id, then the values. Values: the masks `given` and `removed`, then each field
 * that is given, in the order of the schema. Numbers are in the order of the machine, since the build runs on the one for which it is. */
#include "library/definitions/state.h"

#include <string.h>

enum { FILE_SHIFT = 16, FIELD_SHIFT = 8, LOW = 0xff };

typedef struct reader {
  script *script;
  size_t which; /* file */
  const char *at;
} reader;

/* ---- values ---- */

static uint8_t read_small(reader *r) { return (uint8_t)*r->at++; }

static uint64_t read_number(reader *r) {
  uint64_t n;
  memcpy(&n, r->at, sizeof n);
  r->at += sizeof n;
  return n;
}

static const char *read_text(reader *r) {
  const char *text = r->at;
  r->at += strlen(text) + 1;
  return text;
}

static const char *read_optional(reader *r) { return read_small(r) ? read_text(r) : NULL; }

static void read_texts(reader *r, texts *into) {
  const uint32_t count = (uint32_t)read_number(r);
  *into = (texts){ arena_array(r->script->arena, count, sizeof *into->at), count, count };
  for (uint32_t i = 0; i < count; i++) into->at[i] = read_text(r);
}

static void read_pairs(reader *r, pairs *into) {
  const uint32_t count = (uint32_t)read_number(r);
  *into = (pairs){ arena_array(r->script->arena, count, sizeof *into->at), count, count };
  for (uint32_t i = 0; i < count; i++) {
    into->at[i].name = read_text(r);
    into->at[i].value = read_optional(r);
  }
}

static void read_windows(reader *r, windows *into) {
  const uint32_t count = (uint32_t)read_number(r);
  *into = (windows){ arena_array(r->script->arena, count, sizeof *into->at), count, count };
  for (uint32_t i = 0; i < count; i++) {
    into->at[i].id = read_text(r);
    into->at[i].tokens = (int64_t)read_number(r);
  }
}

static void *read_inner(reader *r, const schema *s);

static price_steps *read_steps(reader *r, const schema *s) {
  const size_t count = (size_t)read_number(r);
  price_steps *list = arena_alloc(r->script->arena, sizeof *list);
  *list = (price_steps){ arena_array(r->script->arena, count, sizeof *list->at), count, count };
  for (size_t i = 0; i < count; i++) {
    list->at[i].start = (int64_t)read_number(r);
    list->at[i].day = read_optional(r);
    list->at[i].change = read_small(r) ? read_inner(r, s) : NULL;
  }
  return list;
}

static auth *read_auth(reader *r) {
  auth *a = arena_alloc(r->script->arena, sizeof *a);
  a->kind = (auth_kind)read_small(r);
  a->header = read_text(r);
  return a;
}

static script_ref deferred(const reader *r, size_t nth, size_t item) {
  return (script_ref)(DEFERRED | r->which << FILE_SHIFT | nth << FIELD_SHIFT | item);
}

static void read_proofs(reader *r, size_t nth, script_refs *into) {
  const size_t count = read_small(r);
  *into = (script_refs){ arena_array(r->script->arena, count, sizeof *into->at), count, count };
  for (size_t i = 0; i < count; i++) into->at[i] = deferred(r, nth, i);
}

static void read_field(reader *r, const schema *s, const field *f, void *into) {
  switch (f->kind) {
  case KIND_TEXT:
  case KIND_URL:
  case KIND_DATE:
  case KIND_CHOICE: *(const char **)into = read_text(r); break;
  case KIND_END: *(const char **)into = read_optional(r); break;
  case KIND_ENUM: *(int *)into = read_small(r); break;
  case KIND_FLAG: *(bool *)into = read_small(r); break;
  case KIND_TRI: *(small_tri *)into = (small_tri)read_small(r); break;
  case KIND_COUNT:
  case KIND_SECONDS:
  case KIND_AMOUNT: /* a double in as many bytes */
    memcpy(into, r->at, sizeof(int64_t));
    r->at += sizeof(int64_t);
    break;
  case KIND_TEXTS: read_texts(r, into); break;
  case KIND_PAIRS: read_pairs(r, into); break;
  case KIND_WINDOWS: read_windows(r, into); break;
  case KIND_EXTRA:
    read_pairs(r, &((json_members *)into)->list);
    ((json_members *)into)->json = read_optional(r);
    break;
  case KIND_TIERS:
  case KIND_CHANGES: *(price_steps **)into = read_steps(r, f->schema); break;
  case KIND_BLOCK: *(void **)into = read_inner(r, f->schema); break;
  case KIND_AUTH: *(auth **)into = read_auth(r); break;
  case KIND_REQUEST:
  case KIND_FUNCTION: *(script_ref *)into = deferred(r, (size_t)(f - s->fields), 0); break;
  case KIND_PROOFS: read_proofs(r, (size_t)(f - s->fields), into); break;
  default: break; /* no file with another one is prepared */
  }
}

static void read_fields(reader *r, const schema *s, entity *into) {
  into->given = read_number(r);
  into->removed = read_number(r);
  for (uint64_t left = into->given; left; left &= left - 1) {
    const field *f = &s->fields[__builtin_ctzll(left)];
    read_field(r, s, f, (char *)into + f->offset);
  }
}

static void *read_inner(reader *r, const schema *s) {
  entity *inner = arena_alloc(r->script->arena, s->size);
  read_fields(r, s, inner);
  return inner;
}

/* ---- blocks ---- */

/* For its functions, in an arena that is kept as long as the script. */
static void keep_room(reader *r, const protocol *p) {
  protocol *room = arena_alloc(r->script->arena, sizeof *room);
  room->prove.at = arena_array(r->script->arena, p->prove.count, sizeof *room->prove.at);
  r->script->functions[r->which] = room;
}

static void read_block(lua_State *L, reader *r) {
  const schema *s = schema_at(read_small(r));
  entity *block = arena_alloc(r->script->arena, s->size);
  block->at = (origin){ shipped_files[r->which].name, (int)read_number(r) };
  block->id = read_text(r);
  block->directory = SHIPPED_DIRECTORY;
  if (s->defaults) s->defaults(block);
  read_fields(r, s, block);
  if (s == schema_of("protocol")) keep_room(r, (const protocol *)block);
  take_block(L, s, block);
}

/* The variables that the file reads come first. */
static bool one_is_set(reader *r) {
  const environment *e = r->script->environment;
  bool set = false;
  for (size_t left = read_number(r); left > 0; left--) set = environment_get(e, read_text(r)) || set;
  return set;
}

static void tell_names(reader *r) {
  for (size_t left = read_number(r); left > 0; left--) environment_tell(r->script->environment, read_text(r), false);
}

bool prepared_read(lua_State *L, const shipped_file *f) {
  reader r = { .script = script_of(L), .which = (size_t)(f - shipped_files) }, names;
  r.at = shipped_blocks(f);
  names = r;
  if (!r.at || r.script->running || one_is_set(&r)) return false;
  tell_names(&names);
  for (size_t left = read_number(&r); left > 0; left--) read_block(L, &r);
  return true;
}

/* ---- functions ---- */

static int run_again(lua_State *L) {
  run_shipped(L, lua_touserdata(L, 1));
  return 0;
}

/* What the script lists of a file is forgotten afterwards: it is in whatever arena is in use now. */
static void forget_file(script *s) {
  s->running = NULL;
  s->begun = NULL;
  s->begun_count = s->begun_room = 0;
}

static void read_functions(lua_State *L, size_t which) {
  script *s = script_of(L);
  const bool loading = s->loading;
  forget_file(s);
  s->loading = true;
  s->running = s->functions[which];
  lua_pushcfunction(L, run_again);
  lua_pushlightuserdata(L, (void *)&shipped_files[which]);
  const int status = lua_pcall(L, 1, 0, 0);
  s->loading = loading;
  forget_file(s);
  if (status != LUA_OK) lua_error(L);
}

void prepared_take_functions(script *s, const protocol *block) {
  script_ref *proofs = s->running->prove.at;
  if (block->prove.count) memcpy(proofs, block->prove.at, block->prove.count * sizeof *proofs);
  *s->running = *block;
  s->running->prove.at = proofs;
}

bool is_deferred(const script *s, script_ref ref) { return ref >= DEFERRED && !s->functions[ref >> FILE_SHIFT & LOW]->head.at.file; }

int push_deferred(lua_State *L, script_ref ref) {
  if (is_deferred(script_of(L), ref)) read_functions(L, (size_t)(ref >> FILE_SHIFT & LOW));
  const field *f = &schema_of("protocol")->fields[ref >> FIELD_SHIFT & LOW];
  const void *at = (const char *)script_of(L)->functions[ref >> FILE_SHIFT & LOW] + f->offset;
  return push_ref(L, f->kind == KIND_PROOFS ? ((const script_refs *)at)->at[ref & LOW] : *(const script_ref *)at);
}

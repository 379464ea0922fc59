/* merge: how blocks of one schema are laid over each other, field by field: by an amendment, under what a deployer wrote, or from the block
 * that one inherits from. */
#include "library/definitions/catalog.h"
#include "library/definitions/schema.h"

#include <string.h>

static size_t size_of(field_kind k) {
  switch (k) {
  case KIND_FLAG: return sizeof(bool);
  case KIND_TRI: return sizeof(small_tri);
  case KIND_ENUM: return sizeof(int);
  case KIND_COUNT:
  case KIND_SECONDS: return sizeof(int64_t);
  case KIND_AMOUNT: return sizeof(double);
  case KIND_TEXTS: return sizeof(texts);
  case KIND_PAIRS: return sizeof(pairs);
  case KIND_WINDOWS: return sizeof(windows);
  case KIND_EXTRA: return sizeof(json_members);
  case KIND_REQUEST:
  case KIND_DISCOVER:
  case KIND_FUNCTION: return sizeof(script_ref);
  case KIND_PROOFS: return sizeof(script_refs);
  default: return sizeof(void *);
  }
}

static void amend_pairs(arena *a, pairs *base, const pairs *over) {
  pairs merged = { 0 };
  for (size_t i = 0; i < base->count; i++) {
    bool replaced = false;
    for (size_t k = 0; k < over->count; k++) replaced = replaced || text_same(base->at[i].name, over->at[k].name);
    if (!replaced) LIST_PUSH(a, merged.at, merged.count, merged.room, base->at[i]);
  }
  for (size_t k = 0; k < over->count; k++) LIST_PUSH(a, merged.at, merged.count, merged.room, over->at[k]);
  *base = merged;
}

static void amend_windows(arena *a, windows *base, const windows *over) {
  windows merged = { 0 };
  for (size_t k = 0; k < over->count; k++) LIST_PUSH(a, merged.at, merged.count, merged.room, over->at[k]);
  for (size_t i = 0; i < base->count; i++) {
    bool replaced = false;
    for (size_t k = 0; k < over->count; k++) replaced = replaced || text_is(base->at[i].id, over->at[k].id);
    if (!replaced) LIST_PUSH(a, merged.at, merged.count, merged.room, base->at[i]);
  }
  *base = merged;
}

static void amend_block(const field *f, arena *a, void **base, void *const *over) {
  void *merged = arena_alloc(a, f->schema->size);
  if (*base) memcpy(merged, *base, f->schema->size);
  if (text_is(f->schema->verb, "price")) price_overrule(a, merged, *over);
  schema_amend(f->schema, a, merged, *over);
  *base = merged;
}

static void amend_field(const field *f, arena *a, char *base, const char *over) {
  void *into = base + f->offset;
  const void *from = over + f->offset;
  switch (f->kind) {
  case KIND_PAIRS: amend_pairs(a, into, from); break;
  case KIND_WINDOWS: amend_windows(a, into, from); break;
  case KIND_EXTRA: extra_amend(a, into, from); break;
  case KIND_TIERS:
  case KIND_CHANGES: price_steps_amend(f->schema, a, into, *(price_steps *const *)from); break;
  case KIND_BLOCK: amend_block(f, a, into, from); break;
  default: memcpy(into, from, size_of(f->kind)); break;
  }
}

/* A field that is removed gets its default back. */
static void clear_field(const schema *s, arena *a, const field *f, char *base) {
  char *fresh = arena_alloc(a, s->size);
  if (s->defaults) s->defaults(fresh);
  memcpy(base + f->offset, fresh + f->offset, size_of(f->kind));
}

void schema_amend(const schema *s, arena *a, void *base, const void *over) {
  entity *head = base;
  const entity *change = over;
  head->wrong |= change->wrong;
  head->local |= change->local;
  head->refused_fields &= ~(change->given | change->removed);
  head->refused_fields |= change->refused_fields;
  if (change->refused || !head->refused_fields) head->refused = change->refused;
  for (size_t i = 0; i < s->count; i++) {
    uint64_t bit = (uint64_t)1 << i;
    if (head->origins && ((change->removed | change->given) & bit)) head->origins[i] = change->at;
    if (change->removed & bit) {
      clear_field(s, a, &s->fields[i], base);
      head->given &= ~bit;
      head->removed |= bit;
    }
    if (!(change->given & bit)) continue;
    amend_field(&s->fields[i], a, base, over);
    head->given |= bit;
    head->removed &= ~bit;
  }
}

/* What a deployer wrote of a block within this one stays, member by member. */
static void underlay_block(const field *f, arena *a, void **base, void *const *facts) {
  void *both = arena_alloc(a, f->schema->size);
  memcpy(both, *base, f->schema->size);
  schema_underlay(f->schema, a, both, *facts);
  *base = both;
}

void schema_underlay(const schema *s, arena *a, void *base, const void *facts) {
  entity *head = base;
  const entity *from = facts;
  for (size_t i = 0; i < s->count; i++) {
    uint64_t bit = (uint64_t)1 << i;
    bool local = head->local & bit;
    if (!(from->given & bit) || (local && !(head->given & bit))) continue;
    const field *f = &s->fields[i];
    void *into = (char *)base + f->offset;
    if (local && f->kind == KIND_BLOCK) underlay_block(f, a, into, (void *const *)(const void *)((const char *)facts + f->offset));
    if (local) continue;
    amend_field(f, a, base, facts);
    if (head->origins) head->origins[i] = from->at;
    head->given |= bit;
    head->removed &= ~bit;
  }
}

origin schema_origin(const schema *s, const void *of, const char *name) {
  const entity *r = of;
  const field *f = r->origins ? schema_field(s, name) : NULL;
  return f && r->origins[f - s->fields].file ? r->origins[f - s->fields] : r->at;
}

finding_place schema_place(const schema *s, const void *of, const char *name) {
  const entity *r = of;
  return (finding_place){ .at = schema_origin(s, of, name), .path = name, .id = r->id ? r->id : s->verb };
}

void schema_inherit(const schema *s, arena *a, void *child, const void *parent) {
  entity *head = child;
  const entity *from = parent;
  for (size_t i = 0; i < s->count; i++) {
    const field *f = &s->fields[i];
    uint64_t bit = (uint64_t)1 << i;
    if (f->own || !(from->given & bit) || (head->removed & bit)) continue;
    if (head->given & bit) {
      if (f->kind != KIND_PAIRS && f->kind != KIND_BLOCK && f->kind != KIND_EXTRA) continue;
      char *both = arena_alloc(a, s->size);
      amend_field(f, a, both, parent);
      amend_field(f, a, both, child);
      memcpy((char *)child + f->offset, both + f->offset, size_of(f->kind));
      continue;
    }
    memcpy((char *)child + f->offset, (const char *)parent + f->offset, size_of(f->kind));
    head->given |= bit;
  }
}

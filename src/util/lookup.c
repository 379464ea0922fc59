/* lookup: open addressing with linear probing, at most half full. Places are small and adjacent, and so are slots and keys: what a lookup
 * reads fits into the processor's caches even for thousands of names. */
#include "util/lookup.h"

#include "util/hash.h"

#include <stdbool.h>

enum { FIRST_ROOM = 32 };

/* ---- hashing and comparing, eight bytes at a time ---- */

static inline uint64_t hash_of(const char *s, size_t length) { return hash_bytes(s, length, 0); }

/* The last one to eight bytes; where the string is long enough, the bytes before them are included. */
static inline uint64_t last_word(const char *s, size_t length) {
  return length >= 8 ? hash_word(s + length - 8) : hash_tail(s, length, length);
}

static inline bool same(const char *a, const char *b, size_t length) {
  for (size_t at = 0; at + 8 < length; at += 8)
    if (hash_word(a + at) != hash_word(b + at)) return false;
  return last_word(a, length) == last_word(b, length);
}

/* ---- finding ---- */

static inline uint32_t tag_of(uint64_t hash) { return (uint32_t)(hash >> 32); }

/* The place of this key, or the free one where it would be. */
static inline lookup_place *place_of(const lookup *x, const char *key, size_t length, uint64_t hash) {
  const size_t last = x->room * 2 - 1;
  for (size_t at = (size_t)hash & last;; at = (at + 1) & last) {
    lookup_place *place = &x->places[at];
    if (!place->slot) return place;
    if (place->tag != tag_of(hash)) continue;
    const lookup_slot *slot = &x->slots[place->slot - 1];
    if (slot->length == length && same(slot->key, key, length)) return place;
  }
}

const lookup_slot *lookup_find(const lookup *x, const char *key) {
  if (!x->room) return NULL;
  size_t length = strlen(key);
  const lookup_place *place = place_of(x, key, length, hash_of(key, length));
  return place->slot ? &x->slots[place->slot - 1] : NULL;
}

void *lookup_get(const lookup *x, const char *key) {
  const lookup_slot *slot = lookup_find(x, key);
  return slot ? slot->value : NULL;
}

/* ---- adding ---- */

/* All keys differ, so none is compared. */
static void put_again(lookup *x, size_t slot) {
  const size_t last = x->room * 2 - 1;
  uint64_t hash = hash_of(x->slots[slot].key, x->slots[slot].length);
  size_t at = (size_t)hash & last;
  while (x->places[at].slot) at = (at + 1) & last;
  x->places[at] = (lookup_place){ tag_of(hash), (uint32_t)slot + 1 };
}

static void widen(lookup *x, arena *a, size_t room) {
  x->room = room;
  x->slots = arena_grow(a, x->slots, x->count * sizeof *x->slots, x->room * sizeof *x->slots);
  x->places = arena_array(a, x->room * 2, sizeof *x->places);
  for (size_t i = 0; i < x->count; i++) put_again(x, i);
}

void lookup_reserve(lookup *x, arena *a, size_t count) {
  size_t room = x->room ? x->room : FIRST_ROOM;
  while (room < count) room *= 2;
  if (room > x->room) widen(x, a, room);
}

static void *add(lookup *x, arena *a, const char *key, void *value, bool kept) {
  if (x->count == x->room) lookup_reserve(x, a, x->count + 1);
  size_t length = strlen(key);
  uint64_t hash = hash_of(key, length);
  lookup_place *place = place_of(x, key, length, hash);
  if (place->slot) return x->slots[place->slot - 1].value;
  x->slots[x->count++] = (lookup_slot){ kept ? key : arena_bytes(a, key, length), length, value };
  *place = (lookup_place){ tag_of(hash), (uint32_t)x->count };
  return NULL;
}

void *lookup_add(lookup *x, arena *a, const char *key, void *value) { return add(x, a, key, value, false); }
void *lookup_add_kept(lookup *x, arena *a, const char *key, void *value) { return add(x, a, key, value, true); }

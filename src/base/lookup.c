/* lookup: open addressing, at most half full. */
#include "base/lookup.h"

#include "base/text.h"

#include <string.h>

static lookup_slot *slot_of(const lookup *x, const char *key) {
  size_t at = (size_t)text_hash(key, strlen(key), 0) & (x->room - 1);
  while (x->slots[at].key && strcmp(x->slots[at].key, key) != 0) at = (at + 1) & (x->room - 1);
  return &x->slots[at];
}

void *lookup_get(const lookup *x, const char *key) { return x->room ? slot_of(x, key)->value : NULL; }

static void widen(lookup *x, arena *a) {
  lookup old = *x;
  x->room = old.room ? old.room * 2 : 64;
  x->slots = arena_array(a, x->room, sizeof *x->slots);
  for (size_t i = 0; i < old.room; i++)
    if (old.slots[i].key) *slot_of(x, old.slots[i].key) = old.slots[i];
}

void *lookup_add(lookup *x, arena *a, const char *key, void *value) {
  if (x->count * 2 >= x->room) widen(x, a);
  lookup_slot *slot = slot_of(x, key);
  if (slot->key) return slot->value;
  *slot = (lookup_slot){ key, value };
  x->count++;
  return NULL;
}

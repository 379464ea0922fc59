/* perfect: hash and displace. Names are hashed into small buckets; for each bucket, the fullest first, a number is found that maps all of
 * its names to free slots. A lookup reads that number, then one slot, then one name. It must never use roster. */
#include "perfect.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct entry {
  const char *name;
  size_t length;
  const void *value;
  uint64_t hash;
  struct entry *beside; /* the next in its bucket, while the table is built */
} entry;

typedef struct table {
  uint32_t *turns; /* of each bucket */
  entry **places;
  size_t buckets, room; /* powers of two */
} table;

static _Atomic(table *) current;

static uint64_t word_at(const char *s) {
  uint64_t word;
  memcpy(&word, s, sizeof word);
  return word;
}

static uint64_t fold(uint64_t a, uint64_t b) {
  __extension__ unsigned __int128 product = (unsigned __int128)a * b;
  return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t hash_of(const char *s, size_t n) {
  uint64_t h = n * 0x9e3779b97f4a7c15u, last = 0;
  for (; n > 8; s += 8, n -= 8) h = fold(h ^ word_at(s), 0xd6e8feb86659fd93u);
  if (n == 8)
    last = word_at(s);
  else
    for (size_t i = 0; i < n; i++) last = last << 8 | (unsigned char)s[i];
  return fold(h ^ last, 0xa0761d6478bd642fu);
}

static size_t place_of(const table *t, uint64_t hash, uint32_t turn) {
  return (size_t)((hash ^ turn * 0x9e3779b97f4a7c15u) * 0xff51afd7ed558ccdu >> 32) & (t->room - 1);
}

const void *perfect_find(const char *name) {
  const table *t = atomic_load_explicit(&current, memory_order_acquire);
  size_t length = strlen(name);
  uint64_t hash = hash_of(name, length);
  const entry *e = t->places[place_of(t, hash, t->turns[hash & (t->buckets - 1)])];
  return e && e->length == length && memcmp(e->name, name, length) == 0 ? e->value : NULL;
}

/* ---- building ---- */

static void *zeroed(size_t count, size_t size) {
  void *block = calloc(count, size);
  if (!block) abort();
  return block;
}

static void clear(table *t, const entry *from, const entry *to, uint32_t turn) {
  for (; from != to; from = from->beside) t->places[place_of(t, from->hash, turn)] = NULL;
}

static int settles(table *t, entry *bucket, uint32_t turn) {
  for (entry *e = bucket; e; e = e->beside) {
    entry **place = &t->places[place_of(t, e->hash, turn)];
    if (*place) {
      clear(t, bucket, e, turn);
      return 0;
    }
    *place = e;
  }
  return 1;
}

static size_t size_of(const entry *bucket) {
  size_t size = 0;
  for (; bucket; bucket = bucket->beside) size++;
  return size;
}

static int fullest_first(const void *a, const void *b) {
  size_t x = size_of(*(entry *const *)a), y = size_of(*(entry *const *)b);
  return (x < y) - (x > y);
}

static void settle_all(table *t, entry **buckets) {
  qsort(buckets, t->buckets, sizeof *buckets, fullest_first);
  for (size_t i = 0; i < t->buckets && buckets[i]; i++) {
    uint32_t turn = 0;
    while (!settles(t, buckets[i], turn))
      if (++turn == UINT32_MAX) abort();
    t->turns[buckets[i]->hash & (t->buckets - 1)] = turn;
  }
}

void perfect_publish(const char *const *names, const void *const *values, size_t count) {
  table *t = zeroed(1, sizeof *t);
  for (t->room = 16; t->room < count * 5 / 4;) t->room *= 2;
  for (t->buckets = 8; t->buckets < count / 3;) t->buckets *= 2;
  t->turns = zeroed(t->buckets, sizeof *t->turns);
  t->places = zeroed(t->room, sizeof(entry *));
  entry *entries = zeroed(count, sizeof *entries), **buckets = zeroed(t->buckets, sizeof(entry *));
  for (size_t i = 0; i < count; i++) {
    size_t length = strlen(names[i]);
    uint64_t hash = hash_of(names[i], length);
    entry **bucket = &buckets[hash & (t->buckets - 1)];
    entries[i] = (entry){ names[i], length, values[i], hash, *bucket };
    *bucket = &entries[i];
  }
  settle_all(t, buckets);
  free(buckets);
  atomic_store_explicit(&current, t, memory_order_release);
}

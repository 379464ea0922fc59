/* hash: strings to 64 bits, eight bytes at a time. Not for secrets that an attacker may guess; recordings keep its values, so it stays as
 * it is. */
#ifndef ROSTER_UTIL_HASH_H
#define ROSTER_UTIL_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint64_t hash_word(const char *s) {
  uint64_t word;
  memcpy(&word, s, sizeof word);
  return word;
}

/* The last one to eight bytes, the first of them lowest. Where eight or more are there, they are read at once and shifted into place. */
static inline uint64_t hash_tail(const char *s, size_t length, size_t tail) {
  if (length >= 8) return hash_word(s + length - 8) >> (64 - 8 * tail);
  uint64_t word = 0;
  for (size_t i = 0; i < tail; i++) word |= (uint64_t)(unsigned char)s[i] << 8 * i;
  return word;
}

static inline uint64_t hash_stir(uint64_t h, uint64_t word) {
  h = (h ^ word) * 0xff51afd7ed558ccdu;
  return h ^ h >> 32;
}

static inline uint64_t hash_bytes(const char *s, size_t length, uint64_t seed) {
  uint64_t h = seed ^ (length * 0x9e3779b97f4a7c15u);
  size_t at = 0;
  for (; at + 8 < length; at += 8) h = hash_stir(h, hash_word(s + at));
  if (at < length) h = hash_stir(h, hash_tail(s, length, length - at));
  h *= 0xc4ceb9fe1a85ec53u;
  return h ^ h >> 29;
}

#endif

/* secret: the only type that holds the value of a credential, and the forms in which one may be written. Nothing else in roster may print,
 * copy or compare a credential's bytes. What finds them in a text is trace.h. */
#ifndef ROSTER_UTIL_SECRET_H
#define ROSTER_UTIL_SECRET_H

#include "util/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SECRET_PIECE = 8 }; /* so many characters in a row give a secret away */

typedef struct secret secret;

/* Every eight characters in a row that give a secret away, in lower case: as it is, reversed, and in base64 and hexadecimal digits of
 * either of them. A text is searched for all of them in one pass, however many secrets there are. */
typedef struct secret_pieces {
  uint64_t *at; /* open addressing; 0: free */
  size_t count, room;
  uint64_t *filter; /* a bit for each hash that a piece has: most places of a text need no more than this */
  uint64_t *quads;  /* behind it: a bit for each hash that four characters in a row of a piece have */
} secret_pieces;

enum { SECRET_CHAINS = 64 };

/* All secrets of one load, each value once; freeing it wipes them. */
typedef struct keyring {
  secret *first;
  secret *chains[SECRET_CHAINS]; /* the same by a hash of the value */
  const secret *in_pieces;       /* of this one and those behind it the pieces are there */
  secret_pieces pieces, excused;
  texts own; /* what the definitions say themselves, which gives nothing away; borrowed */
  uint64_t salt;
} keyring;

/* The one that is there already, where many providers share a value. NULL when out of memory. */
secret *keyring_add(keyring *ring, const char *value, size_t length);
bool keyring_has(const keyring *ring, const char *value);
void keyring_wipe(keyring *ring);

/* The bytes, for the header that carries them and for nothing else. */
const char *secret_value(const secret *s);
size_t secret_length(const secret *s);
const secret *secret_next(const secret *s);
/* Whether only all of it gives it away: it is short, or a plain word, or the definitions say a part of it themselves. */
bool secret_is_word(const secret *s);
/* Of such a one: whether it counts only where it is a word of its own ("ok" is not meant in "token"). */
bool secret_stands_alone(const secret *s);
/* Tells two values apart without revealing them; 0 for NULL. Comparable within one keyring salt. */
uint64_t secret_fingerprint(const keyring *ring, const secret *s);

/* What the definitions say themselves, borrowed as long as the ring is searched. */
void keyring_own(keyring *ring, texts own);
/* Prepares the ring for searching. False when out of memory. */
bool keyring_prepare(keyring *ring);
/* The character in lower case, as pieces have it. */
static inline unsigned char secret_fold(unsigned char c) { return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c); }
/* Moves a window of eight characters on by one. */
static inline uint64_t secret_window(uint64_t before, unsigned char c) { return before >> 8 | (uint64_t)secret_fold(c) << 56; }
/* Whether these eight characters give a secret away. */
bool secret_pieces_have(const keyring *ring, uint64_t piece);
static inline bool secret_pieces_may_have(const secret_pieces *p, uint64_t piece) {
  const uint64_t hash = piece * 0x9e3779b97f4a7c15u >> 48;
  return p->filter[hash >> 6] >> (hash & 63) & 1;
}
/* The same of any four characters of it. */
static inline bool secret_pieces_may_have_quad(const secret_pieces *p, uint32_t quad) {
  const uint32_t hash = quad * 0x9e3779b1u >> 16;
  return p->quads[hash >> 6] >> (hash & 63) & 1;
}

#endif

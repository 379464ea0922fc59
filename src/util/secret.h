/* secret: the only type that holds the value of a credential, and the only function that removes such values from a string.
 * Nothing else in roster may print, copy or compare a credential's bytes. */
#ifndef ROSTER_UTIL_SECRET_H
#define ROSTER_UTIL_SECRET_H

#include "util/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct secret secret;

/* Every eight bytes in a row that give a secret away, as it is or encoded: a string is searched for all of them in one pass, however many
 * secrets there are. */
typedef struct secret_pieces {
  uint64_t *at; /* open addressing; 0: free */
  size_t count, room;
} secret_pieces;

/* All secrets of one load; freeing it wipes them. */
typedef struct keyring {
  secret *first;
  const secret *in_pieces; /* of this one and those behind it the pieces are there */
  secret_pieces pieces;
  uint64_t salt;
} keyring;

secret *keyring_add(keyring *ring, const char *value, size_t length); /* NULL when out of memory */
bool keyring_has(const keyring *ring, const char *value);
void keyring_wipe(keyring *ring);

/* The bytes, for the header that carries them and for nothing else. */
const char *secret_value(const secret *s);
/* Tells two values apart without revealing them; 0 for NULL. Comparable within one keyring salt. */
uint64_t secret_fingerprint(const keyring *ring, const secret *s);

/* The string with every trace of every secret replaced by "[redacted]": complete, in pieces of eight bytes and more, base64 and
 * percent-encoded. The string itself where there is none. */
const char *keyring_redact(keyring *ring, arena *a, const char *text);

#endif

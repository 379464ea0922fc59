/* signature: whether a document was signed by the owner of a minisign key: the signature over the bytes as they were received, or over
 * their BLAKE2b-512, and the second one over the first and the comment that goes with it. libsodium checks both. It is opened when a source
 * first has a key, so that nobody else needs it, pays for it at the start, or links it; where it is missing, nothing signed is used. */
#ifndef ROSTER_SOURCE_SIGNATURE_H
#define ROSTER_SOURCE_SIGNATURE_H

#include "util/arena.h"

#include <stdint.h>

/* NULL where it holds, else what is wrong. *signed_s becomes the time in the trusted comment, since the epoch; 0: it has none. */
const char *signature_problem(arena *a, const char *key, const char *text, size_t length, const char *signature, int64_t *signed_s);

#endif

/* key_mismatch: points out a key that begins like another provider's: it was put into the wrong variable, most likely. */
#ifndef ROSTER_VALIDATE_KEY_MISMATCH_H
#define ROSTER_VALIDATE_KEY_MISMATCH_H

#include "library/validate/credential.h"

/* Sets `foreign` of each such key, and warns. `keys` is in the order of the catalog's providers. */
void key_mismatches_report(const catalog *c, key *keys, arena *a);

#endif

/* lookalike: points out a key that begins like another provider's: it was put into the wrong variable, most likely. */
#ifndef ROSTER_VALIDATE_LOOKALIKE_H
#define ROSTER_VALIDATE_LOOKALIKE_H

#include "library/validate/key.h"

/* Sets `foreign` of each such key, and warns. `keys` is in the order of the catalog's providers. */
void lookalikes_point_out(const catalog *c, key *keys, arena *a);

#endif

/* flaw: what a person pastes around a value, or in its place: quotes, blanks, bytes that nobody sees, references that nothing has filled
 * in. A flaw is worded to follow the name of its variable ("is in quotes") and never repeats the value. */
#ifndef ROSTER_UTIL_FLAW_H
#define ROSTER_UTIL_FLAW_H

#include "util/arena.h"

#include <stdbool.h>
#include <stddef.h>

/* NULL when there is none. */
const char *flaw_in_setting(arena *a, const char *value);
/* The same for a key. *instead: it is a reference or a placeholder where the key should be. */
const char *flaw_in_key(arena *a, const char *value, size_t length, bool *instead);

/* The value in quotes, with an escape for each byte that cannot be seen, cut where it is long; "..." where it may hold a key or a password.
 */
const char *flaw_show(arena *a, const char *value);
/* Whether what should be the path of a file with a key may be the key itself, so that no message may repeat it: nothing is there, and it
 * does not begin as paths do. */
bool flaw_may_be_key(const char *path);

#endif

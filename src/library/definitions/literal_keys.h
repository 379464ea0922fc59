/* literal_keys: keys that are written into the definitions. */
#ifndef ROSTER_DEFINITIONS_LITERAL_KEYS_H
#define ROSTER_DEFINITIONS_LITERAL_KEYS_H

#include "library/definitions/catalog.h"

/* Whether some word of the text looks like a key. */
bool literal_keys_in(const catalog *c, const char *text);
/* How the keys of this provider begin counts from here on; -1: it no longer does. */
void literal_keys_count(catalog *c, const provider *p, int by);
/* For a catalog that is finished: a warning for each. */
void literal_keys_check(catalog *c);

#endif

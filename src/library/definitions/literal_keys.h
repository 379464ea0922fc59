/* literal_keys: keys that are written into the definitions. */
#ifndef ROSTER_DEFINITIONS_LITERAL_KEYS_H
#define ROSTER_DEFINITIONS_LITERAL_KEYS_H

#include "library/definitions/catalog.h"

/* Whether some word of the text looks like a key. */
bool literal_keys_in(const catalog *c, const char *text);
/* For a catalog that is finished: a warning for each. */
void literal_keys_check(catalog *c);

#endif

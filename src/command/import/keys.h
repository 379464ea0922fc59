/* keys: to which host each variable that holds a key goes, and whose it is, so that an import sends no key to a second one. */
#ifndef ROSTER_COMMAND_IMPORT_KEYS_H
#define ROSTER_COMMAND_IMPORT_KEYS_H

#include "util/json.h"

/* Of all variables that shipped definitions name as a secret. For the caller to release. */
json_t *keys_of_shipped(void);
/* Notes that the key goes there. NULL, or whose it is where it goes elsewhere already. */
const char *keys_note(json_t *keys, const char *variable, const char *address, const char *owner);
/* Whether two addresses are of the same scheme, host and port. */
bool same_origin(const char *a, const char *b);

#endif

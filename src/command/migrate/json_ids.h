/* json_ids: model ids inside a JSON text: the values of members whose name has "model" in it. The rest stays as it is, byte for byte. */
#ifndef ROSTER_COMMAND_MIGRATE_JSON_IDS_H
#define ROSTER_COMMAND_MIGRATE_JSON_IDS_H

#include "util/strbuf.h"

/* What an id becomes; NULL where it stays. */
typedef const char *(*json_ids_rule)(void *payload, const char *id, size_t length);

/* Reads JSON that is known to be valid and appends it to `out`, ids replaced; `out` may be NULL. Answers how many were. */
size_t json_ids_rename(const char *text, size_t length, json_ids_rule rule, void *payload, strbuf *out);

#endif

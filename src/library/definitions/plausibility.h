/* plausibility: what parses and cannot be meant, and how the line to write is worded. */
#ifndef ROSTER_DEFINITIONS_PLAUSIBILITY_H
#define ROSTER_DEFINITIONS_PLAUSIBILITY_H

#include "library/definitions/catalog.h"

/* For a catalog that is finished: a warning for each value that nobody means. */
void plausibility_check(catalog *c);
/* The same for providers, in provider_doubts.c. */
void provider_doubts_check(catalog *c);

bool is_json_origin(origin at);
/* `key = value`, or `"key": value` where the file is JSON; of a path the last part. The value in JSON is the one in Lua where it is NULL.
 */
const char *fix_line(arena *a, origin at, const char *key, const char *in_lua, const char *in_json);
/* base_url with https:// in place of http://. */
const char *fix_scheme(arena *a, origin at, const char *base_url);

#endif

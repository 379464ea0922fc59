/* json: reads JSON from the network or from a file, strictly and within bounds. The only file that includes jansson.h. */
#ifndef ROSTER_UTIL_JSON_H
#define ROSTER_UTIL_JSON_H

#include "util/arena.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum { JSON_MAX_DEPTH = 64 };
#define JSON_MAX_BYTES ((size_t)8 * 1024 * 1024)

/* The value, a new reference, or NULL with a sentence in *why. Refuses duplicate keys, depth over JSON_MAX_DEPTH, more than
 * JSON_MAX_BYTES, NaN, numbers out of range, invalid UTF-8. *line becomes the line of the mistake, 0 when unknown. Memory that runs out
 * is no mistake: it takes the arena's way. */
json_t *json_read(arena *a, const char *text, size_t length, const char **why, int *line);
/* What roster has written itself, however large. */
json_t *json_read_own(arena *a, const char *text, size_t length);

/* The message of an error body, in whichever of the usual shapes; NULL when it has none. */
const char *json_error_message(const json_t *body);
/* Whether this is an error body of an API: an object whose `error` is an object with a message. */
bool json_is_api_error(const json_t *body);

#endif

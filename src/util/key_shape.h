/* key_shape: what a key looks like, for all that report one, hide one or do not repeat one. There are three levels, each within the next:
 * what is reported as a key (key_is), what is hidden in a line that is shown (key_is_hidden), and what no message repeats (key_may_be). */
#ifndef ROSTER_UTIL_KEY_SHAPE_H
#define ROSTER_UTIL_KEY_SHAPE_H

#include "util/arena.h"

#include <stdbool.h>
#include <stddef.h>

enum { KEY_SHORTEST = 16 };

/* What a key is made of, "sk-abc_1.2": the bytes of a word. */
#define KEY_BYTES "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-."

/* Whether the text begins as the keys of known makers do. */
bool key_begins(const char *text);
bool key_is_mixed(const char *text, size_t length); /* digits and letters */
/* A run of letters and digits, as long as no name has it, with both: together with a beginning that a provider states, a key. */
bool key_has_run(const char *word, size_t length);
/* A word that is a key: it begins as known ones do and goes on at random, or is random as a whole. No UUID, no hash in hexadecimal and no
 * name of a model is one. */
bool key_is(const char *word, size_t length);
/* A word that may be a key, so that a line is shown without it. */
bool key_is_hidden(const char *word, size_t length);
/* A text with what may be a key anywhere in it, so that no message repeats it. */
bool key_may_be(const char *text, size_t length);

/* Whether what has this name carries keys: "authorization", "x-api-key", "access_token". */
bool key_is_name(arena *a, const char *name, size_t length);
/* The same for a parameter of an address, where "auth" is one, too. */
bool key_is_parameter(arena *a, const char *name, size_t length);

#endif

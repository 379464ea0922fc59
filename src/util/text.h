/* text: small functions on strings that the standard library lacks, none of which depends on the locale. */
#ifndef ROSTER_UTIL_TEXT_H
#define ROSTER_UTIL_TEXT_H

#include "util/strbuf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A list of strings. */
typedef struct texts {
  const char **at;
  uint32_t count, room; /* not size_t: a model has many lists, most of them empty */
} texts;

bool text_is(const char *a, const char *b); /* equal, NULL-safe */
bool text_starts(const char *s, const char *prefix);
bool text_ends(const char *s, const char *suffix);
bool text_same(const char *a, const char *b); /* equal but for ASCII case */
/* The string with the first `slot` replaced; itself where there is none. */
const char *text_fill(arena *a, const char *pattern, const char *slot, const char *value);
bool text_is_token(const char *s); /* what HTTP allows as the name of a header */
bool text_has_control(const char *s, size_t length);
/* The last such byte, as memrchr finds it, which only Linux has; NULL when there is none. */
const char *text_last(const char *s, size_t length, char byte);
/* `*` is any run, `?` any one byte. Never recursive; at worst the lengths multiply. */
bool text_glob(const char *s, const char *pattern);
char *text_lower(arena *a, const char *s, size_t length);
/* Control bytes become spaces, what else nobody sees goes, runs of spaces become one; cut at `most` bytes on a character boundary, followed
 * by "...". */
char *text_clean(arena *a, const char *s, size_t length, size_t most);
/* Moves *s past spaces and tabs; returns the length that is left without spaces, tabs and carriage returns at the end. */
size_t text_trim(const char **s, size_t length);
bool texts_have(const texts *list, const char *s);
bool texts_equal(const texts *a, const texts *b); /* in the same order */
texts texts_copy(arena *a, const texts *list);

#endif

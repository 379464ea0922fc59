/* text: small questions about strings that the standard library does not answer, none of which depends on the locale. */
#ifndef ROSTER_UTIL_TEXT_H
#define ROSTER_UTIL_TEXT_H

#include "util/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A list of texts. */
typedef struct texts {
  const char **at;
  size_t count, room;
} texts;

/* A growing text in an arena. */
typedef struct builder {
  arena *arena;
  char *at;
  size_t length, room;
} builder;

void build(builder *b, const char *text);
void build_bytes(builder *b, const char *bytes, size_t length);
void build_format(builder *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
const char *built(const builder *b); /* "" when nothing was built */

bool text_is(const char *a, const char *b); /* equal, NULL-safe */
bool text_starts(const char *s, const char *prefix);
bool text_ends(const char *s, const char *suffix);
bool text_same(const char *a, const char *b); /* equal but for ASCII case */
/* The text with the first `slot` replaced; itself where there is none. */
const char *text_fill(arena *a, const char *pattern, const char *slot, const char *value);
size_t text_character(const char *s); /* how many bytes the character at s has; 0 when it is no valid UTF-8 */
bool text_is_token(const char *s);    /* what HTTP allows as the name of a header */
bool text_has_control(const char *s, size_t length);
/* `*` is any run, `?` any one byte. Never recursive; at worst the lengths multiply. */
bool text_glob(const char *s, const char *pattern);
char *text_lower(arena *a, const char *s, size_t length);
/* Control bytes become blanks, runs of blanks one; cut at `most` bytes on a character boundary, with "..." behind. */
char *text_clean(arena *a, const char *s, size_t length, size_t most);
bool texts_have(const texts *list, const char *s);

/* The nearest of the candidates to a misspelt word, NULL when none is near enough. */
const char *text_nearest(const char *word, const char *const *candidates, size_t count);
/* How many edits (insert, delete, replace, swap) lead from a to b; both cut at 63 bytes. */
size_t text_distance(const char *a, const char *b);

uint64_t text_hash(const char *s, size_t length, uint64_t seed);

#endif

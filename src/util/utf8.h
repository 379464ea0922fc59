/* utf8: one character at a time, and the columns it takes on a terminal, without asking the locale. */
#ifndef ROSTER_UTIL_UTF8_H
#define ROSTER_UTIL_UTF8_H

#include "util/strbuf.h"

#include <stdbool.h>
#include <stdint.h>

typedef uint32_t codepoint;

#define UTF8_INVALID ((codepoint)0xffffffffu)

/* Reads the character at s, which is not the end. Returns its length in bytes; 1, with *out UTF8_INVALID, where no valid character begins.
 */
size_t utf8_read(const char *s, codepoint *out);
/* How many bytes the character at s has; 0 where no valid one begins. */
size_t utf8_length(const char *s);
bool utf8_is_text(const char *s, size_t length); /* valid, and without a NUL */
/* The last place not behind `at` where a character begins: where text may be cut. */
size_t utf8_boundary(const char *s, size_t at);
/* Control characters, and those that reorder text: a name that holds them could show something else than it is. */
bool utf8_is_control(codepoint c);
/* What nobody sees, beyond ASCII: blanks of other widths, joiners, marks of direction, other control characters. */
bool utf8_is_invisible(codepoint c);
/* Whether the text holds such a one, a control character or what is no UTF-8. */
bool utf8_hides(const char *text);
/* The text with "\\u{202E}" in place of each of them. */
const char *utf8_spell(arena *a, const char *text);
size_t utf8_columns(codepoint c);
size_t utf8_text_columns(const char *s);
/* Adds the text with control characters and blanks of other widths as spaces, what is no UTF-8 as "?", and without what has no width, so
 * that no text steers the terminal or shows something else than it is. */
void utf8_add_clean(strbuf *b, const char *text);

#endif

/* letter: one UTF-8 character and the columns it takes on a terminal, without asking the locale. */
#ifndef ROSTER_SHARED_LETTER_H
#define ROSTER_SHARED_LETTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint32_t letter;

#define LETTER_NONE ((letter)0xffffffffu) /* not UTF-8 */

/* Reads the character at s, which is not the end. Answers its bytes, 1 with *out LETTER_NONE when it is none. */
size_t letter_read(const char *s, letter *out);
bool letter_is_control(letter l);
size_t letter_columns(letter l);
size_t text_columns(const char *s);

#endif

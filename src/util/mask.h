/* mask: shows the line of a file of definitions without what may be a key in it. It errs on the side of hiding too much: the line shows an
 * author where to look, who has the file. */
#ifndef ROSTER_UTIL_MASK_H
#define ROSTER_UTIL_MASK_H

#include "util/arena.h"

#include <stdbool.h>

/* The line with an asterisk for each character of: a word that begins as keys do, or is as long and as mixed as they are; a string behind a
 * name such as "authorization" or "api_key", unless it is the name of a variable; the value of such a parameter, and the user, in an
 * address. The line itself where there is none of these. */
const char *mask_line(arena *a, const char *line);
/* False: mask_line leaves this string, in its quotes and with no name before it, as it is. */
bool mask_may_hide(const char *literal);

/* Covers the words of a message that begin as the keys of known makers do, or have such a key in them. */
void mask_keys(char *message);

#endif

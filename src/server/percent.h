/* percent: texts inside addresses. */
#ifndef ROSTER_SERVER_PERCENT_H
#define ROSTER_SERVER_PERCENT_H

#include <stdbool.h>
#include <stddef.h>

enum { MOST_ID_BYTES = 200 };

/* False for what is longer than the room, no UTF-8, holds a control byte, or a % without two digits. */
bool percent_decode(const char *text, bool plus_is_blank, char *out, size_t size);

#endif

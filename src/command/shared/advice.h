/* advice: what the command adds to a hint of the library. The library speaks to every host, of files and options of the API; the command
 * knows the verb or the option that does it. */
#ifndef ROSTER_SHARED_ADVICE_H
#define ROSTER_SHARED_ADVICE_H

#include "util/strbuf.h"

#include <stddef.h>

/* "refresh to check it (roster check)". Without control bytes. */
void advice_add(strbuf *out, const char *hint);

/* The same, wrapped as write_wrapped does; nothing for an empty hint or NULL. */
void advice_write(const char *lead, size_t margin, const char *hint);

#endif

/* gzip: a text, compressed for the way. */
#ifndef ROSTER_SERVER_GZIP_H
#define ROSTER_SERVER_GZIP_H

#include <stddef.h>

/* The caller frees it. NULL when it would not be shorter. */
char *gzip_make(const char *text, size_t size, size_t *out);

#endif

/* text_file: files that somebody names to the command: read whole, within a bound, and never waiting for a pipe to which nobody writes. */
#ifndef ROSTER_UTIL_TEXT_FILE_H
#define ROSTER_UTIL_TEXT_FILE_H

#include <stdbool.h>
#include <stddef.h>

/* Malloc'd; "-" is the standard input where `stdin_too`. NULL, and *why in words, when it cannot be read, is larger than `most` bytes, or
 * holds a NUL byte, and when memory ran out. */
char *text_file_read(const char *path, bool stdin_too, size_t most, const char **why);

#endif

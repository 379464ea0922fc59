/* private_file: files in which roster keeps things for its next start: read whole, and only where no other user can have written them;
 * replaced by a rename, with mode 0600. */
#ifndef ROSTER_UTIL_PRIVATE_FILE_H
#define ROSTER_UTIL_PRIVATE_FILE_H

#include <stdbool.h>
#include <stddef.h>

/* Malloc'd; NULL when there is none, and also when there is one that cannot be trusted or is larger than `most`: then *why says so, and
 * errno is 0; or when this machine cannot read it now, and then errno says why, too. */
char *private_file_read(const char *file, size_t most, size_t *length, const char **why);
/* Atomically. False with errno. */
bool private_file_replace(const char *file, const char *text, size_t bytes);

#endif

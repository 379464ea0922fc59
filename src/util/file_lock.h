/* file_lock: one process at a time changes a file that several share. What is locked is FILE.lock beside it, of mode 0600, which is made
 * where there is none and stays, since the file itself is replaced by a rename. Only those who ask are held off, and none for ever. */
#ifndef ROSTER_UTIL_FILE_LOCK_H
#define ROSTER_UTIL_FILE_LOCK_H

#include <stdatomic.h>
#include <stdbool.h>

/* Waits for so long at most, and only for a moment more once *hurry is true. -1 where there is no lock to be had: another process has it
 * all that time, and then *late is true, or FILE.lock cannot be made or locked here, or FILE is no regular file. */
int file_lock_take(const char *file, long most_ms, const atomic_bool *hurry, bool *late);
/* errno stays as it was. -1 does nothing. */
void file_lock_release(int lock);

#endif

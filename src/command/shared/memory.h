/* memory: the heap for a command. When memory runs out the command ends, so that callers need not check. */
#ifndef ROSTER_SHARED_MEMORY_H
#define ROSTER_SHARED_MEMORY_H

#include "util/arena.h"

#include <stddef.h>

/* realloc; ends the command with exit code 2 when memory runs out. */
void *grown(void *old, size_t bytes);
char *copied(const char *text); /* NULL is copied as "" */
arena *command_arena(void);     /* the caller frees it */

/* Called before the command ends for want of memory, to take back what is half done; tells what became of it, or "". NULL for none. */
extern const char *(*memory_last_words)(void);

#endif

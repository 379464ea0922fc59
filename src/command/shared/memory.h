/* memory: the heap for a command. Memory that runs out ends the command, so that no caller has to ask. */
#ifndef ROSTER_SHARED_MEMORY_H
#define ROSTER_SHARED_MEMORY_H

#include <stddef.h>

/* Memory, or the end of the command with exit code 2. */
void *grown(void *old, size_t bytes);
char *copied(const char *text); /* NULL is copied as "" */

#endif

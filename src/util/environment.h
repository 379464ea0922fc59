/* environment: the variables that a load sees: the process's, or those that a host passed in. Empty counts as unset. */
#ifndef ROSTER_UTIL_ENVIRONMENT_H
#define ROSTER_UTIL_ENVIRONMENT_H

#include <roster.h>
#include <stddef.h>

typedef struct environment {
  const roster_variable *given; /* NULL: the process's */
  size_t count;
  bool enable_mock;                                               /* as if ROSTER_MOCK=yes were set */
  void (*on_named)(void *payload, const char *name, bool secret); /* called for each variable that definitions name; may be NULL */
  void *payload;
} environment;

void environment_tell(const environment *e, const char *name, bool secret);
const char *environment_get(const environment *e, const char *name); /* NULL when unset or empty; borrowed */

/* What the host gave, as "NAME=VALUE" strings for a program; NULL when out of memory. Keys may be among them, so freeing it wipes it. */
char **environment_copy(const environment *e);
void environment_copy_free(char **list);

#endif

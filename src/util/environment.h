/* environment: the variables that a load sees: the process's, or those that a host passed in. Empty counts as unset. */
#ifndef ROSTER_UTIL_ENVIRONMENT_H
#define ROSTER_UTIL_ENVIRONMENT_H

#include "util/lookup.h"

#include <roster.h>
#include <stddef.h>

typedef struct environment {
  const roster_variable *given; /* NULL: the process's */
  size_t count;
  bool enable_mock;                                               /* as if ROSTER_MOCK=yes were set */
  void (*on_named)(void *payload, const char *name, bool secret); /* called for each variable that definitions name; may be NULL */
  void *payload;
  const lookup *index; /* of the values by name; NULL: there is none */
} environment;

void environment_tell(const environment *e, const char *name, bool secret);
/* Makes the index, so that many variables are found as fast as a few: those that are there now. */
void environment_index(environment *e, arena *a);
const char *environment_get(const environment *e, const char *name); /* NULL when unset or empty; borrowed */

/* What the host gave, as "NAME=VALUE" strings for a program; NULL when out of memory. Keys may be among them, so freeing it wipes it. */
char **environment_copy(const environment *e);
void environment_copy_free(char **list);

#endif

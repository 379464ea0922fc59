/* environment: see environment.h. */
#include "util/environment.h"

#include <stdlib.h>
#include <string.h>

void environment_tell(const environment *e, const char *name, bool secret) {
  if (e->on_named) e->on_named(e->payload, name, secret);
}

const char *environment_get(const environment *e, const char *name) {
  if (e->enable_mock && strcmp(name, "ROSTER_MOCK") == 0) return "yes";
  const char *value = NULL;
  if (e->given) {
    for (size_t i = 0; i < e->count; i++)
      if (strcmp(e->given[i].name, name) == 0) value = e->given[i].value;
  } else {
    value = getenv(name);
  }
  return value && *value ? value : NULL;
}

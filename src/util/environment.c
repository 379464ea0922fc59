/* environment: see environment.h. */
#include "util/environment.h"

#include "util/platform.h"

#include <stdio.h>
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

void environment_copy_free(char **list) {
  for (char **at = list; at && *at; at++) {
    wipe(*at, strlen(*at));
    free(*at);
  }
  free(list);
}

char **environment_copy(const environment *e) {
  char **list = calloc(e->count + 1, sizeof *list);
  for (size_t i = 0; list && i < e->count; i++) {
    const char *value = e->given[i].value ? e->given[i].value : "";
    size_t room = strlen(e->given[i].name) + strlen(value) + 2;
    if (!(list[i] = malloc(room))) {
      environment_copy_free(list);
      return NULL;
    }
    snprintf(list[i], room, "%s=%s", e->given[i].name, value);
  }
  return list;
}

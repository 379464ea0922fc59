/* environment: see environment.h. */
#include "util/environment.h"

#include "util/platform.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void environment_tell(const environment *e, const char *name, bool secret) {
  if (e->on_named) e->on_named(e->payload, name, secret);
}

/* Of equal names the last counts. */
static void index_given(const environment *e, lookup *index, arena *a) {
  for (size_t i = e->count; i-- > 0;) lookup_add(index, a, e->given[i].name, (char *)(e->given[i].value ? e->given[i].value : ""));
}

/* Of equal names the first counts. */
static void index_process(lookup *index, arena *a) {
  for (char **at = environ; at && *at; at++) {
    char *value = strchr(*at, '=');
    if (value) lookup_add(index, a, arena_bytes(a, *at, (size_t)(value - *at)), value + 1);
  }
}

void environment_index(environment *e, arena *a) {
  lookup *index = arena_alloc(a, sizeof *index);
  *index = (lookup){ 0 };
  if (e->given)
    index_given(e, index, a);
  else
    index_process(index, a);
  e->index = index;
}

const char *environment_get(const environment *e, const char *name) {
  if (e->enable_mock && strcmp(name, "ROSTER_MOCK") == 0) return "yes";
  const char *value = NULL;
  if (e->index) {
    value = lookup_get(e->index, name);
  } else if (e->given) {
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

/* registry_options: a registry's own copy of the roster_options that its host gave, complete and checked. */
#ifndef ROSTER_REGISTRY_REGISTRY_OPTIONS_H
#define ROSTER_REGISTRY_REGISTRY_OPTIONS_H

#include "util/environment.h"
#include "util/finding.h"

#include <roster.h>

typedef struct registry_options {
  arena *arena; /* of the copies */
  roster_options given;
  const char *only; /* a file or directory to read instead of the configured ones; NULL for none */
  bool thorough;    /* definitions are checked for what a start leaves out: see catalog.h */
  uint64_t number;  /* that of no other copy in this process */
} registry_options;

/* Copies; `from` NULL means the defaults. On failure there is nothing to free. */
roster_status registry_options_copy(registry_options *out, const roster_options *from, roster_error *err);
void registry_options_free(registry_options *o);
environment registry_options_environment(const registry_options *o);

#endif

/* options: a registry's own copy of what its host asked for. */
#ifndef ROSTER_REGISTRY_OPTIONS_H
#define ROSTER_REGISTRY_OPTIONS_H

#include "util/environment.h"
#include "util/finding.h"

#include <roster.h>

typedef struct options {
  arena *arena; /* holds all of it */
  roster_options said;
  const char *instead; /* a file or directory to read in place of the configured ones; NULL for none */
} options;

/* Copies; NULL means the defaults. On failure nothing is held. */
roster_status options_copy(options *out, const roster_options *said, roster_error *err);
void options_free(options *o);
environment options_environment(const options *o);

#endif

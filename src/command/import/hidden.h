/* hidden: a catalogue without the keys that the environment holds: models and providers whose id has one in it are left out, and every
 * other text has "[redacted]" in place of it. */
#ifndef ROSTER_COMMAND_IMPORT_HIDDEN_H
#define ROSTER_COMMAND_IMPORT_HIDDEN_H

#include "command/shared/veil.h"
#include "util/json.h"

/* A copy, for the caller to release. *left is how many models it lacks. The keys of the variables that the catalogue names are learnt. */
json_t *hidden_catalogue(const json_t *whole, veil *v, size_t *left);

#endif

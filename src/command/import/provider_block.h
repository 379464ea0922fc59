/* provider_block: a provider of a models.dev catalogue as a block: which of ours it is, and for another one its protocol, address and key.
 */
#ifndef ROSTER_COMMAND_IMPORT_PROVIDER_BLOCK_H
#define ROSTER_COMMAND_IMPORT_PROVIDER_BLOCK_H

#include "roster.h"
#include "util/json.h"

/* The wire protocol of the package by which a provider or a model is reached; NULL where there is none. */
const char *provider_protocol(const json_t *package);
/* Whether a variable of this name holds a key. */
bool names_secret(const char *variable);
/* For the caller to release. NULL where it cannot be reached, and *why_not says why. */
json_t *provider_block(const json_t *provider, const char **why_not);
/* The same of one that is defined already, for where it is not. */
json_t *provider_block_of(const roster_provider *known);

#endif

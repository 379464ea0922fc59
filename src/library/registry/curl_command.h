/* curl_command: the request that a host would send to a model, as a curl command for people to try. The key stands in it by the name
 * of its variable, never by its value. */
#ifndef ROSTER_REGISTRY_CURL_COMMAND_H
#define ROSTER_REGISTRY_CURL_COMMAND_H

#include "library/validate/factory.h"

/* *out is malloc'd. Errors: ROSTER_EUNKNOWN, ROSTER_EINVALID when the model has no address, ROSTER_EDEFINITIONS when its protocol fails. */
roster_status curl_command(arena *a, const factory *f, script *s, const char *id, char **out, roster_error *err);

#endif

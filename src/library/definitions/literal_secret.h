/* literal_secret: keys that stand in the definitions, in headers and addresses: each is a warning that says how to write it, and does not
 * repeat it. */
#ifndef ROSTER_DEFINITIONS_LITERAL_SECRET_H
#define ROSTER_DEFINITIONS_LITERAL_SECRET_H

#include "library/definitions/catalog.h"

void literal_secrets_warn(catalog *c);

#endif

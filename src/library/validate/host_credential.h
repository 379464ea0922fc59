/* host_credential: what roster_options.credential says of a provider's key. It is refused as a whole, in words, where a part of it cannot
 * be sent: a key without the headers that belong to it would be refused by the provider, and blamed on the key. */
#ifndef ROSTER_VALIDATE_HOST_CREDENTIAL_H
#define ROSTER_VALIDATE_HOST_CREDENTIAL_H

#include "library/validate/credential.h"

/* False: the host leaves it to the other sources. */
bool host_credential_ask(const key_sources *from, const provider *p, key *out);

#endif

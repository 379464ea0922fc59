/* sdk_base_url: what a protocol's official SDK takes as its base URL, so that it sends its requests where a service's requests go. The
 * protocol says what the SDK appends (`sdk_path`): what remains of the service's URL without it is the base. */
#ifndef ROSTER_VALIDATE_SDK_BASE_URL_H
#define ROSTER_VALIDATE_SDK_BASE_URL_H

#include "library/validate/service.h"

/* Sets *base, and *version where the SDK has to be told one; leaves both as they are where no base URL leads to the service's URL. */
void sdk_base_url(arena *a, const service *s, const char **base, const char **version);

#endif

/* retry_after: when a response allows the next request. Providers say it in headers, as seconds, milliseconds, a duration, a date or a time
 * stamp, and Google's APIs in the error itself. */
#ifndef ROSTER_VALIDATE_RETRY_AFTER_H
#define ROSTER_VALIDATE_RETRY_AFTER_H

#include "library/definitions/script.h"

/* In seconds, rounded up; 0 where it says nothing, or nothing that makes sense. `now_ms` is the wall clock when it came. */
int64_t retry_after_seconds(const api_response *r, int64_t now_ms);
/* Of the value of a header for when a limit is free again, in the same way. */
int64_t retry_after_reset(const char *value, int64_t now_ms);

#endif

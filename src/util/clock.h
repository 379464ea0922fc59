/* clock: the time, in milliseconds. */
#ifndef ROSTER_UTIL_CLOCK_H
#define ROSTER_UTIL_CLOCK_H

#include <stdint.h>

int64_t now_ms(void);  /* monotonic */
int64_t wall_ms(void); /* since the epoch */

#endif

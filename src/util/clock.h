/* clock: the time, in milliseconds. */
#ifndef ROSTER_UTIL_CLOCK_H
#define ROSTER_UTIL_CLOCK_H

#include <stdint.h>

int64_t now_ms(void);  /* monotonic */
int64_t wall_ms(void); /* since the epoch */
/* When a day such as "2026-09-24" begins, in UTC, since the epoch; a month counts as its first day. -1 for what is not a date. */
int64_t day_ms(const char *date);

#endif

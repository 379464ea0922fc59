/* clock: the time, in milliseconds. */
#ifndef ROSTER_UTIL_CLOCK_H
#define ROSTER_UTIL_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

int64_t now_ms(void);                        /* monotonic */
int64_t wall_ms(void);                       /* since the epoch */
bool date_is_valid(const char *s);           /* "2026", "2026-11" or "2026-11-30" */
void day_write(int64_t at_ms, char out[11]); /* the day of that moment in UTC, "2026-11-30" */
/* When a day such as "2026-09-24" begins, in UTC, since the epoch; a month counts as its first day. -1 for what is not a date. */
int64_t day_ms(const char *date);
/* How much of the time that a request has may go into its connection (name, TCP, TLS): half, and 5 s in any case. */
long connecting_ms(int64_t left_ms);

#endif

/* calendar: the retirements of models as a calendar that programs subscribe to (iCalendar, RFC 5545). */
#ifndef ROSTER_SERVER_CALENDAR_H
#define ROSTER_SERVER_CALENDAR_H

#include "roster.h"
#include "util/strbuf.h"

#include <time.h>

/* Those within so many days; negative: all. `made`: when that was known; 0: unknown. */
void calendar_write(strbuf *out, const roster_snapshot *s, int64_t within_days, time_t made);

#endif

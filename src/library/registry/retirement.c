/* retirement: see retirement.h. */
#include "library/registry/retirement.h"

#include <stdio.h>
#include <time.h>

enum { DAY_MS = 24 * 60 * 60 * 1000 };

/* The day's beginning in UTC; a month is as good as its first day. -1 for what is no date. */
static int64_t day_ms(const char *date) {
  int year = 0, month = 0, day = 1;
  if (sscanf(date, "%4d-%2d-%2d", &year, &month, &day) < 2) return -1;
  struct tm t = { .tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day };
  return (int64_t)timegm(&t) * 1000;
}

static const char *count_days(arena *a, int64_t left_ms) {
  int64_t days = (left_ms + DAY_MS - 1) / DAY_MS;
  return arena_printf(a, "in %lld day%s", (long long)days, days == 1 ? "" : "s");
}

const char *retirement_warning(arena *a, const model *m, int64_t wall_ms, int64_t ahead_ms) {
  int64_t day = m->retires ? day_ms(m->retires) : -1;
  const char *then = m->replacement ? arena_printf(a, "; its replacement is %s", m->replacement) : "";
  if (day < 0) return m->status && text_is(m->status, "deprecated") ? arena_printf(a, "it is deprecated%s", then) : NULL;
  if (day - wall_ms > ahead_ms) return NULL;
  if (day <= wall_ms) return arena_printf(a, "it was to retire on %s%s", m->retires, then);
  return arena_printf(a, "it retires on %s, %s%s", m->retires, count_days(a, day - wall_ms), then);
}

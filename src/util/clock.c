/* clock: see clock.h. */
#include "util/clock.h"

#include <stdio.h>
#include <time.h>

static int64_t clock_ms(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t now_ms(void) { return clock_ms(CLOCK_MONOTONIC); }
int64_t wall_ms(void) { return clock_ms(CLOCK_REALTIME); }

int64_t day_ms(const char *date) {
  int year = 0, month = 0, day = 1;
  if (sscanf(date, "%4d-%2d-%2d", &year, &month, &day) < 2) return -1;
  struct tm t = { .tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day };
  return (int64_t)timegm(&t) * 1000;
}

/* clock: see clock.h. */
#include "util/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int64_t clock_ms(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t now_ms(void) { return clock_ms(CLOCK_MONOTONIC); }
int64_t wall_ms(void) { return clock_ms(CLOCK_REALTIME); }

static int days_of(int year, int month) {
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 ? 28 + leap : 30 + (month + month / 8) % 2;
}

bool date_is_valid(const char *s) {
  size_t n = strlen(s);
  if (n != 4 && n != 7 && n != 10) return false;
  for (size_t i = 0; i < n; i++)
    if (i == 4 || i == 7 ? s[i] != '-' : s[i] < '0' || s[i] > '9') return false;
  int month = n > 4 ? atoi(s + 5) : 1, day = n > 7 ? atoi(s + 8) : 1;
  return month >= 1 && month <= 12 && day >= 1 && day <= days_of(atoi(s), month);
}

void day_write(int64_t at_ms, char out[11]) {
  const time_t seconds = (time_t)(at_ms / 1000);
  struct tm t = { 0 };
  if (!gmtime_r(&seconds, &t) || !strftime(out, 11, "%Y-%m-%d", &t)) *out = 0;
}

int64_t day_ms(const char *date) {
  int year = 0, month = 0, day = 1;
  if (sscanf(date, "%4d-%2d-%2d", &year, &month, &day) < 2) return -1;
  struct tm t = { .tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day };
  return (int64_t)timegm(&t) * 1000;
}

long connecting_ms(int64_t left_ms) {
  enum { ENOUGH_MS = 5000 };
  const int64_t half = left_ms / 2 > ENOUGH_MS ? left_ms / 2 : ENOUGH_MS;
  return (long)(left_ms < half ? left_ms : half);
}

/* No CLOCK_MONOTONIC_COARSE, no timer_create. */
#ifndef STUB_TIME_H
#define STUB_TIME_H
#include <sys/types.h>

struct timespec {
  time_t tv_sec;
  long tv_nsec;
};
struct tm {
  int tm_sec, tm_min, tm_hour, tm_mday, tm_mon, tm_year, tm_wday, tm_yday, tm_isdst;
  long tm_gmtoff;
  char *tm_zone;
};
typedef enum {
  CLOCK_REALTIME = 0,
  CLOCK_MONOTONIC = 6,
  CLOCK_PROCESS_CPUTIME_ID = 12,
  CLOCK_THREAD_CPUTIME_ID = 16,
} clockid_t;

#define CLOCKS_PER_SEC 1000000

clock_t clock(void);
int clock_gettime(clockid_t clock, struct timespec *out);
double difftime(time_t a, time_t b);
struct tm *gmtime(const time_t *at);
struct tm *gmtime_r(const time_t *restrict at, struct tm *restrict out);
struct tm *localtime_r(const time_t *restrict at, struct tm *restrict out);
time_t mktime(struct tm *at);
int nanosleep(const struct timespec *time, struct timespec *left);
size_t strftime(char *restrict out, size_t room, const char *restrict format, const struct tm *restrict at);
char *strptime(const char *restrict from, const char *restrict format, struct tm *restrict out);
time_t time(time_t *out);
time_t timegm(struct tm *at);

#endif

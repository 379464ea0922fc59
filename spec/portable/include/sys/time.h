#ifndef STUB_SYS_TIME_H
#define STUB_SYS_TIME_H
#include <sys/select.h>
#include <time.h>

struct timeval {
  time_t tv_sec;
  int tv_usec;
};

int gettimeofday(struct timeval *restrict out, void *restrict zone);

#endif

/* RLIMIT_NOFILE is another number than Linux's. */
#ifndef STUB_SYS_RESOURCE_H
#define STUB_SYS_RESOURCE_H
#include <sys/types.h>

#define RLIMIT_NOFILE 8

typedef unsigned long long rlim_t;
struct rlimit {
  rlim_t rlim_cur, rlim_max;
};

int getrlimit(int resource, struct rlimit *out);

#endif

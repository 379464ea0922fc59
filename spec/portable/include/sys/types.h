/* Types as macOS has them on 64-bit machines: several are narrower than Linux's. */
#ifndef STUB_SYS_TYPES_H
#define STUB_SYS_TYPES_H
#include <stddef.h>
#include <stdint.h>

typedef long ssize_t, time_t;
typedef unsigned long clock_t;
typedef long long off_t;
typedef int pid_t, dev_t;
typedef unsigned uid_t, gid_t, useconds_t;
typedef unsigned short mode_t, nlink_t;
typedef unsigned long long ino_t;
typedef int blksize_t;
typedef long long blkcnt_t;

#endif

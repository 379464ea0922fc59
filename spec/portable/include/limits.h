/* What the compiler's own limits.h leaves to the system. */
#ifndef STUB_LIMITS_H
#define STUB_LIMITS_H

#define PATH_MAX 1024
#define NAME_MAX 255
#define PIPE_BUF 512

#endif

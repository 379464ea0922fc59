/* getentropy alone; getrandom is Linux's. */
#ifndef STUB_SYS_RANDOM_H
#define STUB_SYS_RANDOM_H
#include <sys/types.h>

int getentropy(void *out, size_t size);

#endif

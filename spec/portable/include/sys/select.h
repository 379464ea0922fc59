#ifndef STUB_SYS_SELECT_H
#define STUB_SYS_SELECT_H
#include <sys/types.h>

typedef struct {
  int words[32];
} fd_set;

#endif

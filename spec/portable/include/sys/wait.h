#ifndef STUB_SYS_WAIT_H
#define STUB_SYS_WAIT_H
#include <sys/types.h>

#define WNOHANG        1
#define WIFEXITED(s)   (((s)&0177) == 0)
#define WEXITSTATUS(s) (((s) >> 8) & 0377)
#define WTERMSIG(s)    ((s)&0177)
#define WIFSIGNALED(s) (WTERMSIG(s) != 0177 && WTERMSIG(s) != 0)

pid_t waitpid(pid_t id, int *status, int how);

#endif

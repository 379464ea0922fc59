/* No sigtimedwait, no signalfd. A set is a word, and changing it may be a macro. */
#ifndef STUB_SIGNAL_H
#define STUB_SIGNAL_H
#include <sys/types.h>

typedef unsigned sigset_t;
typedef int sig_atomic_t;
typedef void (*sig_t)(int);

#define SIG_DFL     ((void (*)(int))0)
#define SIG_IGN     ((void (*)(int))1)
#define SIG_ERR     ((void (*)(int)) - 1)
#define SIGHUP      1
#define SIGINT      2
#define SIGKILL     9
#define SIGPIPE     13
#define SIGALRM     14
#define SIGTERM     15
#define SIGSTOP     17
#define SIGCHLD     20
#define SIG_BLOCK   1
#define SIG_UNBLOCK 2
#define SIG_SETMASK 3
#define SA_RESTART  2

struct sigaction {
  void (*sa_handler)(int);
  sigset_t sa_mask;
  int sa_flags;
};

int kill(pid_t id, int number);
int pthread_sigmask(int how, const sigset_t *restrict set, sigset_t *restrict before);
int raise(int number);
int sigaction(int number, const struct sigaction *restrict how, struct sigaction *restrict before);
int sigaddset(sigset_t *set, int number);
int sigdelset(sigset_t *set, int number);
int sigemptyset(sigset_t *set);
int sigfillset(sigset_t *set);
int sigismember(const sigset_t *set, int number);
void (*signal(int number, void (*how)(int)))(int);
int sigpending(sigset_t *out);
int sigwait(const sigset_t *restrict set, int *restrict number);

#endif

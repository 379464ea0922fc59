/* process: one program of the deployer's, in a process group of its own, with its output on pipes. Never forks: it spawns. */
#ifndef ROSTER_VALIDATE_PROCESS_H
#define ROSTER_VALIDATE_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

typedef struct process {
  pid_t id;
  int out, err; /* non-blocking; -1 once closed */
  int ended;    /* becomes readable when it has ended; -1: ask from time to time */
} process;

/* Standard input is empty, signals are as new. 0, or an errno. */
int process_start(process *p, char *const *argv, char *const *environment);
/* Kills it and all that it started, unless they left its group. */
void process_kill(const process *p);
/* True once it has ended; *status as waitpid gives it, -1 where the host lets nobody know. */
bool process_reap(const process *p, int *status);
void process_close(process *p);

#endif

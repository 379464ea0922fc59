/* ready: the time of a server from fork to its first line of output, which it prints when it listens.
 *
 *     ready ROUNDS COMMAND [ARGUMENT ...]      prints the median in ms */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST_ROUNDS = 100, LONGEST_SECONDS = 20 };

static double now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double run(char **argv) {
  int line[2], status;
  char byte = 0;
  if (pipe(line)) exit(1);
  double began = now_ms();
  pid_t child = fork();
  if (child == 0) {
    dup2(line[1], 1);
    close(line[0]);
    close(line[1]);
    alarm(LONGEST_SECONDS);
    execv(argv[0], argv);
    _exit(127);
  }
  close(line[1]);
  while (byte != '\n' && read(line[0], &byte, 1) == 1) continue;
  double ready = now_ms();
  kill(child, SIGTERM);
  waitpid(child, &status, 0);
  close(line[0]);
  if (byte == '\n' && status == 0) return ready - began;
  fprintf(stderr, "ready: '%s' failed (wait status %d)\n", argv[0], status);
  exit(1);
}

static int by_size(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

int main(int argc, char **argv) {
  double took[MOST_ROUNDS];
  int rounds = argc > 2 ? atoi(argv[1]) : 0;
  if (rounds < 1 || rounds > MOST_ROUNDS) {
    fputs("usage: ready ROUNDS COMMAND [ARGUMENT ...]\n", stderr);
    return 2;
  }
  for (int i = 0; i < rounds; i++) took[i] = run(argv + 2);
  qsort(took, (size_t)rounds, sizeof *took, by_size);
  printf("%.2f\n", took[rounds / 2]);
  return 0;
}

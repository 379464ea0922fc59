/* timer: times complete processes alternately (A B A B ...), so that a busy moment of the machine affects all of them alike.
 * It knows nothing about what it runs.
 *
 *     timer ROUNDS WARMUP NAME COMMAND [ARGUMENT ...] [-- NAME COMMAND ...]
 *
 * prints one line for each command, separated by tabs: name, median wall ms, median CPU ms, peak RSS in KiB; then the median, the lower and
 * the upper quartile over all rounds of its wall time as a multiple of the first command's in the same round, as processors change their
 * speed and other processes share them; and that median of CPU times. Of a program that failed: its name and "failed"; it fails itself when
 * the first one did. */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST_COMMANDS = 8, MOST_ROUNDS = 1000, LONGEST_SECONDS = 60 };

typedef struct command {
  const char *name;
  char **argv;
  double wall[MOST_ROUNDS], cpu[MOST_ROUNDS], ratio[MOST_ROUNDS], cpu_ratio[MOST_ROUNDS];
  long peak_kib;
  bool failed; /* it is not run again */
} command;

static double now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double ms(struct timeval t) { return (double)t.tv_sec * 1e3 + (double)t.tv_usec / 1e3; }

_Noreturn static void become(char **argv) {
  int nowhere = open("/dev/null", O_RDWR);
  dup2(nowhere, 0);
  dup2(nowhere, 1);
  alarm(LONGEST_SECONDS); /* survives exec: no timed process can hang the bench */
  execv(argv[0], argv);
  perror(argv[0]);
  _exit(127);
}

static void run(command *c, int round) {
  double began = now_ms();
  pid_t child = fork();
  if (child == 0) become(c->argv);
  int status = -1;
  struct rusage used;
  if (child < 0 || wait4(child, &status, 0, &used) != child || status != 0) {
    fprintf(stderr, "timer: '%s' failed (wait status %d)\n", c->name, status);
    c->failed = true;
    return;
  }
  if (round < 0) return;
  c->wall[round] = now_ms() - began;
  c->cpu[round] = ms(used.ru_utime) + ms(used.ru_stime);
  if (used.ru_maxrss > c->peak_kib) c->peak_kib = used.ru_maxrss;
}

static int by_size(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Sorts them; part of 4: 1 and 3 are the quartiles. */
static double quarter(double *values, int count, int part) {
  qsort(values, (size_t)count, sizeof *values, by_size);
  return values[count * part / 4];
}

static double median(double *values, int count) { return quarter(values, count, 2); }

static void compare(command *c, const command *first, int rounds) {
  for (int i = 0; i < rounds; i++) {
    c->ratio[i] = c->wall[i] / first->wall[i];
    c->cpu_ratio[i] = first->cpu[i] > 0 ? c->cpu[i] / first->cpu[i] : 0;
  }
}

static void print(command *c, int rounds) {
  if (c->failed) {
    printf("%s\tfailed\n", c->name);
    return;
  }
  printf("%s\t%.3f\t%.3f\t%ld\t", c->name, median(c->wall, rounds), median(c->cpu, rounds), c->peak_kib);
  printf("%.4f\t%.4f\t%.4f\t%.4f\n", median(c->ratio, rounds), quarter(c->ratio, rounds, 1), quarter(c->ratio, rounds, 3),
         median(c->cpu_ratio, rounds));
}

/* Splits the arguments at each "--". */
static int read_commands(char **at, command *out) {
  int count = 0;
  while (at[0] && at[1] && count < MOST_COMMANDS) {
    out[count++] = (command){ .name = at[0], .argv = at + 1 };
    while (*at && strcmp(*at, "--") != 0) at++;
    if (*at) *at++ = NULL;
  }
  return count;
}

int main(int argc, char **argv) {
  static command commands[MOST_COMMANDS];
  int rounds = argc > 4 ? atoi(argv[1]) : 0, warmup = argc > 4 ? atoi(argv[2]) : 0;
  if (rounds < 1 || rounds > MOST_ROUNDS) {
    fputs("usage: timer ROUNDS WARMUP NAME COMMAND [ARGUMENT ...] [-- NAME COMMAND ...]\n", stderr);
    return 2;
  }
  int count = read_commands(argv + 3, commands);
  for (int round = -warmup; round < rounds; round++)
    for (int i = 0; i < count; i++)
      if (!commands[i].failed) run(&commands[i], round);
  if (commands[0].failed) return 1; /* nothing to compare with */
  for (int i = count - 1; i >= 0; i--) compare(&commands[i], &commands[0], rounds);
  for (int i = 0; i < count; i++) print(&commands[i], rounds);
  return 0;
}

/* helper_run: one run of a program that prints a credential: starts it, reads its output until it ends or its time is over, and returns
 * the credential or what went wrong. Keeps nothing. Apart from helper.c because that one is about threads and this one about a process. */
#ifndef ROSTER_VALIDATE_HELPER_RUN_H
#define ROSTER_VALIDATE_HELPER_RUN_H

#include <stdbool.h>
#include <stdint.h>

enum { LARGEST_HELPER_OUTPUT = 64 * 1024, LONGEST_HELPER_LINE = 4096 };

typedef struct helper_run {
  char *const *argv;
  char *const *environment;
  int64_t timeout_ms;
  bool interactive; /* what it says may invite to sign in */
  int stop;         /* a descriptor that becomes readable when the run is to be given up */
  /* Gets the lines that are not the credential: those of stderr, those of stdout with a space or "://", as sign-in addresses have, and
   * device codes at once; each other one of stdout when another follows, since the last is the credential. A prompt without an end of
   * line counts as a line once nothing has followed for a moment. One that begins as a known maker's keys do is not passed on. */
  void (*on_line)(void *payload, bool error, const char *text);
  void *payload;
} helper_run;

typedef struct helper_result {
  char *value;       /* the last line of stdout that is not empty, malloc'd, to be wiped; NULL when it cannot be used */
  int exit_code;     /* -1: it was ended by a signal or killed, or did not start */
  bool starved;      /* memory ran out here, so it says nothing about the program */
  bool passing;      /* it could not be started for want of what this machine may have again at once: descriptors, processes */
  char problem[512]; /* when value is NULL: a sentence, without the credential */
} helper_result;

void helper_run_through(const helper_run *r, helper_result *out);

#endif

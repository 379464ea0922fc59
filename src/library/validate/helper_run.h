/* helper_run: one run of a program that prints a credential: starts it, listens to it, and says what came of it. Keeps nothing. */
#ifndef ROSTER_VALIDATE_HELPER_RUN_H
#define ROSTER_VALIDATE_HELPER_RUN_H

#include <stdbool.h>
#include <stdint.h>

enum { LARGEST_HELPER_OUTPUT = 64 * 1024, LONGEST_HELPER_LINE = 4096 };

typedef struct helper_run {
  char *const *argv;
  char *const *environment;
  int64_t timeout_ms;
  int stop; /* readable when nobody wants the result any more */
  /* A line that is not the credential. Those of stderr and those of stdout that hold a blank or "://", as sign-in addresses do, come as
   * they are written; the others of stdout at the end, since any of them might be it. */
  void (*on_line)(void *payload, bool error, const char *text);
  void *payload;
} helper_run;

typedef struct helper_result {
  char *value;       /* the last line of stdout that is not empty, malloc'd; NULL when there is none to use. Wipe it */
  char problem[512]; /* then a sentence, without the credential */
} helper_result;

void helper_run_through(const helper_run *r, helper_result *out);

#endif

/* check: the few words that the C tests share. Prints one line per test and closes with "N passed, N failed". */
#ifndef ROSTER_SPEC_CHECK_H
#define ROSTER_SPEC_CHECK_H

#include <stdbool.h>
#include <stdio.h>

static int check_passed, check_failed;

static inline void check(bool ok, const char *sentence) {
  printf("%s: %s\n", ok ? "ok" : "not ok", sentence);
  if (ok)
    check_passed++;
  else
    check_failed++;
}

static inline int check_close(void) {
  printf("%d passed, %d failed\n", check_passed, check_failed);
  return check_failed > 0 || check_passed == 0;
}

#endif

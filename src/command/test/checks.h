/* checks: what a play shows, as sentences: passed, failed, or a remark. */
#ifndef ROSTER_COMMAND_TEST_CHECKS_H
#define ROSTER_COMMAND_TEST_CHECKS_H

#include "command/test/scenes.h"

/* Adds to the subject's report what is sent, the verdicts, and the checks: an array of { check, result, says }, where the result is "pass",
 * "fail" or "remark". */
void checks_add(subject *s, const play *p);

#endif

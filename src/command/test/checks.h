/* checks: what a run shows, as sentences: passed, failed, or a remark; and where a report differs from one that was kept. */
#ifndef ROSTER_COMMAND_TEST_CHECKS_H
#define ROSTER_COMMAND_TEST_CHECKS_H

#include "command/test/scenario.h"

/* Adds to the provider's report what is sent, the verdicts, and the checks: an array of { check, result, says }, where the result is
 * "pass", "fail" or "remark". */
void checks_add(provider_under_test *s, const scenario_run *p);

/* The reports of a file that roster test --json wrote: new. NULL when it cannot be used, which is reported already. */
json_t *checks_read_kept(const arguments *o, const char *file);

/* Adds a check, failed, for each place where a report differs from the kept one of the same id; or one, passed, where it does not
 * differ. Where a block is defined does not count. */
void checks_compare(const json_t *kept, json_t *document);

#endif

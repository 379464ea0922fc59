/* expect: holds a report against one that was kept: what a provider is meant to send and to conclude. */
#ifndef ROSTER_CONTRACT_EXPECT_H
#define ROSTER_CONTRACT_EXPECT_H

#include "command/options.h"

#include <jansson.h>

/* Adds a check, failed, to each report that differs from the one of the same id in the file, for each place where it does; and one, passed,
 * where nothing does. Where a block stands does not count. An exit code other than 0 when the file cannot be used: that is said already. */
int expect_all(const options *o, const char *file, const json_t *reports);

#endif

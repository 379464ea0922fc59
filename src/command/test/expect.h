/* expect: holds a report against one that was kept: what a provider is meant to send and to conclude. */
#ifndef ROSTER_COMMAND_TEST_EXPECT_H
#define ROSTER_COMMAND_TEST_EXPECT_H

#include "command/shared/arguments.h"

#include "util/json.h"

/* The reports of such a file: new. NULL when it cannot be used: that is said already. */
json_t *expect_read(const arguments *o, const char *file);

/* Adds a check, failed, for each place where a report differs from the kept one of the same id; or one, passed, where it nowhere does.
 * Where a block stands does not count. */
void expect(const json_t *kept, json_t *report);

#endif

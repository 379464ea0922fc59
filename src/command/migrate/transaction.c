/* transaction: see transaction.h. */
#include "command/migrate/transaction.h"

bool transaction_begin(database *d) { return database_run(d, "BEGIN IMMEDIATE"); }

bool transaction_give_up(database *d) {
  if (!sqlite3_get_autocommit(d->handle)) sqlite3_exec(d->handle, "ROLLBACK", NULL, NULL, NULL);
  return false;
}

bool transaction_violations(database *d, int64_t *out) { return database_number(d, out, "SELECT count(*) FROM pragma_foreign_key_check"); }

bool transaction_commit(database *d, int64_t violations_before) {
  int64_t violations = 0;
  if (!transaction_violations(d, &violations)) return false;
  if (violations > violations_before)
    return database_fail(d, ROSTER_EINVALID, "a foreign key refers to that column: migrate both",
                         "%lld foreign keys would be broken: nothing was changed", (long long)(violations - violations_before));
  return database_run(d, "COMMIT");
}

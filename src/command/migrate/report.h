/* report: what a migration would do or did, for people and as JSON. */
#ifndef ROSTER_COMMAND_MIGRATE_REPORT_H
#define ROSTER_COMMAND_MIGRATE_REPORT_H

#include "command/migrate/plan.h"

typedef struct done {
  bool applied, undone;
  char backup[4096]; /* "" when none was made */
  int64_t rows;      /* changed, or brought back */
  int64_t kept;      /* undo: changed by somebody since, and left */
} done;

void report_text(const plan *p, const options *o, const done *what);
void report_json(const plan *p, const options *o, const done *what);

#endif

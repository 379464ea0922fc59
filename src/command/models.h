/* models: the ready models as a table, and why the others are not. */
#ifndef ROSTER_COMMAND_MODELS_H
#define ROSTER_COMMAND_MODELS_H

#include "command/shared/arguments.h"

/* As the options of `roster models` choose: --all, --kind, the filters, --sort and --columns. With --offline nothing is called unavailable,
 * as no request was made. */
void listing_write(const roster_snapshot *s, const arguments *o);

#endif

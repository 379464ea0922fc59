/* retiring: the models that go away within some days, for `roster models --retiring`. */
#ifndef ROSTER_COMMAND_RETIRING_H
#define ROSTER_COMMAND_RETIRING_H

#include "command/shared/arguments.h"

/* Prints them; returns EXIT_NOT where one of them is in use. */
int retiring_write(const roster_snapshot *s, const arguments *o);

#endif

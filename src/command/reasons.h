/* reasons: why models cannot be used, printed once for all that share the cause; and the colour of each state. */
#ifndef ROSTER_COMMAND_REASONS_H
#define ROSTER_COMMAND_REASONS_H

#include "command/shared/terminal.h"
#include "roster.h"

/* Writes a paragraph for each cause. */
void reasons_write(const roster_model *const *models, size_t count);

hue state_hue(roster_state state);
/* The provider "mock" is for tests of hosts: there is no service behind it. */
bool model_is_mock(const roster_model *m);

#endif

/* options: arguments.h now; for the files that still include it. */
#ifndef ROSTER_SHARED_OPTIONS_H
#define ROSTER_SHARED_OPTIONS_H

#include "command/shared/arguments.h"

#endif

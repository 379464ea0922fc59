/* document: part of output.h now; for the files that still include it. */
#ifndef ROSTER_SHARED_DOCUMENT_H
#define ROSTER_SHARED_DOCUMENT_H

#include "command/shared/output.h"

#endif

/* models: the ready models as a table, and why the others are not. */
#ifndef ROSTER_COMMAND_MODELS_H
#define ROSTER_COMMAND_MODELS_H

#include "roster.h"

typedef enum listing_scope { LISTING_READY, LISTING_ALL } listing_scope;

/* `offline`: no request was made, so nothing is called unavailable. */
void listing_write(const roster_snapshot *s, listing_scope scope, bool offline, const char *kind);

#endif

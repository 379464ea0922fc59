/* models_json: the document of `roster models --json`, with what the filters choose. */
#ifndef ROSTER_COMMAND_MODELS_JSON_H
#define ROSTER_COMMAND_MODELS_JSON_H

#include "command/shared/arguments.h"

void models_json_write(const roster_snapshot *s, const arguments *o);

#endif

/* facts: what a row of a catalogue says of a model, as the fields of a block. What roster has no field for goes into `extra`, under the
 * name that it has in the catalogue, so that nothing is lost. */
#ifndef ROSTER_COMMAND_IMPORT_FACTS_H
#define ROSTER_COMMAND_IMPORT_FACTS_H

#include "roster.h"
#include "util/json.h"

/* Called for each value that is not what its field holds. */
typedef void refusal_listener(void *payload, const char *member);

/* A block without `provider` and `api_name`, for the caller to release. */
json_t *facts_take(const json_t *row, refusal_listener *on_refused, void *payload);

/* Where the block says something else than the model: "context_window is 128000 here and 200000 in the file"; NULL: nowhere. What only one
 * of them says is no difference, nor are the names that people read. Malloc'd. */
char *facts_difference(const json_t *block, const roster_model *m);

#endif

/* facts: where what a catalogue says of a model differs from what is known of it. */
#ifndef ROSTER_COMMAND_IMPORT_FACTS_H
#define ROSTER_COMMAND_IMPORT_FACTS_H

#include "roster.h"
#include "util/json.h"
#include "util/models_dev.h"

/* Where the block says something else than the model: "context_window is 128000 here and 200000 in the file"; NULL: nowhere. What only one
 * of them says is no difference, nor are the names that people read. Malloc'd. `on_withheld` is called with each member of the row that
 * only the block says, or says in other words. */
char *facts_difference(const json_t *block, const roster_model *m, models_dev_refusal *on_withheld, void *payload);

#endif

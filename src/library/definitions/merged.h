/* merged: what the definitions of a load come to, block by block, as Lua text that could be a file of definitions, or as JSON, with the
 * place that each value comes from. A load for this keeps each block as it was read and each entity as it was before inheritance and the
 * checks; no other load keeps anything for it. A value's place is found by asking the blocks, the last first, and then by reading the text
 * of that block again, as for findings. */
#ifndef ROSTER_DEFINITIONS_MERGED_H
#define ROSTER_DEFINITIONS_MERGED_H

#include "library/definitions/places.h"
#include "library/definitions/script.h"

struct schema;

typedef struct merged merged;

/* A block as it was read, for a catalog that keeps them; does nothing for another. */
void merged_note(catalog *c, const struct schema *s, const entity *block);

/* For before catalog_finish. The definitions that the host gives as strings are the last directory, `host`. */
merged *merged_keep(catalog *c, script *s, int host);

typedef struct merged_request {
  const roster_merged_choice *choice;
  const char *home; /* is shown as "~"; NULL: nothing is */
  text_reader *read;
  void *payload;
  arena *scratch; /* of one block at a time; is cleared behind each */
} merged_request;

/* For after catalog_finish, where there were no errors. *out is in the arena. ROSTER_EUNKNOWN: nothing has one of the ids. */
roster_status merged_write(merged *m, const merged_request *wanted, const char **out, roster_error *err);

#endif

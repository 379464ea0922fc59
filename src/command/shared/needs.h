/* needs: what a model has to meet as people write it, word by word, in options of the command and in the query of the server. */
#ifndef ROSTER_SHARED_NEEDS_H
#define ROSTER_SHARED_NEEDS_H

#include "roster.h"

enum { MOST_PROVED = 16, NEED_TEXT_ROOM = 201 };

typedef struct written_needs {
  roster_needs needs; /* its strings are here */
  char provider[NEED_TEXT_ROOM], family[NEED_TEXT_ROOM], proved_text[NEED_TEXT_ROOM];
  const char *proved[MOST_PROVED];
} written_needs;

void needs_begin(written_needs *n);
/* Takes one word, "json_schema", "json-schema" or "--json-schema", and its value: "" for none. `needs_knows` is whether there is such a
 * word. ROSTER_EINVALID and the error where the value is not one. */
bool needs_knows(const char *word);
roster_status needs_take(written_needs *n, const char *word, const char *value, roster_error *err);

#endif

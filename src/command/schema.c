/* schema: the verb that prints the JSON Schema of definitions in JSON, for editors. */
#include "command/shared/memory.h"
#include "command/shared/output.h"
#include "command/shared/verb.h"

#include <stdlib.h>

int schema_run(const arguments *o) {
  (void)o;
  size_t length = roster_write_json_schema(NULL, 0);
  char *text = grown(NULL, length + 1);
  roster_write_json_schema(text, length + 1);
  document_write_text(text);
  free(text);
  return EXIT_GOOD;
}

/* settings: what the command line says about serving. */
#ifndef ROSTER_SERVER_SETTINGS_H
#define ROSTER_SERVER_SETTINGS_H

#include "command/shared/arguments.h"

#define USUAL_LISTEN "127.0.0.1:7411"
enum { USUAL_EVERY_MS = 5 * 60 * 1000, LARGEST_TOKEN = 4096 };

typedef struct settings {
  const char *listen;
  char *token;              /* NULL: nobody may refresh */
  const char *const *hosts; /* further names that requests may be addressed to */
  int host_count;
  const char *origin; /* whose pages may read and refresh; NULL for none but our own */
  long every_ms;
  bool json_log;
} settings;

roster_status settings_read(settings *out, const arguments *o, roster_error *err);
void settings_free(settings *s); /* wipes the token */

#endif

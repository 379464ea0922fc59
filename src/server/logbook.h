/* logbook: one line on stderr for each thing that happened, as key=value or as a JSON object. */
#ifndef ROSTER_SERVER_LOGBOOK_H
#define ROSTER_SERVER_LOGBOOK_H

#include <stdbool.h>

/* Before the first thread. */
void logbook_use_json(bool json);

/* Keys and values by turns, then NULL. Control bytes of a value are escaped: no text begins a line of its own. */
void logbook_write(const char *level, const char *event, ...) __attribute__((sentinel));

#endif

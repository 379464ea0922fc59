/* events: who listens to /api/events, and what is told to them (server-sent events). */
#ifndef ROSTER_SERVER_EVENTS_H
#define ROSTER_SERVER_EVENTS_H

#include "server/asked.h"

#include "util/strbuf.h"

enum { MOST_LISTENERS = 64, LARGEST_WAIT = 64 * 1024, BEAT_SECONDS = 15 };

typedef struct events events;

events *events_new(void);
/* Tells all. What only shows progress (`spare`) is left out for a listener who is behind; one who misses more than that is sent away, and
 * comes back for the state of things. `data` is one line. */
void events_post(events *e, const char *id, const char *name, const char *data, bool spare);
/* Answers with a stream that begins with `hello`. */
enum MHD_Result events_join(events *e, const asked *a, strbuf *hello);
/* One event as it goes out. */
void event_write(strbuf *p, const char *id, const char *name, const char *data);

size_t events_count(events *e);
/* Sends those away who are gone without a word; with `beat`, shows the others that the server is there. */
void events_tick(events *e, bool beat);
/* Ends every stream, also those that are yet to come. */
void events_close(events *e);
void events_free(events *e);

#endif

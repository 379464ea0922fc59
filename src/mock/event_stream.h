/* event_stream: a generated answer as server-sent events, as agents ask for it. Each dialect names and fills its own events. */
#ifndef ROSTER_MOCK_EVENT_STREAM_H
#define ROSTER_MOCK_EVENT_STREAM_H

#include "mock/response.h"
#include "util/strbuf.h"

/* Steals the document; a NULL one marks the stream as failed. `name` NULL: the event has none. */
void event_add(strbuf *events, const char *name, json_t *document);

/* Steals the events. */
void response_events(response *out, strbuf *events);

#endif

/* events: the streams of server-sent events at /api/events, and posting an event to all of them. */
#ifndef ROSTER_SERVER_EVENTS_H
#define ROSTER_SERVER_EVENTS_H

#include "server/http_request.h"
#include "util/strbuf.h"

enum { MOST_LISTENERS = 64, LARGEST_WAIT = 64 * 1024, BEAT_SECONDS = 15 };

typedef struct events events;
typedef struct listener listener;

/* What a stream begins with; `known` is the last event id that the client saw, or NULL. Called under the lock of the streams, so that no
 * event is posted between what it writes and the first event that the stream gets. */
typedef void events_greeting(void *payload, const char *known, strbuf *out);

events *events_new(events_greeting *greet, void *payload);
/* To all streams. An event that only shows progress (`spare`) is left out for a listener that is slow; a listener too far behind for any
 * other event is disconnected, and gets the current state when it reconnects. `data` is one line. */
void events_post(events *e, const char *id, const char *name, const char *data, bool spare);
/* Responds with a stream that starts with the greeting. `trusted`: the listener has the token. */
enum MHD_Result events_join(events *e, const http_request *q, const char *known, bool trusted);
/* One event in the format of the stream; id may be NULL. */
void event_write(strbuf *out, const char *id, const char *name, const char *data);

/* For what is told to each listener by itself. `joined` is called when it is there, and `left` when it is gone and about to be freed; both
 * without a lock, on the thread that serves requests. Before the first listener. */
void events_follow(events *e, void (*joined)(void *payload, listener *l), void (*left)(void *payload, listener *l), void *payload);
/* As events_post, but to one; what is sent while `joined` runs is never too much. From any thread. */
void listener_send(listener *l, const char *name, const char *data);
bool listener_is_trusted(const listener *l);
size_t events_listeners(events *e, listener *out[MOST_LISTENERS]); /* those of now; returns how many */

size_t events_count(events *e);
/* Drops listeners that disconnected; with `beat`, sends the others a comment, so that they know the server is there. */
void events_tick(events *e, bool beat);
/* Ends every stream, also those that are yet to come. */
void events_close(events *e);
void events_free(events *e);

#endif

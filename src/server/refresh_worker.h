/* refresh_worker: the thread that refreshes when a client requests it, and the requests that wait for the outcome. A refresh takes as long
 * as the slowest provider, so the thread that serves requests cannot make it. */
#ifndef ROSTER_SERVER_REFRESH_WORKER_H
#define ROSTER_SERVER_REFRESH_WORKER_H

#include "server/server_state.h"

typedef struct refresh_worker refresh_worker;

/* The response that a suspended connection waits for. */
typedef struct pending_response {
  struct pending_response *next;
  struct MHD_Connection *handle;
  size_t body_bytes;                                                                /* of the request; they are dropped */
  enum MHD_Result (*act)(server_state *s, const http_request *q, const char *rest); /* responds instead of a refresh; NULL: none */
  const char *rest;                                                                 /* for it: of the path, which outlives this */
  bool begun;
  unsigned status; /* 0 until it is there */
  strbuf body;
} pending_response;

pending_response *pending_response_new(struct MHD_Connection *handle);
void pending_response_free(pending_response *p);

refresh_worker *refresh_worker_start(server_state *s); /* NULL when no thread could be started */

/* Suspends the connection until p->status is set. */
void refresh_worker_send(refresh_worker *w, pending_response *p);
/* The refresh at the start, which no request waits for. */
void refresh_worker_begin(refresh_worker *w);
/* The same for a reload; the service manager is notified at its end. */
void refresh_worker_reload(refresh_worker *w);

/* Gives a refresh that is under way a moment to end, closes the registry, and responds to all that wait. Later requests are turned away. */
void refresh_worker_stop(refresh_worker *w);
void refresh_worker_free(refresh_worker *w);

#endif

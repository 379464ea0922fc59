/* response: what a mock provider sends back, before any socket is involved: its body and type, a generated answer as server-sent events,
 * and the routes of a scenario, which come before the dialect. It knows no dialects. */
#ifndef ROSTER_MOCK_RESPONSE_H
#define ROSTER_MOCK_RESPONSE_H

#include "mock/request.h"
#include "mock/scenario.h"
#include "util/strbuf.h"

typedef struct response {
  unsigned status;
  const char *type; /* content-type; NULL: none */
  const char *body; /* borrowed, or the same as owned */
  size_t size;
  char *owned;
  bool streamed;         /* sent event by event, without a length; the body is owned */
  const char *id_header; /* the name under which the dialect sends the request id; NULL: not at all */
  char id[48];
} response;

/* Steals the document; a NULL one, as json_pack gives when memory ran out, becomes a 500. */
void response_json(response *out, unsigned status, const char *type, json_t *document);
void response_text(response *out, unsigned status, const char *text); /* the text is borrowed */
void response_not_found(response *out);                               /* as a router does for an unknown path */
void response_clear(response *out);

/* Steals the document; a NULL one marks the stream as failed. `name` NULL: the event has none. */
void event_add(strbuf *events, const char *name, json_t *document);

/* Steals the events. */
void response_events(response *out, strbuf *events);

/* The routes of one server, and how often each was reached. */
typedef struct routes routes;

routes *routes_new(const scenario_server *server); /* NULL when memory ran out */
void routes_free(routes *r);

/* Any thread. Counts the request at the routes that it reaches; NULL when none applies. */
const scenario_route *routes_match(routes *r, const request *req);

void route_respond(const scenario_route *route, response *out);

#endif

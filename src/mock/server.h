/* server: one HTTP or HTTPS server on loopback: reads a request, asks routes and dialect for the answer, logs it and sends it. The
 * only file that sees microhttpd.h. It must never know what an answer says. */
#ifndef ROSTER_MOCK_SERVER_H
#define ROSTER_MOCK_SERVER_H

#include "mock/journal.h"
#include "mock/place.h"
#include "mock/scenario.h"
#include "mock/stage.h"

typedef struct server server;

/* Borrows all of its arguments until server_stop. NULL after a refusal at the place. */
server *server_start(const place *at, const scenario_server *plan, stage *shared, journal *log);
unsigned server_port(const server *s);
void server_stop(server *s); /* after stage_stop */

#endif

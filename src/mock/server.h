/* server: one server of a scenario on loopback, in two kinds: HTTP or HTTPS, which reads a request, asks routes and dialect for the
 * response, logs it and sends it; and raw, a plain socket that reads one request and plays a script of bytes and pauses, for responses that
 * no HTTP library would produce. Neither knows what a response means. */
#ifndef ROSTER_MOCK_SERVER_H
#define ROSTER_MOCK_SERVER_H

#include "mock/input.h"
#include "mock/scenario.h"
#include "mock/server_group.h"

typedef struct http_server http_server;
typedef struct raw_server raw_server;

/* Both borrow all of their arguments until the stop. NULL after a refusal at the path. */
http_server *http_server_start(const error_path *at, const scenario_server *config, server_group *group);
unsigned http_server_port(const http_server *s);
void http_server_stop(http_server *s); /* after server_group_stop */

raw_server *raw_server_start(const error_path *at, const scenario_server *config, server_group *group);
unsigned raw_server_port(const raw_server *s);
void raw_server_stop(raw_server *s); /* after server_group_stop */

#endif

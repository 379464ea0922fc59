/* connections: the open connections, the request under way on each, and when its time is up. libmicrohttpd's own timeout starts anew with
 * every byte, so a client that sends one byte a second would stay forever; here each phase of a connection has one deadline, and one
 * that misses it is shut down by a sweep. */
#ifndef ROSTER_SERVER_CONNECTIONS_H
#define ROSTER_SERVER_CONNECTIONS_H

#include "server/http_request.h"

enum { HEADER_MS = 5 * 1000, ANSWER_MS = 60 * 1000, MOST_CONNECTIONS = 512 };

typedef struct connections connections;
typedef struct connection connection;

connections *connections_new(void);
void connections_free(connections *list);

connection *connection_open(connections *list, int fd); /* NULL when out of memory */
void connection_close(connections *list, connection *c);

http_request *connection_request(connection *c); /* the one under way; the caller fills it */

/* The phases. */
void connection_awaits_header(connection *c);  /* at first, and after each response */
void connection_awaits_body(connection *c);    /* for no longer than for a header */
void connection_sends(connection *c);          /* a response is on its way out */
void connection_awaits_refresh(connection *c); /* no deadline: the refresh has its own */
void connection_streams(connection *c);        /* no deadline, and the end of the server does not wait for it */

/* Disconnects those whose deadline has passed. */
void connections_sweep(connections *list);
size_t connections_busy(connections *list); /* those that send, or wait for a refresh */
size_t connections_count(connections *list);

#endif

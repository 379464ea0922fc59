/* http_server: the path of a request through the server: http_server.c takes it from libmicrohttpd, access.c decides whether it is
 * admitted, and routes.c finds the function that responds. */
#ifndef ROSTER_SERVER_HTTP_SERVER_H
#define ROSTER_SERVER_HTTP_SERVER_H

#include "server/refresh_worker.h"

enum { MOST_HEADER_BYTES = 8 * 1024, MOST_PATH_BYTES = 1024, MOST_BODY_BYTES = 4 * 1024 };

typedef struct MHD_Daemon http_server;

/* listening_socket.c: opens s->socket at "HOST:PORT" with a literal address or localhost, port 0 for any that is free; or at "unix:PATH",
 * which replaces a socket that nothing listens on any more and has the mode and the group of the settings, whatever the umask. Errors:
 * ROSTER_EINVALID, ROSTER_ESYSTEM. */
roster_status listen_at(server_state *s, const char *where, roster_error *err);
void listening_socket_close(listening_socket *s);

/* NULL when it cannot be started; errno has the reason. */
http_server *http_server_start(server_state *s);
void http_server_refuse(http_server *h); /* new connections; those that are open go on */
void http_server_stop(http_server *h);

/* access.c: both have sent the response when they return false. access_admits is for every request, access_trusts for what changes
 * something. */
bool access_admits(const server_state *s, const http_request *q, enum MHD_Result *sent);
bool access_trusts(const server_state *s, const http_request *q, enum MHD_Result *sent);
bool access_claims(const http_request *q); /* it comes with a bearer token, right or wrong */
/* Whether this client can refresh: "possible", "needs_token", "read_only" (the server has no token) or "other_origin"; static. */
const char *access_refresh_word(const server_state *s, const http_request *q);

/* routes.c: responds, or sets *out to a response that the refresh worker has to make. */
enum MHD_Result routes_respond(server_state *s, const http_request *q, pending_response **out);
/* The page's files and the like: made at the start, freed at the end. False when out of memory. */
bool routes_open(void);
void routes_close(void);

#endif

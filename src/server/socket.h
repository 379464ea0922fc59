/* socket: where the server listens: a port, or a file that only its owner may open. */
#ifndef ROSTER_SERVER_SOCKET_H
#define ROSTER_SERVER_SOCKET_H

#include "roster.h"

typedef struct socket_in {
  int fd;
  char host[64];     /* the literal address; "" for a Unix socket */
  unsigned port;     /* 0 for a Unix socket */
  char address[160]; /* for people: "http://127.0.0.1:7411/", "unix:/run/roster/socket" */
  char path[108];    /* of a Unix socket, else "" */
  bool reachable;    /* from other machines */
} socket_in;

/* "HOST:PORT" with a literal address or localhost, port 0 for any that is free; or "unix:PATH", which takes the place of a socket that
 * nobody listens on any more. Errors: ROSTER_EINVALID, ROSTER_ESYSTEM. */
roster_status socket_open(socket_in *out, const char *where, roster_error *err);
void socket_close(socket_in *s);

#endif

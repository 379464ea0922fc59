/* server: one server of a scenario on loopback, in two kinds: HTTP or HTTPS, which reads a request, asks routes and dialect for the
 * response, logs it and sends it; and raw, a plain socket that reads one request and plays a script of bytes and pauses, for responses that
 * no HTTP library would produce. Neither knows what a response means. */
#ifndef ROSTER_MOCK_SERVER_H
#define ROSTER_MOCK_SERVER_H

#include "mock/input.h"
#include "mock/request.h"
#include "mock/scenario.h"
#include "util/wakeup.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

/* What all servers of one scenario share: the signal to stop, on which every wait also waits, the counters, and the log of requests. It
 * knows no HTTP. */
typedef struct server_group {
  wakeup stop; /* never taken: once raised, it wakes every wait, now and later */
  int log;     /* a file; -1: none */
  pthread_mutex_t one_writer;
  atomic_long connections;
  atomic_long requests;
} server_group;

/* The event of poll that says that the client has gone; where there is none of its own, something to read, which is the end. */
#ifdef POLLRDHUP
enum { GONE = POLLRDHUP };
#else
enum { GONE = POLLIN };
#endif

typedef enum { WOKE_STOP, WOKE_SOCKET, WOKE_TIME } server_group_event;

bool server_group_open(server_group *g);
void server_group_stop(server_group *g);
void server_group_close(server_group *g); /* after every thread that waits on it has ended */

/* Waits for the stop, for events of poll on the socket (-1: none), or for ms (-1: as long as it takes). The stop wins. */
server_group_event server_group_wait(const server_group *g, int socket, short events, long ms);

/* Requests are logged from now on to this file, which begins empty. False with errno on failure. */
bool server_group_log_to(server_group *g, const char *path);

/* One JSON object a line, readable as soon as the client has its response. Any thread. Does nothing without a log. The status is 0 where
 * there was no response. */
void server_group_log(server_group *g, const char *server, const request *req, unsigned status);

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

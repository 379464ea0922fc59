/* http_server: see http_server.h. Runs libmicrohttpd on the listening socket. One thread waits for all connections (epoll), so
 * that a slow client costs a socket and not a thread; a second one would not serve more requests where a client shares the machine, and
 * would make the slowest responses slower. A request is parsed, admitted and routed in that thread; only a refresh leaves it. */
#include "server/http_server.h"

#include "util/platform.h"

#include <string.h>

#ifdef PLATFORM_LINUX
enum { WAITING = MHD_USE_EPOLL_INTERNAL_THREAD };
#else
enum { WAITING = MHD_USE_POLL_INTERNAL_THREAD };
#endif
enum { SILENCE_SECONDS = 30, CONNECTION_BYTES = 10 * 1024, STACK_BYTES = 256 * 1024 };

/* ---- requests ---- */

static connection *connection_of(struct MHD_Connection *handle) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(handle, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
  return info ? info->socket_context : NULL;
}

static void on_connection(void *payload, struct MHD_Connection *handle, void **slot, enum MHD_ConnectionNotificationCode code) {
  server_state *s = payload;
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(handle, MHD_CONNECTION_INFO_CONNECTION_FD);
  if (code == MHD_CONNECTION_NOTIFY_STARTED)
    *slot = info ? connection_open(s->connections, info->connect_fd) : NULL;
  else
    connection_close(s->connections, *slot);
}

/* Paths and queries stay as they were sent: where one is used it is decoded, and refused when it cannot be. */
static size_t leave_as_is(void *payload, struct MHD_Connection *handle, char *text) {
  (void)payload, (void)handle;
  return strlen(text);
}

/* A response before the end of a request would end the connection too. So a request without a body is answered at the second call. */
static pending_response later;

static void on_completed(void *payload, struct MHD_Connection *handle, void **slot, enum MHD_RequestTerminationCode code) {
  pending_response *p = *slot;
  (void)payload, (void)code;
  *slot = NULL;
  if (p && p != &later) pending_response_free(p);
  connection *c = connection_of(handle);
  if (c) connection_awaits_header(c);
}

/* Called for each piece of the body, at its end, and once more when the response of a refresh is there. */
static enum MHD_Result go_on(server_state *s, const http_request *q, pending_response *p, size_t *piece) {
  if (*piece) {
    p->body_bytes += *piece;
    *piece = 0;
    return p->body_bytes > MOST_BODY_BYTES ? MHD_NO : MHD_YES;
  }
  if (p->status) {
    connection_sends(q->connection);
    return response_send_status(q, p->status, &p->body, TYPE_JSON, NULL);
  }
  if (p->act) {
    connection_sends(q->connection);
    return p->act(s, q, p->rest);
  }
  if (!p->begun) {
    p->begun = true;
    connection_awaits_refresh(q->connection);
    refresh_worker_send(s->worker, p);
  }
  return MHD_YES;
}

static enum MHD_Result on_request(void *payload, struct MHD_Connection *handle, const char *path, const char *method, const char *version,
                                  const char *piece, size_t *size, void **slot) {
  server_state *s = payload;
  connection *c = connection_of(handle);
  enum MHD_Result sent;
  pending_response *p = NULL;
  (void)piece;
  if (!c) return MHD_NO;
  http_request *q = connection_request(c);
  if (*slot && *slot != &later) return go_on(s, q, *slot, size);
  if (!*slot) {
    *slot = &later;
    http_request_read(q, handle, method, path, version);
    q->connection = c;
    if (!http_request_has_body(q)) return MHD_YES;
  }
  connection_sends(c);
  if (access_admits(s, q, &sent)) sent = routes_respond(s, q, &p);
  if (!p) return sent;
  *slot = p;
  if (!http_request_has_body(q)) return go_on(s, q, p, size);
  connection_awaits_body(c);
  return MHD_YES;
}

http_server *http_server_start(server_state *s) {
  unsigned flags = WAITING | MHD_USE_TURBO | MHD_ALLOW_SUSPEND_RESUME;
  return MHD_start_daemon(flags, 0, NULL, NULL, on_request, s, MHD_OPTION_LISTEN_SOCKET, s->socket.fd, MHD_OPTION_THREAD_STACK_SIZE,
                          (size_t)STACK_BYTES, MHD_OPTION_CONNECTION_LIMIT, (unsigned)MOST_CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT,
                          (unsigned)SILENCE_SECONDS, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES,
                          MHD_OPTION_UNESCAPE_CALLBACK, leave_as_is, NULL, MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL,
                          MHD_OPTION_NOTIFY_CONNECTION, on_connection, s, MHD_OPTION_END);
}

void http_server_refuse(http_server *h) { MHD_quiesce_daemon(h); }

void http_server_stop(http_server *h) { MHD_stop_daemon(h); }

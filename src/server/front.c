/* front: see front.h. One thread waits for all connections (epoll), so that who is slow costs a socket and no thread. A second one would
 * answer no more requests where a client shares the machine, and the slowest answers would be slower. */
#include "server/front.h"

#include "server/clerk.h"
#include "server/gate.h"
#include "server/refresher.h"
#include "server/routes.h"

#include <stdlib.h>
#include <string.h>

enum { SILENCE_SECONDS = 30, CONNECTION_BYTES = 10 * 1024, STACK_BYTES = 256 * 1024 };

static visit *visit_of(struct MHD_Connection *wire) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(wire, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
  return info ? info->socket_context : NULL;
}

static void on_connection(void *payload, struct MHD_Connection *wire, void **slot, enum MHD_ConnectionNotificationCode code) {
  site *s = payload;
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(wire, MHD_CONNECTION_INFO_CONNECTION_FD);
  if (code == MHD_CONNECTION_NOTIFY_STARTED)
    *slot = info ? visit_begin(s->visits, info->connect_fd) : NULL;
  else
    visit_end(s->visits, *slot);
}

/* Addresses and queries stay as they were sent; who needs them decodes them, and sees what cannot be. */
static size_t leave_as_is(void *payload, struct MHD_Connection *wire, char *text) {
  (void)payload, (void)wire;
  return strlen(text);
}

/* Who answers before the end of a request ends the connection with it. So what has no body is answered at the second call. */
static errand later;

static void on_completed(void *payload, struct MHD_Connection *wire, void **slot, enum MHD_RequestTerminationCode code) {
  errand *e = *slot;
  (void)payload, (void)code;
  *slot = NULL;
  if (e && e != &later) errand_free(e);
  visit *v = visit_of(wire);
  if (v) visit_waits(v);
}

/* Called for each piece of the body, at its end, and once more when the errand is done. */
static enum MHD_Result go_on(site *s, const asked *a, errand *e, size_t *piece) {
  if (*piece) {
    e->body_bytes += *piece;
    *piece = 0;
    return e->body_bytes > MOST_BODY_BYTES ? MHD_NO : MHD_YES;
  }
  if (e->status) {
    visit_answers(a->visit);
    return reply_send_status(a, e->status, &e->text, TYPE_JSON, NULL);
  }
  if (!e->begun) {
    e->begun = true;
    visit_waits_long(a->visit);
    if (e->id)
      clerk_send(s->clerk, e);
    else
      refresher_send(s->refresher, e);
  }
  return MHD_YES;
}

static enum MHD_Result on_request(void *payload, struct MHD_Connection *wire, const char *path, const char *method, const char *version,
                                  const char *piece, size_t *size, void **slot) {
  site *s = payload;
  visit *v = visit_of(wire);
  enum MHD_Result sent;
  errand *e = NULL;
  (void)piece;
  if (!v) return MHD_NO;
  asked *a = visit_asked(v);
  if (*slot && *slot != &later) return go_on(s, a, *slot, size);
  if (!*slot) {
    *slot = &later;
    asked_read(a, wire, method, path, version);
    a->visit = v;
    if (!asked_has_body(a)) return MHD_YES;
  }
  visit_answers(v);
  if (gate_admits(s, a, &sent)) sent = routes_answer(s, a, &e);
  if (!e) return sent;
  *slot = e;
  return asked_has_body(a) ? MHD_YES : go_on(s, a, e, size);
}

front *front_start(site *s) {
  unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_TURBO | MHD_ALLOW_SUSPEND_RESUME;
  return MHD_start_daemon(flags, 0, NULL, NULL, on_request, s, MHD_OPTION_LISTEN_SOCKET, s->socket.fd, MHD_OPTION_THREAD_STACK_SIZE,
                          (size_t)STACK_BYTES, MHD_OPTION_CONNECTION_LIMIT, (unsigned)MOST_CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT,
                          (unsigned)SILENCE_SECONDS, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES,
                          MHD_OPTION_UNESCAPE_CALLBACK, leave_as_is, NULL, MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL,
                          MHD_OPTION_NOTIFY_CONNECTION, on_connection, s, MHD_OPTION_END);
}

void front_close_door(front *f) { MHD_quiesce_daemon(f); }

void front_stop(front *f) { MHD_stop_daemon(f); }

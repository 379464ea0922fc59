/* raw: a thread that accepts, and a thread for each connection; all of them are joined, because the library may be unloaded next. */
#include "mock/raw.h"

#include "mock/raw_request.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 128, PIECE = 64 * 1024, PAUSE_AFTER_FAILURE_MS = 10 };

typedef struct visitor {
  struct visitor *next;
  raw *owner;
  int socket;
  long number;
  pthread_t thread;
  atomic_bool gone;
} visitor;

struct raw {
  const scenario_server *plan;
  stage *stage;
  journal *journal;
  int listener;
  unsigned port;
  bool accepting;
  pthread_t thread;
  visitor *visitors; /* of the accepting thread, until that is joined */
};

/* one visitor */

static bool send_all(const visitor *v, const char *bytes, size_t size) {
  while (size) {
    ssize_t sent = send(v->socket, bytes, size, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && errno != EAGAIN) return false;
    stage_event event = stage_wait(v->owner->stage, sent < 0 ? v->socket : -1, POLLOUT, sent < 0 ? -1 : 0);
    if (event == WOKE_STOP) return false;
    if (sent < 0) continue;
    bytes += sent;
    size -= (size_t)sent;
  }
  return true;
}

/* Small pieces repeated often are sent as larger ones. */
static bool send_repeated(const visitor *v, const scenario_step *step) {
  size_t fold = step->size && step->size < PIECE ? PIECE / step->size : 1, left = (size_t)step->repeat;
  if (fold > left) fold = left;
  if (!step->size) return true;
  if (fold < 2) {
    for (; left; left--)
      if (!send_all(v, step->bytes, step->size)) return false;
    return true;
  }
  char *folded = malloc(fold * step->size);
  if (!folded) return false;
  for (size_t i = 0; i < fold; i++) memcpy(folded + i * step->size, step->bytes, step->size);
  bool sent = true;
  for (; left && sent; left -= fold) {
    if (fold > left) fold = left;
    sent = send_all(v, folded, fold * step->size);
  }
  free(folded);
  return sent;
}

/* Closing with a linger time of nothing sends a reset instead of an end. */
static void prepare_reset(const visitor *v) {
  struct linger nothing = { .l_onoff = 1, .l_linger = 0 };
  setsockopt(v->socket, SOL_SOCKET, SO_LINGER, &nothing, sizeof nothing);
}

static bool play_step(const visitor *v, const scenario_step *step) {
  switch (step->kind) {
  case STEP_SEND: return send_repeated(v, step);
  case STEP_SLEEP: return stage_wait(v->owner->stage, -1, 0, step->sleep_ms) == WOKE_TIME;
  case STEP_HANG: stage_wait(v->owner->stage, v->socket, POLLRDHUP, -1); return false;
  case STEP_RESET: prepare_reset(v); return false;
  }
  return false;
}

static void *serve_visitor(void *payload) {
  visitor *v = payload;
  const scenario_server *plan = v->owner->plan;
  request *ask = raw_request_read(v->owner->stage, v->socket);
  if (ask) {
    ask->connection = v->number;
    ask->number = atomic_fetch_add(&v->owner->stage->requests, 1) + 1;
    journal_write(v->owner->journal, plan->name, ask, 0);
    for (size_t i = 0; i < plan->step_count && play_step(v, &plan->script[i]); i++) continue;
  }
  request_free(ask);
  close(v->socket);
  atomic_store(&v->gone, true);
  return NULL;
}

/* all visitors */

static void admit(raw *r, int socket) {
  visitor *v = calloc(1, sizeof *v);
  if (v) {
    *v = (visitor){ .next = r->visitors, .owner = r, .socket = socket };
    v->number = atomic_fetch_add(&r->stage->connections, 1) + 1;
    if (pthread_create(&v->thread, NULL, serve_visitor, v) == 0) {
      r->visitors = v;
      return;
    }
  }
  free(v);
  close(socket);
}

static void see_off(raw *r, bool all) {
  for (visitor **link = &r->visitors; *link;) {
    visitor *v = *link;
    if (!all && !atomic_load(&v->gone)) {
      link = &v->next;
      continue;
    }
    pthread_join(v->thread, NULL);
    *link = v->next;
    free(v);
  }
}

static void *accept_visitors(void *payload) {
  raw *r = payload;
  while (stage_wait(r->stage, r->listener, POLLIN, -1) == WOKE_SOCKET) {
    int socket = accept4(r->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    see_off(r, false);
    if (socket >= 0)
      admit(r, socket);
    else if (errno != EAGAIN && errno != EINTR)
      stage_wait(r->stage, -1, 0, PAUSE_AFTER_FAILURE_MS);
  }
  return NULL;
}

static bool listen_on_loopback(raw *r) {
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
  socklen_t size = sizeof address;
  r->listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (r->listener < 0 || bind(r->listener, (struct sockaddr *)&address, size) || listen(r->listener, BACKLOG)) return false;
  if (getsockname(r->listener, (struct sockaddr *)&address, &size)) return false;
  r->port = ntohs(address.sin_port);
  return true;
}

static bool start(const place *at, raw *r) {
  if (!listen_on_loopback(r)) return place_refuse(at, "cannot listen: %s", strerror(errno));
  int problem = pthread_create(&r->thread, NULL, accept_visitors, r);
  r->accepting = problem == 0;
  return r->accepting || place_refuse(at, "cannot start a thread: %s", strerror(problem));
}

raw *raw_start(const place *at, const scenario_server *plan, stage *shared, journal *log) {
  raw *r = calloc(1, sizeof *r);
  if (!r) {
    place_out_of_memory(at);
    return NULL;
  }
  *r = (raw){ .plan = plan, .stage = shared, .journal = log, .listener = -1 };
  if (start(at, r)) return r;
  raw_stop(r);
  return NULL;
}

unsigned raw_port(const raw *r) { return r->port; }

void raw_stop(raw *r) {
  if (!r) return;
  if (r->accepting) pthread_join(r->thread, NULL);
  see_off(r, true);
  if (r->listener >= 0) close(r->listener);
  free(r);
}

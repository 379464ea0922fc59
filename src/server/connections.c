/* connections: see connections.h. A sweep only shuts the socket down; the loop that owns it then closes it, and calls connection_close
 * first. */
#include "server/connections.h"

#include "command/shared/memory.h"
#include "util/clock.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>

struct connection {
  connection *next, **link;
  http_request request;
  int fd;
  atomic_llong deadline; /* 0: none */
  atomic_bool busy;
};

struct connections {
  pthread_mutex_t lock;
  connection *first;
  size_t count;
};

connections *connections_new(void) {
  connections *list = grown(NULL, sizeof *list);
  *list = (connections){ .count = 0 };
  pthread_mutex_init(&list->lock, NULL);
  return list;
}

void connections_free(connections *list) {
  if (!list) return;
  pthread_mutex_destroy(&list->lock);
  free(list);
}

connection *connection_open(connections *list, int fd) {
  connection *c = malloc(sizeof *c);
  if (!c) return NULL;
  c->fd = fd;
  atomic_init(&c->busy, false);
  atomic_init(&c->deadline, now_ms() + HEADER_MS);
  pthread_mutex_lock(&list->lock);
  c->next = list->first;
  c->link = &list->first;
  if (c->next) c->next->link = &c->next;
  list->first = c;
  list->count++;
  pthread_mutex_unlock(&list->lock);
  return c;
}

void connection_close(connections *list, connection *c) {
  if (!c) return;
  pthread_mutex_lock(&list->lock);
  *c->link = c->next;
  if (c->next) c->next->link = c->link;
  list->count--;
  pthread_mutex_unlock(&list->lock);
  free(c);
}

http_request *connection_request(connection *c) { return &c->request; }

static void set(connection *c, bool busy, long long deadline) {
  atomic_store_explicit(&c->busy, busy, memory_order_relaxed);
  atomic_store_explicit(&c->deadline, deadline, memory_order_relaxed);
}

void connection_awaits_header(connection *c) { set(c, false, now_ms() + HEADER_MS); }
void connection_awaits_body(connection *c) { connection_awaits_header(c); }
void connection_sends(connection *c) { set(c, true, now_ms() + ANSWER_MS); }
void connection_awaits_refresh(connection *c) { set(c, true, 0); }
void connection_streams(connection *c) { set(c, false, 0); }

void connections_sweep(connections *list) {
  long long now = now_ms();
  pthread_mutex_lock(&list->lock);
  for (connection *c = list->first; c; c = c->next) {
    long long deadline = atomic_load_explicit(&c->deadline, memory_order_relaxed);
    if (deadline && deadline < now) shutdown(c->fd, SHUT_RDWR);
  }
  pthread_mutex_unlock(&list->lock);
}

size_t connections_busy(connections *list) {
  size_t count = 0;
  pthread_mutex_lock(&list->lock);
  for (connection *c = list->first; c; c = c->next) count += atomic_load(&c->busy);
  pthread_mutex_unlock(&list->lock);
  return count;
}

size_t connections_count(connections *list) {
  pthread_mutex_lock(&list->lock);
  size_t count = list->count;
  pthread_mutex_unlock(&list->lock);
  return count;
}

/* request_worker: the thread that writes the requests of /api/request/ID, one after the other: each costs a load of the definitions. */
#include "server/refresh_worker.h"

#include "command/shared/memory.h"
#include "command/shared/output.h"

#include <pthread.h>
#include <stdlib.h>

enum { USUAL_BYTES = 4 * 1024 };

struct request_worker {
  roster *registry;
  pthread_t thread;
  pthread_mutex_t lock;
  pthread_cond_t changed;
  pending_response *first, *last;
  bool stopping;
};

/* Each call is a load of its own, so a second one is made only where the first had too little room. */
static roster_status write_command(roster *r, const char *id, char **out, roster_error *err) {
  size_t length = 0;
  *out = grown(NULL, USUAL_BYTES);
  roster_status status = roster_write_request(r, id, *out, USUAL_BYTES, &length, err);
  if (status != ROSTER_OK || length < USUAL_BYTES) return status;
  *out = grown(*out, length + 1);
  return roster_write_request(r, id, *out, length + 1, NULL, err);
}

static void answer(roster *registry, pending_response *e) {
  roster_error err = { 0 };
  char *command = NULL;
  strbuf text = { 0 };
  e->next = NULL;
  if (write_command(registry, e->id, &command, &err) == ROSTER_OK) {
    document_add_command(&text, e->id, command);
    pending_responses_answer(e, MHD_HTTP_OK, &text);
  } else {
    pending_responses_fail(e, &err);
  }
  free(command);
  strbuf_free(&text);
}

static void *work(void *payload) {
  request_worker *c = payload;
  pthread_mutex_lock(&c->lock);
  for (;;) {
    while (!c->first && !c->stopping) pthread_cond_wait(&c->changed, &c->lock);
    if (c->stopping) break;
    pending_response *e = c->first;
    c->first = e->next;
    pthread_mutex_unlock(&c->lock);
    answer(c->registry, e);
    pthread_mutex_lock(&c->lock);
  }
  pthread_mutex_unlock(&c->lock);
  return NULL;
}

request_worker *request_worker_start(roster *registry) {
  request_worker *c = grown(NULL, sizeof *c);
  *c = (request_worker){ .registry = registry };
  pthread_mutex_init(&c->lock, NULL);
  pthread_cond_init(&c->changed, NULL);
  if (pthread_create(&c->thread, NULL, work, c) == 0) return c;
  request_worker_free(c);
  return NULL;
}

void request_worker_send(request_worker *c, pending_response *e) {
  pthread_mutex_lock(&c->lock);
  bool stopping = c->stopping;
  MHD_suspend_connection(e->handle);
  if (!stopping) {
    if (c->first)
      c->last->next = e;
    else
      c->first = e;
    c->last = e;
    pthread_cond_signal(&c->changed);
  }
  pthread_mutex_unlock(&c->lock);
  if (stopping) pending_responses_turn_away(e);
}

void request_worker_stop(request_worker *c) {
  pthread_mutex_lock(&c->lock);
  c->stopping = true;
  pthread_cond_signal(&c->changed);
  pthread_mutex_unlock(&c->lock);
  pthread_join(c->thread, NULL);
  pending_responses_turn_away(c->first);
  c->first = NULL;
}

void request_worker_free(request_worker *c) {
  if (!c) return;
  pthread_mutex_destroy(&c->lock);
  pthread_cond_destroy(&c->changed);
  free(c);
}

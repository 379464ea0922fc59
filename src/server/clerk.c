/* clerk: see clerk.h. One after the other, in the order in which they came. */
#include "server/clerk.h"

#include "command/shared/output.h"

#include "command/shared/memory.h"

#include <pthread.h>
#include <stdlib.h>

enum { USUAL_BYTES = 4 * 1024 };

struct clerk {
  roster *registry;
  pthread_t thread;
  pthread_mutex_t lock;
  pthread_cond_t changed;
  errand *first, *last;
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

static void see_to(roster *registry, errand *e) {
  roster_error err = { 0 };
  char *command = NULL;
  strbuf text = { 0 };
  e->next = NULL;
  if (write_command(registry, e->id, &command, &err) == ROSTER_OK) {
    document_add_command(&text, e->id, command);
    errands_end(e, MHD_HTTP_OK, strbuf_text(&text));
  } else {
    errands_fail(e, &err);
  }
  free(command);
  strbuf_free(&text);
}

static void *work(void *payload) {
  clerk *c = payload;
  pthread_mutex_lock(&c->lock);
  for (;;) {
    while (!c->first && !c->stopping) pthread_cond_wait(&c->changed, &c->lock);
    if (c->stopping) break;
    errand *e = c->first;
    c->first = e->next;
    pthread_mutex_unlock(&c->lock);
    see_to(c->registry, e);
    pthread_mutex_lock(&c->lock);
  }
  pthread_mutex_unlock(&c->lock);
  return NULL;
}

clerk *clerk_start(roster *registry) {
  clerk *c = grown(NULL, sizeof *c);
  *c = (clerk){ .registry = registry };
  pthread_mutex_init(&c->lock, NULL);
  pthread_cond_init(&c->changed, NULL);
  if (pthread_create(&c->thread, NULL, work, c) == 0) return c;
  clerk_free(c);
  return NULL;
}

void clerk_send(clerk *c, errand *e) {
  pthread_mutex_lock(&c->lock);
  bool stopping = c->stopping;
  MHD_suspend_connection(e->wire);
  if (!stopping) {
    if (c->first)
      c->last->next = e;
    else
      c->first = e;
    c->last = e;
    pthread_cond_signal(&c->changed);
  }
  pthread_mutex_unlock(&c->lock);
  if (stopping) errands_turn_away(e);
}

void clerk_stop(clerk *c) {
  pthread_mutex_lock(&c->lock);
  c->stopping = true;
  pthread_cond_signal(&c->changed);
  pthread_mutex_unlock(&c->lock);
  pthread_join(c->thread, NULL);
  errands_turn_away(c->first);
  c->first = NULL;
}

void clerk_free(clerk *c) {
  if (!c) return;
  pthread_mutex_destroy(&c->lock);
  pthread_cond_destroy(&c->changed);
  free(c);
}

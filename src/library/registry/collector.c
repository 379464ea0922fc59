/* collector: frees the snapshots that newer ones have replaced. The registry keeps a reference of its own to each until nobody else has
 * one, so that the last reader does not have to free tens of thousands of models in the middle of a look-up: the run that replaced it does,
 * and where somebody holds it for longer, a thread that looks after it and ends with the last of them. */
#include "library/registry/registry.h"
#include "util/worker.h"

#include <time.h>

enum { FIRST_WAIT_MS = 1, LONGEST_WAIT_MS = 1000 };

/* No reader can take a new reference to one of these, so a count of one stays. */
static bool is_ours_alone(const roster_snapshot *s) { return atomic_load_explicit(&s->holders, memory_order_acquire) == 1; }

static void release_all(roster_snapshot *first) {
  for (roster_snapshot *s = first, *next; s; s = next) {
    next = s->older;
    roster_release(s);
  }
}

static roster_snapshot *take_unheld(collector *c) { /* locked */
  roster_snapshot *unheld = NULL;
  for (roster_snapshot **at = &c->replaced, *s; (s = *at);) {
    if (!is_ours_alone(s)) {
      at = &s->older;
      continue;
    }
    *at = s->older;
    s->older = unheld;
    unheld = s;
  }
  return unheld;
}

/* ---- the thread ---- */

static void wait_for(collector *c, long ms) { /* locked */
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_sec += ms / 1000;
  until.tv_nsec += ms % 1000 * 1000000;
  if (until.tv_nsec >= 1000000000) until.tv_sec++, until.tv_nsec -= 1000000000;
  pthread_cond_timedwait(&c->ended, &c->lock, &until);
}

static void look_after(void *given) {
  collector *c = given;
  pthread_mutex_lock(&c->lock);
  for (long ms = FIRST_WAIT_MS; c->replaced && !c->ending; ms = ms * 2 < LONGEST_WAIT_MS ? ms * 2 : LONGEST_WAIT_MS) {
    wait_for(c, ms);
    roster_snapshot *unheld = take_unheld(c);
    pthread_mutex_unlock(&c->lock);
    release_all(unheld);
    pthread_mutex_lock(&c->lock);
  }
  c->running = false;
  pthread_mutex_unlock(&c->lock);
}

static roster_snapshot *give_up(collector *c) { /* locked */
  roster_snapshot *rest = c->replaced;
  c->replaced = NULL;
  return rest;
}

/* Without a thread the last reader frees. */
static roster_snapshot *leave_to_thread(collector *c) { /* locked */
  if (!c->replaced || c->running) return NULL;
  if (c->started) worker_join(&c->worker);
  c->running = c->started = worker_start(&c->worker, look_after, c);
  return c->started ? NULL : give_up(c);
}

/* ---- for the registry ---- */

void collector_open(collector *c) {
  pthread_mutex_init(&c->lock, NULL);
  pthread_cond_init(&c->ended, NULL);
}

void collector_take(collector *c, roster_snapshot *s) {
  pthread_mutex_lock(&c->lock);
  s->older = c->replaced;
  c->replaced = s;
  pthread_mutex_unlock(&c->lock);
}

void collector_run(collector *c) {
  pthread_mutex_lock(&c->lock);
  roster_snapshot *unheld = take_unheld(c), *rest = leave_to_thread(c);
  pthread_mutex_unlock(&c->lock);
  release_all(unheld);
  release_all(rest);
}

void collector_close(collector *c) {
  pthread_mutex_lock(&c->lock);
  c->ending = true;
  pthread_cond_signal(&c->ended);
  roster_snapshot *rest = give_up(c);
  pthread_mutex_unlock(&c->lock);
  if (c->started) worker_join(&c->worker);
  release_all(rest);
  pthread_cond_destroy(&c->ended);
  pthread_mutex_destroy(&c->lock);
}

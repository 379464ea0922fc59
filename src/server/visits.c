/* visits: see visits.h. Hanging up shuts the socket down; the loop that owns it then closes it, and tells visit_end before it does. */
#include "server/visits.h"

#include "command/shared/memory.h"

#include "util/strbuf.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

struct visit {
  visit *next, **link;
  asked asked;
  int fd;
  atomic_llong until; /* 0: no limit */
  atomic_bool answering;
};

struct visits {
  pthread_mutex_t lock;
  visit *first;
  size_t count;
};

static long long now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
  return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

asked *visit_asked(visit *one) { return &one->asked; }

visits *visits_new(void) {
  visits *v = grown(NULL, sizeof *v);
  *v = (visits){ .count = 0 };
  pthread_mutex_init(&v->lock, NULL);
  return v;
}

void visits_free(visits *v) {
  if (!v) return;
  pthread_mutex_destroy(&v->lock);
  free(v);
}

visit *visit_begin(visits *v, int fd) {
  visit *one = malloc(sizeof *one);
  if (!one) return NULL;
  one->fd = fd;
  atomic_init(&one->answering, false);
  atomic_init(&one->until, now_ms() + HEADER_MS);
  pthread_mutex_lock(&v->lock);
  one->next = v->first;
  one->link = &v->first;
  if (one->next) one->next->link = &one->next;
  v->first = one;
  v->count++;
  pthread_mutex_unlock(&v->lock);
  return one;
}

void visit_end(visits *v, visit *one) {
  if (!one) return;
  pthread_mutex_lock(&v->lock);
  *one->link = one->next;
  if (one->next) one->next->link = one->link;
  v->count--;
  pthread_mutex_unlock(&v->lock);
  free(one);
}

static void set(visit *one, bool answering, long long until) {
  atomic_store_explicit(&one->answering, answering, memory_order_relaxed);
  atomic_store_explicit(&one->until, until, memory_order_relaxed);
}

void visit_waits(visit *one) { set(one, false, now_ms() + HEADER_MS); }
void visit_answers(visit *one) { set(one, true, now_ms() + ANSWER_MS); }
void visit_waits_long(visit *one) { set(one, true, 0); }
void visit_listens(visit *one) { set(one, false, 0); }

void visits_sweep(visits *v) {
  long long now = now_ms();
  pthread_mutex_lock(&v->lock);
  for (visit *one = v->first; one; one = one->next) {
    long long until = atomic_load_explicit(&one->until, memory_order_relaxed);
    if (until && until < now) shutdown(one->fd, SHUT_RDWR);
  }
  pthread_mutex_unlock(&v->lock);
}

size_t visits_answering(visits *v) {
  size_t count = 0;
  pthread_mutex_lock(&v->lock);
  for (visit *one = v->first; one; one = one->next) count += atomic_load(&one->answering);
  pthread_mutex_unlock(&v->lock);
  return count;
}

size_t visits_count(visits *v) {
  pthread_mutex_lock(&v->lock);
  size_t count = v->count;
  pthread_mutex_unlock(&v->lock);
  return count;
}

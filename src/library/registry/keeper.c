/* keeper: see keeper.h. It sleeps on two descriptors: one that others write to, and the watch's. */
#include "library/registry/keeper.h"

#include "library/registry/places.h"
#include "library/registry/registry.h"
#include "library/registry/watch.h"
#include "util/clock.h"
#include "util/descriptor.h"
#include "util/worker.h"

#include <poll.h>
#include <setjmp.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum {
  LOOK_EVERY_MS = 250,   /* where inotify is not to be had */
  LOOK_ANYHOW_MS = 5000, /* where it is: network file systems tell nothing of what others change */
  SETTLE_MS = 50,        /* an editor that writes in pieces is waited for */
  SETTLE_MOST_MS = 500,
};

/* What others want of it; under the registry's lock. */
typedef struct wishes {
  long interval_ms;
  bool watching, nudged, rescheduled;
} wishes;

struct keeper {
  roster *registry;
  worker worker;
  int wake;
  wishes wishes;
  /* The thread's own. */
  watch watch;
  bool watching;
  int64_t due_ms, look_ms; /* the next refresh by the clock, the next look at the disk; 0 for none */
  uint64_t dice, mark;     /* of the definitions that were tried last */
};

/* ---- the definitions on disk ---- */

static void out_of_memory(void *payload) { longjmp(*(jmp_buf *)payload, 1); }

/* Watches anew and answers the mark of what is there now; the former mark where memory runs out. */
static uint64_t look(keeper *k, bool begin) {
  jmp_buf escape;
  environment e = options_environment(&k->registry->options);
  arena *a = arena_new();
  volatile uint64_t mark = k->mark;
  if (a && setjmp(escape) == 0) {
    arena_on_exhausted(a, out_of_memory, &escape, NULL, NULL);
    if (begin) {
      watch_end(&k->watch);
      watch_begin(&k->watch, a, &k->registry->options, &e);
    }
    mark = places_mark(a, &k->registry->options, &e);
  }
  arena_free(a);
  return mark;
}

static bool is_closing(const roster *r) { return atomic_load(&r->closing); }
static bool closing(const keeper *k) { return is_closing(k->registry); }

/* True when the definitions are others than those read last, and have stopped changing. */
static bool changed(keeper *k) {
  uint64_t mark = look(k, true);
  k->look_ms = now_ms() + (k->watch.fd >= 0 ? LOOK_ANYHOW_MS : LOOK_EVERY_MS);
  if (mark == k->mark) return false;
  for (int waited = 0; waited < SETTLE_MOST_MS && !closing(k); waited += SETTLE_MS) {
    poll(NULL, 0, SETTLE_MS);
    uint64_t again = look(k, false);
    if (again == mark) break;
    mark = again;
  }
  k->mark = mark;
  return mark != atomic_load(&k->registry->mark);
}

/* ---- the clock ---- */

static int64_t jittered(keeper *k, long interval_ms) {
  k->dice = k->dice * 6364136223846793005u + 1442695040888963407u;
  int64_t tenth = interval_ms / 10;
  return interval_ms - tenth + (tenth ? (int64_t)(k->dice >> 33) % (2 * tenth + 1) : 0);
}

static void reschedule(keeper *k, long interval_ms) { k->due_ms = interval_ms ? now_ms() + jittered(k, interval_ms) : 0; }

static int64_t sooner(int64_t a, int64_t b) { return !a || (b && b < a) ? b : a; }

static int patience(const keeper *k) {
  int64_t until = sooner(k->due_ms, k->watching ? k->look_ms : 0);
  if (!until) return -1;
  int64_t left = until - now_ms();
  return left < 0 ? 0 : left < INT32_MAX ? (int)left : INT32_MAX;
}

/* ---- the thread ---- */

static wishes take_wishes(keeper *k) {
  eventfd_t count;
  (void)!eventfd_read(k->wake, &count);
  pthread_mutex_lock(&k->registry->lock);
  wishes w = k->wishes;
  k->wishes.nudged = k->wishes.rescheduled = false;
  pthread_mutex_unlock(&k->registry->lock);
  return w;
}

static void sleep_until_something(keeper *k) {
  struct pollfd fds[] = { { .fd = k->wake, .events = POLLIN }, { .fd = k->watching ? k->watch.fd : -1, .events = POLLIN } };
  poll(fds, 2, patience(k));
}

static bool time_to_look(keeper *k) {
  bool told = k->watch.fd >= 0 && watch_take(&k->watch);
  return told || now_ms() >= k->look_ms;
}

/* A helper that has just ended is not started again by what it brought about. */
static bool time_to_refresh(keeper *k, const wishes *w, helper_start *start) {
  bool edited = w->watching && time_to_look(k) && changed(k), due = k->due_ms && now_ms() >= k->due_ms;
  *start = edited || due ? HELPER_WHEN_IDLE : HELPER_NEVER;
  return edited || due || w->nudged;
}

static void keep(void *argument) {
  keeper *k = argument;
  while (!closing(k)) {
    wishes w = take_wishes(k);
    k->watching = w.watching;
    if (w.rescheduled) reschedule(k, w.interval_ms);
    helper_start start;
    if (!time_to_refresh(k, &w, &start)) {
      sleep_until_something(k);
      continue;
    }
    refresh_unasked(k->registry, start);
    reschedule(k, w.interval_ms);
  }
  watch_end(&k->watch);
}

/* ---- what others see ---- */

static void wake(const keeper *k) { (void)!eventfd_write(k->wake, 1); }

static keeper *keeper_new(roster *r) {
  keeper *k = calloc(1, sizeof *k);
  if (!k) return NULL;
  *k = (keeper){ .registry = r, .wake = descriptor_raise(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), .watch.fd = -1, .dice = r->salt };
  k->mark = atomic_load(&r->mark);
  if (k->wake >= 0 && worker_start(&k->worker, keep, k)) return k;
  if (k->wake >= 0) close(k->wake);
  free(k);
  return NULL;
}

static roster_status wish(roster *r, const char *who, bool watching, long interval_ms, roster_error *err) {
  if (err) *err = (roster_error){ .status = ROSTER_OK };
  if (!r || interval_ms < 0) return fail(err, ROSTER_EINVALID, NULL, "%s: a registry and an interval that is not negative are needed", who);
  if (refuse_fork(r, err) != ROSTER_OK) return ROSTER_EFORKED;
  pthread_mutex_lock(&r->lock);
  if (!r->keeper && !is_closing(r)) r->keeper = keeper_new(r);
  if (r->keeper && watching) r->keeper->wishes.watching = true;
  if (r->keeper && !watching) r->keeper->wishes.interval_ms = interval_ms;
  if (r->keeper && !watching) r->keeper->wishes.rescheduled = true;
  if (r->keeper) wake(r->keeper);
  bool kept = r->keeper != NULL;
  pthread_mutex_unlock(&r->lock);
  return kept ? ROSTER_OK
              : fail(err, ROSTER_ESYSTEM, "look at the limits on threads and open files", "%s: no thread could be started", who);
}

roster_status roster_refresh_every(roster *r, long interval_ms, roster_error *err) {
  return wish(r, "roster_refresh_every", false, interval_ms, err);
}

roster_status roster_watch(roster *r, roster_error *err) { return wish(r, "roster_watch", true, 0, err); }

void keeper_nudge(roster *r, bool begin) {
  pthread_mutex_lock(&r->lock);
  if (!r->keeper && begin && !is_closing(r)) r->keeper = keeper_new(r);
  if (r->keeper) r->keeper->wishes.nudged = true;
  if (r->keeper) wake(r->keeper);
  pthread_mutex_unlock(&r->lock);
}

void keeper_close(keeper *k) {
  if (!k) return;
  wake(k);
  worker_join(&k->worker);
  close(k->wake);
  free(k);
}

/* scheduler: the thread of a live registry. It refreshes at an interval, after a change on disk, when nudged, and when a day
 * has begun on which a price changes. Until the next of these is due it sleeps in poll on two descriptors: one that other threads write to,
 * and the watch's. */
#include "library/registry/locations.h"
#include "library/registry/registry.h"
#include "util/clock.h"
#include "util/wakeup.h"
#include "util/worker.h"

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  POLL_MS = 100,       /* between looks at the disk without inotify */
  SLOW_POLL_MS = 5000, /* and with it: it reports nothing that other machines change on a network file system */
  SETTLE_MS = 50,      /* an editor may write in pieces */
  SETTLE_MOST_MS = 500,
  SPREAD_MS = 5000,       /* not all processes refresh at the stroke of midnight */
  WALL_MOST_MS = 3600000, /* the clock on the wall may be set meanwhile */
  LEAST_SOURCE_MS = 1000, /* between two looks at sources */
  FIRST_AGAIN_MS = 1000,  /* until a refresh for an edit, say, that could not be made is made again; doubled each time */
  MOST_AGAIN_MS = 300000,
};

/* What other threads want; under the registry's lock. */
typedef struct pending_config {
  long interval_ms;
  bool watching, nudged, rescheduled;
} pending_config;

struct scheduler {
  roster *registry;
  worker worker;
  wakeup wakeup;
  pending_config pending;
  /* Only the thread uses the rest. */
  watch watch;
  bool watching, told;         /* told: that inotify is refused */
  int64_t watch_ms;            /* when it is tried again */
  int64_t source_ms;           /* when the next source is due; 0: at once */
  int64_t refresh_ms, look_ms; /* when the next refresh by the clock and the next look at the disk are due; 0: never */
  int64_t changed_ms;          /* the change of prices that was refreshed for; 0: none */
  int64_t again_ms, pause_ms;  /* when a refresh that could not be made is made again, and how long that was put off; 0: there is none */
  uint64_t rng;
  uint64_t digest; /* of the definitions that were tried last */
};

static bool is_closing(const roster *r) { return atomic_load(&r->closing); }

/* ---- the definitions on disk ---- */

/* What may be done about it; NULL for a directory that may not be read, or has more links than are watched: a limit of ours. */
static const char *cure(int refused) {
  switch (refused) {
  case ENOSPC: return "raise the limit of the system on watches, fs.inotify.max_user_watches";
  case EMFILE: return "raise the limit of the system on fs.inotify.max_user_instances, or that of this process on open files";
  case ENFILE: return "raise the limit of the system on open files, fs.file-max";
  case ENOMEM: return "free memory";
  case ENOSYS:
  case EPERM: return "let this process use inotify";
  default: return NULL;
  }
}

static void tell_refused(scheduler *s, const char *where) {
  roster *r = s->registry;
  const roster_options *o = &r->options.given;
  char message[320];
  const char *what_next = cure(s->watch.refused);
  if (s->told || !what_next || !o->on_finding || !registry_begin_turn(r)) return;
  s->told = true;
  snprintf(message, sizeof message,
           "the system cannot report changes here (inotify: %s), so roster polls %d times a second: to avoid that, %s",
           strerror(s->watch.refused), 1000 / POLL_MS, what_next);
  o->on_finding(o->payload, &(roster_finding){ .severity = ROSTER_WARNING, .file = where, .message = message });
  registry_end_turn(r);
}

static void watch_again(scheduler *s, arena *a, const environment *e) {
  location found[MOST_LOCATIONS];
  const registry_options *o = &s->registry->options;
  watch_end(&s->watch);
  watch_begin(&s->watch, a, o, e);
  if (s->watch.refused && locations_find(found, a, o, e) > 0) tell_refused(s, found[0].path);
}

/* The digest of what is there now; false when it cannot be known, for want of memory or descriptors. */
static bool look(scheduler *s, bool anew, uint64_t *digest) {
  jmp_buf escape;
  environment e = registry_options_environment(&s->registry->options);
  arena *a = arena_new();
  volatile bool known = false;
  if (a && setjmp(escape) == 0) {
    arena_jump(a, &escape);
    if (anew) watch_again(s, a, &e);
    known = locations_digest(digest, a, &s->registry->options, &e);
  }
  arena_free(a);
  return known;
}

/* True when the definitions differ from those read last, and have stopped changing. */
static bool changed(scheduler *s) {
  const bool anew = !s->watch.refused || now_ms() >= s->watch_ms;
  uint64_t digest, again;
  const bool known = look(s, anew, &digest);
  if (anew) s->watch_ms = now_ms() + SLOW_POLL_MS;
  s->look_ms = now_ms() + (known && s->watch.fd >= 0 ? SLOW_POLL_MS : POLL_MS);
  if (!known || digest == s->digest) return false;
  for (int waited = 0; waited < SETTLE_MOST_MS && !is_closing(s->registry); waited += SETTLE_MS) {
    poll(NULL, 0, SETTLE_MS);
    if (!look(s, false, &again)) continue;
    if (again == digest) break;
    digest = again;
  }
  s->digest = digest;
  return digest != atomic_load(&s->registry->read_digest);
}

/* After a refresh. One that ended for want of memory, descriptors or threads has dealt with nothing, and what it was for (`once`: an edit,
 * a day, a nudge) is not told again. */
static void note_refresh(scheduler *s, bool once) {
  const bool judged = atomic_load(&s->registry->judged);
  if (!judged && !once && !s->again_ms) return;
  s->pause_ms = judged ? 0 : !s->pause_ms ? FIRST_AGAIN_MS : s->pause_ms * 2 < MOST_AGAIN_MS ? s->pause_ms * 2 : MOST_AGAIN_MS;
  s->again_ms = judged ? 0 : now_ms() + s->pause_ms;
}

static bool is_time_to_try_again(const scheduler *s) { return s->again_ms && now_ms() >= s->again_ms; }

/* ---- the clock ---- */

/* The interval plus or minus a tenth, so that many processes do not ask a provider at the same moment. */
static int64_t jittered(scheduler *s, long interval_ms) {
  s->rng = s->rng * 6364136223846793005u + 1442695040888963407u;
  int64_t tenth = interval_ms / 10;
  return interval_ms - tenth + (tenth ? (int64_t)(s->rng >> 33) % (2 * tenth + 1) : 0);
}

static void reschedule(scheduler *s, long interval_ms) { s->refresh_ms = interval_ms ? now_ms() + jittered(s, interval_ms) : 0; }

static int64_t sooner(int64_t a, int64_t b) { return !a || (b && b < a) ? b : a; }

/* By how much this process answers a change later than others. */
static int64_t spread(const scheduler *s) { return (int64_t)(s->registry->salt % SPREAD_MS); }

/* When a refresh for other prices is due by the wall; 0: none is ahead. One that the refresh did not bring is not tried again. */
static int64_t change_wall_ms(const scheduler *s) {
  const int64_t change_ms = atomic_load(&s->registry->change_ms);
  return change_ms && change_ms != s->changed_ms ? change_ms + spread(s) : 0;
}

static int64_t change_due(const scheduler *s) {
  const int64_t at = change_wall_ms(s), left = at ? at - wall_ms() : 0;
  return at ? now_ms() + (left < 0 ? 0 : left < WALL_MOST_MS ? left : WALL_MOST_MS) : 0;
}

static bool prices_changed(scheduler *s) {
  const int64_t at = change_wall_ms(s);
  if (!at || wall_ms() < at) return false;
  s->changed_ms = at - spread(s);
  return true;
}

/* Whether one is on. */
static bool has_sources(roster *r) {
  const roster_snapshot *now = roster_acquire(r);
  bool any = false;
  for (size_t i = 0; i < roster_source_count(now); i++) any = any || roster_source_at(now, i)->on;
  roster_release(now);
  return any;
}

/* True when a source that was due brought something new. */
static bool look_at_sources(scheduler *s) {
  int64_t next_ms = -1;
  if (!s->refresh_ms || now_ms() < s->source_ms || !has_sources(s->registry)) return false;
  const bool moved = update_due_sources(s->registry, &next_ms);
  s->source_ms = now_ms() + (next_ms < LEAST_SOURCE_MS ? LEAST_SOURCE_MS : next_ms);
  return moved;
}

/* For poll: -1 when nothing is due. */
static int timeout(const scheduler *s) {
  int64_t due = sooner(sooner(s->refresh_ms, s->watching ? s->look_ms : 0), sooner(change_due(s), s->again_ms));
  if (s->refresh_ms && has_sources(s->registry)) due = sooner(due, s->source_ms ? s->source_ms : now_ms());
  if (!due) return -1;
  int64_t left = due - now_ms();
  return left < 0 ? 0 : left < INT32_MAX ? (int)left : INT32_MAX;
}

/* ---- the thread ---- */

static pending_config take_pending(scheduler *s) {
  wakeup_take(&s->wakeup);
  pthread_mutex_lock(&s->registry->lock);
  pending_config p = s->pending;
  s->pending.nudged = s->pending.rescheduled = false;
  pthread_mutex_unlock(&s->registry->lock);
  return p;
}

static void wait_for_event(scheduler *s) {
  struct pollfd fds[] = { { .fd = s->wakeup.fd, .events = POLLIN }, { .fd = s->watching ? s->watch.fd : -1, .events = POLLIN } };
  poll(fds, 2, timeout(s));
}

static bool is_time_to_look(scheduler *s) {
  bool event = s->watch.fd >= 0 && watch_take(&s->watch);
  return event || now_ms() >= s->look_ms;
}

/* A nudge starts no helper: it may come from a helper that has just ended. */
static bool is_time_to_refresh(scheduler *s, const pending_config *p, helper_start *start, bool *once) {
  const bool edited = (p->watching && is_time_to_look(s) && changed(s)) || is_time_to_try_again(s);
  const bool due = s->refresh_ms && now_ms() >= s->refresh_ms, other_prices = prices_changed(s);
  *start = edited || due ? HELPER_WHEN_IDLE : HELPER_NEVER;
  if (edited) s->source_ms = 0; /* it may have brought one */
  const bool moved = look_at_sources(s);
  *once = edited || other_prices || p->nudged || moved;
  return *once || due;
}

static void run(void *argument) {
  scheduler *s = argument;
  while (!is_closing(s->registry)) {
    pending_config p = take_pending(s);
    s->watching = p.watching;
    if (p.rescheduled) reschedule(s, p.interval_ms);
    helper_start start;
    bool once;
    if (!is_time_to_refresh(s, &p, &start, &once)) {
      wait_for_event(s);
      continue;
    }
    refresh_unasked(s->registry, start);
    note_refresh(s, once);
    reschedule(s, p.interval_ms);
  }
  watch_end(&s->watch);
}

/* ---- for other threads ---- */

/* NULL with errno. */
static scheduler *scheduler_new(roster *r) {
  scheduler *s = calloc(1, sizeof *s);
  if (!s) return NULL;
  *s = (scheduler){ .registry = r, .watch.fd = -1, .rng = r->salt };
  s->digest = atomic_load(&r->read_digest);
  if (!wakeup_open(&s->wakeup)) {
    free(s);
    return NULL;
  }
  if (worker_start(&s->worker, run, s)) return s;
  int why = errno;
  wakeup_close(&s->wakeup);
  free(s);
  errno = why;
  return NULL;
}

static roster_status configure(roster *r, const char *function, bool watching, long interval_ms, roster_error *err) {
  if (err) *err = (roster_error){ .status = ROSTER_OK };
  if (!r) return fail(err, ROSTER_EINVALID, NULL, "%s: the registry is NULL", function);
  if (interval_ms < 0) return fail(err, ROSTER_EINVALID, "0 stops it", "%s: the interval is negative", function);
  if (refuse_fork(r, err) != ROSTER_OK) return ROSTER_EFORKED;
  if (is_closing(r)) return fail(err, ROSTER_ECANCELLED, NULL, "the registry is being closed");
  pthread_mutex_lock(&r->lock);
  errno = 0;
  if (!r->scheduler && !is_closing(r)) r->scheduler = scheduler_new(r);
  bool starved = !r->scheduler && errno == ENOMEM;
  scheduler *s = r->scheduler;
  if (s && watching) s->pending.watching = true;
  if (s && !watching) s->pending.interval_ms = interval_ms;
  if (s && !watching) s->pending.rescheduled = true;
  if (s) wakeup_raise(&s->wakeup);
  pthread_mutex_unlock(&r->lock);
  if (starved) return fail(err, ROSTER_ENOMEM, "nothing was changed", "%s: not enough memory", function);
  return s ? ROSTER_OK
           : fail(err, ROSTER_ESYSTEM, "look at the limits on threads and open files", "%s: no thread could be started", function);
}

roster_status roster_refresh_every(roster *r, long interval_ms, roster_error *err) {
  return configure(r, "roster_refresh_every", false, interval_ms, err);
}

roster_status roster_watch(roster *r, roster_error *err) { return configure(r, "roster_watch", true, 0, err); }

void scheduler_nudge(roster *r, bool start) {
  pthread_mutex_lock(&r->lock);
  if (!r->scheduler && start && !is_closing(r)) r->scheduler = scheduler_new(r);
  if (r->scheduler) r->scheduler->pending.nudged = true;
  if (r->scheduler) wakeup_raise(&r->scheduler->wakeup);
  pthread_mutex_unlock(&r->lock);
}

void scheduler_reconsider(roster *r) {
  pthread_mutex_lock(&r->lock);
  if (r->scheduler) wakeup_raise(&r->scheduler->wakeup);
  pthread_mutex_unlock(&r->lock);
}

void scheduler_close(scheduler *s) {
  if (!s) return;
  wakeup_raise(&s->wakeup);
  worker_join(&s->worker);
  wakeup_close(&s->wakeup);
  free(s);
}

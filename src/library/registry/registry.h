/* registry: what the files of a live registry share. */
#ifndef ROSTER_REGISTRY_REGISTRY_H
#define ROSTER_REGISTRY_REGISTRY_H

#include "library/registry/job.h"
#include "library/registry/snapshot.h"
#include "util/wakeup.h"
#include "util/worker.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/types.h>

typedef struct scheduler scheduler;

/* Former snapshots; see collector.c. */
typedef struct collector {
  pthread_mutex_t lock;
  pthread_cond_t ended;
  roster_snapshot *replaced; /* the newest first; the registry's reference to each */
  worker worker;
  bool started, running; /* started: there is a thread to join */
  bool ending;
} collector;

struct roster {
  registry_options options;
  _Atomic uint64_t salt;
  bool salt_fixed; /* it is that of the cache file, or of a run that has begun; under `saving` */
  pid_t process;
  /* Readers: the current snapshot, and how many have read that pointer but not counted their reference yet, in two epochs. */
  _Atomic(roster_snapshot *) current;
  atomic_uint epoch;
  atomic_size_t entering[2];
  collector collector;
  wakeup event;        /* for hosts */
  atomic_int event_fd; /* its descriptor; -1 until a host asks for it */
  /* Refreshes: numbered runs; callers that come while one is under way share the next. */
  pthread_mutex_t lock;
  pthread_cond_t run_finished, caller_left;
  uint64_t started, finished;
  helper_start start; /* what the next run may do about helpers: the most that a caller wants */
  bool forced;        /* a caller insists on what the next run brings */
  size_t inside;      /* callers that refresh or wait for it */
  atomic_bool closing;
  roster_status last_status;
  roster_error last_error;
  roster_transport *own_transport; /* the default, or what holds the host's to its promises */
  uint64_t current_digest;         /* of the definitions that the current snapshot was made from; only the run under way uses it */
  _Atomic int64_t change_ms;       /* of the current snapshot: see result.h */
  _Atomic uint64_t read_digest;    /* of the definitions that were judged last: see locations.h */
  atomic_bool judged;              /* the last run got as far as that: it did not end for want of memory, descriptors or threads */
  beliefs beliefs;                 /* only the run under way uses them */
  ledger ledger;
  pthread_mutex_t saving; /* one at a time writes the cache file */
  bool lock_late;         /* another process had the lock of that file for too long; under `saving` */
  named_models named;     /* what the next run is asked for by name */
  bool updating;          /* a turn that is no refresh: sources are being looked at, which takes the transport too, say */
  said_sentences said;
  bool by_hand; /* a caller asked for the next run, not the clock */
  helpers *helpers;
  scheduler *scheduler; /* NULL until one is needed */
};

/* Makes a new snapshot the current one and announces it. */
void publish(roster *r, roster_snapshot *s);
/* In collector.c: from here on the collector has the registry's reference to this snapshot, which another one has replaced and of which no
 * reader can take a new one. */
void collector_take(collector *c, roster_snapshot *s);
/* Frees those that nobody holds, here, and has a thread free the others later. */
void collector_run(collector *c);
void collector_open(collector *c);
/* Waits for the thread. Who still holds one frees it. */
void collector_close(collector *c);
/* A call that may take a while begins: roster_close waits for it. False when the registry is closing already. */
bool enter(roster *r);
void leave(roster *r);
/* ROSTER_EFORKED in a process that did not open the registry. */
roster_status refuse_fork(const roster *r, roster_error *err);

/* ROSTER_EINVALID in a callback of this registry's run: what waits for a run would wait for itself. */
roster_status refuse_callback(const roster *r, const char *function, roster_error *err);

/* ROSTER_EINVALID for a list that is NULL where `count` is not 0, or that has NULL among its strings. */
roster_status refuse_list(const char *function, const char *list, const char *const *at, size_t count, roster_error *err);

/* What the C library (the time zone) and Jansson (a seed) read from files when they are first used is read away from descriptors 0 to 2. */
void registry_read_once(void);

void named_models_free(named_models *all);

/* In refresh.c: as roster_refresh, on the registry's own initiative: helpers that failed are not started again. */
void refresh_unasked(roster *r, helper_start start);

/* In refresh.c: writes the cache file, with what other processes have added to its ledger since. `d` NULL: with the current answer. False
 * with errno when it cannot be written. */
bool registry_save(roster *r, const result *d);

/* In refresh.c: the host's, or our own. NULL, and err filled, when there is none. */
const roster_transport *registry_transport(roster *r, roster_error *err);

/* In source_update.c: what takes its turn among the refreshes: no two turns overlap, so neither do the callbacks of a host. False when the
 * registry is being closed; then there is no turn to end. */
bool registry_begin_turn(roster *r);
void registry_end_turn(roster *r);

/* In source_update.c: looks at the sources whose time it is. True when one of them brought something new; *next_ms: until the next is due,
 * -1: none is on. */
bool update_due_sources(roster *r, int64_t *next_ms);

/* In scheduler.c: has it refresh soon. Where there is no scheduler yet, one starts if `start` is true. */
void scheduler_nudge(roster *r, bool start);
/* Has it look when its next refresh is due. */
void scheduler_reconsider(roster *r);
/* Stops the thread and waits for it; the registry is closing by then, so its refresh ends too. NULL does nothing. */
void scheduler_close(scheduler *s);

/* In transports.c: the transport of a registry whose host gives none. NULL, and err filled, when there is none. */
roster_transport *transport_default(size_t threads, roster_error *err);

#endif

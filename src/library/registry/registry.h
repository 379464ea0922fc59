/* registry: what the files of a live registry share. */
#ifndef ROSTER_REGISTRY_REGISTRY_H
#define ROSTER_REGISTRY_REGISTRY_H

#include "library/registry/options.h"
#include "library/registry/snapshot.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/types.h>

struct roster {
  options options;
  uint64_t salt;
  pid_t process;
  /* Readers: the snapshot in force, and how many are between looking at it and holding it, in two epochs. */
  _Atomic(roster_snapshot *) current;
  atomic_uint epoch;
  atomic_size_t entering[2];
  atomic_int event_fd; /* -1 until somebody wants it */
  /* Refreshes: numbered runs; whoever comes while one is under way shares the next. */
  pthread_mutex_t lock;
  pthread_cond_t finished_one, left_one;
  uint64_t started, finished;
  helper_start start; /* what the next run may do about helpers: as much as anybody wants */
  bool forced;        /* somebody insists on what the next run brings */
  size_t inside;      /* callers that refresh or wait for it */
  atomic_bool closing;
  roster_status last_status;
  roster_error last_error;
  roster_transport *own_transport;
  uint64_t in_force;     /* the mark of the definitions that the answer in force was made of; whoever refreshes has it */
  _Atomic uint64_t mark; /* of the definitions that were read last: see places.h */
  helpers *helpers;
  struct keeper *keeper; /* what refreshes by itself; NULL until somebody wants that */
};

/* Puts a new snapshot in force and announces it. */
void publish(roster *r, roster_snapshot *s);
/* As roster_refresh, but nobody called for it: helpers that failed are left alone. */
void refresh_unasked(roster *r, helper_start start);
/* A call that may take a while is under way: roster_close waits for it. False when it is closing already. */
bool enter(roster *r);
void leave(roster *r);
/* ROSTER_EFORKED where this process is not the one that opened it. */
roster_status refuse_fork(const roster *r, roster_error *err);

#endif

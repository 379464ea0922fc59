/* quiet: see quiet.h. */
#include "quiet.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* At the level "credential" a refresh makes no requests, so libcurl is not needed. */
static roster_status start(void *self, const roster_http_request *request) {
  (void)self, (void)request;
  return ROSTER_EINVALID;
}

static roster_status next(void *self, long timeout_ms, const roster_http_response **out) {
  (void)self, (void)timeout_ms;
  *out = NULL;
  return ROSTER_OK;
}

static void cancel_all(void *self) { (void)self; }

void quiet_give_up(const char *message) {
  fprintf(stderr, "bench: %s\n", message);
  exit(1);
}

void *no_less(void *block) {
  if (!block) quiet_give_up("not enough memory");
  return block;
}

void quiet_reload(roster *r) {
  roster_error err = { 0 };
  if (roster_refresh(r, &err) != ROSTER_OK) quiet_give_up(err.message);
}

roster *quiet_open(const char *directory) {
  static const roster_transport nobody = { sizeof nobody, NULL, start, next, cancel_all, NULL };
  roster_options options = ROSTER_OPTIONS_INIT;
  roster_error err = { 0 };
  roster *r = NULL;
  options.config = directory;
  options.no_builtin = true;
  options.level = ROSTER_LEVEL_CREDENTIAL;
  options.transport = &nobody;
  if (roster_open(&r, &options, &err) != ROSTER_OK) quiet_give_up(err.message);
  quiet_reload(r);
  const roster_snapshot *s = roster_acquire(r);
  if (roster_count(s) == 0 || roster_count(s) != roster_known_count(s)) quiet_give_up("not every model is usable; nothing was measured");
  roster_release(s);
  return r;
}

static double clock_ns(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

double now_ns(void) { return clock_ns(CLOCK_MONOTONIC); }
double own_ns(void) { return clock_ns(CLOCK_THREAD_CPUTIME_ID); }

static int by_size(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

double median(double *values, int count) {
  qsort(values, (size_t)count, sizeof *values, by_size);
  return values[count / 2];
}

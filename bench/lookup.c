/* lookup: what one roster_find costs on a snapshot that is held, next to a plain loop over the ids. Uses only roster.h.
 *
 *     lookup CONFIG_DIRECTORY            prints: models, ns for each roster_find, ns for each walk of the plain loop */
#include "roster.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROUNDS = 9, LOOKUPS = 200 * 1000, MOST_IDS = 512 };

static const roster_snapshot *held;
static const char *ids[MOST_IDS];
static char *asked[MOST_IDS]; /* copies: equal pointers would flatter both */
static size_t count;

static double now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static bool by_roster(const char *id) { return roster_find(held, id) != NULL; }

static bool by_loop(const char *id) {
  for (size_t i = 0; i < count; i++)
    if (strcmp(ids[i], id) == 0) return true;
  return false;
}

static double measure(bool (*find)(const char *id)) {
  double best = 0;
  for (int round = 0; round < ROUNDS; round++) {
    size_t found = 0;
    double began = now_ns();
    for (size_t i = 0; i < LOOKUPS; i++) found += find(asked[i * 7 % count]);
    double each = (now_ns() - began) / LOOKUPS;
    if (found != LOOKUPS) exit(1);
    if (round == 0 || each < best) best = each;
  }
  return best;
}

/* At the level "credential" a refresh asks nobody. */
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

int main(int argc, char **argv) {
  static const roster_transport nobody = { sizeof nobody, NULL, start, next, cancel_all, NULL };
  roster_options options = ROSTER_OPTIONS_INIT;
  roster_error err = { 0 };
  roster *r = NULL;
  if (argc != 2) return 2;
  options.config = argv[1];
  options.no_builtin = true;
  options.level = ROSTER_LEVEL_CREDENTIAL;
  options.transport = &nobody;
  if (roster_open(&r, &options, &err) != ROSTER_OK || roster_refresh(r, &err) != ROSTER_OK) {
    fprintf(stderr, "lookup: %s\n", err.message);
    return 1;
  }
  held = roster_acquire(r);
  for (count = 0; count < roster_count(held) && count < MOST_IDS; count++) {
    ids[count] = roster_model_id(roster_at(held, count));
    asked[count] = strdup(ids[count]);
    if (!asked[count]) return 1;
  }
  if (count == 0) return 1;
  double found = measure(by_roster), walked = measure(by_loop);
  printf("%zu %.1f %.1f\n", count, found, walked);
  for (size_t i = 0; i < count; i++) free(asked[i]);
  roster_release(held);
  roster_close(r);
  return 0;
}

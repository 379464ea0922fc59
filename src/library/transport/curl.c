/* curl: the transport over libcurl. Transfers run on loops, which are threads: all those to one origin on the same one, so that they share
 * its connections, and an origin that is new on the one that has least to do. A loop is started once there is an origin for it and ends
 * with the round; its connections are kept as long as the transport lives. Knows no models, providers or credentials. Includes roster.h
 * only, not the rest of roster: it is a shared library of its own, loaded when the first request is sent. */
#include "roster.h"

#include "library/transport/libcurl.h"
#include "util/hash.h"
#include "util/platform.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* Connections that a host may have open in all, and origins that a loop has before another one is started. */
enum { USUAL_LOOPS = 4, MOST_LOOPS = 16, MOST_CONNECTIONS = 192, ORIGINS_FOR_ANOTHER = 2 };

typedef struct origin {
  uint64_t hash; /* 0: free */
  loop *at;
} origin;

typedef struct curl_transport {
  roster_transport transport;
  loop_exit finished;
  loop loops[MOST_LOOPS];
  size_t loop_count, most_loops;
  size_t origin_counts[MOST_LOOPS];
  origin *origins; /* open addressing */
  size_t origin_count, origin_room;
  trust trust;
  transfer *shown; /* its response is what the caller may be reading */
} curl_transport;

/* ---- which loop ---- */

/* Of "https://host:port". */
static uint64_t hash_of(const char *url) {
  const char *authority = strstr(url, "://");
  const size_t length = authority ? (size_t)(authority - url) + 3 + strcspn(authority + 3, "/?#") : strlen(url);
  const uint64_t hash = hash_bytes(url, length, 0);
  return hash ? hash : 1;
}

static origin *place_of(origin *all, size_t room, uint64_t hash) {
  size_t i = hash & (room - 1);
  while (all[i].hash && all[i].hash != hash) i = (i + 1) & (room - 1);
  return &all[i];
}

static bool make_room(curl_transport *c) {
  if (c->origin_count * 2 < c->origin_room) return true;
  const size_t room = c->origin_room ? c->origin_room * 2 : 16;
  origin *wider = calloc(room, sizeof *wider);
  if (!wider) return false;
  for (size_t i = 0; i < c->origin_room; i++)
    if (c->origins[i].hash) *place_of(wider, room, c->origins[i].hash) = c->origins[i];
  free(c->origins);
  c->origins = wider;
  c->origin_room = room;
  return true;
}

static size_t load_of(curl_transport *c, size_t i) {
  pthread_mutex_lock(&c->finished.lock);
  const size_t load = c->loops[i].load;
  pthread_mutex_unlock(&c->finished.lock);
  return load;
}

/* By what is in flight; where that is the same, by how many origins it has. */
static size_t least_busy(curl_transport *c) {
  size_t best = 0, best_load = SIZE_MAX;
  for (size_t i = 0; i < c->loop_count; i++) {
    const size_t load = load_of(c, i);
    if (load > best_load || (load == best_load && c->origin_counts[i] >= c->origin_counts[best])) continue;
    best = i;
    best_load = load;
  }
  return best;
}

static loop *open_another(curl_transport *c) {
  loop *l = &c->loops[c->loop_count];
  if (!loop_open(l, &c->finished, MOST_CONNECTIONS / (long)c->most_loops)) return NULL;
  c->loop_count++;
  return l;
}

static loop *loop_for_new_origin(curl_transport *c) {
  const size_t best = least_busy(c);
  const bool wants_another = !c->loop_count || c->origin_counts[best] >= ORIGINS_FOR_ANOTHER;
  loop *another = wants_another && c->loop_count < c->most_loops ? open_another(c) : NULL;
  return another || !c->loop_count ? another : &c->loops[best];
}

/* NULL with errno. */
static loop *loop_for(curl_transport *c, const char *url) {
  if (!make_room(c)) return NULL;
  const uint64_t hash = hash_of(url);
  origin *known = place_of(c->origins, c->origin_room, hash);
  if (known->hash) return known->at;
  loop *chosen = loop_for_new_origin(c);
  if (!chosen) return NULL;
  c->origin_counts[chosen - c->loops]++;
  *known = (origin){ hash, chosen };
  c->origin_count++;
  return chosen;
}

/* ---- sending ---- */

/* It ends without having been sent. */
static void give_back(curl_transport *c, transfer *t) {
  transfer_finish(t, NULL, CURLE_FAILED_INIT, false);
  loop_exit_put(&c->finished, t);
}

/* Where no thread can be started, any loop that has one will do. */
static bool take_anywhere(curl_transport *c, loop *first, transfer *t) {
  if (loop_take(first, t)) return true;
  const int why = errno;
  for (size_t i = 0; i < c->loop_count; i++)
    if (c->loops[i].runs) return loop_take(&c->loops[i], t);
  errno = why;
  return false;
}

static roster_status send_on(curl_transport *c, const char *url, transfer *t) {
  loop *on = loop_for(c, url);
  if (on && take_anywhere(c, on, t)) return ROSTER_OK;
  if (errno == ENOMEM) return ROSTER_ENOMEM;
  transfer_refuse(t, on ? CAUSE_THREAD : CAUSE_SYSTEM, on ? 0 : errno);
  give_back(c, t);
  return ROSTER_OK;
}

static roster_status start(void *self, const roster_http_request *request) {
  curl_transport *c = self;
  transfer *t = NULL;
  roster_status status = transfer_new(&t, request, &c->trust);
  if (status != ROSTER_OK) return status;
  if (transfer_may_go(t))
    status = send_on(c, request->url, t);
  else
    give_back(c, t);
  if (status != ROSTER_OK) transfer_free(t);
  return status;
}

/* ---- what is finished ---- */

static void free_shown(curl_transport *c) {
  transfer_free(c->shown);
  c->shown = NULL;
}

/* With nothing in flight this is a plain sleep. */
static CURLMcode wait_for_one(loop_exit *from, int64_t until_ms, transfer **out) {
  pthread_mutex_lock(&from->lock);
  while (!from->first && from->broken == CURLM_OK && platform_wait(&from->came, &from->lock, until_ms)) continue;
  *out = loop_exit_take(from);
  const CURLMcode broken = *out ? CURLM_OK : from->broken;
  pthread_mutex_unlock(&from->lock);
  return broken;
}

static int as_int(long timeout_ms) { return timeout_ms <= 0 ? 0 : timeout_ms < INT_MAX ? (int)timeout_ms : INT_MAX; }

/* No response is made of one that failed because memory ran out. */
static roster_status next(void *self, long timeout_ms, const roster_http_response **out) {
  curl_transport *c = self;
  if (!out) return ROSTER_EINVALID;
  *out = NULL;
  free_shown(c);
  const CURLMcode broken = wait_for_one(&c->finished, process_clock_ms() + as_int(timeout_ms), &c->shown);
  if (broken != CURLM_OK) return broken == CURLM_OUT_OF_MEMORY ? ROSTER_ENOMEM : ROSTER_ESYSTEM;
  if (c->shown && transfer_is_starved(c->shown)) return ROSTER_ENOMEM;
  if (c->shown) *out = transfer_response(c->shown);
  return ROSTER_OK;
}

/* ---- ending ---- */

static void cancel_all(void *self) {
  curl_transport *c = self;
  free_shown(c);
  for (size_t i = 0; i < c->loop_count; i++) loop_stop(&c->loops[i]);
  for (size_t i = 0; i < c->loop_count; i++) loop_join(&c->loops[i]);
  loop_exit_clear(&c->finished);
}

static void close_all(void *self) {
  curl_transport *c = self;
  if (!c) return;
  cancel_all(c);
  pipe_guard guard = pipe_guard_raise();
  for (size_t i = 0; i < c->loop_count; i++) loop_close(&c->loops[i]);
  pipe_guard_lower(&guard);
  loop_exit_close(&c->finished);
  trust_forget(&c->trust);
  free(c->origins);
  free(c);
}

static size_t usual_loops(void) {
  const size_t processors = platform_processors();
  return processors < USUAL_LOOPS ? processors : USUAL_LOOPS;
}

roster_transport *roster_transport_curl_threads(size_t most) {
  curl_transport *c = process_start() ? calloc(1, sizeof *c) : NULL;
  if (!c) return NULL;
  c->most_loops = !most ? usual_loops() : most < MOST_LOOPS ? most : MOST_LOOPS;
  c->trust.system = handle_system_trust();
  c->transport = (roster_transport){ sizeof c->transport, c, start, next, cancel_all, close_all };
  loop_exit_open(&c->finished);
  return &c->transport;
}

roster_transport *roster_transport_curl(void) { return roster_transport_curl_threads(0); }

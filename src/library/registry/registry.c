/* registry: opens and closes a live registry and publishes its snapshots. Readers take the current snapshot without a lock: they count
 * themselves in, read the pointer, take a reference, and count themselves out; a publisher exchanges the pointer and gives the
 * former snapshot to the collector only when each reader that may have seen it has counted itself out. */
#include "library/registry/registry.h"

#include "util/descriptor.h"
#include "util/json.h"
#include "util/platform.h"
#include "library/registry/cache.h"
#include "library/registry/host_transport.h"
#include "library/registry/job.h"

#include "library/definitions/schema.h"

#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- publishing ---- */

const roster_snapshot *roster_acquire(roster *r) {
  if (!r) return NULL;
  unsigned epoch = atomic_load(&r->epoch) & 1;
  atomic_fetch_add(&r->entering[epoch], 1);
  roster_snapshot *s = atomic_load(&r->current);
  atomic_fetch_add_explicit(&s->holders, 1, memory_order_relaxed);
  atomic_fetch_sub(&r->entering[epoch], 1);
  return s;
}

/* Waits until no reader can still be about to take a reference to the former snapshot. Twice, because a reader may have read the epoch just
 * before it changed; new readers go to the other epoch, so each wait ends. */
static void wait_for_entering(roster *r) {
  for (int turn = 0; turn < 2; turn++) {
    unsigned epoch = atomic_fetch_add(&r->epoch, 1) & 1;
    while (atomic_load(&r->entering[epoch]) > 0) sched_yield();
  }
}

int roster_event_fd(roster *r) {
  if (!r) return -1;
  pthread_mutex_lock(&r->lock);
  if (atomic_load(&r->event_fd) < 0 && wakeup_open(&r->event)) atomic_store(&r->event_fd, r->event.fd);
  pthread_mutex_unlock(&r->lock);
  return atomic_load(&r->event_fd);
}

static void announce(roster *r, const roster_snapshot *s) {
  if (atomic_load(&r->event_fd) >= 0) wakeup_raise(&r->event);
  if (r->options.given.on_published) r->options.given.on_published(r->options.given.payload, s);
}

void publish(roster *r, roster_snapshot *s) {
  const int64_t change_ms = s->data->change_ms;
  roster_snapshot *before = atomic_exchange(&r->current, s);
  if (atomic_exchange(&r->change_ms, change_ms) != change_ms) scheduler_reconsider(r);
  if (!before) return;
  wait_for_entering(r);
  collector_take(&r->collector, before);
  announce(r, s);
}

/* ---- opening and closing ---- */

static void read_files(void) {
  char day[11];
  descriptors_hold();
  day_write(0, day);
  json_object_seed(0);
  descriptors_release();
}

void registry_read_once(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, read_files);
}

static void set_salt(roster *r) {
  uint64_t salt;
  if (!platform_random(&salt, sizeof salt)) salt = (uint64_t)(uintptr_t)r ^ (uint64_t)wall_ms();
  atomic_store(&r->salt, salt);
}

/* A cache that cannot be trusted is reported and left as it is: the next good result replaces it. One that cannot be read now is read again
 * before the first run, see refresh.c. False when out of memory. */
static bool read_cache(roster *r, cache **out) {
  const roster_options *o = &r->options.given;
  char words[256], message[320];
  const char *why = NULL;
  cache *c = o->cache_file ? cache_read(o->cache_file, words, sizeof words, &why) : NULL;
  if (o->cache_file && !c && errno == ENOMEM) return false;
  *out = c;
  if (c) atomic_store(&r->salt, c->salt);
  r->salt_fixed = c;
  if (c && c->billed) ledger_merge(&r->ledger, c->billed, true, wall_ms());
  if (!why || !o->on_finding) return true;
  snprintf(message, sizeof message, "this cache is not used: %s", why);
  o->on_finding(o->payload, &(roster_finding){ .severity = ROSTER_WARNING, .file = o->cache_file, .message = message });
  return true;
}

static roster_status load_first(roster *r, roster_error *err) {
  cache *c = NULL;
  if (!read_cache(r, &c)) return fail(err, ROSTER_ENOMEM, NULL, "not enough memory");
  job j = { .options = &r->options, .helpers = r->helpers, .start = HELPER_NEVER, .salt = r->salt, .build = true };
  j.cache = r->options.given.cache_billed_only ? NULL : c;
  j.ledger = &r->ledger;
  j.said = &r->said;
  roster_status status = job_run(&j);
  cache_free(c);
  atomic_store(&r->read_digest, j.digest);
  atomic_store(&r->judged, true);
  r->current_digest = j.digest;
  if (status == ROSTER_OK) {
    roster_snapshot *s = snapshot_new(j.result, &r->options.given, NULL);
    if (!s) return fail(err, ROSTER_ENOMEM, NULL, "not enough memory");
    publish(r, s);
  } else if (err) {
    *err = j.error;
  }
  return status;
}

static void on_settled(void *payload) { scheduler_nudge(payload, true); }

static roster_status prepare_helpers(roster *r, roster_error *err) {
  environment e = registry_options_environment(&r->options);
  r->helpers = helpers_new(&e, r->options.given.interactive_helpers, on_settled, r);
  if (r->helpers) return ROSTER_OK;
  if (errno == ENOMEM) return fail(err, ROSTER_ENOMEM, NULL, "not enough memory");
  return fail(err, ROSTER_ESYSTEM, "look at the limit on open files", "no descriptor for credential helpers: %s", strerror(errno));
}

static roster_status hold_to_promises(roster *r, roster_error *err) {
  const roster_transport *host = r->options.given.transport;
  if (!host || (r->own_transport = host_transport_new(host))) return ROSTER_OK;
  return fail(err, ROSTER_ENOMEM, NULL, "not enough memory");
}

roster_status roster_open(roster **out, const roster_options *options, roster_error *err) {
  if (err) *err = (roster_error){ .status = ROSTER_OK };
  if (!out) return fail(err, ROSTER_EINVALID, NULL, "roster_open: out is NULL");
  *out = NULL;
  registry_read_once();
  roster *r = calloc(1, sizeof *r);
  if (!r) return fail(err, ROSTER_ENOMEM, NULL, "not enough memory");
  r->process = getpid();
  atomic_init(&r->event_fd, -1);
  set_salt(r);
  pthread_mutex_init(&r->lock, NULL);
  pthread_mutex_init(&r->saving, NULL);
  pthread_mutex_init(&r->said.lock, NULL);
  ledger_open(&r->ledger);
  collector_open(&r->collector);
  pthread_cond_init(&r->run_finished, NULL);
  pthread_cond_init(&r->caller_left, NULL);
  roster_status status = registry_options_copy(&r->options, options, err);
  if (status == ROSTER_OK) status = hold_to_promises(r, err);
  if (status == ROSTER_OK) status = prepare_helpers(r, err);
  if (status == ROSTER_OK) status = load_first(r, err);
  if (status == ROSTER_OK)
    *out = r;
  else
    roster_close(r);
  return status;
}

/* Those who wait see it at once, and what runs within a second. */
static void tell_of_end(roster *r) {
  atomic_store(&r->closing, true);
  if (r->process != getpid()) return;
  pthread_mutex_lock(&r->lock);
  pthread_cond_broadcast(&r->run_finished);
  pthread_mutex_unlock(&r->lock);
}

void roster_stop(roster *r) {
  if (!r) return;
  tell_of_end(r);
  if (r->process != getpid() || job_is_here(&r->options)) return;
  helpers_stop(r->helpers);
  scheduler_reconsider(r);
}

/* Ends the calls that are under way and waits for them. In a fork there are none. */
static void end_calls(roster *r) {
  tell_of_end(r);
  if (r->process != getpid()) return;
  helpers_stop(r->helpers);
  scheduler_close(r->scheduler);
  pthread_mutex_lock(&r->lock);
  while (r->inside > 0) pthread_cond_wait(&r->caller_left, &r->lock);
  pthread_mutex_unlock(&r->lock);
  if (r->own_transport) r->own_transport->close(r->own_transport->self);
  collector_close(&r->collector);
  pthread_cond_destroy(&r->run_finished);
  pthread_cond_destroy(&r->caller_left);
  pthread_mutex_destroy(&r->lock);
}

/* In a callback the run that called it still needs the registry, which therefore stays: better a leak than a wait for itself. */
void roster_close(roster *r) {
  if (!r) return;
  if (job_is_here(&r->options)) {
    atomic_store(&r->closing, true);
    return;
  }
  end_calls(r);
  roster_release(atomic_load(&r->current));
  if (atomic_load(&r->event_fd) >= 0) wakeup_close(&r->event);
  helpers_free(r->helpers);
  beliefs_free(&r->beliefs);
  ledger_free(&r->ledger);
  named_models_free(&r->named);
  pthread_mutex_destroy(&r->saving);
  pthread_mutex_destroy(&r->said.lock);
  free(r->said.at);
  registry_options_free(&r->options);
  free(r);
}

bool enter(roster *r) {
  pthread_mutex_lock(&r->lock);
  bool open = !atomic_load(&r->closing);
  r->inside += open;
  pthread_mutex_unlock(&r->lock);
  return open;
}

void leave(roster *r) {
  pthread_mutex_lock(&r->lock);
  r->inside--;
  pthread_cond_broadcast(&r->caller_left);
  pthread_mutex_unlock(&r->lock);
}

roster_status refuse_fork(const roster *r, roster_error *err) {
  if (r->process == getpid()) return ROSTER_OK;
  return fail(err, ROSTER_EFORKED, "open a registry in this process", "this process is a fork of the one that opened the registry");
}

roster_status refuse_callback(const roster *r, const char *function, roster_error *err) {
  if (!job_is_here(&r->options)) return ROSTER_OK;
  return fail(err, ROSTER_EINVALID, "call it from another thread, or use roster_refresh_every",
              "%s: it is called from a callback of the refresh that it would wait for", function);
}

roster_status refuse_list(const char *function, const char *list, const char *const *at, size_t count, roster_error *err) {
  if (count && !at) return fail(err, ROSTER_EINVALID, NULL, "%s: %s is NULL, and its count is not 0", function, list);
  for (size_t i = 0; i < count; i++)
    if (!at[i]) return fail(err, ROSTER_EINVALID, NULL, "%s: %s[%zu] is NULL", function, list, i);
  return ROSTER_OK;
}

/* ---- for people who write definitions ---- */

roster_status roster_lint(const roster_options *options, const char *path, roster_error *err) {
  if (err) *err = (roster_error){ .status = ROSTER_OK };
  registry_options o;
  roster_status status = registry_options_copy(&o, options, err);
  if (status != ROSTER_OK) return status;
  o.only = path;
  o.thorough = true;
  job j = { .options = &o };
  status = job_run(&j);
  if (err && status != ROSTER_OK) *err = j.error;
  registry_options_free(&o);
  return status;
}

/* A caller of an older version gives a smaller struct. */
static roster_status take_choice(roster_merged_choice *wish, const roster_merged_choice *given, roster_error *err) {
  *wish = (roster_merged_choice)ROSTER_MERGED_CHOICE_INIT;
  if (given && given->size < sizeof given->size)
    return fail(err, ROSTER_EINVALID, "begin with roster_merged_choice c = ROSTER_MERGED_CHOICE_INIT",
                "roster_merged_definitions: the size of the choice is not set");
  if (given) memcpy(wish, given, given->size < sizeof *wish ? given->size : sizeof *wish);
  return refuse_list("roster_merged_definitions", "ids", wish->ids, wish->id_count, err);
}

roster_status roster_merged_definitions(char **out, const roster_options *options, const roster_merged_choice *given, roster_error *err) {
  if (err) *err = (roster_error){ .status = ROSTER_OK };
  if (!out) return fail(err, ROSTER_EINVALID, NULL, "roster_merged_definitions: out is NULL");
  *out = NULL;
  registry_options o;
  roster_merged_choice wish;
  roster_status status = take_choice(&wish, given, err);
  if (status == ROSTER_OK) status = registry_options_copy(&o, options, err);
  if (status != ROSTER_OK) return status;
  job j = { .options = &o, .merge = &wish };
  status = job_run(&j);
  if (err && status != ROSTER_OK) *err = j.error;
  *out = j.merged;
  registry_options_free(&o);
  return status;
}

roster_status roster_snapshot_curl_command(const char **out, const roster_snapshot *s, const char *id, roster_error *err) {
  if (err) *err = (roster_error){ .status = ROSTER_OK };
  if (out) *out = NULL;
  if (!out || !s || !id) return fail(err, ROSTER_EINVALID, NULL, "roster_snapshot_curl_command: out, a snapshot and an id are needed");
  const roster_model *m = NULL;
  roster_status status = roster_resolve(&m, s, id, NULL, err);
  if (status != ROSTER_OK) return status;
  if (!m->host_request)
    return fail(err, ROSTER_EINVALID, "open the registry with roster_options.keep_requests", "this registry keeps no requests");
  status = model_request_check(m->host_request, m->service, id, err);
  if (status == ROSTER_OK) *out = m->host_request->command;
  return status;
}

static roster_status copy_command(char **out, const roster_snapshot *s, const char *id, roster_error *err) {
  const char *kept = NULL;
  roster_status status = roster_snapshot_curl_command(&kept, s, id, err);
  if (status != ROSTER_OK) return status;
  *out = strdup(kept);
  return *out ? ROSTER_OK : fail(err, ROSTER_ENOMEM, NULL, "not enough memory");
}

static roster_status load_command(char **out, roster *r, const roster_snapshot *s, const char *id, roster_error *err) {
  roster_status status = roster_resolve(NULL, s, id, NULL, err);
  if (status != ROSTER_OK) return status;
  job j = { .options = &r->options, .salt = r->salt, .command_id = id, .earlier = s->data, .said = &r->said, .cancelled = &r->closing };
  status = job_run(&j);
  if (err && status != ROSTER_OK) *err = j.error;
  *out = j.command;
  return status;
}

roster_status roster_curl_command(char **out, roster *r, const char *id, roster_error *err) {
  if (err) *err = (roster_error){ .status = ROSTER_OK };
  if (out) *out = NULL;
  if (!out || !r || !id) return fail(err, ROSTER_EINVALID, NULL, "roster_curl_command: out, a registry and an id are needed");
  if (refuse_fork(r, err) != ROSTER_OK) return ROSTER_EFORKED;
  if (!enter(r)) return fail(err, ROSTER_ECANCELLED, NULL, "the registry is being closed");
  const roster_snapshot *s = roster_acquire(r);
  roster_status status = r->options.given.keep_requests ? copy_command(out, s, id, err) : load_command(out, r, s, id, err);
  roster_release(s);
  leave(r);
  return status;
}

void roster_string_free(char *text) { free(text); }

roster_status roster_write_request(roster *r, const char *id, char *out, size_t size, size_t *needed, roster_error *err) {
  char *command = NULL;
  if (needed) *needed = 0;
  if (size && out) *out = 0;
  if (!r || !id || (size && !out))
    return fail(err, ROSTER_EINVALID, NULL, "roster_write_request: a registry, an id and out, where size is not 0, are needed");
  roster_status status = roster_curl_command(&command, r, id, err);
  if (command) {
    size_t length = deliver(command, strlen(command), out, size);
    if (needed) *needed = length;
  }
  free(command);
  return status;
}

static size_t write_vocabulary(void (*write)(strbuf *out), char *out, size_t size) {
  jmp_buf escape;
  arena *a = arena_new();
  volatile size_t length = 0;
  if (size) *out = 0;
  if (!a || setjmp(escape)) {
    arena_free(a);
    return 0;
  }
  arena_jump(a, &escape);
  strbuf b = { .arena = a };
  write(&b);
  length = deliver(strbuf_text(&b), b.length, out, size);
  arena_free(a);
  return length;
}

size_t roster_write_meta(char *out, size_t size) { return write_vocabulary(schema_write_meta, out, size); }
size_t roster_write_json_schema(char *out, size_t size) { return write_vocabulary(schema_write_json_schema, out, size); }

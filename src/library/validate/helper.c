/* helper: see helper.h. One lock protects everything; a run takes it only to deliver a line and its result. */
#include "library/validate/helper.h"

#include "util/trace.h"
#include "util/clock.h"
#include "util/platform.h"
#include "util/wakeup.h"
#include "util/worker.h"
#include "library/validate/handed_out.h"
#include "library/validate/helper_run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
  USUAL_TTL_MS = 2 * 3600 * 1000,
  USUAL_TIMEOUT_MS = 5 * 60 * 1000,
  IN_A_ROW_MS = 60 * 1000,
  TELL_FAILURE_MS = 5 * 1000 /* how long all who waited for a failed run learn of it; a person who asks later means another run */
};

typedef struct helper {
  struct helper *next;
  helpers *all;
  char **argv; /* NULL-terminated, as it is run */
  char *name;
  int64_t ttl_ms, timeout_ms, got_ms; /* got_ms: when it printed its credential */
  int64_t since_ms;                   /* the wall clock when it came into its state */
  helper_state state;
  bool interactive;
  char *value, *former; /* the credential, and the one before it, which must not be delivered as a line */
  handed_out handed;    /* to a host's own requests */
  const char *lost;     /* HELPER_IDLE: why the credential that it had is not there any more; NULL: it had none */
  bool dropped;         /* a host dropped it */
  bool refused;         /* the credential before this one was refused */
  bool starved;         /* memory ran out in the last run, so there is nothing to be said of the helper */
  bool passing;         /* HELPER_FAILED: this machine could not start it, and may be able to now */
  bool awaited;         /* a request was told to wait for this run */
  int64_t told_ms;      /* when one was told that it failed; 0: none yet */
  char problem[LONGEST_PROBLEM];
  helper_log log;
  worker worker;
  bool joinable;
} helper;

struct helpers {
  environment environment;
  bool interactive; /* all of them */
  void (*on_settled)(void *payload);
  void *payload;
  pthread_mutex_t lock;
  pthread_cond_t settled;
  helper *first;
  helper_subscriber *subscribers;
  uint64_t runs;
  size_t running, waiting; /* waiting: refreshes */
  wakeup stop;             /* raised once stopped */
  bool stopped;
};

static void wipe_text(char *text) {
  if (!text) return;
  wipe(text, strlen(text));
  free(text);
}

/* ---- the list ---- */

static bool same_command(const helper *one, const helper_command *c) {
  if (c->shell) return text_is(one->argv[1], "-c") && text_is(one->argv[0], "/bin/sh") && text_is(one->argv[2], c->shell) && !one->argv[3];
  for (size_t i = 0; i < c->arguments.count; i++)
    if (!one->argv[i] || !text_is(one->argv[i], c->arguments.at[i])) return false;
  return !one->argv[c->arguments.count];
}

static void helper_free(helper *one) {
  helper_log_free(&one->log);
  for (char **a = one->argv; a && *a; a++) free(*a);
  free(one->argv);
  free(one->name);
  wipe_text(one->value);
  wipe_text(one->former);
  free(one);
}

static char **copy_command(const helper_command *c) {
  const char *shell[] = { "/bin/sh", "-c", c->shell };
  size_t count = c->shell ? 3 : c->arguments.count;
  const char *const *from = c->shell ? shell : c->arguments.at;
  char **argv = calloc(count + 1, sizeof *argv);
  for (size_t i = 0; argv && i < count; i++)
    if (!(argv[i] = strdup(from[i]))) {
      while (i > 0) free(argv[--i]);
      free(argv);
      return NULL;
    }
  return argv;
}

/* Locked. NULL when out of memory. */
static helper *find(helpers *h, const helper_command *c) {
  helper *one = h->first;
  while (one && !same_command(one, c)) one = one->next;
  if (one) one->interactive = c->interactive || h->interactive; /* an edit may have changed it */
  if (one || !(one = calloc(1, sizeof *one))) return one;
  one->all = h;
  one->interactive = c->interactive || h->interactive;
  one->argv = copy_command(c);
  one->name = strdup(c->name);
  if (!one->argv || !one->name) {
    helper_free(one);
    return NULL;
  }
  one->log = (helper_log){ .name = one->name, .who = &h->subscribers, .exit_code = -1 };
  one->next = h->first;
  return h->first = one;
}

static void drop_value(helper *one) {
  if (!one->value) return;
  wipe_text(one->former);
  one->former = one->value;
  one->value = NULL;
  handed_out_replace(&one->handed);
}

static void enter_state(helper *one, helper_state state, int64_t since_ms) {
  one->state = state;
  one->since_ms = since_ms;
}

/* It is not valid any more, and nothing is known against another run. */
static void lose(helper *one, const char *why, int64_t since_ms) {
  drop_value(one);
  one->lost = why;
  enter_state(one, HELPER_IDLE, since_ms);
}

/* Locked. Drops a credential that has expired. */
static helper_state expire(helper *one) {
  if (one->state == HELPER_VALID && now_ms() >= one->got_ms + one->ttl_ms)
    lose(one, "the credential helper's key has expired", one->since_ms + one->ttl_ms);
  return one->state;
}

/* ---- lines ---- */

/* Any trace of the credential before; also where there is no memory to look for one. */
static bool repeats(const char *text, const char *former) {
  keyring ring = { 0 };
  const bool known = !former || keyring_add(&ring, former, strlen(former));
  const bool found = former && (!known || trace_found(&ring, text, strlen(text), TRACE_SHOWN));
  keyring_wipe(&ring);
  return found;
}

static void take_line(void *payload, bool error, const char *text) {
  helper *one = payload;
  char *own = strdup(text);
  if (!own) return;
  pthread_mutex_lock(&one->all->lock);
  bool shown = !repeats(own, one->former);
  if (shown) helper_log_line(&one->log, error, own);
  pthread_mutex_unlock(&one->all->lock);
  if (!shown) wipe_text(own);
}

bool helpers_subscribe(helpers *h, const helper_listener *who) {
  helper_subscriber *s = malloc(sizeof *s);
  if (!s) return false;
  pthread_mutex_lock(&h->lock);
  *s = (helper_subscriber){ h->subscribers, *who };
  h->subscribers = s;
  for (const helper *one = h->first; one; one = one->next) helper_log_repeat(&one->log, who);
  pthread_mutex_unlock(&h->lock);
  return true;
}

void helpers_unsubscribe(helpers *h, void *payload) {
  pthread_mutex_lock(&h->lock);
  for (helper_subscriber **at = &h->subscribers; *at;) {
    helper_subscriber *s = *at;
    if (s->listener.payload != payload) {
      at = &s->next;
      continue;
    }
    *at = s->next;
    free(s);
  }
  pthread_mutex_unlock(&h->lock);
}

/* ---- running ---- */

/* What a program wrote to stderr may hold the credential before this one. */
static void hide(char *text, const char *value) {
  for (char *at = value && *value ? strstr(text, value) : NULL; at; at = strstr(at + strlen(value), value)) memset(at, '*', strlen(value));
}

static void conclude(helper *one, helper_result *got) {
  one->value = got->value;
  one->starved = got->starved;
  one->passing = got->passing;
  enter_state(one, got->value ? HELPER_VALID : got->starved ? HELPER_IDLE : HELPER_FAILED, wall_ms());
  one->got_ms = now_ms();
  hide(got->problem, one->former);
  snprintf(one->problem, sizeof one->problem, "%s", got->problem);
  if (one->value) helper_log_forget(&one->log, one->value); /* it may have been written to stderr too */
  helper_log_end(&one->log, got->exit_code, got->value ? NULL : one->problem, !one->all->stopped);
}

static void run(void *argument) {
  helper *one = argument;
  helpers *h = one->all;
  pthread_mutex_lock(&h->lock);
  helper_log_begin(&one->log);
  bool interactive = one->interactive; /* an edit may change it while this runs */
  pthread_mutex_unlock(&h->lock);
  char **given = h->environment.given ? environment_copy(&h->environment) : NULL;
  const helper_run setup = { one->argv, given ? given : environ, one->timeout_ms, interactive, h->stop.fd, take_line, one };
  helper_result got = { .exit_code = -1, .starved = true, .problem = "there was no memory for the credential helper" };
  if (given || !h->environment.given) helper_run_through(&setup, &got);
  environment_copy_free(given);
  pthread_mutex_lock(&h->lock);
  conclude(one, &got);
  h->running--;
  bool call_host = h->waiting == 0 && !h->stopped;
  pthread_cond_broadcast(&h->settled);
  pthread_mutex_unlock(&h->lock);
  if (call_host && h->on_settled) h->on_settled(h->payload);
}

static void fail_to_start(helper *one, bool starved) {
  static const char why[] = "no thread could be started for the credential helper";
  one->all->running--;
  one->starved = starved;
  one->passing = true;
  enter_state(one, starved ? HELPER_IDLE : HELPER_FAILED, wall_ms());
  memcpy(one->problem, why, sizeof why);
  helper_log_end(&one->log, -1, why, !one->all->stopped);
}

/* Locked, except while waiting for the thread of the former run, which has delivered its result and is about to end. */
static void start(helper *one, const helper_command *c) {
  helpers *h = one->all;
  if (h->stopped || one->state == HELPER_RUNNING) return;
  drop_value(one);
  one->ttl_ms = c->ttl_ms ? c->ttl_ms : USUAL_TTL_MS;
  one->timeout_ms = c->timeout_ms ? c->timeout_ms : USUAL_TIMEOUT_MS;
  one->lost = NULL;
  one->dropped = one->awaited = one->passing = false;
  one->told_ms = 0;
  enter_state(one, HELPER_RUNNING, wall_ms());
  h->running++;
  helper_log_prepare(&one->log, ++h->runs);
  if (one->joinable) {
    one->joinable = false;
    pthread_mutex_unlock(&h->lock);
    worker_join(&one->worker);
    pthread_mutex_lock(&h->lock);
  }
  one->joinable = !h->stopped && worker_start(&one->worker, run, one);
  if (!one->joinable) fail_to_start(one, !h->stopped && errno == ENOMEM);
}

/* ---- the credential ---- */

/* Those who waited for the run that failed learn of it, instead of starting another. */
static bool owes_failure(helper *one) {
  if (one->state != HELPER_FAILED || !one->awaited) return false;
  if (!one->told_ms) one->told_ms = now_ms();
  return now_ms() - one->told_ms < TELL_FAILURE_MS;
}

static bool is_to_run(helper *one, helper_start how) {
  bool idle = one->state == HELPER_IDLE, over = one->state == HELPER_FAILED || one->state == HELPER_REQUIRED;
  switch (how) {
  case HELPER_WHEN_IDLE: return (idle || (over && one->passing)) && !one->interactive;
  case HELPER_ANYWAY: return (idle || over) && !one->interactive;
  case HELPER_ASKED: return idle || over;
  case HELPER_FOR_REQUEST: return idle || (over && one->interactive && !owes_failure(one));
  default: return false;
  }
}

static void start_if(helper *one, const helper_command *c, helper_start how) {
  expire(one);
  if (is_to_run(one, how)) {
    if (one->state != HELPER_IDLE) one->refused = false; /* a person signs in now */
    start(one, c);
  }
  if (how == HELPER_FOR_REQUEST && one->state == HELPER_RUNNING) one->awaited = true;
}

static const char *word_for(const helper *one) {
  static const char *const words[] = { "pending", "running", "valid", "required", "failed" };
  bool needs_somebody = one->state == HELPER_IDLE && one->lost && (one->interactive || one->dropped);
  return words[needs_somebody ? HELPER_REQUIRED : one->state];
}

static const char *problem_of(const helper *one) {
  if (one->state == HELPER_IDLE) return one->lost;
  return one->state == HELPER_FAILED || one->state == HELPER_REQUIRED ? one->problem : NULL;
}

/* Locked; so `problem` is not in the arena yet, which may escape. */
static helper_status describe(const helper *one, char *problem, size_t room) {
  const char *why = problem_of(one);
  bool valid = one->state == HELPER_VALID;
  snprintf(problem, room, "%s", why ? why : "");
  return (helper_status){ .state = one->state,
                          .interactive = one->interactive,
                          .lost = one->lost != NULL,
                          .word = word_for(one),
                          .since_ms = one->since_ms,
                          .until_ms = valid ? one->since_ms + one->ttl_ms : 0,
                          .run = one->log.run,
                          .exit_code = one->log.exit_code };
}

helper_status helpers_get(helpers *h, const helper_command *c, helper_start how, arena *a, keyring *ring) {
  helper_status result = { .state = HELPER_FAILED, .word = "failed", .exit_code = -1 };
  char problem[LONGEST_PROBLEM] = "";
  bool kept = false;
  pthread_mutex_lock(&h->lock);
  helper *one = find(h, c);
  if (one && !one->starved) start_if(one, c, how);
  if (one && !one->starved) {
    kept = true;
    result = describe(one, problem, sizeof problem);
    if (one->former && !keyring_has(ring, one->former)) kept = keyring_add(ring, one->former, strlen(one->former));
    if (one->state == HELPER_VALID) result.value = keyring_add(ring, one->value, strlen(one->value));
  }
  if (one) one->starved = false; /* it is told once; then the helper may run again */
  pthread_mutex_unlock(&h->lock);
  if (!kept || (result.state == HELPER_VALID && !result.value)) arena_exhaust(a);
  if (*problem) result.problem = keyring_redact(ring, a, arena_text(a, problem));
  result.name = one->name;
  return result;
}

void helpers_wait(helpers *h, int64_t until_ms) {
  pthread_mutex_lock(&h->lock);
  h->waiting++;
  while (h->running > 0 && !h->stopped)
    if (!platform_wait(&h->settled, &h->lock, until_ms)) break;
  h->waiting--;
  pthread_mutex_unlock(&h->lock);
}

roster_status helpers_wait_for(helpers *h, const helper_command *c, int64_t until_ms) {
  roster_status status = ROSTER_OK;
  pthread_mutex_lock(&h->lock);
  const helper *one = find(h, c);
  while (one && one->state == HELPER_RUNNING && !h->stopped && status == ROSTER_OK)
    if (!until_ms)
      pthread_cond_wait(&h->settled, &h->lock);
    else if (!platform_wait(&h->settled, &h->lock, until_ms) && one->state == HELPER_RUNNING)
      status = ROSTER_EPENDING;
  if (h->stopped) status = ROSTER_ECANCELLED;
  pthread_mutex_unlock(&h->lock);
  return one ? status : ROSTER_ENOMEM;
}

/* Locked. True when a run has started. */
static bool refuse_value(helper *one, const helper_command *c) {
  bool again = !one->interactive && (!one->refused || now_ms() - one->got_ms > IN_A_ROW_MS);
  one->refused = true;
  drop_value(one);
  enter_state(one, again ? HELPER_IDLE : HELPER_REQUIRED, wall_ms());
  snprintf(one->problem, sizeof one->problem, "its credential was refused%s: somebody has to sign in", one->interactive ? "" : " twice");
  if (again) start(one, c);
  return again;
}

/* Whether a request that was refused just now had this credential, where all that is known of it is the oldest that it can have had, and
 * what was handed out. Answers of 401 come at once, so after a minute none is still on its way that was meant for the one before it. */
static bool was_used(helper *one, int64_t since_ms) {
  const int64_t now = now_ms();
  const bool late = handed_out_refuse(&one->handed, now, IN_A_ROW_MS);
  return one->got_ms <= since_ms || now - one->got_ms > IN_A_ROW_MS || (one->handed.ever && !late);
}

bool helpers_refused(helpers *h, const helper_command *c, const char *value, int64_t since_ms) {
  pthread_mutex_lock(&h->lock);
  helper *one = find(h, c);
  bool again = false, valid = one && expire(one) == HELPER_VALID;
  bool used = one && (value ? text_is(value, one->value) : was_used(one, since_ms));
  if (valid && used)
    again = refuse_value(one, c);
  else if (one)
    again = one->state == HELPER_VALID || one->state == HELPER_RUNNING || (one->state == HELPER_IDLE && !one->interactive);
  pthread_mutex_unlock(&h->lock);
  return again;
}

void helpers_handed_out(helpers *h, const helper_command *c, uint64_t run) {
  pthread_mutex_lock(&h->lock);
  helper *one = find(h, c);
  if (one) handed_out_add(&one->handed, one->state == HELPER_VALID && one->log.run == run, now_ms());
  pthread_mutex_unlock(&h->lock);
}

void helpers_answered(helpers *h, const helper_command *c, bool accepted) {
  pthread_mutex_lock(&h->lock);
  helper *one = find(h, c);
  if (one) handed_out_end(&one->handed);
  if (one && one->state == HELPER_VALID && accepted) one->refused = false;
  pthread_mutex_unlock(&h->lock);
}

void helpers_invalidate(helpers *h, const helper_command *c) {
  pthread_mutex_lock(&h->lock);
  helper *one = find(h, c);
  if (one && expire(one) == HELPER_VALID) {
    lose(one, "the credential helper's key was dropped", wall_ms());
    one->dropped = true;
  }
  pthread_mutex_unlock(&h->lock);
}

/* ---- life ---- */

helpers *helpers_new(const environment *e, bool interactive, void (*on_settled)(void *payload), void *payload) {
  helpers *h = calloc(1, sizeof *h);
  if (!h) errno = ENOMEM;
  if (!h) return NULL;
  *h = (helpers){ .environment = *e, .interactive = interactive, .on_settled = on_settled, .payload = payload };
  pthread_mutex_init(&h->lock, NULL);
  platform_condition_init(&h->settled);
  if (wakeup_open(&h->stop)) return h;
  int why = errno;
  helpers_free(h);
  errno = why;
  return NULL;
}

/* A helper with a thread, which the caller has to join; NULL for none. */
static helper *take_thread(helpers *h) {
  pthread_mutex_lock(&h->lock);
  helper *one = h->first;
  while (one && !one->joinable) one = one->next;
  if (one) one->joinable = false;
  pthread_mutex_unlock(&h->lock);
  return one;
}

void helpers_stop(helpers *h) {
  if (!h) return;
  pthread_mutex_lock(&h->lock);
  h->stopped = true;
  pthread_cond_broadcast(&h->settled);
  pthread_mutex_unlock(&h->lock);
  wakeup_raise(&h->stop);
  for (helper *one = take_thread(h); one; one = take_thread(h)) worker_join(&one->worker);
}

void helpers_free(helpers *h) {
  if (!h) return;
  for (helper *one = h->first, *next; one; one = next) {
    next = one->next;
    helper_free(one);
  }
  for (helper_subscriber *s = h->subscribers, *next; s; s = next) {
    next = s->next;
    free(s);
  }
  wakeup_close(&h->stop);
  free(h);
}

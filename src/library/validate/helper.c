/* helper: see helper.h. One lock protects everything; a run takes it only to deliver a line and its result. */
#include "library/validate/helper.h"

#include "util/clock.h"
#include "util/descriptor.h"
#include "util/worker.h"
#include "library/validate/helper_run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

enum { USUAL_TTL_MS = 2 * 3600 * 1000, USUAL_TIMEOUT_MS = 5 * 60 * 1000, IN_A_ROW_MS = 60 * 1000, MOST_LINES = 200 };

typedef struct output_line {
  bool error;
  char *text;
} output_line;

typedef struct helper {
  struct helper *next;
  helpers *all;
  char **argv; /* NULL-terminated, as it is run */
  char *name;
  int64_t ttl_ms, timeout_ms, got_ms; /* got_ms: when it printed its credential */
  helper_state state;
  char *value, *former; /* the credential, and the one before it, which must not be delivered as a line */
  bool refused;         /* the credential before this one was refused */
  char problem[512];
  output_line lines[MOST_LINES];
  size_t line_count;
  worker worker;
  bool joinable;
} helper;

typedef struct subscriber {
  struct subscriber *next;
  void (*on_line)(void *payload, const roster_helper_line *line);
  void *payload;
} subscriber;

struct helpers {
  environment environment;
  void (*on_settled)(void *payload);
  void *payload;
  pthread_mutex_t lock;
  pthread_cond_t settled;
  helper *first;
  subscriber *subscribers;
  size_t running, waiting;
  int stop; /* an eventfd, readable once stopped */
  bool stopped;
};

static void wipe_text(char *text) {
  if (!text) return;
  explicit_bzero(text, strlen(text));
  free(text);
}

/* ---- the list ---- */

static bool same_command(const helper *one, const helper_command *c) {
  if (c->shell) return text_is(one->argv[1], "-c") && text_is(one->argv[0], "/bin/sh") && text_is(one->argv[2], c->shell) && !one->argv[3];
  for (size_t i = 0; i < c->arguments.count; i++)
    if (!one->argv[i] || !text_is(one->argv[i], c->arguments.at[i])) return false;
  return !one->argv[c->arguments.count];
}

static void free_lines(helper *one) {
  while (one->line_count > 0) free(one->lines[--one->line_count].text);
}

static void helper_free(helper *one) {
  free_lines(one);
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
  for (helper *one = h->first; one; one = one->next)
    if (same_command(one, c)) return one;
  helper *one = calloc(1, sizeof *one);
  if (!one) return NULL;
  one->all = h;
  one->argv = copy_command(c);
  one->name = strdup(c->name);
  if (!one->argv || !one->name) {
    helper_free(one);
    return NULL;
  }
  one->next = h->first;
  return h->first = one;
}

static void drop_value(helper *one) {
  if (!one->value) return;
  wipe_text(one->former);
  one->former = one->value;
  one->value = NULL;
}

/* Locked. Drops a credential that has expired. */
static helper_state expire(helper *one) {
  if (one->state == HELPER_VALID && now_ms() >= one->got_ms + one->ttl_ms) {
    drop_value(one);
    one->state = HELPER_IDLE;
  }
  return one->state;
}

/* ---- lines ---- */

static void deliver(const helper *one, const output_line *line, const subscriber *to) {
  roster_helper_line shown = { one->name, line->error, line->text };
  to->on_line(to->payload, &shown);
}

static bool contains(const char *text, const char *value) { return value && strstr(text, value); }

/* Locked. A program may write its credential to stderr before it prints it: later subscribers do not get those lines. */
static void drop_lines_with_value(helper *one) {
  size_t kept = 0;
  for (size_t i = 0; i < one->line_count; i++)
    if (contains(one->lines[i].text, one->value))
      wipe_text(one->lines[i].text);
    else
      one->lines[kept++] = one->lines[i];
  one->line_count = kept;
}

static void take_line(void *payload, bool error, const char *text) {
  helper *one = payload;
  output_line line = { error, strdup(text) };
  if (!line.text) return;
  pthread_mutex_lock(&one->all->lock);
  if (contains(text, one->former)) {
    pthread_mutex_unlock(&one->all->lock);
    wipe_text(line.text);
    return;
  }
  if (one->line_count == MOST_LINES) {
    free(one->lines[0].text);
    memmove(one->lines, one->lines + 1, (MOST_LINES - 1) * sizeof *one->lines);
    one->line_count--;
  }
  one->lines[one->line_count++] = line;
  for (const subscriber *s = one->all->subscribers; s; s = s->next) deliver(one, &line, s);
  pthread_mutex_unlock(&one->all->lock);
}

bool helpers_subscribe(helpers *h, void (*on_line)(void *payload, const roster_helper_line *line), void *payload) {
  subscriber *s = malloc(sizeof *s);
  if (!s) return false;
  pthread_mutex_lock(&h->lock);
  *s = (subscriber){ h->subscribers, on_line, payload };
  h->subscribers = s;
  for (const helper *one = h->first; one; one = one->next)
    for (size_t i = 0; i < one->line_count; i++) deliver(one, &one->lines[i], s);
  pthread_mutex_unlock(&h->lock);
  return true;
}

void helpers_unsubscribe(helpers *h, void *payload) {
  pthread_mutex_lock(&h->lock);
  for (subscriber **at = &h->subscribers; *at;) {
    subscriber *s = *at;
    if (s->payload != payload) {
      at = &s->next;
      continue;
    }
    *at = s->next;
    free(s);
  }
  pthread_mutex_unlock(&h->lock);
}

/* ---- running ---- */

/* "NAME=VALUE" strings, which may hold keys. */
static void wipe_environment(char **list) {
  for (char **at = list; at && *at; at++) wipe_text(*at);
  free(list);
}

static char **copy_environment(const environment *e) {
  char **list = calloc(e->count + 1, sizeof *list);
  for (size_t i = 0; list && i < e->count; i++) {
    const char *value = e->given[i].value ? e->given[i].value : "";
    size_t room = strlen(e->given[i].name) + strlen(value) + 2;
    if (!(list[i] = malloc(room))) {
      wipe_environment(list);
      return NULL;
    }
    snprintf(list[i], room, "%s=%s", e->given[i].name, value);
  }
  return list;
}

static void conclude(helper *one, helper_result *got) {
  one->value = got->value;
  one->state = got->value ? HELPER_VALID : HELPER_FAILED;
  one->got_ms = now_ms();
  drop_lines_with_value(one);
  snprintf(one->problem, sizeof one->problem, "%s", got->problem);
}

static void run(void *argument) {
  helper *one = argument;
  helpers *h = one->all;
  char **given = h->environment.given ? copy_environment(&h->environment) : NULL;
  const helper_run setup = { one->argv, given ? given : environ, one->timeout_ms, h->stop, take_line, one };
  helper_result got = { .problem = "there was no memory for the credential helper" };
  if (given || !h->environment.given) helper_run_through(&setup, &got);
  wipe_environment(given);
  pthread_mutex_lock(&h->lock);
  conclude(one, &got);
  h->running--;
  bool call_host = h->waiting == 0 && !h->stopped;
  pthread_cond_broadcast(&h->settled);
  pthread_mutex_unlock(&h->lock);
  if (call_host && h->on_settled) h->on_settled(h->payload);
}

/* Locked, except while waiting for the thread of the former run, which has delivered its result and is about to end. */
static void start(helper *one, const helper_command *c) {
  helpers *h = one->all;
  if (h->stopped || one->state == HELPER_RUNNING) return;
  free_lines(one);
  drop_value(one);
  one->ttl_ms = c->ttl_ms ? c->ttl_ms : USUAL_TTL_MS;
  one->timeout_ms = c->timeout_ms ? c->timeout_ms : USUAL_TIMEOUT_MS;
  one->state = HELPER_RUNNING;
  h->running++;
  if (one->joinable) {
    one->joinable = false;
    pthread_mutex_unlock(&h->lock);
    worker_join(&one->worker);
    pthread_mutex_lock(&h->lock);
  }
  one->joinable = !h->stopped && worker_start(&one->worker, run, one);
  if (one->joinable) return;
  h->running--;
  one->state = HELPER_FAILED;
  snprintf(one->problem, sizeof one->problem, "no thread could be started for the credential helper");
}

/* ---- the credential ---- */

helper_status helpers_get(helpers *h, const helper_command *c, helper_start how, arena *a, keyring *ring) {
  helper_status result = { .state = HELPER_FAILED };
  char problem[sizeof h->first->problem] = "there was no memory for the credential helper";
  bool kept = true;
  pthread_mutex_lock(&h->lock);
  helper *one = find(h, c);
  if (one) {
    expire(one);
    bool idle = one->state == HELPER_IDLE, over = one->state == HELPER_FAILED || one->state == HELPER_REQUIRED;
    if (over && how == HELPER_ANYWAY) one->refused = false; /* a person signs in now */
    if ((idle && how != HELPER_NEVER) || (over && how == HELPER_ANYWAY)) start(one, c);
    result.state = one->state;
    result.age_ms = now_ms() - one->got_ms;
    result.left_ms = one->ttl_ms - result.age_ms;
    memcpy(problem, one->problem, sizeof problem);
    if (one->former && !keyring_has(ring, one->former)) kept = keyring_add(ring, one->former, strlen(one->former));
    if (one->state == HELPER_VALID) result.value = keyring_add(ring, one->value, strlen(one->value));
  }
  pthread_mutex_unlock(&h->lock);
  if (!kept || (result.state == HELPER_VALID && !result.value)) arena_exhaust(a);
  if (result.state == HELPER_FAILED || result.state == HELPER_REQUIRED) result.problem = keyring_redact(ring, a, arena_text(a, problem));
  return result;
}

void helpers_wait(helpers *h, int64_t until_ms) {
  struct timespec until = { until_ms / 1000, until_ms % 1000 * 1000000 };
  pthread_mutex_lock(&h->lock);
  h->waiting++;
  while (h->running > 0 && !h->stopped)
    if (pthread_cond_timedwait(&h->settled, &h->lock, &until) == ETIMEDOUT) break;
  h->waiting--;
  pthread_mutex_unlock(&h->lock);
}

bool helpers_refused(helpers *h, const helper_command *c, const char *value, int64_t since_ms) {
  pthread_mutex_lock(&h->lock);
  helper *one = find(h, c);
  bool again = false;
  if (one && expire(one) == HELPER_VALID && (value ? text_is(value, one->value) : one->got_ms <= since_ms)) {
    again = !one->refused || now_ms() - one->got_ms > IN_A_ROW_MS;
    one->refused = true;
    drop_value(one);
    one->state = again ? HELPER_IDLE : HELPER_REQUIRED;
    snprintf(one->problem, sizeof one->problem, "its credential was refused twice: somebody has to sign in");
    if (again) start(one, c);
  } else if (one) {
    again = one->state == HELPER_VALID || one->state == HELPER_RUNNING || one->state == HELPER_IDLE;
  }
  pthread_mutex_unlock(&h->lock);
  return again;
}

void helpers_accepted(helpers *h, const helper_command *c) {
  pthread_mutex_lock(&h->lock);
  helper *one = find(h, c);
  if (one && one->state == HELPER_VALID) one->refused = false;
  pthread_mutex_unlock(&h->lock);
}

helper_state helpers_state(helpers *h, const helper_command *c) {
  pthread_mutex_lock(&h->lock);
  helper *one = find(h, c);
  helper_state state = one ? expire(one) : HELPER_FAILED;
  pthread_mutex_unlock(&h->lock);
  return state;
}

const char *helper_state_name(helper_state s) {
  static const char *const names[] = { "idle", "running", "valid", "required", "failed" };
  return names[s];
}

/* ---- life ---- */

helpers *helpers_new(const environment *e, void (*on_settled)(void *payload), void *payload) {
  helpers *h = calloc(1, sizeof *h);
  if (!h) errno = ENOMEM;
  if (!h) return NULL;
  *h = (helpers){
    .environment = *e, .on_settled = on_settled, .payload = payload, .stop = descriptor_raise(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
  };
  pthread_mutex_init(&h->lock, NULL);
  pthread_condattr_t how;
  pthread_condattr_init(&how);
  pthread_condattr_setclock(&how, CLOCK_MONOTONIC);
  pthread_cond_init(&h->settled, &how);
  pthread_condattr_destroy(&how);
  if (h->stop >= 0) return h;
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
  (void)!eventfd_write(h->stop, 1);
  for (helper *one = take_thread(h); one; one = take_thread(h)) worker_join(&one->worker);
}

void helpers_free(helpers *h) {
  if (!h) return;
  for (helper *one = h->first, *next; one; one = next) {
    next = one->next;
    helper_free(one);
  }
  for (subscriber *s = h->subscribers, *next; s; s = next) {
    next = s->next;
    free(s);
  }
  if (h->stop >= 0) close(h->stop);
  free(h);
}

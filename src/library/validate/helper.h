/* helper: the deployer's programs that print a credential. Each runs at most once at a time, on a thread of its own; what it printed is
 * used until it expires or a provider refuses it, and its other output can be subscribed to. Thread-safe. Knows no providers and no HTTP.
 * The run itself is in helper_run: both in one file would be over 700 lines. */
#ifndef ROSTER_VALIDATE_HELPER_H
#define ROSTER_VALIDATE_HELPER_H

#include "util/environment.h"
#include "util/secret.h"
#include "util/text.h"

typedef enum helper_state { HELPER_IDLE, HELPER_RUNNING, HELPER_VALID, HELPER_REQUIRED, HELPER_FAILED } helper_state;

/* When to run it. */
typedef enum helper_start {
  HELPER_NEVER,
  HELPER_WHEN_IDLE, /* never run yet, or expired */
  HELPER_ANYWAY     /* after a failure or a refusal too: a person asked for it */
} helper_start;

/* What to run. Commands with the same line or the same arguments are the same helper. Borrowed for a call. */
typedef struct helper_command {
  const char *shell;  /* a line for sh -c; NULL: the arguments */
  texts arguments;    /* a program (looked for in PATH) and its arguments: no shell */
  int64_t ttl_ms;     /* how long its credential is valid; 0: two hours */
  int64_t timeout_ms; /* how long it may run; 0: five minutes */
  const char *name;   /* of the provider, for subscribers; "" for all */
} helper_command;

typedef struct helpers helpers;

/* `on_settled` is called on a helper's thread, with no lock held, when a run has ended that no caller is waiting for. The environment is
 * borrowed: a program sees only the variables that a host gave, or the process's if it gave none. NULL with errno. */
helpers *helpers_new(const environment *e, void (*on_settled)(void *payload), void *payload);
/* Kills what runs and waits for its threads, less than a second; nothing is started after that. NULL does nothing, here and below. */
void helpers_stop(helpers *h);
void helpers_free(helpers *h); /* stopped before, or of another process */

typedef struct helper_status {
  helper_state state;
  const secret *value;     /* HELPER_VALID only: on the ring */
  int64_t age_ms, left_ms; /* HELPER_VALID only: since it was printed, until it expires */
  const char *problem;     /* HELPER_REQUIRED and HELPER_FAILED: a sentence, in the arena */
} helper_status;

/* The credential, if a valid one is there; runs the helper as `start` allows. Escapes through the arena when memory runs out. */
helper_status helpers_get(helpers *h, const helper_command *c, helper_start start, arena *a, keyring *ring);
/* Until no run is under way or the time is over. */
void helpers_wait(helpers *h, int64_t until_ms);
/* A provider refused this credential (NULL: the one that was valid at since_ms). It is dropped and a run starts. Returns whether another
 * try makes sense, also because it was replaced meanwhile. If the credential before it was refused too, less than a minute ago, a person
 * has to sign in: HELPER_REQUIRED, false. */
bool helpers_refused(helpers *h, const helper_command *c, const char *value, int64_t since_ms);
/* A provider accepted the current credential: the next refusal counts as the first. */
void helpers_accepted(helpers *h, const helper_command *c);
helper_state helpers_state(helpers *h, const helper_command *c);
const char *helper_state_name(helper_state s);

/* on_line must not call roster. False when out of memory. */
bool helpers_subscribe(helpers *h, void (*on_line)(void *payload, const roster_helper_line *line), void *payload);
void helpers_unsubscribe(helpers *h, void *payload);

#endif

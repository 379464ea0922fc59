/* helper: programs of the deployer's that print a credential. One run at a time for each; what it printed holds for a while; the lines that
 * it writes on the way can be listened to. Thread-safe. Knows no providers and no HTTP. */
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
  HELPER_ANYWAY     /* after a failure or a refusal too: somebody asks for it */
} helper_start;

/* What to run. Orders with the same line or the same arguments are the same helper, whoever asks for it. Borrowed for a call. */
typedef struct helper_order {
  const char *shell;  /* a line for sh -c; NULL: the arguments */
  texts arguments;    /* a program (looked for in PATH) and its arguments: no shell */
  int64_t ttl_ms;     /* how long its credential holds; 0: two hours */
  int64_t timeout_ms; /* how long it may run; 0: five minutes */
  const char *name;   /* whom its lines are about: a provider's id, "" for all */
} helper_order;

typedef struct helpers helpers;

/* `on_settled` is called, on a thread of ours with no lock held, when a run has ended and nobody waited for it. The environment is
 * borrowed: a program sees the variables that a host gave and no others, else the process's. NULL with errno. */
helpers *helpers_new(const environment *e, void (*on_settled)(void *payload), void *payload);
/* Kills what runs and waits for its threads; nothing is started after that. Within a second. NULL does nothing, here and below. */
void helpers_stop(helpers *h);
void helpers_free(helpers *h); /* stopped before, or of another process */

typedef struct helper_status {
  helper_state state;
  const secret *value;     /* HELPER_VALID only: on the ring */
  int64_t age_ms, left_ms; /* HELPER_VALID only: since it was printed, until it expires */
  const char *problem;     /* HELPER_REQUIRED and HELPER_FAILED: a sentence, in the arena */
} helper_status;

/* The credential, if one holds. Raises through the arena when memory runs out. */
helper_status helpers_get(helpers *h, const helper_order *o, helper_start start, arena *a, keyring *ring);
/* Until no run is under way or the time is over. */
void helpers_wait(helpers *h, int64_t until_ms);
/* A provider refused its credential (NULL: the one that held at since_ms). It is dropped, a run starts, and asking again makes sense: true.
 * If the credential before it was refused too, not a minute before, somebody has to look: HELPER_REQUIRED, false. One that was replaced
 * meanwhile is worth another try: true. */
bool helpers_refused(helpers *h, const helper_order *o, const char *value, int64_t since_ms);
/* A provider took a request with the credential that holds now: the next refusal is a first one. */
void helpers_accepted(helpers *h, const helper_order *o);
helper_state helpers_state(helpers *h, const helper_order *o);
const char *helper_state_name(helper_state s);

/* on_line must not call roster. False when out of memory. */
bool helpers_subscribe(helpers *h, void (*on_line)(void *payload, const roster_helper_line *line), void *payload);
void helpers_unsubscribe(helpers *h, void *payload);

#endif

/* helper: the deployer's programs that print a credential. Each runs at most once at a time, on a thread of its own; what it printed is
 * used until it expires, is dropped or a provider refuses it, and what happens to it can be subscribed to. One that may need a person is
 * run only when somebody asks for it. Thread-safe. Knows no providers and no HTTP. The run itself is in helper_run, what subscribers are
 * told in helper_log: all in one file would be over 700 lines. */
#ifndef ROSTER_VALIDATE_HELPER_H
#define ROSTER_VALIDATE_HELPER_H

#include "util/environment.h"
#include "util/secret.h"
#include "util/text.h"
#include "library/validate/helper_log.h"

typedef enum helper_state { HELPER_IDLE, HELPER_RUNNING, HELPER_VALID, HELPER_REQUIRED, HELPER_FAILED } helper_state;

/* When to run it. Each but HELPER_FOR_REQUEST allows what those before it allow. */
typedef enum helper_start {
  HELPER_NEVER,
  HELPER_WHEN_IDLE,  /* never run yet, expired, dropped, or could not be started for want of descriptors, threads or processes; not an
                      * interactive one */
  HELPER_ANYWAY,     /* after a failure or a refusal too, since the host called for a refresh; not an interactive one */
  HELPER_ASKED,      /* after all of that, and an interactive one too: somebody asks for its key */
  HELPER_FOR_REQUEST /* idle, and an interactive one after a refusal or failure too: a request of the host's needs the key. A request that
                      * was told to wait for a run that then failed learns of that before another run starts. */
} helper_start;

/* What to run. Commands with the same line or the same arguments are the same helper. Borrowed for a call. */
typedef struct helper_command {
  const char *shell;  /* a line for sh -c; NULL: the arguments */
  texts arguments;    /* a program (looked for in PATH) and its arguments: no shell */
  int64_t ttl_ms;     /* how long its credential is valid; 0: two hours */
  int64_t timeout_ms; /* how long it may run; 0: five minutes */
  const char *name;   /* of the provider, for subscribers; "" for all */
  bool interactive;   /* it may need a person */
} helper_command;

typedef struct helpers helpers;

/* `on_settled` is called on a helper's thread, with no lock held, when a run has ended that no refresh is waiting for. The environment is
 * borrowed: a program sees only the variables that a host gave, or the process's if it gave none. `interactive`: all of them are. NULL with
 * errno. */
helpers *helpers_new(const environment *e, bool interactive, void (*on_settled)(void *payload), void *payload);
/* Kills what runs and waits for its threads, less than a second; nothing is started after that. NULL does nothing, here and below. */
void helpers_stop(helpers *h);
void helpers_free(helpers *h); /* stopped before, or of another process */

typedef struct helper_status {
  helper_state state;
  bool interactive;
  bool lost;           /* HELPER_IDLE only: it had a credential, which expired or was dropped */
  const char *word;    /* the state as roster_credential_state has it; static */
  const char *name;    /* as subscribers know it, in the arena */
  const secret *value; /* HELPER_VALID only: on the ring */
  int64_t since_ms;    /* the wall clock when it came into this state; 0: it has not run yet */
  int64_t until_ms;    /* HELPER_VALID only: the wall clock when it expires */
  uint64_t run;        /* the current or last one; 0: none */
  int exit_code;       /* of the last one; -1: none */
  const char *problem; /* why there is no credential: a sentence, in the arena; NULL while it runs, is valid or was never run */
} helper_status;

/* The credential, if a valid one is there; runs the helper as `start` allows. Escapes through the arena when memory runs out. */
helper_status helpers_get(helpers *h, const helper_command *c, helper_start start, arena *a, keyring *ring);
/* Until no run is under way or the time is over. */
void helpers_wait(helpers *h, int64_t until_ms);
/* The same for this helper alone; until_ms 0: without a limit. ROSTER_OK, ROSTER_EPENDING or ROSTER_ECANCELLED. */
roster_status helpers_wait_for(helpers *h, const helper_command *c, int64_t until_ms);
/* A request of the host's gets the credential of this run. */
void helpers_handed_out(helpers *h, const helper_command *c, uint64_t run);
/* A provider refused this credential (NULL: that of a request of the host's, which is the one of now if it was valid at since_ms, has been
 * there for a minute, or if all requests that had the one before have ended). It is
 * dropped and a run starts. Returns whether another try makes sense, also because it was replaced meanwhile. If a person has to sign in,
 * because the helper is interactive or the credential before it was refused too, less than a minute ago: HELPER_REQUIRED, no run, false. */
bool helpers_refused(helpers *h, const helper_command *c, const char *value, int64_t since_ms);
/* A request of the host's has ended and was not refused. Where its provider accepted the credential, the next refusal counts as the first.
 */
void helpers_answered(helpers *h, const helper_command *c, bool accepted);
/* Drops a valid credential. */
void helpers_invalidate(helpers *h, const helper_command *c);

/* What is told so far, then all that follows. Its functions must not call roster. False when out of memory. */
bool helpers_subscribe(helpers *h, const helper_listener *who);
void helpers_unsubscribe(helpers *h, void *payload);

#endif

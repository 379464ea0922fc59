/* exchange: requests on their way through the transport. They wait in one queue; each starts as soon as its origin and its endpoint have a
 * free slot, and ends with a response or at its deadline. Knows no models and reads no bodies. */
#ifndef ROSTER_VALIDATE_EXCHANGE_H
#define ROSTER_VALIDATE_EXCHANGE_H

#include "util/clock.h"
#include "util/gate.h"
#include "library/definitions/script.h"
#include "library/validate/service.h"

/* The second one from a response on whose connection holds many requests at once, as with HTTP/2. */
enum { IN_FLIGHT_PER_ORIGIN = 8, MULTIPLEXED_PER_ORIGIN = 16 };

typedef struct origin_slot {
  int in_flight, most;
} origin_slot;

/* The limits that the exchanges of one endpoint share. Their time begins with the first that is sent, so that waiting for other endpoints
 * costs nothing. Where several endpoints share an origin, none can take all of its slots. */
typedef struct rate_slot {
  int64_t until_ms; /* 0: nothing was sent yet */
  int64_t most_ms;
  int in_flight, most;
  origin_slot *origin;
  struct exchange *waiting, *last_waiting;
  struct rate_slot *next; /* among those with exchanges that wait */
} rate_slot;

typedef struct exchange {
  const service *service;
  bool with_model; /* the model's own headers are sent */
  auth auth;
  stage stage;
  bool control;          /* the same request as another, with a made-up key: see belief.h */
  bool without_prompt;   /* likewise */
  const struct key *key; /* NULL: the service's */
  const char *url;
  const char *shown_url; /* the same for the evidence: redacted */
  api_request request;
  struct rate_slot *rate_slot;
  int64_t end_ms;  /* of the validation, on the monotonic clock */
  int64_t sent_ms; /* on the clock of exchange.c, or the recording's */
  int64_t due_ms;  /* by the clock of this machine: when its time is over */
  void *owner;     /* handed back with the response */
  bool started;
  uint64_t turn; /* in which order they were queued */
  struct exchange *next;
} exchange;

typedef struct exchanges {
  arena *arena;
  keyring *ring;
  const environment *environment;
  const struct extras *extras;
  const roster_transport *transport;
  bool signs;           /* the transport signs requests that ask for it */
  bool listens;         /* it needs to be called for something to come in: a host's */
  kept_answers kept;    /* of such a one; the caller forgets them, also after an escape */
  roster_status broken; /* what it returned when it was called meanwhile */
  rate_slot *waiting;   /* those with exchanges that wait, in no order */
  uint64_t queued;
  clean_answer came; /* the latest one */
  exchange **sent;   /* by request id; NULL once completed */
  size_t sent_count, sent_room, in_flight;
  size_t oldest;                /* no request before this one is in flight */
  lookup origins;               /* the origin_slot of each */
  int64_t left_ms, away_ms;     /* when exchange_next returned last; how long nobody waited for responses, in all */
  const atomic_bool *cancelled; /* becomes true when the responses are no longer wanted; NULL: never */
  const char *ca_dir, *ca_file; /* certificate authorities that the environment names */
  int64_t recorded_ms; /* the recording's clock at its latest response: what came too late then comes too late now. 0: not a replay */
} exchanges;

/* How an exchange ended. Borrowed until the next call. */
typedef struct completed {
  exchange *exchange;
  const clean_answer *response;
  int64_t at_ms; /* on the wall clock, or the recording's */
} completed;

static inline bool response_is_success(const completed *done) { return done->response->status >= 200 && done->response->status < 300; }

void exchange_queue(exchanges *x, exchange *e);
/* Its stage as it is shown. */
stage exchange_stage(const exchange *e);
/* Removes one exchange with this slot that was not sent yet; NULL when there is none. */
exchange *exchange_withdraw(exchanges *x, rate_slot *of);
/* While a response is being read by another thread: lets the transport go on for a moment. False when there is nothing that could come. */
bool exchange_listen(exchanges *x);
/* Sends what may be sent and waits for one exchange to end. False when none is left, or the transport fails. */
bool exchange_next(exchanges *x, completed *out);

#endif

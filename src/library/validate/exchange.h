/* exchange: requests on their way through the transport: at most so many at once for an origin, each within a deadline.
 * Knows no models and reads no answers. */
#ifndef ROSTER_VALIDATE_EXCHANGE_H
#define ROSTER_VALIDATE_EXCHANGE_H

#include "util/clock.h"
#include "library/definitions/script.h"
#include "library/validate/service.h"

enum { IN_FLIGHT_PER_ORIGIN = 8 };

/* What the exchanges of one endpoint share. Its time begins with the first that is sent, so that waiting for others costs nothing; and
 * where several endpoints stand behind one origin, none can hold all of its places. */
typedef struct rate_slot {
  int64_t until_ms; /* 0: nothing was sent yet */
  int64_t most_ms;
  int in_flight, most;
} rate_slot;

typedef struct exchange {
  const service *service;
  bool with_model; /* the model's own headers go along */
  auth auth;
  stage stage;
  const char *url;
  const char *shown_url; /* the same for the evidence */
  api_request request;
  struct rate_slot *rate_slot;
  int64_t end_ms;  /* of the whole, on the monotonic clock */
  int64_t sent_ms; /* on the clock that answers tell */
  void *owner;     /* whose step this is; handed back */
  bool started;
  struct exchange *next;
} exchange;

typedef struct origin_slot {
  const char *origin;
  int in_flight;
} origin_slot;

typedef struct exchanges {
  arena *arena;
  keyring *ring;
  const environment *environment;
  const struct extras *extras;
  const roster_transport *transport;
  bool signs; /* the transport does, where a request says so */
  exchange *waiting, *last_waiting;
  exchange **sent; /* by request id; NULL once completed */
  size_t sent_count, sent_room, in_flight;
  origin_slot *origins;
  size_t origin_count, origin_room;
  const atomic_bool *cancelled; /* becomes true when nobody wants the answers any more; NULL: never */
  const char *ca_dir, *ca_file; /* the system's trust, where the environment names another */
  int64_t recorded_ms; /* the recording's clock, as late as its responses tell: what was too late once is too late again. 0: none was
                          recorded */
} exchanges;

/* What came of an exchange. Borrowed until the next call. */
typedef struct completed {
  exchange *exchange;
  const roster_http_response *response;
  int64_t at_ms; /* when it came, on the wall clock: the machine's, or the recording's */
} completed;

void exchange_queue(exchanges *x, exchange *e);
/* Takes back one exchange of this slot that was not sent yet; NULL when there is none. */
exchange *exchange_withdraw(exchanges *x, const rate_slot *of);
/* Starts what may start, waits for one to finish. False when nothing is left or the transport fails. */
bool exchange_next(exchanges *x, completed *out);

#endif

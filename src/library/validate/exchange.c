/* exchange: see exchange.h. */
#include "library/validate/exchange.h"

#include "util/text.h"
#include "library/validate/headers.h"

#include <string.h>

enum { CHECK_CANCELLED_MS = 100, FORGOTTEN_MS = 1000, LEAST_PARTS = 100, LISTEN_MS = 5, MOST_KEPT = 16 };

stage exchange_stage(const exchange *e) { return e->control ? STAGE_CONTROL : e->without_prompt ? STAGE_PROVE_KEY : e->stage; }

static origin_slot *origin_of(exchanges *x, const char *address) {
  origin_slot *known = lookup_get(&x->origins, address);
  if (known) return known;
  known = arena_alloc(x->arena, sizeof *known);
  known->most = IN_FLIGHT_PER_ORIGIN;
  lookup_add(&x->origins, x->arena, address, known);
  return known;
}

void exchange_queue(exchanges *x, exchange *e) {
  rate_slot *slot = e->rate_slot;
  if (!slot->origin) slot->origin = origin_of(x, e->service->origin);
  e->next = NULL;
  e->turn = x->queued++;
  if (slot->waiting) {
    slot->last_waiting->next = e;
  } else {
    slot->waiting = e;
    slot->next = x->waiting;
    x->waiting = slot;
  }
  slot->last_waiting = e;
}

/* The first that waits there; the slot leaves the list with its last. */
static exchange *take_first(exchanges *x, rate_slot *slot) {
  exchange *e = slot->waiting;
  slot->waiting = e->next;
  if (slot->waiting) return e;
  rate_slot **at = &x->waiting;
  while (*at != slot) at = &(*at)->next;
  *at = slot->next;
  return e;
}

exchange *exchange_withdraw(exchanges *x, rate_slot *of) { return of->waiting ? take_first(x, of) : NULL; }

/* ---- starting ---- */

static const key *key_of(const exchange *e) { return e->key ? e->key : e->service->key; }

/* Returns why it cannot be signed, or NULL. */
static const char *sign(exchanges *x, const exchange *e, roster_http_request *q) {
  const auth *how = &e->auth;
  if (how->kind != AUTH_AWS_SIGV4 || key_of(e)->state != KEY_SET) return NULL;
  key id = key_find(x->arena, x->ring, x->environment, how->key_id);
  if (id.state != KEY_SET) return id.problem;
  q->aws_sigv4 = arena_printf(x->arena, "aws:amz:%s:%s", how->region, how->service);
  q->aws_key_id = secret_value(id.value);
  q->aws_secret = secret_value(key_of(e)->value);
  return NULL;
}

static roster_http_request request_of(const exchanges *x, const exchange *e, uint64_t id, int64_t left, const headers *h) {
  const service *s = e->service;
  return (roster_http_request){
    .size = sizeof(roster_http_request),
    .id = id,
    .method = e->request.method,
    .url = e->url,
    .headers = h->at,
    .header_count = h->count,
    .body = e->request.body,
    .body_bytes = e->request.body ? strlen(e->request.body) : 0,
    .tags = e->request.tags,
    .timeout_ms = (long)left,
    .connect_timeout_ms = connecting_ms(left),
    .max_body_bytes = JSON_MAX_BYTES,
    .ca_file = s->tls && s->tls->ca_file ? s->tls->ca_file : x->ca_file,
    .ca_dir = s->tls && s->tls->ca_file ? NULL : x->ca_dir,
    .client_cert = s->tls ? s->tls->client_cert : NULL,
    .client_key = s->tls ? s->tls->client_key : NULL,
    .proxy = s->proxy,
  };
}

/* *why: what keeps it from being sent, other than the transport. */
static roster_status send_request(exchanges *x, exchange *e, uint64_t id, int64_t left, const char **why) {
  const headers_from from = { .arena = x->arena,
                              .ring = x->ring,
                              .environment = x->environment,
                              .extras = x->extras,
                              .service = e->service,
                              .key = key_of(e),
                              .auth = e->auth,
                              .with_model = e->with_model,
                              .own_request = true,
                              .with_body = e->request.body != NULL };
  headers h;
  roster_status status = ROSTER_ENOMEM;
  if (headers_collect(&h, &from)) {
    roster_http_request q = request_of(x, e, id, left, &h);
    *why = sign(x, e, &q);
    status = *why ? ROSTER_ENOTREADY : x->transport->start(x->transport->self, &q);
  } else if (h.missing) {
    *why = h.missing->problem;
    status = ROSTER_ENOTREADY;
  }
  headers_wipe(&h);
  if (status == ROSTER_ENOMEM) arena_exhaust(x->arena); /* which is nobody's fault who could be given a verdict */
  return status;
}

static bool cannot_sign(const exchanges *x, const exchange *e) { return e->auth.kind == AUTH_AWS_SIGV4 && !x->signs; }

/* Ends an exchange that was not sent: too late, without what belongs to it (why), or refused by the transport. */
static void complete_unsent(exchanges *x, exchange *e, bool late, const char *why, completed *out) {
  if (late) why = "the time for this endpoint ran out before the request";
  if (!why)
    why = cannot_sign(x, e) ? "the transport of this host does not sign requests for AWS" : "the transport did not take the request";
  x->came = answer_of_ours(late ? ROSTER_HTTP_TIMEOUT : ROSTER_HTTP_OTHER, why);
  *out = (completed){ e, &x->came, wall_ms() };
}

/* ---- the clock: it stands still while the caller reads a response, so that a large one costs nobody else its time. Where responses are
 * recorded, or come from a recording, it moves with them alone, so that both runs decide alike however busy the machine is. Nothing else
 * reads answered_ms. ---- */

static int64_t clock_of_machine(const exchanges *x) { return now_ms() - x->away_ms; }

static int64_t clock_now(const exchanges *x) { return x->recorded_ms ? x->recorded_ms : clock_of_machine(x); }

/* Returns what the wall clock showed when this response came. */
static int64_t clock_set(exchanges *x, const exchange *e, const clean_answer *r) {
  if (!r->answered_ms) return wall_ms();
  if (e->sent_ms + r->elapsed_ms > x->recorded_ms) x->recorded_ms = e->sent_ms + r->elapsed_ms;
  return r->answered_ms;
}

/* Nothing is sent whose answer could hardly come before the end of its time. */
static bool is_too_late(const exchange *e, int64_t left) { return left <= e->rate_slot->most_ms / LEAST_PARTS; }

static int64_t time_left(const exchanges *x, const exchange *e, int64_t now) {
  int64_t end = x->recorded_ms ? e->end_ms : e->end_ms - x->away_ms;
  int64_t until = e->rate_slot->until_ms ? e->rate_slot->until_ms : now + e->rate_slot->most_ms;
  return (until < end ? until : end) - now;
}

static bool is_late(const exchanges *x, const exchange *e, int64_t now) { return is_too_late(e, time_left(x, e, now)); }

static bool is_full(const rate_slot *slot) { return slot->origin->in_flight >= slot->origin->most || slot->in_flight >= slot->most; }

/* Of the slots where something may leave now, the one whose first has waited longest. What waits in one slot shares its time, so the rest
 * of each queue need not be looked at. */
static rate_slot *next_slot(const exchanges *x, int64_t now) {
  rate_slot *best = NULL;
  for (rate_slot *slot = x->waiting; slot; slot = slot->next)
    if ((!best || slot->waiting->turn < best->waiting->turn) && (!is_full(slot) || is_late(x, slot->waiting, now))) best = slot;
  return best;
}

/* What can be sent at once leaves at one time by the clock. True when one could not be sent and has ended already. */
static bool start_waiting(exchanges *x, completed *out) {
  const int64_t now = clock_now(x);
  for (rate_slot *slot; (slot = next_slot(x, now));) {
    exchange *e = take_first(x, slot);
    uint64_t id = x->sent_count;
    int64_t left = time_left(x, e, now);
    bool late = is_too_late(e, left);
    e->sent_ms = now;
    e->due_ms = clock_of_machine(x) + left;
    if (!slot->until_ms) slot->until_ms = now + slot->most_ms;
    const char *why = NULL;
    roster_status status = late || cannot_sign(x, e) ? ROSTER_ECANCELLED : send_request(x, e, id, left, &why);
    if (status != ROSTER_OK) {
      complete_unsent(x, e, late, why, out);
      return true;
    }
    slot->origin->in_flight++;
    slot->in_flight++;
    x->in_flight++;
    e->started = true;
    LIST_PUSH(x->arena, x->sent, x->sent_count, x->sent_room, e);
  }
  return false;
}

static int64_t waiting_time(const exchanges *x) {
  int64_t soonest = CHECK_CANCELLED_MS, now = clock_now(x);
  for (const rate_slot *slot = x->waiting; slot; slot = slot->next)
    if (time_left(x, slot->waiting, now) < soonest) soonest = time_left(x, slot->waiting, now);
  return soonest > 1 ? soonest : 1;
}

/* Where it is alone at its origin, its share is more than the origin began with. */
static void widen(const rate_slot *slot) {
  if (slot->most > slot->origin->most) slot->origin->most = slot->most;
}

static void end_flight(exchanges *x, uint64_t id) {
  exchange *e = x->sent[id];
  x->sent[id] = NULL;
  e->rate_slot->origin->in_flight--;
  e->rate_slot->in_flight--;
  x->in_flight--;
}

static bool is_forgotten(const exchanges *x, const exchange *e) {
  const int64_t now = clock_of_machine(x), left = x->recorded_ms ? e->due_ms - now : time_left(x, e, now);
  return left <= -FORGOTTEN_MS;
}

/* The transport applies the time limits too. One that forgets a request must not hold up the rest: a later response is ignored. */
static bool complete_forgotten(exchanges *x, completed *out) {
  while (x->oldest < x->sent_count && !x->sent[x->oldest]) x->oldest++;
  for (uint64_t id = x->oldest; id < x->sent_count; id++) {
    exchange *e = x->sent[id];
    if (!e || !is_forgotten(x, e)) continue;
    const int64_t left = time_left(x, e, x->recorded_ms);
    if (x->recorded_ms && left > 0) x->recorded_ms += left; /* its time is over */
    end_flight(x, id);
    x->came = answer_of_ours(ROSTER_HTTP_TIMEOUT, "the transport did not answer in time");
    *out = (completed){ e, &x->came, wall_ms() };
    return true;
  }
  return false;
}

/* ---- responses ---- */

static roster_status next_kept(exchanges *x, long timeout_ms, bool *came) {
  roster_status status = x->broken;
  if (status == ROSTER_OK && !x->kept.count) status = gate_keep(x->transport, timeout_ms, &x->kept);
  if (status == ROSTER_ENOMEM) arena_exhaust(x->arena);
  gate_take(&x->kept, x->ring, x->arena, &x->came, came);
  return *came ? ROSTER_OK : status;
}

bool exchange_listen(exchanges *x) {
  if (x->broken != ROSTER_OK || x->in_flight <= x->kept.count || x->kept.count >= MOST_KEPT) return false;
  x->broken = gate_keep(x->transport, LISTEN_MS, &x->kept);
  return true;
}

static bool wait_for_next(exchanges *x, completed *out) {
  while (!start_waiting(x, out)) {
    if (x->in_flight == 0 || (x->cancelled && atomic_load(x->cancelled))) return false;
    bool came = false;
    const roster_status status = x->listens ? next_kept(x, (long)waiting_time(x), &came)
                                            : gate_next(x->transport, (long)waiting_time(x), x->ring, x->arena, &x->came, &came);
    if (status != ROSTER_OK) return false;
    const bool expected = came && x->came.id < x->sent_count && x->sent[x->came.id];
    if (!expected && complete_forgotten(x, out)) return true;
    if (!expected) continue;
    exchange *e = x->sent[x->came.id];
    end_flight(x, x->came.id);
    if (x->came.multiplexed) widen(e->rate_slot);
    *out = (completed){ e, &x->came, clock_set(x, e, &x->came) };
    return true;
  }
  return true;
}

bool exchange_next(exchanges *x, completed *out) {
  if (x->left_ms) x->away_ms += now_ms() - x->left_ms;
  const bool found = wait_for_next(x, out);
  x->left_ms = now_ms();
  return found;
}

/* control: see control.h. */
#include "library/validate/control.h"

#include "library/validate/discovery.h"
#include "library/validate/listing.h"

/* ---- control requests ---- */

/* The same kind of request for all models, so without what names one. */
static uint64_t kind_of(prober *p, const probe *t, const exchange *x) {
  const protocol *speaks = t ? x->service->model->speaks : x->service->provider->speaks;
  const char *what = t ? arena_printf(p->arena, "%s %zu", stage_name(x->stage), x->without_prompt ? 0 : t->proofs_tried)
                       : arena_printf(p->arena, "%s %s?%s", stage_name(x->stage), x->request.path, x->request.query);
  return belief_of(x->service, &x->auth, speaks, what);
}

static claim *claim_of(prober *p, provider_endpoint *e, uint64_t of) {
  for (size_t i = 0; i < e->claim_count; i++)
    if (e->claims[i].of == of) return &e->claims[i];
  LIST_PUSH(p->arena, e->claims, e->claim_count, e->claim_room, (claim){ .of = of });
  return &e->claims[e->claim_count - 1];
}

static const key *made_up_key(prober *p, provider_endpoint *e) {
  if (e->made_up) return e->made_up;
  const secret *value = belief_made_up_key(p->arena, p->factory->sources->ring, e->service);
  if (!value) arena_exhaust(p->arena);
  e->made_up = arena_alloc(p->arena, sizeof *e->made_up);
  *e->made_up = e->service->key;
  e->made_up->state = KEY_SET;
  e->made_up->value = value;
  return e->made_up;
}

static void queue_control(prober *p, provider_endpoint *e, const exchange *passed) {
  exchange *x = arena_alloc(p->arena, sizeof *x);
  *x = *passed;
  x->started = false;
  x->control = true;
  x->key = made_up_key(p, e);
  exchange_queue(&p->exchanges, x);
}

belief control_of(prober *p, provider_endpoint *e, probe *t, const exchange *passed) {
  if (e->key_proven || belief_is_said(e->service, passed->stage)) return BELIEF_TELLS;
  if (t && e->alike && e->service->placeholder) return BELIEF_ALIKE; /* it puts its own key in place of every other */
  uint64_t of = kind_of(p, t, passed);
  belief known = beliefs_get(p->beliefs, of);
  if (known != BELIEF_OPEN) return known;
  claim *c = claim_of(p, e, of);
  if (!c->asked) queue_control(p, e, passed);
  c->asked = true;
  if (t) LIST_PUSH(p->arena, c->waiting, c->count, c->room, t);
  return BELIEF_OPEN;
}

/* The request reached what the key opens: it was answered, or what is wrong with it was told. */
static bool is_let_in(const exchange *x, const classification *r) {
  return r->response_class == CLASS_YES || (x->without_prompt && r->response_class == CLASS_REJECTED);
}

/* What the response to a made-up key says of the host. A 403 about a model names no culprit. A 401 may be in anybody's words: with the real
 * key this door was open. */
static belief read_control(const exchange *x, const completed *done, const classification *r) {
  bool about_model = x->stage == STAGE_PROVE || x->stage == STAGE_GENERATE;
  if (x == done->exchange && done->response->status == 401) return BELIEF_TELLS;
  if (r->response_class == CLASS_STATE)
    return r->state == ROSTER_BAD_CREDENTIAL || (about_model && r->state == ROSTER_NO_ACCESS) ? BELIEF_TELLS : BELIEF_OPEN;
  return is_let_in(x, r) ? BELIEF_ALIKE : BELIEF_OPEN;
}

const char *control_outcome(const exchange *x, const completed *done, const classification *r) {
  if (!x->control) return x->without_prompt && is_let_in(x, r) ? "ready" : classification_name(r);
  switch (read_control(x, done, r)) {
  case BELIEF_TELLS: return "refused";
  case BELIEF_ALIKE: return "alike";
  default: return classification_name(r);
  }
}

static void leave_open(prober *p, probe *t, const completed *done, const classification *r) {
  outcome o;
  outcome_control_failed(p->arena, t->service, done, r, &o);
  prober_decide(p, t, &o);
}

static void settle_lookups(prober *p, claim *c, belief is, const completed *done, const classification *r) {
  probe **waiting = c->waiting;
  size_t count = c->count;
  c->asked = false;
  c->waiting = NULL;
  c->count = c->room = 0;
  for (size_t i = 0; i < count; i++) {
    if (is == BELIEF_OPEN)
      leave_open(p, waiting[i], done, r);
    else
      control_settle(p, waiting[i], is);
  }
}

static void unprompted_weighed(prober *p, provider_endpoint *e, belief is);

static void control_read(prober *p, const exchange *x, const completed *done, const classification *r) {
  probe *t = x->stage == STAGE_PROVE || x->without_prompt ? x->owner : NULL;
  provider_endpoint *e = t ? t->endpoint : x->owner;
  belief is = read_control(x, done, r);
  uint64_t of = kind_of(p, t, x);
  if (is != BELIEF_OPEN) beliefs_set(p->beliefs, of, is);
  if (x->without_prompt) {
    if (is == BELIEF_OPEN) outcome_control_failed(p->arena, t->service, done, r, &e->refusal);
    unprompted_weighed(p, e, is);
  } else if (t) {
    settle_lookups(p, claim_of(p, e, of), is, done, r);
  } else if (is != BELIEF_OPEN) {
    listing_weighed(p, e, x->stage, is);
  } else {
    discovery_recall(p, e);
    for (size_t i = 0; i < e->probe_count; i++) leave_open(p, e->probes[i], done, r);
  }
}

void control_settle(prober *p, probe *t, belief is) {
  if (is == BELIEF_TELLS) {
    prober_pass(p, t);
    return;
  }
  t->alike = true;
  t->last_error = (shortfall){ ROSTER_REASON_KEY_NOT_CHECKED, ANSWERS_ALIKE, NULL };
  prober_prove_next(p, t);
}

/* ---- without a prompt ---- */

/* All but the key is shown. */
static bool lacks_only_key(const probe *t) {
  const provider_endpoint *e = t->endpoint;
  return t->alike || (e->alike && probe_is_listed(t) && belief_listing(e->service) != LIST_PROVES_KEY);
}

static bool send_unprompted(prober *p, probe *t, const char **wrong) {
  const protocol *speaks = t->service->model->speaks;
  api_request q = { 0 };
  *wrong = speaks->without_prompt ? script_request(p->script, speaks->without_prompt, t->service->model, &q) : NULL;
  if (*wrong || !q.path) return false;
  prober_queue(p, t->endpoint, t, STAGE_GENERATE, speaks, &q)->without_prompt = true;
  t->endpoint->unprompted = UNPROMPTED_ASKED;
  return true;
}

static void pass(prober *p, probe *t) {
  if (!t->alike) t->best = t->endpoint->positive;
  prober_pass(p, t);
}

bool control_ask_unprompted(prober *p, probe *t) {
  provider_endpoint *e = t->endpoint;
  const protocol *speaks = t->service->model->speaks;
  const char *wrong = NULL;
  if (!lacks_only_key(t) || e->unprompted == UNPROMPTED_NOT_TOLD) return false;
  if (e->unprompted == UNPROMPTED_PASSED)
    pass(p, t);
  else if (e->unprompted == UNPROMPTED_REFUSED)
    prober_decide(p, t, &e->refusal);
  else if (e->unprompted == UNPROMPTED_ASKED || send_unprompted(p, t, &wrong))
    LIST_PUSH(p->arena, e->for_prompt, e->for_prompt_count, e->for_prompt_room, t);
  else if (wrong)
    prober_fail_one(p, t, STAGE_PROVE, &(culprit){ "without_prompt", "protocol", &speaks->head, speaks->without_prompt }, wrong);
  else
    return false;
  return true;
}

/* With what is known of the key now, or asking for the next model. */
static void go_on(prober *p, provider_endpoint *e, unprompted is) {
  probe **waiting = e->for_prompt;
  size_t count = e->for_prompt_count;
  e->for_prompt = NULL;
  e->for_prompt_count = e->for_prompt_room = 0;
  e->unprompted = is;
  for (size_t i = 0; i < count; i++)
    if (!waiting[i]->service->outcome.decided) prober_no_proof_left(p, waiting[i]);
}

/* Where the key is optional, a host that turns no key away needs none. Elsewhere it may look at the request before the key. */
static void unprompted_weighed(prober *p, provider_endpoint *e, belief is) {
  bool passed = is == BELIEF_TELLS || (is == BELIEF_ALIKE && e->service->provider->key_optional);
  go_on(p, e, passed ? UNPROMPTED_PASSED : is == BELIEF_ALIKE ? UNPROMPTED_NOT_TOLD : UNPROMPTED_REFUSED);
}

/* A gateway that adds a key itself cannot be asked with a made-up one: it would add its own again. */
static void let_in(prober *p, provider_endpoint *e, probe *t, const exchange *x) {
  belief known = t->service->placeholder ? BELIEF_TELLS : beliefs_get(p->beliefs, kind_of(p, t, x));
  if (known == BELIEF_OPEN)
    queue_control(p, e, x);
  else
    unprompted_weighed(p, e, known);
}

/* Nothing was generated, so it counts as a proof. */
static void read_refusal(prober *p, const probe *t, const completed *done, const classification *r, outcome *out) {
  outcome_from(p->arena, t->service, done, r, NULL, out);
  out->stage = STAGE_PROVE;
}

/* A refusal that is about the model decides on that one, and the next one is asked. */
static void unprompted_read(prober *p, const exchange *x, const completed *done, const classification *r) {
  probe *t = x->owner;
  provider_endpoint *e = t->endpoint;
  bool of_model = r->response_class == CLASS_STATE && (r->state == ROSTER_NOT_LISTED || r->state == ROSTER_NO_ACCESS);
  if (is_let_in(x, r)) {
    let_in(p, e, t, x);
  } else if (of_model) {
    outcome o;
    read_refusal(p, t, done, r, &o);
    prober_decide(p, t, &o);
    go_on(p, e, UNPROMPTED_OPEN);
  } else {
    bool told = r->response_class == CLASS_STATE && (r->state != ROSTER_PROVIDER_ERROR || !response_is_success(done));
    if (told) read_refusal(p, t, done, r, &e->refusal);
    go_on(p, e, told ? UNPROMPTED_REFUSED : UNPROMPTED_NOT_TOLD);
  }
}

void control_answered(prober *p, const exchange *x, const completed *done, const classification *r) {
  if (x->control)
    control_read(p, x, done, r);
  else
    unprompted_read(p, x, done, r);
}

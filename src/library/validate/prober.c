/* prober: see prober.h. */
#include "library/validate/prober.h"

#include "util/trace.h"
#include "library/validate/belief.h"
#include "library/validate/discovery.h"
#include "library/validate/heard.h"
#include "library/validate/listing.h"
#include "library/validate/screening.h"

#include <string.h>

enum { MOST_ATTEMPTS = 32 };

/* ---- requests, and what of their answers is shown ---- */

const char *prober_redacted(prober *p, const char *text) { return keyring_redact(p->factory->sources->ring, p->arena, text); }

const char *prober_shown_name(prober *p, const char *name) {
  const char *shown = prober_redacted(p, name);
  return text_clean(p->arena, shown, strlen(shown), 200);
}

/* Notes that a gateway was asked, and whether it answered. */
static void note_gateway(prober *p, const service *s, bool answered) {
  const catalog *c = p->factory->catalog;
  for (size_t i = 0; i < c->gateways.count; i++) {
    if (!s->gateway || !text_is(c->gateways.at[i]->head.id, s->gateway->head.id)) continue;
    p->gateways[i].asked = true;
    p->gateways[i].answered = p->gateways[i].answered || answered;
  }
}

/* Only the address of a further page comes from a response. The others come from the definitions, which hold no secret, and are shown as
 * they are, so that they read the same with any key. */
static const char *shown_url(prober *p, const exchange *x, const provider_endpoint *e, const protocol *speaks, const api_request *q) {
  if (x->stage != STAGE_LIST || e->pages < 2) return x->url;
  return service_url(p->arena, x->service, q->bare ? NULL : speaks, prober_redacted(p, q->path), prober_redacted(p, q->query));
}

exchange *prober_queue(prober *p, provider_endpoint *e, probe *t, stage at, const protocol *speaks, const api_request *q) {
  exchange *x = arena_alloc(p->arena, sizeof *x);
  const service *s = t ? t->service : e->service;
  *x = (exchange){ .service = s, .with_model = t != NULL, .stage = at, .request = *q, .owner = t ? (void *)t : (void *)e };
  x->url = service_url(p->arena, s, q->bare ? NULL : speaks, q->path, q->query);
  x->shown_url = shown_url(p, x, e, speaks, q);
  x->auth = service_auth(s, speaks);
  if (s->tagged) extras_tag(&p->factory->extras, p->arena, &x->request);
  x->rate_slot = &e->rate_slot;
  x->end_ms = p->end_ms;
  exchange_queue(&p->exchanges, x);
  return x;
}

/* Keeps the exchange as evidence, in the list of its model or of its endpoint. */
static void note_attempt(prober *p, attempts *list, const completed *done, const classification *r) {
  if (list->count >= MOST_ATTEMPTS) return;
  attempt m = { exchange_stage(done->exchange),           done->exchange->request.method, done->exchange->shown_url,
                control_outcome(done->exchange, done, r), done->response->status,         done->response->elapsed_ms };
  LIST_PUSH(p->arena, list->at, list->count, list->room, m);
}

/* ---- verdicts ---- */

void prober_decide(prober *p, probe *t, const outcome *o) {
  if (t->service->outcome.decided) return;
  t->service->outcome = *o;
  p->decided++;
  if (p->on_decided) p->on_decided(p->payload, t, p->decided, p->factory->catalog->models.count + p->found_count);
}

/* Nothing, so that this model is no exception. */
static bool lists_nothing(const provider_endpoint *e) { return e->complete && !e->listed.count && !e->wildcards.count; }

/* `other_name`: see outcome_from. */
static void decide_from(prober *p, probe *t, const completed *done, const classification *r, const char *other_name) {
  outcome o;
  outcome_from(p->arena, t->service, done, r, other_name, &o);
  if (o.code == ROSTER_REASON_MODEL_UNKNOWN && lists_nothing(t->endpoint))
    reason_give(p->arena, t->service, &(reason){ .code = o.code, .status = o.http_status, .said = r->said, .what = "lists no models" }, &o);
  prober_decide(p, t, &o);
}

void prober_decide_all(prober *p, provider_endpoint *e, const completed *done, const classification *r) {
  discovery_recall(p, e);
  for (size_t i = 0; i < e->probe_count; i++) decide_from(p, e->probes[i], done, r, NULL);
}

/* The name under which it is listed instead; NULL for none. */
static const char *other_name(prober *p, probe *t) {
  const service *s = t->service;
  const char *other = s->gateway ? arena_printf(p->arena, "%s/%s", gateway_segment(s->gateway, s->provider), s->model->api_name) : NULL;
  if (other && lookup_get(&t->endpoint->listed, other)) return other;
  other = probe_nearest(t, p->arena);
  return other ? prober_shown_name(p, other) : NULL;
}

/* ---- functions that fail ---- */

void prober_fail_one(prober *p, probe *t, stage at, const culprit *c, const char *why) {
  outcome o;
  const model *m = t->service->model;
  const mistake about = { .first = arena_printf(p->arena, "model '%s'", m->head.id),
                          .place = m->discovered ? SIZE_MAX : m->position,
                          .models = 1 };
  outcome_failed(p->arena, t->service, at, factory_note_mistake(p->factory, c, why, &about), p->answered_ms, &o);
  prober_decide(p, t, &o);
}

/* It was asked about the endpoint. */
void prober_fail_all(prober *p, provider_endpoint *e, const culprit *c, const char *why) {
  bool any = false;
  discovery_recall(p, e);
  for (size_t i = 0; i < e->probe_count; i++) {
    if (e->probes[i]->service->outcome.decided) continue;
    prober_fail_one(p, e->probes[i], STAGE_LIST, c, why);
    any = true;
  }
  const char *whose = arena_printf(p->arena, "the listing of provider '%s'", e->service->provider->head.id);
  if (!any) factory_note_mistake(p->factory, c, why, &(mistake){ .first = whose, .place = SIZE_MAX });
}

/* ---- generate ---- */

static bool offers_unproven(const prober *p, const probe *t) {
  unproven_choice chosen = t->service->unproven ? t->service->unproven : p->factory->catalog->policy.unproven;
  return chosen == UNPROVEN_OFFER;
}

/* Where nothing answered about the model. */
static unsigned unheard_stages(const probe *t) {
  return (t->unheard ? 1u << STAGE_PROVE : 0) | (t->endpoint->unheard ? 1u << STAGE_LIST : 0);
}

/* What a listing has shown that proves nothing; it may have been shown to any key. */
static const char *as_listed(prober *p, const probe *t) {
  const size_t names = t->endpoint->listed.count;
  if (probe_is_listed(t)) return ONLY_LISTED;
  if (probe_may_be_listed(t)) return "";
  if (!names) return "the listing is empty";
  return arena_printf(p->arena, "it is not among the %zu model%s that %s listed", names, names == 1 ? "" : "s", names == 1 ? "is" : "are");
}

void prober_leave_unproven(prober *p, probe *t, stage at, const shortfall *why) {
  const roster_reason usual = t->endpoint->complete ? ROSTER_REASON_LISTING_PROVES_NOTHING : ROSTER_REASON_NO_FREE_CHECK;
  shortfall told = { why->code ? why->code : usual, why->text ? why->text : "", why->said, why->where };
  if (!why->code && t->endpoint->complete && !*told.text) told.text = as_listed(p, t);
  if (!why->code && t->endpoint->alike) told = (shortfall){ .code = ROSTER_REASON_KEY_NOT_CHECKED, .text = ANSWERS_ALIKE };
  if (!why->code && !told.where) told.where = other_name(p, t);
  outcome o;
  outcome_unproven(p->arena, t->service, at, &told, screening_knows_kind(t) && offers_unproven(p, t), p->answered_ms, &o);
  o.unheard = t->unrefuted ? ~0u : unheard_stages(t);
  prober_decide(p, t, &o);
}

/* It answered, so it chats. */
static void on_answer(prober *p, probe *t, const completed *done, const classification *r) {
  const protocol *speaks = t->service->model->speaks;
  outcome o;
  const char *by = NULL, *wrong = script_served(p->script, speaks, &r->response, &by);
  if (wrong) {
    prober_fail_one(p, t, STAGE_GENERATE, &(culprit){ "served", "protocol", &speaks->head, speaks->served }, wrong);
    return;
  }
  discovery_give_kind(t->service->model, "chat", "tried");
  outcome_ready(p->arena, STAGE_GENERATE, done, &o);
  screening_note_answerer(p, t, by);
  screening_tell_answerer(p, t, &o);
  prober_decide(p, t, &o);
}

static void on_generated(prober *p, probe *t, const completed *done, const classification *r) {
  if (r->response_class == CLASS_YES) {
    on_answer(p, t, done, r);
  } else if (r->response_class == CLASS_REJECTED && refusal_names_model(p->arena, t->service, done->exchange, r)) {
    classification no = *r;
    no.response_class = CLASS_STATE;
    no.state = ROSTER_NOT_LISTED;
    no.code = ROSTER_REASON_MODEL_REFUSED;
    decide_from(p, t, done, &no, NULL);
  } else if (r->response_class == CLASS_REJECTED) { /* roster's request was wrong, which is not a verdict on the model */
    const char *why = arena_printf(p->arena, "the minimal request was refused as invalid (%d%s%s)", done->response->status,
                                   *r->said ? ": " : "", r->said);
    if (t->proved)
      prober_decide(p, t, &t->best);
    else
      prober_leave_unproven(p, t, STAGE_GENERATE, &(shortfall){ .code = ROSTER_REASON_PROOF_REFUSED, .text = why, .said = r->said });
  } else {
    decide_from(p, t, done, r, other_name(p, t));
  }
}

/* ---- prove ---- */

bool prober_answers_itself(const service *s) { return s->gateway && s->gateway->answers_itself; }

/* It is proved; what may be left is whether it chats. */
void prober_pass(prober *p, probe *t) {
  bool known = screening_knows_kind(t), deep = p->level == ROSTER_LEVEL_GENERATE;
  t->proved = true;
  screening_tell_answerer(p, t, &t->best);
  if (screening_may_chat(t) && (deep || !known) && billing_reaches(p, t))
    billing_generate(p, t);
  else if (known)
    prober_decide(p, t, &t->best);
  else
    prober_leave_unproven(p, t, t->best.stage, &(shortfall){ .code = ROSTER_REASON_KIND_UNKNOWN });
}

void prober_succeed(prober *p, probe *t, const outcome *how) {
  t->best = *how;
  prober_pass(p, t);
}

void prober_no_proof_left(prober *p, probe *t) {
  const provider_endpoint *e = t->endpoint;
  outcome o;
  if (t->proved) { /* by the listing: the look-up was to say more */
    prober_pass(p, t);
  } else if (e->complete && e->key_proven && !probe_is_listed(t) && !probe_may_be_listed(t)) {
    outcome_absent(p->arena, t->service, e->listed.count, other_name(p, t), p->answered_ms, &o);
    o.unheard = unheard_stages(t);
    prober_decide(p, t, &o);
  } else if (p->level == ROSTER_LEVEL_PROVE && screening_may_chat(t) && control_ask_unprompted(p, t)) {
    return;
  } else if (screening_may_chat(t) && billing_reaches(p, t)) {
    billing_generate(p, t);
  } else {
    prober_leave_unproven(p, t, t->proofs_tried || p->level > ROSTER_LEVEL_LIST ? STAGE_PROVE : STAGE_LIST, &t->last_error);
  }
}

static const script_refs *proofs(const service *s) { return s->provider->own_proofs ? &s->provider->prove : &s->model->speaks->prove; }

static const char no_lookup_address[] = "its address is used exactly as written, so there is no address for a lookup";

void prober_prove_next(prober *p, probe *t) {
  const protocol *speaks = t->service->model->speaks;
  const script_refs *all = proofs(t->service);
  if (prober_answers_itself(t->service)) {
    const char *who = t->service->gateway->head.id;
    t->last_error = (shortfall){ .code = ROSTER_REASON_GATEWAY_ANSWERS,
                                 .text = arena_printf(p->arena, "gateway '%s' answers lookups itself, so they prove nothing", who) };
    t->proofs_tried = all->count;
  }
  if (t->service->as_is) {
    if (!t->last_error.text || !*t->last_error.text) t->last_error = (shortfall){ .text = no_lookup_address };
    t->proofs_tried = all->count;
  }
  while (p->level > ROSTER_LEVEL_LIST && t->proofs_tried < all->count) {
    api_request q;
    script_ref ref = all->at[t->proofs_tried++];
    const char *wrong = script_request(p->script, ref, t->service->model, &q);
    if (wrong)
      prober_fail_one(p, t, STAGE_PROVE,
                      t->service->provider->own_proofs ? &(culprit){ "prove", "provider", &t->service->provider->head, ref }
                                                       : &(culprit){ "prove", "protocol", &speaks->head, ref },
                      wrong);
    else if (q.path)
      prober_queue(p, t->endpoint, t, STAGE_PROVE, speaks, &q);
    if (wrong || q.path) return;
  }
  prober_no_proof_left(p, t);
}

/* After a rate limit: the requests that are still waiting are not sent, and get the same verdict. */
static void withdraw_unsent(prober *p, provider_endpoint *e, const completed *done, const classification *r) {
  for (exchange *x = exchange_withdraw(&p->exchanges, &e->rate_slot); x; x = exchange_withdraw(&p->exchanges, &e->rate_slot)) {
    bool of_host = x->control || x->without_prompt;
    if (x->stage == STAGE_GENERATE && !of_host) billing_unsent(p);
    if (of_host)
      control_answered(p, x, done, r);
    else
      decide_from(p, x->owner, done, r, NULL); /* after the listing every exchange is about one model */
  }
}

static void note_said(prober *p, probe *t, const remote_model *said) {
  if (!t->said) t->said = arena_alloc(p->arena, sizeof *t->said), *t->said = (remote_model)REMOTE_MODEL_INIT;
  heard_merge(t->said, said);
}

/* The answer to a look-up is an entry like those of the listing. */
static void on_look_up(prober *p, probe *t, const completed *done, const classification *r) {
  const protocol *speaks = t->service->model->speaks;
  remote_model said = REMOTE_MODEL_INIT;
  bool ok = false;
  const char *wrong = script_read_model(p->script, speaks, &r->response, &said, &ok);
  if (wrong) prober_fail_one(p, t, STAGE_PROVE, &(culprit){ "read_model", "protocol", &speaks->head, speaks->read_model }, wrong);
  if (wrong || (ok && screening_refuses(p, t, STAGE_PROVE, done->response->status, &said))) return;
  if (ok) note_said(p, t, &said);
  if (ok && said.kind) discovery_give_kind(t->service->model, said.kind, "look-up");
  if (ok) screening_note_answerer(p, t, said.name);
  outcome_ready(p->arena, STAGE_PROVE, done, &t->best);
  belief is = control_of(p, t->endpoint, t, done->exchange);
  if (is != BELIEF_OPEN) control_settle(p, t, is);
}

static void on_proof(prober *p, probe *t, const completed *done, const classification *r) {
  if (r->response_class == CLASS_YES) {
    on_look_up(p, t, done, r);
  } else if (r->response_class == CLASS_MISSING || r->response_class == CLASS_REJECTED) {
    if (r->response_class == CLASS_REJECTED)
      t->last_error = (shortfall){ .code = ROSTER_REASON_PROOF_REFUSED,
                                   .text = arena_printf(p->arena, "%s returned %d%s%s", t->service->provider->title, done->response->status,
                                                        *r->said ? ": " : "", r->said),
                                   .said = r->said };
    prober_prove_next(p, t);
  } else {
    decide_from(p, t, done, r, other_name(p, t));
    if (r->state == ROSTER_RATE_LIMITED) withdraw_unsent(p, t->endpoint, done, r);
  }
}

/* ---- running ---- */

bool prober_discovers(const prober *p, const provider *of) { return of->discover || p->discover_all; }

static void make_probes(prober *p) {
  size_t count = p->factory->catalog->models.count;
  p->probes = arena_array(p->arena, count, sizeof *p->probes);
  p->gateways = arena_array(p->arena, p->factory->catalog->gateways.count, sizeof *p->gateways);
  p->endpoints = (provider_endpoints){ .arena = p->arena };
  p->endpoints.latest = arena_array(p->arena, p->factory->catalog->providers.count, sizeof *p->endpoints.latest);
  for (size_t i = 0; i < count; i++) {
    probe *t = &p->probes[i];
    *t = (probe){ .service = &p->factory->services[i] };
    if (t->service->outcome.decided) {
      p->decided++;
      continue;
    }
    endpoint_add(endpoints_get(&p->endpoints, t->service), p->arena, t);
    probe *other = lookup_add(&t->endpoint->defined, p->arena, t->service->model->api_name, t);
    if (other) other->shares_name = t->shares_name = true;
  }
}

/* A provider whose models are all still to be discovered. */
static void add_discovery_endpoints(prober *p) {
  const catalog *c = p->factory->catalog;
  for (size_t i = 0; i < c->providers.count; i++) {
    provider *of = c->providers.at[i];
    bool there = p->endpoints.latest[i] || !of->enabled || !of->speaks || !prober_discovers(p, of);
    service *s = there ? NULL : factory_make(p->factory, discovery_placeholder(p->factory->arena, of), true);
    if (s && !s->outcome.decided) endpoints_get(&p->endpoints, s);
  }
}

static void accept_credentials(prober *p) {
  outcome has_key;
  outcome_ready(p->arena, STAGE_CREDENTIAL, NULL, &has_key);
  for (size_t i = 0; i < p->factory->catalog->models.count; i++)
    if (p->probes[i].endpoint) prober_succeed(p, &p->probes[i], &has_key);
}

/* A function that fails costs the amount alone. */
static void note_limits(prober *p, provider_endpoint *e, const completed *done, const classification *r) {
  if (done->response->failure != ROSTER_HTTP_ANSWERED) return;
  limits_take_headers(&e->limits, &r->response, done->at_ms);
  if (done->exchange->stage != STAGE_PROVE_KEY) return;
  api_credit credit;
  const protocol *speaks = done->exchange->service->provider->speaks;
  const char *wrong = script_read_credit(p->script, speaks, &r->response, &credit);
  const char *whose = arena_printf(p->arena, "the key of provider '%s'", e->service->provider->head.id);
  const culprit reader = { "read_credit", "protocol", &speaks->head, speaks->read_credit };
  if (wrong) factory_note_mistake(p->factory, &reader, wrong, &(mistake){ .first = whose, .place = SIZE_MAX });
  limits_take_credit(&e->limits, &credit, done->at_ms);
}

static void on_completed(prober *p, const completed *done) {
  const exchange *x = done->exchange;
  bool single = x->stage == STAGE_PROVE || x->stage == STAGE_GENERATE;
  probe *t = single ? x->owner : NULL;
  provider_endpoint *e = single ? t->endpoint : x->owner;
  const protocol *speaks = single ? x->service->model->speaks : x->service->provider->speaks;
  const service *s = x->service;
  classifier by = { p->arena,      p->script, p->factory->sources->ring, s->provider->plain_refusal && !s->gateway && !s->overridden,
                    &p->exchanges, &p->body };
  classification r;
  if (x->started) p->answered_ms = done->at_ms;
  classify_response(&by, speaks, single ? x->service->model : NULL, done, &r);
  if (single && classification_says_nothing(&r)) t->unheard = true;
  bool of_host = x->control || x->without_prompt;
  if (x->started) note_attempt(p, single && !of_host ? &t->attempts : &e->attempts, done, &r);
  if (x->started && p->on_completed) p->on_completed(p->payload, done, &r);
  if (x->started) note_limits(p, e, done, &r);
  if (x->started) note_gateway(p, x->service, done->response->status > 0 || done->response->failure == ROSTER_HTTP_ANSWERED);
  const culprit judge = { "verdict", "protocol", &speaks->head, speaks->verdict };
  if (r.broken && single && !of_host)
    prober_fail_one(p, t, x->stage, &judge, r.broken);
  else if (r.broken)
    prober_fail_all(p, e, &judge, r.broken);
  else if (of_host)
    control_answered(p, x, done, &r);
  else if (x->stage == STAGE_LIST)
    listing_answered(p, e, done, &r);
  else if (x->stage == STAGE_PROVE_KEY)
    listing_key_answered(p, e, done, &r);
  else if (x->stage == STAGE_PROVE)
    on_proof(p, t, done, &r);
  else
    on_generated(p, t, done, &r);
  if (x->stage == STAGE_GENERATE && !of_host) billing_note(p, t, done);
  script_forget_response(p->script);
  json_answer_drop(&p->body);
  if (p->billing.count) billing_resume(p, false);
}

/* Nothing is under way: false when nobody waits for the budget either. */
static bool go_on_with_waiting(prober *p) {
  if (!p->billing.count) return false;
  billing_resume(p, true);
  return true;
}

/* Only a transport that fails leaves models without a verdict. */
static void close_open_probes(prober *p) {
  const clean_answer none = answer_of_ours(ROSTER_HTTP_OTHER, "the transport stopped answering");
  size_t count = p->factory->catalog->models.count;
  for (size_t i = 0; i < count + p->found_count; i++) {
    probe *t = i < count ? &p->probes[i] : p->found[i - count];
    if (t->service->outcome.decided) continue;
    exchange lost = { .service = t->service, .stage = STAGE_LIST, .started = true };
    completed done = { &lost, &none, wall_ms() };
    classification r = { .response_class = CLASS_STATE, .state = ROSTER_UNREACHABLE, .said = none.message, .retry_after = "" };
    decide_from(p, t, &done, &r, NULL);
  }
}

bool prober_run(prober *p) {
  make_probes(p);
  add_discovery_endpoints(p);
  endpoints_divide_origins(&p->endpoints, p->timeout_ms);
  int64_t most = p->deadline_ms ? p->deadline_ms : p->factory->catalog->policy.deadline;
  p->end_ms = now_ms() + most;
  if (p->level == ROSTER_LEVEL_CREDENTIAL) {
    accept_credentials(p);
    return true;
  }
  if (p->endpoints.count && !(p->exchanges.transport = p->connect(p->payload))) return false;
  completed done;
  discovery_recall_unasked(p);
  billing_begin(p);
  for (size_t i = 0; i < p->endpoints.count; i++) listing_ask(p, p->endpoints.at[i]);
  do
    while (exchange_next(&p->exchanges, &done)) on_completed(p, &done);
  while (go_on_with_waiting(p));
  billing_end(p);
  close_open_probes(p);
  discovery_adopt(p);
  mistakes_report(&p->factory->mistakes, p->factory->catalog->findings, ROSTER_WARNING);
  return true;
}

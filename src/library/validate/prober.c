/* prober: see prober.h. Each step asks one thing; the answer decides which step comes next. */
#include "library/validate/prober.h"

#include "util/url.h"
#include "library/validate/discovery.h"
#include "library/validate/gateway_rewrite.h"

#include <string.h>

enum { MOST_PAGES = 100, MOST_NAMES = 100 * 1000, MOST_ATTEMPTS = 32 };

static void prove_next(prober *p, probe *t);

/* ---- verdicts ---- */

static void decide(prober *p, probe *t, const outcome *o) {
  if (t->service->outcome.decided) return;
  t->service->outcome = *o;
  p->decided++;
  if (p->on_decided) p->on_decided(p->payload, t, p->decided, p->factory->catalog->models.count + p->found_count);
}

static void decide_all(prober *p, provider_endpoint *e, const completed *l, const classification *r) {
  discovery_recall(p, e);
  for (size_t i = 0; i < e->probe_count; i++) {
    outcome o;
    outcome_from(p->arena, e->probes[i]->service, l, r, NULL, &o);
    decide(p, e->probes[i], &o);
  }
}

/* ---- asking ---- */

static void note_gateway(prober *p, const service *s, bool answered) {
  const catalog *c = p->factory->catalog;
  for (size_t i = 0; i < c->gateways.count; i++) {
    if (!s->gateway || !text_is(c->gateways.at[i]->head.id, s->gateway->head.id)) continue;
    p->gateways[i].asked = true;
    p->gateways[i].answered = p->gateways[i].answered || answered;
  }
}

/* What a script says may repeat what an answer said. */
static const char *heard(prober *p, const char *text) { return keyring_redact(p->factory->sources->ring, p->arena, text); }

/* Only the address of a further page comes from an answer. The rest is the definitions', which hold no secret, and reads the same with any
 * key. */
static const char *shown_url(prober *p, const exchange *x, const provider_endpoint *e, const protocol *speaks, const api_request *q) {
  if (x->stage != STAGE_LIST || e->pages < 2) return x->url;
  return service_url(p->arena, x->service, q->bare ? NULL : speaks, heard(p, q->path), heard(p, q->query));
}

static void ask(prober *p, provider_endpoint *e, probe *t, stage at, const protocol *speaks, const api_request *q) {
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
}

static void note_attempt(prober *p, attempts *list, const completed *l, const classification *r) {
  if (list->count >= MOST_ATTEMPTS) return;
  attempt m = { l->exchange->stage,     l->exchange->request.method, l->exchange->shown_url,
                classification_name(r), l->response->status,         l->response->elapsed_ms };
  LIST_PUSH(p->arena, list->at, list->count, list->room, m);
}

/* ---- generate ---- */

static unproven_choice if_unproven(const prober *p, const probe *t) {
  return t->service->unproven ? t->service->unproven : p->factory->catalog->policy.unproven;
}

static bool pays(const prober *p, const probe *t) { return if_unproven(p, t) == UNPROVEN_GENERATE; }
static bool offers(const prober *p, const probe *t) { return if_unproven(p, t) == UNPROVEN_OFFER; }

/* Where nothing came near, a listing that was read is what did not prove it. */
static void give_up(prober *p, probe *t, stage at, const shortfall *why) {
  const roster_reason usual = t->endpoint->complete ? ROSTER_REASON_LISTING_PROVES_NOTHING : ROSTER_REASON_NO_FREE_CHECK;
  const shortfall told = { why->code ? why->code : usual, why->text ? why->text : "", why->said };
  outcome o;
  outcome_unproven(p->arena, t->service, at, &told, offers(p, t), p->answered_ms, &o);
  decide(p, t, &o);
}

static const shortfall no_smallest_request = { ROSTER_REASON_PROOF_MISSING, "its protocol has no smallest request", NULL };

static void generate(prober *p, probe *t) {
  const protocol *speaks = t->service->model->speaks;
  const outcome *known = p->remembered && p->level != ROSTER_LEVEL_GENERATE ? p->remembered(p->payload, t->service) : NULL;
  api_request q = { 0 };
  const char *wrong = speaks->generate && !known ? script_request(p->script, speaks->generate, t->service->model, &q) : NULL;
  if (known)
    decide(p, t, known);
  else if (q.path)
    ask(p, t->endpoint, t, STAGE_GENERATE, speaks, &q);
  else if (t->proved && !wrong)
    decide(p, t, &t->best);
  else
    give_up(p, t, STAGE_GENERATE, wrong ? &(shortfall){ ROSTER_REASON_SCRIPT_FAILED, heard(p, wrong), NULL } : &no_smallest_request);
}

static void on_generated(prober *p, probe *t, const completed *l, const classification *r) {
  outcome o;
  if (r->response_class == CLASS_YES) {
    outcome_ready(p->arena, STAGE_GENERATE, l, &o);
    decide(p, t, &o);
  } else if (r->response_class == CLASS_REJECTED) { /* our request was wrong for it: no verdict on the model */
    const char *why =
        arena_printf(p->arena, "the smallest request was refused as wrong (%d%s%s)", l->response->status, *r->said ? ": " : "", r->said);
    if (t->proved)
      decide(p, t, &t->best);
    else
      give_up(p, t, STAGE_GENERATE, &(shortfall){ ROSTER_REASON_PROOF_REFUSED, why, r->said });
  } else {
    outcome_from(p->arena, t->service, l, r, NULL, &o);
    decide(p, t, &o);
  }
}

/* ---- prove ---- */

static bool answers_itself(const service *s) { return s->gateway && s->gateway->answers_itself; }

static void succeed(prober *p, probe *t, stage at, const completed *l) {
  outcome_ready(p->arena, at, l, &t->best);
  t->proved = true;
  if (p->level == ROSTER_LEVEL_GENERATE)
    generate(p, t);
  else
    decide(p, t, &t->best);
}

static bool is_listed(const probe *t) { return lookup_get(&t->endpoint->names, t->service->model->api_name) != NULL; }

/* What the gateway calls it instead; NULL where it lists no such name. */
static const char *other_name(prober *p, const probe *t) {
  const service *s = t->service;
  const char *other = s->gateway ? arena_printf(p->arena, "%s/%s", gateway_segment(s->gateway, s->provider), s->model->api_name) : NULL;
  return other && lookup_get(&t->endpoint->names, other) ? other : NULL;
}

/* Nothing free decided. */
static void run_out(prober *p, probe *t) {
  const provider_endpoint *e = t->endpoint;
  outcome o;
  if (e->complete && e->key_proven && !is_listed(t)) {
    outcome_absent(p->arena, t->service, e->names.count, other_name(p, t), p->answered_ms, &o);
    decide(p, t, &o);
  } else if (p->level == ROSTER_LEVEL_GENERATE || (p->level == ROSTER_LEVEL_PROVE && pays(p, t))) {
    generate(p, t);
  } else {
    give_up(p, t, t->proofs_asked || p->level > ROSTER_LEVEL_LIST ? STAGE_PROVE : STAGE_LIST, &t->last_error);
  }
}

static const script_refs *proofs(const service *s) { return s->provider->own_proofs ? &s->provider->prove : &s->model->speaks->prove; }

static void prove_next(prober *p, probe *t) {
  const protocol *speaks = t->service->model->speaks;
  const script_refs *all = proofs(t->service);
  if (answers_itself(t->service)) {
    t->last_error =
        (shortfall){ ROSTER_REASON_GATEWAY_ANSWERS,
                     arena_printf(p->arena, "gateway '%s' answers look-ups itself, so they prove nothing", t->service->gateway->head.id),
                     NULL };
    t->proofs_asked = all->count;
  }
  while (p->level > ROSTER_LEVEL_LIST && t->proofs_asked < all->count) {
    api_request q;
    const char *wrong = script_request(p->script, all->at[t->proofs_asked++], t->service->model, &q);
    if (wrong) t->last_error = (shortfall){ ROSTER_REASON_SCRIPT_FAILED, heard(p, wrong), NULL };
    if (wrong || !q.path) continue;
    ask(p, t->endpoint, t, STAGE_PROVE, speaks, &q);
    return;
  }
  run_out(p, t);
}

/* It asked for fewer requests: those that were not sent yet are not sent. */
static void hold_back(prober *p, provider_endpoint *e, const completed *l, const classification *r) {
  for (exchange *x = exchange_withdraw(&p->exchanges, &e->rate_slot); x; x = exchange_withdraw(&p->exchanges, &e->rate_slot)) {
    probe *t = x->owner; /* behind a listing every exchange is about one model */
    outcome o;
    outcome_from(p->arena, t->service, l, r, NULL, &o);
    decide(p, t, &o);
  }
}

static void on_proof(prober *p, probe *t, const completed *l, const classification *r) {
  if (r->response_class == CLASS_YES) {
    succeed(p, t, STAGE_PROVE, l);
  } else if (r->response_class == CLASS_MISSING || r->response_class == CLASS_REJECTED) {
    if (r->response_class == CLASS_REJECTED)
      t->last_error = (shortfall){ ROSTER_REASON_PROOF_REFUSED,
                                   arena_printf(p->arena, "%s answered %d%s%s", t->service->provider->title, l->response->status,
                                                *r->said ? ": " : "", r->said),
                                   r->said };
    prove_next(p, t);
  } else {
    outcome o;
    outcome_from(p->arena, t->service, l, r, other_name(p, t), &o);
    decide(p, t, &o);
    if (r->state == ROSTER_RATE_LIMITED) hold_back(p, t->endpoint, l, r);
  }
}

/* ---- list ---- */

static list_proof list_proves(const provider_endpoint *e) {
  const provider *p = e->service->provider;
  if (p->list_proves) return p->list_proves;
  return p->speaks->list_proves ? p->speaks->list_proves : LIST_PROVES_NAMES;
}

/* The listing is over, one way or the other. */
static void go_on(prober *p, provider_endpoint *e, const completed *l) {
  bool access = e->complete && e->key_proven && list_proves(e) != LIST_PROVES_KEY;
  bool enough = e->complete && p->level == ROSTER_LEVEL_LIST;
  if (e->complete) discovery_take(p, e);
  for (size_t i = 0; i < e->probe_count; i++) {
    probe *t = e->probes[i];
    if (t->service->outcome.decided) continue;
    if ((access || enough) && is_listed(t))
      succeed(p, t, STAGE_LIST, l);
    else
      prove_next(p, t);
  }
}

static bool ask_page(prober *p, provider_endpoint *e, const api_request *q) {
  const char *address = arena_printf(p->arena, "%s?%s", q->path, q->query);
  if (lookup_add(&e->asked, p->arena, address, e) || e->pages >= MOST_PAGES || e->names.count > MOST_NAMES) return false;
  e->pages++;
  ask(p, e, NULL, STAGE_LIST, e->service->provider->speaks, q);
  return true;
}

static void prove_key(prober *p, provider_endpoint *e, const completed *l) {
  const provider *whom = e->service->provider;
  api_request q = { 0 };
  if (whom->prove_key && !e->key_proven) script_request(p->script, whom->prove_key, NULL, &q);
  if (q.path)
    ask(p, e, NULL, STAGE_PROVE_KEY, whom->speaks, &q);
  else
    go_on(p, e, l);
}

/* `why` becomes what the models say if nothing else decides. */
static void list_failed(prober *p, provider_endpoint *e, const completed *l, roster_reason code, const char *why, const char *said) {
  e->complete = false;
  discovery_recall(p, e);
  for (size_t i = 0; i < e->probe_count; i++) e->probes[i]->last_error = (shortfall){ code, heard(p, why), said };
  go_on(p, e, l);
}

bool prober_discovers(const prober *p, const provider *whom) { return whom->discover || p->discover_all; }

static void take_entry(prober *p, provider_endpoint *e, remote_model *one) {
  bool matters = prober_discovers(p, e->service->provider) || lookup_get(&e->own, one->name);
  if (lookup_add(&e->names, p->arena, one->name, matters ? (void *)one : e) || !matters) return;
  LIST_PUSH(p->arena, e->entries, e->entry_count, e->entry_room, one);
}

static void read_page(prober *p, provider_endpoint *e, const completed *l, const classification *r) {
  remote_listing page = { 0 };
  const interest w = { prober_discovers(p, e->service->provider) ? NULL : &e->own };
  bool ok = false;
  const char *why = NULL;
  const char *wrong = script_read_list(p->script, e->service->provider->speaks, &r->response, &w, &page, &ok, &why);
  if (wrong || !ok) {
    if (e->attempts.count) e->attempts.at[e->attempts.count - 1].outcome = "malformed"; /* what the status alone did not tell */
    list_failed(p, e, l, wrong ? ROSTER_REASON_SCRIPT_FAILED : ROSTER_REASON_LISTING_UNREADABLE,
                wrong ? wrong : arena_printf(p->arena, "its listing cannot be read%s%s", why ? ": " : "", why ? why : ""), NULL);
    return;
  }
  for (size_t i = 0; i < page.count; i++) take_entry(p, e, &page.at[i]);
  if (page.more) {
    if (!ask_page(p, e, &page.next)) list_failed(p, e, l, ROSTER_REASON_LISTING_UNREADABLE, "its listing has no end", NULL);
    return;
  }
  e->complete = true;
  e->key_proven = e->key_proven || list_proves(e) != LIST_PROVES_NAMES;
  prove_key(p, e, l);
}

static bool is_success(const completed *l) { return l->response->status >= 200 && l->response->status < 300; }

/* What decides for all: a refusal, a limit, an outage. What does not: an endpoint that is not there, or does not speak our language. */
static void on_list(prober *p, provider_endpoint *e, const completed *l, const classification *r) {
  bool unusable =
      r->response_class == CLASS_MALFORMED || (r->response_class == CLASS_STATE && r->state == ROSTER_PROVIDER_ERROR && is_success(l));
  unusable = unusable || l->response->failure == ROSTER_HTTP_TOO_LARGE;
  if (r->response_class == CLASS_YES && r->body)
    read_page(p, e, l, r);
  else if (r->response_class == CLASS_STATE && !unusable && r->state != ROSTER_NOT_LISTED && r->state != ROSTER_UNPROVEN)
    decide_all(p, e, l, r);
  else if (r->response_class == CLASS_MISSING)
    list_failed(p, e, l, ROSTER_REASON_NONE, "", NULL);
  else
    list_failed(p, e, l, ROSTER_REASON_LISTING_UNREADABLE,
                arena_printf(p->arena, "its listing cannot be read (%d%s%s)", l->response->status, *r->said ? ": " : "", r->said), r->said);
}

static void on_key(prober *p, provider_endpoint *e, const completed *l, const classification *r) {
  e->key_proven = r->response_class == CLASS_YES;
  if (r->response_class == CLASS_STATE)
    decide_all(p, e, l, r);
  else
    go_on(p, e, l);
}

static void list(prober *p, provider_endpoint *e) {
  const provider *whom = e->service->provider;
  script_ref ref = whom->list ? whom->list : whom->speaks->list;
  api_request q = { 0 };
  if (answers_itself(e->service)) ref = 0;
  const char *wrong = ref && whom->speaks->read_list ? script_request(p->script, ref, NULL, &q) : NULL;
  e->key_proven = e->service->key.state == KEY_NONE_NEEDED;
  if (!q.path || !ask_page(p, e, &q))
    list_failed(p, e, NULL, wrong ? ROSTER_REASON_SCRIPT_FAILED : ROSTER_REASON_NONE, wrong ? wrong : "", NULL);
}

const remote_model *prober_listed(const probe *t) {
  const provider_endpoint *e = t->endpoint;
  const void *said = e && lookup_get(&e->own, t->service->model->api_name) ? lookup_get(&e->names, t->service->model->api_name) : NULL;
  return said != e ? said : NULL;
}

/* ---- the whole ---- */

static bool share(const provider_endpoint *e, const service *s) {
  return e->service->provider == s->provider && text_is(e->service->base, s->base);
}

/* Most models are reached where the one before them was. */
static provider_endpoint *endpoint_for(prober *p, service *s) {
  provider_endpoint **latest = &p->latest_endpoint[s->provider->position];
  if (*latest && share(*latest, s)) return *latest;
  const char *place = arena_printf(p->arena, "%s %s", s->provider->head.id, s->base);
  if (!(*latest = lookup_get(&p->endpoint_places, place))) {
    provider_endpoint *e = *latest = arena_alloc(p->arena, sizeof *e);
    e->service = s;
    LIST_PUSH(p->arena, p->endpoints, p->endpoint_count, p->endpoint_room, e);
    lookup_add(&p->endpoint_places, p->arena, place, e);
  }
  return *latest;
}

static void enlist(prober *p) {
  size_t count = p->factory->catalog->models.count;
  p->probes = arena_array(p->arena, count, sizeof *p->probes);
  p->gateways = arena_array(p->arena, p->factory->catalog->gateways.count, sizeof *p->gateways);
  p->latest_endpoint = arena_array(p->arena, p->factory->catalog->providers.count, sizeof *p->latest_endpoint);
  for (size_t i = 0; i < count; i++) {
    probe *t = &p->probes[i];
    *t = (probe){ .service = &p->factory->services[i] };
    if (t->service->outcome.decided) {
      p->decided++;
      continue;
    }
    t->endpoint = endpoint_for(p, t->service);
    lookup_add(&t->endpoint->own, p->arena, t->service->model->api_name, t);
    LIST_PUSH(p->arena, t->endpoint->probes, t->endpoint->probe_count, t->endpoint->probe_room, t);
  }
}

/* A provider whose models are all still to be discovered. */
static void enlist_for_discovery(prober *p) {
  const catalog *c = p->factory->catalog;
  for (size_t i = 0; i < c->providers.count; i++) {
    provider *whom = c->providers.at[i];
    bool there = p->latest_endpoint[i] || !whom->enabled || !whom->speaks || !prober_discovers(p, whom);
    service *s = there ? NULL : factory_make(p->factory, discovery_placeholder(p->factory->arena, whom));
    if (s && !s->outcome.decided) endpoint_for(p, s);
  }
}

static void share_origins(prober *p) {
  int *sharing = arena_array(p->arena, p->endpoint_count, sizeof *sharing);
  lookup first = { 0 };
  for (size_t i = 0; i < p->endpoint_count; i++) {
    int *one = lookup_add(&first, p->arena, p->endpoints[i]->service->origin, &sharing[i]);
    ++*(one ? one : &sharing[i]);
  }
  for (size_t i = 0; i < p->endpoint_count; i++) {
    provider_endpoint *e = p->endpoints[i];
    int most = IN_FLIGHT_PER_ORIGIN / *(int *)lookup_get(&first, e->service->origin);
    e->rate_slot = (rate_slot){ .most_ms = p->timeout_ms ? p->timeout_ms : e->service->timeout_ms, .most = most > 0 ? most : 1 };
  }
}

static void accept_credentials(prober *p) {
  for (size_t i = 0; i < p->factory->catalog->models.count; i++)
    if (p->probes[i].endpoint) succeed(p, &p->probes[i], STAGE_CREDENTIAL, NULL);
}

static void on_completed(prober *p, const completed *l) {
  const exchange *x = l->exchange;
  bool single = x->stage == STAGE_PROVE || x->stage == STAGE_GENERATE;
  probe *t = single ? x->owner : NULL;
  provider_endpoint *e = single ? t->endpoint : x->owner;
  const protocol *speaks = single ? x->service->model->speaks : x->service->provider->speaks;
  classifier by = { p->arena, p->script, p->factory->sources->ring, &p->body };
  classification r;
  if (x->started) p->answered_ms = l->at_ms;
  classify_response(&by, speaks, single ? x->service->model : NULL, l, &r);
  if (x->started) note_attempt(p, single ? &t->attempts : &e->attempts, l, &r);
  if (x->started) note_gateway(p, x->service, l->response->status > 0 || l->response->failure == ROSTER_HTTP_ANSWERED);
  if (x->stage == STAGE_LIST)
    on_list(p, e, l, &r);
  else if (x->stage == STAGE_PROVE_KEY)
    on_key(p, e, l, &r);
  else if (x->stage == STAGE_PROVE)
    on_proof(p, t, l, &r);
  else
    on_generated(p, t, l, &r);
  script_forget_response(p->script);
  json_decref(p->body);
  p->body = NULL;
}

/* Only a transport that breaks down leaves models without a verdict. */
static void close_open_probes(prober *p) {
  roster_http_response none = {
    .size = sizeof none, .failure = ROSTER_HTTP_OTHER, .message = "the transport stopped answering", .body = ""
  };
  size_t count = p->factory->catalog->models.count;
  for (size_t i = 0; i < count + p->found_count; i++) {
    probe *t = i < count ? &p->probes[i] : p->found[i - count];
    if (t->service->outcome.decided) continue;
    exchange lost = { .service = t->service, .stage = STAGE_LIST, .started = true };
    completed l = { &lost, &none, wall_ms() };
    classification r = { .response_class = CLASS_STATE, .state = ROSTER_UNREACHABLE, .said = none.message, .retry_after = "" };
    outcome o;
    outcome_from(p->arena, t->service, &l, &r, NULL, &o);
    decide(p, t, &o);
  }
}

void prober_run(prober *p) {
  enlist(p);
  enlist_for_discovery(p);
  share_origins(p);
  int64_t most = p->deadline_ms ? p->deadline_ms : p->factory->catalog->policy.deadline;
  p->end_ms = now_ms() + most;
  if (p->level == ROSTER_LEVEL_CREDENTIAL) {
    accept_credentials(p);
    return;
  }
  for (size_t i = 0; i < p->endpoint_count; i++) list(p, p->endpoints[i]);
  completed l;
  while (exchange_next(&p->exchanges, &l)) on_completed(p, &l);
  close_open_probes(p);
  discovery_adopt(p);
}

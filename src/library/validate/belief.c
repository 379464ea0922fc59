/* belief: see belief.h. */
#include "library/validate/belief.h"

#include "library/validate/discovery.h"
#include "library/validate/listing.h"
#include "util/hash.h"
#include "util/platform.h"

#include <stdlib.h>
#include <string.h>

/* ---- what hosts have shown ---- */

static uint64_t hash_text(uint64_t h, const char *text) { return text ? hash_bytes(text, strlen(text), h + 1) : h; }

/* Headers may say whom a gateway asks. */
static uint64_t hash_pairs(uint64_t h, const pairs *list) {
  for (size_t i = 0; i < list->count; i++) h = hash_text(hash_text(h, list->at[i].name), list->at[i].value);
  return h;
}

/* Names one kind of request at one address: `what` says which request it is, the same for all models. */
static uint64_t belief_of(const service *s, const auth *how, const protocol *speaks, const char *what) {
  uint64_t h = hash_text(hash_text(hash_text(0, s->base), s->query), provider_name(s->provider));
  h = hash_text(hash_text(hash_text(h, speaks->head.id), how->header), what);
  h = hash_pairs(h + (uint64_t)how->kind, &s->provider->headers);
  return s->gateway ? hash_pairs(h, &s->gateway->headers) : h;
}

static belief beliefs_get(const beliefs *all, uint64_t of) {
  for (size_t i = 0; all && i < all->count; i++)
    if (all->at[i].of == of) return all->at[i].is;
  return BELIEF_OPEN;
}

/* Where memory runs out it is not remembered, and asked again. */
static void beliefs_set(beliefs *all, uint64_t of, belief is) {
  if (!all || beliefs_get(all, of) != BELIEF_OPEN) return;
  if (all->count == all->room) {
    size_t room = all->room ? all->room * 2 : 16;
    void *wider = realloc(all->at, room * sizeof *all->at);
    if (!wider) return;
    all->at = wider;
    all->room = room;
  }
  all->at[all->count].of = of;
  all->at[all->count++].is = is;
}

void beliefs_free(beliefs *all) {
  free(all->at);
  *all = (beliefs){ 0 };
}

/* ---- what the definitions say ---- */

/* Whether the definitions say that a positive answer at this stage shows something of the key: for the base_url of a provider its blocks
 * do, but for a listing of which only the protocol says what it proves, which is about the host of the protocol's maker. */
static bool belief_is_said(const service *s, stage at) {
  list_proof by_gateway = s->gateway ? s->gateway->list_proves : 0;
  if (s->gateway) return by_gateway == LIST_PROVES_ACCESS || by_gateway == LIST_PROVES_KEY;
  return s->own_host && s->provider->list_proves != LIST_PROVES_SHOWN && (at != STAGE_LIST || s->provider->list_proves);
}

/* What remains to be shown is access, once it is. */
static list_proof proof_if_shown(list_proof said) { return said == LIST_PROVES_SHOWN ? LIST_PROVES_ACCESS : said; }

list_proof belief_listing(const service *s) {
  list_proof own = s->provider->list_proves ? s->provider->list_proves : s->provider->speaks->list_proves;
  list_proof by_gateway = s->gateway ? s->gateway->list_proves : 0;
  own = own ? proof_if_shown(own) : LIST_PROVES_NAMES;
  if (!by_gateway || by_gateway == LIST_PROVES_SHOWN || (by_gateway == LIST_PROVES_ACCESS && own == LIST_PROVES_KEY)) return own;
  return by_gateway;
}

/* ---- a made-up key ---- */

enum { SHORTEST = 24, LONGEST = 4096, MOST_PREFIX = 16 };

/* How many of its first characters say whose key it is, and nothing else: one of the provider's beginnings, or what stands before an
 * early dash ("sk-"). */
static size_t prefix_length(const texts *prefixes, const char *real) {
  size_t best = 0;
  for (size_t i = 0; i < prefixes->count; i++) {
    size_t length = strlen(prefixes->at[i]);
    if (length > best && length < MOST_PREFIX && text_starts(real, prefixes->at[i]) && real[length]) best = length;
  }
  size_t dash = strcspn(real, "-_");
  return best ? best : dash < 5 && real[dash] ? dash + 1 : 0;
}

/* Another character of the same class; what joins words stays. */
static char another(char c, unsigned char random) {
  static const char *const classes[] = { "0123456789", "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ" };
  for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
    const char *at = c ? strchr(classes[i], c) : NULL;
    size_t count = strlen(classes[i]);
    if (at) return classes[i][((size_t)(at - classes[i]) + 1 + random % (count - 1)) % count];
  }
  return (unsigned char)c < 0x80 && c ? c : classes[1][random % 26];
}

/* A short or unknown key gives a long one all the same. Without noise, which a sandbox may refuse, nothing is made of the real key. */
static void make_up(char *out, size_t length, const char *real, size_t kept) {
  unsigned char noise[LONGEST] = { 0 };
  size_t known = strlen(real);
  if (!platform_random(noise, length)) known = 0;
  for (size_t i = 0; i < length; i++) out[i] = i < kept ? real[i] : i < known ? another(real[i], noise[i]) : another('a', noise[i]);
}

/* A random key like the real one: of its length and classes of characters, with the beginning that this provider's keys have; nothing of
 * the real one is in it. On the ring, so that a response that repeats it is redacted too. NULL when out of memory. */
static const secret *belief_made_up_key(arena *a, keyring *ring, const service *s) {
  const texts *prefixes = &s->provider->key_prefixes;
  const char *real = s->key->state == KEY_SET ? secret_value(s->key->value) : prefixes->count ? prefixes->at[0] : "";
  size_t length = strlen(real), kept = s->key->state == KEY_SET ? prefix_length(prefixes, real) : length;
  if (length < SHORTEST + kept) length = SHORTEST + kept;
  if (length > LONGEST) length = LONGEST;
  char *out = arena_alloc(a, length + 1);
  make_up(out, length, real, kept);
  return keyring_add(ring, out, length);
}

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
  *e->made_up = *e->service->key;
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
  t->last_error = (shortfall){ .code = ROSTER_REASON_KEY_NOT_CHECKED, .text = ANSWERS_ALIKE };
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

/* probe_request: see probe_request.h. */
#include "library/validate/probe_request.h"

#include "util/url.h"
#include "library/validate/control.h"

enum { MOST_ATTEMPTS = 32 };

const char *prober_redacted(prober *p, const char *text) { return keyring_redact(p->factory->sources->ring, p->arena, text); }

void prober_note_gateway(prober *p, const service *s, bool answered) {
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

void prober_note_attempt(prober *p, attempts *list, const completed *done, const classification *r) {
  if (list->count >= MOST_ATTEMPTS) return;
  attempt m = { exchange_stage(done->exchange),           done->exchange->request.method, done->exchange->shown_url,
                control_outcome(done->exchange, done, r), done->response->status,         done->response->elapsed_ms };
  LIST_PUSH(p->arena, list->at, list->count, list->room, m);
}

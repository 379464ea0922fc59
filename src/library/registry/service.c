/* service: what a host needs to send its own requests to a model: the address, the headers, the body fields. Only here does a secret leave
 * the library. */
#include "library/registry/registry.h"

#include "library/validate/headers.h"

#include <setjmp.h>
#include <stdlib.h>

struct roster_headers {
  arena *arena;
  keyring ring;
  extras extras;
  headers list;
};

const roster_service *roster_model_service(const roster_model *m) { return m && *m->service->url ? &m->public_service : NULL; }
const roster_model *roster_service_model(const roster_service *v) { return v ? v->model : NULL; }
const char *roster_service_method(const roster_service *v) { return v ? "POST" : NULL; }
const char *roster_service_url(const roster_service *v) { return v ? v->model->service->url : NULL; }
const char *roster_service_api_name(const roster_service *v) { return v ? v->model->model->api_name : NULL; }
const char *roster_service_protocol(const roster_service *v) { return v ? v->model->model->speaks->head.id : NULL; }
const char *roster_service_body(const roster_service *v) { return v ? v->body : NULL; }
const char *roster_service_sdk_base_url(const roster_service *v) { return v ? v->sdk_base_url : NULL; }
const char *roster_service_sdk_api_version(const roster_service *v) { return v ? v->sdk_api_version : NULL; }

/* ---- where the key goes ---- */

static const char *or_empty(const char *text) { return text ? text : ""; }

const char *roster_auth_name(roster_auth place) {
  return place == ROSTER_AUTH_HEADER ? "header" : place == ROSTER_AUTH_AWS_SIGV4 ? "aws_sigv4" : "none";
}

roster_auth roster_service_auth(const roster_service *v) { return v ? service_key_place(v->model->service).in : ROSTER_AUTH_NONE; }
const char *roster_service_auth_header(const roster_service *v) { return v ? or_empty(service_key_place(v->model->service).header) : NULL; }
const char *roster_service_auth_scheme(const roster_service *v) { return v ? service_key_place(v->model->service).scheme : NULL; }
const char *roster_service_auth_variable(const roster_service *v) {
  return v ? or_empty(service_key_place(v->model->service).variable) : NULL;
}

/* ---- how it travels ---- */

static const tls *tls_of(const roster_service *v) {
  static const tls none;
  return v->model->service->tls ? v->model->service->tls : &none;
}

const char *roster_service_proxy(const roster_service *v) { return v ? or_empty(v->model->service->proxy) : NULL; }
const char *roster_service_ca_file(const roster_service *v) { return v ? or_empty(tls_of(v)->ca_file) : NULL; }
const char *roster_service_client_cert(const roster_service *v) { return v ? or_empty(tls_of(v)->client_cert) : NULL; }
const char *roster_service_client_key(const roster_service *v) { return v ? or_empty(tls_of(v)->client_key) : NULL; }

/* ---- headers ---- */

static roster_status refuse_key(const key *k, roster_error *err) {
  bool comes = k->state == KEY_PENDING && k->code != ROSTER_REASON_HELPER_FAILED;
  roster_status status = comes ? ROSTER_EPENDING : ROSTER_ENOTREADY;
  return fail(err, status, k->hint ? k->hint : "set its key; a refresh checks whether it works", "%s", k->problem);
}

static roster_status collect(roster_headers *h, const roster *r, const service *s, roster_error *err) {
  const roster_options *o = &r->options.given;
  environment e = registry_options_environment(&r->options);
  key_sources sources = { .arena = h->arena, .ring = &h->ring, .environment = &e, .host = o->credential, .payload = o->payload };
  sources.helpers = r->helpers;
  sources.start = HELPER_FOR_REQUEST;
  key k = gateway_key(s->gateway, key_for(&sources, s->provider));
  bool sent = k.state == KEY_SET || k.state == KEY_NONE_NEEDED || (k.state == KEY_UNSET && !k.exclusive && s->placeholder);
  if (!sent) return refuse_key(&k, err);
  if (service_auth(s, s->model->speaks).kind == AUTH_AWS_SIGV4)
    return fail(err, ROSTER_ENOTREADY, "sign it with the same key, or use a key for Bedrock (AWS_BEARER_TOKEN_BEDROCK)",
                "a request to %s has to be signed, so its headers cannot be made in advance", s->provider->title);
  extras_read(&h->extras, h->arena, &h->ring, &e, NULL);
  const headers_from from = { .arena = h->arena,
                              .ring = &h->ring,
                              .environment = &e,
                              .extras = &h->extras,
                              .service = s,
                              .key = &k,
                              .auth = service_auth(s, s->model->speaks),
                              .with_model = true };
  if (!headers_collect(&h->list, &from))
    return h->list.missing ? refuse_key(h->list.missing, err) : fail(err, ROSTER_ENOMEM, NULL, "not enough memory");
  if (k.from_helper) helpers_handed_out(r->helpers, &k.helper, k.of_helper.run);
  return ROSTER_OK;
}

static roster_status collect_safely(roster_headers *h, const roster *r, const service *s, roster_error *err) {
  jmp_buf escape;
  if (setjmp(escape)) return fail(err, ROSTER_ENOMEM, NULL, "not enough memory");
  arena_jump(h->arena, &escape);
  return collect(h, r, s, err);
}

static bool is_of(const roster_service *v, const roster *r) { return v->registry == r->options.number; }

roster_status roster_service_headers(roster_headers **out, roster *r, const roster_service *v, roster_error *err) {
  if (err) *err = (roster_error){ .status = ROSTER_OK };
  if (out) *out = NULL;
  if (!out || !r || !v) return fail(err, ROSTER_EINVALID, NULL, "roster_service_headers: out, a registry and a service are needed");
  if (refuse_fork(r, err) != ROSTER_OK) return ROSTER_EFORKED;
  if (!is_of(v, r))
    return fail(err, ROSTER_EINVALID, "use the registry whose snapshot the service comes from",
                "roster_service_headers: the service of '%s' belongs to another registry", roster_model_id(v->model));
  if (!enter(r)) return fail(err, ROSTER_ECANCELLED, NULL, "the registry is being closed");
  roster_headers *h = calloc(1, sizeof *h);
  if (h) h->arena = arena_new();
  roster_status status = h && h->arena ? collect_safely(h, r, v->model->service, err) : fail(err, ROSTER_ENOMEM, NULL, "not enough memory");
  if (status == ROSTER_OK)
    *out = h;
  else
    roster_headers_close(h);
  leave(r);
  return status;
}

size_t roster_headers_count(const roster_headers *h) { return h ? h->list.count : 0; }
const roster_header *roster_headers_at(const roster_headers *h, size_t i) { return h && i < h->list.count ? &h->list.at[i] : NULL; }

void roster_headers_close(roster_headers *h) {
  if (!h) return;
  headers_wipe(&h->list);
  keyring_wipe(&h->ring);
  arena_free(h->arena);
  free(h);
}

/* ---- what a host reports of its requests ---- */

/* The oldest that a credential can be which this request had: one of this service's snapshot. A snapshot that waited for somebody to sign
 * in had none, so the request had the one that came of it. */
static int64_t oldest_used(const roster_service *v) {
  const key *k = v->model->service->key;
  return k->state == KEY_PENDING && k->of_helper.interactive ? now_ms() : v->made_ms;
}

roster_status roster_report(roster *r, const roster_service *v, int http_status, bool *retry) {
  if (retry) *retry = false;
  if (!r || !v) return ROSTER_EINVALID;
  if (refuse_fork(r, NULL) != ROSTER_OK) return ROSTER_EFORKED;
  if (!is_of(v, r)) return ROSTER_EINVALID;
  if (!enter(r)) return ROSTER_ECANCELLED;
  helper_command o;
  environment e = registry_options_environment(&r->options);
  bool refused = http_status == 401 || http_status == 403, helped = key_helper(&e, v->model->service->provider, &o);
  helped = helped && v->model->service->key->from_helper;
  bool again = helped && refused && helpers_refused(r->helpers, &o, NULL, oldest_used(v));
  if (helped && !refused) helpers_answered(r->helpers, &o, http_status >= 200 && http_status <= 299);
  bool says_no = refused || http_status == 402 || http_status == 404 || http_status == 410;
  bool ended = says_no && ledger_end(&r->ledger, ledger_fold(v->model->identity), false, wall_ms());
  if (refused || ended) scheduler_nudge(r, false);
  if (retry) *retry = again;
  leave(r);
  return ROSTER_OK;
}

/* ---- what a host uses ---- */

static bool waits_for_it(const roster_model *m) {
  return m->outcome.code == ROSTER_REASON_NOT_BILLED || m->outcome.code == ROSTER_REASON_BILLED_BUDGET_SPENT;
}

static roster_status note_used(roster *r, const char *id, roster_error *err) {
  const roster_snapshot *s = roster_acquire(r);
  const roster_model *m = NULL;
  roster_status status = roster_resolve(&m, s, id, NULL, err);
  bool news = status == ROSTER_OK && ledger_use(&r->ledger, m->defined->head.id, wall_ms());
  bool waits = news && waits_for_it(m);
  roster_release(s);
  if (news) registry_save(r, NULL);
  if (waits) scheduler_nudge(r, false);
  return status;
}

roster_status roster_note_used(roster *r, const char *id, roster_error *err) {
  if (err) *err = (roster_error){ .status = ROSTER_OK };
  if (!r || !id) return fail(err, ROSTER_EINVALID, NULL, "roster_note_used: a registry and an id are needed");
  if (refuse_fork(r, err) != ROSTER_OK) return ROSTER_EFORKED;
  if (!enter(r)) return fail(err, ROSTER_ECANCELLED, NULL, "the registry is being closed");
  roster_status status = note_used(r, id, err);
  leave(r);
  return status;
}

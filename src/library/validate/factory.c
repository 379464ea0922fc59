/* factory: see factory.h. */
#include "library/validate/factory.h"

#include "util/trace.h"
#include "util/clock.h"
#include "util/url.h"
#include "library/definitions/setting.h"
#include "library/validate/outcome.h"

#include <string.h>

/* ---- outcomes that need no request ---- */

static void decide(const factory *f, service *s, roster_state state, stage at, const reason *why) {
  s->outcome =
      (outcome){ .decided = true, .usable = state == ROSTER_READY, .state = state, .stage = at, .checked_at = "", .latency_ms = -1 };
  reason_give(f->arena, s, why, &s->outcome);
}

static void disable(const factory *f, service *s, const reason *why) { decide(f, s, ROSTER_DISABLED, STAGE_CONFIG, why); }

/* "FILE:LINE" of a field. */
static const char *field_place(const factory *f, const char *kind, const void *of, const char *name) {
  origin at = schema_origin(schema_of(kind), of, name);
  return arena_printf(f->arena, "%s:%d", at.file, at.line);
}

static bool lacks_setting(const factory *f, const provider *p) { return p->needs && !environment_get(f->sources->environment, p->needs); }

/* A block that depends on a variable whose value cannot be used. */
static bool refuse_setting(factory *f, service *s, const entity *block, const gateway *g) {
  const setting *by = block->refused;
  if (!by) return false;
  disable(f, s,
          &(reason){ .code = ROSTER_REASON_SETTING_INVALID, .what = settings_sentence(f->arena, by), .where = by->name, .gateway = g });
  return true;
}

static bool refuse_ended(factory *f, service *s) {
  const provider *p = s->provider;
  if (!p->ended) return false;
  disable(f, s,
          &(reason){ .code = ROSTER_REASON_SERVICE_ENDED,
                     .what = *p->retired ? arena_printf(f->arena, "ended on %s", p->retired) : "has ended",
                     .where = field_place(f, "provider", p, "retired") });
  return true;
}

static bool refuse_disabled(factory *f, service *s) {
  const provider *p = s->provider;
  if (refuse_setting(f, s, &s->model->head, NULL) || refuse_setting(f, s, &p->head, NULL)) return true;
  reason why = { .code = ROSTER_REASON_MODEL_DISABLED };
  if (s->model->enabled && p->enabled) return false;
  if (s->model->enabled && refuse_ended(f, s)) return true;
  if (s->model->enabled) {
    why.code = ROSTER_REASON_PROVIDER_DISABLED;
    why.where = field_place(f, "provider", p, "enabled");
    why.what = lacks_setting(f, p) ? p->needs : NULL;
  } else {
    why.where = field_place(f, "model", s->model, "enabled");
  }
  disable(f, s, &why);
  return true;
}

static bool refuse_protocol(factory *f, service *s) {
  const char *speaks = s->model->speaks->head.id;
  for (size_t i = 0; i < f->host_protocol_count; i++)
    if (text_is(f->host_protocols[i], speaks)) return false;
  if (f->host_protocols) disable(f, s, &(reason){ .code = ROSTER_REASON_PROTOCOL_UNSPOKEN });
  return f->host_protocols != NULL;
}

static bool refuse_address(factory *f, service *s, const gateway *g, const address_cache *at) {
  const char *address = url_show(f->arena, at->address), *shown = text_clean(f->arena, address, strlen(address), 200);
  const setting *from = settings_source(f->catalog, at->address);
  reason why = {
    .code = ROSTER_REASON_ADDRESS_INVALID, .what = at->problem, .where = shown, .gateway = g, .variable = from ? from->name : NULL
  };
  disable(f, s, &why);
  return false;
}

/* ---- address and gateway ---- */

/* The address that a rule chose; without one, the order of the shipped rules: override, gateway, base_url. */
static const char *choose_address(const provider *p, const choice *chosen, const gateway **g) {
  *g = chosen->gateway;
  if (!chosen->rule && !p->override) *g = p->gateway;
  if (*g) return (*g)->base_url;
  if (chosen->rule) return chosen->address;
  return p->override ? p->override : p->base_url;
}

static bool enter_gateway(factory *f, service *s, const gateway *g) {
  const char *stopped = gateway_stopped_header(g, s->model);
  s->gateway = gateway_headers(f->arena, g, s->provider);
  s->model = gateway_model(f->arena, g, s->provider, s->model);
  if (!stopped) return true;
  disable(f, s, &(reason){ .code = ROSTER_REASON_HEADER_STOPPED, .what = stopped });
  return false;
}

static bool refuse_nowhere(factory *f, service *s) {
  roster_reason code = lacks_setting(f, s->provider) ? ROSTER_REASON_SETTING_UNSET : ROSTER_REASON_ADDRESS_MISSING;
  disable(f, s, &(reason){ .code = code });
  return false;
}

/* "https://acme.co" .. "m/v1" is an address at acme.com. NULL, or why an address that a rule made is not used. */
static const char *leaves_host(const factory *f, const provider *p, const url *to, const char *address) {
  const catalog *c = f->catalog;
  for (size_t i = 0; i < c->gateways.count + 2; i++) {
    url from;
    const char *known = i < c->gateways.count ? c->gateways.at[i]->base_url : i == c->gateways.count ? p->base_url : p->override;
    if (!known || !text_starts(address, known) || url_parse(f->arena, known, &from) || text_is(from.origin, to->origin)) continue;
    return arena_printf(f->arena, "continues '%s' into the address of another host: what follows it must begin with '/'", known);
  }
  return NULL;
}

/* Whether a request to this provider carries anything that others must not read. */
static bool sends_secret(const factory *f, const provider *p) {
  const key *k = &f->keys[p->position];
  bool sends = (k->state != KEY_NONE_NEEDED && k->state != KEY_UNSET) || k->exclusive || f->extras.header_count;
  for (size_t i = 0; i < p->headers.count; i++) sends = sends || p->headers.at[i].from_secret;
  return sends;
}

/* Plain http is for this machine and its link; without a key, for a private network too. */
static const char *check_scheme(const factory *f, const provider *p, const url *u) {
  if (u->https || p->plain_http || url_is_near(u) || (url_is_private(u) && !sends_secret(f, p))) return NULL;
  return "would send the key unencrypted: use https://, or write plain_http = true";
}

static address_cache *find_address(factory *f, const provider *p, const protocol *speaks, const char *address, const choice *chosen,
                                   const gateway *g) {
  arena *a = f->arena;
  address_cache *at = &f->addresses[p->position];
  if (at->address && at->gateway == g && at->speaks == speaks && text_is(at->address, address)) return at;
  *at = (address_cache){ .address = address, .gateway = g, .speaks = speaks };
  at->problem = url_parse(a, address, &at->url);
  if (!at->problem && !g) at->problem = check_scheme(f, p, &at->url);
  if (!at->problem && chosen->address) at->problem = leaves_host(f, p, &at->url, address);
  if (!at->problem) at->base = g ? gateway_base(a, f->catalog, g, p, &at->url) : own_base(a, f->catalog, p, speaks, &at->url);
  if (!at->problem) at->ambient = ambient_proxy_find(a, f->sources->environment, &at->url);
  if (!at->problem && !at->base) at->problem = "needs a provider's name that cannot be part of a path: set another one in segments";
  return at;
}

static const char *fill_name(arena *a, const char *path, const char *slot, const char *name) {
  return name ? text_fill(a, path, slot, name) : NULL;
}

/* An address that ends as the protocol's does is the usual one: that of its listing and its look-ups follows from it too. */
static void use_as_is(const factory *f, service *s) {
  const provider *p = s->provider;
  const char *path = s->model->speaks->chat_path;
  s->as_is = s->overridden && p->override_as_is && !(path && strchr(path, '{')) && !text_is(s->url, p->override);
  if (s->as_is) s->url = arena_text(f->arena, p->override);
}

static bool set_chat_url(const factory *f, service *s, address_cache *at) {
  const char *path = s->model->speaks->chat_path ? s->model->speaks->chat_path : "", *id = s->model->api_name;
  const bool of_all = !strchr(path, '{');
  if (of_all && at->chat_url) {
    s->url = at->chat_url;
    use_as_is(f, s);
    return true;
  }
  if (strstr(path, "{api_name}")) path = fill_name(f->arena, path, "{api_name}", url_name_encode(f->arena, id));
  if (path && strstr(path, "{segment}")) path = fill_name(f->arena, path, "{segment}", url_segment_encode(f->arena, id));
  if (path) {
    s->url = service_url(f->arena, s, s->model->speaks, path, "");
    if (of_all) at->chat_url = s->url;
    use_as_is(f, s);
    return true;
  }
  const char *shown = text_clean(f->arena, s->model->api_name, strlen(s->model->api_name), 200);
  disable(
      f, s,
      &(reason){ .code = ROSTER_REASON_ADDRESS_INVALID, .what = "cannot be part of a path, because servers resolve '..'", .where = shown });
  return false;
}

/* Whatever led there, and however it is spelled. */
static bool is_own_host(const factory *f, const provider *p, const protocol *speaks, const char *address, const address_cache *at) {
  url own;
  if (!p->base_url || text_is(address, p->base_url)) return p->base_url != NULL;
  if (at->problem || url_parse(f->arena, p->base_url, &own) || !text_is(own.origin, at->url.origin)) return false;
  return text_is(at->base, own_base(f->arena, f->catalog, p, speaks, &own));
}

/* Its key is for its own address alone, whatever a rule about all providers says. */
static bool refuse_elsewhere(factory *f, service *s, const gateway *g, const address_cache *at) {
  const char *to = url_show(f->arena, at->address), *id = s->provider->head.id;
  disable(f, s,
          &(reason){ .code = ROSTER_REASON_ADDRESS_INVALID,
                     .what = arena_printf(f->arena, "is not its own address, and direct = true sends its key nowhere else%s%s%s",
                                          *s->rule ? " (rule '" : "", s->rule, *s->rule ? "')" : ""),
                     .where = text_clean(f->arena, to, strlen(to), 200),
                     .gateway = g,
                     .hint = arena_printf(f->arena, "make that rule skip provider '%s', or write direct = false in its block", id) });
  return false;
}

static bool set_address(factory *f, service *s, const choice *chosen) {
  const provider *p = s->provider;
  const gateway *g = NULL;
  const char *address = choose_address(p, chosen, &g);
  if (!address && !(g && g->head.refused)) return refuse_nowhere(f, s);
  const entity by_rule = { .refused = settings_marked(f->catalog, address) };
  if ((g && refuse_setting(f, s, &g->head, g)) || refuse_setting(f, s, &by_rule, NULL)) return false;
  address_cache *at = find_address(f, p, s->model->speaks, address, chosen, g);
  s->overridden = !g && p->override && text_is(address, p->override);
  s->own_host = !g && is_own_host(f, p, s->model->speaks, address, at);
  if (at->problem) return refuse_address(f, s, g, at);
  if (p->direct && !s->own_host && !s->overridden) return refuse_elsewhere(f, s, g, at);
  if (g && !enter_gateway(f, s, g)) return false;
  s->tagged = g || s->overridden;
  s->bearer = f->extras.bearer && s->key->from_helper;
  s->origin = at->url.origin;
  s->query = at->url.query;
  s->base = at->base;
  s->by_host = f->foreign_client;
  if (!s->by_host) s->ambient = at->ambient;
  return set_chat_url(f, s, at);
}

static void refuse_key(factory *f, service *s, roster_state state, const key *k) {
  decide(f, s, state, STAGE_CREDENTIAL, &(reason){ .code = k->code, .what = k->problem, .where = k->variable, .hint = k->hint });
}

/* Its words are about the key alone, so they are made once for all models of a provider. */
static void refuse_own_key(factory *f, service *s, roster_state state) {
  const service **before = &f->addresses[s->provider->position].refused;
  if (*before && (*before)->key == s->key && (*before)->gateway == s->gateway && (*before)->outcome.state == state)
    s->outcome = (*before)->outcome;
  else
    refuse_key(f, s, state, s->key);
  if (!s->listing) *before = s;
}

/* A header whose secret is unset is left out; one whose secret is set and cannot be had decides the model. */
static void check_secret(factory *f, service *s, const key *k) {
  if (s->outcome.decided) return;
  if (k->state == KEY_MALFORMED) refuse_key(f, s, ROSTER_BAD_CREDENTIAL, k);
  if (k->state == KEY_PENDING) refuse_key(f, s, ROSTER_PENDING, k);
  if (k->state == KEY_UNSET && k->lost) refuse_key(f, s, ROSTER_NO_CREDENTIAL, k);
}

static void check_secret_headers(factory *f, service *s, const pairs *list) {
  for (size_t i = 0; i < list->count; i++) {
    if (!list->at[i].from_secret) continue;
    key k = key_for_header(f->arena, f->sources->ring, f->sources->environment, list->at[i].from_secret);
    list->at[i].found = k.state == KEY_UNSET ? NULL : k.variable;
    check_secret(f, s, &k);
  }
}

/* A signature needs a key id, and may need a session token. */
static void check_signer(factory *f, service *s) {
  const auth how = service_auth(s, s->model->speaks);
  if (how.kind != AUTH_AWS_SIGV4 || s->outcome.decided || s->key->state != KEY_SET) return;
  key id = key_find(f->arena, f->sources->ring, f->sources->environment, how.key_id);
  if (id.state == KEY_UNSET) refuse_key(f, s, ROSTER_NO_CREDENTIAL, &id);
  check_secret(f, s, &id);
  key token = how.token ? key_find(f->arena, f->sources->ring, f->sources->environment, how.token) : (key){ 0 };
  check_secret(f, s, &token);
}

static void set_key(factory *f, service *s) {
  const gateway *g = s->gateway;
  bool injected = g && g->credentials == CREDENTIALS_INJECTED;
  if (g && g->withhold) {
    key *through = arena_alloc(f->arena, sizeof *through);
    *through = gateway_key(g, *s->key);
    s->key = through;
  }
  s->source = s->key->source;
  if (s->key->state == KEY_UNSET && injected && !s->key->exclusive) {
    s->placeholder = g->placeholder;
    s->source = arena_printf(f->arena, "gateway %s", g->head.id);
  } else if (s->key->state == KEY_UNSET) {
    refuse_own_key(f, s, ROSTER_NO_CREDENTIAL);
  } else if (s->key->state == KEY_MALFORMED) {
    refuse_own_key(f, s, ROSTER_BAD_CREDENTIAL);
  } else if (s->key->state == KEY_PENDING) {
    refuse_own_key(f, s, ROSTER_PENDING);
  }
  check_secret_headers(f, s, &s->provider->headers);
  if (g) check_secret_headers(f, s, &g->headers);
  check_secret_headers(f, s, &s->model->headers);
  check_signer(f, s);
}

bool provider_is_mock(const provider *p) {
  const protocol *speaks = p->speaks;
  return !p->base_url && !p->credential && speaks && !speaks->list && speaks->prove.count == 0 && !speaks->generate;
}

/* A key that signs is never sent, not even where `bearer` is set. */
auth service_auth(const service *s, const protocol *speaks) {
  const auth *own = s->key->auth ? s->key->auth : s->provider->auth ? s->provider->auth : speaks->auth;
  bool signs = own && own->kind == AUTH_AWS_SIGV4;
  return own && (signs || !s->bearer) ? *own : (auth){ .kind = AUTH_BEARER, .header = "authorization" };
}

static void set_connection(service *s) {
  const provider *p = s->provider;
  const gateway *g = s->gateway;
  s->tls = g ? g->tls : p->tls;
  s->proxy = g ? g->proxy : p->proxy;
  s->unproven = g && g->unproven ? g->unproven : p->unproven;
  s->timeout_ms = g && g->timeout ? g->timeout : p->timeout ? p->timeout : 10 * 1000;
}

static const char *note_mistake(factory *f, const char *function, origin at, const char *why, const mistake *about) {
  mistake m = *about;
  m.function = function;
  m.at = at;
  m.why = keyring_redact(f->sources->ring, f->arena, why); /* a script may repeat a response */
  return mistakes_note(&f->mistakes, f->arena, &m);
}

const char *factory_note_mistake(factory *f, const culprit *c, const char *why, const mistake *about) {
  const origin at = script_place(f->script, c->ref);
  return note_mistake(f, arena_printf(f->arena, "%s of %s '%s'", c->key, c->verb, c->of->id), at.file ? at : c->of->at, why, about);
}

static void refuse_failed_rule(factory *f, service *s, const rule *failed, const char *why) {
  const char *whose = s->listing ? "the listing of provider" : "model", *id = s->listing ? s->provider->head.id : s->model->head.id;
  const mistake about = { .first = arena_printf(f->arena, "%s '%s'", whose, id),
                          .place = s->model->discovered ? SIZE_MAX : s->model->position,
                          .models = !s->listing };
  const char *function = arena_printf(f->arena, "rule '%s'", failed ? failed->name : "?");
  const origin at = failed ? script_place(f->script, failed->function) : s->model->head.at;
  disable(f, s, &(reason){ .code = ROSTER_REASON_SCRIPT_FAILED, .what = note_mistake(f, function, at, why, &about) });
}

/* Its provider answers its name with another model. Where no key is there, that is what is told: it comes first for all of them. */
static void refuse_rerouted(factory *f, service *s) {
  const model *m = s->model;
  if (s->outcome.decided || !m->answered_by || (m->retires && day_ms(m->retires) > wall_ms())) return;
  const reason why = outcome_rerouted(f->arena, f->catalog, m);
  decide(f, s, ROSTER_NOT_LISTED, STAGE_CONFIG, &why);
}

static void make_service(factory *f, service *s) {
  choice chosen = { 0 };
  if (refuse_disabled(f, s) || refuse_protocol(f, s)) return;
  if (provider_is_mock(s->provider)) {
    decide(f, s, ROSTER_READY, STAGE_CONFIG, &(reason){ .code = ROSTER_REASON_NONE });
    return;
  }
  const char *wrong = script_ask_rules(f->script, s->model, s->listing, &chosen);
  s->rule = chosen.rule ? chosen.rule : "";
  if (wrong) {
    refuse_failed_rule(f, s, chosen.by, wrong);
    return;
  }
  if (chosen.refusal) {
    const origin at = script_place(f->script, chosen.by->function);
    const char *hint = at.file ? arena_printf(f->arena, "change that rule (%s:%d) to offer it", at.file, at.line) : NULL;
    disable(f, s, &(reason){ .code = ROSTER_REASON_RULE_REFUSED, .what = chosen.refusal, .where = chosen.rule, .hint = hint });
    return;
  }
  if (!set_address(f, s, &chosen)) return;
  set_connection(s);
  set_key(f, s);
  refuse_rerouted(f, s);
}

static void begin_service(factory *f, service *s, const model *m, bool listing) {
  *s = (service){
    .model = m, .provider = m->of, .listing = listing, .rule = "", .origin = "", .base = "", .query = "", .url = "", .source = ""
  };
  s->key = &f->keys[m->of->position];
  s->source = s->key->source;
  make_service(f, s);
}

static void warn_of_auth_header(const factory *f) {
  bool helped = !f->extras.bearer;
  for (size_t i = 0; i < f->catalog->providers.count; i++) helped = helped || f->keys[i].from_helper;
  if (!helped && f->catalog->findings)
    finding_warning(f->catalog->findings, ((origin){ "", 0 }),
                    "LLM_AUTH_HEADER applies only to the key of a helper, and there is none; other keys are sent as their blocks say "
                    "(auth = bearer)");
}

void factory_run(factory *f) {
  catalog *c = f->catalog;
  f->keys = arena_array(f->arena, c->providers.count, sizeof *f->keys);
  f->addresses = arena_array(f->arena, c->providers.count, sizeof *f->addresses);
  f->services = arena_array(f->arena, c->models.count, sizeof *f->services);
  extras_read(&f->extras, f->arena, f->sources->ring, f->sources->environment, c->findings);
  key_sources started = *f->sources;
  keys_ask_host(f->sources, c, f->keys);
  keys_start_helpers(f->sources, c, f->keys);
  started.start = HELPER_NEVER;
  for (size_t i = 0; i < c->providers.count; i++) {
    if (!f->keys[i].source) f->keys[i] = key_without_host(&started, c->providers.at[i]);
    c->providers.at[i]->has_credential = f->keys[i].state == KEY_SET;
  }
  keys_check(f->sources, c, f->keys);
  warn_of_auth_header(f);
  for (size_t i = 0; i < c->models.count; i++) begin_service(f, &f->services[i], c->models.at[i], false);
  mistakes_report(&f->mistakes, c->findings, ROSTER_ERROR);
}

service *factory_make(factory *f, const model *m, bool listing) {
  service *s = arena_alloc(f->arena, sizeof *s);
  begin_service(f, s, m, listing);
  return s;
}

void factory_sdk_base_url(factory *f, const service *s, const char **base, const char **version) {
  address_cache *at = &f->addresses[s->provider->position];
  const char *path = s->model->speaks->sdk_path;
  const bool of_all = at->chat_url == s->url && at->speaks == s->model->speaks && !(path && strstr(path, "{api_name}"));
  if (!of_all || !at->sdk_base_url) {
    sdk_base_url(f->arena, s, base, version);
    if (of_all) at->sdk_base_url = *base;
    if (of_all) at->sdk_api_version = *version;
  } else {
    *base = at->sdk_base_url;
    *version = at->sdk_api_version;
  }
}

/* ---- after validation ---- */

/* The providers, by position, of which a model is ready by what a helper printed. */
static const bool *providers_that_accept(const factory *f, arena *a) {
  bool *accepts = arena_array(a, f->catalog->providers.count, sizeof *accepts);
  for (size_t i = 0; i < f->catalog->models.count; i++) {
    const service *s = &f->services[i];
    if (s->key->from_helper && s->key->value && s->outcome.state == ROSTER_READY) accepts[s->provider->position] = true;
  }
  return accepts;
}

static bool is_accepted_elsewhere(const factory *f, const bool *accepts, const secret *value) {
  for (size_t i = 0; i < f->catalog->providers.count; i++)
    if (accepts[i] && text_is(secret_value(f->keys[i].value), secret_value(value))) return true;
  return false;
}

bool service_waits_for_person(const service *s) {
  return s->outcome.state == ROSTER_PENDING && s->key->from_helper && s->key->of_helper.interactive;
}

/* The helper runs again, or a person has to sign in. */
static void make_pending(service *s, arena *a) {
  s->outcome.state = ROSTER_PENDING;
  if (s->key->of_helper.interactive) {
    s->outcome.hint = key_sign_in_hint;
    return;
  }
  const reason why = {
    .code = ROSTER_REASON_KEY_RENEWING, .status = s->outcome.http_status, .said = s->outcome.said, .what = s->outcome.reason
  };
  reason_give(a, s, &why, &s->outcome);
}

void factory_report_refusals(factory *f, arena *a) {
  const bool *accepts = providers_that_accept(f, a);
  for (size_t i = 0; i < f->catalog->models.count; i++) {
    service *s = &f->services[i];
    if (!s->key->from_helper || s->key->state != KEY_SET || !f->sources->helpers) continue;
    if (s->outcome.state != ROSTER_BAD_CREDENTIAL) continue;
    if (is_accepted_elsewhere(f, accepts, s->key->value)) continue; /* the provider is to blame, not the credential */
    bool again = helpers_refused(f->sources->helpers, &s->key->helper, secret_value(s->key->value), 0);
    if (again || s->key->of_helper.interactive) make_pending(s, a);
  }
}

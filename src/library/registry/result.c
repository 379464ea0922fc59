/* result: see result.h. */
#include "library/registry/result.h"

#include "util/hash.h"

#include "library/registry/cache.h"
#include "library/definitions/schema.h"
#include "library/validate/headers.h"
#include "library/validate/reason.h"

#include <stdlib.h>
#include <string.h>

/* ---- one model ---- */

static uint64_t add_address(const service *s, uint64_t h) {
  const char *parts[] = { s->provider->head.id, s->base, s->model->api_name, s->model->speaks->head.id };
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) h = hash_bytes(parts[i], strlen(parts[i]), h);
  return h;
}

static outcome initial_outcome(arena *a, const service *s) {
  if (s->outcome.decided) return s->outcome;
  outcome o = { .state = ROSTER_UNPROVEN, .stage = STAGE_CONFIG, .checked_at = "", .latency_ms = -1 };
  reason_give(a, s, &(reason){ .code = ROSTER_REASON_NOT_ASKED }, &o);
  return o;
}

/* What a validation found out is in memory that is freed with it. */
static void keep_outcome(arena *a, const outcome *from, outcome *into) {
  *into = *from;
  into->said = arena_text(a, from->said);
  into->served = from->served ? arena_text(a, from->served) : NULL;
  into->warning = from->warning ? arena_text(a, from->warning) : NULL;
  into->reason = arena_text(a, from->reason);
  into->hint = arena_text(a, from->hint);
  into->checked_at = arena_text(a, from->checked_at);
}

static void keep_attempts(arena *a, roster_model *m, const attempts *list) {
  for (size_t i = 0; i < list->count; i++) {
    attempt one = list->at[i];
    one.url = arena_text(a, one.url);
    one.method = arena_text(a, one.method);
    m->requests[m->request_count++] = (struct roster_request){ one };
  }
}

static void keep_requests(arena *a, roster_model *m, const probe *t) {
  const attempts *shared = t->endpoint ? &t->endpoint->attempts : NULL;
  m->requests = arena_array(a, t->attempts.count + (shared ? shared->count : 0), sizeof *m->requests);
  if (shared) keep_attempts(a, m, shared);
  keep_attempts(a, m, &t->attempts);
}

/* Those without a secret. */
static void keep_headers(arena *a, const extras *x, roster_model *m) {
  shown_headers shown;
  size_t count = 0;
  headers_show(&shown, m->service, x, false);
  for (size_t i = 0; i < shown.count; i++) count += shown.at[i].value != NULL;
  m->headers = arena_array(a, count, sizeof *m->headers);
  for (size_t i = 0; i < shown.count; i++) {
    const shown_header *one = &shown.at[i];
    if (!one->value) continue;
    const char *value = *one->scheme ? arena_printf(a, "%s%s", one->scheme, one->value) : one->value;
    m->headers[m->header_count++] = (roster_header){ one->name, value };
  }
}

static struct roster_service make_public(const result_parts *parts, const roster_model *m) {
  const service *s = m->service;
  api_request q = { .body = "{}" };
  struct roster_service made = { .model = m, .sdk_base_url = "", .sdk_api_version = "", .made_ms = now_ms(), .registry = parts->registry };
  if (s->tagged) extras_tag(&parts->factory->extras, parts->arena, &q);
  made.body = q.body;
  if (*s->url) factory_sdk_base_url(parts->factory, s, &made.sdk_base_url, &made.sdk_api_version);
  return made;
}

/* A function of the definitions that fails once the provider is asked does not switch a model off. */
static bool is_switched_off(const outcome *o) {
  return o->state == ROSTER_DISABLED && (o->code != ROSTER_REASON_SCRIPT_FAILED || o->stage == STAGE_CONFIG);
}

/* Of which moment it tells. */
static int64_t result_ms(const result_parts *parts) {
  return parts->prober && parts->prober->answered_ms ? parts->prober->answered_ms : wall_ms();
}

static void build_model(const result_parts *parts, result *d, roster_model *m, size_t i) {
  arena *a = parts->arena;
  const service *s = &parts->factory->services[i];
  *m = (roster_model){ .defined = s->model, .service = s, .provider = &d->providers[s->provider->position] };
  outcome now = initial_outcome(a, s);
  m->outcome = now;
  if (parts->prober) keep_outcome(a, &now, &m->outcome);
  m->usable = m->outcome.usable && (parts->prober || s->outcome.decided);
  m->mock = provider_is_mock(s->provider);
  m->configured = !is_switched_off(&m->outcome) && m->outcome.state != ROSTER_NO_CREDENTIAL && !m->mock;
  m->identity = service_identity(parts->factory->sources->ring, s);
  m->place_identity = add_address(s, hash_bytes(s->key->source, strlen(s->key->source), 0));
  m->public_service = make_public(parts, m);
  m->defined_at =
      !s->model->head.at.line ? s->model->head.at.file : arena_printf(a, "%s:%d", s->model->head.at.file, s->model->head.at.line);
  keep_headers(a, &parts->factory->extras, m);
  if (parts->requests) m->host_request = &parts->requests[i];
  if (parts->prober) keep_requests(a, m, &parts->prober->probes[i]);
}

/* ---- what its provider says of it ---- */

/* The same model of the result before, if it is reached in the same way. */
static const roster_model *same_as(const result *d, const roster_model *m) {
  if (!d) return NULL;
  const roster_model *before = result_find(d, m->defined->head.id);
  bool same =
      before && (m->service->key->state == KEY_PENDING ? before->place_identity == m->place_identity : before->identity == m->identity);
  return same && text_is(before->defined->head.id, m->defined->head.id) ? before : NULL;
}

/* What it is given out as, and what that says of its end. */
static void give_out(const result_parts *parts, result *d, roster_model *m) {
  arena *a = parts->arena;
  m->model = priced_model(a, line_model(a, d->catalog, m->heard, 0), d->day);
  const char *retires = retirement_warning(a, m->model, result_ms(parts), parts->factory->catalog->policy.warn_ahead);
  m->warning =
      retires && m->outcome.warning ? arena_printf(a, "%s; %s", m->outcome.warning, retires) : (retires ? retires : m->outcome.warning);
}

/* ---- models that are kept though they are not proved in this load ---- */

int64_t keep_for_ms(const policy *p, stage proved_at) { return p->keep_stale + (proved_at == STAGE_GENERATE ? p->billed_holds : 0); }

static void keep_known_good(const result_parts *parts, roster_model *m) {
  const roster_model *before = m->outcome.state != ROSTER_READY ? same_as(parts->earlier, m) : NULL;
  if (!before || before->outcome.state != ROSTER_READY || before->mock) return;
  if (!outcome_is_inconclusive(&m->outcome, &before->outcome)) return;
  bool late = wall_ms() - before->outcome.checked_ms > keep_for_ms(&parts->factory->catalog->policy, before->outcome.stage);
  if (late && !service_waits_for_person(m->service)) return;
  m->stale_reason = m->outcome.reason;
  m->stale_code = m->outcome.code;
  m->stale_blame = m->outcome.blame;
  m->stale_said = m->outcome.said;
  m->usable = true;
  outcome kept;
  keep_outcome(parts->arena, &before->outcome, &kept);
  m->outcome = kept;
  m->identity = before->identity; /* of the key that proved it, where this load has none yet */
}

/* What an earlier process proved counts until the first refresh, if its identity is still the same. */
static void recall(const result_parts *parts, roster_model *m) {
  cached was;
  bool open = !m->service->outcome.decided || m->service->outcome.state == ROSTER_PENDING;
  if (!open || !cache_find(parts->cache, m->defined->head.id, &was) || was.identity != cache_identity(m)) return;
  int64_t age = wall_ms() - was.checked_ms;
  if (age < 0 || (age > keep_for_ms(&parts->factory->catalog->policy, was.stage) && !service_waits_for_person(m->service))) return;
  m->usable = true;
  m->outcome = (outcome){
    .decided = true, .usable = true, .state = ROSTER_READY, .said = "", .reason = "", .hint = "", .checked_ms = was.checked_ms
  };
  m->outcome.stage = was.stage;
  m->outcome.http_status = was.http_status;
  m->outcome.latency_ms = was.latency_ms;
  m->outcome.checked_at = time_text(parts->arena, was.checked_ms);
  m->stale_code = ROSTER_REASON_NOT_ASKED;
  m->stale_reason = arena_printf(parts->arena, "not checked since the start; it was proved at %s", m->outcome.checked_at);
}

/* ---- all models ---- */

static void count_lines(result *d) {
  const catalog *c = d->catalog;
  for (size_t i = 0; i < c->models.count; i++) d->count += lines_of(c->models.at[i]);
  if (d->count == c->models.count) return;
  size_t *first = arena_array(d->arena, c->models.count, sizeof *first), line = 0;
  for (size_t i = 0; i < c->models.count; line += lines_of(c->models.at[i++])) first[i] = line;
  d->first = first;
}

static void repeat(result *d, const roster_model *first, size_t k) {
  roster_model *m = &d->models[first - d->models + (ptrdiff_t)k];
  *m = *first;
  m->again = true;
  m->model = priced_model(d->arena, line_model(d->arena, d->catalog, first->heard, k), d->day);
  m->public_service.model = m;
}

static void note_day(result *d, int64_t begins) {
  if (!d->change_ms || begins < d->change_ms) d->change_ms = begins;
}

/* The next day on which another price holds, or from which another model answers the name. */
static void note_change(result *d, const model *m, int64_t now) {
  const price_steps *later = m->price ? m->price->from : NULL;
  const int64_t rerouted = m->answered_by && m->retires ? day_ms(m->retires) : -1;
  if (later && later->count) note_day(d, later->at[0].start);
  if (rerouted > now) note_day(d, rerouted);
}

static void build_models(const result_parts *parts, result *d) {
  count_lines(d);
  d->models = arena_array(d->arena, d->count, sizeof *d->models);
  d->usable = arena_array(d->arena, d->count, sizeof *d->usable);
  roster_model *m = d->models;
  for (size_t i = 0; i < d->catalog->models.count; i++) {
    build_model(parts, d, m, i);
    hear(parts, d, m, i, same_as(parts->earlier, m));
    give_out(parts, d, m);
    if (parts->prober) keep_known_good(parts, m);
    if (parts->cache) recall(parts, m);
    note_change(d, m->model, result_ms(parts));
    for (size_t k = 1; k < lines_of(m->defined); k++) repeat(d, m, k);
    m += lines_of(m->defined);
  }
}

/* ---- the parts of a result ---- */

static void build_providers(const result_parts *parts, result *d) {
  const catalog *c = d->catalog;
  d->provider_count = c->providers.count;
  d->providers = arena_array(parts->arena, c->providers.count, sizeof *d->providers);
  for (size_t i = 0; i < c->providers.count; i++) {
    const provider *p = c->providers.at[i];
    const key *k = &parts->factory->keys[i];
    d->providers[i] = (roster_provider){ .provider = p,
                                         .key = k,
                                         .endpoint = provider_base_url(parts->arena, c, p),
                                         .source = k->source,
                                         .since = k->since_ms ? time_text(parts->arena, k->since_ms) : "",
                                         .defined_at = arena_printf(parts->arena, "%s:%d", p->head.latest.file, p->head.latest.line),
                                         .until = k->until_ms ? time_text(parts->arena, k->until_ms) : "",
                                         .set = k->state == KEY_SET || k->state == KEY_MALFORMED,
                                         .mock = provider_is_mock(p),
                                         .listed = ROSTER_UNKNOWN,
                                         .listing_problem = "",
                                         .hint = "",
                                         .warning = "",
                                         .heard = LIMITS_INIT };
  }
}

/* From the latest request for it; NULL where it was read to its end. */
static const char *listing_problem(arena *a, const provider_endpoint *e) {
  const attempt *last = NULL;
  for (size_t i = 0; i < e->attempts.count; i++)
    if (e->attempts.at[i].stage == STAGE_LIST) last = &e->attempts.at[i];
  if (e->complete) return e->unheard ? "it lacks every model that is known to be there" : NULL;
  if (!last) return "it has none, or it was not asked for";
  if (!last->status) return arena_printf(a, "%s %s got no answer (%s)", last->method, last->url, last->outcome);
  if (text_is(last->outcome, "ready")) return "it could not be read completely";
  return arena_printf(a, "%s %s returned %d (%s)", last->method, last->url, last->status, last->outcome);
}

/* A provider with several endpoints is listed where each of them is. */
static void judge_listings(const result_parts *parts, result *d) {
  for (size_t i = 0; i < parts->prober->endpoints.count; i++) {
    const provider_endpoint *e = parts->prober->endpoints.at[i];
    roster_provider *p = &d->providers[e->service->provider->position];
    const char *problem = listing_problem(parts->arena, e);
    if (p->listed != ROSTER_NO) p->listed = problem ? ROSTER_NO : ROSTER_YES;
    if (problem && !*p->listing_problem) p->listing_problem = problem;
  }
}

static void count_models(result *d) {
  for (size_t i = 0; i < d->count; i++) {
    roster_provider *p = &d->providers[d->models[i].service->provider->position];
    p->defined++;
    if (!d->models[i].usable) continue;
    p->ready++;
    d->models[i].offered = model_is_for_pickers(&d->models[i]);
    if (d->models[i].offered) d->usable[d->usable_count++] = &d->models[i];
  }
  for (size_t i = 0; i < d->count; i++) d->llm_configured = d->llm_configured || d->models[i].configured;
}

/* So that a host's lookup touches neither definition nor model. */
static void index_usable(result *d) {
  const lookup *names = &d->catalog->names;
  d->usable_by_name = arena_array(d->arena, names->count, sizeof *d->usable_by_name);
  for (size_t i = 0; i < names->count; i++) {
    const roster_model *m = line_named(d, names->slots[i].value, names->slots[i].key);
    if (m->usable) d->usable_by_name[i] = m;
  }
}

static const char *gateway_status(const result_parts *parts) {
  const catalog *c = parts->factory->catalog;
  bool configured = false, asked = false, answered = false;
  for (size_t i = 0; i < c->gateways.count; i++) {
    configured = configured || (c->gateways.at[i]->enabled && c->gateways.at[i]->base_url);
    if (!parts->prober) continue;
    asked = asked || parts->prober->gateways[i].asked;
    answered = answered || parts->prober->gateways[i].answered;
  }
  return !configured ? "not_configured" : answered ? "healthy" : asked ? "unreachable" : "unknown";
}

static const char *credential_status(const factory *f) {
  const key_sources *from = f->sources;
  helper_command o;
  for (size_t i = 0; from->helpers && i < f->catalog->providers.count; i++)
    if (f->catalog->providers.at[i]->enabled && key_helper(from->environment, f->catalog->providers.at[i], &o)) {
      const helper_status now = helpers_get(from->helpers, &o, HELPER_NEVER, from->arena, from->ring);
      return text_is(now.word, "pending") ? "idle" : now.word; /* its word in documents */
    }
  return "not_configured";
}

static const char *provider_hint(arena *a, const roster_provider *p) {
  const char *title = p->provider->title, *name = *p->source == '$' ? p->source + 1 : p->source;
  if (!p->provider->discover)
    return arena_printf(a, "%s is set, but no model of %s is defined: write provider \"%s\" { discover = true }, or a model block", name,
                        title, p->provider->head.id);
  if (*p->listing_problem) return arena_printf(a, "%s gave no listing: %s", title, p->listing_problem);
  if (p->listed == ROSTER_YES)
    return arena_printf(a, "%s lists no model that can be offered: see whether a rule, discover_allow or discover_deny excludes them",
                        title);
  return arena_printf(a, "%s has not been asked for its models yet", title);
}

/* Whether what is set is read for a provider that is still there. */
static bool is_used_elsewhere(const result *d, const roster_provider *p) {
  for (size_t i = 0; i < d->provider_count; i++) {
    const roster_provider *other = &d->providers[i];
    if (other->provider->enabled && other->set && text_is(other->source, p->source)) return true;
  }
  return false;
}

/* The key of a provider that has ended is often set for something else: that is told where somebody asks about providers, and is no reason
 * for anything. */
static void hint_at_end(arena *a, const result *d, roster_provider *p) {
  const provider *block = p->provider;
  if (!block->ended || !p->set || is_used_elsewhere(d, p)) return;
  p->hint = arena_printf(a, "%s is set, but %s %s%s%s%s%s", *p->source == '$' ? p->source + 1 : p->source, block->title,
                         *block->retired ? "ended on " : "has ended", block->retired, block->replacement ? ": provider '" : "",
                         block->replacement ? block->replacement : "", block->replacement ? "' replaces it" : "");
}

/* Who sets a key expects models. Returns the first provider that has one and no model. */
static const roster_provider *hint_at_missing_models(const result_parts *parts, result *d) {
  const roster_provider *first = NULL;
  for (size_t i = 0; i < d->provider_count; i++) {
    roster_provider *p = &d->providers[i];
    hint_at_end(parts->arena, d, p);
    if (!p->provider->enabled || !p->set || p->defined || p->mock) continue;
    p->hint = provider_hint(parts->arena, p);
    if (!first) first = p;
  }
  return first;
}

static void tell_bill(const result_parts *parts, result *d) {
  int64_t now = wall_ms();
  d->billed_today = parts->ledger ? ledger_today(parts->ledger, now) : 0;
  d->billed_per_day = (long)d->catalog->policy.billed_per_day;
  d->billed_since = time_text(parts->arena, ledger_since_ms(now));
}

result *result_build(const result_parts *parts) {
  arena *a = parts->arena;
  result *d = arena_alloc(a, sizeof *d);
  *d = (result){ .arena = a, .catalog = parts->factory->catalog, .generation = parts->generation };
  d->sources = parts->sources;
  d->source_count = parts->source_count;
  d->extras = &parts->factory->extras;
  day_write(result_ms(parts), d->day);
  atomic_init(&d->holders, 1);
  build_providers(parts, d);
  if (parts->prober) {
    judge_listings(parts, d);
    tell_limits(parts, d);
  }
  build_models(parts, d);
  link_snapshots(d);
  count_models(d);
  mark_shadowed(d);
  rank_models(d);
  index_usable(d);
  collect_renames(d);
  choose_default(d);
  collect_retirements(d, parts->ledger);
  d->gateway_status = gateway_status(parts);
  d->credential_status = credential_status(parts->factory);
  explain_emptiness(parts, d, hint_at_missing_models(parts, d));
  tell_bill(parts, d);
  return d;
}

void result_release(result *d) {
  if (d && atomic_fetch_sub_explicit(&d->holders, 1, memory_order_acq_rel) == 1) arena_free(d->arena);
}

const roster_model *result_find(const result *d, const char *id) {
  const model *m = id ? catalog_model(d->catalog, id) : NULL;
  return m ? line_named(d, m, id) : NULL;
}

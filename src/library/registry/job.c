/* job: see job.h. */
#include "library/registry/job.h"

#include "library/registry/cache.h"
#include "library/registry/model_request.h"
#include "library/registry/snapshot.h"
#include "library/registry/sources.h"
#include "library/definitions/merged.h"
#include "library/definitions/places.h"
#include "library/validate/belief.h"
#include "library/validate/classification.h"
#include "library/validate/discovery.h"
#include "util/suggest.h"
#include "util/worker.h"

#include <errno.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

/* What a job works with. job_cleanup frees all of it, wherever the job ends. */
typedef struct job_state {
  job *job;
  jmp_buf escape;
  arena *kept;    /* belongs to the result in the end */
  arena *scratch; /* of the validation, or of the definitions that are written */
  script *script;
  sources sources;
  source_states facts;
  merged *merged;       /* NULL: the definitions are not to be written */
  size_t before_update; /* findings */
  json_t *standard;     /* the standard document, for a host's own */
  char *document;       /* its text */
  keyring ring;
  key_sources keys;
  prober prober;
  bool kept_by_result;
} job_state;

static void report_findings(job_state *s, findings *f, size_t from) {
  const roster_options *o = &s->job->options->given;
  if (o->on_finding || f->errors) places_find(f, from, sources_text, &s->sources);
  for (size_t i = from; o->on_finding && i < f->count; i++) o->on_finding(o->payload, &f->at[i]);
}

/* For a job that asks no provider: what its sources must not repeat. No helper is run for that, and no host asked. */
static void learn_secrets(job_state *s, const catalog *c, const environment *e) {
  for (size_t i = 0; i < c->providers.count; i++)
    for (const credential *one = c->providers.at[i]->credential; one; one = one->next)
      if (one->env || one->file) key_find(s->kept, &s->ring, e, one);
  extras_read(arena_alloc(s->kept, sizeof(extras)), s->kept, &s->ring, e, NULL);
}

static catalog *read_definitions(job_state *s, const environment *e) {
  findings *f = arena_alloc(s->kept, sizeof *f);
  *f = (findings){ .arena = s->kept };
  catalog *c = arena_alloc(s->kept, sizeof *c);
  *c = (catalog){ .arena = s->kept, .findings = f, .thorough = s->job->options->thorough, .taken.on = s->job->merge != NULL };
  if (!script_open(&s->script, c, e)) arena_exhaust(s->kept);
  s->sources = (sources){ .arena = s->kept, .findings = f, .options = s->job->options, .environment = *e, .script = s->script, .fd = -1 };
  sources_read(&s->sources);
  s->job->digest = s->sources.digest;
  script_seal(s->script);
  s->facts = (source_states){
    .arena = s->kept, .options = s->job->options, .environment = e, .catalog = c, .said = s->job->said, .ring = &s->ring
  };
  s->facts.earlier = s->job->earlier;
  source_states_read(&s->facts);
  s->job->unread = s->sources.unread || s->facts.unread;
  s->before_update = f->errors ? 0 : f->count;
  if (s->job->update && !f->errors) learn_secrets(s, c, e);
  if (s->job->update && !f->errors) source_states_update(&s->facts, s->job->update, s->job->transport, s->job->cancelled);
  if (s->job->update) return c;
  script_take_facts(s->script);
  source_states_settle(&s->facts);
  if (s->job->merge) s->merged = merged_keep(c, s->script, s->sources.directory);
  catalog_finish(c, s->job->options->given.ids);
  return c;
}

/* A host may name a protocol that only a deployer's file defines, so that is no mistake in the options. */
static void check_host_protocols(const roster_options *o, catalog *c) {
  for (size_t i = 0; i < o->host_protocol_count; i++) {
    const char *id = o->host_protocols[i], *nearest = lookup_get(&c->protocols.ids, id) ? NULL : NEAREST(c, protocols, id);
    if (!lookup_get(&c->protocols.ids, id))
      finding_warning(c->findings, ((origin){ "", 0 }), "options: host_protocols names '%s', and no protocol has this id%s%s%s",
                      text_clean(c->arena, id, strlen(id), 60), SUGGESTION(nearest));
  }
}

static factory *make_services(job_state *s, catalog *c, const environment *e) {
  const roster_options *o = &s->job->options->given;
  s->keys = (key_sources){ .arena = s->kept, .ring = &s->ring, .environment = e, .host = o->credential, .payload = o->payload };
  s->keys.helpers = s->job->helpers;
  s->keys.start = s->job->start;
  s->keys.wait_until_ms = s->job->ask && o->helper_wait_ms ? now_ms() + o->helper_wait_ms : 0;
  factory *f = arena_alloc(s->kept, sizeof *f);
  *f = (factory){ .arena = s->kept, .catalog = c, .script = s->script, .sources = &s->keys };
  f->foreign_client = s->job->options->given.transport != NULL;
  f->host_protocols = o->host_protocols;
  f->host_protocol_count = o->host_protocol_count;
  factory_run(f);
  return f;
}

/* ---- asking ---- */

static void progress(void *payload, const probe *t, size_t decided, size_t total) {
  const job *j = ((job_state *)payload)->job;
  const roster_options *o = &j->options->given;
  if (j->cancelled && atomic_load(j->cancelled)) return; /* it was not asked to the end, so that is no verdict */
  roster_progress p = { model_given_id(t->service->model), t->service->provider->head.id, roster_state_name(t->service->outcome.state),
                        decided, total };
  if (o->on_progress) o->on_progress(o->payload, &p);
}

static void report_exchange(void *payload, const completed *done, const classification *r) {
  const roster_options *o = &((job_state *)payload)->job->options->given;
  const service *s = done->exchange->service;
  roster_exchange x = { s->provider->head.id,
                        s->gateway ? s->gateway->head.id : "",
                        stage_name(exchange_stage(done->exchange)),
                        control_outcome(done->exchange, done, r),
                        done->response->status,
                        done->response->elapsed_ms };
  o->on_exchange(o->payload, &x);
}

static const outcome *failed_before(void *payload, const service *v) {
  const job_state *s = payload;
  const roster_model *before = s->job->earlier ? result_find(s->job->earlier, v->model->head.id) : NULL;
  if (!before || before->outcome.stage != STAGE_GENERATE || before->outcome.state == ROSTER_READY) return NULL;
  return before->identity == service_identity(&s->ring, v) ? &before->outcome : NULL;
}

static bool was_ready(void *payload, const service *v) {
  const job_state *s = payload;
  const roster_model *before = s->job->earlier ? result_find(s->job->earlier, v->model->head.id) : NULL;
  return before && before->outcome.state == ROSTER_READY && before->identity == service_identity(&s->ring, v);
}

/* What the listings had when the former result was made, for each provider that is still defined. */
static const earlier_listing *earlier_listings(job_state *s, const catalog *c) {
  const result *d = s->job->earlier;
  earlier_listing *all = arena_array(s->scratch, c->providers.count, sizeof *all);
  for (size_t i = 0; d && i < d->count; i++) {
    const model *m = d->models[i].heard;
    const provider *p = m->discovered ? lookup_get(&c->providers.ids, m->provider) : NULL;
    const bool named = p && !trace_in_name(&s->ring, m->api_name);
    if (named) discovery_remember(&all[p->position], s->scratch, m);
  }
  return all;
}

static roster_level level_of(const roster_options *o, const policy *p) { return o->level != ROSTER_LEVEL_DEFAULT ? o->level : p->level; }

/* What the definitions call things gives nothing away: a key may be the word "ollama", or a model's name. */
static texts own_words(job_state *s, const catalog *c) {
  texts own = { 0 };
  for (size_t i = 0; i < c->providers.count; i++) LIST_PUSH(s->scratch, own.at, own.count, own.room, c->providers.at[i]->head.id);
  for (size_t i = 0; i < c->models.count; i++) LIST_PUSH(s->scratch, own.at, own.count, own.room, c->models.at[i]->api_name);
  return own;
}

static const roster_transport *connect(void *payload) {
  job *j = ((job_state *)payload)->job;
  j->transport = j->connect(j->payload, &j->error);
  if (!j->transport) j->status = j->error.status;
  return j->transport;
}

static void take_scratch(job_state *s) {
  s->scratch = arena_new();
  if (!s->scratch) arena_exhaust(s->kept);
  arena_jump(s->scratch, &s->escape);
  arena_watch(s->scratch, s->job->cancelled);
}

/* False, and the job has failed, where there is no transport for what is to be asked. */
static bool ask_providers(job_state *s, factory *f, const environment *e) {
  const roster_options *o = &s->job->options->given;
  prober *p = &s->prober;
  take_scratch(s);
  script_use_arena(s->script, s->scratch);
  script_use_ring(s->script, &s->ring);
  keyring_own(&s->ring, own_words(s, f->catalog));
  *p = (prober){ .arena = s->scratch,
                 .factory = f,
                 .script = s->script,
                 .level = level_of(o, &f->catalog->policy),
                 .timeout_ms = o->timeout_ms,
                 .deadline_ms = o->deadline_ms };
  p->exchanges = (exchanges){ .arena = s->scratch,
                              .ring = &s->ring,
                              .environment = e,
                              .extras = &f->extras,
                              .signs = !s->job->options->given.transport || s->job->options->given.transport_signs,
                              .listens = s->job->options->given.transport != NULL,
                              .cancelled = s->job->cancelled };
  p->exchanges.ca_file = environment_get(e, "SSL_CERT_FILE");
  p->exchanges.ca_dir = p->exchanges.ca_file ? NULL : environment_get(e, "SSL_CERT_DIR");
  p->billing = (billing){ .ledger = s->job->ledger, .by_clock = s->job->by_clock, .claim = s->job->claim, .payload = s->job->payload };
  if (s->job->named) p->billing.names = (const char *const *)s->job->named->ids;
  if (s->job->named) p->billing.name_count = s->job->named->count;
  p->failed_before = failed_before;
  p->was_ready = was_ready;
  p->beliefs = s->job->beliefs;
  p->discover_all = o->discover_all;
  p->earlier = earlier_listings(s, f->catalog);
  p->on_decided = progress;
  p->on_completed = o->on_exchange ? report_exchange : NULL;
  p->payload = s;
  p->connect = connect;
  const bool good = (!o->transport || connect(s)) && prober_run(p); /* a recorder is to learn of a run that asks nobody, too */
  factory_report_refusals(f, s->scratch);
  return good;
}

/* ---- all of it ---- */

static bool is_cancelled(job *j) {
  if (!j->cancelled || !atomic_load(j->cancelled)) return false;
  j->status = fail(&j->error, ROSTER_ECANCELLED, NULL, "the registry is being closed");
  return true;
}

/* Of a model that a block defines or that the former result has of a listing; NULL for another. */
static const service *service_of(job_state *s, factory *f, const char *id) {
  const model *m = catalog_model(f->catalog, id);
  const roster_model *before = m || !s->job->earlier ? NULL : result_find(s->job->earlier, id);
  provider *of = before && before->defined->discovered ? lookup_get(&f->catalog->providers.ids, before->defined->provider) : NULL;
  if (m || !of) return m ? &f->services[m->position] : NULL;
  m = discovery_again(f, of, before->heard);
  return m ? factory_make(f, m, false) : NULL;
}

static roster_status write_command(job_state *s, factory *f) {
  job *j = s->job;
  const service *v = service_of(s, f, j->command_id);
  if (!v) return fail(&j->error, ROSTER_EUNKNOWN, "refresh: the definitions changed", "no model has the id '%s' any more", j->command_id);
  const model_request q = model_request_make(s->kept, f, s->script, v);
  roster_status status = model_request_check(&q, v, j->command_id, &j->error);
  if (status == ROSTER_OK && !(j->command = strdup(q.command))) arena_exhaust(s->kept);
  return status;
}

/* ---- the document in the form that the host wants: a function of the definitions makes it of the standard one ---- */

/* At the opening the host is to blame for a name that nobody defines; later, an edit of the definitions. */
static roster_status refuse_name(job *j, const char *what, const char *name, const char *nearest, const char *hint) {
  return fail(&j->error, j->earlier ? ROSTER_EDEFINITIONS : ROSTER_EINVALID, hint, "options: no %s has the name '%s'%s%s%s", what, name,
              SUGGESTION(nearest));
}

static roster_status find_document(job *j, const catalog *c, const rule **out) {
  const char *name = j->options->given.document;
  *out = name ? catalog_document(c, name) : NULL;
  if (!name || *out || !j->build) return ROSTER_OK;
  const char **names = arena_array(c->arena, c->documents.count, sizeof *names);
  for (size_t i = 0; i < c->documents.count; i++) names[i] = c->documents.at[i].name;
  return refuse_name(j, "document", name, suggest(name, names, c->documents.count),
                     "name one that is shipped (phoenix), or define it: document \"NAME\" (function (snapshot) ... end)");
}

static roster_status refuse_source(job *j, catalog *c) {
  const char *id = j->update->unknown, *nearest = NEAREST(c, sources, id);
  if (lookup_get(&c->sources.ids, id))
    return fail(&j->error, ROSTER_EUNKNOWN, "turn it on with the line source \"ID\" {}", "the source '%s' is off", id);
  return fail(&j->error, ROSTER_EUNKNOWN, "the `source` blocks of the definitions name them", "no source has the id '%s'%s%s%s", id,
              SUGGESTION(nearest));
}

static roster_status find_ids(job *j, catalog *c) {
  const char *name = j->options->given.ids;
  if (!name || lookup_get(&c->id_sets.ids, name)) return ROSTER_OK;
  return refuse_name(j, "`ids` block", name, NEAREST(c, id_sets, name),
                     "name one that is shipped (phoenix), or define it: ids \"NAME\" { [\"SPELLING\"] = \"id of a model\" }");
}

static json_t *standard_document(job_state *s, size_t *bytes) {
  const roster_snapshot plain = { .data = s->job->result };
  char *text = document_models(&plain, bytes);
  if (!text) arena_exhaust(s->kept);
  s->document = text;
  s->standard = json_read_own(s->kept, text, *bytes);
  free(text);
  s->document = NULL;
  if (!s->standard) arena_exhaust(s->kept);
  return s->standard;
}

/* Where the function fails, the standard document is better than none. */
static void write_document(job_state *s, const catalog *c, const rule *wanted) {
  size_t bytes = 0;
  const char *text = NULL;
  const json_t *standard = standard_document(s, &bytes);
  script_use_arena(s->script, s->kept);
  const char *wrong = script_document(s->script, wanted, standard, bytes, &text);
  if (wrong)
    finding_warning(c->findings, script_place(s->script, wanted->function),
                    "document '%s' failed: %s: the standard document is used instead", wanted->name, wrong);
  s->job->result->document = text;
}

static void write_merged(job_state *s, const environment *e) {
  job *j = s->job;
  take_scratch(s);
  const merged_request wanted = { j->merge, environment_get(e, "HOME"), sources_text, &s->sources, s->scratch };
  const char *text = NULL;
  j->status = merged_write(s->merged, &wanted, &text, &j->error);
  if (j->status == ROSTER_OK && !(j->merged = strdup(text))) arena_exhaust(s->kept);
}

static void build_result(job_state *s, factory *f, const model_request *requests) {
  job *j = s->job;
  source_states_free(&s->facts);
  const result_parts parts = { .arena = s->kept,
                               .factory = f,
                               .prober = j->ask ? &s->prober : NULL,
                               .earlier = j->earlier,
                               .cache = j->ask ? NULL : j->cache,
                               .generation = j->generation,
                               .requests = requests,
                               .ledger = j->ledger,
                               .sources = s->facts.at,
                               .source_count = f->catalog->sources.count,
                               .registry = j->options->number };
  j->result = result_build(&parts);
}

static void work(job_state *s) {
  job *j = s->job;
  environment *e = arena_alloc(s->kept, sizeof *e);
  *e = registry_options_environment(j->options);
  environment_index(e, s->kept);
  catalog *c = read_definitions(s, e);
  factory *f = c->findings->errors || j->update || j->merge ? NULL : make_services(s, c, e);
  if (f) check_host_protocols(&j->options->given, c);
  if (f) catalog_check_rules(c);
  if (f && c->thorough) classification_rehearse(s->script, c);
  if (c->thorough) script_report_unreached(s->script);
  if (is_cancelled(j)) return;
  size_t reported = c->findings->count;
  report_findings(s, c->findings, j->update ? s->before_update : 0);
  const rule *document = NULL;
  j->status = findings_status(c->findings, &j->error);
  if (j->keep_finding && j->status != ROSTER_OK) j->finding = finding_copy(findings_first(c->findings));
  if (j->update && j->status == ROSTER_OK && j->update->unknown) j->status = refuse_source(j, c);
  if (j->merge && j->status == ROSTER_OK) write_merged(s, e);
  if (j->update || j->merge) return;
  if (j->status == ROSTER_OK) j->status = find_ids(j, c);
  if (j->status == ROSTER_OK) j->status = find_document(j, c, &document);
  if (j->status != ROSTER_OK) return;
  if (j->command_id) j->status = write_command(s, f);
  if (j->ask && !ask_providers(s, f, e)) return;
  if (!j->ask && j->cache) cache_restore(j->cache, f, &s->ring, j->options->given.discover_all);
  report_findings(s, c->findings, reported);
  if (is_cancelled(j)) return;
  const model_request *requests = j->build && j->options->given.keep_requests ? model_requests_make(s->kept, f, s->script) : NULL;
  if (!document) script_close(s->script); /* before the result is made: that saves memory */
  if (!j->build) return;
  build_result(s, f, requests);
  reported = c->findings->count;
  if (document && !j->options->given.no_document) write_document(s, c, document);
  report_findings(s, c->findings, reported);
  s->kept_by_result = true;
}

static void job_cleanup(job_state *s) {
  if ((s->job->ask || s->job->update) && s->job->transport) s->job->transport->cancel_all(s->job->transport->self);
  json_answer_drop(&s->prober.body);
  gate_forget(&s->prober.exchanges.kept);
  json_decref(s->standard);
  free(s->document);
  sources_cleanup(&s->sources);
  source_states_free(&s->facts);
  script_close(s->script);
  keyring_wipe(&s->ring);
  arena_free(s->scratch);
  if (!s->kept_by_result) arena_free(s->kept);
}

static _Thread_local const registry_options *under_way;

const registry_options *job_mark(const registry_options *of) {
  const registry_options *before = under_way;
  under_way = of;
  return before;
}

bool job_is_here(const registry_options *of) { return under_way == of; }

static void run(void *argument) {
  job *j = argument;
  job_mark(j->options);
  job_state *s = calloc(1, sizeof *s);
  if (s) s->kept = arena_new();
  if (!s || !s->kept) {
    free(s);
    j->status = fail(&j->error, ROSTER_ENOMEM, NULL, "not enough memory");
    return;
  }
  s->job = j;
  s->ring.salt = j->salt;
  s->sources.fd = -1; /* none is open */
  arena_jump(s->kept, &s->escape);
  arena_watch(s->kept, j->cancelled);
  if (setjmp(s->escape) == 0) {
    work(s);
  } else {
    j->result = NULL;
    if (!is_cancelled(j)) j->status = fail(&j->error, ROSTER_ENOMEM, "nothing was changed", "not enough memory");
  }
  if (s->kept_by_result) arena_watch(s->kept, NULL);
  job_cleanup(s);
  free(s);
}

roster_status job_run(job *j) {
  j->status = ROSTER_OK;
  if (worker_run(run, j)) return j->status;
  if (errno == ENOMEM)
    j->status = fail(&j->error, ROSTER_ENOMEM, "nothing was changed", "not enough memory");
  else
    j->status = fail(&j->error, ROSTER_ESYSTEM, "look at the limits on threads and memory", "no thread could be started");
  return j->status;
}

/* job: see job.h. */
#include "library/registry/job.h"

#include "library/registry/model_request.h"
#include "library/registry/sources.h"
#include "library/validate/discovery.h"
#include "util/worker.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

/* All that must be let go of, wherever the job ends. */
typedef struct holdings {
  job *job;
  jmp_buf escape;
  arena *kept;    /* becomes the answer's */
  arena *scratch; /* of the validation */
  script *script;
  sources sources;
  keyring ring;
  key_sources keys;
  prober prober;
  bool handed_over;
} holdings;

static void out_of_memory(void *payload) { longjmp(((holdings *)payload)->escape, 1); }

static void tell_findings(const job *j, const findings *f, size_t from) {
  const roster_options *o = &j->options->said;
  for (size_t i = from; o->on_finding && i < f->count; i++) o->on_finding(o->payload, &f->at[i]);
}

static catalog *read_definitions(holdings *h, const environment *e) {
  findings *f = arena_alloc(h->kept, sizeof *f);
  *f = (findings){ .arena = h->kept };
  catalog *c = arena_alloc(h->kept, sizeof *c);
  *c = (catalog){ .arena = h->kept, .findings = f };
  if (!script_open(&h->script, c, e, h->job->cancelled)) out_of_memory(h);
  h->sources = (sources){ .arena = h->kept, .findings = f, .options = h->job->options, .environment = *e, .script = h->script, .fd = -1 };
  sources_read(&h->sources);
  h->job->mark = h->sources.mark;
  script_seal(h->script);
  catalog_finish(c);
  return c;
}

static factory *make_services(holdings *h, catalog *c, const environment *e) {
  const roster_options *o = &h->job->options->said;
  h->keys = (key_sources){ .arena = h->kept, .ring = &h->ring, .environment = e, .host = o->credential, .payload = o->payload };
  h->keys.helpers = h->job->helpers;
  h->keys.start = h->job->start;
  h->keys.wait_until_ms = h->job->ask && o->helper_wait_ms ? now_ms() + o->helper_wait_ms : 0;
  factory *f = arena_alloc(h->kept, sizeof *f);
  *f = (factory){ .arena = h->kept, .catalog = c, .script = h->script, .sources = &h->keys };
  f->host_protocols = o->host_protocols;
  f->host_protocol_count = o->host_protocol_count;
  factory_run(f);
  return f;
}

/* ---- asking ---- */

static void progress(void *payload, const probe *t, size_t decided, size_t total) {
  const roster_options *o = &((holdings *)payload)->job->options->said;
  roster_progress p = { t->service->model->head.id, t->service->provider->head.id, roster_state_name(t->service->outcome.state), decided,
                        total };
  if (o->on_progress) o->on_progress(o->payload, &p);
}

static const outcome *remembered(void *payload, const service *s) {
  const job *j = ((holdings *)payload)->job;
  const roster_model *before = j->earlier ? answer_find(j->earlier, s->model->head.id) : NULL;
  if (!before || before->outcome.stage != STAGE_GENERATE || before->outcome.state != ROSTER_READY) return NULL;
  return before->identity == service_identity(&((holdings *)payload)->ring, s) ? &before->outcome : NULL;
}

/* What the listings of the answer before had, for each provider that is still there. */
static const earlier_listing *earlier_listings(holdings *h, const catalog *c) {
  const answer_data *d = h->job->earlier;
  earlier_listing *all = arena_array(h->scratch, c->providers.count, sizeof *all);
  for (size_t i = 0; d && i < d->count; i++) {
    const model *m = d->models[i].model;
    const provider *whom = m->discovered ? lookup_get(&c->providers.ids, m->provider) : NULL;
    if (whom) discovery_remember(&all[whom->position], h->scratch, m);
  }
  return all;
}

static roster_level level_of(const roster_options *o, const policy *p) { return o->level != ROSTER_LEVEL_DEFAULT ? o->level : p->level; }

static void ask_providers(holdings *h, factory *f, const environment *e) {
  const roster_options *o = &h->job->options->said;
  prober *p = &h->prober;
  h->scratch = arena_new();
  if (!h->scratch) out_of_memory(h);
  arena_on_exhausted(h->scratch, out_of_memory, h, NULL, NULL);
  script_use_arena(h->script, h->scratch);
  *p = (prober){ .arena = h->scratch,
                 .factory = f,
                 .script = h->script,
                 .level = level_of(o, &f->catalog->policy),
                 .timeout_ms = o->timeout_ms,
                 .deadline_ms = o->deadline_ms };
  p->exchanges = (exchanges){ .arena = h->scratch,
                              .ring = &h->ring,
                              .environment = e,
                              .extras = &f->extras,
                              .transport = h->job->transport,
                              .signs = !h->job->options->said.transport || h->job->options->said.transport_signs,
                              .cancelled = h->job->cancelled };
  p->exchanges.ca_file = environment_get(e, "SSL_CERT_FILE");
  p->exchanges.ca_dir = p->exchanges.ca_file ? NULL : environment_get(e, "SSL_CERT_DIR");
  p->remembered = remembered;
  p->discover_all = o->discover_all;
  p->earlier = earlier_listings(h, f->catalog);
  p->on_decided = progress;
  p->payload = h;
  prober_run(p);
  factory_tell_helpers(f, h->scratch);
}

/* ---- the whole ---- */

static bool cancelled(job *j) {
  if (!j->cancelled || !atomic_load(j->cancelled)) return false;
  j->status = fail(&j->error, ROSTER_ECANCELLED, NULL, "the registry is being closed");
  return true;
}

static roster_status write_command(holdings *h, const factory *f) {
  job *j = h->job;
  const model *m = catalog_model(f->catalog, j->command_id);
  if (!m)
    return fail(&j->error, ROSTER_EUNKNOWN, "write a block for it, if only a listing has it", "no block defines a model with the id '%s'",
                j->command_id);
  const service *v = &f->services[m->position];
  const model_request q = model_request_make(h->kept, f, h->script, v);
  roster_status status = model_request_check(&q, v, j->command_id, &j->error);
  if (status == ROSTER_OK && !(j->command = strdup(q.command))) out_of_memory(h);
  return status;
}

static void work_through(holdings *h) {
  job *j = h->job;
  environment *e = arena_alloc(h->kept, sizeof *e);
  *e = options_environment(j->options);
  catalog *c = read_definitions(h, e);
  factory *f = c->findings->errors ? NULL : make_services(h, c, e);
  if (cancelled(j)) return;
  size_t told = c->findings->count;
  tell_findings(j, c->findings, 0);
  j->status = findings_status(c->findings, &j->error);
  if (j->status != ROSTER_OK) return;
  if (j->command_id) j->status = write_command(h, f);
  if (j->ask) ask_providers(h, f, e);
  tell_findings(j, c->findings, told);
  if (cancelled(j)) return;
  const model_request *requests = j->build && j->options->said.keep_requests ? model_requests_make(h->kept, f, h->script) : NULL;
  script_close(h->script);
  h->script = NULL;
  if (!j->build) return;
  answer_parts parts = { h->kept, f, j->ask ? &h->prober : NULL, j->earlier, j->ask ? NULL : j->cache, j->generation, requests };
  j->answer = answer_build(&parts);
  h->handed_over = true;
}

static void let_go(holdings *h) {
  if (h->job->ask && h->job->transport) h->job->transport->cancel_all(h->job->transport->self);
  json_decref(h->prober.body);
  sources_let_go(&h->sources);
  script_close(h->script);
  keyring_wipe(&h->ring);
  arena_free(h->scratch);
  if (!h->handed_over) arena_free(h->kept);
}

static void run(void *argument) {
  job *j = argument;
  holdings *h = calloc(1, sizeof *h);
  if (h) h->kept = arena_new();
  if (!h || !h->kept) {
    free(h);
    j->status = fail(&j->error, ROSTER_ENOMEM, NULL, "not enough memory");
    return;
  }
  h->job = j;
  h->ring.salt = j->salt;
  h->sources.fd = -1; /* nothing is open */
  arena_on_exhausted(h->kept, out_of_memory, h, NULL, NULL);
  if (setjmp(h->escape) == 0) {
    work_through(h);
  } else {
    j->answer = NULL;
    j->status = fail(&j->error, ROSTER_ENOMEM, "nothing was changed", "not enough memory");
  }
  let_go(h);
  free(h);
}

roster_status job_run(job *j) {
  j->status = ROSTER_OK;
  if (!worker_run(run, j))
    return j->status = fail(&j->error, ROSTER_ESYSTEM, "look at the limits on threads and memory", "no thread could be started");
  return j->status;
}

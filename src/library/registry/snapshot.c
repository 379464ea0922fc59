/* snapshot: see snapshot.h. Every getter is a handful of plain loads. */
#include "library/registry/snapshot.h"

#include "library/definitions/schema.h"
#include "util/finding.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void snapshot_free(roster_snapshot *s) {
  result_release(s->data);
  free(s->own);
  free(s->error);
  free(s);
}

static bool give_document(roster_snapshot *s) {
  const char *made = s->data->document;
  if (!made) s->own = document_models(s, &s->json_bytes);
  if (made) s->json_bytes = strlen(made);
  s->json = made ? made : s->own;
  return s->json != NULL;
}

roster_snapshot *snapshot_new(result *d, const roster_options *o, const roster_finding *error) {
  roster_snapshot *s = calloc(1, sizeof *s);
  if (!s) {
    result_release(d);
    return NULL;
  }
  atomic_init(&s->holders, 1);
  s->data = d;
  if (error) s->error = finding_copy(error);
  if ((s->error || !error) && (o->no_document || give_document(s))) return s;
  snapshot_free(s);
  return NULL;
}

void roster_release(const roster_snapshot *held) {
  roster_snapshot *s = (roster_snapshot *)held; /* only the count of holders is ever written */
  if (s && atomic_fetch_sub_explicit(&s->holders, 1, memory_order_acq_rel) == 1) snapshot_free(s);
}

/* ---- the snapshot ---- */

uint64_t roster_generation(const roster_snapshot *s) { return s ? s->data->generation : 0; }
const char *roster_snapshot_day(const roster_snapshot *s) { return s ? s->data->day : NULL; }
size_t roster_count(const roster_snapshot *s) { return s ? s->data->usable_count : 0; }
const roster_model *roster_at(const roster_snapshot *s, size_t i) { return s && i < s->data->usable_count ? s->data->usable[i] : NULL; }
size_t roster_known_count(const roster_snapshot *s) { return s ? s->data->count : 0; }
const roster_model *roster_known_at(const roster_snapshot *s, size_t i) { return s && i < s->data->count ? &s->data->models[i] : NULL; }
const roster_model *roster_known(const roster_snapshot *s, const char *id) { return s ? result_find(s->data, id) : NULL; }

const roster_model *roster_find(const roster_snapshot *s, const char *id) {
  if (!s || !id) return NULL;
  const lookup *names = &s->data->catalog->names;
  const lookup_slot *slot = lookup_find(names, id);
  return slot ? s->data->usable_by_name[slot - names->slots] : NULL;
}

const roster_model *roster_default(const roster_snapshot *s) { return s ? s->data->default_model : NULL; }

size_t roster_rename_count(const roster_snapshot *s) { return s ? s->data->rename_count : 0; }
const roster_rename *roster_rename_at(const roster_snapshot *s, size_t i) {
  return s && i < s->data->rename_count ? &s->data->renames[i] : NULL;
}

const char *roster_credential_status(const roster_snapshot *s) { return s ? s->data->credential_status : NULL; }

const char *roster_snapshot_json(const roster_snapshot *s, size_t *bytes) {
  if (bytes) *bytes = s ? s->json_bytes : 0;
  return s ? s->json : NULL;
}

const char *roster_gateway_status(const roster_snapshot *s) { return s ? s->data->gateway_status : NULL; }
bool roster_llm_configured(const roster_snapshot *s) { return s && s->data->llm_configured; }
const char *roster_default_wanted(const roster_snapshot *s) { return s ? s->data->default_wanted : NULL; }
size_t roster_billed_today(const roster_snapshot *s) { return s ? (size_t)s->data->billed_today : 0; }
size_t roster_billed_per_day(const roster_snapshot *s) { return s ? (size_t)s->data->billed_per_day : 0; }
const char *roster_billed_since(const roster_snapshot *s) { return s ? s->data->billed_since : NULL; }
const char *roster_empty_reason(const roster_snapshot *s) { return s ? s->data->empty_reason : NULL; }
const char *roster_empty_hint(const roster_snapshot *s) { return s ? s->data->empty_hint : NULL; }

const char *roster_definitions_error(const roster_snapshot *s, const char **file, int *line) {
  const roster_finding *error = roster_definitions_finding(s);
  if (file) *file = error ? error->file : NULL;
  if (line) *line = error ? error->line : 0;
  return error ? error->message : NULL;
}

const roster_finding *roster_definitions_finding(const roster_snapshot *s) { return s ? s->error : NULL; }

/* ---- one model ---- */

static const char *or_empty(const char *text) { return text ? text : ""; }

#define MODEL_TEXT(name, expression)                                                                                                       \
  const char *roster_model_##name(const roster_model *m) { return m ? or_empty(expression) : NULL; }
#define MODEL_VALUE(type, name, expression, none)                                                                                          \
  type roster_model_##name(const roster_model *m) { return m ? (expression) : (none); }
#define MODEL_LIST(name, list)                                                                                                             \
  const char *roster_model_##name##_at(const roster_model *m, size_t i) {                                                                  \
    return m && i < m->model->list.count ? m->model->list.at[i] : NULL;                                                                    \
  }

#define GETTER_TEXT(name)   MODEL_TEXT(name, m->model->name)
#define GETTER_CHOICE(name) GETTER_TEXT(name)
#define GETTER_DATE(name)   GETTER_TEXT(name)
#define GETTER_COUNT(name)  MODEL_VALUE(int64_t, name, m->model->name, 0)
#define GETTER_FLAG(name)   MODEL_VALUE(bool, name, m->model->name, false)
#define GETTER_TRI(name)    MODEL_VALUE(roster_tri, name, (roster_tri)m->model->name, ROSTER_UNKNOWN)
#define GETTER_LIST(name)
#define GETTER_MODALITIES(name)
#define GETTER_RANGE(name)
#define GETTER_PRICE(name)
#define GETTER_EXTRA(name) MODEL_TEXT(name, m->model->name.json ? m->model->name.json : "{}")

#define GETTER(use, type, name, ...) NOT_INNER_##use(GETTER_##type(name))

MODEL_FIELDS(GETTER)
MODEL_TEXT(id, m->model->head.id)
MODEL_TEXT(canonical_id, m->defined->head.id)
MODEL_TEXT(protocol, m->model->speaks->head.id)
MODEL_TEXT(url, m->service->url)
MODEL_TEXT(rule, m->service->rule)
MODEL_TEXT(source, m->service->source)
MODEL_TEXT(defined_at, m->defined_at)
MODEL_TEXT(stale_reason, m->stale_reason)
MODEL_TEXT(stage, stage_name(m->outcome.stage))
MODEL_TEXT(reason, m->outcome.reason)
MODEL_TEXT(hint, m->outcome.hint)
MODEL_TEXT(said, m->stale_reason ? m->stale_said : m->outcome.said)
MODEL_TEXT(checked_at, m->outcome.checked_at)

MODEL_VALUE(const roster_provider *, provider, m->provider, NULL)
const char *roster_model_disagreement_at(const roster_model *m, size_t i) {
  return m && i < m->disagreements.count ? m->disagreements.at[i] : NULL;
}
bool roster_model_discovered(const roster_model *m) { return m && m->model->discovered; }
const char *roster_model_warning(const roster_model *m) { return m && m->warning ? m->warning : ""; }
const char *roster_model_served(const roster_model *m) { return m && m->outcome.served ? m->outcome.served : ""; }
const char *roster_model_snapshot_of(const roster_model *m) { return m && m->snapshot_of ? m->snapshot_of->model->head.id : ""; }
const char *roster_model_snapshot_at(const roster_model *m, size_t index) {
  return m && index < m->snapshots.count ? m->snapshots.at[index] : NULL;
}
const char *roster_model_shadowed_by(const roster_model *m) { return m && m->shadowed_by ? m->shadowed_by : ""; }
MODEL_VALUE(roster_reason, reason_code, m->stale_reason ? m->stale_code : m->outcome.code, ROSTER_REASON_NONE)
MODEL_VALUE(roster_blame, blame, m->stale_reason ? m->stale_blame : m->outcome.blame, ROSTER_BLAME_NONE)
MODEL_VALUE(roster_state, state, m->outcome.state, ROSTER_DISABLED)
MODEL_VALUE(bool, usable, m->usable, false)
MODEL_VALUE(bool, configured, m->configured, false)
MODEL_VALUE(bool, stale, m->stale_reason != NULL, false)
MODEL_VALUE(int, http_status, m->outcome.http_status, 0)
MODEL_VALUE(long, latency_ms, m->outcome.latency_ms, -1)

MODEL_LIST(alias, aliases)
MODEL_LIST(formerly, formerly)
MODEL_LIST(input_modality, input_modalities)
MODEL_LIST(output_modality, output_modalities)
MODEL_LIST(reasoning_level, reasoning_levels)
MODEL_LIST(tag, tags)

/* ---- any field of the table ---- */

#define NUMBERED(use, type, name, ...) NOT_INNER_##use(NUMBER_##name, )
#define OFFSET(use, type, name, ...)   NOT_INNER_##use(offsetof(model, name), )
#define DESCRIBED(use, type, name, listed, fact, upstream, unit, words, choices, doc, ...)                                                 \
  NOT_INNER_##use({ NUMBER_##name, #name, ROSTER_FIELD_##type, unit, doc, words, choices, upstream, fact }, )

/* To hosts, modalities are a list like others, but one that may be unknown: see roster_model_field_known. */
#define ROSTER_FIELD_MODALITIES ROSTER_FIELD_LIST

enum { MODEL_FIELDS(NUMBERED) SHOWN_FIELDS };
static const size_t offsets[] = { MODEL_FIELDS(OFFSET) };
static const roster_field shown[] = { MODEL_FIELDS(DESCRIBED) };

const roster_field *roster_field_at(size_t i) { return i < SHOWN_FIELDS ? &shown[i] : NULL; }

static const void *value_of(const roster_model *m, const roster_field *f) {
  return m && f && f->index < SHOWN_FIELDS ? (const char *)m->model + offsets[f->index] : NULL;
}

const char *roster_model_field_text(const roster_model *m, const roster_field *f) {
  const void *value = value_of(m, f);
  if (!value) return NULL;
  if (f->type == ROSTER_FIELD_EXTRA) return roster_model_extra(m);
  return f->type <= ROSTER_FIELD_DATE ? or_empty(*(const char *const *)value) : "";
}

int64_t roster_model_field_count(const roster_model *m, const roster_field *f) {
  const void *value = value_of(m, f);
  return value && f->type == ROSTER_FIELD_COUNT ? *(const int64_t *)value : 0;
}

roster_tri roster_model_field_flag(const roster_model *m, const roster_field *f) {
  const void *value = value_of(m, f);
  if (value && f->type == ROSTER_FIELD_FLAG) return *(const bool *)value ? ROSTER_YES : ROSTER_NO;
  return value && f->type == ROSTER_FIELD_TRI ? (roster_tri) * (const small_tri *)value : ROSTER_UNKNOWN;
}

bool roster_model_field_known(const roster_model *m, const roster_field *f) {
  const void *value = value_of(m, f);
  if (!value) return false;
  switch (f->type) {
  case ROSTER_FIELD_TEXT:
  case ROSTER_FIELD_CHOICE:
  case ROSTER_FIELD_DATE: return *(const char *const *)value != NULL;
  case ROSTER_FIELD_COUNT: return *(const int64_t *)value != 0;
  case ROSTER_FIELD_PRICE:
  case ROSTER_FIELD_RANGE: return *(const void *const *)value != NULL;
  case ROSTER_FIELD_TRI: return *(const small_tri *)value != ROSTER_UNKNOWN;
  case ROSTER_FIELD_LIST: return !f->choices || ((const texts *)value)->at; /* those with choices are the modalities */
  default: return true;
  }
}

const char *roster_model_field_item(const roster_model *m, const roster_field *f, size_t i) {
  const texts *list = f && f->type == ROSTER_FIELD_LIST ? value_of(m, f) : NULL;
  return list && i < list->count ? list->at[i] : NULL;
}

/* ---- where a field comes from ---- */

static size_t write_origin(const model *m, const field *f, char *out, size_t size) {
  const schema *s = schema_of("model");
  origin at = schema_origin(s, m, f->name);
  bool given = m->head.given & (uint64_t)1 << (f - s->fields);
  int n = !given         ? snprintf(out, size, "default")
          : at.line == 0 ? snprintf(out, size, "%s", at.file)
                         : snprintf(out, size, "%s:%d", at.file, at.line);
  return n < 0 ? 0 : (size_t)n;
}

size_t roster_model_write_origin(const roster_model *m, const char *name, char *out, size_t size) {
  const field *f = m && name ? schema_field(schema_of("model"), name) : NULL;
  if (size) *out = 0;
  return f ? write_origin(m->model, f, out, size) : 0;
}

const char *roster_origin_field_at(size_t i) {
  const roster_field *f = roster_field_at(i);
  return f ? f->name : NULL;
}

/* ---- what takes more than a field ---- */

int64_t roster_model_reasoning_budget_min(const roster_model *m) {
  const token_range *r = m ? m->model->reasoning_budget : NULL;
  return r && (r->head.given & 1) ? r->min : -1;
}

int64_t roster_model_reasoning_budget_max(const roster_model *m) {
  const token_range *r = m ? m->model->reasoning_budget : NULL;
  return r && (r->head.given & 2) ? r->max : -1;
}

int64_t roster_model_assumed_window(const roster_model *m, const char *id) {
  const windows *list = m ? &m->model->former_windows : NULL;
  for (size_t i = 0; list && i < list->count; i++)
    if (text_is(list->at[i].id, id)) return list->at[i].tokens == m->model->context_window ? 0 : list->at[i].tokens;
  return 0;
}

const roster_header *roster_model_header_at(const roster_model *m, size_t i) { return m && i < m->header_count ? &m->headers[i] : NULL; }
const roster_request *roster_model_request_at(const roster_model *m, size_t i) {
  return m && i < m->request_count ? &m->requests[i] : NULL;
}

const char *roster_request_stage(const roster_request *q) { return q ? stage_name(q->attempt.stage) : NULL; }
const char *roster_request_method(const roster_request *q) { return q ? q->attempt.method : NULL; }
const char *roster_request_url(const roster_request *q) { return q ? q->attempt.url : NULL; }
int roster_request_status(const roster_request *q) { return q ? q->attempt.status : 0; }
long roster_request_latency_ms(const roster_request *q) { return q ? q->attempt.latency_ms : -1; }
const char *roster_request_outcome(const roster_request *q) { return q ? q->attempt.outcome : NULL; }

/* ---- one provider ---- */

size_t roster_provider_count(const roster_snapshot *s) { return s ? s->data->provider_count : 0; }
const roster_provider *roster_provider_at(const roster_snapshot *s, size_t i) {
  return s && i < s->data->provider_count ? &s->data->providers[i] : NULL;
}
const char *roster_provider_id(const roster_provider *p) { return p ? p->provider->head.id : NULL; }
const char *roster_provider_title(const roster_provider *p) { return p ? p->provider->title : NULL; }
const char *roster_provider_protocol(const roster_provider *p) { return p ? p->provider->protocol : NULL; }
roster_tri roster_provider_listed(const roster_provider *p) { return p ? p->listed : ROSTER_UNKNOWN; }
const char *roster_provider_listing_problem(const roster_provider *p) { return p ? p->listing_problem : NULL; }
const char *roster_provider_warning(const roster_provider *p) { return p ? p->warning : NULL; }
const roster_limits *roster_provider_limits(const roster_provider *p) { return p && p->limits.at ? &p->limits : NULL; }
const char *roster_provider_hint(const roster_provider *p) { return p ? p->hint : NULL; }
const char *roster_provider_endpoint(const roster_provider *p) { return p ? p->endpoint : NULL; }
const char *roster_provider_credential_source(const roster_provider *p) { return p ? p->source : NULL; }
bool roster_provider_credential_set(const roster_provider *p) { return p && p->set; }
const char *roster_provider_credential_since(const roster_provider *p) { return p ? p->since : NULL; }
const char *roster_provider_credential_until(const roster_provider *p) { return p ? p->until : NULL; }
bool roster_provider_discovers(const roster_provider *p) { return p && p->provider->enabled && p->provider->discover != 0; }
const char *roster_provider_defined_at(const roster_provider *p) { return p ? p->defined_at : NULL; }
const char *roster_provider_key_prefix_at(const roster_provider *p, size_t i) {
  return p && i < p->provider->key_prefixes.count ? p->provider->key_prefixes.at[i] : NULL;
}
const char *roster_provider_tag_at(const roster_provider *p, size_t i) {
  return p && i < p->provider->tags.count ? p->provider->tags.at[i] : NULL;
}
const char *roster_provider_extra(const roster_provider *p) { return !p ? NULL : p->provider->extra.json ? p->provider->extra.json : "{}"; }
static const char *text_or_empty(const char *text) { return text ? text : ""; }
const char *roster_provider_seen(const roster_provider *p) { return p ? text_or_empty(p->provider->seen) : NULL; }
const char *roster_provider_replacement(const roster_provider *p) { return p ? text_or_empty(p->provider->replacement) : NULL; }
bool roster_provider_ended(const roster_provider *p) { return p && p->provider->ended; }
const char *roster_provider_retired(const roster_provider *p) {
  const char *day = p ? p->provider->retired : NULL;
  return day && !*day ? "true" : p ? text_or_empty(day) : NULL;
}
bool roster_provider_enabled(const roster_provider *p) { return p && p->provider->enabled; }
size_t roster_provider_defined(const roster_provider *p) { return p ? p->defined : 0; }
size_t roster_provider_ready(const roster_provider *p) { return p ? p->ready : 0; }

const char *roster_version(void) { return ROSTER_VERSION; }

/* ---- sources ---- */

size_t roster_source_count(const roster_snapshot *s) { return s ? s->data->source_count : 0; }

const roster_source_state *roster_source_at(const roster_snapshot *s, size_t i) {
  return i < roster_source_count(s) ? &s->data->sources[i] : NULL;
}

/* document: snapshots, models, providers and errors as JSON. The shapes are promises: names and order of keys stay. */
#include "library/registry/snapshot.h"

#include <stdlib.h>
#include <string.h>

/* ---- one model ---- */

void document_texts(writer *w, const char *name, const texts *list) {
  write_open(w, name, '[');
  for (size_t i = 0; i < list->count; i++) write_text(w, NULL, list->at[i]);
  write_close(w, ']');
}

/* Null where nobody said which. */
static void write_modalities(writer *w, const char *name, const texts *list) {
  if (list->at)
    document_texts(w, name, list);
  else
    write_text_or_null(w, name, NULL);
}

void document_extra(writer *w, const char *name, const json_members *list) {
  const char *json = list->json ? list->json : "{}";
  write_raw(w, name, json, strlen(json));
}

static void write_windows(writer *w, const char *name, const windows *list) {
  write_open(w, name, '{');
  for (size_t i = 0; i < list->count; i++)
    if (list->at[i].tokens) write_integer(w, list->at[i].id, list->at[i].tokens);
  write_close(w, '}');
}

/* The four that most models have, null where unknown; of the others those that are known. */
static void write_parts(writer *w, const price *p) {
  for (int i = 0; i < PRICE_KINDS; i++) {
    const roster_price which = (roster_price)i;
    const bool known = price_part(p, which) >= 0;
    if (known || i <= (int)ROSTER_PRICE_CACHE_WRITE) write_number_or_null(w, price_name(which), known, p->amounts[i]);
  }
}

static void write_tiers(writer *w, const price *p) {
  write_open(w, "price_tiers", '[');
  for (size_t i = 0; p && p->above && i < p->above->count; i++) {
    write_open(w, NULL, '{');
    write_integer(w, "above", p->above->at[i].start);
    write_parts(w, p->above->at[i].change);
    write_close(w, '}');
  }
  write_close(w, ']');
}

static void write_changes(writer *w, const price *p) {
  write_open(w, "price_changes", '[');
  for (size_t i = 0; p && p->from && i < p->from->count; i++) {
    write_open(w, NULL, '{');
    write_text(w, "from", p->from->at[i].day);
    write_parts(w, p->from->at[i].change);
    write_tiers(w, p->from->at[i].change);
    write_close(w, '}');
  }
  write_close(w, ']');
}

static void write_price(writer *w, const price *p) {
  if (p) {
    write_open(w, "price", '{');
    write_parts(w, p);
    write_close(w, '}');
  } else {
    write_text_or_null(w, "price", NULL);
  }
  write_tiers(w, p);
  write_changes(w, p);
}

static void write_range(writer *w, const char *name, const token_range *r) {
  if (!r) {
    write_text_or_null(w, name, NULL);
    return;
  }
  write_open(w, name, '{');
  write_number_or_null(w, "min", r->head.given & 1, (double)r->min);
  write_number_or_null(w, "max", r->head.given & 2, (double)r->max);
  write_close(w, '}');
}

static void write_description(writer *w, const roster_model *m) {
  write_text(w, "description", m->model->description);
  write_count_or_null(w, "context_window", m->model->context_window);
  write_flag(w, "recommended", m->model->recommended);
  if (m->model->discovered) write_flag(w, "discovered", true);
  if (m->snapshot_of) write_text(w, "snapshot_of", m->snapshot_of->model->head.id);
  if (m->snapshots.count) document_texts(w, "snapshots", &m->snapshots);
  if (m->shadowed_by) write_text(w, "shadowed_by", m->shadowed_by);
  if (m->warning) write_text(w, "warning", m->warning);
  if (m->outcome.served) write_text(w, "served", m->outcome.served);
  write_text(w, "api_name", m->model->api_name);
  write_text(w, "protocol", m->model->speaks->head.id);
  write_text(w, "source", m->service->source);
}

#define WRITE_TEXT(name)       write_text_or_null(w, #name, m->name);
#define WRITE_CHOICE(name)     WRITE_TEXT(name)
#define WRITE_DATE(name)       WRITE_TEXT(name)
#define WRITE_COUNT(name)      write_count_or_null(w, #name, m->name);
#define WRITE_FLAG(name)       write_flag(w, #name, m->name);
#define WRITE_TRI(name)        write_flag_or_null(w, #name, m->name != ROSTER_UNKNOWN, m->name == ROSTER_YES);
#define WRITE_LIST(name)       document_texts(w, #name, &m->name);
#define WRITE_MODALITIES(name) write_modalities(w, #name, &m->name);
#define WRITE_RANGE(name)      write_range(w, #name, m->name);
#define WRITE_PRICE(name)      write_price(w, m->name);
#define WRITE_EXTRA(name)      document_extra(w, #name, &m->name);

#define WRITE_SHOWN(use, type, name, ...) ONLY_SHOWN_##use(WRITE_##type(name))

static void write_capabilities(writer *w, const model *m) { MODEL_FIELDS(WRITE_SHOWN) }

static void write_reason_code(writer *w, const roster_model *m) {
  roster_blame blame = roster_model_blame(m);
  write_text(w, "reason_code", roster_reason_name(roster_model_reason_code(m)));
  write_text_or_null(w, "blame", blame ? roster_blame_name(blame) : NULL);
}

static void write_freshness(writer *w, const roster_model *m) {
  write_text(w, "state", roster_state_name(m->outcome.state));
  write_flag(w, "stale", m->stale_reason != NULL);
  if (m->stale_reason) write_text(w, "stale_reason", m->stale_reason);
  if (m->stale_reason || m->outcome.served) write_reason_code(w, m);
  write_text_or_null(w, "checked_at", m->outcome.checked_at);
  write_text(w, "stage", stage_name(m->outcome.stage));
  if (m->outcome.latency_ms >= 0)
    write_integer(w, "latency_ms", m->outcome.latency_ms);
  else
    write_text_or_null(w, "latency_ms", NULL);
}

static void write_reasons(writer *w, const roster_model *m) {
  write_text(w, "state", roster_state_name(m->outcome.state));
  write_text(w, "stage", stage_name(m->outcome.stage));
  write_count_or_null(w, "http_status", m->outcome.http_status);
  write_text(w, "reason", m->outcome.reason);
  write_text(w, "hint", m->outcome.hint);
  write_reason_code(w, m);
  write_text_or_null(w, "said", m->outcome.said);
  write_text_or_null(w, "checked_at", m->outcome.checked_at);
}

/* The members of a model; the caller opens and closes. */
static void write_members(writer *w, const roster_model *m) {
  write_text(w, "id", m->model->head.id);
  write_text(w, "provider", m->service->provider->title);
  write_text(w, "provider_id", m->service->provider->head.id);
  if (!m->usable) write_reasons(w, m);
  write_description(w, m);
  if (m->usable) write_freshness(w, m);
  write_capabilities(w, m->model);
  write_text(w, "canonical_id", m->defined->head.id);
  if (m->model->former_windows.count) write_windows(w, "former_windows", &m->model->former_windows);
}

static void write_entry(writer *w, const result *d, const roster_model *m) {
  (void)d;
  write_open(w, NULL, '{');
  write_members(w, m);
  write_close(w, '}');
}

void document_entry(writer *w, const result *d, const roster_model *m) { write_entry(w, d, m); }

/* ---- one model explained ---- */

static void write_request(writer *w, const struct roster_request *q) {
  write_open(w, NULL, '{');
  write_text(w, "stage", stage_name(q->attempt.stage));
  write_text(w, "method", q->attempt.method);
  write_text(w, "url", q->attempt.url);
  write_count_or_null(w, "status", q->attempt.status);
  write_integer(w, "latency_ms", q->attempt.latency_ms);
  write_text(w, "outcome", q->attempt.outcome);
  write_close(w, '}');
}

static void write_origins(writer *w, const roster_model *m) {
  char text[4096];
  write_open(w, "origins", '{');
  for (size_t i = 0; roster_origin_field_at(i); i++) {
    roster_model_write_origin(m, roster_origin_field_at(i), text, sizeof text);
    write_text(w, roster_origin_field_at(i), text);
  }
  write_close(w, '}');
}

static void write_explanation(writer *w, const result *d, const roster_model *m) {
  write_open(w, NULL, '{');
  write_members(w, m);
  write_text(w, "defined_at", m->defined_at);
  write_origins(w, m);
  document_texts(w, "disagreements", &m->disagreements);
  write_text_or_null(w, "rule", m->service->rule);
  write_text_or_null(w, "url", m->service->url);
  write_text_or_null(w, "gateway", m->service->gateway ? m->service->gateway->head.id : NULL);
  write_request_member(w, m, d->extras);
  document_limits(w, roster_provider_limits(m->provider));
  write_open(w, "requests", '[');
  for (size_t i = 0; i < m->request_count; i++) write_request(w, &m->requests[i]);
  write_close(w, ']');
  write_close(w, '}');
}

/* ---- the models document ---- */

/* A model chats where its block does not say. */
static bool is_of_kind(const roster_model *m, const char *kind) {
  return text_is(kind, "any") || text_is(m->model->kind ? m->model->kind : "chat", kind);
}

static bool is_chosen(const roster_models_choice *c, const roster_model *m, bool usable) {
  if (m->usable != usable || (c->usable_only && !usable)) return false;
  bool any = c->kind && text_is(c->kind, "any");
  if (!any && (m->snapshot_of || (usable && !c->kind && !m->offered))) return false;
  if (c->kind && !is_of_kind(m, c->kind)) return false;
  return !c->provider_id || text_is(m->service->provider->head.id, c->provider_id);
}

static void write_models(writer *w, const char *name, const result *d, const roster_models_choice *c, bool usable) {
  write_open(w, name, '[');
  for (size_t i = 0; i < d->count; i++)
    if (is_chosen(c, &d->models[i], usable)) (c->stories ? write_explanation : write_entry)(w, d, &d->models[i]);
  write_close(w, ']');
}

static void write_roles(writer *w, const roster_snapshot *s) {
  write_open(w, "roles", '{');
  for (size_t i = 0; i < s->data->catalog->roles.count; i++) {
    const role *r = s->data->catalog->roles.at[i];
    write_text(w, r->head.id, roster_model_id(roster_role(s, r->head.id)));
  }
  write_close(w, '}');
}

static void write_definitions_error(writer *w, const roster_snapshot *s) {
  write_open(w, "definitions_error", '{');
  finding_write(w, s->error);
  write_close(w, '}');
}

static void write_source(writer *w, const roster_source_state *s) {
  write_open(w, NULL, '{');
  write_text(w, "id", s->id);
  write_text(w, "url", s->url);
  write_text(w, "format", s->format);
  write_text(w, "may", s->may);
  write_flag(w, "signed", s->is_signed);
  write_text_or_null(w, "day", s->day);
  write_text_or_null(w, "fetched_at", s->fetched_at);
  write_text_or_null(w, "checked_at", s->checked_at);
  if (s->checked_ms)
    write_integer(w, "age_s", (wall_ms() - s->checked_ms) / 1000);
  else
    write_text_or_null(w, "age_s", NULL);
  write_integer(w, "rows", (int64_t)s->rows);
  write_integer(w, "models", (int64_t)s->models);
  write_integer(w, "held", (int64_t)s->held);
  write_text(w, "problem", s->problem);
  write_close(w, '}');
}

static void write_sources(writer *w, const result *d) {
  write_open(w, "sources", '[');
  for (size_t i = 0; i < d->source_count; i++)
    if (d->sources[i].on) write_source(w, &d->sources[i]);
  write_close(w, ']');
}

static void write_document(writer *w, const roster_snapshot *s, const roster_models_choice *c) {
  const result *d = s->data;
  write_open(w, NULL, '{');
  write_models(w, "models", d, c, true);
  write_text(w, "default", d->default_model ? d->default_model->model->head.id : "");
  write_models(w, "unavailable", d, c, false);
  write_text(w, "gateway_status", d->gateway_status);
  write_flag(w, "llm_configured", d->llm_configured);
  write_text(w, "credential_status", d->credential_status);
  write_text(w, "default_wanted", d->default_wanted);
  write_roles(w, s);
  write_open(w, "billed", '{');
  write_integer(w, "today", d->billed_today);
  write_integer(w, "per_day", d->billed_per_day);
  write_text(w, "since", d->billed_since);
  write_close(w, '}');
  write_text(w, "day", d->day);
  write_sources(w, d);
  write_integer(w, "generation", (int64_t)d->generation);
  if (d->empty_reason) write_text(w, "empty_reason", d->empty_reason);
  if (d->empty_reason) write_text(w, "empty_hint", d->empty_hint);
  if (s->error) write_definitions_error(w, s);
  write_close(w, '}');
}

static const roster_models_choice EVERYTHING = ROSTER_MODELS_CHOICE_INIT;

/* Growing by doubling would copy a large document several times. */
static void reserve(writer *w, const roster_snapshot *s) { write_reserve(w, 4096 + s->data->count * 1024); }

char *document_models(const roster_snapshot *s, size_t *bytes) {
  writer w = { 0 };
  reserve(&w, s);
  write_document(&w, s, &EVERYTHING);
  return write_end(&w, bytes);
}

/* ---- the other documents ---- */

size_t deliver(const char *text, size_t length, char *out, size_t size) {
  if (size > 0) {
    size_t fits = length < size ? length : size - 1;
    if (fits) memcpy(out, text, fits);
    out[fits] = 0;
  }
  return length;
}

size_t document_deliver(writer *w, char *out, size_t size) {
  size_t bytes = 0;
  char *text = write_end(w, &bytes);
  deliver(text, bytes, out, size);
  free(text);
  return bytes;
}

static void write_error(writer *w, const roster_error *err) {
  write_open(w, NULL, '{');
  write_open(w, "error", '{');
  write_text(w, "code", roster_status_name(err->status));
  write_text(w, "message", err->message);
  if (*err->hint) write_text(w, "hint", err->hint);
  if (*err->file) write_text(w, "file", err->file);
  if (err->line) write_integer(w, "line", err->line);
  write_open(w, "candidates", '[');
  for (int i = 0; i < err->candidate_count; i++) write_text(w, NULL, err->candidates[i]);
  write_close(w, ']');
  write_close(w, '}');
  write_close(w, '}');
}

size_t roster_write_error_json(const roster_error *err, char *out, size_t size) {
  const roster_error none = { .status = ROSTER_OK };
  writer w = { 0 };
  write_error(&w, err ? err : &none);
  return document_deliver(&w, out, size);
}

size_t roster_write_models_json(const roster_snapshot *s, const roster_models_choice *chosen, char *out, size_t size) {
  roster_models_choice c = EVERYTHING;
  writer w = { 0 };
  if (chosen) memcpy(&c, chosen, chosen->size < sizeof c ? chosen->size : sizeof c);
  if (s && !c.provider_id && !c.kind) reserve(&w, s);
  if (s) write_document(&w, s, &c);
  return document_deliver(&w, out, size);
}

/* The model that the id means, or the error. */
static size_t write_resolved(void write(writer *w, const result *d, const roster_model *m), const roster_snapshot *s, const char *id,
                             char *out, size_t size) {
  writer w = { 0 };
  roster_error err;
  const roster_model *m = NULL;
  if (roster_resolve(&m, s, id, NULL, &err) == ROSTER_OK)
    write(&w, s->data, m);
  else
    write_error(&w, &err);
  return document_deliver(&w, out, size);
}

size_t roster_write_model_json(const roster_snapshot *s, const char *id, char *out, size_t size) {
  return write_resolved(write_entry, s, id, out, size);
}

size_t roster_write_explain_json(const roster_snapshot *s, const char *id, char *out, size_t size) {
  return write_resolved(write_explanation, s, id, out, size);
}

size_t roster_write_request_json(const roster_snapshot *s, const char *id, char *out, size_t size) {
  writer w = { 0 };
  roster_error err;
  const char *command;
  if (roster_snapshot_curl_command(&command, s, id, &err) == ROSTER_OK)
    write_request_document(&w, roster_known(s, id), s->data->extras);
  else
    write_error(&w, &err);
  return document_deliver(&w, out, size);
}

static void write_resolution(writer *w, const roster_model *m, const char *from, const char *via) {
  int64_t assumed = roster_model_assumed_window(m, from);
  write_open(w, NULL, '{');
  write_text(w, "id", m->model->head.id);
  write_text(w, "from", from);
  write_text(w, "via", via);
  write_count_or_null(w, "context_window", m->model->context_window);
  if (assumed) write_integer(w, "assumed_context_window", assumed);
  write_close(w, '}');
}

size_t roster_write_resolve_json(const roster_snapshot *s, const char *id, char *out, size_t size) {
  writer w = { 0 };
  roster_error err;
  const roster_model *m = NULL;
  const char *via = NULL;
  if (roster_resolve(&m, s, id, &via, &err) == ROSTER_OK)
    write_resolution(&w, m, id, via);
  else
    write_error(&w, &err);
  return document_deliver(&w, out, size);
}

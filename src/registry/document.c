/* document: see document.h. */
#include "registry/document.h"

#include <stdlib.h>
#include <string.h>

enum { STYLE = JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(12) };

/* A document in the making. Members are written one by one, so that no tree of all models ever stands in memory. */
typedef struct page {
  char *at;
  size_t length, room;
  bool failed;
} page;

static int page_write(const char *bytes, size_t length, void *payload) {
  page *p = payload;
  if (p->length + length + 1 > p->room) {
    size_t room = (p->length + length + 1) * 2;
    char *more = p->failed ? NULL : realloc(p->at, room);
    if (!more) {
      p->failed = true;
      return -1;
    }
    p->at = more;
    p->room = room;
  }
  memcpy(p->at + p->length, bytes, length);
  p->length += length;
  p->at[p->length] = 0;
  return 0;
}

static void put(page *p, const char *text) { page_write(text, strlen(text), p); }

static void put_value(page *p, json_t *value) {
  if (!value || json_dump_callback(value, page_write, p, STYLE)) p->failed = true;
  json_decref(value);
}

static void put_member(page *p, const char *name, json_t *value) {
  put(p, ",\"");
  put(p, name);
  put(p, "\":");
  put_value(p, value);
}

static char *finish(page *p, size_t *bytes) {
  if (bytes) *bytes = p->length;
  if (!p->failed && p->at) return p->at;
  free(p->at);
  return NULL;
}

/* ---- values ---- */

static void set(json_t *o, const char *name, json_t *value) { json_object_set_new(o, name, value); }
static json_t *text_value(const char *s) { return json_text(s ? s : ""); }
static json_t *text_or_null(const char *s) { return s && *s ? json_text(s) : json_null(); }
static json_t *count_or_null(int64_t n) { return n > 0 ? json_integer(n) : json_null(); }

static json_t *texts_value(const texts *list) {
  json_t *array = json_array();
  for (size_t i = 0; i < list->count; i++) json_array_append_new(array, json_text(list->at[i]));
  return array;
}

static json_t *amount(const record *r, size_t field, double value) {
  return r->given & (uint64_t)1 << field ? json_real(value) : json_null();
}

static json_t *price_value(const price *p) {
  if (!p) return json_null();
  json_t *o = json_object();
  set(o, "input", amount(&p->head, 0, p->input));
  set(o, "output", amount(&p->head, 1, p->output));
  set(o, "cache_read", amount(&p->head, 2, p->cache_read));
  set(o, "cache_write", amount(&p->head, 3, p->cache_write));
  return o;
}

/* ---- one model ---- */

static void set_description(json_t *o, const roster_model *m) {
  set(o, "description", text_value(m->model->description));
  set(o, "context_window", count_or_null(m->model->context_window));
  set(o, "recommended", json_boolean(m->model->recommended));
  set(o, "api_name", text_value(m->model->api_name));
  set(o, "protocol", text_value(m->model->speaks->head.id));
  set(o, "source", text_value(m->service->source));
}

static void set_capabilities(json_t *o, const model *m) {
  set(o, "max_input_tokens", count_or_null(m->max_input_tokens));
  set(o, "max_output_tokens", count_or_null(m->max_output_tokens));
  set(o, "price", price_value(m->price));
  set(o, "input_modalities", texts_value(&m->input_modalities));
  set(o, "reasoning", json_boolean(m->reasoning));
  set(o, "reasoning_levels", texts_value(&m->reasoning_levels));
  set(o, "tool_call", json_boolean(m->tool_call));
  set(o, "family", text_or_null(m->family));
  set(o, "tier", text_or_null(m->tier));
  set(o, "release_date", text_or_null(m->release_date));
  set(o, "knowledge_cutoff", text_or_null(m->knowledge_cutoff));
  set(o, "status", text_or_null(m->status));
  set(o, "retires", text_or_null(m->retires));
  set(o, "replacement", text_or_null(m->replacement));
  set(o, "aliases", texts_value(&m->aliases));
  set(o, "formerly", texts_value(&m->formerly));
}

static void set_freshness(json_t *o, const roster_model *m) {
  set(o, "state", text_value(roster_state_name(m->outcome.state)));
  set(o, "stale", json_boolean(m->stale_reason != NULL));
  if (m->stale_reason) set(o, "stale_reason", text_value(m->stale_reason));
  set(o, "checked_at", text_or_null(m->outcome.checked_at));
  set(o, "stage", text_value(m->outcome.stage));
  set(o, "latency_ms", m->outcome.latency_ms >= 0 ? json_integer(m->outcome.latency_ms) : json_null());
}

static void set_reasons(json_t *o, const roster_model *m) {
  set(o, "state", text_value(roster_state_name(m->outcome.state)));
  set(o, "stage", text_value(m->outcome.stage));
  set(o, "http_status", count_or_null(m->outcome.http_status));
  set(o, "reason", text_value(m->outcome.reason));
  set(o, "hint", text_value(m->outcome.hint));
  set(o, "checked_at", text_or_null(m->outcome.checked_at));
}

static json_t *model_value(const roster_model *m) {
  json_t *o = json_object();
  set(o, "id", text_value(m->model->head.id));
  set(o, "provider", text_value(m->service->provider->title));
  set(o, "provider_id", text_value(m->service->provider->head.id));
  if (!m->usable) set_reasons(o, m);
  set_description(o, m);
  if (m->usable) set_freshness(o, m);
  set_capabilities(o, m->model);
  return o;
}

/* ---- the models document ---- */

static void put_models(page *p, const answer_data *d, bool usable) {
  put(p, usable ? "\"models\":[" : ",\"unavailable\":[");
  bool first = true;
  for (size_t i = 0; i < d->count; i++) {
    if (d->models[i].usable != usable) continue;
    if (!first) put(p, ",");
    first = false;
    put_value(p, model_value(&d->models[i]));
  }
  put(p, "]");
}

static json_t *roles_value(const roster_snapshot *s) {
  json_t *o = json_object();
  for (size_t i = 0; i < s->data->catalog->roles.count; i++) {
    const char *name = s->data->catalog->roles.at[i]->name;
    set(o, name, text_value(roster_model_id(roster_role(s, name))));
  }
  return o;
}

static json_t *definitions_error_value(const roster_snapshot *s) {
  json_t *o = json_object();
  set(o, "file", text_value(s->error_file));
  set(o, "line", json_integer(s->error_line));
  set(o, "message", text_value(s->error_message));
  return o;
}

char *document_models(const roster_snapshot *s, size_t *bytes) {
  page p = { 0 };
  const answer_data *d = s->data;
  put(&p, "{");
  put_models(&p, d, true);
  put_member(&p, "default", text_value(d->fallback ? d->fallback->model->head.id : ""));
  put_models(&p, d, false);
  put_member(&p, "gateway_status", text_value(d->gateway_status));
  put_member(&p, "llm_configured", json_boolean(d->llm_configured));
  put_member(&p, "credential_status", text_value("not_configured")); /* the state of a credential helper: there is none */
  put_member(&p, "default_wanted", text_value(d->default_wanted));
  put_member(&p, "roles", roles_value(s));
  put_member(&p, "generation", json_integer((json_int_t)d->generation));
  if (d->empty_reason) put_member(&p, "empty_reason", text_value(d->empty_reason));
  if (d->empty_reason) put_member(&p, "empty_hint", text_value(d->empty_hint));
  if (s->error_message) put_member(&p, "definitions_error", definitions_error_value(s));
  put(&p, "}");
  return finish(&p, bytes);
}

/* ---- the other documents ---- */

/* Hands a finished value to a caller the way snprintf does. Nothing is written when memory runs out. */
static size_t deliver(json_t *value, char *out, size_t size) {
  page p = { 0 };
  put_value(&p, value);
  size_t bytes = 0;
  char *text = finish(&p, &bytes);
  if (size > 0) {
    size_t fits = !text ? 0 : bytes < size ? bytes : size - 1;
    if (fits) memcpy(out, text, fits);
    out[fits] = 0;
  }
  free(text);
  return text ? bytes : 0;
}

static json_t *provider_value(const roster_provider *p) {
  json_t *o = json_object(), *credential_ = json_object();
  set(o, "id", text_value(p->provider->head.id));
  set(o, "title", text_value(p->provider->title));
  set(o, "protocol", text_value(p->provider->protocol));
  set(o, "base_url", text_value(p->endpoint));
  set(credential_, "source", text_value(p->source));
  set(credential_, "set", json_boolean(p->set));
  set(o, "credential", credential_);
  set(o, "enabled", json_boolean(p->provider->enabled));
  set(o, "defined", json_integer((json_int_t)p->defined));
  set(o, "ready", json_integer((json_int_t)p->ready));
  return o;
}

size_t roster_write_providers_json(const roster_snapshot *s, char *out, size_t size) {
  json_t *list = json_array(), *o = json_object();
  for (size_t i = 0; s && i < s->data->provider_count; i++) json_array_append_new(list, provider_value(&s->data->providers[i]));
  set(o, "providers", list);
  return deliver(o, out, size);
}

static json_t *request_value(const struct roster_request *q) {
  json_t *o = json_object();
  set(o, "stage", text_value(q->made.stage));
  set(o, "method", text_value(q->made.method));
  set(o, "url", text_value(q->made.url));
  set(o, "status", count_or_null(q->made.status));
  set(o, "latency_ms", json_integer(q->made.latency_ms));
  set(o, "outcome", text_value(q->made.outcome));
  return o;
}

static json_t *explain_value(const roster_model *m) {
  json_t *o = model_value(m), *requests = json_array();
  set(o, "defined_at", text_value(m->defined_at));
  set(o, "rule", text_or_null(m->service->rule));
  set(o, "url", text_or_null(m->service->url));
  set(o, "gateway", text_or_null(m->service->gateway ? m->service->gateway->head.id : NULL));
  for (size_t i = 0; i < m->request_count; i++) json_array_append_new(requests, request_value(&m->requests[i]));
  set(o, "requests", requests);
  return o;
}

static json_t *candidates_value(const roster_error *err) {
  json_t *list = json_array();
  for (int i = 0; i < err->candidate_count; i++) json_array_append_new(list, json_text(err->candidates[i]));
  return list;
}

static json_t *error_value(const roster_error *err) {
  json_t *o = json_object(), *outer = json_object();
  set(o, "code", text_value(roster_status_name(err->status)));
  set(o, "message", text_value(err->message));
  if (*err->hint) set(o, "hint", text_value(err->hint));
  if (*err->file) set(o, "file", text_value(err->file));
  if (err->line) set(o, "line", json_integer(err->line));
  set(o, "candidates", candidates_value(err));
  set(outer, "error", o);
  return outer;
}

size_t roster_write_error_json(const roster_error *err, char *out, size_t size) {
  roster_error none = { .status = ROSTER_OK };
  return deliver(error_value(err ? err : &none), out, size);
}

size_t roster_write_explain_json(const roster_snapshot *s, const char *id, char *out, size_t size) {
  roster_error err;
  const roster_model *m = NULL;
  if (roster_resolve(&m, s, id, NULL, &err) != ROSTER_OK) return deliver(error_value(&err), out, size);
  return deliver(explain_value(m), out, size);
}

size_t roster_write_resolve_json(const roster_snapshot *s, const char *id, char *out, size_t size) {
  roster_error err;
  const roster_model *m = NULL;
  const char *via = NULL;
  if (roster_resolve(&m, s, id, &via, &err) != ROSTER_OK) return deliver(error_value(&err), out, size);
  json_t *o = json_object();
  set(o, "id", text_value(m->model->head.id));
  set(o, "from", text_value(id));
  set(o, "via", text_value(via));
  set(o, "context_window", count_or_null(m->model->context_window));
  int64_t assumed = roster_model_assumed_window(m, id);
  if (assumed) set(o, "assumed_context_window", json_integer(assumed));
  return deliver(o, out, size);
}

/* request_document: see request_document.h. Its shape is a promise, as that of every document. */
#include "library/registry/request_document.h"

#include "library/registry/snapshot.h"
#include "library/validate/headers.h"

#include <string.h>

/* ---- the key ---- */

static const char *place_of(const credential *c) { return !c ? NULL : c->env ? c->env : c->file; }

static void write_given(writer *w, const char *name, const char *value) {
  if (value) write_text(w, name, value);
}

static void write_helper(writer *w, const helper_command *o) {
  if (o->shell) {
    write_text(w, "helper_variable", "LLM_API_KEY_HELPER");
    return;
  }
  write_open(w, "helper", '[');
  for (size_t i = 0; i < o->arguments.count; i++) write_text(w, NULL, o->arguments.at[i]);
  write_close(w, ']');
}

static void write_signature(writer *w, const auth *how) {
  write_text(w, "region", how->region);
  write_text(w, "service", how->service);
  write_text_or_null(w, "key_id", place_of(how->key_id));
  write_text_or_null(w, "token", place_of(how->token));
}

/* The first four members are always there. */
static void write_auth(writer *w, const service *s) {
  const key_place at = service_key_place(s);
  write_open(w, "auth", '{');
  write_text(w, "in", roster_auth_name(at.in));
  write_text_or_null(w, "header", at.header);
  write_text(w, "scheme", at.scheme);
  write_text_or_null(w, "variable", at.variable);
  write_given(w, "file_variable", at.file_variable);
  write_given(w, "file", at.file);
  if (at.helper) write_helper(w, at.helper);
  if (at.in == ROSTER_AUTH_AWS_SIGV4) write_signature(w, &at.signature);
  write_close(w, '}');
}

/* ---- the headers ---- */

static void write_headers(writer *w, const roster_model *m) {
  bool typed = false;
  write_open(w, "headers", '{');
  for (size_t i = 0; i < m->header_count; i++) {
    typed = typed || text_same(m->headers[i].name, "content-type");
    write_text(w, m->headers[i].name, m->headers[i].value);
  }
  if (!typed) write_text(w, "content-type", "application/json");
  write_close(w, '}');
}

static void write_secret_header(writer *w, const shown_header *h) {
  size_t length = strlen(h->scheme);
  char scheme[64] = "";
  while (length && h->scheme[length - 1] == ' ') length--;
  if (length < sizeof scheme) memcpy(scheme, h->scheme, length);
  write_open(w, NULL, '{');
  write_text(w, "header", h->name);
  write_text(w, "scheme", scheme);
  write_text_or_null(w, "variable", h->variable);
  write_close(w, '}');
}

/* Only where there are such headers besides the key's. */
static void write_secret_headers(writer *w, const service *s, const extras *x) {
  shown_headers shown;
  size_t written = 0;
  headers_show(&shown, s, x, true);
  for (size_t i = 0; i < shown.count; i++) {
    if (shown.at[i].value || shown.at[i].is_key) continue;
    if (!written++) write_open(w, "secret_headers", '[');
    write_secret_header(w, &shown.at[i]);
  }
  if (written) write_close(w, ']');
}

/* ---- the documents ---- */

static void write_parts(writer *w, const roster_model *m, const extras *x, const char *method, const char *address) {
  const struct roster_service *v = &m->public_service;
  write_text(w, "id", m->model->head.id);
  write_text(w, "provider_id", m->service->provider->head.id);
  write_text(w, "protocol", m->model->speaks->head.id);
  write_text(w, "method", method);
  write_text(w, "url", address);
  write_text_or_null(w, "sdk_base_url", v->sdk_base_url);
  if (*v->sdk_api_version) write_text(w, "sdk_api_version", v->sdk_api_version);
  write_text(w, "api_name", m->model->api_name);
  write_headers(w, m);
  write_secret_headers(w, m->service, x);
  write_auth(w, m->service);
}

void write_request_member(writer *w, const roster_model *m, const extras *x) {
  if (!*m->service->url) {
    write_text_or_null(w, "request", NULL);
    return;
  }
  write_open(w, "request", '{');
  write_parts(w, m, x, "POST", m->service->url);
  write_close(w, '}');
}

void write_request_document(writer *w, const roster_model *m, const extras *x) {
  const model_request *q = m->host_request;
  write_open(w, NULL, '{');
  write_parts(w, m, x, q->method, q->url);
  if (q->body)
    write_raw(w, "body", q->body, strlen(q->body));
  else
    write_text_or_null(w, "body", NULL);
  write_text(w, "command", q->command);
  write_close(w, '}');
}

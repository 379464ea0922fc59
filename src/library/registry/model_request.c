/* model_request: see model_request.h. */
#include "util/trace.h"
#include "library/registry/model_request.h"

#include "library/registry/snapshot.h"
#include "library/validate/headers.h"

#include <string.h>

/* In single quotes only the quote itself is special to a shell. */
static void build_quoted(strbuf *b, const char *text) {
  strbuf_add(b, "'");
  for (; *text; text++) {
    if (*text == '\'')
      strbuf_add(b, "'\\''");
    else
      strbuf_bytes(b, text, 1);
  }
  strbuf_add(b, "'");
}

static void build_header(strbuf *b, const char *name, const char *value) {
  strbuf_add(b, " \\\n  -H ");
  build_quoted(b, arena_printf(b->arena, "%s: %s", name, value));
}

/* For double quotes, in which the shell inserts the value. */
static void build_variable(strbuf *b, const char *name) {
  if (strchr(name, '/'))
    strbuf_format(b, "$(cat '%s')", name);
  else if (text_ends(name, "_FILE"))
    strbuf_format(b, "$(cat \"$%s\")", name);
  else
    strbuf_format(b, "$%s", name);
}

static void build_secret_header(strbuf *b, const char *name, const char *scheme, const char *from) {
  strbuf_format(b, " \\\n  -H \"%s: %s", name, scheme);
  build_variable(b, from);
  strbuf_add(b, "\"");
}

/* The shell runs the helper as roster would. */
static void build_helper_header(strbuf *b, const char *name, const char *scheme, const helper_command *o) {
  strbuf_format(b, " \\\n  -H \"%s: %s$(", name, scheme);
  if (o->shell) strbuf_add(b, "sh -c \"$LLM_API_KEY_HELPER\"");
  for (size_t i = 0; i < o->arguments.count; i++) {
    if (i) strbuf_add(b, " ");
    build_quoted(b, o->arguments.at[i]);
  }
  strbuf_add(b, " | tail -n 1)\"");
}

static const char *place_of(const credential *c) { return !c ? NULL : c->env ? c->env : c->file; }

/* A token of a session is one of the headers. */
static void build_signature(strbuf *b, const auth *how, const char *variable) {
  const char *id = place_of(how->key_id);
  strbuf_format(b, " \\\n  --aws-sigv4 'aws:amz:%s:%s' --user \"", how->region, how->service);
  build_variable(b, id ? id : "");
  strbuf_add(b, ":");
  build_variable(b, variable);
  strbuf_add(b, "\"");
}

static void build_shown(strbuf *b, const service *s, const shown_header *h) {
  if (h->value)
    build_header(b, h->name, arena_printf(b->arena, "%s%s", h->scheme, h->value));
  else if (h->is_key && s->key->from_helper)
    build_helper_header(b, h->name, h->scheme, &s->key->helper);
  else if (h->variable)
    build_secret_header(b, h->name, h->scheme, h->variable);
  else
    build_header(b, h->name, "[redacted]"); /* no shell variable holds the value alone */
}

static void build_headers(strbuf *b, const factory *f, const service *s, bool with_body) {
  shown_headers shown;
  const auth how = service_auth(s, s->model->speaks);
  if (how.kind == AUTH_AWS_SIGV4) build_signature(b, &how, s->key->variable);
  headers_show(&shown, s, &f->extras, with_body);
  for (int rest = 0; rest <= 1; rest++) /* the key first: it is what people look for */
    for (size_t i = 0; i < shown.count; i++)
      if (shown.at[i].is_key != rest) build_shown(b, s, &shown.at[i]);
}

static void build_option(strbuf *b, const char *option, const char *value) {
  if (!value) return;
  strbuf_format(b, " \\\n  %s ", option);
  build_quoted(b, value);
}

static void build_connection(strbuf *b, const service *s) {
  build_option(b, "--cacert", s->tls ? s->tls->ca_file : NULL);
  build_option(b, "--cert", s->tls ? s->tls->client_cert : NULL);
  build_option(b, "--key", s->tls ? s->tls->client_key : NULL);
  build_option(b, "--proxy", s->proxy);
}

static void build_command(strbuf *b, const factory *f, const service *s, const char *address, const char *body) {
  strbuf_add(b, "curl ");
  build_quoted(b, address);
  build_connection(b, s);
  build_headers(b, f, s, body != NULL);
  if (body) {
    strbuf_add(b, " \\\n  -d ");
    build_quoted(b, body);
  }
  strbuf_add(b, "\n");
}

/* ---- the requests of a load ---- */

static const char *command_text(arena *a, const factory *f, const service *v, const char *address, const char *body) {
  strbuf b = { .arena = a };
  build_command(&b, f, v, address, body);
  return strbuf_text(&b);
}

/* As it is sent, with the values of request tags redacted. */
static const char *body_text(arena *a, const factory *f, const service *v, api_request *q) {
  if (!q->body || !v->tagged) return arena_text(a, q->body);
  extras_tag(&f->extras, a, q);
  return keyring_redact(f->sources->ring, a, arena_text(a, q->body)); /* what has no trace is returned itself, and is the script's */
}

model_request model_request_make(arena *a, const factory *f, script *s, const service *v) {
  api_request q = { .method = "POST", .query = "" };
  const protocol *p = v->model->speaks;
  if (!*v->base) return (model_request){ 0 };
  const script_ref ref = model_generate(v->model);
  const char *wrong = ref ? script_request(s, ref, v->model, &q) : NULL;
  if (wrong) return (model_request){ .problem = arena_text(a, wrong) };
  const char *address = q.path ? service_url(a, v, q.bare ? NULL : p, q.path, q.query) : v->url;
  const char *body = body_text(a, f, v, &q);
  return (
      model_request){ .method = arena_text(a, q.method), .url = address, .body = body, .command = command_text(a, f, v, address, body) };
}

/* A function that hit a limit would cost as much again for every model: it is not called again. */
const model_request *model_requests_make(arena *a, const factory *f, script *s) {
  const catalog *c = f->catalog;
  model_request *all = arena_array(a, c->models.count, sizeof *all);
  lookup stopped = { 0 };
  for (size_t i = 0; i < c->models.count; i++) {
    const service *v = &f->services[i];
    const char *whose = v->provider->generate ? v->provider->head.id : v->model->speaks->head.id;
    const char *problem = *v->base ? lookup_get(&stopped, whose) : NULL;
    all[i] = problem ? (model_request){ .problem = problem } : model_request_make(a, f, s, v);
    if (all[i].problem && !problem && script_exceeded(s)) lookup_add(&stopped, a, whose, (void *)all[i].problem);
  }
  return all;
}

roster_status model_request_check(const model_request *q, const service *v, const char *id, roster_error *err) {
  if (q->command) return ROSTER_OK;
  if (q->problem)
    return fail(err, ROSTER_EDEFINITIONS, "correct `generate` there", "%s '%s': %s", v->provider->generate ? "provider" : "protocol",
                v->provider->generate ? v->provider->head.id : v->model->speaks->head.id, q->problem);
  return fail(err, ROSTER_EINVALID, v->outcome.hint, "model '%s' has no address%s%s", id,
              v->outcome.reason && *v->outcome.reason ? ": " : ", because no requests are made for it",
              v->outcome.reason ? v->outcome.reason : "");
}

/* ---- as JSON, whose shape is a promise, as that of every document: the key ---- */

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

/* ---- as JSON: the headers ---- */

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

/* ---- as JSON: the documents ---- */

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

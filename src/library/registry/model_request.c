/* model_request: see model_request.h. */
#include "library/registry/model_request.h"

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

static const char *place_of(const credential *c) { return c->env ? c->env : c->file ? c->file : ""; }

/* A token of a session is one of the headers. */
static void build_signature(strbuf *b, const auth *how, const char *variable) {
  strbuf_format(b, " \\\n  --aws-sigv4 'aws:amz:%s:%s' --user \"", how->region, how->service);
  build_variable(b, place_of(how->key_id));
  strbuf_add(b, ":");
  build_variable(b, variable);
  strbuf_add(b, "\"");
}

static void build_shown(strbuf *b, const service *s, const shown_header *h) {
  if (h->value)
    build_header(b, h->name, arena_printf(b->arena, "%s%s", h->scheme, h->value));
  else if (h->is_key && s->key.from_helper)
    build_helper_header(b, h->name, h->scheme, &s->key.helper);
  else if (h->variable)
    build_secret_header(b, h->name, h->scheme, h->variable);
  else
    build_header(b, h->name, "[redacted]"); /* no shell variable holds the value alone */
}

static void build_headers(strbuf *b, const factory *f, const service *s, bool with_body) {
  shown_headers shown;
  const auth how = service_auth(s, s->model->speaks);
  if (how.kind == AUTH_AWS_SIGV4) build_signature(b, &how, s->key.variable);
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
  return keyring_redact(f->sources->ring, a, q->body);
}

model_request model_request_make(arena *a, const factory *f, script *s, const service *v) {
  api_request q = { .method = "POST", .query = "" };
  const protocol *p = v->model->speaks;
  if (!*v->base) return (model_request){ 0 };
  const char *wrong = p->generate ? script_request(s, p->generate, v->model, &q) : NULL;
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
    const char *speaks = v->model->speaks->head.id;
    const char *problem = *v->base ? lookup_get(&stopped, speaks) : NULL;
    all[i] = problem ? (model_request){ .problem = problem } : model_request_make(a, f, s, v);
    if (all[i].problem && !problem && script_exceeded(s)) lookup_add(&stopped, a, speaks, (void *)all[i].problem);
  }
  return all;
}

roster_status model_request_check(const model_request *q, const service *v, const char *id, roster_error *err) {
  if (q->command) return ROSTER_OK;
  if (q->problem)
    return fail(err, ROSTER_EDEFINITIONS, "mend `generate` of that protocol", "protocol '%s': %s", v->model->speaks->head.id, q->problem);
  return fail(err, ROSTER_EINVALID, v->outcome.hint, "model '%s' has no address%s%s", id,
              v->outcome.reason && *v->outcome.reason ? ": " : ", for nobody is asked for it", v->outcome.reason ? v->outcome.reason : "");
}

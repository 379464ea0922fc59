/* canned: a transport with fixed responses, so that C tests need no sockets, and a small registry for it. */
#ifndef ROSTER_SPEC_CANNED_H
#define ROSTER_SPEC_CANNED_H

#include <roster.h>

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CANNED_MOST = 64 };

typedef struct canned {
  roster_transport transport;
  int status; /* of every response */
  roster_http_failure failure;
  const char *body;
  uint64_t waiting[CANNED_MOST];
  size_t count;
  atomic_size_t sent;                  /* which a test reads while a refresh runs */
  long timeout_ms, connect_timeout_ms; /* of the last request */
  roster_http_response response;
} canned;

static roster_status canned_start(void *self, const roster_http_request *q) {
  canned *c = self;
  if (c->count == CANNED_MOST) return ROSTER_ENOMEM;
  c->waiting[c->count++] = q->id;
  c->sent++;
  c->timeout_ms = q->timeout_ms;
  c->connect_timeout_ms = q->connect_timeout_ms;
  return ROSTER_OK;
}

static roster_status canned_next(void *self, long timeout_ms, const roster_http_response **out) {
  canned *c = self;
  (void)timeout_ms;
  *out = NULL;
  if (c->count == 0) return ROSTER_OK;
  c->response = (roster_http_response){ .size = sizeof c->response, .id = c->waiting[--c->count], .failure = c->failure, .message = "" };
  if (c->failure == ROSTER_HTTP_ANSWERED) {
    c->response.status = c->status;
    c->response.body = c->body;
    c->response.body_bytes = strlen(c->body);
  } else {
    c->response.message = "connection refused";
    c->response.body = "";
  }
  *out = &c->response;
  return ROSTER_OK;
}

static void canned_cancel(void *self) { ((canned *)self)->count = 0; }

static const char CANNED_LIST[] =
    "{\"object\":\"list\",\"data\":[{\"id\":\"alpha-1\",\"object\":\"model\"},{\"id\":\"beta-1\",\"object\":\"model\"}]}";

static const char CANNED_DEFINITIONS[] =
    "provider \"acme\" { title = \"Acme\", protocol = \"openai-chat\", base_url = \"https://api.example.test\",\n"
    "  credential = secret \"ACME_API_KEY\", list_proves = \"access\" }\n"
    "model \"alpha\" { provider = \"acme\", api_name = \"alpha-1\", context_window = 200 * K, formerly = { \"alpha-0\" },\n"
    "  tool_call = true, temperature = false, reasoning_budget = { min = 0, max = 9 }, output_modalities = {} }\n"
    "model \"beta\"  { provider = \"acme\", api_name = \"beta-1\",  context_window = 100 * K, aliases = { \"b\" } }\n"
    "default { \"alpha\" }\n";

static inline void canned_init(canned *c) {
  *c = (canned){ .status = 200, .body = CANNED_LIST };
  c->transport = (roster_transport){ sizeof c->transport, c, canned_start, canned_next, canned_cancel, NULL };
}

static const roster_variable CANNED_ENVIRONMENT[] = { { "ACME_API_KEY", "sk-canned-key-0123456789" } };

static inline roster_options canned_options(canned *c, roster_definition *definition, const char *text) {
  roster_options o = ROSTER_OPTIONS_INIT;
  *definition = (roster_definition){ "acme.lua", text };
  o.no_builtin = true;
  o.definitions = definition;
  o.definition_count = 1;
  o.environment = CANNED_ENVIRONMENT;
  o.environment_count = 1;
  o.transport = &c->transport;
  return o;
}

#endif

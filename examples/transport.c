/* A host's own way to send HTTP, and definitions given as text: here every request is answered from a table, as a test would do it. A
 * real host would hand the request to its own client in `start` and wait for it in `next`. */
#include <roster.h>

#include <stdio.h>
#include <string.h>

typedef struct table {
  uint64_t waiting[16];
  size_t count;
  roster_http_response answer;
} table;

static roster_status start(void *self, const roster_http_request *request) {
  table *t = self;
  printf("%s %s\n", request->method, request->url);
  if (t->count == 16) return ROSTER_ENOMEM;
  t->waiting[t->count++] = request->id;
  return ROSTER_OK;
}

static roster_status next(void *self, long timeout_ms, const roster_http_response **out) {
  static const char body[] = "{\"object\":\"list\",\"data\":[{\"id\":\"large\"}]}";
  table *t = self;
  (void)timeout_ms; /* answers are always there */
  *out = NULL;
  if (t->count == 0) return ROSTER_OK;
  t->answer = (roster_http_response){
    .size = sizeof t->answer, .id = t->waiting[--t->count], .message = "", .status = 200, .body = body, .body_bytes = sizeof body - 1
  };
  *out = &t->answer;
  return ROSTER_OK;
}

static void cancel_all(void *self) { ((table *)self)->count = 0; }

int main(void) {
  static const roster_definition acme = { "acme.lua",
                                          "provider \"acme\" { protocol = \"openai-chat\", base_url = \"https://api.acme.example\", "
                                          "credential = secret \"ACME_API_KEY\", list_proves = \"access\" }\n"
                                          "model \"acme-large\" { provider = \"acme\", api_name = \"large\" }\n" };
  static const roster_variable environment = { "ACME_API_KEY", "sk-of-this-host" };
  table t = { .count = 0 };
  const roster_transport transport = { sizeof transport, &t, start, next, cancel_all, NULL };
  roster_options o = ROSTER_OPTIONS_INIT;
  o.no_builtin = true;
  o.definitions = &acme, o.definition_count = 1;
  o.environment = &environment, o.environment_count = 1;
  o.transport = &transport;
  roster *r = NULL;
  roster_error err;
  if (roster_open(&r, &o, &err) != ROSTER_OK || roster_refresh(r, &err) != ROSTER_OK) return puts(err.message), 1;
  const roster_snapshot *s = roster_acquire(r);
  for (size_t i = 0; i < roster_count(s); i++) printf("ready: %s\n", roster_model_id(roster_at(s, i)));
  roster_release(s);
  roster_close(r);
  return 0;
}

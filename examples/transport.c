/* A host with its own HTTP: roster passes it every request and takes the responses as they arrive. Here they are canned: a listing for the
 * good key, 401 for any other. The host also supplies definitions and environment, so no file or variable of the machine is read.
 *
 *   cc transport.c $(pkg-config --cflags --libs roster) -o transport && ./transport */
#include <roster.h>

#include <stdio.h>
#include <string.h>

typedef struct canned {
  roster_http_response answers[8]; /* not yet taken; the last is taken first */
  size_t count;
} canned;

static roster_status start(void *self, const roster_http_request *q) {
  canned *c = self;
  bool good = false;
  if (c->count == sizeof c->answers / sizeof *c->answers) return ROSTER_ENOMEM;
  for (size_t i = 0; i < q->header_count; i++) good = good || strcmp(q->headers[i].value, "Bearer sk-good-key") == 0;
  const char *body = good ? "{\"object\":\"list\",\"data\":[{\"id\":\"large\"}]}" : "{\"error\":{\"message\":\"wrong key\"}}";
  roster_http_response answer = { .size = sizeof answer, .id = q->id, .message = "", .status = good ? 200 : 401, .body = body };
  answer.body_bytes = strlen(body);
  c->answers[c->count++] = answer;
  printf("%s %s: %d\n", q->method, q->url, answer.status);
  return ROSTER_OK;
}

static roster_status next(void *self, long timeout_ms, const roster_http_response **out) {
  canned *c = self;
  (void)timeout_ms; /* a real transport waits here, for at most this long */
  *out = c->count ? &c->answers[--c->count] : NULL;
  return ROSTER_OK;
}

static void cancel_all(void *self) { ((canned *)self)->count = 0; }

int main(int argc, char **argv) {
  const char *text = "provider \"acme\" { protocol = \"openai-chat\", base_url = \"https://api.example.test\", list_proves = \"access\",\n"
                     "  credential = secret \"ACME_API_KEY\" }\n"
                     "model \"acme-large\" { provider = \"acme\", api_name = \"large\" }\n";
  canned answers = { .count = 0 };
  roster *r = NULL;
  roster_error err;
  roster_options o = ROSTER_OPTIONS_INIT;
  o.no_builtin = true;
  o.definitions = &(roster_definition){ "acme.lua", text }, o.definition_count = 1;
  o.environment = &(roster_variable){ "ACME_API_KEY", argc > 1 ? argv[1] : "sk-good-key" }, o.environment_count = 1;
  o.transport = &(roster_transport){ sizeof(roster_transport), &answers, start, next, cancel_all, NULL };
  if (roster_open(&r, &o, &err) != ROSTER_OK || roster_refresh(r, &err) != ROSTER_OK) return fprintf(stderr, "%s\n", err.message), 1;
  const roster_snapshot *s = roster_acquire(r);
  const roster_model *m = roster_known(s, "acme-large");
  printf("%s: %s %s\n", roster_model_id(m), roster_state_name(roster_model_state(m)), roster_model_reason(m));
  roster_release(s);
  return roster_close(r), 0;
}

/* scene: see scene.h. */
#include "scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_IN_FLIGHT = 8 }; /* to one provider */

/* ---- growing text ---- */

__attribute__((format(printf, 2, 3))) static void add(text *t, const char *format, ...) {
  __builtin_va_list args;
  if (t->room - t->length < 1024) t->at = no_less(realloc(t->at, t->room = t->room * 2 + 64 * 1024));
  __builtin_va_start(args, format);
  t->length += (size_t)vsnprintf(t->at + t->length, t->room - t->length, format, args);
  __builtin_va_end(args);
}

/* ---- the transport ---- */

static roster_status start(void *self, const roster_http_request *q) {
  scene *s = self;
  const char *number = strstr(q->url, "//p"), *path = strstr(q->url, "/models");
  if (!number || !path || s->waiting_count == s->providers * MOST_IN_FLIGHT) return ROSTER_EINVALID;
  s->waiting[s->waiting_count++] = (request){ q->id, (size_t)strtoul(number + 3, NULL, 10), strcmp(path, "/models") == 0 };
  return ROSTER_OK;
}

static const char ONE_MODEL[] = "{\"id\":\"this-one\",\"object\":\"model\"}";

static roster_status next(void *self, long timeout_ms, const roster_http_response **out) {
  static const text one = { .at = (char *)ONE_MODEL, .length = sizeof ONE_MODEL - 1 };
  scene *s = self;
  (void)timeout_ms;
  *out = NULL;
  if (!s->waiting_count) return ROSTER_OK;
  const request *q = &s->waiting[--s->waiting_count];
  const text *body = !q->lists ? &one : s->later && q->provider == 0 ? &s->shorter : &s->listings[q->provider];
  s->response = (roster_http_response){ .size = sizeof s->response, .id = q->id, .message = "", .status = 200 };
  s->response.body = body->at;
  s->response.body_bytes = body->length;
  *out = &s->response;
  return ROSTER_OK;
}

static void cancel_all(void *self) { ((scene *)self)->waiting_count = 0; }

/* ---- the data ---- */

static void write_provider(text *t, size_t p, const char *proves, bool discovers) {
  add(t, "provider \"p%zu\" {\n  title       = setting \"P%zu_TITLE\",\n  protocol    = \"openai-chat\",\n", p, p);
  add(t, "  base_url    = \"https://p%zu.example.test/v1\",\n  credential  = secret \"P%zu_API_KEY\",\n", p, p);
  add(t, "  key_prefixes = { \"sk-made-up-%zu-\" },\n  list_proves = \"%s\",\n%s}\n\n", p * 7919, proves,
      discovers ? "  discover    = true,\n" : "");
}

static void set(scene *s, const char *variable, size_t p, const char *value, size_t number, const char *end) {
  char name[64], text[64];
  sprintf(name, "P%zu_%s", p, variable);
  sprintf(text, "%s%zu%s", value, number, end);
  s->environment[s->variables++] = (roster_variable){ no_less(strdup(name)), no_less(strdup(text)) };
}

static void write_model(text *t, size_t p, size_t m) {
  add(t, "model \"maker-%zu-flagship-%zu\" {\n  provider          = \"p%zu\",\n  api_name          = \"flagship-%zu-of-%zu\",\n", p, m, p,
      m, p);
  add(t, "  description       = \"Flagship %zu of provider %zu (balanced between speed and depth)\",\n", m, p);
  add(t, "  family            = \"flagship\",\n  tier              = \"balanced\",\n  status            = \"current\",\n");
  add(t, "  release_date      = \"2026-10-%02zu\",\n  context_window    = %zu * K,\n  max_output_tokens = 128 * K,\n", m % 28 + 1, 200 + m);
  add(t, "  price             = { input = %g, output = %zu },\n  input_modalities  = { \"text\", \"image\" },\n", (double)m / 4, m);
  add(t, "  reasoning         = true,\n  tool_call         = true,\n  aliases           = { \"flagship-%zu-%zu\" },\n", p, m);
  if (m % 5 == 0) add(t, "  formerly          = { \"old-flagship-%zu-%zu\" },\n", p, m);
  add(t, "}\n\n");
}

static void list_names(text *t, size_t p, size_t count, size_t skip) {
  add(t, "{\"object\":\"list\",\"data\":[");
  for (size_t m = skip; m < count; m++)
    add(t, "%s{\"id\":\"flagship-%zu-of-%zu\",\"object\":\"model\",\"type\":\"chat\",\"created\":1790000000,\"owned_by\":\"provider-%zu\"}",
        m > skip ? "," : "", m, p, p);
  add(t, "]}");
}

static size_t models_of(const scene *s, size_t p) { return s->models / s->providers + (p < s->models % s->providers ? 1 : 0); }

void scene_open(scene *s, bool discovered, size_t models, size_t providers) {
  *s = (scene){ .discovered = discovered, .models = models, .providers = providers };
  s->transport = (roster_transport){ sizeof s->transport, s, start, next, cancel_all, NULL };
  s->model_texts = no_less(calloc(s->providers, sizeof *s->model_texts));
  s->definitions = no_less(calloc(s->providers + 1, sizeof *s->definitions));
  s->environment = no_less(calloc(s->providers * 2, sizeof *s->environment));
  s->listings = no_less(calloc(s->providers, sizeof *s->listings));
  s->waiting = no_less(calloc(s->providers * MOST_IN_FLIGHT, sizeof *s->waiting));
  list_names(&s->shorter, 0, models_of(s, 0), MISSING);
  for (size_t p = 0; p < s->providers; p++) {
    char file[64];
    sprintf(file, "models-%zu.lua", p);
    set(s, "API_KEY", p, "sk-made-up-", p * 7919, "-0123456789abcdef");
    set(s, "TITLE", p, "Provider ", p, "");
    write_provider(&s->providers_text, p, "access", discovered);
    write_provider(&s->proving_text, p, "key", discovered);
    list_names(&s->listings[p], p, models_of(s, p), 0);
    for (size_t m = 0; !discovered && m < models_of(s, p); m++) write_model(&s->model_texts[p], p, m);
    s->definitions[p + 1] = (roster_definition){ no_less(strdup(file)), s->model_texts[p].at };
  }
  s->definitions[0] = (roster_definition){ "providers.lua", s->providers_text.at };
}

void scene_close(scene *s) {
  for (size_t i = 0; i < s->variables; i++) free((char *)s->environment[i].name), free((char *)s->environment[i].value);
  for (size_t p = 0; p < s->providers; p++) {
    free((char *)s->definitions[p + 1].name), free(s->model_texts[p].at), free(s->listings[p].at);
  }
  free(s->providers_text.at), free(s->shorter.at), free(s->model_texts), free(s->definitions), free(s->environment);
  free(s->listings), free(s->waiting), free(s->proving_text.at);
}

roster *scene_registry(scene *s, roster_level level) {
  roster_options o = ROSTER_OPTIONS_INIT;
  roster_error err = { 0 };
  roster *r = NULL;
  o.no_builtin = true;
  o.config = "";
  o.definitions = s->definitions;
  o.definition_count = s->discovered ? 1 : s->providers + 1;
  o.environment = s->environment;
  o.environment_count = s->variables;
  o.transport = &s->transport;
  o.level = level;
  o.timeout_ms = o.deadline_ms = 600 * 1000; /* on the wall: a busy machine must not end what is measured */
  if (roster_open(&r, &o, &err) != ROSTER_OK) quiet_give_up(err.message);
  return r;
}

/* gateways: fuzzes what addresses are made of: a gateway, a provider's own address, an address from a variable, the name of a model. The
 * lines of an input are the members below, in that order; an empty line leaves one out. With an address in the variable every request goes
 * to its origin, else with a gateway to the gateway's, else to the provider's.
 *
 * Runs: 2000
 */
#include "fuzz.h"

#include "util/text.h"
#include "util/url.h"
#include "util/utf8.h"

typedef struct fields {
  char *gateway, *path, *base_path, *api_names, *base_url, *override, *api_name, *protocol, *chat_path;
} fields;

static char origin[4096];

static void out_of_memory(void *unused) {
  (void)unused;
  abort();
}

static void put(json_t *into, const char *name, const char *value) {
  if (*value) json_object_set_new(into, name, json_string(value)); /* which does nothing where it is no UTF-8 */
}

static json_t *gateway_of(const fields *f) {
  json_t *g = json_object();
  put(g, "base_url", f->gateway);
  put(g, "path", f->path);
  put(g, "base_path", f->base_path);
  put(g, "api_names", f->api_names);
  return g;
}

static json_t *provider_of(const fields *f) {
  json_t *p =
      json_pack("{s:{s:s}, s:{s:s}, s:b}", "credential", "secret", "ACME_API_KEY", "override", "setting", "ACME_BASE_URL", "plain_http", 1);
  put(p, "base_url", f->base_url);
  put(p, "protocol", *f->protocol ? f->protocol : "openai-chat");
  put(p, "prefix", f->chat_path);
  return p;
}

static char *definitions_of(const fields *f) {
  json_t *m = json_pack("{s:s}", "provider", "acme"), *whole = json_object();
  put(m, "api_name", f->api_name);
  if (*f->gateway) json_object_set_new(whole, "gateway", json_pack("{s:o}", "edge", gateway_of(f)));
  json_object_set_new(whole, "provider", json_pack("{s:o}", "acme", provider_of(f)));
  json_object_set_new(whole, "model", json_pack("{s:o}", "alpha", m));
  char *text = json_dumps(whole, 0);
  json_decref(whole);
  MUST(text != NULL);
  return text;
}

static bool is_text(const char *text, size_t size) {
  for (const char *at = text; at < text + size; at += utf8_length(at))
    if (!*at || !utf8_length(at)) return false;
  return true;
}

/* "" where nothing may be asked. */
static void expect_origin(const fields *f) {
  arena *a = arena_new();
  MUST(a != NULL);
  arena_on_exhausted(a, out_of_memory, NULL, NULL, NULL);
  url u;
  const char *from = *f->override ? f->override : *f->gateway ? f->gateway : f->base_url;
  snprintf(origin, sizeof origin, "%s", url_parse(a, from, &u) ? "" : u.origin);
  arena_free(a);
}

static void check_address(const char *address) {
  arena *a = arena_new();
  MUST(a != NULL);
  arena_on_exhausted(a, out_of_memory, NULL, NULL, NULL);
  url u;
  MUST(!url_parse(a, address, &u) && *origin && text_is(u.origin, origin));
  MUST(!strstr(u.path, "/../") && !text_has_control(address, strlen(address)) && !strchr(address, ' '));
  arena_free(a);
}

static void check_request(const roster_http_request *q) { check_address(q->url); }

static void refresh(const fields *f, const char *definitions) {
  static fuzz_transport t;
  char listing[] = "200\n\n{\"data\":[{\"id\":\"alpha\"}],\"models\":[{\"name\":\"alpha\"}]}";
  const roster_variable variables[] = { { "ACME_API_KEY", FUZZ_KEY }, { "ACME_BASE_URL", f->override } };
  fuzz_transport_init(&t, listing);
  t.on_request = check_request;
  roster_definition d;
  roster_options o = fuzz_options(&d, "edge.json", definitions);
  o.environment = variables;
  o.environment_count = *f->override ? 2 : 1;
  o.transport = &t.transport;
  roster *r = NULL;
  roster_error err;
  roster_status status = roster_open(&r, &o, &err);
  MUST(status == ROSTER_OK || (status == ROSTER_EDEFINITIONS && *err.message));
  if (!r) return;
  MUST(roster_refresh(r, NULL) == ROSTER_OK);
  const roster_snapshot *s = roster_acquire(r);
  fuzz_check_snapshot(s);
  const roster_model *m = roster_known(s, "alpha");
  if (*roster_model_url(m)) check_address(roster_model_url(m));
  roster_release(s);
  roster_close(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  char *text = fuzz_text(data, size), *rest = text;
  fields f;
  char **const members[] = { &f.gateway,  &f.path,     &f.base_path, &f.api_names, &f.base_url,
                             &f.override, &f.api_name, &f.protocol,  &f.chat_path };
  if (!is_text(text, size)) {
    free(text);
    return 0; /* JSON cannot have it */
  }
  for (size_t i = 0; i < sizeof members / sizeof *members; i++) *members[i] = fuzz_line(&rest);
  expect_origin(&f);
  char *definitions = definitions_of(&f);
  refresh(&f, definitions);
  free(definitions);
  free(text);
  return 0;
}

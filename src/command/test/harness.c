/* harness: see harness.h. A load names the variables that the definitions read; each secret among them gets a value made from its name, so
 * that it can be recognised wherever it appears. */
#include "command/test/harness.h"

#include "command/shared/memory.h"

#include <stdlib.h>
#include <string.h>

/* ---- names ---- */

static bool holds(const json_t *names, const char *name) {
  for (size_t i = 0; i < json_array_size(names); i++)
    if (strcmp(json_string_value(json_array_get(names, i)), name) == 0) return true;
  return false;
}

static void on_variable(void *payload, const char *name, bool secret) {
  harness *h = payload;
  json_t *names = secret ? h->secrets : h->settings;
  if (!holds(names, name)) json_array_append_new(names, json_string(name));
}

static void on_finding(void *payload, const roster_finding *f) {
  harness *h = payload;
  report_take_finding(&h->report, f);
  strbuf_format(&h->findings, "%s:%d: %s\n", f->file, f->line, f->message);
}

void harness_begin(harness *h, const arguments *o) {
  *h = (harness){ .arguments = o, .secrets = json_array(), .settings = json_array(), .elsewhere = json_array() };
  h->path = o->operand_count ? o->operands[0] : o->config;
}

void harness_end(harness *h) {
  json_decref(h->secrets);
  json_decref(h->settings);
  json_decref(h->elsewhere);
  strbuf_free(&h->given);
  report_free(&h->report);
  strbuf_free(&h->findings);
}

/* ---- made-up secrets ---- */

static void add_value(strbuf *p, const char *name) { strbuf_format(p, "made-up-%s-0f1e2d3c4b5a", name); }

static void set_value(json_t *environment, const char *name) {
  strbuf value = { 0 };
  add_value(&value, name);
  json_object_set_new(environment, name, json_string(strbuf_text(&value)));
  strbuf_free(&value);
}

static void take_own(json_t *environment, const char *name) {
  const char *value = getenv(name);
  if (value) json_object_set_new(environment, name, json_string(value));
}

json_t *harness_environment(const harness *h) {
  static const char *const places[] = { "HOME", "XDG_CONFIG_HOME", "ROSTER_CONFIG", "ROSTER_BUILTIN" };
  json_t *environment = json_object();
  for (size_t i = 0; i < sizeof places / sizeof *places; i++) take_own(environment, places[i]);
  for (size_t i = 0; i < json_array_size(h->settings); i++) take_own(environment, json_string_value(json_array_get(h->settings, i)));
  for (size_t i = 0; i < json_array_size(h->secrets); i++) set_value(environment, json_string_value(json_array_get(h->secrets, i)));
  return environment;
}

/* ---- keys in no variable ---- */

static void name_key(strbuf *p, const char *provider_id) { strbuf_format(p, "KEY-OF-%s", provider_id); }

void harness_give_key(harness *h, const char *provider_id) {
  strbuf name = { 0 };
  name_key(&name, provider_id);
  json_array_append_new(h->elsewhere, json_string(provider_id));
  on_variable(h, strbuf_text(&name), true);
  strbuf_free(&name);
}

static roster_status give_key(void *payload, const char *provider_id, roster_credential *out) {
  harness *h = payload;
  strbuf name = { 0 };
  if (!holds(h->elsewhere, provider_id)) return ROSTER_EUNKNOWN;
  name_key(&name, provider_id);
  strbuf_free(&h->given);
  h->given = (strbuf){ 0 };
  add_value(&h->given, strbuf_text(&name));
  strbuf_free(&name);
  out->value = strbuf_text(&h->given);
  return ROSTER_OK;
}

static void replace(strbuf *out, const char *text, const char *value, const char *name) {
  size_t size = strlen(value);
  for (const char *found; (found = strstr(text, value)); text = found + size) {
    strbuf_bytes(out, text, (size_t)(found - text));
    strbuf_format(out, "$%s", name);
  }
  strbuf_add(out, text);
}

char *harness_redact(const harness *h, const char *text) {
  char *result = copied(text);
  for (size_t i = 0; i < json_array_size(h->secrets); i++) {
    const char *name = json_string_value(json_array_get(h->secrets, i));
    strbuf value = { 0 }, out = { 0 };
    add_value(&value, name);
    replace(&out, result, strbuf_text(&value), name);
    free(result);
    result = copied(strbuf_text(&out));
    strbuf_free(&value);
    strbuf_free(&out);
  }
  return result;
}

bool harness_has_secret(const harness *h, const char *text) {
  char *clean = harness_redact(h, text);
  bool leaks = strcmp(clean, text) != 0;
  free(clean);
  return leaks;
}

/* ---- registries ---- */

/* The environment as the library takes it. New; borrows the strings. */
static roster_variable *variables_of(const json_t *environment, size_t *count) {
  roster_variable *list = grown(NULL, (json_object_size(environment) + 1) * sizeof *list);
  const char *name;
  json_t *value;
  *count = 0;
  json_object_foreach((json_t *)environment, name, value) list[(*count)++] = (roster_variable){ name, json_string_value(value) };
  return list;
}

roster *harness_open(harness *h, const open_options *how, roster_error *err) {
  roster_options o = ROSTER_OPTIONS_INIT;
  char *amendments = how->amendments ? json_dumps(how->amendments, JSON_COMPACT) : NULL;
  roster_definition amended = { "roster-test.json", amendments };
  roster_variable *variables = variables_of(how->environment, &o.environment_count);
  roster *registry = NULL;
  o.config = h->path;
  o.no_builtin = arguments_have(h->arguments, OPTION_NO_BUILTIN);
  o.definitions = &amended;
  o.definition_count = amendments ? 1 : 0;
  o.environment = variables;
  o.level = how->level;
  o.discover_all = how->discover_all;
  o.transport = how->transport;
  o.transport_signs = true;
  o.on_finding = on_finding;
  o.on_variable = on_variable;
  o.credential = give_key;
  o.payload = h;
  if (roster_open(&registry, &o, err) != ROSTER_OK) registry = NULL;
  free(variables);
  free(amendments);
  return registry;
}

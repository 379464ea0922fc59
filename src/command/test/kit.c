/* kit: see kit.h. */
#include "command/test/kit.h"

#include "command/shared/memory.h"

#include <stdlib.h>
#include <string.h>

/* ---- names ---- */

static bool holds(const json_t *names, const char *name) {
  for (size_t i = 0; i < json_array_size(names); i++)
    if (strcmp(json_string_value(json_array_get(names, i)), name) == 0) return true;
  return false;
}

static void hear_variable(void *payload, const char *name, bool secret) {
  kit *k = payload;
  json_t *names = secret ? k->secrets : k->settings;
  if (!holds(names, name)) json_array_append_new(names, json_string(name));
}

static void hear_finding(void *payload, const roster_finding *f) {
  kit *k = payload;
  report_take_finding(&k->report, f);
  strbuf_format(&k->heard, "%s\n", f->message);
}

void kit_begin(kit *k, const arguments *o) {
  *k = (kit){ .options = o, .secrets = json_array(), .settings = json_array(), .elsewhere = json_array() };
  k->path = o->operand_count ? o->operands[0] : o->config;
}

void kit_end(kit *k) {
  json_decref(k->secrets);
  json_decref(k->settings);
  json_decref(k->elsewhere);
  strbuf_free(&k->given);
  report_free(&k->report);
  strbuf_free(&k->heard);
}

/* ---- secrets that are none ---- */

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

json_t *kit_environment(const kit *k) {
  static const char *const places[] = { "HOME", "XDG_CONFIG_HOME", "ROSTER_CONFIG", "ROSTER_BUILTIN" };
  json_t *environment = json_object();
  for (size_t i = 0; i < sizeof places / sizeof *places; i++) take_own(environment, places[i]);
  for (size_t i = 0; i < json_array_size(k->settings); i++) take_own(environment, json_string_value(json_array_get(k->settings, i)));
  for (size_t i = 0; i < json_array_size(k->secrets); i++) set_value(environment, json_string_value(json_array_get(k->secrets, i)));
  return environment;
}

/* ---- keys in no variable ---- */

static void name_key(strbuf *p, const char *provider_id) { strbuf_format(p, "KEY-OF-%s", provider_id); }

void kit_give_key(kit *k, const char *provider_id) {
  strbuf name = { 0 };
  name_key(&name, provider_id);
  json_array_append_new(k->elsewhere, json_string(provider_id));
  hear_variable(k, strbuf_text(&name), true);
  strbuf_free(&name);
}

static roster_status give_key(void *payload, const char *provider_id, roster_credential *out) {
  kit *k = payload;
  strbuf name = { 0 };
  if (!holds(k->elsewhere, provider_id)) return ROSTER_EUNKNOWN;
  name_key(&name, provider_id);
  strbuf_free(&k->given);
  k->given = (strbuf){ 0 };
  add_value(&k->given, strbuf_text(&name));
  strbuf_free(&name);
  out->value = strbuf_text(&k->given);
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

char *kit_disguise(const kit *k, const char *text) {
  char *result = copied(text);
  for (size_t i = 0; i < json_array_size(k->secrets); i++) {
    const char *name = json_string_value(json_array_get(k->secrets, i));
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

bool kit_betrays(const kit *k, const char *text) {
  char *clean = kit_disguise(k, text);
  bool betrays = strcmp(clean, text) != 0;
  free(clean);
  return betrays;
}

/* ---- registries ---- */

/* The environment as the library takes it. New; borrows the texts. */
static roster_variable *variables_of(const json_t *environment, size_t *count) {
  roster_variable *list = grown(NULL, (json_object_size(environment) + 1) * sizeof *list);
  const char *name;
  json_t *value;
  *count = 0;
  json_object_foreach((json_t *)environment, name, value) list[(*count)++] = (roster_variable){ name, json_string_value(value) };
  return list;
}

roster *kit_open(kit *k, const opening *how, roster_error *err) {
  roster_options o = ROSTER_OPTIONS_INIT;
  char *amendments = how->amendments ? json_dumps(how->amendments, JSON_COMPACT) : NULL;
  roster_definition amended = { "roster-test.json", amendments };
  roster_variable *variables = variables_of(how->environment, &o.environment_count);
  roster *registry = NULL;
  o.config = k->path;
  o.no_builtin = arguments_have(k->options, OPTION_NO_BUILTIN);
  o.definitions = &amended;
  o.definition_count = amendments ? 1 : 0;
  o.environment = variables;
  o.level = how->level;
  o.transport = how->transport;
  o.transport_signs = true;
  o.on_finding = hear_finding;
  o.on_variable = hear_variable;
  o.credential = give_key;
  o.payload = k;
  if (roster_open(&registry, &o, err) != ROSTER_OK) registry = NULL;
  free(variables);
  free(amendments);
  return registry;
}

/* scenario: the outer shape, and the defaults. */
#include "mock/scenario.h"

#include "mock/fields.h"
#include "mock/scenario_parts.h"

#include <stdlib.h>
#include <string.h>

enum { DEFAULT_LIFETIME = 120, LONGEST_LIFETIME = 24 * 3600, LONGEST_DELAY_MS = 600 * 1000 };

typedef struct written_server {
  scenario_server server;
  const char *protocol;
  json_t *keys, *models, *serves, *tls, *routes, *script, *mounts;
} written_server;

#define HERE(member) offsetof(written_server, member)

#define PROTOCOLS "anthropic-messages, openai, gemini, cohere-v2, bedrock-converse, ollama, none, raw"

static const field server_shape[] = {
  { "name", FIELD_TEXT, HERE(server.name), 0, 0 },
  { "protocol", FIELD_TEXT, HERE(protocol), 0, 0 },
  { "prefix", FIELD_TEXT, HERE(server.prefix), 0, 0 },
  { "keys", FIELD_ANY, HERE(keys), 0, 0 },
  { "models", FIELD_LIST, HERE(models), 0, 0 },
  { "page_size", FIELD_WHOLE, HERE(server.page_size), 1, 1000000 },
  { "public_list", FIELD_FLAG, HERE(server.public_list), 0, 0 },
  { "account", FIELD_TABLE, HERE(server.account), 0, 0 },
  { "serves", FIELD_LIST, HERE(serves), 0, 0 },
  { "floor", FIELD_WHOLE, HERE(server.floor), 1, 1000000 },
  { "delay_ms", FIELD_WHOLE, HERE(server.delay_ms), 0, LONGEST_DELAY_MS },
  { "port", FIELD_WHOLE, HERE(server.port), 0, 65535 },
  { "tls", FIELD_TABLE, HERE(tls), 0, 0 },
  { "routes", FIELD_LIST, HERE(routes), 0, 0 },
  { "mounts", FIELD_LIST, HERE(mounts), 0, 0 },
  FIELD_END,
};

static const field raw_shape[] = {
  { "name", FIELD_TEXT, HERE(server.name), 0, 0 },
  { "protocol", FIELD_TEXT, HERE(protocol), 0, 0 },
  { "script", FIELD_LIST, HERE(script), 0, 0 },
  FIELD_END,
};

static const field tls_shape[] = {
  { "cert", FIELD_TEXT, offsetof(scenario_tls, cert), 0, 0 },
  { "key", FIELD_TEXT, offsetof(scenario_tls, key), 0, 0 },
  { "client_ca", FIELD_TEXT, offsetof(scenario_tls, client_ca), 0, 0 },
  FIELD_END,
};

static bool read_protocol(const place *at, const char *name, scenario_protocol *out) {
  static const char *const names[] = {
    [PROTOCOL_NONE] = "none",        [PROTOCOL_ANTHROPIC] = "anthropic-messages",
    [PROTOCOL_OPENAI] = "openai",    [PROTOCOL_GEMINI] = "gemini",
    [PROTOCOL_COHERE] = "cohere-v2", [PROTOCOL_BEDROCK] = "bedrock-converse",
    [PROTOCOL_OLLAMA] = "ollama",    [PROTOCOL_RAW] = "raw",
  };
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    if (strcmp(names[i], name) != 0) continue;
    *out = (scenario_protocol)i;
    return true;
  }
  place here = place_key(at, "protocol");
  return place_refuse(&here, "unknown protocol '%s'; known: " PROTOCOLS, name);
}

static bool read_prefix(const place *at, const char *prefix) {
  place here = place_key(at, "prefix");
  if (!*prefix) return true;
  if (*prefix != '/') return place_refuse(&here, "must begin with a slash");
  if (prefix[strlen(prefix) - 1] == '/') return place_refuse(&here, "must not end in a slash");
  return true;
}

static bool read_keys(const place *at, const json_t *keys, scenario_server *out) {
  place here = place_key(at, "keys");
  out->any_key = !keys || json_is_null(keys);
  if (out->any_key) return true;
  if (!json_is_array(keys) && !(json_is_object(keys) && !json_object_size(keys)))
    return place_refuse(&here, "must be a list of keys, or null for a server that asks for none");
  return scenario_read_words(&here, keys, &out->keys);
}

static scenario_endpoint endpoint_named(const char *name) {
  static const char *const names[] = {
    [ENDPOINT_NONE] = "", [ENDPOINT_LIST] = "list", [ENDPOINT_GET] = "get", [ENDPOINT_COUNT] = "count", [ENDPOINT_GENERATE] = "generate",
  };
  for (size_t i = ENDPOINT_LIST; i <= ENDPOINT_GENERATE; i++)
    if (strcmp(names[i], name) == 0) return (scenario_endpoint)i;
  return ENDPOINT_NONE;
}

static bool read_serves(const place *at, const json_t *object, const json_t *list, scenario_server *out) {
  place here = place_key(at, "serves");
  bool all = !json_object_get(object, "serves");
  for (size_t i = ENDPOINT_LIST; i <= ENDPOINT_GENERATE; i++) out->serves[i] = all;
  for (size_t i = 0; i < json_array_size(list); i++) {
    place one = place_index(&here, i);
    const char *name = NULL;
    if (!fields_text(&one, json_array_get(list, i), &name)) return false;
    scenario_endpoint endpoint = endpoint_named(name);
    if (endpoint == ENDPOINT_NONE) return place_refuse(&one, "unknown endpoint '%s'; known: list, get, count, generate", name);
    out->serves[endpoint] = true;
  }
  return true;
}

static bool read_tls(const place *at, json_t *table, scenario_tls *out) {
  place here = place_key(at, "tls");
  if (!table) return true;
  if (!fields_read(&here, table, tls_shape, out)) return false;
  return (out->cert && out->key) || place_refuse(&here, "needs a cert and a key");
}

static bool read_lists(const place *at, json_t *value, const written_server *read, scenario_server *out) {
  place models = place_key(at, "models"), routes = place_key(at, "routes"), script = place_key(at, "script");
  return read_keys(at, read->keys, out) && read_serves(at, value, read->serves, out) && read_tls(at, read->tls, &out->tls) &&
         scenario_read_models(&models, read->models, out) && scenario_read_routes(&routes, read->routes, out) &&
         scenario_read_script(&script, read->script, out);
}

static bool read_servers(const place *at, const json_t *list, scenario_server **servers, size_t *server_count);

static bool read_mounts(const place *at, const json_t *list, scenario_server *out) {
  place here = place_key(at, "mounts");
  if (!list) return true;
  if (out->protocol != PROTOCOL_NONE) return place_refuse(&here, "belong to a server of protocol none");
  if (!read_servers(&here, list, &out->mounts, &out->mount_count)) return false;
  for (size_t i = 0; i < out->mount_count; i++)
    if (out->mounts[i].mount_count || out->mounts[i].route_count || out->mounts[i].port || out->mounts[i].protocol == PROTOCOL_RAW)
      return place_refuse(&here, "hold dialects only: port, routes and raw answers belong to the server itself");
  return true;
}

static bool read_server(const place *at, json_t *value, scenario_server *out) {
  written_server read = { .server = { .prefix = "" } };
  const char *named = json_string_value(json_object_get(value, "protocol"));
  bool raw = named && strcmp(named, "raw") == 0;
  if (!fields_read(at, value, raw ? raw_shape : server_shape, &read)) return false;
  if (!read.server.name) return place_refuse(at, "needs a name");
  if (!read.protocol) return place_refuse(at, "needs a protocol: " PROTOCOLS);
  if (!read_protocol(at, read.protocol, &read.server.protocol) || !read_prefix(at, read.server.prefix)) return false;
  if (raw && !json_object_get(value, "script")) return place_refuse(at, "needs a script");
  *out = read.server;
  return read_lists(at, value, &read, out) && read_mounts(at, read.mounts, out);
}

static bool read_servers(const place *at, const json_t *list, scenario_server **servers, size_t *server_count) {
  size_t count = json_array_size(list);
  if (!count) return place_refuse(at, "needs at least one server");
  *servers = calloc(count, sizeof **servers);
  if (!*servers) return place_out_of_memory(at);
  *server_count = count;
  for (size_t i = 0; i < count; i++) {
    place here = place_index(at, i);
    if (!read_server(&here, json_array_get(list, i), &(*servers)[i])) return false;
  }
  return true;
}

typedef struct written_scenario {
  double lifetime;
  const char *log;
  json_t *servers;
} written_scenario;

static const field scenario_shape[] = {
  { "lifetime", FIELD_NUMBER, offsetof(written_scenario, lifetime), 0, LONGEST_LIFETIME },
  { "log", FIELD_TEXT, offsetof(written_scenario, log), 0, 0 },
  { "servers", FIELD_LIST, offsetof(written_scenario, servers), 0, 0 },
  FIELD_END,
};

static bool read_all(const place *at, const char *json, scenario *out) {
  json_error_t problem;
  written_scenario read = { .lifetime = DEFAULT_LIFETIME };
  place servers = place_key(at, "servers");
  out->root = json_loads(json, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &problem);
  if (!out->root) return place_refuse(at, "line %d, column %d: %s", problem.line, problem.column, problem.text);
  if (!fields_read(at, out->root, scenario_shape, &read)) return false;
  out->lifetime = read.lifetime;
  out->log = read.log;
  return read_servers(&servers, read.servers, &out->servers, &out->server_count);
}

scenario *scenario_read(const char *json, char *error, size_t error_size) {
  complaint sink = { .text = error, .size = error_size };
  place root = place_root(&sink);
  scenario *s = calloc(1, sizeof *s);
  if (!s)
    place_out_of_memory(&root);
  else if (read_all(&root, json, s))
    return s;
  scenario_free(s);
  return NULL;
}

void scenario_free(scenario *s) {
  if (!s) return;
  for (size_t i = 0; i < s->server_count; i++) scenario_server_clear(&s->servers[i]);
  free(s->servers);
  json_decref(s->root);
  free(s);
}

static bool answers_to(const scenario_model *model, const char *id) {
  if (strcmp(model->id, id) == 0) return true;
  for (size_t i = 0; i < model->aliases.count; i++)
    if (strcmp(model->aliases.at[i], id) == 0) return true;
  return false;
}

const scenario_model *scenario_find(const scenario_server *server, const char *id) {
  for (size_t i = 0; i < server->model_count; i++)
    if (answers_to(&server->models[i], id)) return &server->models[i];
  return NULL;
}

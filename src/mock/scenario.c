/* scenario: see scenario.h. Read in one pass from the outside in, each object by a table of its fields, with the defaults filled in. */
#include "mock/scenario.h"

#include "mock/input.h"
#include "mock/scenario_route.h"
#include "util/hex.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool read_word(const error_path *at, json_t *value, void *into) { return fields_text(at, value, into); }

static bool read_words(const error_path *at, const json_t *list, scenario_words *out) {
  out->at = fields_new_list(list, sizeof *out->at, &out->count);
  return fields_read_list(at, list, read_word, out->at, sizeof *out->at);
}

/* ---- models ---- */

typedef struct written_model {
  scenario_model model;
  json_t *aliases;
} written_model;

static const field model_shape[] = {
  { "id", FIELD_TEXT, offsetof(written_model, model.id), 0, 0 },
  { "display_name", FIELD_TEXT, offsetof(written_model, model.display_name), 0, 0 },
  { "context_window", FIELD_WHOLE, offsetof(written_model, model.context_window), 1, 1000000000 },
  { "listed", FIELD_FLAG, offsetof(written_model, model.listed), 0, 0 },
  { "usable", FIELD_FLAG, offsetof(written_model, model.usable), 0, 0 },
  { "chat", FIELD_FLAG, offsetof(written_model, model.chat), 0, 0 },
  { "no_access", FIELD_FLAG, offsetof(written_model, model.no_access), 0, 0 },
  { "aliases", FIELD_LIST, offsetof(written_model, aliases), 0, 0 },
  FIELD_END,
};

static bool read_model(const error_path *at, json_t *value, void *into) {
  scenario_model *out = into;
  written_model read = { .model = { .listed = true, .usable = true, .chat = true } };
  *out = read.model;
  if (json_is_string(value)) return fields_text(at, value, &out->id);
  if (!json_is_object(value)) return error_path_refuse(at, "must be an id or an object with an id");
  if (!fields_read(at, value, model_shape, &read)) return false;
  if (!read.model.id) return error_path_refuse(at, "needs an id");
  *out = read.model;
  error_path here = error_path_key(at, "aliases");
  return read_words(&here, read.aliases, &out->aliases);
}

/* ---- scripts ---- */

typedef struct written_step {
  json_t *send, *beneath;
  long repeat, sleep_ms, alert;
  bool hex, read, half_close, hang, reset, cut;
} written_step;

static const field step_shape[] = {
  { "send", FIELD_BYTES, offsetof(written_step, send), 0, 0 },
  { "hex", FIELD_FLAG, offsetof(written_step, hex), 0, 0 },
  { "repeat", FIELD_WHOLE, offsetof(written_step, repeat), 1, MOST_REQUESTS },
  { "beneath", FIELD_BYTES, offsetof(written_step, beneath), 0, 0 },
  { "sleep_ms", FIELD_WHOLE, offsetof(written_step, sleep_ms), 0, LONGEST_WAIT_MS },
  { "alert", FIELD_WHOLE, offsetof(written_step, alert), 0, 255 },
  { "read", FIELD_FLAG, offsetof(written_step, read), 0, 0 },
  { "half_close", FIELD_FLAG, offsetof(written_step, half_close), 0, 0 },
  { "hang", FIELD_FLAG, offsetof(written_step, hang), 0, 0 },
  { "reset", FIELD_FLAG, offsetof(written_step, reset), 0, 0 },
  { "cut", FIELD_FLAG, offsetof(written_step, cut), 0, 0 },
  FIELD_END,
};

/* Exactly one of them; -1: none, or several. */
static int kind_of(const written_step *w) {
  const bool acts[] = {
    [STEP_SEND] = w->send != NULL, [STEP_SEND_BENEATH] = w->beneath != NULL, [STEP_SLEEP] = w->sleep_ms >= 0, [STEP_READ] = w->read,
    [STEP_ALERT] = w->alert >= 0,  [STEP_HALF_CLOSE] = w->half_close,        [STEP_HANG] = w->hang,           [STEP_RESET] = w->reset,
    [STEP_CUT] = w->cut,
  };
  int found = -1, count = 0;
  for (int i = STEP_SEND; i <= STEP_CUT; i++)
    if (acts[i]) found = i, count++;
  return count == 1 ? found : -1;
}

/* In JSON a text cannot hold every byte. */
static bool read_digits(const error_path *at, scenario_step *out) {
  out->owned = malloc(out->size / 2 + 1);
  if (!out->owned) return error_path_out_of_memory(at);
  for (size_t i = 0; i < out->size / 2; i++) out->owned[i] = (char)hex_byte(out->bytes + 2 * i);
  out->bytes = out->owned;
  out->size /= 2;
  return true;
}

static bool read_step(const error_path *at, json_t *value, void *into) {
  scenario_step *out = into;
  written_step read = { .repeat = -1, .sleep_ms = -1, .alert = -1 };
  if (!fields_read(at, value, step_shape, &read)) return false;
  int kind = kind_of(&read);
  if (kind < 0) return error_path_refuse(at, "must do one thing: send, beneath, sleep_ms, read, alert, half_close, hang, reset or cut");
  if (read.repeat > 0 && !read.send) return error_path_refuse(at, "repeats, but sends nothing");
  const json_t *bytes = read.send ? read.send : read.beneath;
  out->kind = (scenario_step_kind)kind;
  out->number = kind == STEP_ALERT ? read.alert : read.sleep_ms;
  out->repeat = read.repeat > 0 ? read.repeat : 1;
  out->bytes = json_string_value(bytes);
  out->size = json_string_length(bytes);
  return !read.hex || read_digits(at, out);
}

static void clear_server(scenario_server *server) {
  for (size_t i = 0; i < server->model_count; i++) free(server->models[i].aliases.at);
  for (size_t i = 0; i < server->route_count; i++) {
    scenario_route_free(&server->routes[i]);
  }
  for (size_t i = 0; i < server->step_count; i++) free(server->script[i].owned);
  free(server->keys.at);
  free(server->models);
  free(server->routes);
  free(server->script);
  for (size_t i = 0; i < server->mount_count; i++) clear_server(&server->mounts[i]);
  free(server->mounts);
}

/* ---- servers ---- */

enum { DEFAULT_LIFETIME = 120 };

typedef struct written_server {
  scenario_server server;
  const char *protocol;
  json_t *keys, *models, *serves, *tls, *routes, *script, *mounts, *expect; /* the last is for roster test */
} written_server;

#define HERE(member) offsetof(written_server, member)
#define PROTOCOLS    "anthropic-messages, openai, gemini, cohere-v2, bedrock-converse, ollama, none, raw"

static const field server_shape[] = {
  { "name", FIELD_TEXT, HERE(server.name), 0, 0 },
  { "protocol", FIELD_TEXT, HERE(protocol), 0, 0 },
  { "prefix", FIELD_TEXT, HERE(server.prefix), 0, 0 },
  { "keys", FIELD_ANY, HERE(keys), 0, 0 },
  { "models", FIELD_LIST, HERE(models), 0, 0 },
  { "page_size", FIELD_WHOLE, HERE(server.page_size), 1, 1000000 },
  { "public_list", FIELD_FLAG, HERE(server.public_list), 0, 0 },
  { "public_lookup", FIELD_FLAG, HERE(server.public_lookup), 0, 0 },
  { "injects", FIELD_TEXT, HERE(server.injects), 0, 0 },
  { "account", FIELD_TABLE, HERE(server.account), 0, 0 },
  { "serves", FIELD_LIST, HERE(serves), 0, 0 },
  { "floor", FIELD_WHOLE, HERE(server.floor), 1, 1000000 },
  { "delay_ms", FIELD_WHOLE, HERE(server.delay_ms), 0, LONGEST_WAIT_MS },
  { "port", FIELD_WHOLE, HERE(server.port), 0, 65535 },
  { "tls", FIELD_TABLE, HERE(tls), 0, 0 },
  { "routes", FIELD_LIST, HERE(routes), 0, 0 },
  { "mounts", FIELD_LIST, HERE(mounts), 0, 0 },
  { "expect", FIELD_TABLE, HERE(expect), 0, 0 },
  FIELD_END,
};

static const field raw_shape[] = {
  { "name", FIELD_TEXT, HERE(server.name), 0, 0 },
  { "protocol", FIELD_TEXT, HERE(protocol), 0, 0 },
  { "script", FIELD_LIST, HERE(script), 0, 0 },
  { "tls", FIELD_TABLE, HERE(tls), 0, 0 },
  { "greets", FIELD_FLAG, HERE(server.greets), 0, 0 },
  { "full", FIELD_FLAG, HERE(server.full), 0, 0 },
  { "six", FIELD_FLAG, HERE(server.six), 0, 0 },
  { "expect", FIELD_TABLE, HERE(expect), 0, 0 },
  FIELD_END,
};

static const field tls_shape[] = {
  { "cert", FIELD_TEXT, offsetof(scenario_tls, cert), 0, 0 },
  { "key", FIELD_TEXT, offsetof(scenario_tls, key), 0, 0 },
  { "client_ca", FIELD_TEXT, offsetof(scenario_tls, client_ca), 0, 0 },
  { "versions", FIELD_TEXT, offsetof(scenario_tls, versions), 0, 0 },
  FIELD_END,
};

static bool read_protocol(const error_path *at, const char *name, scenario_protocol *out) {
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
  error_path here = error_path_key(at, "protocol");
  return error_path_refuse(&here, "unknown protocol '%s'; known: " PROTOCOLS, name);
}

static bool read_prefix(const error_path *at, const char *prefix) {
  error_path here = error_path_key(at, "prefix");
  if (!*prefix) return true;
  if (*prefix != '/') return error_path_refuse(&here, "must begin with a slash");
  if (prefix[strlen(prefix) - 1] == '/') return error_path_refuse(&here, "must not end in a slash");
  return true;
}

static bool read_keys(const error_path *at, const json_t *keys, scenario_server *out) {
  error_path here = error_path_key(at, "keys");
  out->any_key = !keys || json_is_null(keys);
  if (out->any_key) return true;
  if (!json_is_array(keys) && !(json_is_object(keys) && !json_object_size(keys)))
    return error_path_refuse(&here, "must be a list of keys, or null for a server that asks for none");
  return read_words(&here, keys, &out->keys);
}

static scenario_endpoint endpoint_named(const char *name) {
  static const char *const names[] = {
    [ENDPOINT_NONE] = "", [ENDPOINT_LIST] = "list", [ENDPOINT_GET] = "get", [ENDPOINT_COUNT] = "count", [ENDPOINT_GENERATE] = "generate",
  };
  for (size_t i = ENDPOINT_LIST; i <= ENDPOINT_GENERATE; i++)
    if (strcmp(names[i], name) == 0) return (scenario_endpoint)i;
  return ENDPOINT_NONE;
}

static bool read_serves(const error_path *at, const json_t *object, const json_t *list, scenario_server *out) {
  error_path here = error_path_key(at, "serves");
  bool all = !json_object_get(object, "serves");
  for (size_t i = ENDPOINT_LIST; i <= ENDPOINT_GENERATE; i++) out->serves[i] = all;
  for (size_t i = 0; i < json_array_size(list); i++) {
    error_path one = error_path_index(&here, i);
    const char *name = NULL;
    if (!fields_text(&one, json_array_get(list, i), &name)) return false;
    scenario_endpoint endpoint = endpoint_named(name);
    if (endpoint == ENDPOINT_NONE) return error_path_refuse(&one, "unknown endpoint '%s'; known: list, get, count, generate", name);
    out->serves[endpoint] = true;
  }
  return true;
}

static bool read_tls(const error_path *at, json_t *table, scenario_tls *out) {
  error_path here = error_path_key(at, "tls");
  if (!table) return true;
  if (!fields_read(&here, table, tls_shape, out)) return false;
  return (out->cert && out->key) || error_path_refuse(&here, "needs a cert and a key");
}

static bool read_lists(const error_path *at, json_t *value, const written_server *read, scenario_server *out) {
  error_path models = error_path_key(at, "models"), routes = error_path_key(at, "routes"), script = error_path_key(at, "script");
  out->models = fields_new_list(read->models, sizeof *out->models, &out->model_count);
  out->routes = fields_new_list(read->routes, sizeof *out->routes, &out->route_count);
  out->script = fields_new_list(read->script, sizeof *out->script, &out->step_count);
  return read_keys(at, read->keys, out) && read_serves(at, value, read->serves, out) && read_tls(at, read->tls, &out->tls) &&
         fields_read_list(&models, read->models, read_model, out->models, sizeof *out->models) &&
         fields_read_list(&routes, read->routes, scenario_route_read, out->routes, sizeof *out->routes) &&
         fields_read_list(&script, read->script, read_step, out->script, sizeof *out->script);
}

static bool read_servers(const error_path *at, const json_t *list, scenario_server **servers, size_t *count);

static bool read_mounts(const error_path *at, const json_t *list, scenario_server *out) {
  error_path here = error_path_key(at, "mounts");
  if (!list) return true;
  if (out->protocol != PROTOCOL_NONE) return error_path_refuse(&here, "belong to a server of protocol none");
  if (!read_servers(&here, list, &out->mounts, &out->mount_count)) return false;
  for (size_t i = 0; i < out->mount_count; i++)
    if (out->mounts[i].mount_count || out->mounts[i].route_count || out->mounts[i].port || out->mounts[i].protocol == PROTOCOL_RAW)
      return error_path_refuse(&here, "hold dialects only: port, routes and raw answers belong to the server itself");
  return true;
}

static bool read_server(const error_path *at, json_t *value, void *into) {
  scenario_server *out = into;
  written_server read = { .server = { .prefix = "" } };
  const char *named = json_string_value(json_object_get(value, "protocol"));
  bool raw = named && strcmp(named, "raw") == 0;
  if (!fields_read(at, value, raw ? raw_shape : server_shape, &read)) return false;
  if (!read.server.name) return error_path_refuse(at, "needs a name");
  if (!read.protocol) return error_path_refuse(at, "needs a protocol: " PROTOCOLS);
  if (!read_protocol(at, read.protocol, &read.server.protocol) || !read_prefix(at, read.server.prefix)) return false;
  if (raw && !json_object_get(value, "script")) return error_path_refuse(at, "needs a script");
  *out = read.server;
  return read_lists(at, value, &read, out) && read_mounts(at, read.mounts, out);
}

static bool read_servers(const error_path *at, const json_t *list, scenario_server **servers, size_t *count) {
  if (!json_array_size(list)) return error_path_refuse(at, "needs at least one server");
  *servers = fields_new_list(list, sizeof **servers, count);
  return fields_read_list(at, list, read_server, *servers, sizeof **servers);
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

static bool read_all(const error_path *at, const char *json, scenario *out) {
  json_error_t problem;
  written_scenario read = { .lifetime = DEFAULT_LIFETIME };
  error_path servers = error_path_key(at, "servers");
  out->root = json_loads(json, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &problem);
  if (!out->root) return error_path_refuse(at, "line %d, column %d: %s", problem.line, problem.column, problem.text);
  if (!fields_read(at, out->root, scenario_shape, &read)) return false;
  out->lifetime = read.lifetime;
  out->log = read.log;
  return read_servers(&servers, read.servers, &out->servers, &out->server_count);
}

scenario *scenario_read(const char *json, char *error, size_t error_size) {
  error_sink sink = { .text = error, .size = error_size };
  error_path root = error_path_root(&sink);
  scenario *s = calloc(1, sizeof *s);
  if (!s)
    error_path_out_of_memory(&root);
  else if (read_all(&root, json, s))
    return s;
  scenario_free(s);
  return NULL;
}

void scenario_free(scenario *s) {
  if (!s) return;
  for (size_t i = 0; i < s->server_count; i++) clear_server(&s->servers[i]);
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

/* provider_block: see provider_block.h. */
#include "command/import/provider_block.h"

#include "command/shared/memory.h"
#include "util/text.h"
#include "util/url.h"

#include <string.h>

/* The wire protocol of the packages that a provider is reached by. */
static const struct {
  const char *package, *protocol;
} PACKAGES[] = {
  { "@ai-sdk/openai-compatible", "openai-chat" },
  { "@ai-sdk/anthropic", "anthropic-messages" },
  { "@ai-sdk/openai", "openai-responses" },
  { "@ai-sdk/google", "gemini" },
};

const char *provider_protocol(const json_t *package) {
  const char *name = json_string_value(package);
  for (size_t i = 0; name && i < sizeof PACKAGES / sizeof *PACKAGES; i++)
    if (strcmp(PACKAGES[i].package, name) == 0) return PACKAGES[i].protocol;
  return NULL;
}

/* ---- the block ---- */

static bool ends(const char *s, const char *end) {
  size_t n = strlen(s), k = strlen(end);
  return n >= k && strcmp(s + n - k, end) == 0;
}

static bool is_variable(const char *s) {
  return !(*s >= '0' && *s <= '9') && strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") == strlen(s);
}

bool names_secret(const char *variable) {
  static const char *const endings[] = { "KEY", "TOKEN", "PAT", "SECRET" };
  bool secret = false;
  for (size_t k = 0; k < sizeof endings / sizeof *endings; k++) secret = secret || ends(variable, endings[k]);
  return secret && is_variable(variable);
}

/* Of the variables that it names, those that hold a secret. */
static json_t *credential_of(const json_t *names) {
  json_t *list = json_array();
  for (size_t i = 0; i < json_array_size(names); i++) {
    const char *name = json_string_value(json_array_get(names, i));
    if (name && names_secret(name)) json_array_append_new(list, json_pack("{s:s}", "secret", name));
  }
  if (json_array_size(list) != 1) return list;
  json_t *only = json_incref(json_array_get(list, 0));
  json_decref(list);
  return only;
}

/* The protocols have "/v1" before their paths; one that ends otherwise is taken as it is. */
static void put_address(json_t *block, const char *address) {
  size_t length = strlen(address);
  while (length && address[length - 1] == '/') length--;
  bool usual = length > 3 && memcmp(address + length - 3, "/v1", 3) == 0;
  json_object_set_new(block, "base_url", json_stringn(address, usual ? length - 3 : length));
  if (!usual) json_object_set_new(block, "prefix", json_string(""));
}

static const char *unreachable(const char *protocol, const char *address) {
  if (!protocol) return "roster has no protocol for its package";
  if (!address || !*address) return "it has no address";
  if (strchr(address, '$') || strchr(address, '{')) return "its address contains a variable: write a provider block for it";
  if (strncmp(address, "https://", 8) != 0) return "its address is not https";
  arena *a = command_arena();
  url parts;
  bool sound = !url_parse(a, address, &parts) && !*parts.query;
  arena_free(a);
  return sound ? NULL : "requests cannot be sent to its address";
}

json_t *provider_block(const json_t *provider, const char **why_not) {
  const char *protocol = provider_protocol(json_object_get(provider, "npm")),
             *address = json_string_value(json_object_get(provider, "api"));
  const char *title = json_string_value(json_object_get(provider, "name"));
  *why_not = unreachable(protocol, address);
  if (*why_not) return NULL;
  json_t *block = json_object();
  if (title && *title && !text_has_control(title, strlen(title))) json_object_set_new(block, "title", json_string(title));
  json_object_set_new(block, "protocol", json_string(protocol));
  put_address(block, address);
  json_t *credential = credential_of(json_object_get(provider, "env"));
  if (json_is_object(credential) || json_array_size(credential)) {
    json_object_set_new(block, "credential", credential);
    return block;
  }
  json_decref(credential);
  const json_t *env = json_object_get(provider, "env");
  if (!env || json_is_null(env) || ((json_is_array(env) || json_is_object(env)) && !json_array_size(env) && !json_object_size(env)))
    return block;
  json_decref(block);
  *why_not = "none of its variables can hold a key";
  return NULL;
}

/* Its variable may be one of several that it knows. */
json_t *provider_block_of(const roster_provider *known) {
  const char *source = roster_provider_credential_source(known), *address = roster_provider_endpoint(known);
  json_t *block = json_pack("{s:s, s:s}", "title", roster_provider_title(known), "protocol", roster_provider_protocol(known));
  if (*address) json_object_set_new(block, "base_url", json_string(address));
  if (*source == '$') json_object_set_new(block, "credential", json_pack("{s:s}", "secret", source + 1));
  return block;
}

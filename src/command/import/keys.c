/* keys: see keys.h. Of its variables a provider shows the first, or the one that is set. So the shipped definitions are loaded once for all
 * of the first ones, and again, with that one set, for each other one that a catalogue names: there are few. */
#include "command/import/keys.h"

#include "command/shared/memory.h"
#include "roster.h"

#include <stdlib.h>
#include <string.h>

static size_t origin_length(const char *address) {
  const char *host_at = strstr(address, "://");
  return host_at ? (size_t)(host_at - address) + 3 + strcspn(host_at + 3, "/") : strlen(address);
}

bool same_origin(const char *a, const char *b) {
  size_t length = origin_length(a);
  return *a && length == origin_length(b) && memcmp(a, b, length) == 0;
}

/* ---- of shipped definitions ---- */

static void put(json_t *keys, const char *variable, const char *address, const char *owner) {
  json_object_set_new(keys, variable, json_pack("{s:s, s:s}", "address", address, "owner", owner));
}

static const char *text_of(const json_t *keys, const char *variable, const char *member) {
  return json_string_value(json_object_get(json_object_get(keys, variable), member));
}

static void note_owners(json_t *keys, const roster_snapshot *s) {
  for (size_t i = 0; i < roster_provider_count(s); i++) {
    const roster_provider *p = roster_provider_at(s, i);
    const char *source = roster_provider_credential_source(p), *owner = *source == '$' ? text_of(keys, source + 1, "owner") : NULL;
    if (*source == '$' && (!owner || !*owner)) put(keys, source + 1, roster_provider_endpoint(p), roster_provider_id(p));
  }
}

static void on_variable(void *payload, const char *name, bool secret) {
  if (secret && !json_object_get(payload, name)) put(payload, name, "", "");
}

/* With that variable set, or none. */
static void look(json_t *keys, const char *variable) {
  const roster_variable set = { variable, "sk-0123456789abcdef0123" };
  roster *r = NULL;
  roster_options options = ROSTER_OPTIONS_INIT;
  options.config = "";
  options.environment = &set; /* not that of the process: the same file is written the same way everywhere */
  options.environment_count = variable ? 1 : 0;
  options.on_variable = on_variable;
  options.payload = keys;
  if (roster_open(&r, &options, NULL) != ROSTER_OK) return;
  const roster_snapshot *s = roster_acquire(r);
  note_owners(keys, s);
  roster_release(s);
  roster_close(r);
}

json_t *keys_of_shipped(void) {
  json_t *keys = json_object();
  look(keys, NULL);
  return keys;
}

static void find_owner(json_t *keys, const char *variable) {
  const char *owner = text_of(keys, variable, "owner");
  if (!owner || *owner) return;
  look(keys, variable);
  if (!*text_of(keys, variable, "owner")) put(keys, variable, "", "a shipped one");
}

/* ---- of any ---- */

const char *keys_note(json_t *keys, const char *variable, const char *address, const char *owner) {
  find_owner(keys, variable);
  const char *known = text_of(keys, variable, "address");
  if (known) return same_origin(known, address) ? NULL : text_of(keys, variable, "owner");
  put(keys, variable, address, owner);
  return NULL;
}

/* veil: see veil.h. */
#include "command/shared/veil.h"

#include "command/shared/memory.h"

#include <stdlib.h>
#include <string.h>

void veil_open(veil *v) { *v = (veil){ .arena = command_arena() }; }

void veil_learn(veil *v, const char *variable) {
  const char *value = getenv(variable);
  if (!value || !*value || keyring_has(&v->ring, value)) return;
  if (!keyring_add(&v->ring, value, strlen(value))) arena_exhaust(v->arena);
}

void veil_excuse(veil *v, const roster_snapshot *s) {
  const size_t models = roster_known_count(s), providers = roster_provider_count(s);
  const char **names = arena_array(v->arena, 2 * models + providers + 1, sizeof *names);
  size_t count = 0;
  for (size_t i = 0; i < models; i++) {
    names[count++] = roster_model_id(roster_known_at(s, i));
    names[count++] = roster_model_api_name(roster_known_at(s, i));
  }
  for (size_t i = 0; i < providers; i++) names[count++] = roster_provider_id(roster_provider_at(s, i));
  keyring_own(&v->ring, (texts){ .at = names, .count = (uint32_t)count });
}

bool veil_covers(veil *v, const char *id) { return trace_in_name(&v->ring, id); }

const char *veil_name(veil *v, const char *name) {
  if (!veil_covers(v, name)) return name;
  const char *shown = veil_text(v, name);
  return shown == name ? "[redacted]" : shown;
}

const char *veil_text(veil *v, const char *text) { return keyring_redact(&v->ring, v->arena, text); }

void veil_close(veil *v) {
  keyring_wipe(&v->ring);
  arena_free(v->arena);
  *v = (veil){ 0 };
}

/* key_mismatch: see key_mismatch.h. */
#include "library/validate/key_mismatch.h"

#include "util/text.h"
#include "library/definitions/schema.h"

#include <string.h>

/* How much of it is a known beginning of this provider's keys. */
static size_t match(const provider *p, const char *value) {
  size_t most = 0;
  for (size_t i = 0; i < p->key_prefixes.count; i++) {
    const char *prefix = p->key_prefixes.at[i];
    if (text_starts(value, prefix) && strlen(prefix) > most) most = strlen(prefix);
  }
  return most;
}

/* A provider that does not say how its keys begin takes any. */
static void compare(const catalog *c, const provider *p, key *k, arena *a) {
  if (k->state != KEY_SET || !p->key_prefixes.count) return;
  const char *value = secret_value(k->value);
  size_t best = match(p, value);
  const provider *owner = NULL;
  for (size_t i = 0; i < c->providers.count; i++) {
    size_t length = match(c->providers.at[i], value);
    if (length <= best || c->providers.at[i]->base) continue;
    best = length;
    owner = c->providers.at[i];
  }
  if (!owner) return;
  k->foreign = arena_printf(a, "it looks like a key of %s (%.*s...)", owner->title, (int)best, value);
  finding_warning(c->findings, schema_origin(schema_of("provider"), p, "credential"), "provider '%s': %s: %s", p->head.id, k->source,
                  k->foreign);
}

void key_mismatches_report(const catalog *c, key *keys, arena *a) {
  for (size_t i = 0; i < c->providers.count; i++) compare(c, c->providers.at[i], &keys[i], a);
}

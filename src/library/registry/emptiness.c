/* emptiness: why no model is usable, as one word and one thing to do. */
#include "library/registry/result.h"

#include <string.h>

static const roster_model *same_trouble(const result *d, bool *mixed) {
  const roster_model *first = NULL;
  for (size_t i = 0; i < d->count; i++) {
    const roster_model *m = &d->models[i];
    if (!m->configured || m->usable) continue;
    if (first && first->outcome.state != m->outcome.state) *mixed = true;
    if (!first) first = m;
  }
  return first;
}

/* Nothing is defined, and nothing was discovered. */
static const char *hint_without_models(const result *d) {
  if (!d->catalog->may_discover) return "no models are defined: write a model block, or leave the shipped definitions in (no_builtin)";
  for (size_t i = 0; i < d->provider_count; i++)
    if (d->providers[i].provider->enabled && d->providers[i].provider->discover && d->providers[i].set)
      return "no listing has a model that can be offered: see whether a rule, discover_allow or discover_deny excludes them";
  return "set the key of a provider that discovers its models; each provider names its own variable";
}

/* Where nothing but the protocols of the host keeps models from being asked for, these are named; else NULL. */
static const char *hint_at_protocols(const result_parts *parts, const result *d) {
  const factory *f = parts->factory;
  const roster_model *first = NULL;
  for (size_t i = 0; i < d->count; i++) {
    const roster_model *m = &d->models[i];
    const bool unspoken = m->outcome.code == ROSTER_REASON_PROTOCOL_UNSPOKEN;
    if (!unspoken && m->outcome.state != ROSTER_DISABLED) return NULL;
    if (unspoken && !first) first = m;
  }
  if (!first) return NULL;
  const char *names = "";
  for (size_t i = 0; i < f->host_protocol_count; i++)
    names = arena_printf(parts->arena, "%s%s%s", names, i ? ", " : "",
                         text_clean(parts->arena, f->host_protocols[i], strlen(f->host_protocols[i]), 60));
  return arena_printf(parts->arena,
                      "no model speaks a protocol of this host (%s): add those that it speaks to host_protocols, for example %s",
                      *names ? names : "it names none", first->model->speaks->head.id);
}

void explain_emptiness(const result_parts *parts, result *d, const roster_provider *without) {
  if (d->usable_count > 0) return;
  bool mixed = false;
  const roster_model *first = same_trouble(d, &mixed);
  bool other_kinds = false;
  for (size_t i = 0; i < d->count; i++) other_kinds = other_kinds || d->models[i].usable;
  const char *protocols = first || other_kinds ? NULL : hint_at_protocols(parts, d);
  if (!first && other_kinds) {
    d->empty_reason = "no_chat";
    d->empty_hint = "no ready model chats: look at the models of other kinds";
  } else if (protocols) {
    d->empty_reason = roster_reason_name(ROSTER_REASON_PROTOCOL_UNSPOKEN);
    d->empty_hint = protocols;
  } else if (!first && without) {
    d->empty_reason = "no_models";
    d->empty_hint = without->hint;
  } else if (d->count == 0) {
    d->empty_reason = "no_models";
    d->empty_hint = hint_without_models(d);
  } else if (!first) {
    d->empty_reason = "no_credential";
    d->empty_hint = "set a provider's key, for example ANTHROPIC_API_KEY; each provider names its own variable";
  } else if (mixed) {
    d->empty_reason = "mixed";
    d->empty_hint = "the models have different reasons: see the reason of each one";
  } else {
    d->empty_reason = roster_state_name(first->outcome.state);
    d->empty_hint = first->outcome.hint;
  }
}

/* provider_under_test: see provider_under_test.h. Loads the definitions again and again, each time with other variables, and
 * compares what comes of it. */
#include "command/test/provider_under_test.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_CREDENTIALS = 16 };

/* The values that a setting is tried with: a name, an address, a yes. */
static const char *const VALUES[] = { "test-value", "https://test.example", "yes" };
enum { VALUE_COUNT = sizeof VALUES / sizeof *VALUES };

/* A scenario of its own knows the models that are defined, else those that it lists. */
bool provider_under_test_has(const provider_under_test *s, const roster_model *m) {
  const bool probe = strcmp(roster_model_id(m), PROBE) == 0, lists_all = s->own.root && json_array_size(s->names) == 1;
  return strcmp(roster_provider_id(roster_model_provider(m)), s->id) == 0 && roster_model_discovered(m) == lists_all &&
         !(probe && s->own.root) && roster_model_reason_code(m) != ROSTER_REASON_MODEL_DISABLED;
}

/* ---- looking at a load ---- */

static json_t *text_of(const provider_under_test *s, const char *text) {
  char *clean = harness_redact(s->harness, text);
  json_t *value = json_string(clean);
  free(clean);
  return value ? value : json_string("");
}

/* What a load makes of it: where a model is reached, and with which headers; or why not. */
static json_t *place_of(const provider_under_test *s, const roster_model *m) {
  json_t *place = json_object();
  roster_state state = roster_model_state(m);
  if (state == ROSTER_UNPROVEN || *roster_model_url(m)) json_object_set_new(place, "url", text_of(s, roster_model_url(m)));
  if (state != ROSTER_UNPROVEN) json_object_set_new(place, "state", json_string(roster_state_name(state)));
  if (state != ROSTER_UNPROVEN) json_object_set_new(place, "reason_code", json_string(roster_reason_name(roster_model_reason_code(m))));
  if (state != ROSTER_UNPROVEN) json_object_set_new(place, "next", text_of(s, roster_model_hint(m)));
  for (size_t i = 0; roster_model_header_at(m, i); i++) {
    const roster_header *h = roster_model_header_at(m, i);
    if (!json_object_get(place, "headers")) json_object_set_new(place, "headers", json_object());
    json_object_set_new(json_object_get(place, "headers"), h->name, text_of(s, h->value));
  }
  return place;
}

typedef struct observation {
  json_t *place; /* NULL when it could not be opened */
  json_t *source;
  bool set, disabled, pending;
} observation;

static observation observe(const provider_under_test *s, const json_t *environment, const json_t *amendments) {
  roster_error err;
  observation seen = { 0 };
  open_options how = { .environment = environment, .amendments = amendments };
  roster *registry = harness_open(s->harness, &how, &err);
  const roster_snapshot *snapshot = registry ? roster_acquire(registry) : NULL;
  const roster_model *m = roster_known(snapshot, PROBE);
  if (m) {
    seen.place = place_of(s, m);
    const roster_provider *p = find_provider(snapshot, s->id);
    seen.source = json_string(roster_provider_credential_source(p));
    seen.set = roster_provider_credential_set(p);
    seen.disabled = roster_model_state(m) == ROSTER_DISABLED;
    seen.pending = roster_model_state(m) == ROSTER_PENDING;
  }
  roster_release(snapshot);
  roster_close(registry);
  return seen;
}

static void observation_free(observation *seen) {
  json_decref(seen->place);
  json_decref(seen->source);
  *seen = (observation){ 0 };
}

/* ---- trying settings ---- */

typedef struct trial {
  const provider_under_test *provider;
  const json_t *amendments;
  const json_t *usual; /* where the model is reached without */
  json_t *changes;     /* by the name of a setting and its value, where the model is reached instead */
} trial;

typedef struct setting_range {
  const char *value;
  size_t from, to; /* among the harness's settings */
} setting_range;

static const char *setting_name(const provider_under_test *s, size_t at) {
  return json_string_value(json_array_get(s->harness->settings, at));
}

static json_t *with_all(const provider_under_test *s, const setting_range *r) {
  json_t *more = json_copy(s->environment);
  for (size_t i = r->from; i < r->to; i++)
    if (!json_object_get(s->environment, setting_name(s, i))) json_object_set_new(more, setting_name(s, i), json_string(r->value));
  return more;
}

/* Nothing where all of these settings together change nothing, else what either half changes: a load reads every definition, and of a
 * hundred settings few are this provider's. */
static void try_range(const trial *t, const setting_range *r) {
  json_t *more = with_all(t->provider, r);
  observation seen = observe(t->provider, more, t->amendments);
  size_t middle = r->from + (r->to - r->from) / 2;
  bool same = seen.place && json_equal(seen.place, t->usual), alone = r->to - r->from == 1;
  if (!same && alone && seen.place) json_object_set(json_object_get(t->changes, setting_name(t->provider, r->from)), r->value, seen.place);
  observation_free(&seen);
  json_decref(more);
  if (same || alone) return;
  try_range(t, &(setting_range){ r->value, r->from, middle });
  try_range(t, &(setting_range){ r->value, middle, r->to });
}

/* New. A load with a setting may name further ones. */
static json_t *try_settings(const provider_under_test *s, const observation *usual, const json_t *amendments) {
  trial t = { s, amendments, usual->place, json_object() };
  const json_t *names = s->harness->settings;
  for (size_t from = 0, to; from < (to = json_array_size(names)); from = to) {
    for (size_t i = from; i < to; i++) json_object_set_new(t.changes, setting_name(s, i), json_object());
    for (int i = 0; i < VALUE_COUNT; i++) try_range(&t, &(setting_range){ VALUES[i], from, to });
  }
  return t.changes;
}

/* ---- switching everything else off ---- */

static json_t *switches(const char *id, const roster_snapshot *all, bool on) {
  json_t *providers = json_object();
  for (size_t i = 0; i < roster_provider_count(all); i++) {
    const char *other = roster_provider_id(roster_provider_at(all, i));
    bool same = strcmp(other, id) == 0;
    json_t *block = !same || on ? json_pack("{s:b}", "enabled", same) : json_object();
    if (same) json_object_set_new(block, "retired", json_false()); /* of what has ended, the requests are of interest still */
    json_object_set_new(providers, other, block);
  }
  return json_pack("{s:o}", "provider", providers);
}

static void add_model(json_t *amendments, const char *id) {
  json_object_set_new(amendments, "model", json_pack("{s:{s:s, s:s}}", PROBE, "provider", id, "api_name", PROBE));
}

static void take_names(provider_under_test *s, const roster_snapshot *all) {
  for (size_t i = 0; i < roster_known_count(all); i++)
    if (provider_under_test_has(s, roster_known_at(all, i)))
      json_array_append_new(s->names, json_string(roster_model_api_name(roster_known_at(all, i))));
  json_array_append_new(s->names, json_string(PROBE));
  add_model(s->amendments, s->id);
  add_model(s->free, s->id);
}

/* ---- facts ---- */

static void add_way(json_t *ways, const char *name, const char *value, json_t *place) {
  const char *state = json_string_value(json_object_get(place, "state"));
  if (!place || (state && strcmp(state, roster_state_name(ROSTER_DISABLED)) == 0)) return;
  json_array_append_new(ways, json_pack("{s:{s:s}, s:O}", "set", name, value, "place", place));
}

/* Every setting that alone gives it an address, where it would have none; the one that the definitions say to set comes first, and is
 * set in all that follows. */
static void find_address(provider_under_test *s) {
  observation plain = observe(s, s->environment, s->amendments);
  const char *next = json_string_value(json_object_get(plain.place, "next")), *name;
  json_t *ways = json_array(), *changes = plain.disabled ? try_settings(s, &plain, s->amendments) : NULL, *here;
  for (int named = 1; named >= 0; named--)
    json_object_foreach(changes, name, here) for (int i = 0; i < VALUE_COUNT && (strstr(next ? next : "", name) != NULL) == named; i++)
        add_way(ways, name, VALUES[i], json_object_get(here, VALUES[i]));
  if (plain.disabled) json_object_set(s->report, "unset", plain.place);
  if (plain.disabled) json_object_set(s->report, "needs", ways);
  json_object_update(s->environment, json_object_get(json_array_get(ways, 0), "set"));
  json_decref(ways);
  json_decref(changes);
  observation_free(&plain);
}

/* Takes away one credential after the other until none is left. */
static void find_credentials(provider_under_test *s) {
  json_t *order = json_array(), *environment = json_copy(s->environment);
  observation seen = observe(s, environment, s->amendments);
  for (int i = 0; seen.set && i < MOST_CREDENTIALS; i++) {
    const char *name = json_string_value(seen.source);
    json_array_append(order, seen.source);
    if (json_object_del(environment, *name == '$' ? name + 1 : name) != 0) break;
    observation_free(&seen);
    seen = observe(s, environment, s->amendments);
  }
  if (!json_array_size(order) && seen.source) json_array_append(order, seen.source);
  json_object_set_new(s->report, "credentials", order);
  if (seen.place && json_array_size(order)) json_object_set(s->report, "without", seen.place);
  observation_free(&seen);
  json_object_set_new(environment, "LLM_API_KEY_HELPER", json_string("/bin/true")); /* no request is made, so it does not run */
  seen = observe(s, environment, s->amendments);
  json_object_set_new(s->report, "common_helper", json_boolean(seen.pending));
  observation_free(&seen);
  json_decref(environment);
}

/* What a file or a helper holds is neither sent nor shown. */
static void replace_key(provider_under_test *s) {
  const char *from = json_string_value(json_array_get(json_object_get(s->report, "credentials"), 0));
  if (from && *from != '$' && strcmp(from, "keyless") != 0) harness_give_key(s->harness, s->id);
}

static void find_settings(provider_under_test *s) {
  observation usual = observe(s, s->environment, s->free);
  if (usual.place) json_object_set(s->report, "place", usual.place);
  json_t *changes = try_settings(s, &usual, s->free), *here;
  const char *name;
  void *next;
  json_object_foreach_safe(changes, next, name, here) if (!json_object_size(here)) json_object_del(changes, name);
  json_object_set_new(s->report, "settings", changes);
  observation_free(&usual);
}

static void add_binding(provider_under_test *s, const roster_model *m) {
  const dialect_map *map = dialect_map_for(roster_model_protocol(m));
  char *base = map && s->binding_count < MOST_BINDINGS ? dialect_map_base(map, roster_model_url(m)) : NULL;
  bool known = !base;
  for (size_t i = 0; i < s->binding_count && !known; i++)
    known = strcmp(s->bindings[i].base, base) == 0 && strcmp(s->bindings[i].map->dialect, map->dialect) == 0;
  if (known)
    free(base);
  else
    s->bindings[s->binding_count++] = (dialect_binding){ map, base };
}

static void add_plain(provider_under_test *s, const roster_model *m) {
  for (size_t i = 0; roster_model_header_at(m, i); i++)
    json_object_set_new(s->plain, roster_model_header_at(m, i)->name, json_string(roster_model_header_at(m, i)->value));
}

static void find_bindings(provider_under_test *s) {
  roster_error err;
  open_options how = { .environment = s->environment, .amendments = s->amendments };
  roster *registry = harness_open(s->harness, &how, &err);
  const roster_snapshot *snapshot = registry ? roster_acquire(registry) : NULL;
  const roster_model *probe = roster_known(snapshot, PROBE);
  if (probe) add_binding(s, probe);
  for (size_t i = 0; i < roster_known_count(snapshot); i++) {
    const roster_model *m = roster_known_at(snapshot, i);
    if (!provider_under_test_has(s, m)) continue;
    add_plain(s, m);
    if (s->binding_count) add_binding(s, m);
  }
  roster_release(snapshot);
  roster_close(registry);
}

static void add_day(json_t *into, const char *name, const char *day) {
  if (*day) json_object_set_new(into, name, json_string(day));
}

static void add_days(json_t *into, const roster_provider *p) {
  add_day(into, "seen", roster_provider_seen(p));
  add_day(into, "retired", roster_provider_retired(p));
  add_day(into, "replacement", roster_provider_replacement(p));
}

/* The model that was added is not known to the scenario's servers. */
static bool find_own(provider_under_test *s, const roster_provider *p, roster_error *err) {
  const arguments *o = s->harness->arguments;
  if (!o->scenario && dialect_map_for(roster_provider_protocol(p))) return true;
  if (!own_scenario_read(&s->own, o, roster_provider_defined_at(p), err)) return false;
  if (!s->own.root) return true;
  json_object_del(s->amendments, "model");
  for (; s->binding_count; s->binding_count--) free(s->bindings[s->binding_count - 1].base);
  return true;
}

bool provider_under_test_begin(provider_under_test *s, harness *h, const roster_snapshot *all, const roster_provider *p,
                               roster_error *err) {
  json_t *prefixes = json_array();
  for (size_t i = 0; roster_provider_key_prefix_at(p, i); i++)
    json_array_append_new(prefixes, json_string(roster_provider_key_prefix_at(p, i)));
  *s = (provider_under_test){ .harness = h, .names = json_array(), .plain = json_object() };
  s->report = json_pack("{s:s, s:s, s:s, s:s, s:b, s:o}", "id", roster_provider_id(p), "defined_at", roster_provider_defined_at(p), "title",
                        roster_provider_title(p), "protocol", roster_provider_protocol(p), "enabled", roster_provider_enabled(p),
                        "key_prefixes", prefixes);
  add_days(s->report, p);
  s->id = json_string_value(json_object_get(s->report, "id"));
  s->environment = harness_environment(h);
  s->amendments = switches(s->id, all, true);
  s->free = switches(s->id, all, false);
  take_names(s, all);
  find_address(s);
  find_credentials(s);
  replace_key(s);
  find_settings(s);
  find_bindings(s);
  return find_own(s, p, err);
}

void provider_under_test_end(provider_under_test *s) {
  json_decref(s->environment);
  json_decref(s->amendments);
  json_decref(s->free);
  json_decref(s->names);
  json_decref(s->plain);
  json_decref(s->report);
  own_scenario_free(&s->own);
  for (size_t i = 0; i < s->binding_count; i++) free(s->bindings[i].base);
}

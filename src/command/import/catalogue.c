/* catalogue: see catalogue.h. Goes through the file once; what is defined already is looked up in objects of JSON. */
#include "command/import/catalogue.h"

#include "command/import/facts.h"
#include "command/import/provider_block.h"
#include "command/shared/host.h"
#include "command/shared/memory.h"
#include "util/catalogues.h"
#include "util/models_dev.h"
#include "util/text.h"

#include <stdlib.h>
#include <string.h>

static char *joined(const char *provider, const char *name) {
  strbuf id = { 0 };
  strbuf_format(&id, "%s/%s", provider, name);
  char *text = copied(strbuf_text(&id));
  strbuf_free(&id);
  return text;
}

char *catalogue_id(const imported_model *m) { return joined(m->provider->id, m->api_name); }

static void tell(const catalogue *c, const char *provider, const char *model, const char *what) {
  strbuf row = { 0 };
  strbuf_format(&row, "%s%s%s", provider, *model ? "/" : "", model);
  c->on_row(strbuf_text(&row), what);
  strbuf_free(&row);
}

/* ---- one variable, one host ---- */

/* "https://host" of "https://host/path". */
static size_t origin_length(const char *address) {
  const char *host_at = strstr(address, "://");
  return host_at ? (size_t)(host_at - address) + 3 + strcspn(host_at + 3, "/") : strlen(address);
}

static bool same_origin(const char *a, const char *b) {
  size_t length = origin_length(a);
  return length == origin_length(b) && memcmp(a, b, length) == 0;
}

/* Notes that the key goes there. NULL, or whose it is where it goes elsewhere already. */
static const char *note_host(catalogue *c, const char *variable, const char *address, const char *owner) {
  const json_t *there = json_object_get(c->hosts, variable);
  const char *known = json_string_value(json_object_get(there, "address"));
  if (known) return same_origin(known, address) ? NULL : json_string_value(json_object_get(there, "owner"));
  json_object_set_new(c->hosts, variable, json_pack("{s:s, s:s}", "address", address, "owner", owner));
  return NULL;
}

/* One that shares a variable with another host is written switched off: a key goes where its owner means it to. */
static void keep_from_key(catalogue *c, const char *id, json_t *block, const char *variable) {
  const char *other = variable ? note_host(c, variable, json_string_value(json_object_get(block, "base_url")), id) : NULL;
  if (!other) return;
  strbuf what = { 0 };
  strbuf_format(&what, "%s is the key of %s too, which is another host: it is written with enabled = false", variable, other);
  tell(c, id, "", strbuf_text(&what));
  strbuf_free(&what);
  json_object_set_new(block, "enabled", json_false());
}

static const char *secret_of(const json_t *credential) { return json_string_value(json_object_get(credential, "secret")); }

static void guard_keys(catalogue *c, const char *id, json_t *block) {
  const json_t *credential = json_object_get(block, "credential");
  if (!json_is_array(credential)) keep_from_key(c, id, block, secret_of(credential));
  for (size_t i = 0; i < json_array_size(credential); i++) keep_from_key(c, id, block, secret_of(json_array_get(credential, i)));
}

/* ---- providers ---- */

/* The block of a known one counts only where it is not defined, as without the shipped definitions. The file is not believed where it sends
 * the key elsewhere. */
static json_t *fallback_block(const roster_provider *known, const json_t *provider) {
  const char *why_not;
  json_t *block = provider_block(provider, &why_not);
  if (!block || !same_origin(json_string_value(json_object_get(block, "base_url")), roster_provider_endpoint(known))) {
    json_decref(block);
    block = provider_block_of(known);
  }
  json_object_set_new(block, "unless_defined", json_true());
  bool placed = json_object_get(block, "base_url") != NULL; /* the address of some is put together from settings */
  if (!placed) json_object_set_new(block, "base_url", json_string("https://address.invalid"));
  if (!placed || !roster_provider_enabled(known)) json_object_set_new(block, "enabled", json_false());
  return block;
}

static imported_provider *take_provider(catalogue *c, const char *id, const json_t *provider) {
  const char *why_not = NULL, *ours = catalogue_provider(id);
  const roster_provider *known = find_provider(c->known, ours);
  json_t *block = known ? fallback_block(known, provider) : provider_block(provider, &why_not);
  if (!block) {
    tell(c, id, "", why_not);
    return NULL;
  }
  if (!known) guard_keys(c, id, block);
  imported_provider *p = grown(NULL, sizeof *p);
  *p = (imported_provider){ copied(ours), block, known, 0 };
  c->providers = grown(c->providers, (c->provider_count + 1) * sizeof *c->providers);
  c->providers[c->provider_count++] = p;
  return p;
}

/* ---- models ---- */

typedef struct row {
  catalogue *catalogue;
  const char *provider, *name;
} row;

static void on_refused(void *payload, const char *member) {
  row *r = payload;
  json_int_t times = json_integer_value(json_object_get(r->catalogue->left_out, member));
  strbuf what = { 0 };
  json_object_set_new(r->catalogue->left_out, member, json_integer(times + 1));
  strbuf_format(&what, "%s was left out: it holds no such value", member);
  tell(r->catalogue, r->provider, r->name, strbuf_text(&what));
  strbuf_free(&what);
}

/* The row of a model that is defined already. */
static void compare_row(catalogue *c, const char *provider, const char *name, json_int_t place, const json_t *model) {
  const roster_model *known = roster_known_at(c->known, (size_t)place);
  json_t *block = models_dev_block(model, roster_field_at, NULL, NULL);
  char *difference = facts_difference(block, known);
  if (difference) tell(c, provider, name, difference);
  c->defined_count++;
  c->differing += difference != NULL;
  free(difference);
  json_decref(block);
}

/* The protocol that a row states for itself. NULL, and *why_not where roster cannot reach it. */
static const char *own_protocol(const json_t *model, const char **why_not) {
  const json_t *own = json_object_get(model, "provider");
  const char *speaks = provider_protocol(json_object_get(own, "npm")), *shape = json_string_value(json_object_get(own, "shape"));
  if (json_object_get(own, "api")) *why_not = "it has an address of its own: write a provider block for it";
  if (json_object_get(own, "npm") && !speaks) *why_not = "roster has no protocol for its package";
  if (text_is(shape, "completions")) return "openai-chat";
  return text_is(shape, "responses") ? "openai-responses" : speaks;
}

/* What the output says of it: text may come from a model of any kind, so that its name has to tell. */
static const char *kind_of(const json_t *block, const char *name) {
  static const char *const kinds[][2] = { { "image", "image" }, { "video", "video" }, { "audio", "speech" } };
  const json_t *list = json_object_get(block, "output_modalities");
  const char *first = json_string_value(json_array_get(list, 0));
  if (strstr(name, "embed")) return "embedding";
  if (strstr(name, "rerank")) return "rerank";
  for (size_t i = 0; first && !text_is(first, "text") && i < sizeof kinds / sizeof *kinds; i++)
    if (text_is(first, kinds[i][0])) return kinds[i][1];
  const char *reads = json_string_value(json_array_get(json_object_get(block, "input_modalities"), 0));
  return text_is(reads, "audio") && text_is(first, "text") ? "transcription" : NULL;
}

static void take_model(catalogue *c, imported_provider *p, const char *name, const json_t *model) {
  const char *why_not = NULL, *speaks = own_protocol(model, &why_not);
  char *id = joined(p->id, name);
  const json_t *place = json_object_get(c->defined, id);
  bool is_id = *name && strlen(name) <= 150 && !strpbrk(name, "\n\r\t");
  if (!place && roster_resolve(NULL, c->known, id, NULL, NULL) != ROSTER_EUNKNOWN) why_not = "its id means another model here";
  free(id);
  if (place) {
    compare_row(c, p->id, name, json_integer_value(place), model);
    return;
  }
  if (why_not || !is_id) {
    tell(c, p->id, name, is_id ? why_not : "its name is no id");
    return;
  }
  row r = { c, p->id, name };
  json_t *block = models_dev_block(model, roster_field_at, on_refused, &r);
  const char *kind = kind_of(block, name);
  if (speaks) json_object_set_new(block, "protocol", json_string(speaks));
  if (kind) json_object_set_new(block, "kind", json_string(kind));
  c->models = grown(c->models, (c->model_count + 1) * sizeof *c->models);
  c->models[c->model_count++] = (imported_model){ p, name, block };
  p->model_count++;
}

/* ---- the whole ---- */

catalogue catalogue_new(const roster_snapshot *known, row_listener *on_row) {
  catalogue c = { .defined = json_object(), .hosts = json_object(), .left_out = json_object(), .known = known, .on_row = on_row };
  for (size_t i = 0; i < roster_known_count(known); i++) {
    const roster_model *m = roster_known_at(known, i);
    char *pair = joined(roster_provider_id(roster_model_provider(m)), roster_model_api_name(m));
    json_object_set_new(c.defined, pair, json_integer((json_int_t)i));
    free(pair);
  }
  for (size_t i = 0; i < roster_provider_count(known); i++) {
    const roster_provider *p = roster_provider_at(known, i);
    const char *key = roster_provider_credential_source(p);
    if (*key == '$' && *roster_provider_endpoint(p)) note_host(&c, key + 1, roster_provider_endpoint(p), roster_provider_id(p));
  }
  return c;
}

void catalogue_take(catalogue *c, const char *id, const json_t *provider) {
  json_t *models = json_object_get(provider, "models");
  if (!json_is_object(models)) {
    tell(c, id, "", "it has no models");
    return;
  }
  imported_provider *p = take_provider(c, id, provider);
  for (void *at = p ? json_object_iter(models) : NULL; at; at = json_object_iter_next(models, at))
    take_model(c, p, json_object_iter_key(at), json_object_iter_value(at));
}

static bool is_off(const imported_provider *p) {
  return p->known ? !roster_provider_enabled(p->known) : json_is_false(json_object_get(p->block, "enabled"));
}

void catalogue_tell_off(const catalogue *c) {
  for (size_t i = 0; i < c->provider_count; i++) {
    const imported_provider *p = c->providers[i];
    if (!is_off(p) || !p->model_count) continue;
    strbuf what = { 0 };
    strbuf_format(&what, "it is off, so that these cannot be used until provider \"%s\" { enabled = true } turns it on:", p->id);
    for (size_t k = 0; k < c->model_count; k++)
      if (c->models[k].provider == p) strbuf_format(&what, " %s", c->models[k].api_name);
    tell(c, p->id, "", strbuf_text(&what));
    strbuf_free(&what);
  }
}

void catalogue_free(catalogue *c) {
  for (size_t i = 0; i < c->provider_count; i++) {
    json_decref(c->providers[i]->block);
    free(c->providers[i]->id);
    free(c->providers[i]);
  }
  for (size_t i = 0; i < c->model_count; i++) json_decref(c->models[i].block);
  free(c->providers);
  free(c->models);
  json_decref(c->defined);
  json_decref(c->hosts);
  json_decref(c->left_out);
}

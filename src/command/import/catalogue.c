/* catalogue: see catalogue.h. Goes through the file once; what is defined already is looked up in objects of JSON. */
#include "command/import/catalogue.h"

#include "command/import/facts.h"
#include "command/import/keys.h"
#include "command/import/provider_block.h"
#include "command/shared/host.h"
#include "command/shared/memory.h"
#include "util/catalogues.h"
#include "util/models_dev.h"
#include "util/text.h"

#include <stdlib.h>
#include <string.h>

enum { LONGEST_NAME = 150, LONGEST_ID = 200 }; /* longer ones are no ids in definitions */

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

/* ---- what is left out ---- */

typedef struct row {
  catalogue *catalogue;
  const char *provider, *name;
  json_t *told; /* by member, so that each is told once */
} row;

static void count(json_t *by_member, const char *member) {
  json_int_t times = json_integer_value(json_object_get(by_member, member));
  json_object_set_new(by_member, member, json_integer(times + 1));
}

static void on_refused(void *payload, const char *member) {
  row *r = payload;
  if (json_object_get(r->told, member)) return;
  json_object_set_new(r->told, member, json_true());
  count(r->catalogue->left_out, member);
  strbuf what = { 0 };
  strbuf_format(&what, "%s was left out, wholly or in part: definitions cannot hold such a value", member);
  tell(r->catalogue, r->provider, r->name, strbuf_text(&what));
  strbuf_free(&what);
}

/* ---- one variable, one host ---- */

static const char *text_in(const json_t *block, const char *member) {
  const char *text = json_string_value(json_object_get(block, member));
  return text ? text : "";
}

/* One that shares a variable with another host is written switched off: a key goes where its owner means it to. */
static void keep_from_key(catalogue *c, const char *id, json_t *block, const char *variable) {
  const char *other = keys_note(c->keys, variable, text_in(block, "base_url"), id);
  if (!other) return;
  strbuf what = { 0 };
  strbuf_format(&what, "%s is also the key of %s, which is another host: written with enabled = false", variable, other);
  tell(c, id, "", strbuf_text(&what));
  strbuf_free(&what);
  json_object_set_new(block, "enabled", json_false());
}

static size_t credential_count(const json_t *block) {
  const json_t *credential = json_object_get(block, "credential");
  return json_is_array(credential) ? json_array_size(credential) : credential != NULL;
}

/* The variable of one of its credentials. */
static const char *variable_at(const json_t *block, size_t i) {
  const json_t *credential = json_object_get(block, "credential");
  return text_in(json_is_array(credential) ? json_array_get(credential, i) : credential, "secret");
}

static void guard_keys(catalogue *c, const char *id, json_t *block) {
  for (size_t i = 0; i < credential_count(block); i++) keep_from_key(c, id, block, variable_at(block, i));
}

/* ---- providers ---- */

/* The block of a known one counts only where it is not defined, as without the shipped definitions. The file is believed in the path alone:
 * not where it sends the key elsewhere, nor another key there. */
static json_t *fallback_block(const roster_provider *known, const json_t *provider) {
  const char *why_not;
  json_t *block = provider_block_of(known), *theirs = provider_block(provider, &why_not);
  bool alike = same_origin(text_in(theirs, "base_url"), text_in(block, "base_url")) &&
               strcmp(text_in(theirs, "protocol"), text_in(block, "protocol")) == 0;
  for (const char *const *name = (const char *const[]){ "base_url", "prefix", NULL }; alike && *name; name++)
    if (json_object_get(theirs, *name)) json_object_set(block, *name, json_object_get(theirs, *name));
  json_decref(theirs);
  json_object_set_new(block, "unless_defined", json_true());
  bool placed = json_object_get(block, "base_url") != NULL; /* the address of some is put together from settings */
  if (!placed) json_object_set_new(block, "base_url", json_string("https://address.invalid"));
  if (!placed || !roster_provider_enabled(known)) json_object_set_new(block, "enabled", json_false());
  return block;
}

/* Where the file sends the requests of a known one, and which key with them. */
static void compare_provider(catalogue *c, const roster_provider *known, const json_t *provider) {
  const char *why_not, *id = roster_provider_id(known), *here = roster_provider_endpoint(known);
  json_t *block = provider_block(provider, &why_not);
  strbuf what = { 0 };
  if (block && !same_origin(text_in(block, "base_url"), here))
    strbuf_format(&what, "its address is %s here and %s in the file", *here ? here : "a setting's", text_in(block, "base_url"));
  if (what.length) tell(c, id, "", strbuf_text(&what));
  for (size_t i = 0; i < credential_count(block); i++) {
    const char *variable = variable_at(block, i), *other = NULL;
    if (json_object_get(c->keys, variable)) other = keys_note(c->keys, variable, here, id);
    what.length = 0;
    if (other) strbuf_format(&what, "the file names %s as its key, which here is the key of %s: ignored", variable, other);
    if (other) tell(c, id, "", strbuf_text(&what));
  }
  strbuf_free(&what);
  json_decref(block);
}

static bool is_id(const char *name, size_t most) { return *name && strlen(name) <= most && !text_has_control(name, strlen(name)); }

/* What the file says of a new one besides. */
static void keep_rest(catalogue *c, const char *id, const json_t *provider, json_t *block) {
  static const char *const taken[] = { "name", "npm", "api", "models" };
  json_t *whole = json_copy((json_t *)provider);
  row r = { c, id, "", json_object() };
  for (size_t i = 0; i < sizeof taken / sizeof *taken; i++) json_object_del(whole, taken[i]);
  json_t *rest = json_deep_copy(whole);
  json_decref(whole);
  if (text_is(json_string_value(json_object_get(rest, "id")), id)) json_object_del(rest, "id");
  if (json_array_size(json_object_get(rest, "env")) <= credential_count(block)) json_object_del(rest, "env");
  models_dev_keep(block, rest, on_refused, &r);
  json_decref(r.told);
  json_decref(rest);
}

static imported_provider *find_imported(const catalogue *c, const char *id) {
  for (size_t i = 0; i < c->provider_count; i++)
    if (strcmp(c->providers[i]->id, id) == 0) return c->providers[i];
  return NULL;
}

static imported_provider *take_provider(catalogue *c, const char *id, const json_t *provider) {
  const char *why_not = NULL, *ours = catalogue_provider(id);
  imported_provider *again = find_imported(c, ours); /* under another name that it has there */
  if (again) return again;
  const roster_provider *known = find_provider(c->known, ours);
  json_t *block = !is_id(id, LONGEST_NAME) ? NULL : known ? fallback_block(known, provider) : provider_block(provider, &why_not);
  if (!block) {
    if (!why_not) why_not = "its name is not a valid id";
    tell(c, id, "", why_not);
    return NULL;
  }
  if (known) {
    compare_provider(c, known, provider);
  } else {
    guard_keys(c, id, block);
    keep_rest(c, id, provider, block);
  }
  imported_provider *p = grown(NULL, sizeof *p);
  *p = (imported_provider){ copied(ours), block, known, 0 };
  c->providers = grown(c->providers, (c->provider_count + 1) * sizeof *c->providers);
  c->providers[c->provider_count++] = p;
  return p;
}

/* ---- models ---- */

/* The name in its own row is that of the row, or something to keep. */
static json_t *block_of(const char *name, const json_t *model, models_dev_refusal *refused, row *r) {
  json_t *copy = json_copy((json_t *)model);
  if (text_is(json_string_value(json_object_get(copy, "id")), name)) json_object_del(copy, "id");
  json_t *block = models_dev_block(copy, roster_field_at, refused, r);
  json_decref(copy);
  return block;
}

static void on_withheld(void *payload, const char *member) {
  row *r = payload;
  if (json_object_get(r->told, member)) return;
  json_object_set_new(r->told, member, json_true());
  count(r->catalogue->withheld, member);
}

/* The row of a model that is defined already. */
static void compare_row(row *r, json_int_t place, const json_t *model) {
  catalogue *c = r->catalogue;
  const roster_model *known = roster_known_at(c->known, (size_t)place);
  json_t *block = block_of(r->name, model, on_refused, r);
  char *difference = facts_difference(block, known, on_withheld, r);
  if (difference) tell(c, r->provider, r->name, difference);
  c->defined_count++;
  c->differing += difference != NULL;
  free(difference);
  json_decref(block);
}

/* The protocol that a row states for itself. NULL, and *why_not where roster cannot reach it. */
static const char *own_protocol(const json_t *model, const char **why_not) {
  const json_t *own = json_object_get(model, "provider");
  const char *speaks = provider_protocol(json_object_get(own, "npm")), *shape = json_string_value(json_object_get(own, "shape"));
  if (json_object_get(own, "api")) *why_not = "it has its own address: write a provider block for it";
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

static const char *why_unusable(const catalogue *c, const char *id, const char *name, const json_t *model) {
  const char *why_not = NULL;
  if (!json_is_object(model)) return "it is not a model entry";
  own_protocol(model, &why_not);
  if (!is_id(name, LONGEST_NAME) || !is_id(id, LONGEST_ID)) why_not = "its name is not a valid id";
  if (json_object_get(c->taken, id)) why_not = "its id means another model of the file";
  if (roster_resolve(NULL, c->known, id, NULL, NULL) != ROSTER_EUNKNOWN) why_not = "its id means another model here";
  return why_not;
}

static void add_model(imported_provider *p, row *r, const json_t *model) {
  catalogue *c = r->catalogue;
  const char *ignored, *speaks = own_protocol(model, &ignored);
  json_t *block = block_of(r->name, model, on_refused, r);
  const char *kind = kind_of(block, r->name);
  if (speaks) json_object_set_new(block, "protocol", json_string(speaks));
  if (kind) json_object_set_new(block, "kind", json_string(kind));
  c->models = grown(c->models, (c->model_count + 1) * sizeof *c->models);
  c->models[c->model_count++] = (imported_model){ p, r->name, block };
  p->model_count++;
}

static void take_model(catalogue *c, imported_provider *p, const char *name, const json_t *model) {
  char *id = joined(p->id, name);
  const json_t *place = json_is_object(model) ? json_object_get(c->defined, id) : NULL;
  const char *why_not = place ? NULL : why_unusable(c, id, name, model);
  row r = { c, p->id, name, json_object() };
  if (place)
    compare_row(&r, json_integer_value(place), model);
  else if (why_not)
    tell(c, p->id, name, why_not);
  else
    add_model(p, &r, model);
  if (!place && !why_not) json_object_set_new(c->taken, id, json_true());
  json_decref(r.told);
  free(id);
}

/* ---- the whole ---- */

catalogue catalogue_new(const roster_snapshot *known, row_listener *on_row) {
  catalogue c = { .defined = json_object(),
                  .keys = keys_of_shipped(),
                  .withheld = json_object(),
                  .taken = json_object(),
                  .left_out = json_object(),
                  .known = known,
                  .on_row = on_row };
  for (size_t i = 0; i < roster_known_count(known); i++) {
    const roster_model *m = roster_known_at(known, i);
    char *pair = joined(roster_provider_id(roster_model_provider(m)), roster_model_api_name(m));
    json_object_set_new(c.defined, pair, json_integer((json_int_t)i));
    free(pair);
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

static void add_why_off(strbuf *what, const imported_provider *p) {
  const char *instead = p->known ? roster_provider_replacement(p->known) : "";
  if (!p->known || !roster_provider_ended(p->known)) {
    strbuf_format(what, "it is switched off, so these cannot be used until provider \"%s\" { enabled = true } turns it on:", p->id);
    return;
  }
  strbuf_add(what, "it has shut down, so these cannot be used");
  if (*instead) strbuf_format(what, "; %s takes its place", instead);
  strbuf_add(what, ":");
}

void catalogue_tell_off(const catalogue *c) {
  for (size_t i = 0; i < c->provider_count; i++) {
    const imported_provider *p = c->providers[i];
    if (!is_off(p) || !p->model_count) continue;
    strbuf what = { 0 };
    add_why_off(&what, p);
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
  json_decref(c->keys);
  json_decref(c->withheld);
  json_decref(c->taken);
  json_decref(c->left_out);
}

/* catalogue: see catalogue.h. Goes through the file once; which names are defined or taken already is looked up in objects of JSON. */
#include "command/import/catalogue.h"

#include "command/shared/host.h"
#include "command/shared/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- providers ---- */

/* Those that have another id here. */
static const struct {
  const char *theirs, *ours;
} NAMES[] = {
  { "amazon-bedrock", "bedrock" },
  { "fireworks-ai", "fireworks" },
  { "google", "gemini" },
  { "google-vertex", "vertex" },
  { "kimi-for-coding", "kimi-coding" },
  { "moonshotai", "moonshot" },
  { "moonshotai-cn", "moonshot-cn" },
  { "togetherai", "together" },
  { "zai-coding-plan", "zai-coding" },
  { "zhipuai", "zhipu" },
};

/* The wire protocol of the packages that a provider is reached by. */
static const struct {
  const char *package, *protocol;
} PACKAGES[] = {
  { "@ai-sdk/openai-compatible", "openai-chat" },
  { "@ai-sdk/anthropic", "anthropic-messages" },
  { "@ai-sdk/openai", "openai-responses" },
  { "@ai-sdk/google", "gemini" },
};

static const char *our_name(const char *id) {
  for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
    if (strcmp(NAMES[i].theirs, id) == 0) return NAMES[i].ours;
  return id;
}

static const char *protocol_of(const json_t *package) {
  const char *name = json_string_value(package);
  for (size_t i = 0; name && i < sizeof PACKAGES / sizeof *PACKAGES; i++)
    if (strcmp(PACKAGES[i].package, name) == 0) return PACKAGES[i].protocol;
  return NULL;
}

/* ---- a block for one that is new ---- */

static bool ends(const char *s, const char *end) {
  size_t n = strlen(s), k = strlen(end);
  return n >= k && strcmp(s + n - k, end) == 0;
}

static bool is_variable(const char *s) {
  return !(*s >= '0' && *s <= '9') && strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") == strlen(s);
}

/* Of the variables that it names, those that hold a secret. */
static json_t *credential_of(const json_t *names) {
  static const char *const endings[] = { "KEY", "TOKEN", "PAT", "SECRET" };
  json_t *list = json_array();
  for (size_t i = 0; i < json_array_size(names); i++) {
    const char *name = json_string_value(json_array_get(names, i));
    bool secret = false;
    for (size_t k = 0; name && k < sizeof endings / sizeof *endings; k++) secret = secret || ends(name, endings[k]);
    if (secret && is_variable(name)) json_array_append_new(list, json_pack("{s:s}", "secret", name));
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
  if (strchr(address, '$') || strchr(address, '{')) return "its address has a variable in it: write a provider block for it";
  if (strncmp(address, "https://", 8) != 0) return "its address is not https";
  return NULL;
}

static json_t *block_of(const json_t *provider, const char **why_not) {
  const char *protocol = protocol_of(json_object_get(provider, "npm")), *address = json_string_value(json_object_get(provider, "api"));
  const char *title = json_string_value(json_object_get(provider, "name"));
  *why_not = unreachable(protocol, address);
  if (*why_not) return NULL;
  json_t *block = json_object();
  if (title && *title) json_object_set_new(block, "title", json_string(title));
  json_object_set_new(block, "protocol", json_string(protocol));
  put_address(block, address);
  json_t *credential = credential_of(json_object_get(provider, "env"));
  if (json_is_object(credential) || json_array_size(credential)) {
    json_object_set_new(block, "credential", credential);
    return block;
  }
  json_decref(credential);
  if (json_array_size(json_object_get(provider, "env")) == 0) return block;
  json_decref(block);
  *why_not = "none of its variables is one that can hold a key";
  return NULL;
}

/* ---- a model as a block ---- */

static bool has_text(const json_t *list, const char *wanted) {
  for (size_t i = 0; i < json_array_size(list); i++) {
    const char *text = json_string_value(json_array_get(list, i));
    if (text && strcmp(text, wanted) == 0) return true;
  }
  return false;
}

/* Whether its output is text. */
static bool chats(const json_t *model) { return has_text(json_object_get(json_object_get(model, "modalities"), "output"), "text"); }

/* Each function below takes one value. */
typedef struct taker {
  json_t *block;
  const char *wrong; /* the first field whose value was refused; NULL for none */
} taker;

static void put(taker *t, const char *name, json_t *value) { json_object_set_new(t->block, name, value); }

static void refuse(taker *t, const char *name) {
  if (!t->wrong) t->wrong = name;
}

static void take_text(taker *t, const char *name, const json_t *value) {
  const char *text = json_string_value(value);
  bool fits = text && *text && strlen(text) <= 400;
  for (const char *c = text; fits && *c; c++) fits = (unsigned char)*c >= 0x20 && *c != 0x7f;
  if (fits)
    put(t, name, json_string(text));
  else if (value && !json_is_null(value))
    refuse(t, name);
}

/* A value that is not a choice here is left out. */
static void take_choice(taker *t, const roster_field *f, const json_t *value) {
  const char *text = json_string_value(value);
  for (const char *const *c = f->choices; text && *c; c++)
    if (strcmp(*c, text) == 0) put(t, f->name, json_string(text));
}

/* "2026-09-24" or "2026-06". */
static void take_date(taker *t, const char *name, const json_t *value) {
  static const char pattern[] = "dddd-dd-dd";
  const char *text = json_string_value(value);
  size_t length = text ? strlen(text) : 0;
  bool fits = length == 7 || length == 10;
  for (size_t i = 0; fits && i < length; i++) fits = pattern[i] == 'd' ? text[i] >= '0' && text[i] <= '9' : text[i] == pattern[i];
  if (fits)
    put(t, name, json_string(text));
  else if (length)
    refuse(t, name);
}

/* In the file, zero is unknown. */
static void take_count(taker *t, const char *name, const json_t *value) {
  json_int_t count = json_integer_value(value);
  if (count > 0 && count <= 1000 * 1000 * 1000)
    put(t, name, json_integer(count));
  else if (count)
    refuse(t, name);
}

static void take_price(taker *t, const char *name, const json_t *cost) {
  static const char *const names[] = { "input", "output", "cache_read", "cache_write" };
  json_t *price = json_object();
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const json_t *value = json_object_get(cost, names[i]);
    double dollars = json_number_value(value);
    if (!json_is_number(value)) continue;
    if (isfinite(dollars) && dollars >= 0 && dollars <= 1e6)
      json_object_set_new(price, names[i], json_real(dollars));
    else
      refuse(t, name);
  }
  if (json_object_size(price))
    put(t, name, price);
  else
    json_decref(price);
}

static void take_list(taker *t, const roster_field *f, const json_t *list) {
  json_t *taken = json_array();
  for (const char *const *c = f->choices; *c; c++)
    if (has_text(list, *c)) json_array_append_new(taken, json_string(*c));
  if (json_array_size(taken))
    put(t, f->name, taken);
  else
    json_decref(taken);
}

/* An object is a yes with details, as of `interleaved`. */
static void take_flag(taker *t, const char *name, const json_t *value) {
  if (json_is_boolean(value) || json_is_object(value)) put(t, name, json_boolean(!json_is_false(value)));
}

static void take_field(taker *t, const roster_field *f, const json_t *value) {
  switch (f->type) {
  case ROSTER_FIELD_TEXT: take_text(t, f->name, value); break;
  case ROSTER_FIELD_CHOICE: take_choice(t, f, value); break;
  case ROSTER_FIELD_DATE: take_date(t, f->name, value); break;
  case ROSTER_FIELD_COUNT: take_count(t, f->name, value); break;
  case ROSTER_FIELD_PRICE: take_price(t, f->name, value); break;
  case ROSTER_FIELD_LIST: take_list(t, f, value); break;
  default: take_flag(t, f->name, value); break;
  }
}

/* "limit.context" in the model. */
static const json_t *upstream_value(const json_t *model, const char *path) {
  const char *dot = strchr(path, '.');
  if (!dot) return json_object_get(model, path);
  return json_object_get(json_object_getn(model, path, (size_t)(dot - path)), dot + 1);
}

/* A block without `provider` and `api_name`. What holds no such value is left out, and *wrong names the first. Kind by kind, so that the
 * strings that people look for are at the beginning of a block. */
static json_t *take_fields(const json_t *model, const char **wrong) {
  taker t = { json_object(), NULL };
  const roster_field *f;
  for (int type = ROSTER_FIELD_TEXT; type <= ROSTER_FIELD_TRI; type++)
    for (size_t i = 0; (f = roster_field_at(i)); i++)
      if ((int)f->type == type && f->upstream) take_field(&t, f, upstream_value(model, f->upstream));
  *wrong = t.wrong;
  return t.block;
}

/* ---- rows ---- */

static void report_row(const catalogue *c, const char *provider, const char *model, const char *why) {
  strbuf row = { 0 };
  strbuf_format(&row, "%s%s%s", provider, *model ? "/" : "", model);
  c->on_bad(strbuf_text(&row), why);
  strbuf_free(&row);
}

static imported_provider *take_provider(catalogue *c, const char *id, const json_t *provider) {
  const char *why_not = NULL, *ours = our_name(id);
  json_t *block = find_provider(c->known, ours) ? NULL : block_of(provider, &why_not);
  if (why_not) {
    report_row(c, id, "", why_not);
    return NULL;
  }
  imported_provider *p = grown(NULL, sizeof *p);
  *p = (imported_provider){ copied(ours), block };
  c->providers = grown(c->providers, (c->provider_count + 1) * sizeof *c->providers);
  c->providers[c->provider_count++] = p;
  return p;
}

/* "provider/name". */
static char *qualified(const char *provider, const char *name) {
  strbuf id = { 0 };
  strbuf_format(&id, "%s/%s", provider, name);
  char *text = copied(strbuf_text(&id));
  strbuf_free(&id);
  return text;
}

static void add_pair(json_t *pairs, const char *provider, const char *name) {
  char *pair = qualified(provider, name);
  json_object_set_new(pairs, pair, json_true());
  free(pair);
}

static bool is_defined(const catalogue *c, const char *provider, const char *name) {
  char *pair = qualified(provider, name);
  bool is = json_object_get(c->defined, pair) != NULL;
  free(pair);
  return is;
}

static void take_model(catalogue *c, const imported_provider *p, const char *api_name, const json_t *model) {
  const char *wrong = NULL;
  if (!chats(model)) {
    c->skipped++;
    return;
  }
  if (is_defined(c, p->id, api_name)) return;
  if (!*api_name || strlen(api_name) > 150 || strpbrk(api_name, "\n\r\t")) {
    report_row(c, p->id, api_name, "its name is no id");
    return;
  }
  const json_t *own = json_object_get(model, "provider");
  const char *speaks = protocol_of(json_object_get(own, "npm"));
  if (own && (!speaks || json_object_get(own, "api"))) {
    report_row(c, p->id, api_name, "it has an address of its own, or a package that roster has no protocol for");
    return;
  }
  c->models = grown(c->models, (c->model_count + 1) * sizeof *c->models);
  c->models[c->model_count++] = (imported_model){ p, api_name, take_fields(model, &wrong) };
  if (speaks && own) json_object_set_new(c->models[c->model_count - 1].block, "protocol", json_string(speaks));
  if (wrong) {
    strbuf why = { 0 };
    strbuf_format(&why, "%s was left out: it holds no such value", wrong);
    report_row(c, p->id, api_name, strbuf_text(&why));
    strbuf_free(&why);
  }
  json_int_t times = json_integer_value(json_object_get(c->names, api_name));
  json_object_set_new(c->names, api_name, json_integer(times + 1));
  add_pair(c->pairs, p->id, api_name);
}

catalogue catalogue_new(const roster_snapshot *known, row_listener *on_bad) {
  catalogue c = { .names = json_object(), .pairs = json_object(), .defined = json_object(), .known = known, .on_bad = on_bad };
  for (size_t i = 0; i < roster_known_count(known); i++) {
    const roster_model *m = roster_known_at(known, i);
    add_pair(c.defined, roster_provider_id(roster_model_provider(m)), roster_model_api_name(m));
  }
  return c;
}

void catalogue_take(catalogue *c, const char *id, const json_t *provider) {
  json_t *models = json_object_get(provider, "models");
  if (!json_is_object(models)) {
    report_row(c, id, "", "it has no models");
    return;
  }
  const imported_provider *p = take_provider(c, id, provider);
  for (void *at = p ? json_object_iter(models) : NULL; at; at = json_object_iter_next(models, at))
    take_model(c, p, json_object_iter_key(at), json_object_iter_value(at));
}

char *catalogue_id(const catalogue *c, const imported_model *m) {
  bool alone = json_integer_value(json_object_get(c->names, m->api_name)) == 1 && !json_object_get(c->pairs, m->api_name);
  if (alone && roster_resolve(NULL, c->known, m->api_name, NULL, NULL) == ROSTER_EUNKNOWN) return copied(m->api_name);
  return qualified(m->provider->id, m->api_name);
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
  json_decref(c->names);
  json_decref(c->pairs);
  json_decref(c->defined);
}

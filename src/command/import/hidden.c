/* hidden: see hidden.h. */
#include "command/import/hidden.h"

#include "command/import/provider_block.h"
#include "util/text.h"

static void learn(const json_t *whole, veil *v) {
  const char *id, *name;
  json_t *provider;
  json_object_foreach((json_t *)whole, id, provider) {
    const json_t *names = json_object_get(provider, "env");
    for (size_t i = 0; i < json_array_size(names); i++)
      if ((name = json_string_value(json_array_get(names, i))) && names_secret(name)) veil_learn(v, name);
  }
}

static json_t *hidden(const json_t *given, veil *v, const char *member);

static json_t *hidden_members(const json_t *given, veil *v) {
  json_t *out = json_object(), *value;
  const char *name;
  json_object_foreach((json_t *)given, name, value) json_object_set_new_nocheck(out, veil_name(v, name), hidden(value, v, name));
  return out;
}

static json_t *hidden_items(const json_t *given, veil *v, const char *member) {
  json_t *out = json_array();
  for (size_t i = 0; i < json_array_size(given); i++) json_array_append_new(out, hidden(json_array_get(given, i), v, member));
  return out;
}

/* What is an address, a variable or a package has to work: a key that is one plain word ("ollama") may be one of its own. */
static json_t *hidden(const json_t *given, veil *v, const char *member) {
  const bool words = text_is(member, "name") || text_is(member, "description");
  const char *text = json_string_value(given);
  if (json_is_object(given)) return hidden_members(given, v);
  if (json_is_array(given)) return hidden_items(given, v, member);
  if (text) return json_string_nocheck(words ? veil_text(v, veil_name(v, text)) : veil_name(v, text));
  return json_incref((json_t *)given);
}

/* Those whose id has no key in it. */
static json_t *named(const json_t *models, veil *v, size_t *left) {
  json_t *out = json_object(), *one;
  const char *id;
  json_object_foreach((json_t *)models, id, one) {
    if (veil_covers(v, id))
      ++*left;
    else
      json_object_set_new_nocheck(out, id, hidden(one, v, ""));
  }
  return out;
}

json_t *hidden_catalogue(const json_t *whole, veil *v, size_t *left) {
  json_t *out = json_object(), *provider;
  const char *id;
  *left = 0;
  learn(whole, v);
  json_object_foreach((json_t *)whole, id, provider) {
    const json_t *models = json_object_get(provider, "models");
    if (veil_covers(v, id)) {
      *left += json_object_size(models);
      continue;
    }
    json_t *shown = hidden(provider, v, "");
    if (json_is_object(models)) json_object_set_new(shown, "models", named(models, v, left));
    json_object_set_new_nocheck(out, id, shown);
  }
  return out;
}

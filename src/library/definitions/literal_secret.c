/* literal_secret: see literal_secret.h. A text is taken for a key by how it begins, or by the name of the header or parameter that carries
 * it and by being as long and as mixed as keys are; so "Bearer implicit" is none. */
#include "library/definitions/literal_secret.h"

#include "util/flaw.h"
#include "library/definitions/schema.h"

#include <string.h>

enum { SHORTEST_KEY = 16 };

static bool begins_as_key(const catalog *c, const char *word, size_t length) {
  if (length < SHORTEST_KEY) return false;
  if (flaw_is_key(word)) return true;
  for (size_t i = 0; i < c->providers.count; i++)
    for (size_t k = 0; k < c->providers.at[i]->key_prefixes.count; k++)
      if (text_starts(word, c->providers.at[i]->key_prefixes.at[k])) return true;
  return false;
}

/* "authorization", "x-api-key", "access_token" */
static bool carries_keys(arena *a, const char *name, size_t length) {
  static const char *const parts[] = { "authorization", "key", "token", "secret", "password", "cookie", "signature" };
  const char *low = text_lower(a, name, length);
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
    if (strstr(low, parts[i])) return true;
  return text_is(low, "sig");
}

static bool is_mixed(const char *word, size_t length) {
  bool digit = false, letter = false;
  for (size_t i = 0; i < length; i++) {
    digit = digit || (word[i] >= '0' && word[i] <= '9');
    letter = letter || (word[i] >= 'a' && word[i] <= 'z') || (word[i] >= 'A' && word[i] <= 'Z');
  }
  return length >= SHORTEST_KEY && digit && letter;
}

/* Of the words of a header, or the value of a parameter. */
static bool has_key(const catalog *c, const char *name, size_t name_length, const char *value, size_t length) {
  const bool may = carries_keys(c->arena, name, name_length);
  for (const char *word = value, *end = value + length; word < end;) {
    size_t n = strcspn(word, " \t;,");
    if (n > (size_t)(end - word)) n = (size_t)(end - word);
    if (begins_as_key(c, word, n) || (may && is_mixed(word, n))) return true;
    word += n + 1;
  }
  return false;
}

static void check_headers(catalog *c, const char *verb, const entity *e, const pairs *list) {
  for (size_t i = 0; i < list->count; i++) {
    const pair *one = &list->at[i];
    if (!one->value || !has_key(c, one->name, strlen(one->name), one->value, strlen(one->value))) continue;
    finding_warning(c->findings, schema_origin(schema_of(verb), e, "headers"),
                    "%s '%s': 'headers.%s' holds what looks like a key: put it into a variable and write %s = secret { env = \"NAME\"%s }",
                    verb, e->id, one->name, strpbrk(one->name, "-.") ? arena_printf(c->arena, "[\"%s\"]", one->name) : one->name,
                    strchr(one->value, ' ') ? ", prefix = \"Bearer \"" : "");
  }
}

static void check_address(catalog *c, const char *verb, const entity *e, const char *member, const char *address) {
  const char *query = address ? strchr(address, '?') : NULL;
  for (const char *at = query; at && *at; at += strcspn(at, "&")) {
    at++; /* past '?' or '&' */
    size_t length = strcspn(at, "&"), name = strcspn(at, "=&");
    if (name >= length || !has_key(c, at, name, at + name + 1, length - name - 1)) continue;
    finding_warning(c->findings, schema_origin(schema_of(verb), e, member),
                    "%s '%s': '%s' holds what looks like a key (%.*s=...), and addresses are shown: send it in a header, as in headers = { "
                    "[\"x-key\"] = secret \"NAME\" }",
                    verb, e->id, member, (int)name, at);
    return;
  }
}

void literal_secrets_warn(catalog *c) {
  for (size_t i = 0; i < c->providers.count; i++) {
    const provider *p = c->providers.at[i];
    if (p->base) continue;
    check_headers(c, "provider", &p->head, &p->headers);
    check_address(c, "provider", &p->head, "base_url", p->base_url);
    check_address(c, "provider", &p->head, "override", p->override);
  }
  for (size_t i = 0; i < c->gateways.count; i++) {
    const gateway *g = c->gateways.at[i];
    check_headers(c, "gateway", &g->head, &g->headers);
    check_address(c, "gateway", &g->head, "base_url", g->base_url);
  }
  for (size_t i = 0; i < c->models.count; i++)
    if (c->models.at[i]->headers.count) check_headers(c, "model", &c->models.at[i]->head, &c->models.at[i]->headers);
}

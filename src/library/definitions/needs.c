/* needs: see needs.h. */
#include "library/definitions/needs.h"

#include "library/definitions/schema.h"
#include "util/suggest.h"

#include <string.h>

bool needs_given(const need_set *n) {
  return n->require || n->max_price >= 0 || n->max_output_price >= 0 || n->provider_id || n->family || n->tier || n->prefer.count;
}

/* ---- what is known of a model ---- */

static roster_tri sees(const model *m) {
  if (!m->input_modalities.count) return ROSTER_UNKNOWN;
  return texts_have(&m->input_modalities, "image") ? ROSTER_YES : ROSTER_NO;
}

static roster_tri has_tokens(int64_t known, int64_t wanted) {
  return known <= 0 ? ROSTER_UNKNOWN : known >= wanted ? ROSTER_YES : ROSTER_NO;
}

static roster_tri costs_at_most(double dollars, double most) {
  return dollars < 0 ? ROSTER_UNKNOWN : dollars <= most ? ROSTER_YES : ROSTER_NO;
}

static roster_tri is(const char *known, const char *wanted) {
  return !known ? ROSTER_UNKNOWN : text_is(known, wanted) ? ROSTER_YES : ROSTER_NO;
}

/* A further credential's models are those of the provider, too. */
static roster_tri is_of(const model *m, const char *provider_id) {
  return text_is(m->of->head.id, provider_id) || text_is(provider_name(m->of), provider_id) ? ROSTER_YES : ROSTER_NO;
}

/* ---- whether it meets a need ---- */

static const requirement NOTHING;

static roster_tri answer(const need_set *n, const model *m, roster_need need) {
  const requirement *r = n->require ? n->require : &NOTHING;
  switch (need) {
  case ROSTER_NEED_TOOLS: return r->tools ? (roster_tri)m->tool_call : ROSTER_YES;
  case ROSTER_NEED_VISION: return r->vision ? sees(m) : ROSTER_YES;
  case ROSTER_NEED_REASONING: return r->reasoning ? (roster_tri)m->reasoning : ROSTER_YES;
  case ROSTER_NEED_JSON_SCHEMA: return r->json_schema ? (roster_tri)m->structured_output : ROSTER_YES;
  case ROSTER_NEED_CONTEXT: return r->context ? has_tokens(m->context_window, r->context) : ROSTER_YES;
  case ROSTER_NEED_MAX_OUTPUT: return r->max_output ? has_tokens(m->max_output_tokens, r->max_output) : ROSTER_YES;
  case ROSTER_NEED_MAX_PRICE: return n->max_price >= 0 ? costs_at_most(price_part(m->price, ROSTER_PRICE_INPUT), n->max_price) : ROSTER_YES;
  case ROSTER_NEED_MAX_OUTPUT_PRICE:
    return n->max_output_price >= 0 ? costs_at_most(price_part(m->price, ROSTER_PRICE_OUTPUT), n->max_output_price) : ROSTER_YES;
  case ROSTER_NEED_PROVIDER: return n->provider_id ? is_of(m, n->provider_id) : ROSTER_YES;
  case ROSTER_NEED_FAMILY: return n->family ? is(m->family, n->family) : ROSTER_YES;
  default: return ROSTER_YES;
  }
}

int needs_unmet(const need_set *n, const model *m) {
  for (int need = 0; need < ROSTER_NEED_PROVED; need++) {
    const roster_tri met = answer(n, m, (roster_need)need);
    if (met == ROSTER_NO || (met == ROSTER_UNKNOWN && !n->maybe)) return need;
  }
  return NEEDS_MET;
}

bool needs_of_tier(const need_set *n, const model *m) { return !n->tier || text_is(m->tier, n->tier); }

/* ---- which is better ---- */

static int age(const model *m) { return text_is(m->status, "deprecated") ? 2 : text_is(m->status, "legacy"); }

/* Later days first. */
static int compare_days(const char *a, const char *b) { return strcmp(b ? b : "", a ? a : ""); }

static int compare_prices(double a, double b) {
  if (a < 0 || b < 0) return (a < 0) - (b < 0);
  return (a > b) - (a < b);
}

int needs_compare(const model *a, const model *b) {
  int order = (int)b->recommended - (int)a->recommended;
  if (!order) order = age(a) - age(b);
  if (!order) order = compare_days(a->release_date, b->release_date);
  for (int i = ROSTER_PRICE_INPUT; !order && i <= ROSTER_PRICE_OUTPUT; i++)
    order = compare_prices(price_part(a->price, (roster_price)i), price_part(b->price, (roster_price)i));
  return order;
}

/* ---- findings ---- */

static void check_provider(catalog *c, const char *verb, const entity *of, const char *name, const char *id) {
  if (lookup_get(&c->providers.ids, id)) return;
  const char *nearest = NEAREST(c, providers, id);
  finding_warning(c->findings, schema_origin(schema_of(verb), of, name), "%s%s%s%s: '%s' has unknown provider '%s'%s%s%s", verb,
                  of->id ? " '" : "", of->id ? of->id : "", of->id ? "'" : "", name, id, SUGGESTION(nearest));
}

void needs_check(catalog *c, const char *verb, const entity *of, const need_set *n) {
  if (n->provider_id) check_provider(c, verb, of, "provider", n->provider_id);
  for (size_t i = 0; i < n->prefer.count; i++) check_provider(c, verb, of, "prefer", n->prefer.at[i]);
}

/* ---- a key that is written elsewhere, or as the fields of models are ---- */

/* The words that models have for what a need calls otherwise. */
static const char *need_word(const char *name) {
  static const char *const words[][2] = { { "tool_call", "tools" },        { "structured_output", "json_schema" },
                                          { "image", "vision" },           { "images", "vision" },
                                          { "context_window", "context" }, { "max_output_tokens", "max_output" },
                                          { "price", "max_price" },        { "providers", "prefer" } };
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (strcmp(words[i][0], name) == 0) return words[i][1];
  return name;
}

static const char *elsewhere(arena *a, const schema *whole, const char *key) {
  const char *word = schema_field(whole, "require") ? need_word(key) : key;
  for (size_t i = 0; i < whole->count; i++) {
    const field *f = &whole->fields[i];
    if (strcmp(f->name, word) == 0) return f->name;
    if (f->kind == KIND_BLOCK && schema_field(f->schema, word)) return arena_printf(a, "%s.%s", f->name, word);
  }
  return NULL;
}

const char *schema_meant(arena *a, const schema *whole, const schema *s, const char *path, const char *key) {
  const char *meant = whole ? elsewhere(a, whole, key) : NULL, *nearest = meant ? NULL : schema_nearest(a, s, key);
  return nearest ? arena_printf(a, "%s%s", path, nearest) : meant;
}

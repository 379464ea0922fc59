/* needs: see needs.h. */
#include "library/definitions/foreign_keys.h"
#include "library/definitions/needs.h"

#include "library/definitions/schema.h"
#include "util/suggest.h"

#include <string.h>

bool needs_given(const need_set *n) {
  return n->require || n->max_price >= 0 || n->max_output_price >= 0 || n->provider_id || n->family || n->tier || n->prefer.count;
}

/* ---- what is known of a model ---- */

static small_tri sees(const model *m) {
  if (!m->input_modalities.count) return ROSTER_UNKNOWN;
  return texts_have(&m->input_modalities, "image") ? ROSTER_YES : ROSTER_NO;
}

model_facts needs_facts(const model *m) {
  return (model_facts){ .input_price = price_part(m->price, ROSTER_PRICE_INPUT),
                        .output_price = price_part(m->price, ROSTER_PRICE_OUTPUT),
                        .family = m->family,
                        .of = m->of,
                        .context = (int32_t)m->context_window, /* a billion at most, as are the next */
                        .max_output = (int32_t)m->max_output_tokens,
                        .tools = m->tool_call,
                        .vision = sees(m),
                        .reasoning = m->reasoning,
                        .json_schema = m->structured_output };
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
static bool is_of(const provider *p, const char *provider_id) {
  return text_is(p->head.id, provider_id) || text_is(provider_name(p), provider_id);
}

/* ---- whether it meets a need ---- */

static bool fails(int met, bool maybe) { return met == ROSTER_NO || (met == ROSTER_UNKNOWN && !maybe); }

static int unmet_requirement(const requirement *r, const model_facts *m, bool maybe) {
  if (r->tools && fails(m->tools, maybe)) return ROSTER_NEED_TOOLS;
  if (r->vision && fails(m->vision, maybe)) return ROSTER_NEED_VISION;
  if (r->reasoning && fails(m->reasoning, maybe)) return ROSTER_NEED_REASONING;
  if (r->json_schema && fails(m->json_schema, maybe)) return ROSTER_NEED_JSON_SCHEMA;
  if (r->context && fails(has_tokens(m->context, r->context), maybe)) return ROSTER_NEED_CONTEXT;
  if (r->max_output && fails(has_tokens(m->max_output, r->max_output), maybe)) return ROSTER_NEED_MAX_OUTPUT;
  return NEEDS_MET;
}

int needs_unmet(const need_set *n, const model_facts *m) {
  const int required = n->require ? unmet_requirement(n->require, m, n->maybe) : NEEDS_MET;
  if (required != NEEDS_MET) return required;
  if (n->max_price >= 0 && fails(costs_at_most(m->input_price, n->max_price), n->maybe)) return ROSTER_NEED_MAX_PRICE;
  if (n->max_output_price >= 0 && fails(costs_at_most(m->output_price, n->max_output_price), n->maybe)) return ROSTER_NEED_MAX_OUTPUT_PRICE;
  if (n->provider_id && !is_of(m->of, n->provider_id)) return ROSTER_NEED_PROVIDER;
  if (n->family && fails(is(m->family, n->family), n->maybe)) return ROSTER_NEED_FAMILY;
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
  const char *nearest = provider_meant(c, id);
  finding_at(c->findings, ROSTER_WARNING, place_word(schema_place(schema_of(verb), of, name), id), nearest,
             "%s%s%s%s: '%s' has unknown provider '%s'%s%s%s", verb, of->id ? " '" : "", of->id ? of->id : "", of->id ? "'" : "", name, id,
             SUGGESTION(nearest));
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

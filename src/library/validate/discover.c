/* discover: see discover.h. */
#include "library/validate/discover.h"

#include "library/definitions/schema.h"

#include <string.h>

enum { LONGEST_NAME = 150 };

#define LISTING "live listing"

static bool matches(const texts *globs, const char *name) {
  for (size_t i = 0; i < globs->count; i++)
    if (text_glob(name, globs->at[i])) return true;
  return false;
}

bool discover_wants(const provider *p, const char *name) {
  size_t length = strlen(name);
  if (!length || length > LONGEST_NAME || text_has_control(name, length)) return false;
  if (p->discover_allow.count && !matches(&p->discover_allow, name)) return false;
  return !matches(&p->discover_deny, name);
}

/* ---- the entity ---- */

static void say(model *m, const char *name) {
  const schema *s = schema_of("model");
  size_t at = (size_t)(schema_field(s, name) - s->fields);
  m->head.given |= (uint64_t)1 << at;
  m->head.said[at] = (origin){ LISTING, 0 };
}

static model *blank(arena *a, provider *p, const char *name) {
  const schema *s = schema_of("model");
  model *m = arena_alloc(a, sizeof *m);
  s->defaults(m);
  m->head.id = arena_printf(a, "%s/%s", p->head.id, name);
  m->head.at = (origin){ arena_printf(a, "the listing of %s", p->head.id), 0 };
  m->head.said = arena_array(a, s->count, sizeof *m->head.said);
  m->provider = p->head.id;
  m->api_name = arena_text(a, name);
  m->description = m->api_name;
  m->of = p;
  m->speaks = p->speaks;
  m->discovered = true;
  return m;
}

static void take_protocol(model *m, protocol *speaks) {
  if (speaks == m->speaks) return;
  m->speaks = speaks;
  m->protocol = speaks->head.id;
  say(m, "protocol");
}

static void take_price(arena *a, model *m, const listed *one) {
  static const char *const names[LISTED_PRICES] = { "input", "output", "cache_read", "cache_write" };
  if (!one->priced) return;
  const schema *s = schema_field(schema_of("model"), "price")->schema;
  m->price = arena_alloc(a, sizeof *m->price);
  for (int i = 0; i < LISTED_PRICES; i++) {
    const field *f = schema_field(s, names[i]);
    if (!(one->priced & 1u << i)) continue;
    *(double *)((char *)m->price + f->offset) = one->price[i];
    m->price->head.given |= (uint64_t)1 << (f - s->fields);
  }
  say(m, "price");
}

static void take_counts(model *m, const listed *one) {
  m->context_window = one->context_window;
  m->max_input_tokens = one->max_input_tokens;
  m->max_output_tokens = one->max_output_tokens;
  if (one->context_window) say(m, "context_window");
  if (one->max_input_tokens) say(m, "max_input_tokens");
  if (one->max_output_tokens) say(m, "max_output_tokens");
}

static void take_skills(arena *a, model *m, const listed *one) {
  m->reasoning = one->reasoning == SAID_YES;
  m->tool_call = one->tool_call == SAID_YES;
  if (one->reasoning != SAID_NOTHING) say(m, "reasoning");
  if (one->tool_call != SAID_NOTHING) say(m, "tool_call");
  for (size_t i = 0; i < one->input_modalities.count; i++)
    LIST_PUSH(a, m->input_modalities.at, m->input_modalities.count, m->input_modalities.room, arena_text(a, one->input_modalities.at[i]));
  if (one->input_modalities.count) say(m, "input_modalities");
}

model *discover_model(arena *a, const catalog *c, provider *p, const listed *one) {
  model *m = blank(a, p, one->name);
  protocol *speaks = one->protocol ? lookup_get(&c->protocols.ids, one->protocol) : m->speaks;
  if (!speaks) return NULL;
  say(m, "api_name");
  take_protocol(m, speaks);
  if (one->display_name) m->description = text_clean(a, one->display_name, strlen(one->display_name), 200), say(m, "description");
  if (one->family) m->family = text_clean(a, one->family, strlen(one->family), 100), say(m, "family");
  take_counts(m, one);
  take_price(a, m, one);
  take_skills(a, m, one);
  return m;
}

model *discover_again(arena *a, const catalog *c, provider *p, const model *before) {
  listed one = { .name = before->api_name, .display_name = before->description, .family = before->family };
  one.protocol = before->protocol;
  one.context_window = before->context_window;
  one.max_input_tokens = before->max_input_tokens;
  one.max_output_tokens = before->max_output_tokens;
  one.input_modalities = before->input_modalities;
  one.reasoning = before->reasoning ? SAID_YES : SAID_NOTHING;
  one.tool_call = before->tool_call ? SAID_YES : SAID_NOTHING;
  for (int i = 0; before->price && i < LISTED_PRICES; i++) {
    const double prices[LISTED_PRICES] = { before->price->input, before->price->output, before->price->cache_read,
                                           before->price->cache_write };
    one.price[i] = prices[i];
    one.priced |= before->price->head.given & (uint64_t)1 << i ? 1u << i : 0;
  }
  return discover_model(a, c, p, &one);
}

model *discover_nobody(arena *a, provider *p) { return blank(a, p, "*"); }

/* family: see family.h. */
#include "library/definitions/foreign_keys.h"
#include "library/definitions/family.h"

#include "library/definitions/facts.h"
#include "library/definitions/schema.h"
#include "util/suggest.h"

#include <string.h>

/* ---- what is taken ---- */

static bool names_it(const model_family *f, const char *name) {
  for (size_t i = 0; name && i < f->names.count; i++)
    if (text_glob(name, f->names.at[i])) return true;
  return false;
}

/* A snapshot is of the family of its model. */
static const model_family *family_of(const catalog *c, const model *m) {
  for (size_t i = 0; i < c->families.count; i++) {
    const model_family *f = c->families.at[i];
    bool same = f->provider && text_is(f->provider, provider_name(m->of));
    if (same && (names_it(f, m->api_name) || names_it(f, m->snapshot_of))) return f;
  }
  return NULL;
}

/* Where days do not tell, the first in order: blocks begin with the newest. */
static bool is_newer(const model *one, const model *other) {
  return one->release_date && other->release_date && strcmp(one->release_date, other->release_date) > 0;
}

static const model *newest_of(const catalog *c, const model_family *f, const model *beside) {
  const model *newest = NULL;
  for (size_t i = 0; i < c->models.count; i++) {
    const model *m = c->models.at[i];
    if (m->discovered || m->of != beside->of || !m->enabled || !m->family || !text_is(m->family, f->head.id)) continue;
    if (!newest || is_newer(m, newest)) newest = m;
  }
  return newest;
}

static uint64_t bit_of(const schema *s, const char *name) {
  const field *f = schema_field(s, name);
  return f ? (uint64_t)1 << (f - s->fields) : 0;
}

/* "inherited from claude-5.5-opus, models.lua:12" */
static origin inherited(arena *a, const schema *s, const model *from, const char *name) {
  const origin at = schema_origin(s, from, name);
  const char *place = at.line ? arena_printf(a, "%s:%d", at.file, at.line) : at.file;
  return (origin){ arena_printf(a, "inherited from %s, %s", from->head.id, place), 0 };
}

static void inherit(arena *a, const model_family *f, model *m, const model *from) {
  const schema *s = schema_of("model");
  model some = *from;
  some.head.given = 0;
  for (size_t i = 0; i < f->inherit.count; i++) {
    const uint64_t bit = bit_of(s, f->inherit.at[i]) & from->head.given & ~m->head.given;
    some.head.given |= bit;
    if (bit) m->head.origins[schema_field(s, f->inherit.at[i]) - s->fields] = inherited(a, s, from, f->inherit.at[i]);
  }
  schema_inherit(s, a, m, &some);
}

void family_fill(arena *a, const catalog *c, model *m) {
  const schema *s = schema_of("model");
  const model_family *f = family_of(c, m);
  if (!f) return;
  if (!m->head.local) m->head.local = m->head.given; /* what is the listing's own: it alone outlives this run */
  if (!m->family) {
    m->family = f->head.id;
    m->head.given |= bit_of(s, "family");
    m->head.origins[schema_field(s, "family") - s->fields] = schema_origin(schema_of("family"), f, "names");
  }
  const model *newest = text_is(m->family, f->head.id) ? newest_of(c, f, m) : NULL;
  if (newest) inherit(a, f, m, newest);
}

/* ---- what is wrong with a block ---- */

static void check_field(catalog *c, const model_family *f, const char *name) {
  const schema *s = schema_of("model");
  if (is_fact(name)) return;
  const char *nearest = schema_field(s, name) ? NULL : schema_nearest(c->arena, s, name);
  finding_at(c->findings, ROSTER_ERROR, place_word(schema_place(schema_of("family"), f, "inherit"), name), nearest,
             "family '%s': inherit: '%s' is %s%s%s%s", f->head.id, name,
             schema_field(s, name) ? "nothing that describes a model" : "no field of a model", SUGGESTION(nearest));
}

void family_check(catalog *c, const model_family *f) {
  const schema *s = schema_of("family");
  if (!f->provider || !f->names.count)
    finding_error(c->findings, schema_place(s, f, f->provider ? "names" : "provider"), "family '%s': '%s' is missing", f->head.id,
                  f->provider ? "names" : "provider");
  else if (!lookup_get(&c->providers.ids, f->provider)) {
    const char *nearest = provider_meant(c, f->provider);
    finding_at(c->findings, ROSTER_ERROR, schema_place(s, f, "provider"), nearest, "family '%s': unknown provider '%s'%s%s%s", f->head.id,
               f->provider, SUGGESTION(nearest));
  }
  for (size_t i = 0; i < f->inherit.count; i++) check_field(c, f, f->inherit.at[i]);
}

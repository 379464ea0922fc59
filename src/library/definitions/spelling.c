/* spelling: the ids under which models are given out: those of their blocks and of their variants, or those of the `ids` block that the
 * host chose. Scripts, requests and the cache know a model by the id of its block alone. */
#include "library/definitions/catalog.h"
#include "library/definitions/foreign_keys.h"
#include "library/definitions/schema.h"

#include "util/suggest.h"

#include <stdlib.h>
#include <string.h>

static void note_place(catalog *c, id_set *set, spelling *one) { lookup_add_kept(&set->places, c->arena, one->head.id, one); }

static void put(catalog *c, id_set *set, spelling *one) {
  const lookup_slot *known = lookup_find(&set->places, one->head.id);
  if (known) {
    set->at[known - set->places.slots] = one;
    return;
  }
  note_place(c, set, one);
  LIST_PUSH(c->arena, set->at, set->count, set->room, one);
}

bool catalog_take_ids(catalog *c, id_set *block) {
  id_set *known = lookup_get(&c->id_sets.ids, block->head.id);
  if (catalog_is_twice(c, "ids", (entity *)known, &block->head)) return false;
  if (!known) {
    lookup_add(&c->id_sets.ids, c->arena, block->head.id, block);
    LIST_PUSH(c->arena, c->id_sets.at, c->id_sets.count, c->id_sets.room, block);
    return true;
  }
  lookup_reserve(&known->places, c->arena, known->count + block->count);
  for (size_t i = known->places.count; i < known->count; i++) note_place(c, known, known->at[i]);
  for (size_t i = 0; i < block->count; i++) put(c, known, block->at[i]);
  known->head.directory = block->head.directory;
  return true;
}

int64_t spelling_window(const spelling *s, const model *m) {
  if (!s->context_window) return m->context_window;
  return m->context_window && m->context_window < s->context_window ? m->context_window : s->context_window;
}

const char *model_given_id(const model *m) { return m->spelling_count ? m->spellings[0]->head.id : m->head.id; }

/* ---- checks ---- */

static finding_place entry_place(const id_set *set, const spelling *s) {
  return (finding_place){ .at = s->head.at, .path = s->head.id, .id = set->head.id };
}

/* A listing may have the model. Of the shipped sets, those that are loaded without the shipped models name some that are not there. */
static void check_unknown(catalog *c, const id_set *set, const spelling *s) {
  if (s->head.directory == SHIPPED_DIRECTORY || c->may_discover) return;
  const char *nearest = model_meant(c, s->model);
  finding_at(c->findings, ROSTER_ERROR, entry_place(set, s), nearest, "ids '%s': '%s' names unknown model '%s'%s%s%s", set->head.id,
             s->head.id, s->model, SUGGESTION(nearest));
}

static void check_spelling(catalog *c, const id_set *set, const spelling *s) {
  const model *m = catalog_model(c, s->model), *owner = catalog_model(c, s->head.id);
  if (!m) {
    check_unknown(c, set, s);
    return;
  }
  if (owner && owner != m)
    finding_error(c->findings, entry_place(set, s),
                  "ids '%s': '%s' names model '%s', but already leads to model '%s' (%s:%d): use another spelling", set->head.id,
                  s->head.id, m->head.id, owner->head.id, owner->head.at.file, owner->head.at.line);
  if (m->context_window && s->context_window > m->context_window)
    finding_warning(c->findings, entry_place(set, s),
                    "ids '%s': '%s' has %lld tokens, more than model '%s' (%lld), and is given out with those", set->head.id, s->head.id,
                    (long long)s->context_window, m->head.id, (long long)m->context_window);
}

static void check_variants(catalog *c, const model *m) {
  for (size_t i = 0; m->context_window && i < m->variants.count; i++)
    if (m->variants.at[i].tokens > m->context_window)
      finding_warning(c->findings, place_word(schema_place(schema_of("model"), m, "variants"), m->variants.at[i].id),
                      "model '%s': variant '%s' has %lld tokens, more than the model (%lld), and is given out with those", m->head.id,
                      m->variants.at[i].id, (long long)m->variants.at[i].tokens, (long long)m->context_window);
}

/* ---- who is given out as what ---- */

static int by_id(const void *a, const void *b) {
  return strcmp((*(const spelling *const *)a)->head.id, (*(const spelling *const *)b)->head.id);
}

static void give(catalog *c, model *m, const spelling *s) { LIST_PUSH(c->arena, m->spellings, m->spelling_count, m->spelling_room, s); }

static void give_entry(catalog *c, model *m, const spelling *s) {
  model *owner = lookup_add(&c->names, c->arena, s->head.id, m);
  if (!owner || owner == m) give(c, m, s);
}

static void give_set(catalog *c, const id_set *set) {
  for (size_t i = 0; i < set->count; i++) {
    model *m = set->at[i]->model ? catalog_model(c, set->at[i]->model) : NULL;
    if (m) give_entry(c, m, set->at[i]);
  }
}

void catalog_spell_found(catalog *c, model *m) {
  for (size_t i = 0; c->spelled_by && i < c->spelled_by->count; i++) {
    const spelling *s = c->spelled_by->at[i];
    if (s->model && catalog_model(c, s->model) == m) give_entry(c, m, s);
  }
}

/* The model's own id first: roles and the default mean that one. */
static void give_variants(catalog *c, model *m) {
  const size_t count = m->variants.count;
  spelling *own = arena_array(c->arena, count + 1, sizeof *own);
  own[0].head.id = m->head.id;
  give(c, m, own);
  for (size_t i = 0; i < count; i++) {
    if (!m->variants.at[i].tokens) continue;
    own[i + 1] = (spelling){ .head.id = m->variants.at[i].id, .context_window = m->variants.at[i].tokens };
    give(c, m, &own[i + 1]);
  }
  qsort(m->spellings + 1, m->spelling_count - 1, sizeof *m->spellings, by_id);
}

void catalog_spell(catalog *c, const char *chosen) {
  for (size_t i = 0; i < c->id_sets.count; i++) {
    id_set *set = c->id_sets.at[i];
    if (set->count) qsort(set->at, set->count, sizeof *set->at, by_id);
    for (size_t k = 0; k < set->count; k++)
      if (set->at[k]->model) check_spelling(c, set, set->at[k]);
  }
  c->spelled_by = chosen ? lookup_get(&c->id_sets.ids, chosen) : NULL;
  if (c->spelled_by) give_set(c, c->spelled_by);
  for (size_t i = 0; i < c->models.count; i++) check_variants(c, c->models.at[i]);
  for (size_t i = 0; i < c->models.count; i++)
    if (c->models.at[i]->variants.count && !c->models.at[i]->spelling_count) give_variants(c, c->models.at[i]);
}

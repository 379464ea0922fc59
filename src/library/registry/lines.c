/* lines: a model of the catalog as it is given out: one line of a list for each of its spellings, all with the verdict of the one model
 * that was asked about. A line has a copy of the model that speaks the ids of the host wherever it names a model. */
#include "library/registry/result.h"

#include "library/definitions/schema.h"

#include <string.h>

size_t lines_of(const model *m) { return m->spelling_count ? m->spelling_count : 1; }

const char *given_id(const catalog *c, const char *id) {
  const model *m = id ? catalog_model(c, id) : NULL;
  return m ? model_given_id(m) : id;
}

/* ---- which line a name means ---- */

static const roster_model *first_line(const result *d, const model *m) {
  return &d->models[d->first ? d->first[m->position] : m->position];
}

static int64_t window_in(const windows *list, const char *id) {
  for (size_t i = 0; i < list->count; i++)
    if (text_is(list->at[i].id, id)) return list->at[i].tokens;
  return 0;
}

/* The window that came with an id: a host's of that time, a variant's, or else the model's own. */
static int64_t window_of(const model *m, const char *id) {
  const int64_t former = window_in(&m->former_windows, id), variant = window_in(&m->variants, id);
  return former ? former : variant ? variant : m->context_window;
}

const roster_model *line_by_window(const result *d, const model *m, const char *stored) {
  const roster_model *first = first_line(d, m);
  const int64_t tokens = window_of(m, stored);
  for (size_t i = 0; i < lines_of(m); i++)
    if (first[i].model->context_window == tokens) return &first[i];
  return first;
}

bool is_variant(const model *m, const char *id) { return window_in(&m->variants, id) != 0; }

/* What people type means the first line; what only databases have, the one with the window of that time. */
const roster_model *line_named(const result *d, const model *m, const char *name) {
  const roster_model *first = first_line(d, m);
  if (lines_of(m) == 1) return first;
  for (size_t i = 0; i < lines_of(m); i++)
    if (text_is(first[i].model->head.id, name)) return &first[i];
  return texts_have(&m->formerly, name) || is_variant(m, name) ? line_by_window(d, m, name) : first;
}

/* ---- the model of a line ---- */

static const char *tokens_text(arena *a, int64_t tokens) {
  if (tokens % 1000000 == 0) return arena_printf(a, "%lldM", (long long)tokens / 1000000);
  return arena_printf(a, "%lldK", (long long)tokens / 1000);
}

static void say_origin(arena *a, model *m, const spelling *s) {
  const schema *sh = schema_of("model");
  const field *f = schema_field(sh, "context_window");
  origin *origins = arena_array(a, sh->count, sizeof *origins);
  if (m->head.origins) memcpy(origins, m->head.origins, sh->count * sizeof *origins);
  origins[f - sh->fields] = s->head.at;
  m->head.origins = origins;
  m->head.given |= (uint64_t)1 << (f - sh->fields);
}

static int64_t at_most(int64_t tokens, int64_t most) { return tokens > most ? most : tokens; }

static void narrow(arena *a, model *m, const spelling *s) {
  m->context_window = s->context_window;
  m->max_input_tokens = at_most(m->max_input_tokens, s->context_window);
  m->max_output_tokens = at_most(m->max_output_tokens, s->context_window);
  if (s->head.at.file) say_origin(a, m, s);
}

static bool is_spelling(const model *m, const char *id) {
  for (size_t i = 0; i < m->spelling_count; i++)
    if (text_is(m->spellings[i]->head.id, id)) return true;
  return false;
}

/* The names that lead to the first line; none leads to the others, but what is formerly theirs. */
static texts aliases_of(arena *a, const model *m) {
  texts list = { 0 };
  if (!is_spelling(m, m->head.id)) LIST_PUSH(a, list.at, list.count, list.room, m->head.id);
  for (size_t i = 0; i < m->aliases.count; i++)
    if (!is_spelling(m, m->aliases.at[i])) LIST_PUSH(a, list.at, list.count, list.room, m->aliases.at[i]);
  return list;
}

static const spelling *spelling_by_window(const model *m, int64_t tokens) {
  for (size_t i = 0; i < m->spelling_count; i++)
    if (spelling_window(m->spellings[i], m) == tokens) return m->spellings[i];
  return m->spellings[0];
}

static texts former_ids_of(arena *a, const model *m, const spelling *s) {
  texts list = { 0 };
  for (size_t i = 0; i < m->formerly.count; i++) {
    const char *id = m->formerly.at[i];
    if (!is_spelling(m, id) && spelling_by_window(m, window_of(m, id)) == s) LIST_PUSH(a, list.at, list.count, list.room, id);
  }
  return list;
}

static void spell(arena *a, model *out, const model *m, size_t k) {
  const spelling *s = m->spellings[k];
  out->head.id = s->head.id;
  out->aliases = k ? (texts){ 0 } : aliases_of(a, m);
  out->formerly = former_ids_of(a, m, s);
  if (spelling_window(s, m) != m->context_window) narrow(a, out, s);
  if (k == 0) return;
  out->recommended = false;
  if (out->context_window) out->description = arena_printf(a, "%s (%s context)", m->description, tokens_text(a, out->context_window));
}

const model *line_model(arena *a, const catalog *c, const model *m, size_t k) {
  const char *replacement = given_id(c, m->replacement), *answered_by = given_id(c, m->answered_by);
  if (!m->spelling_count && replacement == m->replacement && answered_by == m->answered_by) return m;
  model *out = arena_alloc(a, sizeof *out);
  *out = *m;
  out->replacement = replacement;
  out->answered_by = answered_by;
  if (m->spelling_count) spell(a, out, m, k);
  return out;
}

/* ---- the renames of stored ids ---- */

static void rename_list(result *d, const model *m, const texts *ids, const char *member) {
  if (!ids->count) return;
  const origin at = schema_origin(schema_of("model"), m, member);
  const char *where = arena_printf(d->arena, "%s:%d", at.file, at.line);
  for (size_t i = 0; i < ids->count; i++) {
    const char *id = ids->at[i];
    if (is_spelling(m, id)) continue;
    const roster_model *to = line_by_window(d, m, id);
    const int64_t assumed = window_in(&m->former_windows, id);
    d->renames[d->rename_count++] =
        (roster_rename){ id, to->model->head.id, where, to->model->context_window, assumed == m->context_window ? 0 : assumed };
  }
}

/* What is not given out of the ids of its block and its variants. */
static texts hidden_ids(arena *a, const model *m) {
  texts list = { 0 };
  if (m->spelling_count) LIST_PUSH(a, list.at, list.count, list.room, m->head.id);
  for (size_t i = 0; i < m->variants.count; i++)
    if (m->variants.at[i].tokens) LIST_PUSH(a, list.at, list.count, list.room, m->variants.at[i].id);
  return list;
}

/* Those that databases have: a host once gave them out, each with a window. */
static texts stored_aliases(arena *a, const model *m) {
  texts list = { 0 };
  for (size_t i = 0; i < m->aliases.count; i++)
    if (window_in(&m->former_windows, m->aliases.at[i])) LIST_PUSH(a, list.at, list.count, list.room, m->aliases.at[i]);
  return list;
}

void collect_renames(result *d) {
  const catalog *c = d->catalog;
  size_t room = 0;
  for (size_t i = 0; i < c->models.count; i++) {
    const model *m = c->models.at[i];
    room += m->formerly.count + (m->former_windows.count ? m->aliases.count : 0) + m->variants.count + (m->spelling_count > 0);
  }
  d->renames = arena_array(d->arena, room, sizeof *d->renames);
  for (size_t i = 0; i < c->models.count; i++) {
    const model *m = c->models.at[i];
    const texts hidden = hidden_ids(d->arena, m), aliases = stored_aliases(d->arena, m);
    rename_list(d, m, &m->formerly, "formerly");
    rename_list(d, m, &aliases, "former_windows");
    rename_list(d, m, &hidden, "variants");
  }
}

/* models_json: see models_json.h. The library writes the whole document; what the filters do not let through is taken out of its lists,
 * which are then put in order. Its other members stay as they are. */
#include "command/models_json.h"

#include "command/columns.h"
#include "command/filter.h"
#include "command/shared/memory.h"
#include "command/shared/output.h"
#include "util/json.h"

#include <stdlib.h>
#include <string.h>

/* The document holds every model anyway, so --all changes the table only. */
static char *document_of_kind(const roster_snapshot *s, const arguments *o) {
  roster_models_choice choice = ROSTER_MODELS_CHOICE_INIT;
  choice.kind = o->kind;
  size_t length = roster_write_models_json(s, &choice, NULL, 0);
  char *text = grown(NULL, length + 1);
  roster_write_models_json(s, &choice, text, length + 1);
  return text;
}

static json_t *by_id(const json_t *list) {
  json_t *entries = json_object(), *entry;
  size_t i;
  json_array_foreach(list, i, entry) json_object_set(entries, json_string_value(json_object_get(entry, "id")), entry);
  return entries;
}

static json_t *chosen(const json_t *list, const roster_snapshot *s, const arguments *o) {
  const filter f = { o };
  const roster_model **models = grown(NULL, roster_known_count(s) * sizeof *models), *m;
  json_t *kept = json_array(), *entries = by_id(list);
  size_t count = 0;
  for (size_t i = 0; (m = roster_known_at(s, i)); i++)
    if (filter_lets(&f, m)) models[count++] = m;
  columns_sort(models, count, s, o);
  for (size_t i = 0; i < count; i++)
    if (json_object_get(entries, roster_model_id(models[i]))) json_array_append(kept, json_object_get(entries, roster_model_id(models[i])));
  json_decref(entries);
  free(models);
  return kept;
}

static void write_chosen(const char *text, const roster_snapshot *s, const arguments *o) {
  static const char *const lists[] = { "models", "unavailable" };
  json_t *document = json_loads(text, 0, NULL);
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
    if (json_object_get(document, lists[i])) json_object_set_new(document, lists[i], chosen(json_object_get(document, lists[i]), s, o));
  char *written = json_dumps(document, JSON_COMPACT | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(12));
  document_write_text(written ? written : "{}");
  free(written);
  json_decref(document);
}

void models_json_write(const roster_snapshot *s, const arguments *o) {
  const filter f = { o };
  char *made = o->kind ? document_of_kind(s, o) : NULL;
  const char *text = made ? made : roster_snapshot_json(s, NULL);
  if (filter_given(&f) || o->sort)
    write_chosen(text, s, o);
  else
    document_write_text(text);
  free(made);
}

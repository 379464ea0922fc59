/* renames: see renames.h. */
#include "command/migrate/renames.h"

#include "command/shared/memory.h"

#include <stdlib.h>
#include <string.h>

static void add(renames *r, roster_rename one) {
  r->at = grown(r->at, (r->count + 1) * sizeof *r->at);
  r->at[r->count++] = one;
}

const roster_rename *renames_find(const renames *r, const char *id) {
  for (size_t i = 0; i < r->count; i++)
    if (strcmp(r->at[i].from, id) == 0) return &r->at[i];
  return NULL;
}

static void add_aliases(renames *r, const roster_model *m) {
  const char *alias;
  for (size_t i = 0; (alias = roster_model_alias_at(m, i)); i++) {
    if (renames_find(r, alias)) continue;
    add(r, (roster_rename){ alias, roster_model_id(m), roster_model_defined_at(m), roster_model_context_window(m),
                            roster_model_assumed_window(m, alias) });
  }
}

void renames_collect(renames *r, const roster_snapshot *s) {
  *r = (renames){ .snapshot = s };
  for (size_t i = 0; i < roster_rename_count(s); i++) add(r, *roster_rename_at(s, i));
  for (size_t i = 0; i < roster_known_count(s); i++) add_aliases(r, roster_known_at(s, i));
}

void renames_hide(renames *r, veil *v) {
  size_t kept = 0;
  for (size_t i = 0; i < r->count; i++)
    if (!veil_covers(v, r->at[i].from) && !veil_covers(v, r->at[i].to)) r->at[kept++] = r->at[i];
  r->count = kept;
}

void renames_free(renames *r) {
  free(r->at);
  *r = (renames){ 0 };
}

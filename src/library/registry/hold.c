/* hold: see hold.h. A model that a provider refuses is no edit's fault and goes at once; one that is gone from the definitions, switched
 * off, or reached in another way than the one that was proved, is. */
#include "library/registry/hold.h"

#include "util/text.h"

#include <stdio.h>
#include <string.h>

/* Reached at the same place under the same name, with a key from the same source. */
static bool defined_alike(const service *a, const service *b) {
  return text_is(a->provider->head.id, b->provider->head.id) && text_is(a->base, b->base) &&
         text_is(a->model->api_name, b->model->api_name) && text_is(a->model->speaks->head.id, b->model->speaks->head.id) &&
         text_is(a->source, b->source);
}

static bool lost_by_edit(const roster_model *m, const answer_data *after) {
  const roster_model *now = answer_find(after, m->model->head.id);
  if (!now) return true;
  if (now->usable) return false;
  return now->outcome.state == ROSTER_DISABLED || !defined_alike(m->service, now->service);
}

static void name_lost(const answer_data *before, const answer_data *after, char *into, size_t room) {
  size_t named = 0, length = 0;
  for (size_t i = 0; i < before->usable_count && named < 3 && length < room; i++) {
    if (!lost_by_edit(before->usable[i], after)) continue;
    length += (size_t)snprintf(into + length, room - length, "%s%s", named++ ? ", " : "", before->usable[i]->model->head.id);
  }
}

bool hold_back(const answer_data *before, const answer_data *after, roster_error *err) {
  if (before->generation == 0 || !after->catalog->policy.hold) return false;
  size_t lost = 0;
  for (size_t i = 0; i < before->usable_count; i++) lost += lost_by_edit(before->usable[i], after);
  const roster_model *first = before->fallback;
  bool loses_default = first && lost_by_edit(first, after);
  if (!loses_default && lost * 2 <= before->usable_count) return false;
  char names[512] = "";
  name_lost(before, after, names, sizeof names);
  fail(err, ROSTER_EHELD, "if that is meant, write validate { hold = false }, or force the refresh",
       "this edit is held back, it would lose %zu of %zu usable models%s%s%s (%s%s): the former answer stays", lost, before->usable_count,
       loses_default ? ", the default '" : "", loses_default ? first->model->head.id : "", loses_default ? "' among them" : "", names,
       lost > 3 ? ", ..." : "");
  return true;
}

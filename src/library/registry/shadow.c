/* shadow: see shadow.h. */
#include "library/registry/shadow.h"

/* The first in the picker's order that stands before it. */
static void fall(answer_data *d, const roster_model *better) {
  for (size_t i = 0; i < better->model->shadows.count; i++) {
    const roster_model *found = answer_find(d, better->model->shadows.at[i]);
    if (!found || found == better) continue;
    roster_model *worse = &d->models[found->model->position];
    bool each_other = better->shadowed_by && text_is(better->shadowed_by, worse->model->head.id); /* the first of the two stays */
    if (worse->usable && !worse->shadowed_by && !each_other) worse->shadowed_by = better->model->head.id;
  }
}

void shadows_fall(answer_data *d) {
  for (size_t i = 0; i < d->count; i++)
    if (d->models[i].usable) fall(d, &d->models[i]);
}

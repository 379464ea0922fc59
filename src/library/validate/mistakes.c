/* mistakes: see mistakes.h. */
#include "library/validate/mistakes.h"

#include "util/text.h"

static mistake *find(const mistakes *all, const char *function) {
  for (size_t i = 0; i < all->count; i++)
    if (text_is(all->at[i].function, function)) return &all->at[i];
  return NULL;
}

const char *mistakes_note(mistakes *all, arena *a, const mistake *m) {
  mistake *known = find(all, m->function);
  if (known) { /* answers come in any order, and the finding should be the same each time */
    size_t models = known->models + m->models;
    if (m->place < known->place) *known = *m;
    known->models = models;
  } else {
    LIST_PUSH(a, all->at, all->count, all->room, *m);
  }
  return arena_printf(a, "%s (%s:%d) failed: %s", m->function, m->at.file, m->at.line, m->why);
}

static const char *subject(arena *a, const mistake *m) {
  return m->models > 1 ? arena_printf(a, "%zu models, first for %s", m->models, m->first) : m->first;
}

void mistakes_report(mistakes *all, findings *into, roster_severity severity) {
  for (size_t i = 0; i < all->count; i++) {
    const mistake *m = &all->at[i];
    void (*report)(findings *, origin, const char *, ...) = severity == ROSTER_ERROR ? finding_error : finding_warning;
    report(into, m->at, "%s failed for %s: %s", m->function, subject(into->arena, m), m->why);
  }
  all->count = 0;
}

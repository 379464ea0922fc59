/* finding: see finding.h. */
#include "util/finding.h"

#include "util/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MOST_FINDINGS = 200 }; /* of one file: a flood in one must not drown the others */

bool findings_full(const findings *f, const char *file) { return f->of_file > MOST_FINDINGS && (!file || strcmp(f->file, file) == 0); }

static void push(findings *f, roster_finding found, finding_place where) {
  if (f->count == f->room) {
    const size_t room = arena_list_room(f->room);
    f->at = arena_grow(f->arena, f->at, f->count * sizeof *f->at, room * sizeof *f->at);
    f->places = arena_grow(f->arena, f->places, f->count * sizeof *f->places, room * sizeof *f->places);
    f->room = room;
  }
  f->at[f->count] = found;
  f->places[f->count++] = where;
}

static void add(findings *f, roster_severity severity, finding_place where, const char *fix, const char *format, va_list args) {
  const char *file = where.at.file ? where.at.file : "";
  if (!f->file || strcmp(f->file, file) != 0) f->of_file = 0;
  f->file = file;
  const bool decides = severity == ROSTER_ERROR && f->errors++ == 0; /* it is what a load fails with, so no flood may hide it */
  if (!decides && ++f->of_file > MOST_FINDINGS + 1) return;
  char message[1024];
  if (!decides && f->of_file == MOST_FINDINGS + 1)
    snprintf(message, sizeof message, "there is more: mend these first");
  else
    vsnprintf(message, sizeof message, format, args);
  push(f,
       (roster_finding){ .severity = severity,
                         .file = file,
                         .line = where.at.line,
                         .message = text_clean(f->arena, message, strlen(message), sizeof message),
                         .column = where.column,
                         .length = where.column ? where.length > 1 ? where.length : 1 : 0,
                         .fix = arena_text(f->arena, fix) },
       where);
}

void finding_at(findings *f, roster_severity severity, finding_place where, const char *fix, const char *format, ...) {
  va_list args;
  va_start(args, format);
  add(f, severity, where, fix, format, args);
  va_end(args);
}

void finding_error(findings *f, origin where, const char *format, ...) {
  va_list args;
  va_start(args, format);
  add(f, ROSTER_ERROR, (finding_place){ .at = where }, NULL, format, args);
  va_end(args);
}

void finding_warning(findings *f, origin where, const char *format, ...) {
  va_list args;
  va_start(args, format);
  add(f, ROSTER_WARNING, (finding_place){ .at = where }, NULL, format, args);
  va_end(args);
}

static void set_error(roster_error *err, roster_status status, const char *hint, const char *message) {
  *err = (roster_error){ .status = status };
  snprintf(err->message, sizeof err->message, "%s", message);
  snprintf(err->hint, sizeof err->hint, "%s", hint ? hint : "");
}

roster_status fail(roster_error *err, roster_status status, const char *hint, const char *format, ...) {
  if (!err) return status;
  char message[sizeof err->message];
  va_list args;
  va_start(args, format);
  vsnprintf(message, sizeof message, format, args);
  va_end(args);
  set_error(err, status, hint, message);
  return status;
}

roster_status findings_status(const findings *f, roster_error *err) {
  if (f->errors == 0) return ROSTER_OK;
  if (!err) return ROSTER_EDEFINITIONS;
  const roster_finding *first = f->at;
  while (first->severity != ROSTER_ERROR) first++;
  set_error(err, ROSTER_EDEFINITIONS, "lint the definitions to see every finding", first->message);
  snprintf(err->file, sizeof err->file, "%s", first->file);
  err->line = first->line;
  err->count = (int)f->errors;
  return ROSTER_EDEFINITIONS;
}

/* ---- functions that failed ---- */

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

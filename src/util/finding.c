/* finding: see finding.h. */
#include "util/finding.h"

#include "util/mask.h"
#include "util/text.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_FINDINGS = 200 }; /* of one file: a flood in one must not drown the others */

const char findings_more[] = "there is more: correct these first";

bool findings_full(const findings *f, const char *file) { return f->of_file > MOST_FINDINGS && (!file || strcmp(f->file, file) == 0); }

void findings_clear(findings *f) { *f = (findings){ .arena = f->arena }; }

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

void finding_at(findings *f, roster_severity severity, finding_place where, const char *fix, const char *format, ...) {
  const char *file = where.at.file ? where.at.file : "";
  if (f->closed) return;
  if (!f->file || strcmp(f->file, file) != 0) f->of_file = 0;
  f->file = file;
  const bool decides = severity == ROSTER_ERROR && f->errors++ == 0; /* it is what a load fails with, so no flood may hide it */
  if (!decides && ++f->of_file > MOST_FINDINGS + 1) return;
  char message[1024];
  va_list args;
  va_start(args, format);
  vsnprintf(message, sizeof message, format, args);
  va_end(args);
  const bool more = !decides && f->of_file == MOST_FINDINGS + 1;
  if (more || (fix && !text_is(mask_line(f->arena, fix), fix))) fix = NULL; /* it would repeat what may be a key */
  mask_keys(message);
  push(f,
       (roster_finding){ .severity = severity,
                         .file = file,
                         .line = where.at.line,
                         .message = more ? findings_more : text_clean(f->arena, message, strlen(message), sizeof message),
                         .column = where.column,
                         .length = where.column ? where.length > 1 ? where.length : 1 : 0,
                         .fix = arena_text(f->arena, fix) },
       where);
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

/* What lint would add nothing to: a file or directory that cannot be read. */
static const char *next_after(const findings *f, const roster_finding *first) {
  const bool unreadable = f->errors == 1 && !first->line && strstr(first->message, "cannot be read: ");
  return unreadable ? "make it readable, or name other definitions" : "lint the definitions to see every finding";
}

const roster_finding *findings_first(const findings *f) {
  if (f->errors == 0) return NULL;
  const roster_finding *first = f->at;
  while (first->severity != ROSTER_ERROR) first++;
  return first;
}

roster_status findings_status(const findings *f, roster_error *err) {
  const roster_finding *first = findings_first(f);
  if (!first) return ROSTER_OK;
  if (!err) return ROSTER_EDEFINITIONS;
  set_error(err, ROSTER_EDEFINITIONS, next_after(f, first), first->message);
  snprintf(err->file, sizeof err->file, "%s", first->file);
  err->line = first->line;
  err->count = (int)f->errors;
  return ROSTER_EDEFINITIONS;
}

/* ---- one that is kept ---- */

static size_t room_of(const char *text) { return text ? strlen(text) + 1 : 0; }

static const char *put(char **to, const char *text) {
  const size_t room = room_of(text);
  if (!room) return NULL;
  char *put = memcpy(*to, text, room);
  *to += room;
  return put;
}

roster_finding *finding_copy(const roster_finding *f) {
  roster_finding *copy = malloc(sizeof *copy + room_of(f->file) + room_of(f->message) + room_of(f->source) + room_of(f->fix));
  if (!copy) return NULL;
  char *to = (char *)(copy + 1);
  *copy = *f;
  copy->file = put(&to, f->file);
  copy->message = put(&to, f->message);
  copy->source = put(&to, f->source);
  copy->fix = put(&to, f->fix);
  return copy;
}

void finding_write(writer *w, const roster_finding *f) {
  write_text(w, "file", f->file);
  write_integer(w, "line", f->line);
  write_count_or_null(w, "column", f->column);
  write_count_or_null(w, "length", f->length);
  write_text(w, "message", f->message);
  write_text_or_null(w, "source", f->source);
  write_text_or_null(w, "fix", f->fix);
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

/* Where it failed, if that is in the file of the function: "acme.lua:7: ..." begins what Lua says. */
static const char *without_line(const mistake *m, finding_place *where) {
  const size_t n = m->at.file ? strlen(m->at.file) : 0;
  if (!n || strncmp(m->why, m->at.file, n) != 0 || m->why[n] != ':') return m->why;
  char *end = NULL;
  const long line = strtol(m->why + n + 1, &end, 10);
  if (line < 1 || line > INT_MAX || !text_starts(end, ": ")) return m->why;
  where->at.line = (int)line;
  return end + 2;
}

/* What is in the first quotes behind this. */
static const char *quoted(arena *a, const char *text, const char *lead) {
  const char *at = strstr(text, lead), *end = at ? strchr(at + strlen(lead), '\'') : NULL;
  return end ? arena_bytes(a, at + strlen(lead), (size_t)(end - at) - strlen(lead)) : NULL;
}

void mistakes_report(mistakes *all, findings *into, roster_severity severity) {
  for (size_t i = 0; i < all->count; i++) {
    const mistake *m = &all->at[i];
    finding_place where = place_of_origin(m->at);
    const char *why = without_line(m, &where);
    if (why != m->why) where.word = quoted(into->arena, why, "'");
    finding_at(into, severity, where, quoted(into->arena, why, "(did you mean '"), "%s failed for %s: %s", m->function,
               subject(into->arena, m), why);
  }
  all->count = 0;
}

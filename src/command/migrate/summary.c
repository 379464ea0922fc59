/* summary: see summary.h. */
#include "command/migrate/summary.h"

#include "command/migrate/renaming.h"
#include "command/shared/output.h"
#include "command/shared/terminal.h"
#include "util/clock.h"
#include "util/strbuf.h"
#include "util/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- while it runs ---- */

enum { STEPS_BETWEEN = 50 * 1000, QUIET_MS = 250 };

void meter_begin(meter *m) {
  *m = (meter){ .begun_ms = now_ms() };
  pthread_mutex_init(&m->lock, NULL);
  progress_open(&m->line);
}

void meter_end(meter *m) {
  progress_end(&m->line);
  pthread_mutex_destroy(&m->lock);
}

/* Locked. */
static void show(meter *m) {
  int64_t passed = now_ms() - m->begun_ms;
  if (!m->line.on || passed < QUIET_MS) return;
  strbuf text = { 0 };
  if (m->rows) strbuf_format(&text, "%lld rows changed, ", (long long)m->rows);
  if (m->copied == 100)
    strbuf_add(&text, "checking the copy, ");
  else if (m->copied)
    strbuf_format(&text, "%d %% copied, ", m->copied);
  else if (!m->rows)
    strbuf_add(&text, "reading the rows, ");
  strbuf_format(&text, "%lld s", (long long)passed / 1000);
  progress_say(&m->line, strbuf_text(&text));
  strbuf_free(&text);
}

static int tick(void *given) {
  const database *d = given;
  meter *m = d->meter;
  pthread_mutex_lock(&m->lock);
  if (d->changes) m->rows = renaming_values(d->renaming);
  show(m);
  pthread_mutex_unlock(&m->lock);
  return 0; /* go on */
}

void meter_watch(meter *m, database *d) {
  d->meter = m;
  if (m->line.on) sqlite3_progress_handler(d->handle, STEPS_BETWEEN, tick, d);
}

void meter_copied(meter *m, int left, int total) {
  pthread_mutex_lock(&m->lock);
  m->copied = total ? (int)(100 * (int64_t)(total - left) / total) : 100;
  show(m);
  pthread_mutex_unlock(&m->lock);
}

void done_free(done *d) {
  for (size_t i = 0; i < d->touched_count; i++) {
    free(d->touched[i].table);
    free(d->touched[i].column);
  }
  free(d->touched);
}

/* ---- for people ---- */

enum { LONGEST_ID = 60, MARGIN = 42 };

/* Of an id of a megabyte only the beginning is printed. */
static void add_id(strbuf *p, const char *id) {
  size_t length = strlen(id), shown = length > LONGEST_ID ? LONGEST_ID : length;
  while (shown < length && shown > 0 && ((unsigned char)id[shown] & 0xc0) == 0x80) shown--;
  char cut[LONGEST_ID + 1] = "";
  memcpy(cut, id, shown);
  utf8_add_clean(p, cut);
  if (shown < length) strbuf_format(p, "... (%zu bytes)", length);
}

static void add_window(strbuf *p, const found *f) {
  if (f->assumed) strbuf_format(p, "; its window is %lld tokens, %lld were assumed", (long long)f->window, (long long)f->assumed);
}

static void add_fate(strbuf *p, const found *f) {
  switch (f->fate) {
  case FATE_KEEP:
    strbuf_add(p, "keep");
    add_window(p, f);
    break;
  case FATE_RENAME:
    strbuf_format(p, "rename to %s (%s)", f->rename->to, f->rename->defined_at);
    add_window(p, f);
    break;
  case FATE_RETIRED: strbuf_format(p, "keep: retired%s%s", *f->near ? ", its replacement is " : "", f->near); break;
  case FATE_UNKNOWN: strbuf_format(p, "keep: unknown%s%s%s", *f->near ? " (near: " : "", f->near, *f->near ? ")" : ""); break;
  case FATE_NULL: strbuf_add(p, "keep"); break;
  case FATE_SECRET: strbuf_add(p, "keep: it contains a key"); break;
  default: strbuf_add(p, "keep: not a string"); break;
  }
}

static void write_found(const target *t, const found *f) {
  strbuf lead = { 0 }, tail = { 0 };
  strbuf_format(&lead, "  %10lld  ", (long long)f->rows);
  if (f->id)
    add_id(&lead, f->id);
  else
    strbuf_add(&lead, f->fate == FATE_NULL ? "NULL" : "(other values)");
  if (t->note)
    strbuf_add(&tail, "left alone");
  else
    add_fate(&tail, f);
  hue h = f->fate == FATE_RENAME && !t->note ? HUE_BOLD : f->fate == FATE_UNKNOWN ? HUE_DOUBT : HUE_PLAIN;
  fputs(hue_start(h), stdout);
  if (lead.length + 2 > MARGIN) {
    write_wrapped(strbuf_text(&lead), 0, "");
    strbuf_free(&lead);
  }
  strbuf_pad(&lead, MARGIN - lead.length);
  write_wrapped(strbuf_text(&lead), MARGIN, strbuf_text(&tail));
  fputs(hue_end(h), stdout);
  strbuf_free(&lead);
  strbuf_free(&tail);
}

static void write_target(const target *t) {
  if (t->skipped || (t->json && !t->count)) return;
  strbuf head = { 0 };
  strbuf_format(&head, "%s.%s", t->table, t->column);
  if (t->note) strbuf_format(&head, ": %s", t->note);
  write_line(HUE_BOLD, strbuf_text(&head));
  strbuf_free(&head);
  for (size_t i = 0; i < t->count; i++) write_found(t, &t->at[i]);
  putchar('\n');
}

/* Which of the two is right only whoever runs the host knows. */
static void write_spelling(const arguments *o) {
  if (o->ids)
    printf("The ids are those of ids = \"%s\".\n", o->ids);
  else if (o->profile)
    printf("The ids are roster's own. For a host with ids = \"%s\": --spelling %s\n", o->profile, o->profile);
}

static void write_triggers(const done *what) {
  for (size_t i = 0; i < what->touched_count; i++) {
    const touched *t = &what->touched[i];
    strbuf line = { 0 };
    strbuf_format(&line, t->column ? "Triggers also changed %s.%s in " : "Triggers also added ", t->table, t->column);
    add_count(&line, (size_t)t->rows, "row");
    if (!t->column) strbuf_format(&line, " to %s", t->table);
    strbuf_add(&line, ".");
    write_line(HUE_PLAIN, strbuf_text(&line));
    strbuf_free(&line);
  }
}

static void write_next(const plan *p, const arguments *o, const done *what) {
  if (what->applied) {
    printf("%lld row%s changed. The copy from before: %s\n", (long long)what->rows, what->rows == 1 ? " was" : "s were", what->backup);
    write_triggers(what);
    if (what->final)
      puts("--undo cannot take it back: a table has neither a key nor numbers that tell its rows apart.");
    else
      printf("To undo: roster migrate --db '%s' --undo\n", o->db);
  } else if (p->renamed) {
    printf("Nothing was changed: %lld row%s would be. To do it: add --apply\n", (long long)p->renamed, p->renamed == 1 ? "" : "s");
  } else {
    puts("Nothing to change.");
  }
}

void summary_write_text(const plan *p, const arguments *o, const done *what) {
  if (what->undone) {
    printf("%lld row%s restored", (long long)what->rows, what->rows == 1 ? " was" : "s were");
    if (what->kept) printf("; %lld %s changed or replaced since then, kept as is", (long long)what->kept, what->kept == 1 ? "was" : "were");
    puts(".");
    if (what->added)
      printf("%lld row%s added since, and stay%s as %s.\n", (long long)what->added, what->added == 1 ? " was" : "s were",
             what->added == 1 ? "s" : "", what->added == 1 ? "it is" : "they are");
    write_triggers(what);
    return;
  }
  for (size_t i = 0; i < p->target_count; i++) write_target(&p->targets[i]);
  write_spelling(o);
  write_next(p, o, what);
}

/* ---- as JSON ---- */

static void write_text_if(writer *w, const char *name, const char *text) {
  if (text)
    write_text(w, name, text);
  else
    write_text_or_null(w, name, NULL);
}

static void json_found(writer *w, const target *t, const found *f) {
  const bool leaves = f->fate == FATE_RENAME && !target_moves(t);
  write_open(w, NULL, '{');
  write_text_if(w, "id", f->id); /* "" is one too */
  write_integer(w, "rows", f->rows);
  write_text(w, "action", leaves ? "leave" : fate_name(f->fate));
  write_text_if(w, "to", f->rename ? f->rename->to : NULL);
  write_text_if(w, "why", f->rename ? f->rename->defined_at : NULL);
  write_integer(w, "context_window", f->window);
  write_integer(w, "assumed_context_window", f->assumed);
  write_text(w, "near", f->near);
  write_close(w, '}');
}

static void json_target(writer *w, const target *t) {
  write_open(w, NULL, '{');
  write_text(w, "table", t->table);
  write_text(w, "column", t->column);
  write_integer(w, "rows", t->rows);
  write_integer(w, "renamed", target_moves(t) ? t->renamed : 0);
  write_text(w, "note", t->note);
  write_open(w, "ids", '[');
  for (size_t i = 0; i < t->count; i++) json_found(w, t, &t->at[i]);
  write_close(w, ']');
  write_close(w, '}');
}

static void json_touched(writer *w, const touched *t) {
  write_open(w, NULL, '{');
  write_text(w, "table", t->table);
  write_text_if(w, "column", t->column);
  write_integer(w, "rows", t->rows);
  write_close(w, '}');
}

void summary_write_json(const plan *p, const arguments *o, const done *what) {
  writer w = { 0 };
  write_open(&w, NULL, '{');
  write_text(&w, "db", o->db);
  write_text_if(&w, "ids", o->ids);
  write_flag(&w, "applied", what->applied);
  write_flag(&w, "undone", what->undone);
  write_integer(&w, "rows", what->applied || what->undone ? what->rows : p->renamed);
  write_integer(&w, "kept", what->kept);
  write_integer(&w, "added", what->added);
  write_text(&w, "backup", what->backup);
  write_open(&w, "triggers", '[');
  for (size_t i = 0; i < what->touched_count; i++) json_touched(&w, &what->touched[i]);
  write_close(&w, ']');
  write_open(&w, "columns", '[');
  for (size_t i = 0; !what->undone && i < p->target_count; i++)
    if (!p->targets[i].skipped) json_target(&w, &p->targets[i]);
  write_close(&w, ']');
  write_close(&w, '}');
  document_end(&w);
}

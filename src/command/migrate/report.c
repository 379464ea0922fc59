/* report: see report.h. */
#include "command/migrate/report.h"

#include "util/utf8.h"

#include "command/shared/amount.h"
#include "command/shared/document.h"
#include "command/shared/terminal.h"

#include <stdio.h>
#include <string.h>

enum { LONGEST_ID = 60, MARGIN = 42 };

/* ---- for people ---- */

/* An id of a megabyte is told by its beginning. */
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
  default: strbuf_add(p, "keep: this is no text"); break;
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

static void write_next(const plan *p, const options *o, const done *what) {
  if (what->applied) {
    printf("%lld row%s changed. The copy from before: %s\n", (long long)what->rows, what->rows == 1 ? " was" : "s were", what->backup);
    printf("To undo: roster migrate --db '%s' --undo\n", o->db);
  } else if (p->renamed) {
    printf("Nothing was changed: %lld row%s would be. To do it: add --apply\n", (long long)p->renamed, p->renamed == 1 ? "" : "s");
  } else {
    puts("Nothing is to be changed.");
  }
}

void report_text(const plan *p, const options *o, const done *what) {
  if (what->undone) {
    printf("%lld row%s brought back", (long long)what->rows, what->rows == 1 ? " was" : "s were");
    if (what->kept) printf("; %lld had been changed since, and stay", (long long)what->kept);
    puts(".");
    return;
  }
  for (size_t i = 0; i < p->target_count; i++) write_target(&p->targets[i]);
  write_next(p, o, what);
}

/* ---- as JSON ---- */

static void add_text(strbuf *p, const char *name, const char *text, const char *behind) {
  strbuf_format(p, "\"%s\":", name);
  if (text)
    quote_json(p, text);
  else
    strbuf_add(p, "null");
  strbuf_add(p, behind);
}

static void json_found(strbuf *p, const target *t, const found *f) {
  strbuf_add(p, "{");
  add_text(p, "id", f->id, ",");
  strbuf_format(p, "\"rows\":%lld,", (long long)f->rows);
  bool moves = f->fate == FATE_RENAME && target_moves(t);
  add_text(p, "action", f->fate == FATE_RENAME && !moves ? "leave" : fate_name(f->fate), ",");
  add_text(p, "to", f->rename ? f->rename->to : NULL, ",");
  add_text(p, "why", f->rename ? f->rename->defined_at : NULL, ",");
  strbuf_format(p, "\"context_window\":%lld,\"assumed_context_window\":%lld,", (long long)f->window, (long long)f->assumed);
  add_text(p, "near", f->near ? f->near : "", "}");
}

static void json_target(strbuf *p, const target *t) {
  strbuf_add(p, "{");
  add_text(p, "table", t->table, ",");
  add_text(p, "column", t->column, ",");
  strbuf_format(p, "\"rows\":%lld,\"renamed\":%lld,", (long long)t->rows, (long long)(target_moves(t) ? t->renamed : 0));
  add_text(p, "note", t->note ? t->note : "", ",\"ids\":[");
  for (size_t i = 0; i < t->count; i++) {
    if (i) strbuf_add(p, ",");
    json_found(p, t, &t->at[i]);
  }
  strbuf_add(p, "]}");
}

void report_json(const plan *p, const options *o, const done *what) {
  strbuf out = { 0 };
  strbuf_add(&out, "{");
  add_text(&out, "db", o->db, ",");
  strbuf_format(&out, "\"applied\":%s,\"undone\":%s,", what->applied ? "true" : "false", what->undone ? "true" : "false");
  strbuf_format(&out, "\"rows\":%lld,\"kept\":%lld,", (long long)(what->applied || what->undone ? what->rows : p->renamed),
                (long long)what->kept);
  add_text(&out, "backup", what->backup, ",\"columns\":[");
  bool any = false;
  for (size_t i = 0; !what->undone && i < p->target_count; i++) {
    if (p->targets[i].skipped) continue;
    if (any) strbuf_add(&out, ",");
    json_target(&out, &p->targets[i]);
    any = true;
  }
  strbuf_add(&out, "]}");
  document_write_text(strbuf_text(&out));
  strbuf_free(&out);
}
